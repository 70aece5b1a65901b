# Go takes the CAs that it trusts from SSL_CERT_FILE.
exec "$INTEROP_CACHE/tour"

# Java takes the CAs that it trusts from a key store. This one has the local CA alone.
set -euo pipefail
keytool -importcert -noprompt -alias certkeep -file "$NODE_EXTRA_CA_CERTS" \
  -keystore "$INTEROP_WORK/trust.p12" -storetype PKCS12 -storepass changeit
exec java -Djavax.net.ssl.trustStore="$INTEROP_WORK/trust.p12" -Djavax.net.ssl.trustStorePassword=changeit \
  -cp "$INTEROP_CACHE/target/classes:$(cat "$INTEROP_CACHE/target/classpath")" tour.Tour

"""What is asked of the private CA: hierarchies of every mix of keys, and certificates of every profile and key."""

from azure.keyvault.certificates import CertificateContentType, CertificatePolicy

host = "www.example.org"
mailbox = "ada@example.org"
# Of the range for examples (RFC 5612).
policy = "1.3.6.1.4.1.32473.1"
server, client, code, email = (f"1.3.6.1.5.5.7.3.{number}" for number in (1, 2, 3, 4))

# Name: the keys of root and intermediate.
rsa = {"kty": "RSA", "key_size": 3072}
hierarchies = {
    "rsa": (rsa, rsa),
    "ec": ({"kty": "EC", "crv": "P-384"}, {"kty": "EC", "crv": "P-256"}),
    "rsa-ec": (rsa, {"kty": "EC", "crv": "P-384"}),
    "ec-rsa": ({"kty": "EC", "crv": "P-521"}, {"kty": "RSA", "key_size": 2048}),
}

# How their intermediates divide and publish revocation lists.
list_rules = {
    "rsa": {},
    "ec": {"partitions": 4},
    "rsa-ec": {"delta_hours": 24},
    "ec-rsa": {"delta_hours": 24, "partitions": 2},
}

keys = {
    "RSA-2048": {"key_type": "RSA", "key_size": 2048},
    "RSA-3072": {"key_type": "RSA", "key_size": 3072},
    "P-256": {"key_type": "EC", "key_curve_name": "P-256"},
    "P-384": {"key_type": "EC", "key_curve_name": "P-384"},
    "P-521": {"key_type": "EC", "key_curve_name": "P-521"},
}

# Name: what the policy says of purposes and names, and the purposes that judges are asked about.
profiles = {
    "tls-server": (
        {"enhanced_key_usage": [server], "san_dns_names": [host, "*.example.org"], "san_ip_addresses": ["192.0.2.1"]},
        ["server"],
    ),
    "tls-client": (
        {
            "enhanced_key_usage": [client],
            "san_emails": [mailbox],
            "san_user_principal_names": [mailbox],
            "san_uris": ["https://example.org/ada"],
        },
        ["client"],
    ),
    "tls-both": (
        {"enhanced_key_usage": [server, client], "san_dns_names": [host], "san_uris": ["spiffe://example.org/www"]},
        ["server", "client"],
    ),
    "code-signing": ({"enhanced_key_usage": [code]}, ["code"]),
    "smime": ({"enhanced_key_usage": [email], "san_emails": [mailbox]}, ["email"]),
    "device": ({"enhanced_key_usage": [client], "san_uris": ["urn:example:device:1"]}, ["client"]),
}


def policy_of(issuer, profile, key):
    """For Azure's client: a key that can be taken out, so that PEM holds it beside the chain."""
    names, purposes = profiles[profile]
    enciphers = key.startswith("RSA") and "tls" in profile and purposes != ["client"]
    return CertificatePolicy(
        issuer_name=issuer,
        subject=f"CN={host if 'server' in purposes else 'Ada Example'}, O=Example, L=Berlin, ST=Berlin, C=DE",
        key_usage=["digitalSignature", *(["keyEncipherment"] if enciphers else [])],
        content_type=CertificateContentType.pem,
        exportable=True,
        validity_in_months=3,
        **keys[key],
        **names,
    )


def authority_policy_of(issuer, key, subject):
    """As JSON: the client knows no `basic_constraints`."""
    words = {"key_type": "kty", "key_size": "key_size", "key_curve_name": "crv"}
    return {
        "issuer": {"name": issuer},
        "key_props": {"exportable": True, **{words[word]: value for word, value in keys[key].items()}},
        "secret_props": {"contentType": "application/x-pem-file"},
        "x509_props": {
            "subject": subject,
            "ekus": [],
            "key_usage": ["keyCertSign", "cRLSign"],
            "validity_months": 36,
            "basic_constraints": {"ca": True},
        },
    }

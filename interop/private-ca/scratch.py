"""What the vault would never sign: made with the key of a CA that was issued under the profile `subordinate-ca`."""

import datetime

from chains import Chain
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

day = datetime.timedelta(days=1)


class SubordinateCa:
    def __init__(self, chain, pem):
        self._chain = chain
        self._key = load_pem_private_key(pem.encode(), None)

    def server(self, name, host, ended=False):
        """A certificate for a host, with its chain."""
        return self._signed(name, ended, ca=False, host=host)

    def ca_with_server(self, name, host):
        """A CA below this one, and a certificate for a host below that."""
        key = ec.generate_private_key(ec.SECP256R1())
        chain = self._signed(name, False, ca=True, key=key)
        below = SubordinateCa.__new__(SubordinateCa)
        below._chain, below._key = chain, key
        return below.server(name, host)

    def _signed(self, name, ended, ca, host=None, key=None):
        key = key or ec.generate_private_key(ec.SECP256R1())
        issuer = self._chain.leaf
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]))
            .issuer_name(issuer.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * day)
            .not_valid_after(now - day if ended else now + day)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage_of(ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(identifier_of(issuer), critical=False)
        )
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(names, critical=False).add_extension(purpose, critical=False)
        return Chain(name, (builder.sign(self._key, hashes.SHA256()), *self._chain.certificates))


def identifier_of(issuer):
    present = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(present)


def usage_of(ca):
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    wanted = {"key_cert_sign", "crl_sign"} if ca else {"digital_signature"}
    return x509.KeyUsage(**{name: name in wanted for name in names})

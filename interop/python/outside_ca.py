"""A certification authority that the vault does not know: root and intermediate, which sign what they are given."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(*certificates):
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def der(certificate):
    return certificate.public_bytes(Encoding.DER)


def pkcs8(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class OutsideCa:
    def __init__(self):
        root_key = ec.generate_private_key(ec.SECP384R1())
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = named("Interop Intermediate")
        root_name = named("Interop Root")
        self.root = self._signed(root_name, root_name, root_key.public_key(), root_key, ca=True)
        self.intermediate = self._signed(self._name, root_name, self._key.public_key(), root_key, ca=True)

    def sign_request(self, request_der):
        """A certificate for what a CSR asks: its subject, its names and its key."""
        request = x509.load_der_x509_csr(request_der)
        assert request.is_signature_valid
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return self._signed(request.subject, self._name, request.public_key(), self._key, names=names)

    def sign_key(self, public_key, host):
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        return self._signed(named(host), self._name, public_key, self._key, names=names)

    @staticmethod
    def _signed(subject, issuer, public_key, signing_key, ca=False, names=None):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=90))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(signing_key, hashes.SHA256())

"""Certificates with their chains, as files that judges read."""

import dataclasses
import os
import pathlib
import threading

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

work = pathlib.Path(os.environ["INTEROP_WORK"])


@dataclasses.dataclass(frozen=True)
class Chain:
    name: str
    # From the certificate itself upwards; the last is the root.
    certificates: tuple

    @property
    def leaf(self):
        return self.certificates[0]

    @property
    def leaf_file(self):
        return self._file("leaf", self.certificates[:1])

    @property
    def intermediates_file(self):
        """May be empty."""
        return self._file("intermediates", self.certificates[1:-1])

    @property
    def path_file(self):
        """All but the root."""
        return self._file("path", self.certificates[:-1])

    @property
    def root_file(self):
        return self._file("root", self.certificates[-1:])

    @property
    def authorities_file(self):
        """All but the certificate itself."""
        return self._file("authorities", self.certificates[1:])

    @property
    def issuer_file(self):
        return self._file("issuer", self.certificates[1:2])

    def links(self):
        """The chain of the certificate, of its issuer, and so on, down to the one below the root."""
        for height in range(len(self.certificates) - 1):
            yield Chain(f"{self.name} from {height}", self.certificates[height:]) if height else self

    def under(self, other):
        """The same path, for somebody who trusts another root."""
        return Chain(f"{self.name} under {other.name}", (*self.certificates[:-1], other.certificates[-1]))

    def without_intermediates(self):
        return Chain(f"{self.name} alone", (self.leaf, self.certificates[-1]))

    def spoiled(self):
        """One bit of the signature is another."""
        der = bytearray(self.leaf.public_bytes(Encoding.DER))
        der[-1] ^= 1
        spoiled = x509.load_der_x509_certificate(bytes(der))
        return Chain(f"{self.name} spoiled", (spoiled, *self.certificates[1:]))

    def _file(self, part, certificates):
        return file_of(f"{self.name} {part}.pem", b"".join(c.public_bytes(Encoding.PEM) for c in certificates))


def chain_of(name, pem):
    return Chain(name, tuple(x509.load_pem_x509_certificates(pem.encode())))


written = {}
writing = threading.Lock()


def file_of(name, octets):
    """Written once, for judges read it side by side."""
    path = work / name.replace(" ", "-").replace("/", "-")
    with writing:
        if path not in written:
            path.write_bytes(octets)
            written[path] = octets
    if written[path] != octets:
        raise AssertionError(f"two files are named {path}")
    return str(path)

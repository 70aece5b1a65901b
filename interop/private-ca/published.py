"""What the authorities publish in plain HTTP, found as verifiers find it: by the addresses in the certificates."""

import time

import requests
from chains import file_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

# Seconds.
patience = 20


def fetch(url):
    answer = requests.get(url, timeout=patience)
    answer.raise_for_status()
    return answer.content


def list_addresses(certificate):
    return addresses(certificate, x509.CRLDistributionPoints)


def delta_addresses(certificate):
    return addresses(certificate, x509.FreshestCRL)


def addresses_of_lists(certificate):
    return [*list_addresses(certificate), *delta_addresses(certificate)]


def ocsp_address(certificate):
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    return next(
        entry.access_location.value for entry in access if entry.access_method == AuthorityInformationAccessOID.OCSP
    )


def lists_file(chain):
    """Every list that speaks for a certificate of the chain, deltas too, in PEM. The root is nobody's to revoke."""
    fetched = {}
    for certificate in chain.certificates[:-1]:
        for url in addresses_of_lists(certificate):
            fetched[url] = x509.load_der_x509_crl(fetch(url))
    pem = b"".join(list.public_bytes(Encoding.PEM) for list in fetched.values())
    return file_of(f"{chain.name} {digest_of(pem)}.lists.pem", pem)


def await_listed(certificate, listed=True):
    """Until the list that is due at once, a delta where there are deltas, says so."""
    urls = delta_addresses(certificate) or list_addresses(certificate)
    for _ in range(patience * 10):
        entry = x509.load_der_x509_crl(fetch(urls[0])).get_revoked_certificate_by_serial_number(
            certificate.serial_number
        )
        if is_standing(entry) == listed:
            return
        time.sleep(0.1)
    raise AssertionError(f"{urls[0]} does not say so after {patience} seconds")


def is_standing(entry):
    if entry is None:
        return False
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason != x509.ReasonFlags.remove_from_crl
    except x509.ExtensionNotFound:
        return True


def ocsp_answer(certificate, issuer):
    """DER of what the responder says of it."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
    answer = requests.post(
        ocsp_address(certificate),
        data=request.public_bytes(Encoding.DER),
        headers={"Content-Type": "application/ocsp-request"},
        timeout=patience,
    )
    answer.raise_for_status()
    return answer.content


def digest_of(octets):
    digest = hashes.Hash(hashes.SHA256())
    digest.update(octets)
    return digest.finalize().hex()[:16]


def addresses(certificate, kind):
    try:
        points = certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for point in points for name in point.full_name]

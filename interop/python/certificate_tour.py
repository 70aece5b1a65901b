"""Certificates: made, imported, merged, served over TLS, used for signatures, deleted, recovered, backed up."""

import base64
import hashlib
import os

from azure.keyvault.certificates import (
    CertificateContentType,
    CertificatePolicy,
    KeyCurveName,
    KeyType,
    KeyUsageType,
    LifetimeAction,
    WellKnownIssuerNames,
)
from azure.keyvault.keys.crypto import SignatureAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from outside_ca import OutsideCa, der, named, pem, pkcs8
from steps import refused, same
from tls_connection import certificate_served

host = "tour.example.org"


def policy(issuer=WellKnownIssuerNames.self, **changes):
    settings = {
        "issuer_name": issuer,
        "subject": f"CN={host}",
        "san_dns_names": [host],
        "key_type": KeyType.ec,
        "key_curve_name": KeyCurveName.p_256,
        "key_usage": [KeyUsageType.digital_signature],
        "content_type": CertificateContentType.pkcs12,
        "validity_in_months": 12,
    }
    return CertificatePolicy(**{**settings, **changes})


def take(tour, clients, powerless):
    create(tour, clients)
    change(tour, clients)
    bring(tour, clients)
    use(tour, clients)
    remove(tour, clients)
    refuse(tour, clients, powerless)


def create(tour, clients):
    certificates = clients.certificates

    @tour.step("creates a self-signed EC certificate and polls until it is there")
    def _():
        made = certificates.begin_create_certificate("ec", policy(), tags={"made": "by the tour"}).result()
        certificate = x509.load_der_x509_certificate(bytes(made.cer))
        same(certificate.subject, named(host))
        certificate.verify_directly_issued_by(certificate)
        same(certificate.public_key().curve.name, "secp256r1")
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        same(names.get_values_for_type(x509.DNSName), [host])
        same(bytes(made.properties.x509_thumbprint), hashlib.sha1(bytes(made.cer)).digest())
        same(made.properties.tags, {"made": "by the tour"})
        same(certificates.get_certificate_operation("ec").status, "completed")

    @tour.step("creates a self-signed RSA certificate with a PEM secret")
    def _():
        wanted = policy(
            key_type=KeyType.rsa,
            key_curve_name=None,
            key_size=3072,
            content_type=CertificateContentType.pem,
            key_usage=[KeyUsageType.digital_signature, KeyUsageType.key_encipherment],
        )
        made = certificates.begin_create_certificate("rsa", wanted).result()
        same(x509.load_der_x509_certificate(bytes(made.cer)).public_key().key_size, 3072)
        value = clients.secrets.get_secret("rsa")
        same(value.properties.content_type, "application/x-pem-file")
        assert value.value.startswith("-----BEGIN PRIVATE KEY-----")

    @tour.step("reads the current version and a former one, and lists the versions")
    def _():
        first = certificates.get_certificate("ec")
        second = certificates.begin_create_certificate("ec", policy()).result()
        assert first.properties.version != second.properties.version
        same(certificates.get_certificate("ec").properties.version, second.properties.version)
        former = certificates.get_certificate_version("ec", first.properties.version)
        same(bytes(former.cer), bytes(first.cer))
        listed = {item.version for item in certificates.list_properties_of_certificate_versions("ec")}
        same(listed, {first.properties.version, second.properties.version})

    @tour.step("lists certificates page by page")
    def _():
        pages = list(certificates.list_properties_of_certificates(max_page_size=1).by_page())
        same([[item.name for item in page] for page in pages], [["ec"], ["rsa"]])


def change(tour, clients):
    certificates = clients.certificates

    @tour.step("reads a policy and updates it")
    def _():
        read = certificates.get_certificate_policy("ec")
        same((read.issuer_name, read.key_type, read.key_curve_name), ("Self", "EC", "P-256"))
        renewal = LifetimeAction("AutoRenew", days_before_expiry=30)
        changed = CertificatePolicy(validity_in_months=6, lifetime_actions=[renewal])
        certificates.update_certificate_policy("ec", changed)
        again = certificates.get_certificate_policy("ec")
        same((again.subject, again.key_type, again.validity_in_months), (read.subject, "EC", 6))
        same([(one.action, one.days_before_expiry) for one in again.lifetime_actions], [("AutoRenew", 30)])

    @tour.step("disables a version, whose secret is then not given out, and enables it")
    def _():
        disabled = certificates.update_certificate_properties("ec", enabled=False, tags={"state": "off"})
        same((disabled.properties.enabled, disabled.properties.tags), (False, {"state": "off"}))
        refused(lambda: clients.secrets.get_secret("ec"), 403, "Forbidden", "SecretDisabled")
        same(certificates.update_certificate_properties("ec", enabled=True).properties.enabled, True)
        assert clients.secrets.get_secret("ec").value


def bring(tour, clients):
    certificates = clients.certificates
    authority = OutsideCa()
    chain = [authority.intermediate, authority.root]

    def pfx_of(name):
        """Key, certificate and chain in the secret, whose PFX has no password."""
        secret = clients.secrets.get_secret(name)
        same(secret.properties.content_type, "application/x-pkcs12")
        return pkcs12.load_key_and_certificates(base64.b64decode(secret.value), None)

    @tour.step("imports a PFX with its chain, under a password")
    def _():
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = authority.sign_key(key.public_key(), host)
        blob = pkcs12.serialize_key_and_certificates(b"web", key, leaf, chain, BestAvailableEncryption(b"pass word"))
        brought = certificates.import_certificate("pfx", blob, password="pass word", tags={"from": "outside"})
        same(bytes(brought.cer), der(leaf))
        same(brought.policy.issuer_name, "Unknown")
        read_key, read_leaf, read_chain = pfx_of("pfx")
        same(read_key.private_numbers(), key.private_numbers())
        same([read_leaf, *read_chain], [leaf, *chain])

    @tour.step("refuses a PFX under a wrong password")
    def _():
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = authority.sign_key(key.public_key(), host)
        blob = pkcs12.serialize_key_and_certificates(b"web", key, leaf, None, BestAvailableEncryption(b"right"))
        refused(lambda: certificates.import_certificate("wrong", blob, password="wrong"), 400, "BadParameter")
        refused(lambda: certificates.get_certificate("wrong"), 404, "CertificateNotFound")

    @tour.step("imports PEM with its chain")
    def _():
        key = rsa.generate_private_key(65537, 2048)
        leaf = authority.sign_key(key.public_key(), host)
        wanted = CertificatePolicy(issuer_name="Unknown", content_type=CertificateContentType.pem)
        text = pkcs8(key) + pem(leaf, *chain)
        brought = certificates.import_certificate("pem", text, policy=wanted)
        same(bytes(brought.cer), der(leaf))
        secret = clients.secrets.get_secret("pem")
        same(secret.properties.content_type, "application/x-pem-file")
        same(x509.load_pem_x509_certificates(secret.value.encode()), [leaf, *chain])

    @tour.step("has an outside CA sign the request of an operation, and merges what it gives")
    def _():
        poller = certificates.begin_create_certificate("merged", policy(WellKnownIssuerNames.unknown))
        operation = certificates.get_certificate_operation("merged")
        same(operation.status, "inProgress")
        refused(lambda: certificates.begin_create_certificate("merged", policy()), 409, "Forbidden")
        leaf = authority.sign_request(bytes(operation.csr))
        merged = certificates.merge_certificate("merged", [der(leaf), *map(der, chain)], tags={"by": "hand"})
        same(bytes(merged.cer), der(leaf))
        poller.wait()
        same(certificates.get_certificate_operation("merged").status, "completed")
        read_key, read_leaf, read_chain = pfx_of("merged")
        same(read_key.public_key(), leaf.public_key())
        same([read_leaf, *read_chain], [leaf, *chain])

    @tour.step("refuses to merge a certificate for another key")
    def _():
        certificates.begin_create_certificate("mismatch", policy(WellKnownIssuerNames.unknown))
        leaf = authority.sign_key(ec.generate_private_key(ec.SECP256R1()).public_key(), host)
        refused(lambda: certificates.merge_certificate("mismatch", [der(leaf)]), 400, "BadParameter")

    @tour.step("cancels an operation and deletes it")
    def _():
        certificates.begin_create_certificate("cancelled", policy(WellKnownIssuerNames.unknown))
        same(certificates.cancel_certificate_operation("cancelled").cancellation_requested, True)
        certificates.delete_certificate_operation("cancelled")
        refused(lambda: certificates.get_certificate_operation("cancelled"), 404, "PendingCertificateNotFound")

    for name in ("pfx", "merged"):

        @tour.step(f"serves TLS with the PFX of the secret '{name}', and a client that trusts the root connects")
        def _(name=name):
            key, leaf, intermediates = pfx_of(name)
            path = os.path.join(os.environ["INTEROP_WORK"], f"{name}.pem")
            with open(path, "wb") as file:
                file.write(pkcs8(key) + pem(leaf, *intermediates))
            served = certificate_served(path, host, pem(authority.root).decode())
            same(served, bytes(clients.certificates.get_certificate(name).cer))


def use(tour, clients):
    message = b"what the tour signs"
    digest = hashlib.sha256(message).digest()

    def public_key_of(name):
        return x509.load_der_x509_certificate(bytes(clients.certificates.get_certificate(name).cer)).public_key()

    @tour.step("signs with the EC key of a certificate; service and certificate verify it")
    def _():
        key = clients.keys.get_key("ec")
        same(key.properties.managed, True)
        cryptography = clients.cryptography(key.id)
        signature = cryptography.sign(SignatureAlgorithm.es256, digest).signature
        assert cryptography.verify(SignatureAlgorithm.es256, digest, signature).is_valid
        assert not cryptography.verify(SignatureAlgorithm.es256, digest[::-1], signature).is_valid
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public_key_of("ec").verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))

    @tour.step("signs with the RSA key of a certificate by both paddings")
    def _():
        cryptography = clients.cryptography(clients.keys.get_key("rsa").id)
        paddings = {
            SignatureAlgorithm.rs256: padding.PKCS1v15(),
            SignatureAlgorithm.ps256: padding.PSS(padding.MGF1(hashes.SHA256()), 32),
        }
        for algorithm, how in paddings.items():
            signature = cryptography.sign(algorithm, digest).signature
            public_key_of("rsa").verify(signature, message, how, hashes.SHA256())


def remove(tour, clients):
    certificates = clients.certificates

    @tour.step("deletes a certificate, lists it among the deleted, and recovers it with key and secret")
    def _():
        before = certificates.get_certificate("pfx")
        deleted = certificates.begin_delete_certificate("pfx").result()
        same((deleted.name, deleted.properties.version), ("pfx", before.properties.version))
        assert deleted.scheduled_purge_date > deleted.deleted_on
        refused(lambda: certificates.get_certificate("pfx"), 404, "CertificateNotFound")
        refused(lambda: clients.secrets.get_secret("pfx"), 404, "SecretNotFound")
        same([item.name for item in certificates.list_deleted_certificates()], ["pfx"])
        same(certificates.get_deleted_certificate("pfx").recovery_id, deleted.recovery_id)
        refused(
            lambda: certificates.begin_create_certificate("pfx", policy()),
            409,
            "Conflict",
            "ObjectIsDeletedButRecoverable",
        )
        certificates.begin_recover_deleted_certificate("pfx").result()
        same(bytes(certificates.get_certificate("pfx").cer), bytes(before.cer))
        assert clients.secrets.get_secret("pfx").value

    @tour.step("backs a certificate up, purges it, and restores it with all its versions")
    def _():
        versions = {item.version for item in certificates.list_properties_of_certificate_versions("ec")}
        before = certificates.get_certificate("ec")
        backup = certificates.backup_certificate("ec")
        refused(lambda: certificates.restore_certificate_backup(backup), 409, "Conflict")
        certificates.begin_delete_certificate("ec").result()
        certificates.purge_deleted_certificate("ec")
        refused(lambda: certificates.get_deleted_certificate("ec"), 404, "CertificateNotFound")
        restored = certificates.restore_certificate_backup(backup)
        same(bytes(restored.cer), bytes(before.cer))
        again = {item.version for item in certificates.list_properties_of_certificate_versions("ec")}
        same(again, versions)
        assert clients.secrets.get_secret("ec").value

    @tour.step("refuses a backup that was tampered with")
    def _():
        backup = bytearray(certificates.backup_certificate("rsa"))
        backup[len(backup) // 2] ^= 1
        certificates.begin_delete_certificate("rsa").result()
        certificates.purge_deleted_certificate("rsa")
        refused(lambda: certificates.restore_certificate_backup(bytes(backup)), 400, "Malformed backup blob")


def refuse(tour, clients, powerless):
    certificates = clients.certificates

    @tour.step("says what is missing")
    def _():
        version = "0" * 32
        refused(lambda: certificates.get_certificate("nothing"), 404, "CertificateNotFound")
        refused(lambda: certificates.get_certificate_version("pfx", version), 404, "CertificateNotFound")
        refused(lambda: certificates.get_certificate_operation("nothing"), 404, "PendingCertificateNotFound")
        refused(lambda: certificates.get_deleted_certificate("nothing"), 404, "CertificateNotFound")

    @tour.step("gives nothing to a caller without a role")
    def _():
        for call in (
            lambda: powerless.certificates.get_certificate("pfx"),
            lambda: powerless.certificates.begin_create_certificate("other", policy()),
            lambda: list(powerless.certificates.list_properties_of_certificates()),
            lambda: powerless.secrets.get_secret("pfx"),
            lambda: powerless.keys.get_key("pfx"),
        ):
            refused(call, 403, "Forbidden", "ForbiddenByRbac")

    @tour.step("refuses to change key and secret of a certificate by themselves")
    def _():
        refused(lambda: clients.secrets.set_secret("pfx", "other"), 403, "Forbidden", "SecretManagedByKeyVault")
        refused(lambda: clients.secrets.begin_delete_secret("pfx"), 403, "Forbidden", "SecretManagedByKeyVault")
        refused(lambda: clients.keys.begin_delete_key("pfx"), 403, "Forbidden", "KeyManagedByKeyVault")

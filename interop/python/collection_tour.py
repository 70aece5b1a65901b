"""What a vault has beside its objects: contacts and issuers."""

from azure.keyvault.certificates import AdministratorContact, CertificateContact
from certificate_tour import host, policy
from cryptography import x509
from steps import refused, same


def take(tour, clients):
    contacts(tour, clients.certificates)
    issuers(tour, clients.certificates)


def contacts(tour, certificates):
    @tour.step("sets, reads and deletes the contacts")
    def _():
        refused(certificates.get_contacts, 404, "ContactsNotFound")
        wanted = [CertificateContact(email="team@example.org", name="Team", phone="123")]
        same([one.email for one in certificates.set_contacts(wanted)], ["team@example.org"])
        read = certificates.get_contacts()
        same([(one.email, one.name, one.phone) for one in read], [("team@example.org", "Team", "123")])
        same([one.email for one in certificates.delete_contacts()], ["team@example.org"])
        refused(certificates.get_contacts, 404, "ContactsNotFound")


def issuers(tour, certificates):
    @tour.step("sets, reads, updates and lists issuers, and never shows a password")
    def _():
        administrator = AdministratorContact(first_name="Ada", last_name="L", email="ada@example.org", phone="1")
        made = certificates.create_issuer(
            "authority",
            "Test",
            account_id="account",
            password="a password",
            organization_id="organisation",
            admin_contacts=[administrator],
        )
        same((made.provider, made.account_id, made.organization_id), ("Test", "account", "organisation"))
        same(made.password, None)
        same([one.email for one in made.admin_contacts], ["ada@example.org"])
        updated = certificates.update_issuer("authority", account_id="another")
        same((updated.account_id, updated.organization_id), ("another", "organisation"))
        same(certificates.get_issuer("authority").account_id, "another")
        listed = [(one.name, one.provider) for one in certificates.list_properties_of_issuers()]
        same(listed, [("authority", "Test")])

    @tour.step("has the named issuer sign a certificate")
    def _():
        made = certificates.begin_create_certificate("issued", policy("authority")).result()
        certificate = x509.load_der_x509_certificate(bytes(made.cer))
        assert certificate.issuer != certificate.subject
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        same(names.get_values_for_type(x509.DNSName), [host])

    @tour.step("deletes an issuer")
    def _():
        same(certificates.delete_issuer("authority").name, "authority")
        refused(lambda: certificates.get_issuer("authority"), 404, "CertificateIssuerNotFound")

package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;
import static tour.Judging.refused;

import com.azure.security.keyvault.certificates.models.AdministratorContact;
import com.azure.security.keyvault.certificates.models.CertificateContact;
import com.azure.security.keyvault.certificates.models.CertificateIssuer;
import java.util.List;

final class Issuers {
    static final List<Step> steps = List.of(
        new Step("an issuer is set, read, changed, listed and deleted; its password stays inside", vault -> {
            var set = vault.certificates().createIssuer(new CertificateIssuer("issuer", "Test")
                .setAccountId("account")
                .setPassword("secret")
                .setAdministratorContacts(List.of(new AdministratorContact().setEmail("admin@example.org"))));
            equal("the account", set.getAccountId(), "account");
            equal("the password", set.getPassword(), null);
            vault.certificates().updateIssuer(set.setEnabled(false));
            var read = vault.certificates().getIssuer("issuer");
            equal("enabled", read.isEnabled(), false);
            equal("the administrator", read.getAdministratorContacts().get(0).getEmail(), "admin@example.org");
            holds("it is listed", vault.certificates().listPropertiesOfIssuers().stream()
                .anyMatch(each -> each.getName().equals("issuer") && each.getProvider().equals("Test")));
            vault.certificates().deleteIssuer("issuer");
            refused("a deleted issuer", 404, "CertificateIssuerNotFound",
                () -> vault.certificates().getIssuer("issuer"));
        }),
        new Step("a certificate comes from the issuer that its policy names", vault -> {
            vault.certificates().createIssuer(new CertificateIssuer("test-ca", "Test"));
            var issued = vault.create("issued", Vault.ec("test-ca", "issued.example.org"));
            var chain = Identity.ofSecret(vault.secrets().getSecret("issued").getValue()).chain();
            equal("the certificate", issued.getCer(), chain.get(0).getEncoded());
            equal("the length of the chain", chain.size(), 2);
            chain.get(0).verify(chain.get(1).getPublicKey());
        }),
        new Step("contacts are set, read and deleted", vault -> {
            var contacts = List.of(
                new CertificateContact().setEmail("admin@example.org").setName("Ada").setPhone("1 555 0100"),
                new CertificateContact().setEmail("other@example.org"));
            // The clients answer lists that ask only when they are read.
            vault.certificates().setContacts(contacts).stream().toList();
            var read = vault.certificates().listContacts().stream().toList();
            equal("the addresses", read.stream().map(CertificateContact::getEmail).toList(),
                List.of("admin@example.org", "other@example.org"));
            equal("the phone", read.get(0).getPhone(), "1 555 0100");
            equal("how many were deleted", vault.certificates().deleteContacts().stream().toList().size(), 2);
            refused("reading them then", 404, "ContactsNotFound",
                () -> vault.certificates().listContacts().stream().toList());
        }));
}

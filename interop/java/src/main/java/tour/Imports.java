package tour;

import static tour.Judging.equal;
import static tour.Judging.refused;

import com.azure.security.keyvault.certificates.models.CertificateContentType;
import com.azure.security.keyvault.certificates.models.CertificatePolicy;
import com.azure.security.keyvault.certificates.models.ImportCertificateOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class Imports {
    static final List<Step> steps = List.of(
        new Step("a PFX with a chain and a password is imported", vault -> {
            var identity = new Authority().issue("pfx.example.org");
            var options = new ImportCertificateOptions("pfx", identity.pfx("a password")).setPassword("a password");
            var imported = vault.certificates().importCertificate(options);
            equal("the certificate", imported.getCer(), identity.leaf().getEncoded());
            var held = Identity.ofSecret(vault.secrets().getSecret("pfx").getValue());
            equal("the chain in the secret", held.chain(), identity.chain());
            equal("the key in the secret", held.number(), identity.number());
        }),
        new Step("a PFX with a wrong password is refused", vault -> {
            var pfx = new Authority().issue("wrong.example.org").pfx("right password");
            var options = new ImportCertificateOptions("wrong-password", pfx).setPassword("wrong");
            refused("it", 400, "BadParameter", () -> vault.certificates().importCertificate(options));
        }),
        new Step("a PEM with a chain is imported and comes back as PEM", vault -> {
            var identity = new Authority().issue("pem.example.org");
            var pem = identity.pem();
            var options = new ImportCertificateOptions("pem", pem.getBytes(StandardCharsets.UTF_8))
                .setPolicy(new CertificatePolicy("Unknown", "CN=pem.example.org")
                    .setContentType(CertificateContentType.PEM));
            var imported = vault.certificates().importCertificate(options);
            equal("the certificate", imported.getCer(), identity.leaf().getEncoded());
            equal("the content type", imported.getPolicy().getContentType(), CertificateContentType.PEM);
            var held = Identity.ofPem(vault.secrets().getSecret("pem").getValue());
            equal("the chain in the secret", held.chain(), identity.chain());
            equal("the key in the secret", held.number(), identity.number());
        }));
}

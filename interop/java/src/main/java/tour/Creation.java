package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;

import com.azure.security.keyvault.certificates.models.CertificateKeyUsage;
import com.azure.security.keyvault.certificates.models.CertificateProperties;
import com.azure.security.keyvault.certificates.models.KeyVaultCertificateWithPolicy;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.stream.Collectors;
import java.util.Set;

final class Creation {
    static final List<Step> steps = List.of(
        new Step("a self-signed certificate with an EC key is created and read", vault -> {
            var made = vault.create("ec", Vault.ec("Self", "ec.example.org"));
            var leaf = selfSigned(made, "ec.example.org");
            equal("the size", ((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength(), 256);
            equal("the key usage", made.getPolicy().getKeyUsage(), List.of(CertificateKeyUsage.DIGITAL_SIGNATURE));
            equal("what is read", vault.certificates().getCertificate("ec").getCer(), made.getCer());
        }),
        new Step("a self-signed certificate with an RSA key is created and read", vault -> {
            var made = vault.create("rsa", Vault.rsa("Self", "rsa.example.org"));
            var leaf = selfSigned(made, "rsa.example.org");
            equal("the size", ((RSAPublicKey) leaf.getPublicKey()).getModulus().bitLength(), 2048);
            equal("what is read", vault.certificates().getCertificate("rsa").getCer(), made.getCer());
        }),
        new Step("versions are listed, and each is read by its name", vault -> {
            var first = vault.create("versions", Vault.ec("Self", "first.example.org"));
            var second = vault.create("versions", Vault.ec("Self", "second.example.org"));
            var listed = vault.certificates().listPropertiesOfCertificateVersions("versions").stream()
                .map(CertificateProperties::getVersion).collect(Collectors.toSet());
            equal("the list", listed, Set.of(versionOf(first), versionOf(second)));
            var former = vault.certificates().getCertificateVersion("versions", versionOf(first));
            equal("the former certificate", former.getCer(), first.getCer());
        }),
        new Step("certificates are listed", vault -> {
            vault.create("listed", Vault.ec("Self", "listed.example.org"));
            var properties = vault.certificates().listPropertiesOfCertificates().stream()
                .filter(each -> each.getName().equals("listed")).toList();
            equal("how often it is listed", properties.size(), 1);
            equal("enabled", properties.get(0).isEnabled(), true);
        }));

    static String versionOf(KeyVaultCertificateWithPolicy certificate) {
        return certificate.getProperties().getVersion();
    }

    /** Holds the answer to what the certificate in it says. */
    private static X509Certificate selfSigned(KeyVaultCertificateWithPolicy made, String host) throws Exception {
        var leaf = Identity.certificate(made.getCer());
        leaf.verify(leaf.getPublicKey());
        leaf.checkValidity();
        equal("the subject", leaf.getSubjectX500Principal().getName(), "CN=" + host);
        var names = leaf.getSubjectAlternativeNames();
        holds("it names the host", names.stream().anyMatch(name -> host.equals(name.get(1))));
        var thumbprint = MessageDigest.getInstance("SHA-1").digest(leaf.getEncoded());
        equal("the thumbprint", made.getProperties().getX509Thumbprint(), thumbprint);
        equal("the expiry", made.getProperties().getExpiresOn().toInstant(), leaf.getNotAfter().toInstant());
        equal("the issuer", made.getPolicy().getIssuerName(), "Self");
        return leaf;
    }
}

package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;
import static tour.Judging.refused;

import java.util.List;

final class Deletion {
    static final List<Step> steps = List.of(
        new Step("a deleted certificate is recovered", vault -> {
            var kept = vault.create("recovered", Vault.ec("Self", "recovered.example.org"));
            vault.delete("recovered");
            refused("a deleted certificate", 404, "CertificateNotFound",
                () -> vault.certificates().getCertificate("recovered"));
            refused("its secret", 404, "SecretNotFound", () -> vault.secrets().getSecret("recovered"));
            vault.finish(vault.certificates().beginRecoverDeletedCertificate("recovered"));
            var current = vault.certificates().getCertificate("recovered");
            equal("the current version", Creation.versionOf(current), Creation.versionOf(kept));
        }),
        new Step("a deleted certificate is listed until it is purged", vault -> {
            vault.create("purged", Vault.ec("Self", "purged.example.org"));
            vault.delete("purged");
            var deleted = vault.certificates().getDeletedCertificate("purged");
            holds("it will be purged later", deleted.getScheduledPurgeDate().isAfter(deleted.getDeletedOn()));
            holds("it is listed", isListed(vault, "purged"));
            vault.certificates().purgeDeletedCertificate("purged");
            refused("a purged certificate", 404, "CertificateNotFound",
                () -> vault.certificates().getDeletedCertificate("purged"));
            holds("it is not listed", !isListed(vault, "purged"));
            vault.create("purged", Vault.ec("Self", "again.example.org"));
        }),
        new Step("the name of a deleted certificate is taken", vault -> {
            vault.create("taken", Vault.ec("Self", "taken.example.org"));
            vault.delete("taken");
            refused("it", 409, "Conflict", () -> vault.create("taken", Vault.ec("Self", "taken.example.org")));
        }));

    private static boolean isListed(Vault vault, String name) {
        return vault.certificates().listDeletedCertificates().stream().anyMatch(each -> each.getName().equals(name));
    }
}

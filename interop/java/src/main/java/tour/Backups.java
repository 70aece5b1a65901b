package tour;

import static tour.Judging.equal;
import static tour.Judging.refused;

import java.nio.charset.StandardCharsets;
import java.util.List;

final class Backups {
    static final List<Step> steps = List.of(
        new Step("a certificate is restored from its backup with every version and key", vault -> {
            var first = vault.create("saved", Vault.ec("Self", "first.example.org"));
            var second = vault.create("saved", Vault.ec("Self", "second.example.org"));
            var secret = vault.secrets().getSecret("saved").getValue();
            var backup = vault.certificates().backupCertificate("saved");
            refused("a restore over what is there", 409, "Conflict",
                () -> vault.certificates().restoreCertificateBackup(backup));
            vault.purge("saved");

            var restored = vault.certificates().restoreCertificateBackup(backup);
            equal("the version", Creation.versionOf(restored), Creation.versionOf(second));
            equal("the certificate", restored.getCer(), second.getCer());
            equal("the secret", vault.secrets().getSecret("saved").getValue(), secret);
            var former = vault.certificates().getCertificateVersion("saved", Creation.versionOf(first));
            equal("the former certificate", former.getCer(), first.getCer());
        }),
        new Step("what is no backup is not restored", vault -> {
            var text = "no backup at all".getBytes(StandardCharsets.UTF_8);
            refused("it", 400, "Malformed backup blob", () -> vault.certificates().restoreCertificateBackup(text));
        }));
}

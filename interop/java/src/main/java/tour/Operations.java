package tour;

import static tour.Judging.equal;
import static tour.Judging.refused;

import java.util.List;

final class Operations {
    static final List<Step> steps = List.of(
        new Step("an operation that waits for a merge is cancelled and deleted", vault -> {
            var operation = vault.open("waiting", Vault.ec("Unknown", "waiting.example.org")).poll().getValue();
            equal("the status", operation.getStatus(), "inProgress");
            refused("another operation", 409, "Forbidden",
                () -> vault.create("waiting", Vault.ec("Self", "other.example.org")));
            vault.certificates().cancelCertificateOperation("waiting");
            vault.certificates().deleteCertificateOperation("waiting");
            refused("a deleted operation", 404, "PendingCertificateNotFound",
                () -> vault.certificates().deleteCertificateOperation("waiting"));
        }));
}

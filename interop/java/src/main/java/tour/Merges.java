package tour;

import static tour.Judging.equal;
import static tour.Judging.refused;

import com.azure.security.keyvault.certificates.models.CertificatePolicy;
import com.azure.security.keyvault.certificates.models.KeyVaultCertificateWithPolicy;
import com.azure.security.keyvault.certificates.models.MergeCertificateOptions;
import java.util.List;

final class Merges {
    static final List<Step> steps = List.of(
        new Step("what an outside CA signed is merged, and its chain is in the secret", vault -> {
            var merged = merge(vault, "merged", Vault.rsa("Unknown", "merged.example.org"));
            var current = vault.certificates().getCertificate("merged");
            equal("the current version", Creation.versionOf(current), Creation.versionOf(merged));
            var chain = Identity.ofSecret(vault.secrets().getSecret("merged").getValue()).chain();
            equal("the length of the chain", chain.size(), 2);
            chain.get(0).verify(chain.get(1).getPublicKey());
        }),
        new Step("the poller of a create ends once somebody has merged", vault -> {
            var ca = new Authority();
            var poller = vault.open("polled", Vault.ec("Unknown", "polled.example.org"));
            var leaf = ca.answer(poller.poll().getValue().getCsr());
            vault.certificates().mergeCertificate(new MergeCertificateOptions("polled", List.of(leaf)));
            vault.finish(poller);
            equal("its result", poller.getFinalResult().getCer(), leaf);
        }),
        new Step("a certificate for another request is not merged", vault -> {
            vault.open("mine", Vault.ec("Unknown", "mine.example.org"));
            var leaf = new Authority().issue("mine.example.org").leaf().getEncoded();
            refused("it", 400, "BadParameter", () ->
                vault.certificates().mergeCertificate(new MergeCertificateOptions("mine", List.of(leaf))));
        }));

    /** Opens an operation, has an outside CA sign its request, and merges what came. */
    static KeyVaultCertificateWithPolicy merge(Vault vault, String name, CertificatePolicy policy) throws Exception {
        var ca = new Authority();
        var leaf = ca.answer(vault.open(name, policy).poll().getValue().getCsr());
        // The client says `enabled: false` unless it is told otherwise.
        var options = new MergeCertificateOptions(name, List.of(leaf, ca.certificate)).setEnabled(true);
        var merged = vault.certificates().mergeCertificate(options);
        equal("the merged certificate", merged.getCer(), leaf);
        return merged;
    }
}

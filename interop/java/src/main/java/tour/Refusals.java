package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;
import static tour.Judging.refused;

import com.azure.core.credential.TokenCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import java.util.List;

final class Refusals {
    static final List<Step> steps = List.of(
        new Step("a name that does not exist is not found", vault -> {
            refused("a certificate", 404, "CertificateNotFound", () -> vault.certificates().getCertificate("nobody"));
            refused("a policy", 404, "CertificateNotFound", () -> vault.certificates().getCertificatePolicy("nobody"));
            refused("a secret", 404, "SecretNotFound", () -> vault.secrets().getSecret("nobody"));
            refused("a key", 404, "KeyNotFound", () -> vault.keys().getKey("nobody"));
        }),
        new Step("a version that does not exist is not found", vault -> {
            vault.create("one", Vault.ec("Self", "one.example.org"));
            refused("it", 404, "CertificateNotFound",
                () -> vault.certificates().getCertificateVersion("one", "0".repeat(32)));
        }),
        new Step("a policy that makes no sense is refused", vault ->
            refused("it", 400, "BadParameter",
                () -> vault.create("odd", Vault.ec("Self", "odd.example.org").setValidityInMonths(0)))),
        new Step("the secret of a certificate is not set by hand", vault -> {
            vault.create("managed", Vault.ec("Self", "managed.example.org"));
            var before = vault.secrets().getSecret("managed").getValue();
            refused("it", 403, "Forbidden", () -> vault.secrets().setSecret("managed", "mine"));
            equal("the secret", vault.secrets().getSecret("managed").getValue(), before);
        }),
        new Step("a caller without a role gets nothing", vault -> {
            vault.create("guarded", Vault.ec("Self", "guarded.example.org"));
            var powerless = Vault.connect(credential(
                System.getenv("INTEROP_POWERLESS_CLIENT_ID"), System.getenv("INTEROP_POWERLESS_CLIENT_SECRET")));
            refused("the certificate", 403, "Forbidden", () -> powerless.certificates().getCertificate("guarded"));
            refused("the secret", 403, "Forbidden", () -> powerless.secrets().getSecret("guarded"));
            refused("the key", 403, "Forbidden", () -> powerless.keys().getKey("guarded"));
            refused("what does not exist", 403, "Forbidden", () -> powerless.certificates().getCertificate("nobody"));
        }),
        new Step("a wrong client secret gets no token", vault -> {
            var stranger = Vault.connect(credential(System.getenv("AZURE_CLIENT_ID"), "wrong"));
            try {
                stranger.certificates().getCertificate("ec");
            } catch (RuntimeException refusal) {
                // Invalid client secret, in the number of Microsoft Entra ID.
                holds("the refusal tells its reason", refusal.toString().contains("AADSTS7000215"));
                return;
            }
            throw new AssertionError("it was not refused");
        }),
        new Step("a managed identity of the machine signs in without a secret", vault -> {
            var made = vault.create("by-identity", Vault.ec("Self", "by-identity.example.org"));
            var machine = Vault.connect(new ManagedIdentityCredentialBuilder().build());
            var read = machine.certificates().getCertificate("by-identity");
            equal("what it reads", read.getCer(), made.getCer());
        }));

    private static TokenCredential credential(String clientId, String clientSecret) {
        return new ClientSecretCredentialBuilder()
            .tenantId(System.getenv("AZURE_TENANT_ID"))
            .clientId(clientId)
            .clientSecret(clientSecret)
            .disableInstanceDiscovery()
            .build();
    }
}

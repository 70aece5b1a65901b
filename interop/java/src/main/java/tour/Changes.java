package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;
import static tour.Judging.refused;

import com.azure.security.keyvault.certificates.models.CertificatePolicyAction;
import com.azure.security.keyvault.certificates.models.LifetimeAction;
import java.util.List;
import java.util.Map;

final class Changes {
    static final List<Step> steps = List.of(
        new Step("a policy is read and changed", vault -> {
            vault.create("policy", Vault.ec("Self", "policy.example.org"));
            var policy = vault.certificates().getCertificatePolicy("policy");
            equal("the validity", policy.getValidityInMonths(), 6);
            policy.setValidityInMonths(9);
            policy.setLifetimeActions(new LifetimeAction(CertificatePolicyAction.AUTO_RENEW).setDaysBeforeExpiry(20));
            var changed = vault.certificates().updateCertificatePolicy("policy", policy);
            equal("the new validity", changed.getValidityInMonths(), 9);
            var again = vault.certificates().getCertificatePolicy("policy");
            equal("the validity read again", again.getValidityInMonths(), 9);
            equal("the subject", again.getSubject(), "CN=policy.example.org");
            equal("the trigger", again.getLifetimeActions().get(0).getDaysBeforeExpiry(), 20);
        }),
        new Step("a version is disabled, tagged and enabled again", vault -> {
            var properties = vault.create("disabled", Vault.ec("Self", "disabled.example.org")).getProperties();
            properties.setEnabled(false).setTags(Map.of("team", "web"));
            var off = vault.certificates().updateCertificateProperties(properties).getProperties();
            equal("enabled", off.isEnabled(), false);
            equal("the tags", off.getTags(), Map.of("team", "web"));
            refused("its secret", 403, "Forbidden", () -> vault.secrets().getSecret("disabled"));
            var on = vault.certificates().updateCertificateProperties(off.setEnabled(true)).getProperties();
            equal("enabled again", on.isEnabled(), true);
            holds("its secret is there again", !vault.secrets().getSecret("disabled").getValue().isEmpty());
        }));
}

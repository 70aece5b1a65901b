package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;
import static tour.Judging.refused;

import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;

/** Secrets and keys that belong to no certificate. */
final class Standing {
    static final List<Step> steps = List.of(
        new Step("a secret is set, read, changed, deleted and recovered", vault -> {
            var first = vault.secrets().setSecret("word", "first");
            vault.secrets().setSecret("word", "second");
            equal("the current value", vault.secrets().getSecret("word").getValue(), "second");
            var version = first.getProperties().getVersion();
            equal("the former value", vault.secrets().getSecret("word", version).getValue(), "first");
            var properties = vault.secrets().getSecret("word").getProperties().setContentType("text/plain");
            vault.secrets().updateSecretProperties(properties);
            var changed = vault.secrets().getSecret("word").getProperties();
            equal("the content type", changed.getContentType(), "text/plain");
            vault.finish(vault.secrets().beginDeleteSecret("word"));
            refused("a deleted secret", 404, "SecretNotFound", () -> vault.secrets().getSecret("word"));
            vault.finish(vault.secrets().beginRecoverDeletedSecret("word"));
            equal("the recovered value", vault.secrets().getSecret("word").getValue(), "second");
        }),
        new Step("a secret is restored from its backup", vault -> {
            vault.secrets().setSecret("kept", "kept");
            var backup = vault.secrets().backupSecret("kept");
            vault.finish(vault.secrets().beginDeleteSecret("kept"));
            vault.secrets().purgeDeletedSecret("kept");
            vault.secrets().restoreSecretBackup(backup);
            equal("the value", vault.secrets().getSecret("kept").getValue(), "kept");
        }),
        new Step("a key is created, signs, and is rotated", vault -> {
            var options = new CreateEcKeyOptions("signer").setCurveName(KeyCurveName.P_256);
            var created = vault.keys().createEcKey(options);
            var judge = Signature.getInstance("SHA256withECDSAinP1363Format");
            var publicKey = created.getKey().toEc().getPublic();
            Cryptography.sign(vault, "signer", SignatureAlgorithm.ES256, judge, publicKey);
            var rotated = vault.keys().rotateKey("signer");
            holds("the rotated one is another", !rotated.getId().equals(created.getId()));
        }),
        new Step("a key is imported and restored from its backup", vault -> {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pair = generator.generateKeyPair();
            var operations = List.of(KeyOperation.SIGN, KeyOperation.VERIFY);
            vault.keys().importKey("carried", JsonWebKey.fromRsa(pair, operations));
            var backup = vault.keys().backupKey("carried");
            vault.finish(vault.keys().beginDeleteKey("carried"));
            vault.keys().purgeDeletedKey("carried");
            vault.keys().restoreKeyBackup(backup);
            var judge = Signature.getInstance("SHA256withRSA");
            Cryptography.sign(vault, "carried", SignatureAlgorithm.RS256, judge, pair.getPublic());
        }));
}

package tour;

import static tour.Judging.equal;
import static tour.Judging.holds;

import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

final class Cryptography {
    private static final byte[] content = "what is signed".getBytes(StandardCharsets.UTF_8);

    static final List<Step> steps = List.of(
        new Step("the key of an EC certificate signs; the certificate verifies", vault -> {
            var made = vault.create("sign-ec", Vault.ec("Self", "sign-ec.example.org"));
            var judge = Signature.getInstance("SHA256withECDSAinP1363Format");
            sign(vault, "sign-ec", SignatureAlgorithm.ES256, judge, Identity.certificate(made.getCer()).getPublicKey());
        }),
        new Step("the key of an RSA certificate signs; the certificate verifies", vault -> {
            var made = vault.create("sign-rsa", Vault.rsa("Self", "sign-rsa.example.org"));
            var publicKey = Identity.certificate(made.getCer()).getPublicKey();
            sign(vault, "sign-rsa", SignatureAlgorithm.RS256, Signature.getInstance("SHA256withRSA"), publicKey);
            var pss = Signature.getInstance("RSASSA-PSS");
            pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            sign(vault, "sign-rsa", SignatureAlgorithm.PS256, pss, publicKey);
        }),
        new Step("the public key that is read is the certificate's", vault -> {
            var made = vault.create("public", Vault.rsa("Self", "public.example.org"));
            var key = vault.keys().getKey("public").getKey();
            equal("the key", key.toRsa().getPublic(), Identity.certificate(made.getCer()).getPublicKey());
            holds("no private part is in it", !key.hasPrivateKey());
        }),
        new Step("a key is wrapped with the certificate and unwrapped by the vault, and the other way round", vault -> {
            var made = vault.create("wrap", Vault.rsa("Self", "wrap.example.org"));
            var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.ENCRYPT_MODE, Identity.certificate(made.getCer()).getPublicKey(), new OAEPParameterSpec(
                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            var client = vault.keys().getCryptographyClient("wrap");
            var outside = client.unwrapKey(KeyWrapAlgorithm.RSA_OAEP_256, cipher.doFinal(content)).getKey();
            equal("what was unwrapped", outside, content);
            var wrapped = client.wrapKey(KeyWrapAlgorithm.RSA_OAEP, content).getEncryptedKey();
            equal("what was wrapped", client.unwrapKey(KeyWrapAlgorithm.RSA_OAEP, wrapped).getKey(), content);
        }));

    /** Has the vault's key sign, and both the client and the public key judge the signature. */
    static void sign(Vault vault, String name, SignatureAlgorithm algorithm, Signature judge, PublicKey publicKey)
        throws Exception {
        var client = vault.keys().getCryptographyClient(name);
        var digest = MessageDigest.getInstance("SHA-256").digest(content);
        var signature = client.sign(algorithm, digest).getSignature();
        judge.initVerify(publicKey);
        judge.update(content);
        holds("the public key verifies the signature", judge.verify(signature));
        holds("the client verifies the signature", client.verify(algorithm, digest, signature).isValid());
        digest[0] ^= 1;
        holds("the client tells another digest", !client.verify(algorithm, digest, signature).isValid());
    }
}

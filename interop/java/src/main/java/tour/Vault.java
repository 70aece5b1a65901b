package tour;

import com.azure.core.credential.TokenCredential;
import com.azure.core.util.polling.SyncPoller;
import com.azure.security.keyvault.certificates.CertificateClient;
import com.azure.security.keyvault.certificates.CertificateClientBuilder;
import com.azure.security.keyvault.certificates.models.CertificateKeyCurveName;
import com.azure.security.keyvault.certificates.models.CertificateKeyType;
import com.azure.security.keyvault.certificates.models.CertificateKeyUsage;
import com.azure.security.keyvault.certificates.models.CertificateOperation;
import com.azure.security.keyvault.certificates.models.CertificatePolicy;
import com.azure.security.keyvault.certificates.models.KeyVaultCertificateWithPolicy;
import com.azure.security.keyvault.certificates.models.SubjectAlternativeNames;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import java.time.Duration;
import java.util.List;

/** What a program holds: a client for each kind of object. */
record Vault(CertificateClient certificates, SecretClient secrets, KeyClient keys) {
    private static final Duration interval = Duration.ofMillis(100);
    private static final Duration patience = Duration.ofSeconds(30);

    /** At the address that {@code certkeep env} prints. The switch is needed because localhost is no vault's own name. */
    static Vault connect(TokenCredential credential) {
        var address = System.getenv("KEYVAULT_URI");
        return new Vault(
            new CertificateClientBuilder().vaultUrl(address).credential(credential)
                .disableChallengeResourceVerification().buildClient(),
            new SecretClientBuilder().vaultUrl(address).credential(credential)
                .disableChallengeResourceVerification().buildClient(),
            new KeyClientBuilder().vaultUrl(address).credential(credential)
                .disableChallengeResourceVerification().buildClient());
    }

    /** Asks for a P-256 key that signs. */
    static CertificatePolicy ec(String issuer, String host) {
        return new CertificatePolicy(issuer, "CN=" + host, names(host))
            .setKeyType(CertificateKeyType.EC)
            .setKeyCurveName(CertificateKeyCurveName.P_256)
            .setKeyUsage(CertificateKeyUsage.DIGITAL_SIGNATURE)
            .setValidityInMonths(6);
    }

    /** Leaves all but the key and the names to the service. */
    static CertificatePolicy rsa(String issuer, String host) {
        return new CertificatePolicy(issuer, "CN=" + host, names(host))
            .setKeyType(CertificateKeyType.RSA)
            .setKeySize(2048);
    }

    private static SubjectAlternativeNames names(String host) {
        return new SubjectAlternativeNames().setDnsNames(List.of(host));
    }

    /** Begins an operation; the poller would wait for its end. */
    SyncPoller<CertificateOperation, KeyVaultCertificateWithPolicy> open(String name, CertificatePolicy policy) {
        return certificates.beginCreateCertificate(name, policy).setPollInterval(interval);
    }

    KeyVaultCertificateWithPolicy create(String name, CertificatePolicy policy) {
        var poller = open(name, policy);
        poller.waitForCompletion(patience);
        return poller.getFinalResult();
    }

    void delete(String name) {
        finish(certificates.beginDeleteCertificate(name));
    }

    void purge(String name) {
        delete(name);
        certificates.purgeDeletedCertificate(name);
    }

    void finish(SyncPoller<?, ?> poller) {
        poller.setPollInterval(interval).waitForCompletion(patience);
    }
}

package tour;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A private key with its chain, leaf first. */
record Identity(PrivateKey key, List<X509Certificate> chain) {
    X509Certificate leaf() {
        return chain.get(0);
    }

    /** Opens a secret's value, as a program would that takes the certificate for its own server. */
    static Identity ofSecret(String value) throws Exception {
        return of(keyStore(Base64.getDecoder().decode(value), ""), "");
    }

    static KeyStore keyStore(byte[] pfx, String password) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(pfx), password.toCharArray());
        return store;
    }

    /** The one key of the store. */
    static Identity of(KeyStore store, String password) throws Exception {
        for (var aliases = store.aliases(); aliases.hasMoreElements();) {
            var alias = aliases.nextElement();
            if (!store.isKeyEntry(alias)) continue;
            var chain = new ArrayList<X509Certificate>();
            for (var certificate : store.getCertificateChain(alias)) chain.add((X509Certificate) certificate);
            return new Identity((PrivateKey) store.getKey(alias, password.toCharArray()), chain);
        }
        throw new AssertionError("the key store has no key");
    }

    static X509Certificate certificate(byte[] der) throws Exception {
        var factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    }

    static Identity ofPem(String text) throws Exception {
        PrivateKey key = null;
        var chain = new ArrayList<X509Certificate>();
        for (var block = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)").matcher(text); block.find();) {
            var der = Base64.getMimeDecoder().decode(block.group(2));
            if (block.group(1).equals("CERTIFICATE")) chain.add(certificate(der));
            else key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
        return new Identity(key, chain);
    }

    /** What an EC key is, however it is encoded: some encodings carry the public key too. */
    BigInteger number() {
        return ((ECPrivateKey) key).getS();
    }

    byte[] pfx(String password) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, password.toCharArray(), chain.toArray(X509Certificate[]::new));
        var bytes = new ByteArrayOutputStream();
        store.store(bytes, password.toCharArray());
        return bytes.toByteArray();
    }

    String pem() throws Exception {
        var text = new StringBuilder(block("PRIVATE KEY", key.getEncoded()));
        for (var certificate : chain) text.append(block("CERTIFICATE", certificate.getEncoded()));
        return text.toString();
    }

    static String block(String label, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}

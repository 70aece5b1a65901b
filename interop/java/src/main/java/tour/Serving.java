package tour;

import static tour.Judging.equal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

final class Serving {
    private static final int timeoutMilliseconds = 10_000;

    static final List<Step> steps = List.of(
        new Step("a server speaks TLS with the PFX of an EC certificate", vault -> {
            vault.create("serve-ec", Vault.ec("Self", "serve-ec.example.org"));
            serve(vault, "serve-ec", "serve-ec.example.org");
        }),
        new Step("a server speaks TLS with the PFX of an RSA certificate", vault -> {
            vault.create("serve-rsa", Vault.rsa("Self", "serve-rsa.example.org"));
            serve(vault, "serve-rsa", "serve-rsa.example.org");
        }),
        new Step("a server speaks TLS with a merged certificate and its chain", vault -> {
            Merges.merge(vault, "serve-merged", Vault.ec("Unknown", "serve-merged.example.org"));
            serve(vault, "serve-merged", "serve-merged.example.org");
        }));

    /** Starts a server with the secret as its key store, and connects as a client that trusts the last of the chain. */
    private static void serve(Vault vault, String name, String host) throws Exception {
        var store = Identity.keyStore(Base64.getDecoder().decode(vault.secrets().getSecret(name).getValue()), "");
        var chain = Identity.of(store, "").chain();
        var roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", chain.get(chain.size() - 1));

        var factory = serverContext(store).getServerSocketFactory();
        try (var server = (SSLServerSocket) factory.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var greeter = new Thread(() -> greet(server));
            greeter.start();
            try (var client = dial(clientContext(roots), host, server.getLocalPort())) {
                equal("what the server shows", client.getSession().getPeerCertificates()[0], chain.get(0));
                var said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                equal("what the server says", said, "hello");
            }
            greeter.join();
        }
    }

    private static SSLContext serverContext(KeyStore store) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext clientContext(KeyStore roots) throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Connects here, but expects the server to be the host. */
    private static SSLSocket dial(SSLContext context, String host, int port) throws Exception {
        var raw = new Socket(InetAddress.getLoopbackAddress(), port);
        raw.setSoTimeout(timeoutMilliseconds);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Answers one client; where the handshake fails, the client says why. */
    private static void greet(SSLServerSocket server) {
        try (var connection = server.accept()) {
            connection.setSoTimeout(timeoutMilliseconds);
            connection.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        } catch (IOException unheard) {
            // The client fails as well, and is listened to.
        }
    }
}

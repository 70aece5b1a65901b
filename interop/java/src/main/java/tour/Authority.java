package tour;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A CA outside of the vault: Java's own keytool, which can sign requests. */
final class Authority {
    private static final String password = "changeit";

    private final Path folder;
    final byte[] certificate;

    Authority() throws Exception {
        folder = Files.createTempDirectory(Path.of(System.getenv("INTEROP_WORK")), "ca");
        makeKey("ca", "Outside CA", "bc:critical=ca:true", "ku:critical=keyCertSign");
        certificate = Files.readAllBytes(keytool("ca", "-exportcert", "-file", "ca.der").resolve("ca.der"));
    }

    /** Issues what a request in DER asks for. */
    byte[] answer(byte[] request) throws Exception {
        Files.writeString(folder.resolve("request.pem"), Identity.block("NEW CERTIFICATE REQUEST", request));
        keytool("ca", "-gencert", "-infile", "request.pem", "-outfile", "leaf.der", "-ext", "honored=all");
        return Files.readAllBytes(folder.resolve("leaf.der"));
    }

    /** Makes a key and a certificate for a server. */
    Identity issue(String host) throws Exception {
        makeKey("server", host, "san=dns:" + host);
        keytool("server", "-certreq", "-file", "server.pem");
        keytool("ca", "-gencert", "-infile", "server.pem", "-outfile", "server.der", "-ext", "san=dns:" + host);
        keytool("server", "-importcert", "-noprompt", "-file", "ca.der", "-alias", "root");
        keytool("server", "-importcert", "-noprompt", "-file", "server.der");
        var pfx = Files.readAllBytes(folder.resolve("server.p12"));
        return Identity.of(Identity.keyStore(pfx, password), password);
    }

    private void makeKey(String store, String commonName, String... extensions) throws Exception {
        var arguments = new ArrayList<>(List.of(
            "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + commonName, "-validity", "2"));
        for (var extension : extensions) arguments.addAll(List.of("-ext", extension));
        keytool(store, arguments.toArray(String[]::new));
    }

    /** Runs keytool on a store of the folder, for the entry of the store's name unless another alias is given. */
    private Path keytool(String store, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("keytool"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store + ".p12", "-storetype", "PKCS12", "-storepass", password));
        if (!command.contains("-alias")) command.addAll(List.of("-alias", store));
        var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        Judging.holds("keytool does its work: " + output, process.waitFor() == 0);
        return folder;
    }
}

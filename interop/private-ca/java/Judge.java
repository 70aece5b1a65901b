import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers questions about chains with the PKIX validator of the JDK, one on each line of standard input, with one line
 * each on standard output: the question's number, and behind a tab what is wrong, or nothing. A question is, between
 * tabs: number, purpose, host, time, root file, chain file, where to look for revocation, policy. It fetches lists itself
 * when it is told so: {@code -Dcom.sun.security.enableCRLDP=true}.
 */
final class Judge {
    private static final Map<String, String> purposes = Map.of(
        "server", "1.3.6.1.5.5.7.3.1",
        "client", "1.3.6.1.5.5.7.3.2",
        "code", "1.3.6.1.5.5.7.3.3",
        "email", "1.3.6.1.5.5.7.3.4");
    private static final int dnsName = 2;

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var fields = line.split("\t", -1);
            System.out.println(fields[0] + "\t" + judge(fields).replaceAll("\\s+", " "));
        }
    }

    private static String judge(String[] fields) throws IOException {
        try {
            var path = certificates(fields[5]);
            var anchor = new TrustAnchor(certificates(fields[4]).get(0), null);
            var parameters = new PKIXParameters(Set.of(anchor));
            var validator = CertPathValidator.getInstance("PKIX");
            parameters.setRevocationEnabled(false);
            if (!fields[6].isEmpty()) parameters.addCertPathChecker(revocation(validator, fields[6]));
            if (!fields[3].isEmpty()) parameters.setDate(Date.from(Instant.ofEpochSecond(Long.parseLong(fields[3]))));
            if (!fields[7].isEmpty()) {
                parameters.setExplicitPolicyRequired(true);
                parameters.setInitialPolicies(Set.of(fields[7]));
            }
            parameters.setTargetCertConstraints(target(fields[1], fields[2]));
            var factory = CertificateFactory.getInstance("X.509");
            validator.validate(factory.generateCertPath(path), parameters);
            return "";
        } catch (GeneralSecurityException refusal) {
            return refusal.getMessage() == null ? refusal.toString() : refusal.getMessage();
        }
    }

    /** Looks at one place only: what is not found there is not good. */
    private static PKIXRevocationChecker revocation(CertPathValidator validator, String where) {
        var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(where.equals("ocsp")
            ? EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK)
            : EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK, PKIXRevocationChecker.Option.PREFER_CRLS));
        return checker;
    }

    /** What the last certificate has to be good for. */
    private static X509CertSelector target(String purpose, String host) throws IOException {
        var target = new X509CertSelector();
        if (purpose.equals("ca")) target.setBasicConstraints(0);
        else target.setExtendedKeyUsage(Set.of(purposes.get(purpose)));
        if (!host.isEmpty()) target.addSubjectAlternativeName(dnsName, host);
        return target;
    }

    private static List<X509Certificate> certificates(String file) throws IOException, GeneralSecurityException {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
                .map(X509Certificate.class::cast)
                .toList();
        }
    }
}

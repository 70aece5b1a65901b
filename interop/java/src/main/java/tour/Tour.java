package tour;

import com.azure.identity.DefaultAzureCredentialBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * Goes through the service with the Java clients of Azure Key Vault. It takes everything from the environment, as a
 * program of a user does, and prints {@code ok} or {@code not ok} for each thing that it judged.
 */
final class Tour {
    public static void main(String[] arguments) {
        // Reads AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_AUTHORITY_HOST by itself.
        var administrator = Vault.connect(new DefaultAzureCredentialBuilder().disableInstanceDiscovery().build());
        var steps = Stream.of(
                Creation.steps, Changes.steps, Operations.steps, Imports.steps, Merges.steps, Serving.steps,
                Cryptography.steps, Deletion.steps, Backups.steps, Issuers.steps, Standing.steps, Refusals.steps)
            .flatMap(List::stream);
        var failures = steps.filter(step -> !passes(step, administrator)).count();
        // The clients leave threads behind.
        System.exit(failures == 0 ? 0 : 1);
    }

    private static boolean passes(Step step, Vault vault) {
        try {
            step.judge().judge(vault);
            System.out.println("ok " + step.name());
            return true;
        } catch (Exception | AssertionError problem) {
            System.out.println("not ok " + step.name() + ": " + problem.toString().replaceAll("\\s+", " "));
            return false;
        }
    }
}

package tour;

import com.azure.core.exception.HttpResponseException;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/** What steps demand. */
final class Judging {
    interface Call {
        void run() throws Exception;
    }

    private static final Pattern code = Pattern.compile("\"error\"\\s*:\\s*\\{\\s*\"code\"\\s*:\\s*\"([^\"]*)\"");

    static void holds(String what, boolean condition) {
        if (!condition) throw new AssertionError("it does not hold that " + what);
    }

    static void equal(String what, Object got, Object wanted) {
        if (!Objects.equals(got, wanted)) throw new AssertionError(what + " is " + got + " instead of " + wanted);
    }

    static void equal(String what, byte[] got, byte[] wanted) {
        holds(what + " is the same, byte for byte", Arrays.equals(got, wanted));
    }

    /** Demands that the call fails with this status and error code. */
    static void refused(String what, int status, String expected, Call call) throws Exception {
        try {
            call.run();
        } catch (HttpResponseException refusal) {
            var response = refusal.getResponse();
            // The body was read when the exception was made; it stands in the message.
            var matcher = code.matcher(String.valueOf(refusal.getMessage()));
            var found = matcher.find() ? matcher.group(1) : "";
            equal(what, response.getStatusCode() + " " + found, status + " " + expected);
            return;
        }
        throw new AssertionError(what + " was not refused");
    }
}

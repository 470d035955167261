import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The image's health check: asks the service in the same container whether it is ready; exit code 0 where it is.
 *
 * <p>It loads no more classes than a socket needs, because it is a JVM of its own each time.
 */
public final class HealthCheck {

    private static final int TIMEOUT_MILLISECONDS = 4_000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        int port = port(System.getenv());
        try {
            String status = ask(port);
            System.out.println("readiness: " + status);
            System.exit(status.contains(" 200") ? 0 : 1);
        } catch (IOException e) {
            System.out.println("no answer on port " + port + ": " + e);
            System.exit(1);
        }
    }

    /** Where the service's own environment variables put the management endpoints. */
    private static int port(Map<String, String> environment) {
        String service = environment.getOrDefault("SERVER_PORT", "8080");
        return Integer.parseInt(environment.getOrDefault("MANAGEMENT_SERVER_PORT", service));
    }

    private static String ask(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLISECONDS);
            socket.setSoTimeout(TIMEOUT_MILLISECONDS);
            String request = "GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
            String line = new BufferedReader(answer).readLine();
            return line == null ? "closed without an answer" : line;
        }
    }
}

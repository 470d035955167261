package dev.clipserve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.clipserve.ShippedModel;
import dev.clipserve.api.ServiceClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;

/**
 * The image as a hardened container: read-only, without capabilities, without a way to more rights, with 1 GiB of
 * memory, and with nothing mounted for it to write to.
 */
final class ServiceContainer extends GenericContainer<ServiceContainer> {

    static final String IMAGE = System.getProperty("clipserve.image.name", "localhost/clipserve:latest");

    static final int PORT = 8080;

    private static final long MEMORY = 1L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    ServiceContainer() {
        super(IMAGE);
        withExposedPorts(PORT);
        waitingFor(ready());
        withCreateContainerCmdModifier(
                command -> harden(Objects.requireNonNull(command.getHostConfig(), "Testcontainers makes one")));
    }

    private static WaitStrategy ready() {
        return Wait.forHttp("/actuator/health/readiness").forPort(PORT).withStartupTimeout(PATIENCE);
    }

    private static void harden(HostConfig host) {
        host.withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withMemory(MEMORY)
                .withMemorySwap(MEMORY);
    }

    /** A client of the running service. */
    ServiceClient client() {
        return new ServiceClient(port());
    }

    /** Fails unless it gives what the Python reference gives for the canary of the model that ships. */
    void assertAnswersTheCanary() {
        var answer = client().raw(ServiceClient.FLOWER, ShippedModel.canaryLabels());

        assertThat(answer.status()).isEqualTo(200);
        ShippedModel.CANARY.forEach(
                (label, probability) -> assertThat(answer.probability(label)).isEqualTo(probability, within(1e-4)));
    }

    /** Where it listens on this machine. */
    int port() {
        return getMappedPort(PORT);
    }

    /** Asks it to stop as an orchestrator does, and returns at once. */
    void terminate() {
        getDockerClient()
                .killContainerCmd(getContainerId())
                .withSignal("SIGTERM")
                .exec();
    }

    /** The exit code, once it has ended. */
    int awaitEnd() {
        try (var end = new WaitContainerResultCallback()) {
            return getDockerClient()
                    .waitContainerCmd(getContainerId())
                    .exec(end)
                    .awaitStatusCode();
        } catch (IOException e) {
            throw new AssertionError("the engine did not say how " + IMAGE + " ended", e);
        }
    }

    /** What the engine says of it now. */
    InspectContainerResponse.ContainerState state() {
        return getDockerClient().inspectContainerCmd(getContainerId()).exec().getState();
    }
}

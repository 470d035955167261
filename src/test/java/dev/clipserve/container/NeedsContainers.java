package dev.clipserve.container;

import com.github.dockerjava.api.exception.NotFoundException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** A test class that runs the image; skipped, with the reason, where nothing can run it or it has not been built. */
@Tag("container")
@ExtendWith(NeedsContainers.Condition.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface NeedsContainers {

    /** Looks once for an engine and the image. */
    final class Condition implements ExecutionCondition {

        private static final ConditionEvaluationResult RESULT = look();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return RESULT;
        }

        private static ConditionEvaluationResult look() {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return ConditionEvaluationResult.disabled(
                        "Neither Docker nor podman answers; set DOCKER_HOST to the socket, see docs/containers.md");
            }
            try {
                DockerClientFactory.instance()
                        .client()
                        .inspectImageCmd(ServiceContainer.IMAGE)
                        .exec();
                return ConditionEvaluationResult.enabled("there is an engine and the image");
            } catch (NotFoundException e) {
                return ConditionEvaluationResult.disabled("There is no image " + ServiceContainer.IMAGE
                        + "; build it first, or name another by -Dclipserve.image.name");
            }
        }
    }
}

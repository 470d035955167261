package dev.clipserve;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service's entry point. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ClipServeApplication {

    /** Starts the service; arguments are Spring's, such as {@code --clipserve.model.path=models/mini-clip}. */
    public static void main(String[] args) {
        SpringApplication.run(ClipServeApplication.class, args);
    }
}

package dev.clipserve;

import dev.clipserve.cli.InvalidSettingException;
import jakarta.validation.Validation;
import java.util.stream.Collectors;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the settings of the service without starting it: from the environment, system properties and
 * {@code application.yaml}, with the same defaults and checks.
 */
final class CommandLineSettings {

    private CommandLineSettings() {}

    /**
     * The settings.
     *
     * @throws InvalidSettingException if one is not as it should be
     */
    static ClipServeProperties read() {
        StandardEnvironment environment = environment();
        try (var validation = Validation.byDefaultProvider()
                .configure()
                .messageInterpolator(new ParameterMessageInterpolator())
                .buildValidatorFactory()) {
            var checks = new ValidationBindHandler(new SpringValidatorAdapter(validation.getValidator()));
            return Binder.get(environment).bindOrCreate("clipserve", Bindable.of(ClipServeProperties.class), checks);
        } catch (BindException e) {
            throw new InvalidSettingException(message(e), e);
        }
    }

    private static StandardEnvironment environment() {
        var environment = new StandardEnvironment();
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
        } catch (YAMLException e) {
            FailureAnalysis fault = StartFailureAnalyzer.of(e);
            throw new InvalidSettingException(fault.getDescription() + "\n" + fault.getAction(), e);
        } catch (ConfigDataNotFoundException e) {
            throw new InvalidSettingException(String.valueOf(e.getMessage()), e);
        }
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    private static String message(BindException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof BindValidationException)) {
            cause = cause.getCause();
        }
        return cause instanceof BindValidationException invalid
                ? invalid.getValidationErrors().getAllErrors().stream()
                        .map(CommandLineSettings::fault)
                        .collect(Collectors.joining("; "))
                : "Setting " + e.getName() + ": " + cause.getMessage();
    }

    private static String fault(ObjectError error) {
        String what = error instanceof FieldError field
                ? field.getObjectName() + "." + field.getField() + " is " + field.getRejectedValue()
                : error.getObjectName();
        return "Setting " + what + ": " + error.getDefaultMessage();
    }
}

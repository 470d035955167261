package dev.clipserve;

import dev.clipserve.cli.LoadedModel;
import dev.clipserve.cli.ModelChoice;
import dev.clipserve.cli.ModelSource;
import dev.clipserve.cli.ModelUnavailableException;
import dev.clipserve.clip.BundleException;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.Progress;
import dev.clipserve.onnx.DeviceException;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Models for commands, configured like the service's: by the same properties, defaults and limits. */
final class ConfiguredModels implements ModelSource {

    private final Progress progress;

    /** Models; those that have to be pulled tell how far they are. */
    ConfiguredModels(Progress progress) {
        this.progress = progress;
    }

    @Override
    public Hub hub() {
        return CommandLineSettings.read().hub().toHub();
    }

    @Override
    public LoadedModel load(ModelChoice choice) {
        ClipServeProperties properties = CommandLineSettings.read();
        var limits = properties.limits().ofRequests();
        return new LoadedModel(
                load(properties, choice),
                limits,
                properties.labelSets().rules(limits),
                properties.image().maxSize().toBytes());
    }

    private ZeroShotModel load(ClipServeProperties properties, ModelChoice choice) {
        try {
            var places = new ModelPlaces(properties.hub()::toHub, progress);
            return new ModelLoader(properties, new SimpleMeterRegistry(), places)
                    .loadAlone(choice.model(), choice.precision());
        } catch (BundleException | DeviceException e) {
            throw new ModelUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (UnsatisfiedLinkError e) {
            FailureAnalysis fault = StartFailureAnalyzer.of(e);
            throw new ModelUnavailableException(fault.getDescription() + ". " + fault.getAction(), e);
        }
    }
}

package dev.clipserve;

import dev.clipserve.api.AnswerRoom;
import dev.clipserve.api.BodyAdmissionFilter;
import dev.clipserve.api.ErrorBodies;
import dev.clipserve.api.ErrorStyle;
import dev.clipserve.api.ImageUrls;
import dev.clipserve.api.LastAnswers;
import dev.clipserve.api.ModelCalls;
import dev.clipserve.api.ModelController;
import dev.clipserve.api.ModelInfo;
import dev.clipserve.api.ProblemMeters;
import dev.clipserve.api.RequestDeadlines;
import dev.clipserve.api.RequestIdFilter;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.Spans;
import dev.clipserve.api.StageMeters;
import dev.clipserve.api.TomcatLimits;
import dev.clipserve.api.TraceFilter;
import dev.clipserve.api.dialect.huggingface.HuggingFaceErrors;
import dev.clipserve.api.dialect.inference.InferenceErrors;
import dev.clipserve.api.dialect.inference.OfferedModels;
import dev.clipserve.api.dialect.openai.OpenAiErrors;
import dev.clipserve.onnx.NativeHeapTrimmer;
import dev.clipserve.zeroshot.Models;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.MultipartConfigElement;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the models and the HTTP contract; access, label sets, meters and the like have configurations of their own. */
@Configuration(proxyBeanMethods = false)
class ClipServeConfiguration {

    @Bean
    Models models(ClipServeProperties properties, MeterRegistry registry) {
        var places = new ModelPlaces(properties.hub()::toHub, new LoggedProgress());
        return new ModelLoader(properties, registry, places).load();
    }

    /** Large pictures leave native memory behind, at most for so long. */
    @Bean
    NativeHeapTrimmer nativeHeapTrimmer() {
        return new NativeHeapTrimmer(Duration.ofSeconds(10));
    }

    @Bean
    RequestLimits requestLimits(ClipServeProperties properties) {
        return properties.limits().ofRequests();
    }

    @Bean
    AnswerRoom answerRoom() {
        return new AnswerRoom(Runtime.getRuntime().maxMemory() / 8);
    }

    @Bean
    ModelCalls modelCalls(
            Models models,
            ClipServeProperties properties,
            ImageUrls urls,
            MeterRegistry registry,
            Spans spans,
            AnswerRoom room) {
        return new ModelCalls(
                models,
                new RequestDeadlines(properties.limits().maxTime()),
                new ModelCalls.Shared(urls, new StageMeters(models, registry), spans, room));
    }

    @Bean
    ProblemMeters problemMeters(MeterRegistry registry) {
        return new ProblemMeters(registry);
    }

    @Bean
    ErrorBodies errorBodies(ObjectProvider<ErrorStyle> styles, ProblemMeters meters) {
        return new ErrorBodies(styles.orderedStream().toList(), meters);
    }

    @Bean
    ModelInfo modelInfo(ModelController models) {
        return new ModelInfo(models);
    }

    @Bean
    StartLine startLine(
            Models models,
            ClipServeProperties properties,
            ServerProperties server,
            ObjectProvider<BuildProperties> build) {
        return new StartLine(models, properties, server, build);
    }

    @Bean
    ErrorStyle openAiErrors() {
        return new OpenAiErrors();
    }

    @Bean
    ErrorStyle huggingFaceErrors() {
        return new HuggingFaceErrors();
    }

    @Bean
    OfferedModels offeredModels(Models models) {
        return new OfferedModels(models);
    }

    @Bean
    ErrorStyle inferenceErrors() {
        return new InferenceErrors();
    }

    /** Forms stay in memory, whose use the admission bounds; nothing of a request is written to disk. */
    @Bean
    MultipartConfigElement multipartConfig(RequestLimits limits) {
        int inMemory = (int) Math.min(Integer.MAX_VALUE, limits.maxBodyBytes());
        return new MultipartConfigElement("", limits.maxBodyBytes(), limits.maxBodyBytes(), inMemory);
    }

    @Bean
    TomcatLimits tomcatLimits(
            RequestLimits limits, ClipServeProperties properties, ProblemMeters meters, LastAnswers lastAnswers) {
        return new TomcatLimits(
                limits,
                properties.limits().maxUploadTime(),
                properties.limits().maxExchangeTime(),
                meters,
                lastAnswers);
    }

    @Bean
    LastAnswers lastAnswers() {
        return new LastAnswers();
    }

    @Bean
    RequestIdFilter requestIdFilter() {
        return new RequestIdFilter();
    }

    /** There is a tracer where {@link TracingSwitch} lets one be. */
    @Bean
    Spans spans(ObjectProvider<Tracer> tracer) {
        return new Spans(tracer.getIfAvailable(() -> Tracer.NOOP));
    }

    @Bean
    TraceFilter traceFilter(Spans spans) {
        return new TraceFilter(spans);
    }

    @Bean
    BodyAdmissionFilter bodyAdmissionFilter(RequestLimits limits, ErrorBodies errors) {
        return new BodyAdmissionFilter(limits, Runtime.getRuntime().maxMemory() / 4, errors);
    }
}

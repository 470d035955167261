package dev.clipserve.api;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The spans of a request's trace, where traces are recorded; nothing of a request's content is in them. */
public final class Spans {

    private final Tracer tracer;
    private final boolean recording;

    /**
     * Spans of a tracer.
     *
     * @param tracer {@link Tracer#NOOP} where traces are not recorded
     */
    public Spans(Tracer tracer) {
        this.tracer = tracer;
        this.recording = !tracer.equals(Tracer.NOOP);
    }

    /** Does a stage of a call to a model in a span of its own, below the current one. */
    <T> T in(String stage, String model, Supplier<T> work) {
        if (!recording) {
            return work.get();
        }
        Span span = tracer.nextSpan().name(stage).tag("model", model).start();
        try (var _ = tracer.withSpan(span)) {
            return work.get();
        } catch (Throwable e) {
            // Not the exception itself: its message may quote labels.
            span.tag("error.type", e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    /** Something to call, on whatever thread, when an event happens that belongs into the current span. */
    Runnable event(String name) {
        Span span = recording ? tracer.currentSpan() : null;
        return span == null ? () -> {} : () -> span.event(name);
    }

    /** The current span, as answers tell it; empty where there is none. */
    Optional<TraceContext> current() {
        Span span = recording ? tracer.currentSpan() : null;
        return Optional.ofNullable(span)
                .map(Span::context)
                .map(context -> new TraceContext(
                        context.traceId(), context.spanId(), Boolean.TRUE.equals(context.sampled()) ? "01" : "00"));
    }

    /** Hands tasks to threads of their own, which write logs and spans as the current one does. */
    Executor onOther(Executor threads) {
        @Nullable Map<String, String> log = MDC.getCopyOfContextMap();
        Executor logging = task -> threads.execute(() -> {
            if (log != null) {
                MDC.setContextMap(log);
            }
            task.run();
        });
        return recording ? tracer.currentTraceContext().wrap(logging) : logging;
    }
}

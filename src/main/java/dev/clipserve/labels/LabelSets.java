package dev.clipserve.labels;

import dev.clipserve.batching.Deadline;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.zeroshot.LabelEmbeddings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The label sets of the service: which there are, and their encodings, which are made in the background. Safe for
 * concurrent use.
 */
public final class LabelSets implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LabelSets.class);

    /** How often a set is looked up again that was replaced while it was being loaded. */
    private static final int ATTEMPTS = 3;

    /** What became of a {@link #put}. */
    public enum Outcome {
        CREATED,
        REPLACED,
        UNCHANGED
    }

    private final Duration patience;
    private final Catalog catalog;
    private final Encodings encodings;
    private final LabelSetChanges changes;
    private final LabelSetUpkeep upkeep;

    /**
     * Reads what the store has, and begins to encode declared and stored sets for the first model, one after the other.
     *
     * @param models the loaded models, the main one first
     * @throws dev.clipserve.zeroshot.InvalidTemplatesException if a given set names templates that there are not
     */
    public LabelSets(
            LabelSetStore store,
            GivenSets given,
            List<TextModel> models,
            LabelSetSettings settings,
            MeterRegistry registry) {
        this.patience = settings.patience();
        this.catalog = new Catalog(store, given, List.copyOf(models));
        this.encodings = new Encodings(store, settings.maxMemory(), Thread::sleep, registry);
        this.changes = new LabelSetChanges(store, catalog, encodings, settings.maxSets());
        TextModel main = models.getFirst();
        this.upkeep = new LabelSetUpkeep(catalog, changes, set -> encode(set, main), settings.refresh());
    }

    private CompletableFuture<LabelEmbeddings> encode(KnownSet set, TextModel model) {
        return encodings.get(set.encoding(model).key(), () -> new ResolvedSet(catalog.definition(set), model));
    }

    /** Every set, by name. */
    public List<LabelSetSummary> list() {
        return catalog.list();
    }

    /**
     * A set without its labels. Only where none is known is the store asked.
     *
     * @throws LabelSetException if there is none, or the store has to be asked and cannot be
     */
    public LabelSetSummary summary(String name) {
        return catalog.known(name).summary();
    }

    /**
     * A set's definition.
     *
     * @throws LabelSetException if there is none, or the store cannot be asked
     */
    public LabelSet find(String name) {
        return catalog.definition(name);
    }

    /**
     * Keeps a set. The same content again changes nothing.
     *
     * @param condition what has to be true of the version that is there
     * @throws LabelSetException if the set is read-only, the condition does not hold, there are too many sets, or the
     *     store cannot be written
     */
    public Outcome put(LabelSet set, Predicate<Optional<String>> condition) {
        return changes.put(set, condition);
    }

    /**
     * Removes a stored set.
     *
     * @param condition what has to be true of the version that is there
     * @throws LabelSetException if there is none, it is read-only, the condition does not hold, or the store cannot be
     *     written
     */
    public void delete(String name, Predicate<Optional<String>> condition) {
        changes.delete(name, condition);
    }

    /**
     * How far a set is encoded for a model. Starts nothing.
     *
     * @throws LabelSetException if there is no such set
     */
    public LabelSetStatus status(String name, TextModel model) {
        return status(catalog.known(name), model);
    }

    private LabelSetStatus status(KnownSet set, TextModel model) {
        KnownSet.Encoding encoding = set.encoding(model);
        return new LabelSetStatus(
                set.summary().name(),
                set.version(),
                model.name(),
                encodings.progress(encoding.key(), encoding.prompts()));
    }

    /**
     * How far a set that was {@link #put} is encoded, after that was begun if need be, and awaited for a while. It
     * tells of this version, also if another has taken its place meanwhile.
     */
    public LabelSetStatus encode(LabelSet put, TextModel model, Deadline deadline) {
        KnownSet known = catalog.stored().get(put.name());
        KnownSet set = known != null && known.version().equals(put.version())
                ? known
                : KnownSet.of(put, LabelSetSummary.Source.STORED, List.of(model));
        try {
            await(encode(set, model), deadline);
        } catch (CompletionException | CancellationException e) {
            log.debug("Label set {} is not encoded yet: {}", put.name(), kind(e));
        }
        return status(set, model);
    }

    /** Messages may quote labels. */
    private static String kind(RuntimeException e) {
        return (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName();
    }

    /**
     * A set ready to classify with. If it is in memory that costs one look; else its encoding is loaded or made, and
     * awaited for a while.
     *
     * @throws LabelSetException if there is no such set, or the store has to be asked and cannot be
     * @throws LabelSetNotReadyException if it is not encoded by then
     */
    public PreparedSet prepare(String name, TextModel model, Deadline deadline) {
        for (int i = 0; i < ATTEMPTS; i++) {
            KnownSet set = catalog.known(name);
            try {
                LabelEmbeddings labels = await(encode(set, model), deadline);
                return new PreparedSet(name, set.version(), set.noneLabel(), labels);
            } catch (CancellationException e) {
                // It was replaced or deleted: what is known now decides.
                log.debug("The encoding of label set {} was given up", name, e);
            } catch (CompletionException e) {
                if (isStale(e)) {
                    catalog.stored().reload(name);
                } else {
                    throw failure(e, set, model);
                }
            }
        }
        KnownSet set = catalog.known(name);
        throw LabelSetNotReadyException.of(status(set, model));
    }

    private static boolean isStale(CompletionException e) {
        return e.getCause() instanceof LabelSetException failure && failure.reason() == Reason.CHANGED;
    }

    private RuntimeException failure(CompletionException e, KnownSet set, TextModel model) {
        return switch (e.getCause()) {
            case LabelSetException store -> store;
            case TimeoutException late -> LabelSetNotReadyException.of(status(set, model));
            case EncodingFailedException failed -> LabelSetNotReadyException.of(status(set, model));
            case null, default -> e;
        };
    }

    /** Waits as long as the settings say, and not beyond the deadline. */
    private LabelEmbeddings await(CompletableFuture<LabelEmbeddings> embeddings, Deadline deadline) {
        Duration left = deadline.remaining();
        return await(embeddings, left.compareTo(patience) < 0 ? left : patience);
    }

    /**
     * Waits for what others may wait longer for. Not on a copy, which can have a timeout of its own: it would stay with
     * the original until that is there, and so would the copy of everybody who came and gave up.
     */
    static LabelEmbeddings await(CompletableFuture<LabelEmbeddings> shared, Duration longest) {
        try {
            return shared.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        upkeep.close();
        encodings.close();
    }
}

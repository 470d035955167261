package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** What a hub's answers that are no success mean, and what people can do about them. */
final class Refusals {

    private static final String LOOK_AT_NAME =
            "Look at the name, upper and lower case too. If the model is private or gated, let HF_TOKEN be a token of an"
                    + " account that may read it.";

    private Refusals() {}

    /**
     * Does nothing if the answer is a success.
     *
     * @throws TemporaryFault if it may be one the next time
     * @throws HubException if it will not
     */
    static void check(HubAnswer answer, HubName model, HubSettings settings) throws IOException {
        if (answer.isGood()) {
            return;
        }
        int status = answer.status();
        if (status == 429 || status == 408 || status >= 500) {
            throw new TemporaryFault("it answers with status " + status, wait(answer));
        }
        throw refusal(answer, model, settings);
    }

    private static HubException refusal(HubAnswer answer, HubName model, HubSettings settings) {
        String hub = settings.endpoint().getHost();
        String code = answer.header("X-Error-Code").orElse("");
        return switch (answer.status()) {
            case 401 -> unknown(answer, model, settings);
            case 403 ->
                new HubException(
                        Reason.DENIED,
                        hub + " does not give " + model + " to "
                                + (settings.token().isPresent()
                                        ? "the account of this token"
                                        : "whoever shows no token")
                                + said(answer) + ".",
                        "If the model is gated, open " + settings.endpoint() + "/" + model.repository()
                                + " in a browser, accept its conditions, and let HF_TOKEN be a token of that account that"
                                + " may read it.");
            case 404 ->
                code.equals("RevisionNotFound")
                        ? new HubException(
                                Reason.NOT_FOUND,
                                model.repository() + " at " + hub + " has no revision '" + model.revision() + "'.",
                                "Name a branch, a tag or a commit of it behind the @, or nothing for the main branch.")
                        : new HubException(
                                Reason.NOT_FOUND, hub + " has no " + model + said(answer) + ".", LOOK_AT_NAME);
            default ->
                new HubException(
                        Reason.AWAY,
                        hub + " answers for " + model + " with status " + answer.status() + said(answer) + ".",
                        "See that HF_ENDPOINT names a hub that speaks as Hugging Face's does.");
        };
    }

    /** The hub says 401 for models that are not there, too, so as not to tell which are. */
    private static HubException unknown(HubAnswer answer, HubName model, HubSettings settings) {
        String hub = settings.endpoint().getHost();
        if (settings.token().isPresent()
                && answer.header("X-Error-Message").orElse("").contains("Invalid credentials")) {
            return new HubException(
                    Reason.DENIED,
                    hub + " does not know the token" + said(answer) + ".",
                    "Let HF_TOKEN be a token of today, or nothing for public models.");
        }
        boolean gated = answer.header("X-Error-Code").orElse("").equals("GatedRepo");
        return new HubException(
                Reason.DENIED,
                gated
                        ? model + " is gated: " + hub + " gives it to those only who accepted its conditions."
                        : hub + " has no " + model + ", or does not show it to whoever asks" + said(answer) + ".",
                gated
                        ? "Accept them at " + settings.endpoint() + "/" + model.repository()
                                + " and let HF_TOKEN be a token of that account that may read it."
                        : LOOK_AT_NAME);
    }

    private static String said(HubAnswer answer) {
        return answer.header("X-Error-Message")
                .map(message ->
                        " (it says: " + HubFile.printable(message.strip().replaceFirst("\\.$", "")) + ")")
                .orElse("");
    }

    /** {@code Retry-After}: seconds, or a date. */
    private static Optional<Duration> wait(HubAnswer answer) {
        return answer.header("Retry-After").map(String::strip).flatMap(text -> {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration wait = Duration.between(Instant.now(), then);
                return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }
}

package dev.clipserve.api;

/** A problem detail (RFC 9457) as it goes over the wire. */
public record Problem(String type, String title, int status, String detail) {

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The last part of the type URI: {@code corrupt-image}. */
    String slug() {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    static Problem of(ProblemType type, String detail) {
        return of(type, type.status(), detail);
    }

    /** With a status that somebody else chose, and that the type only comes near. */
    static Problem of(ProblemType type, int status, String detail) {
        return new Problem(type.uri(), type.title(), status, detail);
    }
}

package dev.clipserve.api;

/** A problem detail (RFC 9457) as it goes over the wire. */
public record Problem(String type, String title, int status, String detail) {

    /** The last part of the type URI: {@code corrupt-image}. */
    public String slug() {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /** In a line: {@code Corrupt image: The JPEG is broken.} */
    public String summary() {
        return title + ": " + detail;
    }

    static Problem of(ProblemType type, String detail) {
        return of(type, type.status(), detail);
    }

    /** With a status that somebody else chose, and that the type only comes near. */
    static Problem of(ProblemType type, int status, String detail) {
        return new Problem(type.uri(), type.title(), status, detail);
    }
}

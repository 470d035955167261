package dev.clipserve.api;

/** How the callers of some paths expect errors to be worded, where that is not as problem details. */
public interface ErrorStyle {

    /** Whether a path's errors are worded like this. */
    boolean covers(String path);

    /** What is written as the JSON body. */
    Object body(Problem problem);
}

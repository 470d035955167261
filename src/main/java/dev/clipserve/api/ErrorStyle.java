package dev.clipserve.api;

/** How the callers of some paths expect errors to be worded, where that is not as problem details. */
public interface ErrorStyle {

    /** Whether the errors of such a request are worded like this. */
    boolean covers(String method, String path);

    /** What is written as the JSON body. */
    Object body(Problem problem);

    /** The status that comes with it: the problem's own, unless these callers know only coarser ones. */
    default int status(Problem problem) {
        return problem.status();
    }
}

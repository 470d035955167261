package dev.clipserve.hub;

/** How often something is tried, how a while is waited in between, and who is told. */
record Patience(HubLimits limits, Pauses pauses, Progress progress) {

    /** The same for what is not worth waiting for. */
    Patience hurried() {
        return new Patience(limits.hurried(), pauses, progress);
    }
}

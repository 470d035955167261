"""The built jar as a running service, on a port that was free."""
import contextlib
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

START_LIMIT_SECONDS = 300
# How long who needs a label set waits for it: longer than by default, for a machine that has other work.
LABEL_SETS_WAIT = "20s"


def jar():
    found = glob.glob("target/clipserve-*.jar")
    if len(found) != 1:
        sys.exit(f"one jar is needed in target, there are {len(found)}; build it first: ./mvnw package")
    return found[0]


def port(process, log):
    """The port, once the log names it."""
    return wait_for(r"Tomcat started on port (\d+)", process, log).group(1)


def wait_for(pattern, process, log):
    """What matches in the log, once it is there."""
    end = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with open(log, encoding="utf-8") as lines:
            found = re.search(pattern, lines.read())
        if found:
            return found
        time.sleep(0.2)
    with open(log, encoding="utf-8") as lines:
        sys.exit(f"the service did not start:\n{lines.read()}")


@contextlib.contextmanager
def running(*arguments):
    """Runs the service with these arguments; gives its URL."""
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    # Whose label sets are in memory, none of them from before.
    command = [java, "-jar", jar(), "--server.port=0", "--clipserve.label-sets.folder=", f"--clipserve.label-sets.wait={LABEL_SETS_WAIT}"]
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen([*command, *arguments], stdout=log, stderr=subprocess.STDOUT)
        try:
            yield f"http://localhost:{port(process, log.name)}"
        finally:
            process.terminate()
            process.wait(60)

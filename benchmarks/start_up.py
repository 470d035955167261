"""Seconds from the start of a process to its first right answer, for the jar, and for the image in podman or docker.

    ./mvnw -q package -DskipTests
    python benchmarks/start_up.py --image localhost/clipserve:latest

Runs take turns, and each line has medians: `command` from the command to the answer, `JVM` from the start of the JVM's
process, and the processor's seconds that the process had used by then, user and system, which tell more than the clock where
others share the machine. Needs nothing but Python's own library, and Linux for what it reads below /proc.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = (ROOT / "models" / "mini-clip" / "canary.png").read_bytes()
LIMIT_SECONDS = 300
TICKS = os.sysconf("SC_CLK_TCK")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", default="java", help="a JDK 25 or newer, for the jar")
    parser.add_argument("--image", help="measured, too, where it is given")
    parser.add_argument("--engine", default="podman", help="podman or docker")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answer(port):
    """Whether the service knows the sunflower; None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)
    with contextlib.closing(connection):
        try:
            headers = {"Content-Type": "application/octet-stream"}
            connection.request("POST", "/classify?labels=sunflower,motorcycle,whale", PICTURE, headers)
            response = connection.getresponse()
            best = json.loads(response.read())["results"][0]["predictions"][0]
            return response.status == 200 and best["label"] == "sunflower" and best["probability"] > 0.99
        except (OSError, http.client.HTTPException):
            return None


def facts(pid):
    """Seconds of the processor that a process has used, and its age in seconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / TICKS
    return (int(fields[11]) + int(fields[12])) / TICKS, age


def measured(port, begin, pid):
    """Waits for the first answer."""
    while time.perf_counter() - begin < LIMIT_SECONDS:
        right = answer(port)
        if right is not None:
            command = time.perf_counter() - begin
            processor, age = facts(pid())
            if not right:
                raise SystemExit("the first answer was wrong")
            return command, age, processor
        time.sleep(0.01)
    raise SystemExit("no answer")


def jar_run(java):
    jar, = (ROOT / "target").glob("clipserve-*.jar")
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [java, "-jar", str(jar), f"--server.port={port}", "--clipserve.label-sets.folder="], stdout=subprocess.DEVNULL)
    try:
        return measured(port, begin, lambda: process.pid)
    finally:
        process.terminate()
        process.wait(60)


def image_run(engine, image):
    port = free_port()
    begin = time.perf_counter()
    container = subprocess.check_output(
        [engine, "run", "-d", "--read-only", "--cap-drop", "ALL", "--memory", "1g", "-p", f"127.0.0.1:{port}:8080", image],
        text=True).strip()
    pid = [engine, "inspect", "--format", "{{.State.Pid}}", container]
    try:
        return measured(port, begin, lambda: int(subprocess.check_output(pid, text=True)))
    finally:
        subprocess.run([engine, "rm", "-f", container], check=True, stdout=subprocess.DEVNULL)


def main():
    given = arguments()
    kinds = {"jar": lambda: jar_run(given.java)}
    if given.image:
        kinds["image"] = lambda: image_run(given.engine, given.image)
    times = {kind: [] for kind in kinds}
    for _ in range(given.runs):
        for kind, run in kinds.items():
            times[kind].append(run())
    for kind, runs in times.items():
        command, jvm, processor = (statistics.median(values) for values in zip(*runs))
        fastest = min(run[1] for run in runs)
        print(f"{kind}: {command:.2f} s from the command, {jvm:.2f} s from the JVM's start (fastest {fastest:.2f}), "
              f"{processor:.2f} s of the processor; medians of {len(runs)}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

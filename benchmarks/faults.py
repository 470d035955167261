"""Takes from a running service, for a while each, what it stands on, and prints what became of the requests meanwhile.

    ./mvnw -q package -DskipTests
    python benchmarks/faults.py

Four callers ask all the time, one after the other, each by a connection of its own; an answer is lost where there is none, or
another than 200. Needs Linux (limits of a running process are changed by prlimit) and nothing but Python's own library. What
cannot be provoked from outside, such as a session that breaks or hangs, is in the tests (FaultTest, DeviceTest). The exit
status is 1 where a request was lost, or something was not as it should be.
"""
import argparse
import contextlib
import http.client
import json
import pathlib
import resource
import signal
import sys
import tempfile
import threading
import time

from overload import Caller, service

CALLERS = 4
DEADLINE_MS = 30_000
PATIENCE_SECONDS = 60


class Load:
    """Callers that ask until they are told to stop."""

    def __init__(self, address):
        self.answers = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(address,)) for _ in range(CALLERS)]

    def ask(self, address):
        caller = Caller(address, DEADLINE_MS)
        while not self.over.is_set():
            self.answers.append(caller.ask())
            time.sleep(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def send(address, method, path, body=None):
    """A request by a connection of its own; the status, 0 where there is no answer within two seconds."""
    connection = http.client.HTTPConnection(address, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            return 0


def put(address, name):
    return send(address, "PUT", f"/label-sets/{name}", json.dumps({"labels": [f"cat {time.time_ns()}", "dog"]}))


def limit(process, what, value):
    """Sets a limit of the process, and gives the one before."""
    before = resource.prlimit(process.pid, what)
    resource.prlimit(process.pid, what, (value, before[1]))
    return before[0]


def open_files(process):
    return len(list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir()))


def disk_full(address, process):
    """No file may grow: what a full disk does, without one."""
    before = limit(process, resource.RLIMIT_FSIZE, 0)
    yield put(address, "full") == 503
    limit(process, resource.RLIMIT_FSIZE, before)
    yield lambda: put(address, "full") in (200, 201)


def no_descriptors(address, process):
    """Those that are open are all there are."""
    before = limit(process, resource.RLIMIT_NOFILE, open_files(process))
    # The first may get the descriptor of one that has just ended.
    yield not all(send(address, "GET", "/models") for _ in range(3))
    limit(process, resource.RLIMIT_NOFILE, before)
    yield lambda: send(address, "GET", "/models") == 200


def stopped(address, process):
    """The whole process stands still, as in a machine that is moved."""
    process.send_signal(signal.SIGSTOP)
    yield send(address, "GET", "/models") == 0
    process.send_signal(signal.SIGCONT)
    yield lambda: send(address, "GET", "/models") == 200


def torn_file(address, _):
    """A definition that was half written when the machine went, before the service started."""
    yield send(address, "GET", "/label-sets/torn") == 404
    yield lambda: put(address, "torn") in (200, 201)


def provoke(fault, address, process, seconds):
    """Prints a row; whether all was as it should be."""
    with Load(address) as load:
        time.sleep(1)
        steps = fault(address, process)
        named = next(steps)
        time.sleep(seconds)
        recovered = next(steps)
        start = time.monotonic()
        while not (back := recovered()) and time.monotonic() - start < PATIENCE_SECONDS:
            time.sleep(0.05)
        took = time.monotonic() - start
        time.sleep(1)
    lost = sum(status != 200 for status, _ in load.answers)
    print(f"| {fault.__name__.replace('_', ' ')} | {len(load.answers)} | {lost} | {'yes' if named else 'no'} | {took:.2f} |")
    return named and back and not lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", default="java", help="a JDK 25 or newer")
    parser.add_argument("--model", help="a bundle; left out, the model that ships")
    parser.add_argument("--options", default="", help="more options of the service")
    parser.add_argument("--seconds", type=float, default=3, help="how long each fault lasts")
    args = parser.parse_args()
    args.url = None
    with tempfile.TemporaryDirectory() as folder:
        sets = pathlib.Path(folder) / "sets"
        sets.mkdir()
        (sets / "torn.json").write_text('{"labels": ["cat", "d')
        args.options += f" --clipserve.label-sets.folder={folder}"
        with service(args) as (address, process):
            # What the JVM loads for the first time while there are no descriptors, it never tries to load again.
            send(address, "GET", "/models")
            put(address, "first")
            print("| fault | requests | lost | as documented | seconds until it was gone |")
            print("|---|---|---|---|---|")
            faults = [torn_file, disk_full, no_descriptors, stopped]
            results = [provoke(fault, address, process, args.seconds) for fault in faults]
    if not all(results):
        sys.exit("that is not what docs/operations.md says")


if __name__ == "__main__":
    main()

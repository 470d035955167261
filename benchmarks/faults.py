"""Provokes faults in a running service under load, one after the other, and prints what became of the requests.

    ./mvnw -q package -DskipTests
    pip install numpy onnx && python benchmarks/faults.py

Callers ask all the time, one after the other, each by a connection of its own; an answer is lost where there is none, or
another than 200. What a session does wrong comes from a model that misbehaves where a picture asks for it (odd_model.py); the
pictures that ask for it are not among those counted. Needs Linux, and a redis-server on the path. The exit status is 1 where a
request was lost, or something was not as docs/operations.md says.
"""
import argparse
import itertools
import json
import os
import pathlib
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import odd_model
import running

CALLERS = 6
PATH = f"/classify?{running.LABELS}"
PATIENCE_SECONDS = 90
MAX_RUN_SECONDS = 2
# Changed, new, and still being encoded.
STORED = (200, 201, 202)


class Load:
    """Callers that ask until they are told to stop."""

    def __init__(self, service):
        self.service, self.answers, self.over = service, [], threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(CALLERS)]

    def ask(self):
        caller = running.Caller(self.service.address)
        while not self.over.is_set():
            self.answers.append(caller.ask(PATH, running.fresh()))

    def lost(self):
        return [one for one in self.answers if one.status != 200]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def classified(service, patience=10):
    return service.status("POST", PATH, running.fresh(), "application/octet-stream", patience) == 200


def ready(service):
    return service.status("GET", "/actuator/health/readiness") == 200


def eventually(question):
    return running.eventually(question, PATIENCE_SECONDS)


def put(service, name):
    body = json.dumps({"labels": [f"cat {time.time_ns()}", "dog"]})
    return service.status("PUT", f"/label-sets/{name}", body, patience=PATIENCE_SECONDS)


class Faults:
    """Each fault is a generator: it gives whether the service showed it as documented, then what tells that it is over."""

    def __init__(self, service, seconds):
        self.service, self.seconds = service, seconds

    def limit(self, what, value):
        """Sets a limit of the process, and gives the one before."""
        before = resource.prlimit(self.service.process.pid, what)
        resource.prlimit(self.service.process.pid, what, (value, before[1]))
        return before[0]

    def torn_file(self):
        """A definition that was half written when the machine went, before the service started."""
        yield self.service.status("GET", "/label-sets/torn", patience=PATIENCE_SECONDS) == 404
        yield lambda: put(self.service, "torn") in STORED

    def disk_full(self):
        """No file may grow: what a full disk does, without one."""
        before = self.limit(resource.RLIMIT_FSIZE, 0)
        yield put(self.service, "full") == 503
        time.sleep(self.seconds)
        self.limit(resource.RLIMIT_FSIZE, before)
        yield lambda: put(self.service, "full") in STORED

    def no_descriptors(self):
        """Those that are open are all there are."""
        taken = {int(name) for name in os.listdir(f"/proc/{self.service.process.pid}/fd")}
        before = self.limit(resource.RLIMIT_NOFILE, next(number for number in itertools.count() if number not in taken))
        # The first may get the descriptor of one that has just ended.
        yield not all(self.service.status("GET", "/models") for _ in range(10))
        time.sleep(self.seconds)
        self.limit(resource.RLIMIT_NOFILE, before)
        yield lambda: self.service.status("GET", "/models") == 200

    def stopped(self):
        """The whole process stands still, as in a machine that is moved."""
        self.service.process.send_signal(signal.SIGSTOP)
        # A moment passes until each of its threads stands; WNOWAIT leaves its end to be told to who waits for that.
        os.waitid(os.P_PID, self.service.process.pid, os.WSTOPPED | os.WNOWAIT)
        yield self.service.status("GET", "/models") == 0
        self.service.process.send_signal(signal.SIGCONT)
        yield lambda: self.service.status("GET", "/models") == 200


class SessionFaults(Faults):
    """Those of a service with the odd model."""

    def __init__(self, service, seconds, weights):
        super().__init__(service, seconds)
        self.weights = weights

    def poison(self, mark, expected):
        """Sends marked pictures for a while; whether each has this status."""
        noise, statuses, end = random.Random(0), [], time.monotonic() + self.seconds
        while not statuses or time.monotonic() < end:
            picture = odd_model.marked(mark, noise.randbytes)
            statuses.append(self.service.status("POST", PATH, picture, "application/octet-stream", PATIENCE_SECONDS))
        return set(statuses) == {expected}

    def no_number(self):
        """A run gives NaN for one picture."""
        yield self.poison("nan", 422)
        yield lambda: classified(self.service)

    def throws(self):
        """A run throws because of one picture."""
        yield self.poison("throws", 422)
        yield lambda: classified(self.service)

    def out_of_memory(self):
        """A run wants more memory than there is, unless the picture is alone: halves fit where the whole did not."""
        yield self.poison("too large", 200) and "bad_alloc" in self.service.log.read_text()
        yield lambda: classified(self.service)

    def hangs(self):
        """A run does not end; what hangs twice is refused. The threads come back here, for the work has an end after all."""
        yield self.service.status("POST", PATH, odd_model.marked("hangs"), "application/octet-stream", PATIENCE_SECONDS) == 422
        yield lambda: classified(self.service)

    def write(self, content):
        """Into what the sessions have mapped."""
        with open(self.weights, "r+b") as file:
            file.write(content)

    def sessions_break(self):
        """What open sessions have mapped is spoilt; who opens the file anew finds it whole."""
        reopened = self.service.meter("clipserve_sessions_reopened_total")
        whole = self.weights.with_suffix(".whole")
        with open(self.weights, "r+b") as mapped:
            whole.write_bytes(odd_model.healthy())
            whole.replace(self.weights)
            mapped.write(odd_model.broken())
        yield eventually(lambda: self.service.meter("clipserve_sessions_reopened_total") > reopened)
        yield lambda: classified(self.service)

    def wrong_numbers(self):
        """Embeddings become others; readiness tells, and comes back with the right ones."""
        self.write(odd_model.wrong())
        yield eventually(lambda: not ready(self.service))
        self.write(odd_model.healthy())
        yield lambda: ready(self.service)

    def all(self):
        return [self.torn_file, self.disk_full, self.no_descriptors, self.stopped, self.no_number, self.throws,
                self.out_of_memory, self.hangs, self.sessions_break, self.wrong_numbers]


class RedisFaults(Faults):
    """Those of a service with Redis."""

    def __init__(self, service, seconds, redis):
        super().__init__(service, seconds)
        self.redis = redis

    def redis_away(self):
        """Killed, and started again."""
        eventually(lambda: put(self.service, "kept") in STORED)
        self.redis.kill()
        loaded = self.service.status("POST", "/classify?label_set=kept", running.fresh(), "application/octet-stream", PATIENCE_SECONDS)
        yield put(self.service, "new") == 503 and loaded == 200
        time.sleep(self.seconds)
        self.redis.start()
        yield lambda: put(self.service, "new") in STORED


class Redis:
    """A server that is killed and started again, without memory of what was before."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()


def row(name, load, named, seconds):
    """Prints it; whether nothing was lost."""
    lost = load.lost()
    slowest = max(one.milliseconds for one in load.answers) / 1e3
    told = "yes" if named else "no"
    print(f"| {name} | {len(load.answers)} | {len(lost)} | {told} | {slowest:.1f} | {seconds:.2f} |", flush=True)
    for status, content in sorted({(one.status, one.content[:200]) for one in lost})[:3]:
        print(f"  lost: {status} {content.decode(errors='replace')}", file=sys.stderr)
    return named and not lost


def provoke(fault, service):
    """Prints a row; whether all was as it should be."""
    with Load(service) as load:
        time.sleep(1)
        steps = fault()
        named, recovered = next(steps), next(steps)
        start = time.monotonic()
        back = eventually(recovered)
        took = time.monotonic() - start
        time.sleep(1)
    return row(fault.__name__.replace("_", " "), load, named, took) and back


def drain(service):
    """SIGTERM under load: who has been let in is answered, and the process ends in its grace period."""
    with Load(service) as load:
        time.sleep(2)
        start = time.monotonic()
        status = service.end()
        took = time.monotonic() - start
        load.over.set()
    # Whoever comes later finds the port closed, and his balancer tries another.
    load.answers = [one for one in load.answers if not one.refused_connection]
    return row("SIGTERM", load, status == 143, took)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    running.options(parser)
    parser.add_argument("--seconds", type=float, default=3, help="how long each fault lasts")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        good = sessions(args, folder) & surroundings(args)
    if not good:
        sys.exit("that is not what docs/operations.md says")


def sessions(args, folder):
    """Whether all faults of the first service were as they should be."""
    sets = folder / "sets" / "sets"
    sets.mkdir(parents=True)
    (sets / "torn.json").write_text('{"labels": ["cat", "d')
    args.model = odd_model.make(folder / "odd", rounds=2)
    weights = args.model / "onnx" / odd_model.WEIGHTS
    options = [
        f"--clipserve.label-sets.folder={sets.parent}", "--clipserve.model.graph-cache=", "--clipserve.canary.interval=1s",
        "--clipserve.canary.retry=1s", f"--clipserve.batching.max-run-time={MAX_RUN_SECONDS}s", "--clipserve.model.parallel-runs=1"]
    with running.running(args, *options) as service:
        # What the JVM loads for the first time while there are no descriptors, it never tries to load again.
        service.status("GET", "/models", patience=PATIENCE_SECONDS)
        put(service, "first")
        print("| fault | requests | lost | as documented | slowest answer, s | seconds until it was gone |")
        print("|---|---|---|---|---|---|")
        good = all([provoke(fault, service) for fault in SessionFaults(service, args.seconds, weights).all()])
        return running.within_memory(service) and good


def surroundings(args):
    """Whether all faults of the second service, and its end, were."""
    args.model = None
    redis = Redis()
    try:
        options = ["--clipserve.label-sets.store=redis", f"--spring.data.redis.port={redis.port}"]
        with running.running(args, *options) as service:
            good = provoke(RedisFaults(service, args.seconds, redis).redis_away, service)
            small = running.within_memory(service)
            return drain(service) and good and small
    finally:
        redis.kill()


if __name__ == "__main__":
    main()

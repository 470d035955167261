"""The jar as a running service, those who ask it, and how much memory it takes: what the runs under load share."""
import contextlib
import http.client
import itertools
import pathlib
import re
import resource
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = (ROOT / "models" / "mini-clip" / "canary.png").read_bytes()
LABELS = "labels=sunflower,motorcycle,whale"
START_SECONDS = 300
MEMORY_LIMIT = 2**30
NUMBERS = itertools.count()


def jar():
    jars = sorted((ROOT / "target").glob("clipserve-*.jar"))
    if not jars:
        sys.exit("there is no jar in target; build it first: ./mvnw package -DskipTests")
    return jars[-1]


def options(parser):
    """What every run lets one say of the jar."""
    parser.add_argument("--java", default="java", help="a JDK 25 or newer, for the jar")
    parser.add_argument("--java-options", default="-Xmx512m", help="options of the JVM")
    parser.add_argument("--model", help="a bundle; left out, the model that ships")
    parser.add_argument("--options", default="", help="more options of the jar")


class Service:
    """The jar in a process of its own."""

    def __init__(self, args, port, more, log):
        model = [f"--clipserve.model.path={args.model}"] if args.model else []
        command = [args.java, *shlex.split(args.java_options), "-jar", jar(), f"--server.port={port}", "--server.address=127.0.0.1"]
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [*command, *model, *shlex.split(args.options), *more], stdout=output, stderr=subprocess.STDOUT)

    def wait_until_started(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"Tomcat started on port (\d+)", self.log.read_text())
            if found:
                self.address = f"127.0.0.1:{found.group(1)}"
                # The canaries are asked after that.
                while self.status("GET", "/actuator/health/readiness") != 200 and time.monotonic() < end:
                    time.sleep(0.1)
                return
            time.sleep(0.2)
        sys.exit(f"the service did not start:\n{self.log.read_text()}")

    def ask(self, method, path, body=None, kind="application/json", patience=2):
        """Status, headers and content by a connection of its own; status 0 where there is no answer in time."""
        connection = http.client.HTTPConnection(self.address, timeout=patience)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, {"Content-Type": kind} if body else {})
                response = connection.getresponse()
                return response.status, response.headers, response.read()
            except (OSError, http.client.HTTPException):
                return 0, {}, b""

    def status(self, *request, **how):
        return self.ask(*request, **how)[0]

    def meter(self, name, **tags):
        """The sum of a meter over its series that have these tags."""
        total = 0.0
        for line in self.ask("GET", "/actuator/prometheus", patience=10)[2].decode().splitlines():
            series, _, value = line.rpartition(" ")
            if series.partition("{")[0] == name and all(f'{tag}="{wanted}"' in series for tag, wanted in tags.items()):
                total += float(value)
        return total

    def memory(self, field="VmRSS"):
        """Bytes of resident memory; VmHWM for the most that it ever was."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(re.search(rf"{field}:\s+(\d+)", status).group(1))

    def end(self):
        """The exit status after SIGTERM."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(60)


@contextlib.contextmanager
def running(args, *more, port=0):
    """The service, until the end of the block; also where this process is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(args, port, more, pathlib.Path(folder) / "log")
        try:
            service.wait_until_started()
            yield service
        finally:
            if service.process.poll() is None:
                try:
                    service.end()
                except subprocess.TimeoutExpired:
                    service.process.kill()


def within_memory(service):
    """Whether it never had more resident memory than a container of 1 GiB allows; tells how much it had."""
    most = service.memory("VmHWM")
    print(f"most resident memory: {most / 2**20:.0f} MiB", file=sys.stderr)
    return most < MEMORY_LIMIT


@dataclass(frozen=True)
class Answer:
    """Status 0 where there was none."""

    status: int
    milliseconds: float
    content: bytes
    refused_connection: bool = False
    headers: http.client.HTTPMessage | None = None


class Caller:
    """One connection; opened again when the service closes it."""

    def __init__(self, address, **headers):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.headers = headers

    def ask(self, path, body, kind="application/octet-stream"):
        start, refused, headers = time.perf_counter(), False, None
        try:
            self.connection.request("POST", path, body, {"Content-Type": kind, **self.headers})
            response = self.connection.getresponse()
            status, headers, content = response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException) as fault:
            self.connection.close()
            status, content, refused = 0, str(fault).encode(), isinstance(fault, ConnectionRefusedError)
        return Answer(status, (time.perf_counter() - start) * 1e3, content, refused, headers)


def fresh(picture=PICTURE):
    """The picture with other bytes behind its end each time, so that its answer does not come from memory."""
    return picture + struct.pack(">QQ", next(NUMBERS), time.time_ns())


def in_threads(count, work):
    """Runs so many at the same time and waits for them."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def load(callers, connections, seconds, rate, ask):
    """What ASK gives for a caller, at a rate, or, where that is None, one after the other; and the seconds it took."""
    answers, tickets = [], itertools.count()
    start = time.monotonic()

    def work():
        caller = callers()
        while True:
            due = start + next(tickets) / rate if rate else time.monotonic()
            if max(due, time.monotonic()) >= start + seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            answers.append(ask(caller))

    in_threads(connections, work)
    return answers, time.monotonic() - start


def png(width, height, pixels):
    """A PNG of RGB bytes, row by row."""
    rows = b"".join(b"\0" + pixels[3 * width * row:3 * width * (row + 1)] for row in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def eventually(question, seconds):
    """Whether it becomes true, in time."""
    end = time.monotonic() + seconds
    while not (true := question()) and time.monotonic() < end:
        time.sleep(0.05)
    return true


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def processor_seconds():
    """What this process has used, so that one sees whether the client was in the way."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def beside(java, program):
    """Another program of the same JDK."""
    return pathlib.Path(shutil.which(java) or java).resolve().with_name(program)

"""What the service does with several times as many requests as it can answer; prints a table.

    ./mvnw -q package -DskipTests
    python benchmarks/overload.py --model FOLDER --seconds 120 --factor 5

First as many connections as keep it busy ask one after the other: that is the peak. Then requests come at FACTOR times
that rate, whatever becomes of those before, each with a deadline; then the load ends, and single requests tell how soon
they are answered again. Each image is new, by bytes behind its end, so nothing comes from memory. FOLDER is a model bundle;
the model that ships is so small that a client in Python cannot ask for more than it can do. The load is bounded by
--connections and --max-rate and goes to this machine only. With --check the exit status is 1 where less than 95 % of the
peak is answered in the overload, an accepted answer came after its deadline, or a refusal took longer than --refusal-ms (p99).
"""
import argparse
import contextlib
import http.client
import itertools
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = (ROOT / "models" / "mini-clip" / "canary.png").read_bytes()
PATH = "/classify?labels=sunflower,motorcycle,whale"
START_SECONDS = 300
NUMBERS = itertools.count()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a service that runs already; without, the jar is started")
    parser.add_argument("--java", default="java", help="a JDK 25 or newer, for the jar")
    parser.add_argument("--model", help="a bundle, for the jar")
    parser.add_argument("--options", default="", help="more options of the jar")
    parser.add_argument("--seconds", type=float, default=10, help="of each phase")
    parser.add_argument("--warmup", type=float, default=15, help="seconds at the peak that are not counted")
    parser.add_argument("--factor", type=float, default=4, help="how many times the peak comes in the overload")
    parser.add_argument("--busy", type=int, default=16, help="connections of the peak")
    parser.add_argument("--connections", type=int, default=128, help="connections of the overload")
    parser.add_argument("--max-rate", type=float, default=500, help="requests a second, at most")
    parser.add_argument("--deadline-ms", type=int, default=2000)
    parser.add_argument("--refusal-ms", type=float, default=20)
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


@contextlib.contextmanager
def service(args):
    """The service's host and port, and its process where it was started here."""
    if args.url:
        yield urllib.parse.urlsplit(args.url).netloc, None
        return
    jars = sorted((ROOT / "target").glob("clipserve-*.jar"))
    if not jars:
        sys.exit("there is no jar in target; build it first: ./mvnw package -DskipTests")
    command = [args.java, "-jar", str(jars[-1]), "--server.port=0", "--server.address=127.0.0.1", *args.options.split()]
    if args.model:
        command.append(f"--clipserve.model.path={args.model}")
    with tempfile.NamedTemporaryFile("r", suffix=".log") as log:
        process = subprocess.Popen(command, stdout=log.fileno(), stderr=subprocess.STDOUT)
        try:
            yield f"127.0.0.1:{port(process, pathlib.Path(log.name))}", process
        finally:
            process.terminate()
            process.wait(60)


def port(process, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        _, started, rest = log.read_text().partition("Tomcat started on port ")
        if started and rest[:5].split():
            return int(rest.split()[0])
        time.sleep(0.2)
    sys.exit(f"the service did not start:\n{log.read_text()}")


class Caller:
    """One connection; opened again when the service closes it."""

    def __init__(self, address, deadline_ms):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.headers = {"Content-Type": "application/octet-stream", "X-Request-Timeout-Ms": str(deadline_ms)}

    def ask(self):
        """Status, and milliseconds from sending to the answer's end; status 0 where there was no answer."""
        body = PICTURE + next(NUMBERS).to_bytes(8, "big") + time.time_ns().to_bytes(8, "big")
        start = time.perf_counter()
        try:
            self.connection.request("POST", PATH, body, self.headers)
            response = self.connection.getresponse()
            response.read()
            status = response.status
        except (OSError, http.client.HTTPException):
            self.connection.close()
            status = 0
        return status, (time.perf_counter() - start) * 1e3


def load(address, args, connections, seconds, rate):
    """Asks by so many connections; at a rate, or, where that is None, one after the other. All (status, milliseconds)."""
    answers, threads, tickets = [], [], itertools.count()
    start = time.monotonic()

    def work():
        caller = Caller(address, args.deadline_ms)
        while True:
            due = start + next(tickets) / rate if rate else time.monotonic()
            if max(due, time.monotonic()) >= start + seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            answers.append(caller.ask())

    for _ in range(connections):
        threads.append(threading.Thread(target=work))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return answers, time.monotonic() - start


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def row(name, answers, seconds):
    """Prints a phase; gives accepted a second, their p99 and the refusals' p99."""
    accepted = [ms for status, ms in answers if status == 200]
    refused = [ms for status, ms in answers if status == 503]
    late = sum(status == 504 for status, _ in answers)
    other = len(answers) - len(accepted) - len(refused) - late
    rate, slow, slow_refusal = len(accepted) / seconds, percentile(accepted, 0.99), percentile(refused, 0.99)
    print(
        f"| {name} | {len(answers) / seconds:.0f} | {rate:.1f} | {percentile(accepted, 0.5):.0f} | {slow:.0f} "
        f"| {len(refused)} | {percentile(refused, 0.5):.1f} | {slow_refusal:.1f} | {late} | {other} |"
    )
    return rate, slow, slow_refusal, late + other


def recovery(address, args):
    """Seconds from the end of the load to the first answer that is no refusal."""
    start = time.monotonic()
    caller = Caller(address, args.deadline_ms)
    while time.monotonic() - start < 60:
        if caller.ask()[0] == 200:
            return time.monotonic() - start
        time.sleep(0.05)
    return float("inf")


def main():
    args = arguments()
    with service(args) as (address, _):
        load(address, args, args.busy, args.warmup, None)
        print("| phase | asked/s | answered/s | p50 ms | p99 ms | refused | p50 ms | p99 ms | 504 | other |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        peak, _, _, _ = row("peak", *load(address, args, args.busy, args.seconds, None))
        wanted = min(args.max_rate, args.factor * peak)
        overload = load(address, args, args.connections, args.seconds, wanted)
        rate, slow, refusal, lost = row(f"{wanted / peak:.1f} × peak", *overload)
        again = recovery(address, args)
    print(f"\n{rate / peak:.0%} of the peak in the overload; first answer {again:.2f} s after its end")
    good = rate >= 0.95 * peak and slow <= args.deadline_ms and not refusal > args.refusal_ms and not lost and again <= 2
    if args.check and not good:
        sys.exit("that is not what the service promises")


if __name__ == "__main__":
    main()

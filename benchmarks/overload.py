"""What the service does with several times as many requests as it can answer; prints a table.

    ./mvnw -q package -DskipTests
    pip install numpy onnx && python benchmarks/odd_model.py FOLDER --work 150
    python benchmarks/overload.py --model FOLDER --seconds 120 --factor 5 --rounds 3

First as many connections as keep it busy ask one after the other: that is the peak. Then requests come at FACTOR times
that rate, whatever becomes of those before, each with a deadline; then the load ends, and single requests tell how soon
they are answered again. At last comes the peak once more: the overload is compared with the mean of both, for machines have
moods, and of several rounds the median counts. Each image is new, so nothing comes from memory. FOLDER is a model bundle; the
model that ships is so small that a client in Python on the same machine cannot ask for more than it can do. With --side pictures
are large, so that decoding them is what takes time. The load is bounded by --connections and --max-rate and goes to this machine
only. With --check the exit status is 3 where less than --least of the peak is answered in the overload, or in any round accepted
answers came after the deadline (p99), or refusals took longer than --refusal-ms (p99): others on the machine may have been in the way.
It is 1 where a request was lost in any round, or memory was above its limit: there nobody else is to blame.
"""
import argparse
import contextlib
import statistics
import sys
import time
import types
import urllib.parse

import running

PATH = f"/classify?{running.LABELS}"
# The exit status where times or rates are not as promised.
TOO_SLOW = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a service that runs already; without, the jar is started")
    running.options(parser)
    parser.add_argument("--seconds", type=float, default=10, help="of each phase")
    parser.add_argument("--warmup", type=float, default=15, help="seconds in overload, and then at the peak, that are not counted")
    parser.add_argument("--rounds", type=int, default=1, help="how often peak and overload take turns")
    parser.add_argument("--factor", type=float, default=5, help="how many times the peak comes in the overload")
    parser.add_argument("--busy", type=int, default=16, help="connections of the peak")
    parser.add_argument("--connections", type=int, default=128, help="connections of the overload")
    parser.add_argument("--side", type=int, help="pixels of a picture's sides; left out, the model's canary")
    parser.add_argument("--max-rate", type=float, default=500, help="requests a second, at most")
    parser.add_argument("--deadline-ms", type=int, default=2000)
    parser.add_argument("--refusal-ms", type=float, default=20)
    parser.add_argument("--least", type=float, default=0.95, help="share of the peak that has to be answered in the overload")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def service(args):
    if args.url:
        return contextlib.nullcontext(types.SimpleNamespace(address=urllib.parse.urlsplit(args.url).netloc))
    return running.running(args)


def gradient(side):
    """Large for who decodes it, small for who sends it."""
    row = bytes(255 * column // side for column in range(side) for _ in range(3))
    return running.png(side, side, row * side)


class Load:
    """Phases of load on one service, each printed as a row."""

    def __init__(self, address, args):
        self.address, self.args = address, args
        self.picture = gradient(args.side) if args.side else running.PICTURE

    def caller(self):
        return running.Caller(self.address, **{"X-Request-Timeout-Ms": str(self.args.deadline_ms)})

    def ask(self, caller):
        return caller.ask(PATH, running.fresh(self.picture))

    def phase(self, name, seconds, rate=None):
        """Accepted a second, their p99 and the refusals', and how many had no answer, or one that nobody expects."""
        used = running.processor_seconds()
        connections = self.args.connections if rate else self.args.busy
        answers, took = running.load(self.caller, connections, seconds, rate, self.ask)
        used = running.processor_seconds() - used
        times = {status: [one.milliseconds for one in answers if one.status == status] for status in (200, 503, 504)}
        lost = len(answers) - sum(map(len, times.values()))
        answered, p99, refusal = len(times[200]) / took, running.percentile(times[200], 0.99), running.percentile(times[503], 0.99)
        print(
            f"| {name} | {len(answers) / took:.1f} | {answered:.2f} | {running.percentile(times[200], 0.5):.0f} | {p99:.0f} "
            f"| {len(times[503])} | {running.percentile(times[503], 0.5):.1f} | {refusal:.1f} | {len(times[504])} | {lost} "
            f"| {used / took:.0%} |", flush=True)
        return answered, p99, refusal, lost

    def warm_up(self):
        """As many refusals as there may be, for they are code that has to be compiled, too; then the peak."""
        running.load(self.caller, self.args.connections, self.args.warmup, self.args.max_rate, self.ask)
        running.load(self.caller, self.args.busy, self.args.warmup, None, self.ask)

    def recovery(self):
        """Seconds from the end of the load to the first answer that is no refusal."""
        start, caller = time.monotonic(), self.caller()
        while time.monotonic() - start < 60:
            if self.ask(caller).status == 200:
                return time.monotonic() - start
            time.sleep(0.05)
        return float("inf")

    def rounds(self):
        """Share of the peak in the overload, whether times were as promised, and how many requests were lost, for each round."""
        before = self.phase("peak", self.args.seconds)[0]
        if not before:
            print(f"nothing is answered within {self.args.deadline_ms} ms, even without overload", file=sys.stderr)
            sys.exit(TOO_SLOW)
        for _ in range(self.args.rounds):
            rate = min(self.args.max_rate, self.args.factor * before)
            answered, p99, refusal, lost = self.phase(f"{rate / before:.1f} × peak", self.args.seconds, rate)
            recovery = self.recovery()
            after = self.phase("peak again", self.args.seconds)[0]
            share = 2 * answered / (before + after)
            print(f"{share:.1%} of the peak in the overload; first answer {recovery:.2f} s after its end", flush=True)
            # Of the deadline the service knows when the request has come, and an answer has its way back before it: a refusal's time.
            in_time = p99 <= self.args.deadline_ms + self.args.refusal_ms and not refusal > self.args.refusal_ms and recovery <= 2
            yield share, in_time, lost
            before = after


def main():
    args = arguments()
    with service(args) as target:
        load = Load(target.address, args)
        load.warm_up()
        print("| phase | asked/s | answered/s | p50 ms | p99 ms | 503 | p50 ms | p99 ms | 504 | lost | client's processor |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        shares, in_time, lost = zip(*load.rounds(), strict=True)
        small = args.url or running.within_memory(target)
    share = statistics.median(shares)
    print(f"{share:.1%} of the peak in the overload, median of {args.rounds}")
    if args.check and not (share >= args.least and all(in_time) and not any(lost) and small):
        print("that is not what the service promises", file=sys.stderr)
        sys.exit(1 if any(lost) or not small else TOO_SLOW)


if __name__ == "__main__":
    main()

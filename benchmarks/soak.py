"""Asks a service for a long time at 90 % of what it can do, a part of it bad input, and holds each answer against its golden.

    ./mvnw -q package -DskipTests
    python benchmarks/soak.py --minutes 30

Goldens are the answers to the same questions asked before, one after the other, with nobody else asking. Pictures are those of
../shared/golden where it is, else made here. Every picture is new to the service by bytes behind its end, but a few that come from
memory. Memory is sampled: what is resident, and what is left of the heap after a collection, which is asked for by jcmd. The
slope of each is fitted to the means of ten parts of the run, and shown with its 95 % confidence interval: it is flat where that
is not above zero, or where less than --settling MiB came to it in all. The exit status is 1 where an answer was wrong, lost or 5xx, or memory grew.
"""
import argparse
import base64
import http.client
import itertools
import json
import pathlib
import random
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import running

GOLDEN = running.ROOT.parent / "shared" / "golden"
LABEL_LISTS = [running.LABELS, "labels=cat,dog", "labels=a%20red%20car,a%20blue%20car,a%20train,a%20ship&templates=%7B%7D", "labels=apple,bowl&scoring=similarity"]
BAD_SHARE = 0.05
# Every so many questions one is asked as it was before, so that its answer is remembered.
REMEMBERED = 10
TOLERANCE = 1e-6
PARTS = 10
# Student's t for 95 % and PARTS - 2 degrees of freedom.
STUDENT = 2.306
MIB = 2**20


@dataclass
class Question:
    """A request, and the answer that it has when nobody else asks."""

    path: str
    pictures: list
    bad: bool = False
    golden: running.Answer = None

    def ask(self, caller, new=True):
        pictures = [running.fresh(picture) if new else picture for picture in self.pictures]
        if len(pictures) == 1:
            return caller.ask(self.path, pictures[0])
        images = [{"base64": base64.b64encode(picture).decode()} for picture in pictures]
        return caller.ask("/classify", json.dumps({"images": images, "labels": ["cat", "dog", "ship"]}), "application/json")

    def fault(self, answer):
        """What is wrong with an answer; None where nothing is."""
        if answer.status == 0 or answer.status >= 500:
            return f"{answer.status} {answer.content[:200]}"
        if answer.status != self.golden.status:
            # A picture may take too long to decode when others are decoded at the same time.
            return None if self.bad and 400 <= answer.status else f"{answer.status} instead of {self.golden.status}"
        if answer.status != 200:
            return None
        differing = difference(json.loads(self.golden.content), json.loads(answer.content))
        return f"differs by {differing}" if differing > TOLERANCE else None


def difference(one, other):
    """The largest between numbers at the same place; infinite where anything else differs."""
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other)
    if type(one) is not type(other):
        return float("inf")
    if isinstance(one, dict) and one.keys() == other.keys():
        return max((difference(one[key], other[key]) for key in one), default=0)
    if isinstance(one, list) and len(one) == len(other):
        return max(map(difference, one, other), default=0)
    return 0 if one == other else float("inf")


def pictures():
    if GOLDEN.is_dir():
        return [file.read_bytes() for file in sorted((GOLDEN / "images").iterdir()) if file.is_file()]
    noise = random.Random(0)
    sizes = [(noise.randint(1, 200), noise.randint(1, 200)) for _ in range(50)]
    return [running.PICTURE, *(running.png(width, height, noise.randbytes(3 * width * height)) for width, height in sizes)]


def bad_pictures():
    if GOLDEN.is_dir():
        return [file.read_bytes() for file in sorted((GOLDEN / "hostile").iterdir())]
    whole, noise = running.PICTURE, random.Random(1)
    spoilt = [whole[:200] + noise.randbytes(50) + whole[250:], whole.replace(b"IDAT", b"IDOT", 1), running.png(60_000, 60_000, b"")]
    return [b"", b"no picture", noise.randbytes(1000), whole[:len(whole) // 2], whole[:30], b"\xff\xd8\xff\xe0" + noise.randbytes(500), *spoilt]


def questions(caller):
    """All of them with their goldens, the good ones and the bad."""
    shown, paths = pictures(), itertools.cycle(f"/classify?{labels}" for labels in LABEL_LISTS)
    good = [Question(path, [picture]) for path, picture in zip(paths, shown)]
    good += [Question("/classify", [one, other]) for one, other in itertools.islice(itertools.pairwise(shown), 0, None, 10)]
    bad = [Question(path, [picture], bad=True) for path, picture in zip(paths, bad_pictures())]
    for question in good + bad:
        question.golden = question.ask(caller)
        if question.golden.status >= 500 or question.golden.status != 200 and not question.bad:
            sys.exit(f"{question.path}: {question.golden.status} {question.golden.content[:300]}")
    return good, bad


class Soak:
    """The load, and what was wrong with it."""

    def __init__(self, service, good, bad):
        self.service, self.good, self.bad = service, good, bad
        self.asked = self.refused = 0
        self.faults, self.lock, self.random = [], threading.Lock(), random.Random(7)

    def caller(self):
        return running.Caller(self.service.address)

    def ask(self, caller):
        with self.lock:
            question = self.random.choice(self.bad if self.random.random() < BAD_SHARE else self.good)
            self.asked += 1
            new = self.asked % REMEMBERED > 0
        answer = question.ask(caller, new)
        fault = question.fault(answer)
        with self.lock:
            self.refused += 400 <= answer.status < 500
            if fault:
                self.faults.append(fault)

    def run(self, connections, seconds, rate=None):
        """Requests a second."""
        before = self.asked
        _, took = running.load(self.caller, connections, seconds, rate, self.ask)
        return (self.asked - before) / took


class Memory(threading.Thread):
    """Takes samples until it is told to stop: seconds, resident bytes, and bytes of the heap that are left after a collection."""

    def __init__(self, service, jcmd, pause):
        super().__init__(daemon=True)
        self.service, self.jcmd, self.pause = service, jcmd, pause
        self.samples, self.over = [], threading.Event()

    def run(self):
        start = time.monotonic()
        while not self.over.wait(self.pause):
            subprocess.run([self.jcmd, str(self.service.process.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)
            heap = self.service.meter("jvm_memory_used_bytes", area="heap")
            self.samples.append((time.monotonic() - start, self.service.memory(), heap))

    def stop(self):
        self.over.set()
        self.join()


def slope(times, values):
    """Bytes a second, and half of its 95 % confidence interval, by the means of PARTS parts, which hardly hang together."""
    parts = [range(len(times) * part // PARTS, len(times) * (part + 1) // PARTS) for part in range(PARTS)]
    x = [statistics.mean(times[i] for i in part) for part in parts]
    y = [statistics.mean(values[i] for i in part) for part in parts]
    steepness, start = statistics.linear_regression(x, y)
    rest = sum((b - start - steepness * a) ** 2 for a, b in zip(x, y)) / (PARTS - 2)
    return steepness, STUDENT * (rest / sum((a - statistics.mean(x)) ** 2 for a in x)) ** 0.5


def flat(name, times, values, settling):
    """Prints the verdict on a kind of memory."""
    steepness, half = slope(times, values)
    grown = steepness * (times[-1] - times[0]) / MIB
    flat = steepness <= half or grown < settling
    hour = 3600 / MIB
    print(
        f"{name}: {statistics.mean(values) / MIB:.0f} MiB, slope {steepness * hour:+.1f} ± {half * hour:.1f} MiB an hour, "
        f"{grown:+.1f} MiB in all: {'flat' if flat else 'grows'}")
    return flat


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    running.options(parser)
    # The heap is there from the start: while a collector still takes more of what it may have, nobody could tell that from a leak.
    parser.set_defaults(java_options="-Xms512m -Xmx512m -XX:+AlwaysPreTouch")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--warmup", type=float, default=40, help="seconds at the peak before it is measured for half as long")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--share", type=float, default=0.9, help="of the peak")
    parser.add_argument("--settling", type=float, default=0, help="MiB that may come to it, for short runs")
    args = parser.parse_args()
    with running.running(args, "--clipserve.label-sets.folder=") as service:
        soak = Soak(service, *questions(running.Caller(service.address)))
        soak.run(args.connections, args.warmup)
        peak = soak.run(args.connections, args.warmup / 2)
        print(f"{len(soak.good)} questions and {len(soak.bad)} bad ones; peak {peak:.1f} requests/s", flush=True)
        memory = Memory(service, running.beside(args.java, "jcmd"), args.minutes)
        memory.start()
        rate = soak.run(args.connections, 60 * args.minutes, args.share * peak)
        memory.stop()
        times, resident, heap = zip(*memory.samples)
        steady = [flat("resident", times, resident, args.settling), flat("heap after collections", times, heap, args.settling)]
        print(f"{rate:.1f} requests/s, {rate / peak:.0%} of the peak; {soak.asked} answers in all, {soak.refused} of them refusals of bad input, {len(soak.faults)} wrong")
        small = running.within_memory(service)
    for fault in soak.faults[:10]:
        print(f"  wrong: {fault}", file=sys.stderr)
    if soak.faults or not all(steady) or not small:
        sys.exit("that is not steady")


if __name__ == "__main__":
    main()

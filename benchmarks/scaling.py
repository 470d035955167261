"""What a million images cost, and a day of traffic through a simulated fleet under several rules for the number of replicas, seeded.

    python benchmarks/scaling.py [--price 0.04] [--plot docs/images/scaling.svg]

prints the tables of docs/scaling.md; needs numpy, and matplotlib for the plot. Replicas take the measured times of
docs/performance.md. Kubernetes' part follows the documented algorithm of its HorizontalPodAutoscaler: desired = ceil(current x
metric / target), the largest over several metrics, a tolerance of a tenth, steps of at most +100 % or 4 pods in 15 s, and downwards
the largest wish of the last five minutes.
"""

import argparse
import heapq
import math
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

DAY = 86_400.0
WINDOW = 300.0
SEED = 20261124


@dataclass(frozen=True)
class Machine:
    """What a replica is: seconds of a batch of n images on one worker, and of one image that has the replica to itself."""

    workers: int
    batch_overhead: float
    image: float
    alone: float
    largest_batch: int
    max_waiting: int
    processor_share: float
    """How busy the processor is while all workers are: 1 where it runs the encoders."""

    def batch(self, images):
        return self.batch_overhead + images * self.image

    def rate(self):
        """Images a second at full load."""
        return self.workers * self.largest_batch / self.batch(self.largest_batch)


# ViT-B/32, fp32, two cores: 24 a second at 32 clients, an eighth more for each image of small batches, 56 ms alone.
PROCESSOR = Machine(workers=2, batch_overhead=0.030, image=0.0787, alone=0.056, largest_batch=8, max_waiting=256, processor_share=1.0)
# The same times where a device runs the encoders: of the two cores, 24 images a second of 14 ms of decoding take a sixth.
DEVICE = replace(PROCESSOR, processor_share=24 * 0.014 / 2)


@dataclass
class Replica:
    ready_at: float
    waiting: deque = field(default_factory=deque)
    busy: int = 0
    answered: int = 0
    waited: float = 0.0
    worked: float = 0.0


# Images a second of two cores at 32 clients, decoding included (docs/performance.md). Photos would leave mini-clip no more than 500: two
# cores decode and prepare no more.
MEASURED = {"ViT-B/32, fp32": 24.0, "ViT-B/32, INT8": 54.0, "mini-clip, small pictures": 840.0}
UTILIZATION = 0.7


def costs(price):
    """Replica hours and money for a million images, and what a device for 1 a hour has to do to be cheaper."""
    for name, rate in MEASURED.items():
        hours = 1e6 / (3600 * rate * UTILIZATION)
        yield f"| {name} | {rate:.0f} | {hours:.1f} | {2 * price * hours:.2f} | {rate / (2 * price):.0f} |"


def traffic(mean_rate, seed):
    """Arrival times of a day: quiet nights, a noon and an evening peak, noise of minutes, and two flash crowds of ten minutes."""
    random = np.random.default_rng(seed)
    seconds = np.arange(DAY)
    hour = seconds / 3600
    shape = 0.25 + np.exp(-((hour - 12.5) / 2.6) ** 2) + 1.25 * np.exp(-((hour - 20) / 1.8) ** 2)
    minutes = np.repeat(random.lognormal(0, 0.15, int(DAY / 60)), 60)
    for start, factor in ((9.0, 3.0), (16.2, 2.5)):
        shape[(hour >= start) & (hour < start + 1 / 6)] *= factor
    rate = mean_rate * shape / shape.mean() * minutes
    counts = random.poisson(rate)
    return np.sort(np.repeat(seconds, counts) + random.random(counts.sum())), rate


class Fleet:
    """Replicas behind a service that spreads requests at random, as kube-proxy does."""

    def __init__(self, machine, rule, least, most, start_up, seed):
        self.machine, self.rule, self.least, self.most, self.start_up = machine, rule, least, most, start_up
        self.random = np.random.default_rng(seed)
        self.replicas = [Replica(0.0) for _ in range(least)]
        self.ready, self.next_ready = self.replicas[:], math.inf
        self.leaving = []
        self.events = []
        self.sequence = 0
        self.wishes = deque()
        self.history = deque()
        self.latencies, self.arrived, self.refused, self.replica_seconds = [], [], 0, 0.0
        self.counts = []

    def run(self, arrivals):
        next_tick = 15.0
        picks = self.random.random(len(arrivals))
        for time, pick in zip(arrivals.tolist(), picks.tolist()):
            while self.events and self.events[0][0] <= time or next_tick <= time:
                if self.events and self.events[0][0] <= next_tick:
                    self.finish(*heapq.heappop(self.events))
                else:
                    self.tick(next_tick)
                    next_tick += 15.0
            if self.next_ready <= time:
                self.look_for_ready(time)
            self.arrive(self.ready[int(pick * len(self.ready))], time)
        return self

    def look_for_ready(self, time):
        self.ready = [r for r in self.replicas if r.ready_at <= time]
        self.next_ready = min((r.ready_at for r in self.replicas if r.ready_at > time), default=math.inf)

    def arrive(self, replica, time):
        if len(replica.waiting) >= self.machine.max_waiting:
            self.refused += 1
            return
        replica.waiting.append(time)
        if replica.busy < self.machine.workers:
            self.dispatch(replica, time)

    def dispatch(self, replica, time):
        machine = self.machine
        alone = replica.busy == 0 and len(replica.waiting) == 1
        images = [replica.waiting.popleft() for _ in range(min(len(replica.waiting), machine.largest_batch))]
        workers = machine.workers if alone else 1
        seconds = machine.alone if alone else machine.batch(len(images))
        replica.busy += workers
        replica.answered += len(images)
        replica.waited += sum(time - arrival for arrival in images)
        replica.worked += workers * seconds
        self.sequence += 1
        heapq.heappush(self.events, (time + seconds, self.sequence, replica, workers, images))

    def finish(self, time, _, replica, workers, images):
        replica.busy -= workers
        self.latencies.extend(time - arrival for arrival in images)
        self.arrived.extend(images)
        while replica.waiting and replica.busy < self.machine.workers:
            self.dispatch(replica, time)

    def tick(self, time):
        """Scrapes, as every 15 seconds, and lets the rule decide on the rates of the last minute."""
        self.replica_seconds += 15.0 * (len(self.replicas) + len(self.leaving))
        self.leaving = [r for r in self.leaving if r.busy or r.waiting]
        self.counts.append(len(self.replicas))
        everyone = self.replicas + self.leaving
        now = (time, *(sum(getattr(r, what) for r in everyone) for what in ("answered", "waited", "worked")))
        self.history.append(now)
        if len(self.history) > 5:
            self.history.popleft()
        self.look_for_ready(time)
        wish = self.wish(now, self.history[0], len(self.ready))
        self.wishes.append((time, wish))
        while self.wishes[0][0] < time - WINDOW:
            self.wishes.popleft()
        self.scale(time, wish)

    def wish(self, now, before, current):
        # Replicas that have left take their counters with them; the rates of a minute do not go below zero for it.
        seconds, answered, waited, worked = (max(a - b, 0) for a, b in zip(now, before))
        busy = min(worked / max(seconds, 15) / current / self.machine.workers, 1)
        metrics = {"wait": waited / answered if answered else 0, "busy": busy, "processor": busy * self.machine.processor_share}
        ratios = [metrics[name] / target for name, target in self.rule.items()]
        wishes = [current if abs(ratio - 1) <= 0.1 else math.ceil(current * ratio) for ratio in ratios]
        return min(max(*wishes, self.least), self.most)

    def scale(self, time, wish):
        count = len(self.replicas)
        up = min(wish, max(2 * count, count + 4))
        down = max(w for _, w in self.wishes)
        if up > count:
            self.replicas += [Replica(time + self.start_up) for _ in range(up - count)]
        elif down < count:
            self.leaving += self.replicas[down:]
            del self.replicas[down:]
        self.look_for_ready(time)


def report(name, fleet):
    latencies = np.array(fleet.latencies)
    total = len(latencies) + fleet.refused
    late = ((latencies > 1).sum() + fleet.refused) / total
    return (
        f"| {name} | {fleet.replica_seconds / 3600:.0f} | {max(fleet.counts)} | {np.quantile(latencies, 0.5) * 1000:.0f} "
        f"| {np.quantile(latencies, 0.99) * 1000:.0f} | {100 * late:.2f} % | {fleet.refused} |"
    )


def plot(path, rate, fleets):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "clipserve"
    from matplotlib import pyplot

    figure, (load, count, wait) = pyplot.subplots(3, 1, figsize=(9, 8), sharex=True)
    hours = np.arange(288) / 12
    load.plot(hours, rate.reshape(288, 300).mean(axis=1), color="gray")
    load.set_ylabel("images a second")
    for (name, fleet), style in zip(fleets.items(), ("--", ":", "-")):
        counts = np.array((fleet.counts + [fleet.counts[-1]] * 5760)[:5760])
        count.step(hours, counts.reshape(288, 20).max(axis=1), label=name, linestyle=style)
        slot = (np.array(fleet.arrived) // 300).astype(int)
        latencies = np.array(fleet.latencies)
        order = np.argsort(slot, kind="stable")
        slices = np.split(latencies[order], np.searchsorted(slot[order], np.arange(1, 288)))
        wait.plot(hours, [np.quantile(s, 0.99) if len(s) else np.nan for s in slices], linestyle=style)
    count.set_ylabel("replicas")
    count.legend()
    wait.set_ylabel("p99 of 5 minutes, s")
    wait.set_yscale("log")
    wait.set_xlabel("hour of the day")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", help="SVG file to draw the processor's day into")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--price", type=float, default=0.04, help="of a processor core for an hour, in any currency")
    arguments = parser.parse_args()

    print("| model, two cores | images a second | replica hours for a million | price of a million | break-even of a device |")
    print("|---|---|---|---|---|")
    print(*costs(arguments.price), sep="\n", end="\n\n")
    arrivals, rate = traffic(40, arguments.seed)
    print(f"{len(arrivals):,} images in the day, {rate.min():.0f} to {rate.max():.0f} a second; a replica does {PROCESSOR.rate():.0f}")
    processor, wait, busy = {"processor": 0.7}, {"wait": 0.1}, {"busy": 0.7}
    on_processor = {"processor 70 %": processor, "queue time 100 ms": wait, "processor and queue time": processor | wait}
    on_device = on_processor | {"busy workers 70 % and queue time": busy | wait}
    for title, machine, rules in (("the processor", PROCESSOR, on_processor), ("a device", DEVICE, on_device)):
        print(f"\n| encoders on {title} | replica hours | most replicas | p50 ms | p99 ms | over 1 s or refused | refused |")
        print("|---|---|---|---|---|---|---|")
        fleets = {}
        for name, rule in rules.items():
            fleets[name] = Fleet(machine, rule, 2, 20, 20.0, arguments.seed).run(arrivals)
            print(report(name, fleets[name]), flush=True)
        if machine is PROCESSOR and arguments.plot:
            plot(arguments.plot, rate, fleets)


if __name__ == "__main__":
    main()

"""Asks a service thousands of different questions, first each alone and then many at once; every answer has to be the same.

    ./mvnw -q package -DskipTests
    python benchmarks/isolation.py --requests 10000 --connections 64

Images of every format, lists of labels, templates, scorings and operations are mixed by a random generator with a seed, and a
twentieth of the questions is bad. The service is started with its caches off, so that each answer is computed anew, and with
--runs sessions; what it says of its batches shows that they were shared. An answer is its status and its body, compared byte by
byte; where that fails, the largest difference of two numbers is told. With --within 0.000001 numbers may differ by so much:
for devices that do not compute an image the same way in every batch. Refusals for overload are asked again. Needs nothing
but Python's own library.
"""
import argparse
import base64
import collections
import http.client
import json
import pathlib
import random
import re
import sys
import threading
import time
import urllib.parse
import zlib

import running
from overload import service

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURES = [ROOT / "models" / "mini-clip" / "canary.png", *sorted((ROOT / "src/test/resources/fuzz/image").glob("seed-*"))]
BROKEN = [b"", b"no picture", b"GIF89a", PICTURES[0].read_bytes()[:900], b"\xff\xd8\xff\xe0" + bytes(40)]
THINGS = "cat dog whale sunflower motorcycle bridge violin castle mushroom teapot lighthouse zebra".split()
KINDS = "red small old wooden plastic tiny broken shiny green painted".split()
TEMPLATES = ["default", "label", "openai-7", "a sketch of a {}.", "{}, seen from above"]
BOUNDARY = "between-two-parts"
OVERLOADED = (429, 503)

Question = collections.namedtuple("Question", "path type body")
Answer = collections.namedtuple("Answer", "status body")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a service that runs already, its caches off; without, the jar is started")
    running.options(parser)
    parser.add_argument("--questions", type=int, default=1000, help="different ones")
    parser.add_argument("--requests", type=int, default=10_000, help="of these at once, each about as often as the others")
    parser.add_argument("--connections", type=int, default=64, help="requests that are under way at the same time")
    parser.add_argument("--within", type=float, default=0, help="how much numbers may differ; 0 for no byte")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.options += " --clipserve.image-cache.max-size=0 --clipserve.label-cache.max-size=0"
    return args


def png(chance):
    """A picture of its own: noise in rows that are stretched."""
    width, height = chance.randint(8, 96), chance.randint(8, 96)
    noise = chance.randbytes(3 * width)
    rows = b"".join(b"\0" + noise[3 * (y % 7) :] + noise[: 3 * (y % 7)] for y in range(height))
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def image(chance, bad):
    if bad:
        return chance.choice(BROKEN)
    return png(chance) if chance.random() < 0.7 else chance.choice(PICTURES).read_bytes()


def labels(chance):
    names = [f"{kind} {thing}" for kind in KINDS for thing in THINGS] + THINGS
    return chance.sample(names, chance.randint(1, 12))


def fields(chance, bad):
    """What is asked of the images; where that is bad, something is refused."""
    asked = {"labels": labels(chance), "scoring": chance.choice(["softmax", "similarity"])}
    if chance.random() < 0.5:
        asked["templates"] = chance.sample(TEMPLATES, chance.randint(1, 2))
    if chance.random() < 0.3:
        asked["top"] = chance.randint(1, 5)
    if chance.random() < 0.3:
        asked["temperature"] = round(chance.uniform(0.5, 2), 2)
    if chance.random() < 0.2:
        asked["none_label"] = "something else"
    if bad:
        asked.update(chance.choice([{"labels": []}, {"labels": ["cat", "cat"]}, {"top": 0}, {"scoring": "independent"}, {"colour": "red"}]))
    return asked


def form(asked, images):
    parts = [(name, "", json.dumps(value) if isinstance(value, list) else str(value)) for name, value in asked.items()]
    texts = [(f'name="{name}"', value.encode()) for name, _, value in parts]
    files = [('name="image"; filename="picture"', content) for content in images]
    return b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {what}\r\n\r\n".encode() + content + b"\r\n" for what, content in texts + files
    ) + f"--{BOUNDARY}--\r\n".encode()


def encoded(images):
    return [{"base64": base64.b64encode(content).decode()} for content in images]


def question(chance):
    bad_image, bad_field = chance.random() < 0.025, chance.random() < 0.025
    images = [image(chance, bad_image and i == 0) for i in range(chance.choice([1, 1, 1, 2, 3]))]
    kind = chance.random()
    if kind < 0.15:
        body = {"images": encoded(images), "texts": labels(chance)}
        return Question(chance.choice(["/similarity", "/embeddings"]), "application/json", json.dumps(body).encode())
    asked = fields(chance, bad_field)
    if kind < 0.4:
        return Question("/classify", "application/json", json.dumps({"images": encoded(images), **asked}).encode())
    if kind < 0.7:
        return Question("/classify", f"multipart/form-data; boundary={BOUNDARY}", form(asked, images))
    query = {name: json.dumps(value) if isinstance(value, list) else value for name, value in asked.items()}
    return Question("/classify?" + urllib.parse.urlencode(query), "application/octet-stream", images[0])


class Caller:
    """One connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=120)
        self.overloaded = 0

    def ask(self, asked):
        """The answer; asked again while the service has too much to do."""
        while True:
            self.connection.request("POST", asked.path, asked.body, {"Content-Type": asked.type})
            response = self.connection.getresponse()
            body = response.read()
            if response.status not in OVERLOADED:
                return Answer(response.status, body)
            self.overloaded += 1
            time.sleep(0.05)


def ask_all(address, questions, order, connections):
    """The answers to the questions of these numbers, in the same order, and how often the service had too much to do."""
    answers, callers, places = [None] * len(order), [Caller(address) for _ in range(connections)], iter(range(len(order)))
    lock = threading.Lock()

    def work(caller):
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            answers[place] = caller.ask(questions[order[place]])

    threads = [threading.Thread(target=work, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, sum(caller.overloaded for caller in callers)


def difference(one, other):
    """The largest difference of two numbers; infinite where anything else differs."""
    if isinstance(one, bool) or isinstance(other, bool) or type(one) not in (int, float) or type(other) not in (int, float):
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            return max([difference(one[key], other[key]) for key in one], default=0)
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            return max([difference(*pair) for pair in zip(one, other)], default=0)
        return 0 if one == other else float("inf")
    return abs(one - other)


def apart(alone, together):
    if alone == together:
        return 0
    if together is None or alone.status != together.status:
        return float("inf")
    try:
        return difference(json.loads(alone.body), json.loads(together.body))
    except ValueError:
        return float("inf")


def batches(address):
    """For each queue the runs and the items in them, since the service started."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", "/actuator/prometheus")
    lines = connection.getresponse().read().decode()
    found = {}
    for what in ("count", "sum"):
        for queue, number in re.findall(rf'^clipserve_batch_size_items_{what}{{.*queue="(\w+)".*}} (\S+)$', lines, re.M):
            found.setdefault(queue, []).append(float(number))
    return found


def main():
    args = arguments()
    chance = random.Random(args.seed)
    questions = [question(chance) for _ in range(args.questions)]
    order = [i % len(questions) for i in range(args.requests)]
    chance.shuffle(order)
    with service(args) as target:
        address = target.address
        alone, _ = ask_all(address, questions, range(len(questions)), 1)
        before, start = batches(address), time.monotonic()
        together, again = ask_all(address, questions, order, args.connections)
        seconds, after = time.monotonic() - start, batches(address)
        small = args.url or running.within_memory(target)
    distances = [apart(alone[place], answer) for place, answer in zip(order, together)]
    refused = sum(answer.status >= 400 for answer in alone)
    print(f"{len(questions)} questions asked alone, {refused} of them refused as a whole")
    print(f"{len(order)} requests by {args.connections} connections in {seconds:.0f} s, {again} of them again for overload")
    shared = True
    for queue, (runs, items) in after.items():
        runs, items = runs - before[queue][0], items - before[queue][1]
        shared &= items > 1.1 * runs
        print(f"{queue} encoder: {items:.0f} items in {runs:.0f} runs, {items / max(1, runs):.1f} each")
    different = sum(distance > 0 for distance in distances)
    print(f"{different} answers differ from those given alone, numbers by up to {max(distances):.3g}")
    if not shared:
        sys.exit("hardly any run was shared, so this shows nothing: more connections are needed")
    if max(distances) > args.within:
        worst = distances.index(max(distances))
        print(f"worst: {questions[order[worst]].path}\n alone    {alone[order[worst]]}\n together {together[worst]}"[:4_000])
        sys.exit("an answer depends on what else is asked")
    if not small:
        sys.exit("that is more memory than a container of 1 GiB has")


if __name__ == "__main__":
    main()

"""A short load of all kinds: what works, what is refused and why. Counts what was answered, as the service should, too."""
import base64
import collections
import concurrent.futures
import io
import json
import random
import threading
import time
import urllib.error
import urllib.request

from PIL import Image

FORMATS = ["png", "jpeg", "gif", "webp", "bmp", "tiff"]
SECONDS = 20
# Refused by the deadline of a millisecond, which texts that are not known take longer than.
NEW_TEXTS = 300


class Load:
    """Asks the service, and counts answers by status and by problem."""

    def __init__(self, service, key, other_key):
        self.service = service
        self.key = key
        self.other_key = other_key
        self.statuses = collections.Counter()
        self.problems = collections.Counter()
        self.random = random.Random(9)
        self.lock = threading.Lock()

    def ask(self, path, body, method="POST", key=None, **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        headers["Authorization"] = f"Bearer {key or self.key}"
        request = urllib.request.Request(self.service + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, problem = answer.status, None
                answer.read()
        except urllib.error.HTTPError as error:
            status, problem = error.code, json.load(error)["type"].rpartition("/")[2]
        with self.lock:
            self.statuses[status] += 1
            if problem:
                self.problems[problem] += 1

    def image(self, form):
        """Noise, which no other image is like."""
        with self.lock:
            noise = self.random.randbytes(64 * 64 * 3)
        file = io.BytesIO()
        Image.frombytes("RGB", (64, 64), noise).save(file, form)
        return file.getvalue()

    def kinds(self):
        same = self.image("png")
        return [
            *[lambda turn, form=form: self.ask("/classify?labels=cat,dog", self.image(form)) for form in FORMATS],
            lambda turn: self.ask("/classify?labels=cat,dog", same),
            lambda turn: self.ask(f"/classify?labels=thing-{turn},other-{turn}", same),
            lambda turn: self.ask("/classify?label_set=cifar-10", self.image("png")),
            lambda turn: self.ask("/embeddings", {"texts": [f"text {turn}", "a cat"]}),
            lambda turn: self.ask("/similarity?texts=a%20cat", self.image("png")),
            lambda turn: self.ask("/v1/embeddings", {"model": "mini-clip", "input": "a cat"}),
            lambda turn: self.ask("/classify?labels=cat,dog", b"no image"),
            lambda turn: self.ask("/classify?labels=cat,dog", same[: len(same) // 2]),
            lambda turn: self.ask("/classify?labels=cat,cat", same),
            lambda turn: self.ask("/classify?labels=cat,dog", same, key="wrong"),
            lambda turn: self.ask("/classify?labels=cat,dog", same, key=self.other_key),
            lambda turn: self.ask("/classify", {"images": [{"url": "https://images.invalid/a.png"}], "labels": ["cat"]}),
            lambda turn: self.ask("/similarity", self.all_new(turn), **{"X-Request-Timeout-Ms": "1"}),
            lambda turn: self.ask("/classify", self.too_many(), method="POST"),
        ]

    def all_new(self, turn):
        image = base64.b64encode(self.image("png")).decode()
        return {"images": [{"base64": image}], "texts": [f"text {turn} of {number}" for number in range(NEW_TEXTS)]}

    def too_many(self):
        """More images at once than may wait."""
        images = [{"base64": base64.b64encode(self.image("bmp")).decode()} for _ in range(64)]
        return {"images": images, "labels": ["cat", "dog"]}

    def run(self):
        kinds = self.kinds()
        end = time.monotonic() + SECONDS
        with concurrent.futures.ThreadPoolExecutor(len(kinds)) as threads:
            for done in [threads.submit(self.repeat, kind, end) for kind in kinds]:
                done.result()

    @staticmethod
    def repeat(kind, end):
        turn = 0
        while time.monotonic() < end:
            kind(turn)
            turn += 1

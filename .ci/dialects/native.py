"""The service's own answers, which a dialect's must equal."""
import base64
import json
import os
import pathlib
import urllib.request

IMAGE = pathlib.Path("models/mini-clip/canary.png")
DATA_URI = "data:image/png;base64," + base64.b64encode(IMAGE.read_bytes()).decode()
LABELS = ["sunflower", "motorcycle", "whale"]
TOLERANCE = 1e-6


def url(path):
    return os.environ["CLIPSERVE_URL"] + path


def post(path, body):
    request = urllib.request.Request(url(path), json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def predictions(labels, **more):
    """Labels with their probabilities and similarities, the best first."""
    return post("/classify", {"images": [{"url": DATA_URI}], "labels": labels} | more)["results"][0]["predictions"]


def classify(labels, template):
    """Label and probability, the best first."""
    return [(found["label"], found["probability"]) for found in predictions(labels, templates=[template])]


def similarities(texts):
    """The image's cosine with each text."""
    return post("/similarity", {"images": [{"url": DATA_URI}], "texts": texts})["similarity"][0]

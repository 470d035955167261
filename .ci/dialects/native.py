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


def classify(labels, template):
    """Label and probability, the best first."""
    body = {"images": [{"url": DATA_URI}], "labels": labels, "templates": [template]}
    predictions = post("/classify", body)["results"][0]["predictions"]
    return [(prediction["label"], prediction["probability"]) for prediction in predictions]


def similarities(texts):
    """The image's cosine with each text."""
    return post("/similarity", {"images": [{"url": DATA_URI}], "texts": texts})["similarity"][0]

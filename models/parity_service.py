"""The service that parity.py compares, over HTTP."""
import base64
import json
import os
import urllib.error
import urllib.request

import numpy as np

from refused import Refused

TIMEOUT_SECONDS = 120
TEXTS = 64


class Unusable(Exception):
    """Nothing can be compared."""


class Service:
    def __init__(self, url, model=None):
        self.url, self.model = url.rstrip("/"), model

    def ask(self, path, body=None):
        headers = {"Content-Type": "application/json"}
        if os.environ.get("CLIPSERVE_API_KEY"):
            headers["X-API-Key"] = os.environ["CLIPSERVE_API_KEY"]
        data = None if body is None else json.dumps(body | ({"model": self.model} if self.model else {})).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise self.problem(path, error) from error
        except (OSError, ValueError) as fault:
            raise Unusable(f"{self.url}{path} does not answer as clipserve does: {fault}") from fault

    def problem(self, path, error):
        try:
            problem = json.load(error)
            told = f"{problem['title']}: {problem['detail']}"
        except (ValueError, KeyError):
            told = error.reason
        # Of the client's faults, these are about the image or the text; all else is about the call.
        about_content = error.code in (413, 415, 422) and "label" not in told.lower()
        return Refused(told) if about_content else Unusable(f"{self.url}{path} answers {error.code}: {told}")

    def facts(self):
        models = self.ask("/models")["models"]
        named = [model for model in models if (model["name"] == self.model if self.model else model["default"])]
        if not named:
            names = ", ".join(model["name"] for model in models)
            raise Unusable(f"the service has no model {self.model!r}; it has {names}")
        return {"url": self.url} | named[0]

    def embed_texts(self, texts):
        """(embedding, tokens) of each."""
        for start in range(0, len(texts), TEXTS):
            answer = self.ask("/embeddings", {"texts": texts[start:start + TEXTS], "encoding_format": "base64"})
            for text in answer["texts"]:
                yield vector(text), text["tokens"]

    def embed_image(self, data):
        body = {"images": [{"base64": base64.b64encode(data).decode()}], "encoding_format": "base64"}
        return vector(self.ask("/embeddings", body)["images"][0])

    def classify(self, data, labels, templates):
        """(probability, similarity) by label; without templates, in the model's own."""
        # Asked for, since it is what the reference computes: left out, a SigLIP gives a sigmoid for each label.
        body = {"images": [{"base64": base64.b64encode(data).decode()}], "labels": labels, "scoring": "softmax"}
        answer = self.ask("/classify", body | ({"templates": templates} if templates else {}))
        return {p["label"]: (p["probability"], p["similarity"]) for p in answer["results"][0]["predictions"]}


def vector(row):
    return np.frombuffer(base64.b64decode(row["embedding_base64"]), "<f4").astype(np.float64)

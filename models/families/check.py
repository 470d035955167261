"""Makes a checkpoint of each family, exports it, and asks the built service what the family's own library computes.

    pip install -r models/requirements-export.txt
    ./mvnw package -DskipTests && python models/families/check.py [FAMILY …]

Prints the matrix of docs/models.md; exits with 1 where an embedding or a probability is not the reference's.
"""
import argparse
import base64
import io
import json
import logging
import os
import pathlib
import sys
import tempfile
import urllib.request

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE.parents[1] / ".ci")]
os.environ["HF_HUB_OFFLINE"] = "1"

import checkpoints  # noqa: E402
import export  # noqa: E402
from exporter import proof  # noqa: E402
from service import running  # noqa: E402

LEAST_COSINE = 0.9999
LARGEST_PROBABILITY_DIFFERENCE = 1e-3
# Where inputs are hardly different, the least cosine alone would hide a fault: two inputs have to be as many times further apart
# than the service is from the reference.
LEAST_CONTRAST = 100
TEXTS = ("a photo of a cat", "Two Dogs, running in the snow!", "一只猫和一朵花", "naïve café: 3 plates", "red " * 100)
LABELS = ("cat", "golden retriever", "花", "Model bundle")


def unit(tensor):
    rows = tensor.numpy().astype(np.float64)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def encoded(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def ask(service, path, body):
    request = urllib.request.Request(service + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


class Reference:
    """What a checkpoint's own library computes."""

    def __init__(self, checkpoint):
        self.checkpoint = checkpoint

    @torch.no_grad()
    def images(self, pictures):
        return unit(self.checkpoint.encode_image(self.checkpoint.reference_pixels(pictures)))

    @torch.no_grad()
    def texts(self, texts):
        return unit(self.checkpoint.encode_text(self.checkpoint.reference_tokens(list(texts))))

    def probabilities(self, pictures):
        """Of the labels for each picture, as the model was trained: by a sigmoid where there is a bias."""
        template = self.checkpoint.templates[0]
        cosines = self.images(pictures) @ self.texts([template.replace("{}", label) for label in LABELS]).T
        logits = self.checkpoint.logit_scale * cosines + (self.checkpoint.logit_bias or 0)
        if self.checkpoint.logit_bias is not None:
            return 1 / (1 + np.exp(-logits))
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return weights / weights.sum(axis=-1, keepdims=True)


def nearest(rows):
    """The cosine of the two that are most alike."""
    cosines = rows @ rows.T
    return float(cosines[~np.eye(len(rows), dtype=bool)].max())


def compare(service, name, reference):
    """A row of the matrix: name, figures, and whether they hold."""
    pictures = proof.pictures()
    images, texts = reference.images(pictures), reference.texts(TEXTS)
    asked = {"images": [{"base64": encoded(picture)} for picture in pictures], "model": name}
    answer = ask(service, "/embeddings", asked | {"texts": list(TEXTS)})
    given = np.array([image["embedding"] for image in answer["images"]])
    image_cosine = float((images * given).sum(-1).min())
    text_cosine = float((texts * np.array([text["embedding"] for text in answer["texts"]])).sum(-1).min())
    results = ask(service, "/classify", asked | {"labels": list(LABELS)})["results"]
    found = [{p["label"]: p["probability"] for p in result["predictions"]} for result in results]
    difference = float(
        np.abs(reference.probabilities(pictures) - [[of[label] for label in LABELS] for of in found]).max()
    )
    others = np.max([nearest(images), nearest(texts)])
    lowest = np.min([image_cosine, text_cosine])
    holds = (
        lowest >= LEAST_COSINE
        and difference <= LARGEST_PROBABILITY_DIFFERENCE
        and LEAST_CONTRAST * (1 - lowest) <= 1 - others
    )
    print(f"| {name} | {image_cosine:.7f} | {text_cosine:.7f} | {difference:.1e} | {others:.3f} | {'yes' if holds else 'NO'} |", flush=True)
    return holds


def reference(name, folder):
    """A family's reference, once its bundle is there; what an earlier run left in the folder is taken as it is."""
    checkpoint, bundle = folder / "checkpoints" / name, folder / "bundles" / name
    if not checkpoint.exists():
        checkpoints.make(name, checkpoint)
    if bundle.exists():
        return Reference(export.read(str(checkpoint)))
    return Reference(export.make(export.arguments([str(checkpoint), str(bundle), "--licence", "none: random weights"])))


def check(names, folder):
    """Prints the matrix; gives the names of the families that do not hold."""
    references = {name: reference(name, folder) for name in names}
    settings = [f"--clipserve.models[{name}].path={folder / 'bundles' / name}" for name in names]
    with running(f"--clipserve.default-model={names[0]}", *settings) as service:
        print("| family | images: lowest cosine | texts: lowest cosine | probabilities: largest difference | other inputs | holds |")
        print("|---|---|---|---|---|---|")
        return [name for name in names if not compare(service, name, references[name])]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*", help=f"some of {', '.join(checkpoints.FAMILIES)}; else all of them")
    parser.add_argument("--folder", type=pathlib.Path, help="keeps checkpoints and bundles here, and takes those that are there")
    asked = parser.parse_args()
    unknown = sorted(set(asked.family) - set(checkpoints.FAMILIES))
    if unknown:
        parser.error(f"no family {', '.join(unknown)}; there are {', '.join(checkpoints.FAMILIES)}")
    return asked


def main():
    asked = arguments()
    names = asked.family or list(checkpoints.FAMILIES)
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        failed = check(names, asked.folder or pathlib.Path(folder))
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

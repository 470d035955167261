"""Compares a running service with the Python reference on a folder of images and a list of texts.

    pip install -r models/requirements-parity.txt
    python models/parity.py http://localhost:8080 models/mini-clip --images photos --texts labels.txt --output parity.html

The reference is Pillow, `tokenizers` and onnxruntime on the bundle's fp32 graphs. Writes a page and, beside it, the same as
JSON; exits with 0 where all is within the tolerances, with 1 where something is not, and with 2 where nothing could be
compared. An API key is read from CLIPSERVE_API_KEY.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import sys
import warnings

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps
from tokenizers import Tokenizer

import parity_page
import seal
from parity_service import Service, Unusable
from preprocessing import Preprocessing
from refused import Refused

# Pillow warns of pictures that it reads all the same.
warnings.filterwarnings("ignore", module="PIL")

CALLS = 4
# Decoders of these may differ in rounding; the others' pixels are the same everywhere.
LOSSY = ("JPEG", "WEBP", "MPO")
IMAGES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff"}
PAPER = {"a diagram": 0.9927937, "a dog": 0.00421068, "a cat": 0.00299572}


class Reference:
    """The model of a bundle, as Python computes it."""

    def __init__(self, bundle):
        self.bundle, self.facts = bundle, seal.read_facts(bundle)
        self.preprocessing = Preprocessing.of(bundle)
        self.tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.vision = ort.InferenceSession(seal.graph_file(bundle, "vision"), providers=["CPUExecutionProvider"])

    def tokens(self, text):
        """How many a text has, before it is cut."""
        return len(self.tokenizer.encode(text).ids)

    def texts(self, texts):
        return seal.text_embeddings(self.bundle, self.facts, texts)

    def labels(self, labels):
        return seal.label_embeddings(self.bundle, self.facts, labels)

    def image(self, picture):
        return seal.embed(self.vision, {"pixel_values": self.preprocessing.pixels(picture)}, "image_embeds")[0]

    def probabilities(self, image, labels):
        # A bias is the same for all labels, so that a softmax does not see it.
        return seal.softmax(self.facts["logit_scale"] * (labels @ image))


def cosine(a, b):
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def compare_texts(service, reference, texts):
    """Tokens, as many as the service counts, and embeddings; another token gives another embedding."""
    rows = []
    for text, expected, (embedding, tokens) in zip(texts, reference.texts(texts), service.embed_texts(texts)):
        rows.append({
            "text": text,
            "tokens": tokens,
            "reference_tokens": reference.tokens(text),
            "cosine": cosine(embedding, expected),
        })
    return rows


def compare_image(service, reference, file, labels, encoded):
    row = {"path": str(file)}
    try:
        with Image.open(file) as opened:
            row["lossy"] = opened.format in LOSSY
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception as fault:  # Pillow has as many kinds of faults as formats.
        row["reference_refuses"] = f"{type(fault).__name__}: {fault}"
    try:
        data = file.read_bytes()
        embedding, classified = service.embed_image(data), service.classify(data, labels, None)
    except Refused as refused:
        return row | {"service_refuses": str(refused)}
    if "reference_refuses" in row:
        return row
    expected = reference.image(picture)
    probabilities, similarities = reference.probabilities(expected, encoded), encoded @ expected
    return row | {
        "cosine": cosine(embedding, expected),
        "similarity_difference": float(np.max([abs(classified[label][1] - s) for label, s in zip(labels, similarities)])),
        "probability_difference": float(np.max([abs(classified[label][0] - p) for label, p in zip(labels, probabilities)])),
        "best": max(labels, key=lambda label: classified[label][0]),
        "reference_best": labels[int(np.argmax(probabilities))],
    }


def compare_images(service, reference, files, labels):
    encoded = reference.labels(labels)
    with concurrent.futures.ThreadPoolExecutor(CALLS) as pool:
        calls = [pool.submit(compare_image, service, reference, file, labels, encoded) for file in files]
        for done, call in enumerate(calls, 1):
            call.result()
            if sys.stderr.isatty():
                print(f"\r{done} of {len(files)} images", end="" if done < len(files) else "\n", file=sys.stderr)
        return [call.result() for call in calls]


def judge_text(row, limits):
    faults = []
    if row["tokens"] != row["reference_tokens"]:
        faults.append(f"{row['tokens']} tokens, not {row['reference_tokens']}")
    if not row["cosine"] >= limits["text_cosine"]:
        faults.append(f"cosine {row['cosine']:.6f} below {limits['text_cosine']}")
    return faults


def judge_image(row, limits):
    if "service_refuses" in row or "reference_refuses" in row:
        both = "service_refuses" in row and "reference_refuses" in row
        return [] if both else ["refused by one and not by the other"]
    kind = "lossy" if row["lossy"] else "exact"
    limit = {name: limits[f"{kind}_{name}"] for name in ("cosine", "similarity", "probability")}
    faults = [] if row["cosine"] >= limit["cosine"] else [f"cosine {row['cosine']:.6f} below {limit['cosine']}"]
    for name in ("similarity", "probability"):
        if not row[f"{name}_difference"] <= limit[name]:
            faults.append(f"{name} differs by {row[f'{name}_difference']:.2e}, more than {limit[name]}")
    return faults


def paper_example(service, facts, files):
    """The answer that the paper's repository prints for CLIP.png, where the bundle says that it is that model."""
    origin = str(facts.get("origin", ""))
    if not re.search(r"openai.*(clip-vit-base-patch32|vit-b[-/]32)", origin, re.I):
        return {"left_out": f"the bundle's origin is {origin!r}, not OpenAI's ViT-B/32"}
    picture = next((file for file in files if file.name == "CLIP.png"), None)
    if picture is None:
        return {"left_out": "there is no CLIP.png among the images"}
    try:
        answer = service.classify(picture.read_bytes(), list(PAPER), ["{}"])
    except Refused as refused:
        return {"left_out": f"the service refuses CLIP.png: {refused}"}
    found = {label: answer[label][0] for label in PAPER}
    worst = max(abs(found[label] - p) for label, p in PAPER.items())
    faults = [] if worst <= 1e-3 else [f"differs by {worst:.2e}, more than 0.001"]
    return {"expected": PAPER, "found": found, "faults": faults}


def read_texts(file):
    texts = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return list(dict.fromkeys(text for text in texts if text))


def find_images(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in IMAGES and p.is_file() and not p.name.startswith("."))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("url")
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("--images", type=pathlib.Path, required=True, help="a folder")
    parser.add_argument("--texts", type=pathlib.Path, required=True, help="a text on each line; they are the labels, too")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="a file that ends in .html")
    parser.add_argument("--model", help="which of the service's models; left out, its default one")
    parser.add_argument("--text-cosine", type=float, default=0.9999)
    parser.add_argument("--exact-cosine", type=float, default=0.9999, help="of lossless images")
    parser.add_argument("--exact-similarity", type=float, default=1e-4)
    parser.add_argument("--exact-probability", type=float, default=1e-3)
    parser.add_argument("--lossy-cosine", type=float, default=0.999, help="of JPEG and WebP")
    parser.add_argument("--lossy-similarity", type=float, default=5e-3)
    parser.add_argument("--lossy-probability", type=float, default=2e-2)
    given = parser.parse_args()
    if given.output.suffix != ".html":
        parser.error("--output must end in .html")
    if not given.output.parent.is_dir():
        parser.error(f"--output: there is no folder {given.output.parent}")
    return given


def compare(given):
    texts, files = read_texts(given.texts), find_images(given.images)
    if not texts or not files:
        found = f"there are {len(files)} images in {given.images} and {len(texts)} texts in {given.texts}"
        raise Unusable(f"{found}; both are needed")
    service, reference = Service(given.url, given.model), Reference(given.bundle)
    limits = {name: value for name, value in vars(given).items() if name.split("_")[0] in ("text", "exact", "lossy")}
    report = {
        "service": service.facts(),
        "bundle": {"path": str(given.bundle), "name": reference.facts["name"], "origin": reference.facts.get("origin")},
        "tolerances": limits,
        "texts": compare_texts(service, reference, texts),
        "images": compare_images(service, reference, files, texts),
        "paper": paper_example(service, reference.facts, files),
    }
    for rows, judge in ((report["texts"], judge_text), (report["images"], judge_image)):
        for row in rows:
            row["faults"] = judge(row, limits)
    faulty = [row for row in [*report["texts"], *report["images"], report["paper"]] if row.get("faults")]
    if not any("cosine" in row for row in report["images"]):
        raise Unusable(f"none of {len(files)} images could be compared; the first: {report['images'][0]}")
    return {"within_tolerances": not faulty, "out_of_tolerance": len(faulty)} | report


def main():
    given = arguments()
    try:
        report = compare(given)
    except (Unusable, Refused, OSError, ValueError) as fault:
        print(f"parity: {fault}", file=sys.stderr)
        sys.exit(2)
    given.output.with_suffix(".json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    given.output.write_text(parity_page.page(report), encoding="utf-8")
    print(parity_page.summary(report))
    sys.exit(0 if report["within_tolerances"] else 1)


if __name__ == "__main__":
    main()

"""Seals a model bundle: computes its canary with the Python reference and lists the checksums of its files.

    pip install numpy pillow onnxruntime tokenizers
    python models/seal.py models/mini-clip sunflower motorcycle whale "a house" "a bowl"

The canary is a picture and labels whose probabilities the service must reproduce before it calls itself ready: those of the
fp32 graphs, and those of each other precision that the bundle carries. Where the bundle has no canary.png, one is drawn.
Without labels the canary stays as it is.
"""
import argparse
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageDraw
from tokenizers import Tokenizer

from preprocessing import Preprocessing
from refused import Refused

SIDE = 320
PRECISIONS = ("fp16", "int8")
NEEDED = ("name", "logit_scale")


def draw_flower():
    """A sunflower before the sky, in plain shapes."""
    image = Image.new("RGB", (SIDE, SIDE), (92, 150, 215))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 250, SIDE, SIDE), fill=(62, 125, 50))
    draw.line((160, 150, 160, SIDE), fill=(50, 110, 40), width=14)
    for ring, color in ((118, (240, 180, 20)), (100, (250, 205, 40))):
        for petal in range(20):
            angle = 2 * math.pi * (petal + (ring % 4) / 4) / 20
            x, y = 160 + 0.62 * ring * math.cos(angle), 150 + 0.62 * ring * math.sin(angle)
            draw.ellipse((x - 24, y - 24, x + 24, y + 24), fill=color)
    draw.ellipse((108, 98, 212, 202), fill=(85, 50, 20))
    draw.ellipse((124, 114, 196, 186), fill=(60, 35, 15))
    return image


def graph_file(bundle, tower, precision="fp32"):
    """The file that a tower ("vision" or "text") runs; a tower without a variant of the precision runs fp32."""
    variant = bundle / f"onnx/{tower}_model_{precision}.onnx"
    file = variant if variant.exists() else bundle / f"onnx/{tower}_model.onnx"
    if not file.is_file():
        raise Refused(f"{file} is not there")
    return file


def embed(graph, feed, output):
    """Embeddings of length 1: [n, d]."""
    types = {node.name: np.float16 if node.type == "tensor(float16)" else None for node in graph.get_inputs()}
    taken = {name: value.astype(types[name] or value.dtype) for name, value in feed.items() if name in types}
    features = graph.run([output], taken)[0].astype(np.float64)
    return features / np.linalg.norm(features, axis=-1, keepdims=True)


def context(bundle, facts):
    """Tokens of the longest text."""
    config = json.loads((bundle / "config.json").read_text(encoding="utf-8"))
    longest = facts.get("context") or (config.get("text_config") or {}).get("max_position_embeddings")
    if not longest:
        raise Refused("config.json lacks text_config.max_position_embeddings, the longest token sequence")
    return longest


def token_ids(tokenizer, text, longest, padding_id=None):
    """Cut to the context so that an end token stays the last one; padded to it where the encoder was trained to see that."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    made = tokenizer.encode(text)
    ids = made.ids
    if len(ids) > longest:
        ended = made.special_tokens_mask[-1] == 1
        ids = ids[:longest - 1] + ids[-1:] if ended else ids[:longest]
    return ids if padding_id is None else ids + [padding_id] * (longest - len(ids))


def text_embeddings(bundle, facts, texts, precision="fp32"):
    """Of texts as they are, of length 1: [texts, d]."""
    text_model = ort.InferenceSession(graph_file(bundle, "text", precision), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    longest = context(bundle, facts)
    rows = []
    for text in texts:
        ids = np.array([token_ids(tokenizer, text, longest, facts.get("padding_id"))], np.int64)
        # As the service does it (TokenIds): a 1 for each token, a 0 for each padding.
        mask = (np.arange(ids.shape[1]) < len(token_ids(tokenizer, text, longest))).astype(np.int64)[None]
        rows.append(embed(text_model, {"input_ids": ids, "attention_mask": mask}, "text_embeds")[0])
    return np.array(rows)


def label_embeddings(bundle, facts, labels, precision="fp32"):
    """Of each label the mean over the bundle's templates, of length 1: [labels, d]."""
    templates = facts.get("templates") or ["a photo of a {}."]
    prompts = [template.replace("{}", label) for label in labels for template in templates]
    rows = text_embeddings(bundle, facts, prompts, precision)
    means = rows.reshape(len(labels), len(templates), -1).mean(axis=1)
    return means / np.linalg.norm(means, axis=-1, keepdims=True)


def softmax(logits):
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def canary_probabilities(bundle, facts, labels, precision="fp32"):
    vision = ort.InferenceSession(graph_file(bundle, "vision", precision))
    picture = Preprocessing.of(bundle).pixels(Image.open(bundle / "canary.png"))
    image = embed(vision, {"pixel_values": picture}, "image_embeds")[0]
    cosines = label_embeddings(bundle, facts, labels, precision) @ image
    probabilities = softmax(facts["logit_scale"] * cosines)
    if not np.isfinite(probabilities).all():
        raise Refused(f"the {precision} graphs give no finite numbers for the canary")
    return [round(p, 6) for p in probabilities]


def canary(bundle, facts, labels):
    if not (bundle / "canary.png").exists():
        draw_flower().save(bundle / "canary.png", optimize=True)
    answer = {"image": "canary.png", "labels": labels, "probabilities": canary_probabilities(bundle, facts, labels)}
    carried = [p for p in PRECISIONS if any((bundle / "onnx").glob(f"*_model_{p}.onnx"))]
    if carried:
        answer["precisions"] = {p: canary_probabilities(bundle, facts, labels, p) for p in carried}
    return answer


def read_facts(bundle):
    """What bundle.json says; it has what the service does not start without."""
    file = bundle / "bundle.json"
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise Refused(f"{file} cannot be read: {e}") from e
    for field in NEEDED:
        if facts.get(field) is None:
            raise Refused(f"{file} lacks {field}; it has {', '.join(sorted(facts))}")
    return facts


def checked_files(bundle):
    """Those with a checksum: facts, pictures, and all that lies with the graphs, for weights have any name."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file() and path != bundle / "bundle.json")
    return [path for path in files if path.suffix in (".json", ".onnx", ".png") or bundle / "onnx" in path.parents]


def seal(bundle, labels):
    """Writes bundle.json anew, with a canary of the labels (none: the canary stays) and all checksums; gives the canary."""
    facts = read_facts(bundle)
    if labels:
        facts["canary"] = canary(bundle, facts, labels)
    facts["sha256"] = {
        p.relative_to(bundle).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in checked_files(bundle)
    }
    (bundle / "bundle.json").write_text(json.dumps(facts, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return facts.get("canary")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("label", nargs="*", help="of the canary; without any the canary stays as it is")
    asked = parser.parse_args()
    try:
        print(json.dumps(seal(asked.bundle, asked.label), indent=2))
    except (Refused, OSError) as e:
        sys.exit(f"Not sealed: {e}")


if __name__ == "__main__":
    main()

"""Seals a model bundle: computes its canary with the Python reference and lists the checksums of its files.

    pip install numpy pillow onnxruntime tokenizers
    python models/seal.py models/mini-clip sunflower motorcycle whale "a house" "a bowl"

The canary is a picture and labels whose probabilities the service must reproduce before it calls itself ready. Where the
bundle has no canary.png, one is drawn.
"""
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageDraw
from tokenizers import Tokenizer

SIDE = 320


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


def pixels(image, config):
    """As transformers' CLIPImageProcessor: shortest edge, centre crop, scale, normalize."""
    edge, crop = config["size"]["shortest_edge"], config["crop_size"]
    width, height = image.size
    size = (edge, int(edge * height / width)) if width <= height else (int(edge * width / height), edge)
    array = np.asarray(image.convert("RGB").resize(size, Image.BICUBIC))
    top, left = (array.shape[0] - crop["height"]) // 2, (array.shape[1] - crop["width"]) // 2
    array = array[top:top + crop["height"], left:left + crop["width"]].astype(np.float32) * np.float32(1 / 255)
    mean, std = np.array(config["image_mean"], np.float32), np.array(config["image_std"], np.float32)
    return ((array - mean) / std).transpose(2, 0, 1)[None]


def embed(graph, feed, output):
    names = {node.name for node in graph.get_inputs()}
    features = graph.run([output], {name: value for name, value in feed.items() if name in names})[0][0]
    return features.astype(np.float64) / np.linalg.norm(features)


def canary(bundle, facts, labels):
    path = bundle / "canary.png"
    if not path.exists():
        draw_flower().save(path, optimize=True)
    config = json.loads((bundle / "preprocessor_config.json").read_text())
    vision = ort.InferenceSession(bundle / "onnx/vision_model.onnx")
    text = ort.InferenceSession(bundle / "onnx/text_model.onnx")
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    image = embed(vision, {"pixel_values": pixels(Image.open(path), config)}, "image_embeds")
    logits = []
    for label in labels:
        prompts = []
        for template in facts["templates"]:
            ids = np.array([tokenizer.encode(template.replace("{}", label)).ids], np.int64)
            prompts.append(embed(text, {"input_ids": ids, "attention_mask": np.ones_like(ids)}, "text_embeds"))
        mean = np.mean(prompts, axis=0)
        logits.append(facts["logit_scale"] * float(image @ (mean / np.linalg.norm(mean))))
    weights = np.exp(np.array(logits) - max(logits))
    return {"image": "canary.png", "labels": labels, "probabilities": [round(p, 6) for p in weights / weights.sum()]}


def main():
    bundle, labels = pathlib.Path(sys.argv[1]), sys.argv[2:]
    facts = json.loads((bundle / "bundle.json").read_text())
    if labels:
        facts["canary"] = canary(bundle, facts, labels)
    files = sorted(p for p in bundle.rglob("*") if p.is_file() and p.suffix in (".json", ".onnx", ".png", ".onnx_data"))
    facts["sha256"] = {
        p.relative_to(bundle).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.name != "bundle.json"
    }
    (bundle / "bundle.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts["canary"], indent=2))


if __name__ == "__main__":
    main()

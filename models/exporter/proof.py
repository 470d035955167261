"""Proves that a bundle computes what its checkpoint does, before anybody uses it."""
import dataclasses

import numpy as np
import onnxruntime as ort
import torch
from PIL import Image
from tokenizers import Tokenizer

import seal
from preprocessing import Preprocessing
from refused import Refused

LEAST_COSINE = 0.9999
LEAST_COSINE_OF_VARIANT = 0.999
# A level of 255 is 0.004 before normalization; what is left are last bits of float32.
LARGEST_PIXEL_DIFFERENCE = 1e-4
TEXTS = (
    "a photo of a cat.", "A Golden Retriever, running!", "two dogs & 3 cats in the snow", "naïve café", "猫和狗的照片",
    "a diagram of " + "a very long description " * 40,
)


@dataclasses.dataclass
class Proof:
    """The worst of all that was compared."""

    image_cosine: float
    text_cosine: float
    pixel_difference: float

    def __str__(self):
        return (
            f"lowest cosine with the checkpoint: images {self.image_cosine:.7f}, texts {self.text_cosine:.7f};"
            f" largest difference of a pixel {self.pixel_difference:.1e}"
        )


def pictures():
    """A drawing and noise, in shapes that tell squashing from cropping and one rounding from the other."""
    random = np.random.default_rng(7)
    made = [seal.draw_flower()]
    for width, height in ((500, 375), (301, 640), (97, 64), (2000, 333)):
        coarse = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
        made.append(coarse.resize((width, height), Image.BICUBIC))
    return made


def prove(checkpoint, bundle):
    """Compares pixels, tokens and embeddings; raises Refused where the bundle does not give the checkpoint's."""
    pixel_difference = _pixels(checkpoint, bundle)
    _tokens(checkpoint, bundle)
    proof = Proof(_images(checkpoint, bundle), _texts(checkpoint, bundle), pixel_difference)
    if not np.min([proof.image_cosine, proof.text_cosine]) >= LEAST_COSINE:
        raise Refused(f"The graphs do not give the checkpoint's embeddings: {proof}; {LEAST_COSINE} is the least")
    return proof


def _pixels(checkpoint, bundle):
    preprocessing = Preprocessing.of(bundle)
    worst = 0.0
    for picture in pictures():
        expected = checkpoint.reference_pixels([picture]).numpy()
        actual = preprocessing.pixels(picture)
        if expected.shape != actual.shape:
            raise Refused(f"The checkpoint's pixels are {expected.shape}, preprocessor_config.json makes {actual.shape}")
        worst = float(np.max([worst, np.abs(expected - actual).max()]))
    if not worst <= LARGEST_PIXEL_DIFFERENCE:
        raise Refused(
            f"preprocessor_config.json does not make the checkpoint's pixels: they are up to {worst:.4f} apart, and"
            f" {LARGEST_PIXEL_DIFFERENCE} is allowed"
        )
    return worst


def _tokens(checkpoint, bundle):
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    facts = seal.read_facts(bundle)
    context = seal.context(bundle, facts)
    for text in TEXTS:
        expected = checkpoint.reference_tokens([text])["input_ids"][0].tolist()
        actual = seal.token_ids(tokenizer, text, context, facts.get("padding_id"))
        # A text alone is padded by some libraries, and their encoders do not look behind its end.
        behind = [checkpoint.reference_padding] * (len(expected) - len(actual)) if facts.get("padding_id") is None else []
        if actual + behind != expected:
            raise Refused(f"tokenizer.json does not give the checkpoint's tokens for {text[:40]!r}: {actual} is not {expected}")


def _images(checkpoint, bundle):
    pixels = checkpoint.reference_pixels(pictures())
    with torch.no_grad():
        expected = _unit(checkpoint.encode_image(pixels).numpy())
    session = ort.InferenceSession(seal.graph_file(bundle, "vision"), providers=["CPUExecutionProvider"])
    preprocessing = Preprocessing.of(bundle)
    feeds = [preprocessing.pixels(picture) for picture in pictures()]
    alone = np.concatenate([seal.embed(session, {"pixel_values": feed}, "image_embeds") for feed in feeds])
    together = seal.embed(session, {"pixel_values": np.concatenate(feeds)}, "image_embeds")
    return float(np.min([(expected * alone).sum(-1), (expected * together).sum(-1)]))


def _texts(checkpoint, bundle):
    """Texts all at once in the checkpoint, where short ones are padded, and one by one in the graph."""
    with torch.no_grad():
        expected = _unit(checkpoint.encode_text(checkpoint.reference_tokens(list(TEXTS))).numpy())
    return float((expected * seal.text_embeddings(bundle, seal.read_facts(bundle), TEXTS)).sum(-1).min())


def _unit(rows):
    rows = rows.astype(np.float64)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def variant(bundle, precision):
    """How far a precision's embeddings are from those of fp32: it is told, and its own canary holds it to that."""
    images = [_of_images(bundle, kind) for kind in ("fp32", precision)]
    texts = [seal.text_embeddings(bundle, seal.read_facts(bundle), TEXTS, kind) for kind in ("fp32", precision)]
    least = [float((exact * rounded).sum(-1).min()) for exact, rounded in (images, texts)]
    if not np.min(least) >= LEAST_COSINE_OF_VARIANT:
        raise Refused(
            f"{precision} loses too much: the lowest cosines with fp32 are {least[0]:.5f} for images and {least[1]:.5f} for texts;"
            f" {LEAST_COSINE_OF_VARIANT} is the least"
        )
    return f"lowest cosine with fp32: images {least[0]:.7f}, texts {least[1]:.7f}"


def _of_images(bundle, precision):
    session = ort.InferenceSession(seal.graph_file(bundle, "vision", precision), providers=["CPUExecutionProvider"])
    preprocessing = Preprocessing.of(bundle)
    return np.concatenate(
        [seal.embed(session, {"pixel_values": preprocessing.pixels(picture)}, "image_embeds") for picture in pictures()]
    )

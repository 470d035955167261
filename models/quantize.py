"""Makes the INT8 variant of a bundle's image tower, compares it with fp32, and seals the bundle.

    pip install -r models/requirements-quantize.txt
    python models/quantize.py models/mine --images photos/ more.tar.gz
    python models/quantize.py models/mine --images photos/ --compare

Writes onnx/vision_model_int8.onnx, for clipserve.model.precision=int8. The ranges of the activations are measured on some of
the images, the comparison is made on others. --compare only compares the variant that is there.

Static on purpose: scales are fixed in the file, so a picture's answer does not depend on the pictures that share its run, as
it would with dynamic quantization. Texts stay fp32: their tower loses more, and the service keeps their embeddings anyway.
"""
import argparse
import io
import pathlib
import random
import shutil
import statistics
import sys
import tarfile
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from PIL import Image

import graph_rewrites
import seal
from preprocessing import Preprocessing
from refused import Refused

COMPARED_IMAGES = 256
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
BATCH = 16
VARIANT = pathlib.Path("onnx/vision_model_int8.onnx")
CALIBRATION = 128
MIN_COSINE = 0.999
ROUNDS = 5


def image_files(sources, below):
    """One function a picture, which opens it; from folders and tar archives."""
    for source in sources:
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.suffix.lower() in SUFFIXES and (not below or below in path.parts):
                    yield lambda path=path: Image.open(path)
        else:
            yield from archived_images(source, below)


def archived_images(archive, below):
    try:
        opened = tarfile.open(archive)
    except (OSError, tarfile.TarError) as e:
        raise Refused(f"{archive} is neither a folder nor a tar archive: {e}") from e
    with opened as tar:
        for member in tar:
            path = pathlib.PurePosixPath(member.name)
            if path.suffix.lower() in SUFFIXES and (not below or below in path.parts):
                content = tar.extractfile(member).read()
                yield lambda content=content: Image.open(io.BytesIO(content))


def sample_pixels(bundle, files, wanted):
    """Two disjoint random samples: to calibrate and to compare with; [n, 3, height, width] each."""
    random.Random(0).shuffle(files)
    preprocessing = Preprocessing.of(bundle)
    calibration = min(wanted, len(files) // 2)
    chosen = files[:calibration + COMPARED_IMAGES]
    if len(chosen) < 2 * BATCH:
        raise Refused(f"{len(files)} images are too few; {2 * BATCH} are the least")
    pixels = np.concatenate([preprocessing.pixels(open_image()) for open_image in chosen])
    return pixels[:calibration], pixels[calibration:]


class Images(CalibrationDataReader):
    """Feeds the calibration one picture a run."""

    def __init__(self, pixels):
        self.feeds = iter([{"pixel_values": picture[None]} for picture in pixels])

    def get_next(self):
        return next(self.feeds, None)


def simplify(graph, simplified):
    """Folds constants, so that weights are plain initializers, and spells out the layer norms."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(simplified)
    ort.InferenceSession(graph, options)
    model = graph_rewrites.spell_out_layer_norms(onnx.load(simplified))
    onnx.save(model, simplified)
    return model


def what_to_quantize(model):
    """Arguments of quantize_static.

    In a transformer nearly all time goes into products with weights: those become INT8 and give floats again, which fits
    between layer norms and softmax in float; products of activations stay float (they are small), and so does the patch
    convolution. In a convolutional network integers pass from layer to layer, without the few largest activations of its long
    tails; its last product gives the embedding in floats.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    products = [n.name for n in model.graph.node if n.op_type in ("MatMul", "Gemm") and n.input[1] in weights]
    convolutions = [n for n in model.graph.node if n.op_type == "Conv"]
    if len(convolutions) > len(products):
        return {"nodes_to_exclude": products, "calibrate_method": CalibrationMethod.Percentile}
    return {
        "nodes_to_quantize": products,
        "extra_options": {"OpTypesToExcludeOutputQuantization": ["MatMul", "Gemm"]},
    }


def quantize(graph, calibration, quantized):
    """Unsigned activations with one scale a tensor, signed weights with one a channel.

    Weights keep to 7 bits (reduce_range): x86 processors without VNNI add two products in 16 bits, which full 8-bit weights
    overflow. With 7 bits every processor gives the same integers.
    """
    with tempfile.TemporaryDirectory() as folder:
        simplified = pathlib.Path(folder) / "simplified.onnx"
        model = simplify(graph, simplified)
        quantize_static(
            simplified,
            quantized,
            Images(calibration),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            **what_to_quantize(model),
        )


def embeddings(session, pixels, batch=BATCH):
    runs = [seal.embed(session, {"pixel_values": pixels[at:at + batch]}, "image_embeds") for at in range(0, len(pixels), batch)]
    return np.concatenate(runs)


def same_bits_in_any_batch(session, pixels):
    alone = embeddings(session, pixels[:2 * BATCH], batch=1)
    return all(np.array_equal(embeddings(session, pixels[:n], batch=n), alone[:n]) for n in range(2, len(alone) + 1))


def seconds_per_image(sessions, pixels, batch, rounds):
    """Median seconds of each session, run in turns, so that whatever else the machine does falls on both."""
    timed = pixels[:2 * BATCH]
    taken = [[] for _ in sessions]
    for _ in range(rounds):
        for session, times in zip(sessions, taken):
            start = time.perf_counter()
            embeddings(session, timed, batch)
            times.append((time.perf_counter() - start) / len(timed))
    ratio = statistics.median(a / b for a, b in zip(*taken))
    return [statistics.median(times) for times in taken], ratio


def compare(bundle, variant, pixels, labels, rounds):
    """Prints a table of what the variant costs and gains; gives the lowest cosine."""
    graphs = (bundle / "onnx/vision_model.onnx", variant)
    sessions = [ort.InferenceSession(graph, providers=["CPUExecutionProvider"]) for graph in graphs]
    exact, quantized = (embeddings(session, pixels) for session in sessions)
    cosines = (exact * quantized).sum(axis=-1)
    facts = seal.read_facts(bundle)
    texts = seal.label_embeddings(bundle, facts, labels)
    of_exact, of_quantized = (seal.softmax(facts["logit_scale"] * images @ texts.T) for images in (exact, quantized))
    largest = np.abs(of_exact - of_quantized).max(axis=1)
    rows = [
        ("images compared", len(pixels)),
        ("cosine with fp32, lowest", f"{cosines.min():.5f}"),
        ("cosine with fp32, mean", f"{cosines.mean():.5f}"),
        (f"largest probability difference, {len(labels)} labels, of any image", f"{largest.max():.4f}"),
        (f"largest probability difference, {len(labels)} labels, mean over images", f"{largest.mean():.4f}"),
        ("same label first", f"{(of_exact.argmax(axis=1) == of_quantized.argmax(axis=1)).mean():.1%}"),
        (
            f"same bits alone and in batches of 2 to {min(len(pixels), 2 * BATCH)}",
            "yes" if same_bits_in_any_batch(sessions[1], pixels) else "NO",
        ),
        ("size", " → ".join(f"{graph.stat().st_size / 1e6:.1f} MB" for graph in graphs)),
    ]
    for batch in (1, BATCH):
        (before, after), ratio = seconds_per_image(sessions, pixels, batch, rounds)
        rows.append((f"images a second, batches of {batch}", f"{1 / before:.1f} → {1 / after:.1f}, × {ratio:.2f}"))
    for name, figure in rows:
        print(f"| {name} | {figure} |")
    return cosines.min()


def add(bundle, pixels, labels, min_cosine, rounds):
    """Writes the variant and seals the bundle, unless a cosine falls below. pixels: to calibrate and to compare with."""
    calibration, compared = pixels
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / VARIANT.name
        quantize(bundle / "onnx/vision_model.onnx", calibration, made)
        cosine = compare(bundle, made, compared, labels, rounds)
        if not cosine >= min_cosine:
            raise Refused(f"INT8 loses too much: the lowest cosine with fp32 is {cosine:.5f}; {min_cosine} is the least")
        shutil.copyfile(made, bundle / VARIANT)
    seal.seal(bundle, canary_labels(bundle))


def canary_labels(bundle):
    return seal.read_facts(bundle).get("canary", {}).get("labels", [])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("--images", type=pathlib.Path, nargs="+", required=True, help="folders or tar archives")
    parser.add_argument("--below", default="", help="only images that have a folder of this name above them, such as train")
    parser.add_argument("--labels", type=pathlib.Path, help="a file, one a line, for the probabilities; else the canary's")
    parser.add_argument("--calibrate", type=int, default=CALIBRATION, help="how many images calibrate")
    parser.add_argument("--min-cosine", type=float, default=MIN_COSINE, help="write nothing if any image falls below")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the speed comparison")
    parser.add_argument("--compare", action="store_true", help="only compare the variant that is there")
    asked = parser.parse_args()
    if asked.labels and not asked.labels.is_file():
        parser.error(f"--labels: there is no file {asked.labels}")
    return asked


def run(asked):
    labels = canary_labels(asked.bundle)
    if asked.labels:
        labels = asked.labels.read_text(encoding="utf-8").splitlines()
    if not labels:
        raise Refused("the bundle has no canary whose labels could be compared; name a file of labels with --labels")
    if asked.compare and not (asked.bundle / VARIANT).is_file():
        raise Refused(f"there is no {asked.bundle / VARIANT} to compare; without --compare it is made")
    pixels = sample_pixels(asked.bundle, list(image_files(asked.images, asked.below)), asked.calibrate)
    if asked.compare:
        compare(asked.bundle, asked.bundle / VARIANT, pixels[1], labels, asked.rounds)
    else:
        add(asked.bundle, pixels, labels, asked.min_cosine, asked.rounds)


def main():
    try:
        run(arguments())
    except Refused as e:
        sys.exit(f"Nothing written: {e}")


if __name__ == "__main__":
    main()

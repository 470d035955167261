"""Makes a model bundle of a CLIP checkpoint, of transformers or of open_clip, and proves it before it is there.

    pip install -r models/requirements-export.txt
    python models/export.py openai/clip-vit-base-patch32 bundles/clip
    python models/export.py google/siglip2-base-patch16-224 bundles/siglip2 --fp16
    python models/export.py open_clip:ViT-B-32 bundles/laion --pretrained laion2b_s34b_b79k --licence MIT
    python models/export.py my-finetuned-clip/ bundles/mine --licence proprietary --int8 --images photos/

SOURCE is a folder or a name on the hub, as for from_pretrained; with open_clip: before it, a name that open_clip knows
(--pretrained has the weights: a tag or a file), hf-hub:NAME or local-dir:FOLDER. A folder with an open_clip_config.json is
open_clip's by itself.

The bundle is made beside its destination, compared with the checkpoint on pictures and texts (pixels, tokens, cosines of at
least 0.9999), and moved there when it holds. Otherwise nothing is left. --fp16 and --int8 add to the bundle that is there; it
stays as it was where they lose too much.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile

import seal
from exporter import graphs, proof
from refused import Refused

LABELS = ("flower", "clock", "plate", "lamp", "orange")
OPEN_CLIP = "open_clip:"


def read(source, revision=None, pretrained=None):
    """The checkpoint; each library is only loaded where it is needed."""
    folder = pathlib.Path(source)
    if source.startswith(OPEN_CLIP) or (folder / "open_clip_config.json").is_file():
        from exporter import from_open_clip

        if revision:
            raise Refused("--revision is not for open_clip, which reads the newest; for another, export a folder with its files")
        name = source.removeprefix(OPEN_CLIP) if source.startswith(OPEN_CLIP) else f"local-dir:{folder}"
        return from_open_clip.read(name, pretrained)
    if pretrained:
        raise Refused(f"--pretrained is for open_clip: {OPEN_CLIP}{source}")
    from exporter import from_transformers

    return from_transformers.read(source, revision)


def facts(checkpoint, asked):
    """bundle.json, without canary and checksums."""
    origin = checkpoint.origin
    licence = asked.licence or origin.licence
    if not licence:
        raise Refused(f"{asked.source} does not say under which licence it is; say so with --licence, such as --licence MIT")
    name = asked.name or origin.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise Refused(f"{name!r} cannot be a model's name (letters, digits, '.', '_', '-'); give one with --name")
    templates = asked.template or checkpoint.templates
    for template in templates:
        if template.count("{}") != 1:
            raise Refused(f"the template {template!r} needs one {{}}, where the label goes")
    known = {
        "name": name,
        "licence": licence,
        "origin": origin.address,
        "revision": origin.revision,
        "family": checkpoint.family,
        "logit_scale": checkpoint.logit_scale,
        "logit_bias": checkpoint.logit_bias,
        "scoring": "softmax" if checkpoint.logit_bias is None else "sigmoid",
        "context": checkpoint.context,
        "padding_id": checkpoint.padding_id,
        "templates": templates,
    }
    return {field: value for field, value in known.items() if value is not None}


def write(checkpoint, asked, bundle):
    """All files into an empty folder."""
    described = facts(checkpoint, asked)
    for file, content in (
        ("bundle.json", described),
        ("config.json", checkpoint.config),
        ("preprocessor_config.json", checkpoint.preprocessor),
    ):
        (bundle / file).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (bundle / "tokenizer.json").write_text(checkpoint.tokenizer_json, encoding="utf-8")
    graphs.write(checkpoint, bundle / "onnx")
    print(f"{checkpoint.family}: {proof.prove(checkpoint, bundle)}")
    seal.seal(bundle, asked.label or list(LABELS))


def add_variants(asked):
    """Those that are asked for, to the bundle at its destination; whatever stops one leaves the bundle without it."""
    labels = asked.label or list(LABELS)
    if asked.fp16:
        _add_fp16(asked.bundle, labels)
    if asked.int8:
        import quantize

        pictures = list(quantize.image_files(asked.images, ""))
        pixels = quantize.sample_pixels(asked.bundle, pictures, quantize.CALIBRATION)
        quantize.add(asked.bundle, pixels, labels, quantize.MIN_COSINE, quantize.ROUNDS)


def _add_fp16(bundle, labels):
    try:
        graphs.write_fp16(bundle / "onnx")
        print(f"fp16: {proof.variant(bundle, 'fp16')}")
        seal.seal(bundle, labels)
    except BaseException:
        for file in (bundle / "onnx").glob("*_fp16.onnx*"):
            file.unlink()
        raise


def arguments(given=None):
    """What is asked for: of a list, or of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a checkpoint: a folder, a name on the hub, or open_clip:NAME")
    parser.add_argument("bundle", type=pathlib.Path, help="the folder to make; it must not be there")
    parser.add_argument("--revision", help="of a checkpoint on the hub; else the newest, which bundle.json names")
    parser.add_argument("--pretrained", help="open_clip's weights: a tag, or a file")
    parser.add_argument("--name", help="what requests call the model")
    parser.add_argument("--licence", help="of the weights; else what the model card says")
    parser.add_argument("--template", action="append", help="a prompt template with {} for the label; may be repeated")
    parser.add_argument("--label", action="append", help="a label of the canary; may be repeated")
    parser.add_argument("--fp16", action="store_true", help="graphs of 16 bits beside those of 32")
    parser.add_argument("--int8", action="store_true", help="an INT8 image encoder, calibrated with --images")
    parser.add_argument("--images", type=pathlib.Path, nargs="+", help="for --int8: folders or tar archives")
    asked = parser.parse_args(given)
    if asked.int8 and not asked.images:
        parser.error("--int8 needs --images: a few hundred pictures like those that will be asked about")
    for source in asked.images or ():
        if not source.exists():
            parser.error(f"--images: {source} is not there")
    if asked.bundle.exists():
        parser.error(f"{asked.bundle} is there already; remove it, or name another folder")
    return asked


def make(asked):
    """The bundle at its destination, or nothing; gives the checkpoint."""
    parent = asked.bundle.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    making = pathlib.Path(tempfile.mkdtemp(prefix=f".{asked.bundle.name}-", dir=parent))
    try:
        checkpoint = read(asked.source, asked.revision, asked.pretrained)
        write(checkpoint, asked, making)
        making.chmod(0o755)
        making.rename(asked.bundle)
        return checkpoint
    finally:
        shutil.rmtree(making, ignore_errors=True)


def main():
    asked = arguments()
    try:
        make(asked)
    except Refused as e:
        sys.exit(f"No bundle made: {e}")
    try:
        add_variants(asked)
    except Refused as e:
        sys.exit(f"{asked.bundle} is made, but not all of its variants: {e}")
    print(f"{asked.bundle}: {sum(file.stat().st_size for file in asked.bundle.rglob('*') if file.is_file()) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

"""Runs models/parity.py against the built jar: right as it is, and wrong with other arithmetic, logit scale, pixels or tokens."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.dom.minidom

import numpy as np
from PIL import Image

from service import running

LIMIT_SECONDS = 300
BUNDLE = pathlib.Path("models/mini-clip")
TEXTS = ["sunflower", "motorcycle", "A Photo of a WHALE.", "naïve café 東京 🌻", "<b>&amp;</b>", "a very long label " * 30]


def pictures(folder):
    """Pictures that Python and Java must read alike, two that neither can, and a name that is hostile."""
    folder.mkdir()
    shutil.copy(BUNDLE / "canary.png", folder / "canary.png")
    noise = np.random.default_rng(7)
    for number in range(6):
        coarse = noise.integers(0, 256, (6 + number, 9, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((150 + 31 * number, 211 - 17 * number), Image.BICUBIC)
        picture.save(folder / f"{number}.{('png', 'jpg', 'bmp')[number % 3]}")
    turned = Image.Exif()
    turned[0x0112] = 6
    picture.save(folder / "turned.jpg", exif=turned)
    picture.convert("P").save(folder / "<img src=x onerror=alert(1)>.gif")
    (folder / "broken.jpg").write_bytes((folder / "1.jpg").read_bytes()[:200])
    (folder / "none.png").write_text("no image")


def parity(service, bundle, folder, *options, code):
    """The report of a run that has to end with this code."""
    output = folder / "report.html"
    for file in (output, output.with_suffix(".json")):
        file.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "models/parity.py", service, bundle, "--images", folder / "pictures", "--texts", folder / "texts.txt",
         "--output", output, *options],
        text=True, timeout=LIMIT_SECONDS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    if code == 2:
        assert not output.exists() and "Traceback" not in done.stderr, done.stderr
        return done.stderr
    page = xml.dom.minidom.parseString(output.read_text(encoding="utf-8").replace("<!DOCTYPE html>", ""))
    sources = [image.getAttribute("src") for image in page.getElementsByTagName("img")]
    assert sources and all(source.startswith("data:image/jpeg;base64,") for source in sources), sources
    report = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))
    assert report["within_tolerances"] == (code == 0), report
    return report


def altered(folder, name, **facts):
    """A copy of the bundle that says something else of itself."""
    copy = folder / name
    shutil.copytree(BUNDLE, copy)
    told = json.loads((copy / "bundle.json").read_text(encoding="utf-8"))
    (copy / "bundle.json").write_text(json.dumps(told | facts), encoding="utf-8")
    return copy


def faults(report, part):
    return " ".join(fault for row in report[part] for fault in row["faults"])


def as_it_is(service, folder):
    report = parity(service, BUNDLE, folder, code=0)
    both = [row["path"] for row in report["images"] if "service_refuses" in row and "reference_refuses" in row]
    assert sorted(pathlib.Path(path).name for path in both) == ["broken.jpg", "none.png"], both
    assert len(report["texts"]) == len(TEXTS) and len(report["images"]) == 11, report
    assert report["texts"][-1]["tokens"] > 77, report["texts"][-1]
    assert "not OpenAI's" in report["paper"]["left_out"], report["paper"]
    return report


def noticed(service, folder):
    scale = json.loads((BUNDLE / "bundle.json").read_text(encoding="utf-8"))["logit_scale"]
    report = parity(service, altered(folder, "scale", logit_scale=scale * 1.05), folder, code=1)
    assert "probability differs" in faults(report, "images") and "cosine" not in faults(report, "images"), report
    report = parity(service, altered(folder, "templates", templates=["{}"]), folder, code=1)
    assert "similarity differs" in faults(report, "images"), report

    pixels = altered(folder, "pixels")
    config = json.loads((pixels / "preprocessor_config.json").read_text(encoding="utf-8"))
    (pixels / "preprocessor_config.json").write_text(json.dumps(config | {"resample": 2}), encoding="utf-8")
    report = parity(service, pixels, folder, code=1)
    assert "cosine" in faults(report, "images") and not faults(report, "texts"), report

    tokens = altered(folder, "tokens")
    vocabulary = json.loads((tokens / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary["normalizer"] = None
    (tokens / "tokenizer.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    report = parity(service, tokens, folder, code=1)
    assert faults(report, "texts"), report

    paper = altered(folder, "paper", origin="openai/clip-vit-base-patch32")
    assert "no CLIP.png" in parity(service, paper, folder, code=0)["paper"]["left_out"]
    shutil.copy(BUNDLE / "canary.png", folder / "pictures" / "CLIP.png")
    report = parity(service, paper, folder, code=1)
    assert "differs by" in report["paper"]["faults"][0] and report["out_of_tolerance"] == 1, report["paper"]
    (folder / "pictures" / "CLIP.png").write_text("no image")
    assert "refuses CLIP.png" in parity(service, paper, folder, code=0)["paper"]["left_out"]
    (folder / "pictures" / "CLIP.png").unlink()


def unusable(service, folder):
    assert "no model 'other'" in parity(service, BUNDLE, folder, "--model", "other", code=2)
    assert "does not answer" in parity("http://localhost:9", BUNDLE, folder, code=2)
    assert "nowhere" in parity(service, pathlib.Path("nowhere"), folder, code=2)
    nearest = altered(folder, "nearest")
    (nearest / "preprocessor_config.json").write_text('{"resample": 0, "size": 32}', encoding="utf-8")
    assert "resample = 0" in parity(service, nearest, folder, code=2)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pictures(folder / "pictures")
        (folder / "texts.txt").write_text("\n".join([*TEXTS, "", TEXTS[0]]) + "\n", encoding="utf-8")
        with running() as service:
            right = as_it_is(service, folder)
            noticed(service, folder)
            unusable(service, folder)
        sigmoid = altered(folder, "sigmoid", scoring="sigmoid", logit_bias=-2.0)
        with running(f"--clipserve.model.path={sigmoid}") as service:
            parity(service, sigmoid, folder, code=0)
        with running("--clipserve.model.precision=int8") as service:
            report = parity(service, BUNDLE, folder, code=1)
            assert "cosine" in faults(report, "images") and not faults(report, "texts"), report
    lowest = min(row["cosine"] for row in right["images"] if "cosine" in row)
    print(f"as it is: lowest image cosine {lowest:.8f}")
    print("noticed: another scale, templates, pixels, tokens, precision, and answer to the paper's example")


if __name__ == "__main__":
    main()

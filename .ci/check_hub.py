"""The built jar, by bin/clipserve, against a local hub: the model that ships, in a repository without bundle.json.

Hugging Face's own library downloads from the same hub first, so that the hub here is one, and its cache is as it makes it.
"""
import json
import os
import pathlib
import subprocess
import tempfile
import time

os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

from huggingface_hub import snapshot_download  # noqa: E402
from local_hub import COMMIT, Hub  # noqa: E402

LIMIT_SECONDS = 300
MODEL = pathlib.Path("models/mini-clip")
PATHS = ["config.json", "preprocessor_config.json", "tokenizer.json", "onnx/vision_model.onnx", "onnx/text_model.onnx"]
NAME = "hf:someone/my-clip"
SCALE = str(json.loads((MODEL / "bundle.json").read_text())["logit_scale"])


def environment(hub, home, **more):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "CLIPSERVE_"))}
    return inherited | {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": "hf_secret", "CLIPSERVE_HOME": str(home / "clipserve"),
                        "HF_HOME": str(home / "huggingface")} | more


def run(arguments, where, code=0):
    done = subprocess.run(["bin/clipserve", *arguments], env=where, text=True, timeout=LIMIT_SECONDS, capture_output=True)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    assert "hf_secret" not in done.stdout + done.stderr
    return done


def probabilities(model, where):
    answer = run(["classify", str(MODEL / "canary.png"), "-l", "flower,clock,plate", "--format", "json", "--model", model], where)
    return [(label["label"], label["probability"]) for label in json.loads(answer.stdout)["results"][0]["predictions"]]


def pulled_and_classified(hub, home):
    where = environment(hub, home)
    folder = run(["models", "pull", NAME, "--logit-scale", SCALE], where).stdout.strip()
    assert pathlib.Path(folder) == home / "clipserve/models/someone--my-clip" / COMMIT / "fp32", folder
    expected = probabilities(str(MODEL), where)
    for name in ("my-clip", NAME, f"{NAME}@{COMMIT}"):
        actual = probabilities(name, where)
        assert [label for label, _ in actual] == [label for label, _ in expected], (actual, expected)
        assert all(abs(a - e) < 1e-6 for (_, a), (_, e) in zip(actual, expected)), (actual, expected)
    assert "as it was pulled" in run(["models", "verify"], where).stdout
    assert not any("pytorch_model" in path for _, path, _ in hub.requests)


def killed_and_gone_on(hub, home):
    """A process that dies in the middle leaves no model, and the next one goes on where it was."""
    where = environment(hub, home)
    command = ["models", "pull", NAME, "--logit-scale", SCALE]
    hub.stall.set()
    process = subprocess.Popen(["bin/clipserve", *command], env=where)
    try:
        assert hub.stalled.wait(LIMIT_SECONDS)
        # What the hub has sent may still be on its way. Beside this first large file come small ones, and may be finished by now.
        end = time.monotonic() + LIMIT_SECONDS
        while not any(file.stat().st_size for file in home.rglob("tokenizer.json.incomplete")):
            assert time.monotonic() < end, "nothing arrived"
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert "No model was pulled" in run(["models", "list"], where).stderr
    hub.stall.clear()
    before = len(hub.requests)
    run(command, where)
    ranges = [headers["Range"] for _, _, headers in hub.requests[before:] if "Range" in headers]
    assert ranges, "nothing was gone on with"
    assert "as it was pulled" in run(["models", "verify"], where).stdout


def taken_from_hugging_face(hub, home):
    where = environment(hub, home, HF_HUB_OFFLINE="1")
    assert "is not on this machine" in run(["models", "pull", NAME, "--logit-scale", SCALE], where, 3).stderr
    snapshot_download("someone/my-clip", endpoint=hub.endpoint, cache_dir=home / "huggingface" / "hub")
    before = len(hub.requests)
    done = run(["models", "pull", NAME, "--logit-scale", SCALE], where)
    assert "is in Hugging Face's cache, and is used" in done.stderr, done.stderr
    assert len(hub.requests) == before, hub.requests[before:]
    assert "as it was pulled" in run(["models", "verify"], where).stdout


def main():
    files = {path: MODEL / path for path in PATHS} | {"pytorch_model.bin": MODEL / "canary.png"}
    for check in (pulled_and_classified, killed_and_gone_on, taken_from_hugging_face):
        with tempfile.TemporaryDirectory() as home, Hub(files, "someone/my-clip") as hub:
            check(hub, pathlib.Path(home))
        print(check.__name__.replace("_", " "))


if __name__ == "__main__":
    main()

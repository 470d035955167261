"""Runs each command of docs/cli.md that has an output below it, and compares; and what a shell and NumPy make of the rest.

Numbers may differ by 1e-4, since processors round differently; those of the benchmark are not compared.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import numpy
from service import port, running

LIMIT_SECONDS = 300
NUMBER = re.compile(r"-?\d+\.\d+(?:E-?\d+)?")
ROOT = pathlib.Path.cwd()
DOC = ROOT / "docs" / "cli.md"


def examples():
    """Commands of clipserve, each with the output that follows it."""
    blocks = r"```sh\n(bin/clipserve [^\n]*)\n```\n\n```\n(.*?)```"
    return re.findall(blocks, DOC.read_text(encoding="utf-8"), re.S)


def run(command, folder, code):
    """Both outputs together, as a person sees them."""
    command = command.replace("bin/clipserve", str(ROOT / "bin" / "clipserve"), 1)
    done = subprocess.run(command, shell=True, cwd=folder, text=True, timeout=LIMIT_SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
    return done


def same(expected, actual):
    numbers = list(zip(map(float, NUMBER.findall(expected)), map(float, NUMBER.findall(actual))))
    assert NUMBER.sub("#", expected) == NUMBER.sub("#", actual), (expected, actual)
    assert all(abs(a - b) <= 1e-4 for a, b in numbers), (expected, actual)


def classify(command, output):
    bad = "README.md" in command
    done = run(command, ROOT, 1 if bad else 0)
    same(output.replace("\r", ""), done.stdout)
    assert ("README.md: Not an image" in done.stderr) == bad, done.stderr


def embed(command, output):
    with tempfile.TemporaryDirectory() as folder:
        photos = pathlib.Path(folder) / "photos"
        photos.mkdir()
        shutil.copy("models/mini-clip/canary.png", photos / "flower.png")
        (photos / "broken.jpg").write_text("no image")
        done = run(command, folder, 1)
        same(output, done.stderr)
        assert done.stdout == "", done.stdout
        rows = numpy.load(photos.with_suffix(".npy"))
        lines = photos.with_suffix(".jsonl").read_text(encoding="utf-8")
        assert lines in DOC.read_text(encoding="utf-8"), lines
        assert rows.dtype == numpy.float32 and rows.shape == (len(lines.splitlines()), 128), rows.shape
        assert numpy.isnan(rows[0]).all() and abs(numpy.linalg.norm(rows[1]) - 1) < 1e-5


def benchmark(command, output):
    with running() as service:
        done = run(command.replace("http://localhost:8080", service), ROOT, 0)
    shape = re.compile(r"[ ]*\d+\.\d+ *█*|http\S+")
    assert shape.sub("#", done.stdout) == shape.sub("#", output), done.stdout


def completion():
    script = run("bin/clipserve completion bash", ROOT, 0).stdout
    asked = script + "\nCOMP_WORDS=(clipserve bench); COMP_CWORD=1; _complete_clipserve; echo \"${COMPREPLY[@]}\""
    assert subprocess.check_output(["bash", "-c", asked], text=True).strip() == "benchmark"


def serving_loads_no_commands():
    """What serves is not slowed down by what it does not use."""
    with tempfile.NamedTemporaryFile() as log:
        os.environ["JAVA_TOOL_OPTIONS"] = f"-Xlog:class+load:file={log.name}"
        try:
            with running():
                loaded = pathlib.Path(log.name).read_text(encoding="utf-8")
        finally:
            del os.environ["JAVA_TOOL_OPTIONS"]
    assert "dev.clipserve.FirstWord " in loaded
    assert "picocli.CommandLine " not in loaded and "dev.clipserve.cli.Commands " not in loaded


def interrupted():
    """Ctrl-C ends the service, but no request that is under way."""
    picture = pathlib.Path("models/mini-clip/canary.png").read_bytes()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        arguments = ["serve", "--server.port=0", "--clipserve.label-sets.folder="]
        # What starts this may have told its children to ignore Ctrl-C.
        process = subprocess.Popen([ROOT / "bin" / "clipserve", *arguments], stdout=log, stderr=subprocess.STDOUT,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        try:
            caller = http.client.HTTPConnection("localhost", int(port(process, log.name)), timeout=60)
            caller.putrequest("POST", "/classify?labels=sunflower,whale")
            caller.putheader("Content-Length", str(len(picture)))
            caller.endheaders(picture[:100])
            wait_for("Initializing Servlet", log.name)
            process.send_signal(signal.SIGINT)
            wait_for("Commencing graceful shutdown", log.name)
            caller.send(picture[100:])
            assert caller.getresponse().status == 200
            caller.close()
            assert process.wait(60) == 130, process.returncode
        finally:
            process.kill()
        wait_for("Graceful shutdown complete", log.name)


def wait_for(words, log):
    end = time.monotonic() + LIMIT_SECONDS
    while words not in pathlib.Path(log).read_text(encoding="utf-8"):
        assert time.monotonic() < end, (words, pathlib.Path(log).read_text(encoding="utf-8"))
        time.sleep(0.1)


def main():
    checks = {"classify": classify, "embed": embed, "benchmark": benchmark}
    found = examples()
    assert {command.split()[1] for command, _ in found} == set(checks), found
    for command, output in found:
        checks[command.split()[1]](command, output)
        print(f"as documented: {command}")
    answer = json.loads(run("bin/clipserve classify models/mini-clip/canary.png -l cat,dog --format json", ROOT, 0).stdout)
    assert len(answer["results"][0]["predictions"]) == 2
    completion()
    serving_loads_no_commands()
    interrupted()
    print(f"{len(found)} examples, JSON, completion, start-up and Ctrl-C")


if __name__ == "__main__":
    main()

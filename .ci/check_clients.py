"""Runs the example of each generated client against the service, and compares what it prints with the answer without a client.

Each line of an example starts with the step that it is about: `classify LABEL PROBABILITY`, `label-set LABEL
PROBABILITY`, `problem STATUS TYPE DETAIL`.
Arguments: the Python whose packages include the generated client.
"""
import json
import subprocess
import sys
import urllib.request

from service import running

IMAGE = "models/mini-clip/canary.png"
LABELS = "sunflower,motorcycle,whale"
EXAMPLES = {
    "java": ["./mvnw", "-B", "-ntp", "-q", "-f", "src/clients/pom.xml", "exec:java", "-Dexec.args={service} {image}"],
    "typescript": ["node", "target/clients/typescript/example.js", "{service}", "{image}"],
    "python": [sys.argv[1], "src/clients/python/example.py", "{service}", "{image}"],
}
TOLERANCE = 1e-6


def run(command, service):
    filled = [part.format(service=service, image=IMAGE) for part in command]
    return subprocess.run(filled, check=True, stdout=subprocess.PIPE, text=True, timeout=300).stdout


def steps(output):
    """What follows each step's name, line by line."""
    found = {}
    for line in output.splitlines():
        step, _, rest = line.partition(" ")
        found.setdefault(step, []).append(rest)
    return found


def predictions(service):
    """What the service says to the examples' question."""
    with open(IMAGE, "rb") as image, urllib.request.urlopen(f"{service}/classify?labels={LABELS}", image.read(), timeout=300) as answer:
        return json.load(answer)["results"][0]["predictions"]


def check_predictions(lines, expected):
    """The same labels in the same order, the probabilities within the tolerance."""
    actual = [line.rsplit(" ", 1) for line in lines]
    assert [label for label, _ in actual] == [prediction["label"] for prediction in expected], lines
    for (label, probability), prediction in zip(actual, expected):
        assert abs(float(probability) - prediction["probability"]) <= TOLERANCE, f"{label}: {probability}, {prediction}"


def check_problem(lines, _):
    assert len(lines) == 1, lines
    status, problem, detail = lines[0].split(" ", 2)
    assert (status, problem) == ("400", "/problems/invalid-labels") and "'cat' is there twice" in detail, lines


CHECKS = {"classify": check_predictions, "label-set": check_predictions, "problem": check_problem}


def main():
    with running() as service:
        expected = predictions(service)
        for name, command in EXAMPLES.items():
            done = steps(run(command, service))
            assert done.keys() == CHECKS.keys(), f"{name} did {list(done)}, not {list(CHECKS)}"
            for step, check in CHECKS.items():
                check(done[step], expected)
            print(f"{name}: {', '.join(CHECKS)} as expected")


if __name__ == "__main__":
    main()

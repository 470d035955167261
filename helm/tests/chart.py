"""The chart, rendered as `helm install` would send it to a cluster."""
import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

HERE = pathlib.Path(__file__).parent
CHART = HERE.parent / "clipserve"
HELM = os.environ.get("HELM", "helm")
VERSIONS = ("1.35", "1.36", "1.37")
FEATURES = sorted(path.stem for path in (HERE / "features").glob("*.yaml"))


class Refused(Exception):
    """What Helm says when it does not render."""


def feature(name):
    """The values of an example."""
    return yaml.safe_load((HERE / "features" / f"{name}.yaml").read_text(encoding="utf-8"))


def together(*trees):
    """Trees of values over each other, as Helm puts them."""
    whole = {}
    for tree in trees:
        for key, value in tree.items():
            old = whole.get(key)
            whole[key] = together(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return whole


def helm(*arguments):
    done = subprocess.run([HELM, *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Refused(done.stderr + done.stdout)
    return done.stdout


@functools.cache
def _text(values, version, release):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(values)
        file.flush()
        return helm("template", release, str(CHART), "--namespace", "vision", "--kube-version", version, "--values", file.name)


def render(values=None, version=VERSIONS[-1], release="clip"):
    """(kind, name) → object. The release is called clip, the chart clipserve, so their objects clip-clipserve."""
    documents = [d for d in yaml.safe_load_all(_text(json.dumps(values or {}), version, release)) if d]
    objects = {(d["kind"], d["metadata"]["name"]): d for d in documents}
    assert len(objects) == len(documents), "two objects have the same kind and name"
    return objects


def refusal(values, version=VERSIONS[-1]):
    """What is said about values that are refused."""
    try:
        render(values, version)
    except Refused as refused:
        return re.sub(r"\s+", " ", str(refused))
    raise AssertionError(f"rendered with {values}")


def of_kind(objects, kind):
    return [o for (k, _), o in objects.items() if k == kind]


def only(objects, kind, name="clip-clipserve"):
    return objects[kind, name]


def pod(objects):
    """The pod of the service."""
    return only(objects, "Deployment")["spec"]["template"]


def container(objects):
    return next(c for c in pod(objects)["spec"]["containers"] if c["name"] == "clipserve")


def application(objects):
    """The settings that the service reads."""
    return yaml.safe_load(only(objects, "ConfigMap")["data"]["application.yaml"])


def volume(objects, name):
    return next((v for v in pod(objects)["spec"]["volumes"] if v["name"] == name), None)


def mount(objects, name):
    return next((m for m in container(objects)["volumeMounts"] if m["name"] == name), None)


def pods(objects):
    """The pod specs of all objects, by the name of their object."""
    for (kind, name), o in objects.items():
        if kind in ("Deployment", "StatefulSet"):
            yield f"{kind} {name}", o["spec"]["template"]["spec"]
        elif kind == "Pod":
            yield f"{kind} {name}", o["spec"]

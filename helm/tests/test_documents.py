"""README, schema, version and notes say what the chart does."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from chart import CHART, HERE, VERSIONS, feature, helm, together

ROOT = HERE.parents[1]


def test_readmeAndSchema_sayWhatValuesSay():
    done = subprocess.run([sys.executable, str(HERE.parent / "document.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_readme_hasARowForEachValue():
    def leaves(schema, path=()):
        for name, child in schema["properties"].items():
            deeper = (*path, name)
            if child.get("additionalProperties") is False and "description" not in child:
                yield from leaves(child, deeper)
            else:
                yield ".".join(deeper)

    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `([^`]+)` \|", (CHART / "README.md").read_text(encoding="utf-8"), re.M)
    assert sorted(rows) == sorted(set(leaves(schema)) - {"global", "enabled"})


def test_version_ofTheApplication_isThePoms():
    pom = re.search(r"<artifactId>clipserve</artifactId>\s*<version>([^<]+)</version>", (ROOT / "pom.xml").read_text(encoding="utf-8"))
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == pom.group(1).removesuffix("-SNAPSHOT")


def notes(tmp_path: pathlib.Path, values):
    """What NOTES.txt says. Helm shows it only to a cluster, so a copy of the chart has it in a ConfigMap."""
    tmp_path.mkdir(exist_ok=True)
    copy = tmp_path / "chart"
    shutil.copytree(CHART, copy)
    text = (copy / "templates" / "NOTES.txt").read_text(encoding="utf-8")
    (copy / "templates" / "shown.yaml").write_text(
        f'{{{{- define "notes" }}}}{text}{{{{ end -}}}}\n{{{{ dict "notes" (include "notes" .) | toJson }}}}\n', encoding="utf-8")
    file = tmp_path / "values.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    shown = helm("template", "clip", str(copy), "-n", "vision", "--kube-version", VERSIONS[-1], "-f", str(file), "-s", "templates/shown.yaml")
    return yaml.safe_load(shown)["notes"]


@pytest.mark.parametrize("name", ["ingress", "http-route", "extras"])
def test_notes_openToTheOutsideWithoutKeys_warnLoudly(tmp_path, name):
    assert "WARNING: OPEN TO EVERYBODY" in notes(tmp_path, feature(name))


def test_notes_openToTheOutsideWithKeys_doNotWarn(tmp_path):
    said = notes(tmp_path, together(feature("ingress"), feature("keys")))
    assert "OPEN TO EVERYBODY" not in said
    assert "https://clip.example.org/" in said


def test_notes_byDefault_sayHowToReachItAndThatItIsOpen(tmp_path):
    said = notes(tmp_path, {})
    assert "kubectl --namespace vision port-forward service/clip-clipserve 8080:80" in said
    assert "OPEN TO EVERYBODY" not in said and "There are no API keys" in said
    assert "lets nothing out" in said


def test_notes_ofReplicasWithoutRedis_warnOfLabelSets(tmp_path):
    assert "label sets" in notes(tmp_path, {"replicas": 2})
    assert "label sets" not in notes(tmp_path / "redis", feature("redis-bundled"))

"""Where the tree says its version, and what the changelog says of each. On its own it prints the tree's version, and refuses where the
places differ; with `notes` it prints what the changelog says of it."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")


class Refused(Exception):
    """Says what is wrong, and what to do."""


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def only(path, pattern):
    found = re.findall(pattern, text(path))
    if len(found) != 1:
        raise Refused(f"{path} should have {pattern} once, and has it {len(found)} times.")
    return found[0]


def replace_once(path, old, new):
    before = text(path)
    count = len(old.findall(before)) if isinstance(old, re.Pattern) else before.count(old)
    if count != 1:
        raise Refused(f"{path} should have {old} once, and has it {count} times.")
    after = old.sub(new, before) if isinstance(old, re.Pattern) else before.replace(old, new)
    (ROOT / path).write_text(after, encoding="utf-8")


def pom_version():
    return only("pom.xml", r"<artifactId>clipserve</artifactId>\s*<version>(.*?)</version>")


def released_versions():
    return re.findall(r"(?m)^## (\d\S*) - \d{4}-\d{2}-\d{2}$", text("CHANGELOG.md"))


def precedence(version):
    """A key by which versions are in the order of Semantic Versioning: numbers as numbers, and pre-releases before their release."""
    numbers, _, before = version.partition("-")
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".") if part]
    return [int(number) for number in numbers.split(".")], not before, parts


def changelog_section(version):
    """What stands under a version's heading; None where there is no such heading."""
    found = re.search(rf"(?ms)^## {re.escape(version)}(?: - \S+)?\n(.*?)(?=^## |\Z)", text("CHANGELOG.md"))
    return found and found.group(1)


def agreed():
    """The version that pom.xml, the contract and the chart all have. Between releases only pom.xml says -SNAPSHOT."""
    version = pom_version()
    release = version.removesuffix("-SNAPSHOT")
    others = {
        "openapi.yaml": only("openapi.yaml", r"(?m)^  version: (.*)$"),
        "the chart's version": only("helm/clipserve/Chart.yaml", r"(?m)^version: (.*)$"),
        "the chart's appVersion": only("helm/clipserve/Chart.yaml", r'(?m)^appVersion: "?(.*?)"?$'),
    }
    for place, other in others.items():
        if other != release:
            raise Refused(f"pom.xml has version {version}, and {place} is {other}: release/prepare.py sets all of them.")
    return version


def notes(version):
    section = changelog_section("Unreleased" if version.endswith("-SNAPSHOT") else version)
    if not section or not section.strip():
        raise Refused(f"CHANGELOG.md says nothing of {version}: release/prepare.py makes its section.")
    return section.strip()


if __name__ == "__main__":
    try:
        print(notes(agreed()) if sys.argv[1:] == ["notes"] else agreed())
    except Refused as refusal:
        sys.exit(str(refusal))

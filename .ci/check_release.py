"""Looks at target/release: every file is there, says its version, and has its checksum."""

import hashlib
import json
import pathlib
import re
import sys
import tarfile
import zipfile

version = sys.argv[1]
made = pathlib.Path("target/release")
[image] = made.glob(f"clipserve-{version}-linux-*.tar.gz")
jar, bill, chart = made / f"clipserve-{version}.jar", made / f"clipserve-{version}.cdx.json", made / f"clipserve-{version}.tgz"

sums = dict(reversed(line.split("  ")) for line in (made / "SHA256SUMS").read_text().splitlines())
assert sums.keys() == {file.name for file in made.iterdir()} - {"SHA256SUMS"}, sums.keys()
for name, digest in sums.items():
    assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest, name

parts = json.loads(bill.read_text())
assert parts["metadata"]["component"]["version"] == version
components = {f"{part['group']}:{part['name']}:{part['version']}": part for part in parts["components"]}
assert any(name.startswith("org.springframework.boot:spring-boot-loader:") for name in components)
assert all(part["licenses"] for part in components.values())
known = {each["content"] for part in components.values() for each in part["hashes"] if each["alg"] == "SHA-256"}

with zipfile.ZipFile(jar) as archive:
    libraries = [name for name in archive.namelist() if re.fullmatch(r"BOOT-INF/lib/.+\.jar", name)]
    for library in libraries:
        assert hashlib.sha256(archive.read(library)).hexdigest() in known, f"{library} is not in the bill of materials"
    licences = archive.read("META-INF/THIRD-PARTY.txt").decode()
    for name in components:
        assert f"({name} - " in licences, f"{name} is not in THIRD-PARTY.txt"
    manifest = archive.read("META-INF/MANIFEST.MF").decode()
    contract = archive.read("BOOT-INF/classes/static/openapi.yaml").decode()
assert f"Implementation-Version: {version}" in manifest, manifest
assert re.search(rf"(?m)^  version: {re.escape(version)}$", contract)

with tarfile.open(chart) as archive:
    described = archive.extractfile("clipserve/Chart.yaml").read().decode()
assert f"version: {version}" in described and f"appVersion: {version}" in described, described

with tarfile.open(image) as archive:
    index = json.load(archive.extractfile("manifest.json"))
    config = json.load(archive.extractfile(index[0]["Config"]))
labels = config["config"]["Labels"]
assert labels["org.opencontainers.image.version"] == version, labels
assert len(labels["org.opencontainers.image.revision"]) == 40, labels

notes = (made / "NOTES.md").read_text()
assert notes.startswith("###") and "/classify" in notes, notes[:200]
print(f"{len(sums)} files, all of version {version}; {len(libraries)} libraries, each in the bill of materials and with its licence")

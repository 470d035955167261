"""Sees that release/scan finds what it should: asks it about a jar, with databases that are made up.

    python .ci/check_scan.py clipserve.jar
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

JAR = sys.argv[1]
with zipfile.ZipFile(JAR) as archive:
    PARTS = json.loads(archive.read("META-INF/sbom/application.cdx.json"))["components"]


def advisory(number, part, fixed):
    """One that concerns all versions of an artifact before this one; for all there are, None."""
    events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
    package = {"ecosystem": "Maven", "name": f"{part['group']}:{part['name']}"}
    return {
        "id": f"CHECK-{number}",
        "modified": "2026-01-01T00:00:00Z",
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
    }


def scan(advisories):
    """Exit status and output of a scan with a database of these; without any where it is None."""
    with tempfile.TemporaryDirectory() as folder:
        if advisories is not None:
            database = pathlib.Path(folder, "osv-scalibr/Maven")
            database.mkdir(parents=True)
            with zipfile.ZipFile(database / "all.zip", "w") as archive:
                for each in advisories:
                    archive.writestr(f"{each['id']}.json", json.dumps(each))
        done = subprocess.run(
            ["release/scan", JAR, "--offline"],
            env=os.environ | {"OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def expect(status, advisories, words):
    found, said = scan(advisories)
    missing = [word for word in words if word not in said]
    assert found == status and not missing, f"exit status {found}, not {status}; lacks {missing}:\n{said}"


each = [advisory(number, part, None) for number, part in enumerate(PARTS)]
expect(1, each, [advice["id"] for advice in each])
expect(0, [advisory(number, part, part["version"]) for number, part in enumerate(PARTS)], ["No issues found"])
expect(127, None, ["no offline version"])
print(f"{len(PARTS)} artifacts: each one's advisory is found, those of earlier versions are not, and no database is no answer")

"""Makes this tree that of a release: its version everywhere, its section in the changelog, its contract the baseline.

    python release/prepare.py 0.1.0

Changes files and commits nothing; it prints what is next. Refuses a tree with changes, a version that is not above the last one, and
a changelog without anything new.
"""

import datetime
import pathlib
import re
import shutil
import subprocess
import sys

from versions import ROOT, SEMVER, Refused, changelog_section, pom_version, released_versions, replace_once


def check(version):
    if not SEMVER.fullmatch(version):
        raise Refused(f"{version} is not a version such as 1.2.3 or 1.2.3-rc.1.")
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout:
        raise Refused("There are changes that are not committed: a release is made of what is.")
    if version in released_versions():
        raise Refused(f"CHANGELOG.md has a section for {version} already.")
    if not changelog_section("Unreleased").strip():
        raise Refused("CHANGELOG.md has nothing under Unreleased: what would be released?")


def prepare(version, date):
    replace_once("pom.xml", f"<version>{pom_version()}</version>", f"<version>{version}</version>")
    replace_once("openapi.yaml", re.compile(r"(?m)^  version: .*$"), f"  version: {version}")
    replace_once("helm/clipserve/Chart.yaml", re.compile(r"(?m)^version: .*$"), f"version: {version}")
    replace_once("helm/clipserve/Chart.yaml", re.compile(r"(?m)^appVersion: .*$"), f"appVersion: {version}")
    replace_once("CHANGELOG.md", "## Unreleased\n", f"## Unreleased\n\n## {version} - {date}\n")
    shutil.copy(ROOT / "openapi.yaml", ROOT / "contract/released.yaml")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    version = sys.argv[1]
    try:
        check(version)
        prepare(version, datetime.date.today().isoformat())
    except Refused as refusal:
        sys.exit(str(refusal))
    print(f"""Prepared {version}. Now

1. look at contract/meant.md: what it allows is released by this, so its lines go, and CHANGELOG.md has to have them;
2. .ci/run
3. git commit -am 'Release {version}' && git tag -a v{version} -m 'ClipServe {version}' && git push --follow-tags
4. set the next version, with -SNAPSHOT, in pom.xml""")


if __name__ == "__main__":
    main()

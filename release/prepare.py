"""Makes this tree that of a release: its version everywhere, its section in the changelog, its contract the baseline.

    python release/prepare.py 0.1.0
    python release/prepare.py --next 0.2.0

The second is for afterwards, and makes it that of what is to come. Changes files and commits nothing; it prints what is next. Refuses a
tree with changes, a version that is not above all others, and a changelog without anything new for it.
"""

import datetime
import re
import shutil
import subprocess
import sys

from versions import ROOT, SEMVER, Refused, changelog_section, pom_version, precedence, released_versions, replace_once


def check(version, coming):
    if not SEMVER.fullmatch(version):
        raise Refused(f"{version} is not a version such as 1.2.3 or 1.2.3-rc.1.")
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout:
        raise Refused("There are changes that are not committed: a release is made of what is.")
    if version in released_versions():
        raise Refused(f"CHANGELOG.md has a section for {version} already.")
    for released in released_versions():
        if precedence(version) <= precedence(released):
            raise Refused(f"{version} is not above {released}, which is released.")
    if not coming and not changelog_section("Unreleased").strip():
        raise Refused("CHANGELOG.md has nothing under Unreleased: what would be released?")


def set_version(version, ending):
    """Everywhere; only pom.xml has the ending."""
    replace_once("pom.xml", f"<version>{pom_version()}</version>", f"<version>{version}{ending}</version>")
    replace_once("openapi.yaml", re.compile(r"(?m)^  version: .*$"), f"  version: {version}")
    replace_once("helm/clipserve/Chart.yaml", re.compile(r"(?m)^version: .*$"), f"version: {version}")
    replace_once("helm/clipserve/Chart.yaml", re.compile(r"(?m)^appVersion: .*$"), f"appVersion: {version}")


def prepare(version, date):
    set_version(version, "")
    replace_once("CHANGELOG.md", "## Unreleased\n", f"## Unreleased\n\n## {version} - {date}\n")
    shutil.copy(ROOT / "openapi.yaml", ROOT / "contract/released.yaml")


def main():
    coming = sys.argv[1:2] == ["--next"]
    if len(sys.argv) != 2 + coming:
        sys.exit(__doc__)
    version = sys.argv[-1]
    try:
        check(version, coming)
        if coming:
            set_version(version, "-SNAPSHOT")
            return
        prepare(version, datetime.date.today().isoformat())
    except Refused as refusal:
        sys.exit(str(refusal))
    print(f"""Prepared {version}. Now

1. look at contract/meant.md: what it allows is released by this, so its lines go, and CHANGELOG.md has to have them;
2. .ci/run
3. git commit -am 'Release {version}' && git tag -a v{version} -m 'ClipServe {version}' && git push --follow-tags
4. python3 release/prepare.py --next VERSION""")


if __name__ == "__main__":
    main()

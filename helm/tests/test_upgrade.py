"""Going from the defaults to a feature changes nothing that Kubernetes refuses to change."""
import pytest
import yaml
from chart import FEATURES, feature, helm, render, CHART, HERE, VERSIONS

FIXED = {
    "Deployment": lambda o: o["spec"]["selector"],
    "Service": lambda o: o["spec"].get("clusterIP"),
    "NetworkPolicy": lambda o: o["spec"]["podSelector"],
    "PodDisruptionBudget": lambda o: o["spec"]["selector"],
}


@pytest.mark.parametrize("name", FEATURES)
def test_upgrade_fromDefaultsToEachFeature_keepsWhatIsFixed(name):
    before, after = render(), render(feature(name))
    for (kind, called), old in before.items():
        if kind in FIXED and (kind, called) in after:
            assert FIXED[kind](old) == FIXED[kind](after[kind, called]), (kind, called)
    assert ("Deployment", "clip-clipserve") in after


def test_upgrade_ofTheChart_leavesTheBundledRedisAlone():
    [redis] = [o for (kind, _), o in render(feature("redis-bundled-memory")).items() if kind == "StatefulSet"]
    template = redis["spec"]["template"]
    assert template["metadata"]["labels"] == redis["spec"]["selector"]["matchLabels"]
    version = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["version"]
    assert version not in yaml.safe_dump(template)


@pytest.mark.parametrize("name", FEATURES)
def test_upgrade_toEachFeature_renders(name):
    values = HERE / "features" / f"{name}.yaml"
    assert "kind: Deployment" in helm(
        "template", "clip", str(CHART), "--is-upgrade", "--kube-version", VERSIONS[-1], "--values", str(values))


def test_lint_ofDefaultsAndEachFeature_isClean():
    for values in [[], *(["--values", str(HERE / "features" / f"{name}.yaml")] for name in FEATURES)]:
        said = helm("lint", str(CHART), "--strict", "--kube-version", VERSIONS[-1], *values)
        assert "[WARNING]" not in said and "[ERROR]" not in said

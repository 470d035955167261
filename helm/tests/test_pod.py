"""The service's pod: its image, probes, end, place, and what operators add."""
import math

import pytest
from chart import CHART, FEATURES, container, feature, only, pod, render
import yaml

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def test_image_byDefault_isOfTheChartsApplication():
    version = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"]
    assert container(render())["image"] == f"ghcr.io/clipserve/clipserve:{version}"


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ({"image": {"repository": "r/x", "tag": "7"}}, "r/x:7"),
        ({"image": {"repository": "r/x", "tag": "7"}, "gpu": {"enabled": True}}, "r/x:7-cuda"),
        ({"image": {"repository": "r/x", "tag": "7", "digest": "sha256:" + "a" * 64}}, "r/x@sha256:" + "a" * 64),
    ],
)
def test_image_withTagVariantOrDigest_namesIt(values, image):
    assert container(render(values))["image"] == image


@pytest.mark.parametrize(("values", "port", "number"), [({}, "management", 9090), ({"management": {"port": 0}}, "http", 8080)])
def test_probes_withAndWithoutManagementPort_goWhereHealthIs(values, port, number):
    service = container(render(values))
    assert {p["name"]: p["containerPort"] for p in service["ports"]}[port] == number
    paths = {probe: service[probe]["httpGet"]["path"] for probe in PROBES}
    assert paths == {
        "startupProbe": "/actuator/health/liveness",
        "readinessProbe": "/actuator/health/readiness",
        "livenessProbe": "/actuator/health/liveness",
    }
    assert {service[probe]["httpGet"]["port"] for probe in PROBES} == {port}


@pytest.mark.parametrize(("limit", "period"), [(300, 5), (100, 7), (1, 10)])
def test_startupProbe_withLimit_givesTheStartAtLeastThatLong(limit, period):
    probe = container(render({"probes": {"startupSeconds": limit, "periodSeconds": period}}))["startupProbe"]
    assert probe["failureThreshold"] == math.ceil(limit / period)
    assert probe["failureThreshold"] * probe["periodSeconds"] >= limit


@pytest.mark.parametrize(("sleep", "drain"), [(10, 30), (25, 90)])
def test_end_withSleepAndDrain_hasTimeForBoth(sleep, drain):
    objects = render({"shutdown": {"preStopSeconds": sleep, "drainSeconds": drain}})
    assert container(objects)["lifecycle"] == {"preStop": {"sleep": {"seconds": sleep}}}
    settings = yaml.safe_load(only(objects, "ConfigMap")["data"]["application.yaml"])
    assert settings["spring"]["lifecycle"]["timeout-per-shutdown-phase"] == f"{drain}s"
    assert pod(objects)["spec"]["terminationGracePeriodSeconds"] == sleep + drain + 10


def test_strategy_thatRecreates_hasNothingOfTheDefaultsForRolling():
    assert only(render({"strategy": {"type": "Recreate"}}), "Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_spread_byDefault_isOverNodesAndZonesByTheSameLabelsAsTheDeployment():
    objects = render()
    spread = pod(objects)["spec"]["topologySpreadConstraints"]
    assert {each["topologyKey"] for each in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    for each in spread:
        assert each["labelSelector"] == only(objects, "Deployment")["spec"]["selector"]


def test_disruptionBudget_selectsTheServicesPods():
    objects = render(feature("redis-bundled"))
    selector = only(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]
    assert selector.items() <= pod(objects)["metadata"]["labels"].items()
    redis = only(objects, "StatefulSet", "clip-clipserve-redis")["spec"]["template"]["metadata"]["labels"]
    assert not selector.items() <= redis.items()


def test_gpu_ofTwo_isRequestedPlacedAndUsed():
    objects = render(feature("gpu"))
    assert container(objects)["resources"]["limits"] == {"cpu": "2", "memory": "2Gi", "nvidia.com/gpu": 2}
    assert pod(objects)["spec"]["runtimeClassName"] == "nvidia"
    assert pod(objects)["spec"]["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    model = yaml.safe_load(only(objects, "ConfigMap")["data"]["application.yaml"])["clipserve"]["model"]
    assert (model["provider"], model["devices"]) == ("cuda", [0, 1])


@pytest.mark.parametrize(
    ("values", "resources"),
    [({"resources": None}, {}), ({"resources": None, "gpu": {"enabled": True}}, {"limits": {"nvidia.com/gpu": 1}})])
def test_resources_ofNull_areNoneButTheGpu(values, resources):
    assert container(render(values))["resources"] == resources


def test_values_thatADependencyHasOfItsParent_changeNothing():
    assert render({"enabled": True, "global": {"a": "b"}}) == render()


def test_extras_areWhereTheyBelong():
    objects = render(feature("extras"))
    spec, service = pod(objects)["spec"], container(objects)
    assert {"name": "LOGGING_LEVEL_DEV_CLIPSERVE", "value": "debug"} in service["env"]
    assert {"name": "JAVA_TOOL_OPTIONS", "value": "-Xmx1g"} in service["env"]
    assert service["envFrom"] == [{"secretRef": {"name": "more"}}]
    assert {"name": "ca", "mountPath": "/etc/ca", "readOnly": True} in service["volumeMounts"]
    assert {"name": "ca", "configMap": {"name": "ca"}} in spec["volumes"]
    assert [c["name"] for c in spec["initContainers"]] == ["wait"]
    assert [c["name"] for c in spec["containers"]] == ["clipserve", "proxy"]
    assert pod(objects)["metadata"]["annotations"]["example.org/owner"] == "vision"
    assert pod(objects)["metadata"]["labels"]["tier"] == "api"
    assert all(o["metadata"]["labels"]["team"] == "vision" for o in objects.values())
    assert spec["imagePullSecrets"] == [{"name": "registry"}]
    assert only(objects, "Deployment")["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("name", FEATURES)
def test_mounts_inEachFeature_haveTheirVolumes(name):
    spec = pod(render(feature(name)))["spec"]
    volumes = {v["name"] for v in spec["volumes"]}
    for each in spec["containers"] + spec.get("initContainers", []):
        assert {m["name"] for m in each.get("volumeMounts", [])} <= volumes, each["name"]


@pytest.mark.parametrize(
    ("values", "release", "name"),
    [
        ({}, "clip", "clip-clipserve"),
        ({}, "clipserve", "clipserve"),
        ({"nameOverride": "vision"}, "clip", "clip-vision"),
        ({"fullnameOverride": "eyes"}, "clip", "eyes"),
        ({"nameOverride": "v" * 80}, "clip", "clip-" + "v" * 41),
    ],
)
def test_names_areOfReleaseAndChart(values, release, name):
    objects = render(values, release=release)
    assert ("Deployment", name) in objects
    assert all(len(each) <= 63 for _, each in objects)


def test_labels_ofAReleaseThatReadsAsANumber_areTexts():
    objects = render(release="1234")
    assert objects["Deployment", "1234-clipserve"]["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/instance"] == "1234"
    assert all(isinstance(value, str) for o in objects.values() for value in o["metadata"]["labels"].values())

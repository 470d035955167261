"""What the service is told: settings, keys, label sets, Redis; and that a change of it rolls the pods."""
import pytest
from chart import application, container, feature, mount, only, pod, render, together, volume


def checksums(values):
    return {k: v for k, v in pod(render(values))["metadata"]["annotations"].items() if k.startswith("checksum/")}


def test_config_ofTheOperator_isInApplicationYamlBesideTheCharts():
    settings = application(render({"config": {"clipserve": {"limits": {"max-images": 5}, "model": {"precision": "int8"}}}}))
    assert settings["clipserve"]["limits"] == {"max-images": 5}
    assert settings["clipserve"]["model"]["precision"] == "int8"
    assert settings["clipserve"]["model"]["graph-cache"] == "/var/cache/clipserve/graphs"
    assert settings["server"]["port"] == 8080


def test_config_ofNull_isThatOfTheChartAlone():
    """As YAML reads a key below which everything is a comment."""
    assert application(render({"config": None})) == application(render())


def test_config_withLargeNumbers_keepsThemWhole():
    text = only(render(feature("urls")), "ConfigMap")["data"]["application.yaml"]
    assert "max-pixels: 64000000" in text


def test_config_isReadFromWhereItIsMounted():
    objects = render()
    location = next(e["value"] for e in container(objects)["env"] if e["name"] == "SPRING_CONFIG_ADDITIONAL_LOCATION")
    assert location == "file:" + mount(objects, "config")["mountPath"] + "/"
    assert volume(objects, "config")["configMap"]["name"] == "clip-clipserve"


def test_checksums_whenNothingChanges_areTheSame():
    assert checksums({"podLabels": {"a": "b"}}) == checksums({})


@pytest.mark.parametrize("change", [{"config": {"a": 1}}, {"shutdown": {"drainSeconds": 31}}, feature("redis-external")])
def test_checksums_whenSettingsChange_change(change):
    assert checksums(change)["checksum/config"] != checksums({})["checksum/config"]


def test_checksums_whenLabelSetsChange_change():
    other = together(feature("label-sets"), {"labelSets": {"declared": {"garden": {"labels": ["tulip"]}}}})
    assert checksums(other)["checksum/label-sets"] != checksums(feature("label-sets"))["checksum/label-sets"]


def test_checksums_whenKeysChange_areTheSame():
    """The service reads the file again."""
    keys = feature("keys")
    assert checksums({"keys": {"list": keys["keys"]["list"][:1]}}) == checksums(keys)


def test_keys_ofTheValues_areAFileThatFollowsTheSecret():
    objects = render(feature("keys"))
    lines = only(objects, "Secret", "clip-clipserve-keys")["stringData"]["keys.txt"].splitlines()
    assert [line.split()[:2] for line in lines] == [["web", "classify,label-sets"], ["prometheus", "metrics"]]
    assert all(len(line.split()) == 3 and len(line.split()[2]) == 64 for line in lines)
    assert volume(objects, "keys")["secret"]["secretName"] == "clip-clipserve-keys"
    assert "subPath" not in mount(objects, "keys")
    file = mount(objects, "keys")["mountPath"] + "/" + volume(objects, "keys")["secret"]["items"][0]["path"]
    assert application(objects)["clipserve"]["access"]["keys-file"] == file


def test_keys_ofAnExistingSecret_areItsEntry():
    objects = render(feature("keys-secret"))
    assert volume(objects, "keys")["secret"] == {
        "secretName": "clip-keys", "defaultMode": 0o440, "items": [{"key": "production.txt", "path": "keys.txt"}]}
    assert not [name for kind, name in objects if kind == "Secret"]


def test_keys_byDefault_areNone():
    objects = render()
    assert volume(objects, "keys") is None
    assert "access" not in application(objects)["clipserve"]


def test_labelSets_declared_areFilesOfTheFolderThatTheServiceReads():
    objects = render(feature("label-sets"))
    assert list(only(objects, "ConfigMap", "clip-clipserve-label-sets")["data"]) == ["garden.yaml"]
    assert application(objects)["clipserve"]["label-sets"]["declared"] == mount(objects, "label-sets")["mountPath"]


def test_labelSets_withoutRedis_areInAWritableFolder():
    objects = render()
    sets = application(objects)["clipserve"]["label-sets"]
    assert sets["store"] == "folder"
    assert sets["folder"].startswith(mount(objects, "data")["mountPath"] + "/")


def test_redis_external_isConnectedToWithItsPassword():
    objects = render(feature("redis-external"))
    assert application(objects)["clipserve"]["label-sets"] == {"store": "redis", "redis": {"prefix": "clipserve:"}}
    assert application(objects)["spring"]["data"]["redis"] == {
        "host": "redis.example.org", "port": 6380, "username": "clip", "database": 2, "ssl": {"enabled": True}}
    assert {"name": "SPRING_DATA_REDIS_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "redis", "key": "pass"}}} in container(
        objects)["env"]


def test_redis_external_bySentinel_isTheOperatorsConfig():
    sentinel = {"sentinel": {"master": "m", "nodes": ["a:26379"]}}
    out = {"networkPolicy": {"extraEgress": [{"ports": [{"port": 26379}, {"port": 6379}]}]}}
    objects = render({"redis": {"kind": "external"}, "config": {"spring": {"data": {"redis": sentinel}}}, **out})
    assert application(objects)["spring"]["data"]["redis"] == sentinel
    assert application(objects)["clipserve"]["label-sets"]["store"] == "redis"


def test_redis_bundled_isWhereTheServiceLooksWithTheSamePassword():
    objects = render(feature("redis-bundled"))
    redis = application(objects)["spring"]["data"]["redis"]
    port = only(objects, "Service", redis["host"])["spec"]["ports"][0]
    assert redis["port"] == port["port"]
    stateful = only(objects, "StatefulSet", redis["host"])["spec"]["template"]["spec"]["containers"][0]
    password = next(e for e in stateful["env"] if e["name"] == "REDISCLI_AUTH")["valueFrom"]
    assert password in [e.get("valueFrom") for e in container(objects)["env"] if e["name"] == "SPRING_DATA_REDIS_PASSWORD"]
    assert password["secretKeyRef"] == {"name": redis["host"], "key": "password"}
    assert ("Secret", redis["host"]) in objects


def test_redis_bundledWithoutPersistence_hasNoClaim():
    stateful = only(render(feature("redis-bundled-memory")), "StatefulSet", "clip-clipserve-redis")["spec"]
    assert "volumeClaimTemplates" not in stateful
    assert stateful["template"]["spec"]["volumes"] == [{"name": "data", "emptyDir": {"sizeLimit": "1Gi"}}]


@pytest.mark.parametrize("name", ["ingress", "http-route"])
def test_forwardedHeaders_behindAProxy_areBelieved(name):
    assert application(render(feature(name)))["server"]["forward-headers-strategy"] == "native"


def test_forwardedHeaders_whenTheOperatorSaysSo_areAsHeSays():
    values = together(feature("ingress"), {"config": {"server": {"forward-headers-strategy": "none"}}})
    assert application(render(values))["server"]["forward-headers-strategy"] == "none"


def test_forwardedHeaders_withoutAProxy_areNotBelieved():
    assert "forward-headers-strategy" not in application(render())["server"]

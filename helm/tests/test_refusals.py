"""Wrong values are refused with a message that names the value."""
import pytest
from chart import feature, refusal, render, together

KEY = {"name": "a", "scopes": ["classify"], "sha256": "a" * 64}
CLAIM = {"model": {"source": "claim"}}
HPA = {"autoscaling": {"kind": "hpa"}}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"replica": 2}, "'replica' not allowed"),
        ({"image": {"tags": "1"}}, "/image': additional properties 'tags' not allowed"),
        ({"replicas": "two"}, "/replicas': got string, want integer"),
        ({"containerPort": 80}, "/containerPort': minimum: got 80, want 1,024"),
        ({"management": {"port": 70000}}, "/management/port': maximum: got 70,000, want 65,535"),
        ({"image": {"digest": "latest"}}, "/image/digest'"),
        ({"model": {"source": "hub"}}, "/model/source': value must be one of 'embedded', 'claim', 'init', 'image'"),
        ({"redis": {"kind": "sentinel"}}, "/redis/kind': value must be one of 'none', 'external', 'bundled'"),
        ({"gpu": {"provider": "rocm"}}, "/gpu/provider'"),
        ({"keys": {"list": [{**KEY, "sha256": "secret"}]}}, "/keys/list/0/sha256'"),
        ({"keys": {"list": [{**KEY, "scopes": ["admin"]}]}}, "/keys/list/0/scopes/0'"),
        ({"keys": {"list": [{**KEY, "name": "two words"}]}}, "/keys/list/0/name'"),
        ({"keys": {"list": [{"name": "a"}]}}, "missing properties 'scopes', 'sha256'"),
        ({"labelSets": {"declared": {"Pets": {"labels": ["a"]}}}}, "Pets"),
        ({"labelSets": {"declared": {"pets": {"labels": []}}}}, "/labelSets/declared/pets/labels'"),
        ({"labelSets": {"declared": {"years": {"labels": ["2025", 2026]}}}}, "/labelSets/declared/years/labels/1': got number"),
        ({"volumes": {"tmpSize": "much"}}, "/volumes/tmpSize'"),
        ({"shutdown": {"preStopSeconds": 0}}, "/shutdown/preStopSeconds': minimum: got 0, want 1"),
        ({"service": {"type": "ExternalName"}}, "/service/type'"),
        ({"topologySpread": {"zone": "Maybe"}}, "/topologySpread/zone'"),
    ],
)
def test_values_ofAWrongKind_areRefusedByTheSchema(values, said):
    assert said in refusal(values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (CLAIM, "model.claim.name: with model.source=claim, name a PersistentVolumeClaim"),
        ({"model": {"source": "init"}}, "model.init.image: with model.source=init"),
        ({"model": {"source": "image"}}, "model.image.reference: with model.source=image"),
        ({"model": {"source": "claim", "claim": {"name": "a", "create": True}}}, "model.claim.create: model.claim.name is"),
        (together(feature("model-init-claim"), {"model": {"claim": {"accessModes": ["ReadWriteOnce"]}}}), "model.claim.accessModes: a new pod"),
        (together(feature("model-init-claim"), {"model": {"claim": {"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}}}),
         "model.claim.accessModes: a new pod"),
        (together(feature("model-init-claim"), {"model": {"claim": {"accessModes": ["ReadOnlyMany"]}}}),
         "model.claim.accessModes: with model.source=init the container writes into the claim"),
        (together(feature("model-init"), {"model": {"claim": {"name": "models", "accessModes": ["ReadOnlyMany"]}}}),
         "model.claim.accessModes: with model.source=init the container writes into the claim"),
        ({"model": {"claim": {"create": True}}}, "model.claim.create: with model.source=embedded no claim is used"),
        (together(HPA, {"autoscaling": {"cpu": {"enabled": False}}}), "autoscaling.cpu.enabled: autoscaling.kind=hpa needs"),
        (together(feature("hpa"), {"autoscaling": {"cpu": {"enabled": False}}}), "which queueWait alone does not"),
        (together(HPA, {"autoscaling": {"busyWorkers": {"enabled": True}}}), "autoscaling.busyWorkers.workers: say how many"),
        (together(feature("gpu-keda"), {"config": {"clipserve": {"models": {"a": {"path": "/models/a"}}}}}), "autoscaling.busyWorkers.workers: say"),
        (together(HPA, {"autoscaling": {"minReplicas": 9}}), "autoscaling.minReplicas: 9 is more than autoscaling.maxReplicas, 5"),
        (together(HPA, {"resources": None}), "resources.requests.cpu: autoscaling.cpu is a percentage"),
        ({"autoscaling": {"kind": "keda", "queueWait": {"enabled": True}}}, "autoscaling.prometheus.serverAddress: with"),
        ({"keys": {"list": [KEY], "existingSecret": {"name": "a"}}}, "keys.list: keys.existingSecret.name is set too"),
        ({"keys": {"list": [KEY, KEY]}}, "keys.list: two keys are called a"),
        (together(feature("keys"), feature("one-port")), "monitoring.serviceMonitor.keySecret.name: where there are API keys"),
        ({"redis": {"kind": "external"}}, "redis.external.host: with redis.kind=external, name the host"),
        ({"redis": {"kind": "external"}, "config": {"spring": {"data": {"redis": {"cluster": {"nodes": ["a:6379"]}}}}}},
         "networkPolicy.extraEgress: config says where Redis is"),
        ({"commonLabels": {"app.kubernetes.io/name": "eyes"}}, "commonLabels: app.kubernetes.io/name is set by the chart"),
        ({"podLabels": {"helm.sh/chart": "eyes"}}, "podLabels: helm.sh/chart is set by the chart"),
        ({"management": {"port": 8080}}, "management.port: 8080 is containerPort"),
        ({"gpu": {"enabled": True}, "resources": {"limits": {"nvidia.com/gpu": 1}}}, "resources.limits: nvidia.com/gpu is set by"),
    ],
)
def test_values_thatDoNotGoTogether_areRefusedByName(values, said):
    assert said in refusal(values)


@pytest.mark.parametrize(
    ("config", "value"),
    [
        ({"server": {"port": 9000}}, "containerPort"),
        ({"server.port": 9000}, "containerPort"),
        ({"management": {"server.port": 1}}, "management.port"),
        ({"clipserve": {"access": {"keysFile": "/k"}}}, "keys.existingSecret"),
        ({"clipserve": {"access": {"keys": [KEY]}}}, "keys.list"),
        ({"clipserve": {"label-sets": {"store": "redis"}}}, "redis.kind"),
        ({"clipserve": {"labelSets": {"folder": ""}}}, "volumes.dataSize"),
        ({"clipserve": {"model": {"path": "/x"}}}, "model.source"),
        ({"spring": {"lifecycle": {"timeout-per-shutdown-phase": "1m"}}}, "shutdown.drainSeconds"),
    ],
)
def test_config_withWhatTheChartSets_isRefusedNamingTheValue(config, value):
    said = refusal({"config": config})
    assert f"is set by the value {value}; leave it out of config" in said


@pytest.mark.parametrize(
    "config",
    [
        {"server": {"servlet": {"context-path": "/clip"}}},
        {"management.endpoints.web.base-path": "/manage"},
        {"server": {"ssl": {"bundle": "web"}}},
        {"server": {"ssl": {"key-store": "/etc/keys.p12"}}},
        {"management.server.ssl.certificate": "/etc/tls.crt"},
    ],
)
def test_config_thatProbesWouldNotFind_isRefused(config):
    assert "would lead the probes astray" in refusal({"config": config})


@pytest.mark.parametrize("config", [{"server": {"address": "127.0.0.1"}}, {"management.server.address": "127.0.0.1"}])
def test_config_thatListensToThePodOnly_isRefused(config):
    assert "would keep the pod from being reached" in refusal({"config": config})


def test_config_withTheProvider_isRefusedOnlyWithGpus():
    config = {"config": {"clipserve": {"model": {"provider": "cuda"}}}}
    render(config)
    assert "is set by the value gpu.provider" in refusal(together(config, feature("gpu")))


def test_config_withTheDatabase_isRefusedOnlyWhereTheChartNamesTheHost():
    config = {"config": {"spring": {"data": {"redis": {"database": 3, "host": "a"}}}}}
    open_port = {"redis": {"kind": "external"}, "networkPolicy": {"extraEgress": [{"ports": [{"port": 6379}]}]}}
    render(together(config, open_port))
    del config["config"]["spring"]["data"]["redis"]["host"]
    assert "is set by the value redis.external.database" in refusal(together(config, feature("redis-external")))


def test_claim_forOnePodAtATime_isTakenByOneReplicaThatIsRecreated():
    values = together(feature("model-init-claim"), {
        "model": {"claim": {"accessModes": ["ReadWriteOnce"]}}, "replicas": 1, "strategy": {"type": "Recreate", "rollingUpdate": None}})
    render(values)
    assert "model.claim.accessModes" in refusal(together(values, {"replicas": 2}))


def test_claim_thatManyMayRead_isTakenByReplicasThatRollWhereNoneWrites():
    render({"model": {"source": "claim", "claim": {"create": True, "accessModes": ["ReadOnlyMany"]}}, "replicas": 3})


def test_cluster_thatIsTooOld_isRefused():
    assert "chart requires kubeVersion: >=1.30.0-0" in refusal({}, version="1.29.9")
    assert "image volumes need Kubernetes 1.33 or newer, and this is v1.32.0" in refusal(feature("model-image"), version="1.32.0")

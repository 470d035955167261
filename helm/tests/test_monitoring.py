"""What Prometheus and Grafana find."""
import json

import pytest
import yaml
from chart import CHART, feature, only, render, together

MONITOR = {"monitoring": {"serviceMonitor": {"enabled": True}}}


@pytest.mark.parametrize("values", [MONITOR, feature("one-port")])
def test_serviceMonitor_findsTheServiceWithTheMetrics(values):
    objects = render(values)
    monitor = only(objects, "ServiceMonitor")["spec"]
    found = [
        o for (kind, _), o in objects.items()
        if kind == "Service" and monitor["selector"]["matchLabels"].items() <= o["metadata"]["labels"].items()
    ]
    assert len(found) == 1
    assert monitor["endpoints"][0]["port"] in [p["name"] for p in found[0]["spec"]["ports"]]
    assert monitor["endpoints"][0]["path"] == "/actuator/prometheus"


def test_serviceMonitor_whateverTheRelease_isTheJobThatAlertsExpect():
    objects = render(together(feature("monitoring"), {"fullnameOverride": "eyes"}))
    relabelings = only(objects, "ServiceMonitor", "eyes")["spec"]["endpoints"][0]["relabelings"]
    assert relabelings == [{"targetLabel": "job", "replacement": "clipserve"}, {"targetLabel": "cluster", "replacement": "east"}]
    assert 'job="clipserve"' in json.dumps(only(objects, "PrometheusRule", "eyes")).replace('\\"', '"')


def test_serviceMonitor_withKeys_showsOne():
    keyed = {"monitoring": {"serviceMonitor": {"keySecret": {"name": "metrics-key"}}}}
    endpoint = only(render(together(feature("keys"), MONITOR, keyed)), "ServiceMonitor")["spec"]["endpoints"][0]
    assert endpoint["authorization"] == {"type": "Bearer", "credentials": {"name": "metrics-key", "key": "key"}}


def test_alerts_areThoseOfTheFile():
    file = yaml.safe_load((CHART / "files" / "alerts.yml").read_text(encoding="utf-8"))
    rule = only(render(feature("monitoring")), "PrometheusRule")
    assert rule["spec"] == file
    assert rule["metadata"]["labels"]["release"] == "prometheus"
    assert sum("alert" in each for group in file["groups"] for each in group["rules"]) > 0


def test_dashboard_isThatOfTheFileWhereTheSidecarLooks():
    config = only(render(feature("monitoring")), "ConfigMap", "clip-clipserve-dashboard")
    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert config["metadata"]["annotations"] == {"grafana_folder": "ClipServe"}
    text, = config["data"].values()
    assert json.loads(text) == json.loads((CHART / "files" / "dashboard.json").read_text(encoding="utf-8"))
    # What a ConfigMap may have at most.
    assert len(text.encode()) < 1024 * 1024


def test_monitoring_byDefault_isNotThere():
    assert not {"ServiceMonitor", "PrometheusRule"} & {kind for kind, _ in render()}

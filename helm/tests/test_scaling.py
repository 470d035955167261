"""What sets the number of replicas; and, with promtool, that the queries give the mean wait."""
import pathlib
import re
import subprocess

import pytest
import yaml
from chart import feature, only, refusal, render, together

KUBERNETES = pathlib.Path(__file__).parents[2] / "docs" / "kubernetes.md"
AUTOSCALERS = {"HorizontalPodAutoscaler", "ScaledObject"}


def autoscalers(values):
    return {kind for kind, _ in render(values)} & AUTOSCALERS


def test_autoscaling_ofEachKind_isThatOneAndNeverBoth():
    assert autoscalers({}) == set()
    assert autoscalers(feature("hpa")) == {"HorizontalPodAutoscaler"}
    assert autoscalers(feature("keda")) == {"ScaledObject"}
    assert "/autoscaling/kind" in refusal({"autoscaling": {"kind": "hpa,keda"}})


@pytest.mark.parametrize("name", ["hpa", "keda"])
def test_replicas_withAutoscaling_areLeftToIt(name):
    assert only(render({"replicas": 4}), "Deployment")["spec"]["replicas"] == 4
    assert "replicas" not in only(render(feature(name)), "Deployment")["spec"]


@pytest.mark.parametrize(("name", "kind"), [("hpa", "HorizontalPodAutoscaler"), ("keda", "ScaledObject")])
def test_autoscaler_scalesTheDeployment(name, kind):
    objects = render(feature(name))
    target = only(objects, kind)["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) in objects


def test_hpa_onProcessorAndQueue_hasBothMetrics():
    spec = only(render(feature("hpa")), "HorizontalPodAutoscaler")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    assert spec["metrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}},
        {"type": "Pods", "pods": {
            "metric": {"name": "clipserve_queue_wait_seconds"}, "target": {"type": "AverageValue", "averageValue": "50m"}}},
    ]


def test_hpa_onTheQueueAlone_hasNoProcessorMetricAndNeedsNoRequest():
    values = together(feature("hpa"), {"autoscaling": {"cpu": {"enabled": False}}, "resources": {"requests": None}})
    metrics = only(render(values), "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert [m["type"] for m in metrics] == ["Pods"]


def keda_query():
    triggers = only(render(feature("keda")), "ScaledObject")["spec"]["triggers"]
    assert [t["type"] for t in triggers] == ["cpu", "prometheus"]
    # 80 ms, in seconds; and the mean is not divided by the number of pods again.
    assert triggers[1]["metadata"]["threshold"] == "0.08"
    assert triggers[1]["metricType"] == "Value"
    assert triggers[1]["authenticationRef"] == {"name": "prometheus"}
    return triggers[1]["metadata"]["query"]


def adapter_rule():
    """The rule of prometheus-adapter in docs/kubernetes.md."""
    block = next(b for b in re.findall(r"```yaml\n(.*?)```", KUBERNETES.read_text(encoding="utf-8"), re.S) if "metricsQuery" in b)
    return yaml.safe_load(block)["rules"]["custom"][0]


def adapter_query():
    """What the adapter asks for the pods of the service, as its configuration describes."""
    query = adapter_rule()["metricsQuery"]
    return query.replace("<<.LabelMatchers>>", 'namespace="vision",pod=~"clip-clipserve-1a-aaaaa|clip-clipserve-1a-bbbbb"').replace(
        "<<.GroupBy>>", "pod")


def wait(pod, queue, seconds, images, namespace="vision"):
    """Series of a pod whose images wait so many seconds in all, every 15 seconds."""
    labels = f'{{namespace="{namespace}",pod="{pod}",queue="{queue}",model="m"}}'
    return [
        {"series": f"clipserve_queue_wait_seconds_{what}{labels}", "values": f"0+{step}x20"}
        for what, step in (("sum", seconds), ("count", images))
    ]


def evaluated(tmp_path, query, series, samples):
    """Fails where promtool finds that the query gives other samples for the series."""
    test = {"evaluation_interval": "15s", "tests": [
        {"interval": "15s", "input_series": series, "promql_expr_test": [{"expr": query, "eval_time": "5m", "exp_samples": samples}]}]}
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test), encoding="utf-8")
    done = subprocess.run(["promtool", "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


OTHERS = [
    *wait("clip-clipserve-1a-aaaaa", "text", 90, 1),
    *wait("clip-clipserve-redis-0", "image", 90, 1),
    *wait("clip-clipserve-1a-aaaaa", "image", 90, 1, namespace="elsewhere"),
]


def test_kedaQuery_ofTwoPods_isTheMeanOfAllTheirImages(tmp_path):
    # 1 image waits 0.1 s at one pod, 3 images 0.9 s together at the other: 1.0 s / 4.
    series = wait("clip-clipserve-1a-aaaaa", "image", 0.125, 1) + wait("clip-clipserve-1a-bbbbb", "image", 0.875, 3)
    evaluated(tmp_path, keda_query(), series + OTHERS, [{"labels": "{}", "value": 0.25}])


def test_kedaQuery_withoutRequests_isZero(tmp_path):
    evaluated(tmp_path, keda_query(), wait("clip-clipserve-1a-aaaaa", "image", 0, 0) + OTHERS, [{"labels": "{}", "value": 0}])


def test_adapterQuery_ofTwoPods_isTheMeanOfEach(tmp_path):
    series = wait("clip-clipserve-1a-aaaaa", "image", 0.125, 1) + wait("clip-clipserve-1a-bbbbb", "image", 0, 0)
    evaluated(tmp_path, adapter_query(), series + OTHERS, [
        {"labels": '{pod="clip-clipserve-1a-aaaaa"}', "value": 0.125}, {"labels": '{pod="clip-clipserve-1a-bbbbb"}', "value": 0}])


def test_adapterRule_namesTheMetricThatTheAutoscalerAsksFor():
    rule = adapter_rule()
    series = re.match(r"\w+", rule["seriesQuery"]).group()
    assert re.match(rule["name"]["matches"], series)
    metrics = only(render(feature("hpa")), "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert metrics[1]["pods"]["metric"]["name"] == rule["name"]["as"]

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
        {"type": "ContainerResource", "containerResource": {
            "name": "cpu", "container": "clipserve", "target": {"type": "Utilization", "averageUtilization": 70}}},
        {"type": "Pods", "pods": {
            "metric": {"name": "clipserve_queue_wait_seconds"}, "target": {"type": "AverageValue", "averageValue": "50m"}}},
    ]


@pytest.mark.parametrize("name", ["hpa", "keda"])
def test_autoscaling_onTheProcessor_takesALimitAsTheRequestAsKubernetesDoes(name):
    only_limits = {"resources": {"requests": None, "limits": {"cpu": "2"}}}
    assert autoscalers(together(feature(name), only_limits)) == autoscalers(feature(name))
    nothing = {"resources": {"requests": {"cpu": None}, "limits": {"cpu": None}}}
    assert "resources.requests.cpu: autoscaling.cpu is a percentage" in refusal(together(feature(name), nothing))


def test_autoscaling_onTheProcessorBesideOtherContainers_looksAtTheServicesOnly():
    """One of the others without a request would leave the percentage of the pod unknown."""
    beside = feature("extras")
    metrics = only(render(together(feature("hpa"), beside)), "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert metrics[0]["containerResource"]["container"] == "clipserve"
    assert triggers(together(feature("keda"), beside))[0]["metadata"] == {"value": "70", "containerName": "clipserve"}


def test_hpa_onBusyWorkers_hasNoProcessorMetricAndNeedsNoRequest():
    busy = {"enabled": True, "workers": 4}
    values = together(feature("hpa"), {"autoscaling": {"cpu": {"enabled": False}, "busyWorkers": busy}, "resources": None})
    metrics = only(render(values), "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert [m["type"] for m in metrics] == ["Pods", "Pods"]
    # 70 % of 4.
    assert metrics[0]["pods"] == {"metric": {"name": "clipserve_busy_workers"}, "target": {"type": "AverageValue", "averageValue": "2800m"}}


def triggers(values):
    return only(render(values), "ScaledObject")["spec"]["triggers"]


@pytest.mark.parametrize(
    ("values", "workers"),
    [({}, 1.4 * 2), ({"gpu": {"count": 1}}, 1.4), ({"config": {"clipserve": {"model": {"parallelRuns": 3}}}}, 2.1 * 2),
     ({"autoscaling": {"busyWorkers": {"workers": 10, "utilization": 50}}}, 5)])
def test_keda_onBusyWorkers_hasAShareOfThoseOfAPod(values, workers):
    busy, _ = triggers(together(feature("gpu-keda"), values))
    assert float(busy["metadata"]["threshold"]) == pytest.approx(workers)
    assert busy["metricType"] == "AverageValue"


def test_keda_whenPrometheusKnowsNothing_takesNoPodAway():
    assert [t["metadata"]["ignoreNullValues"] for t in triggers(feature("gpu-keda"))] == ["false", "false"]


def test_names_ofTheLongestRelease_areWholeInThoseOfPods():
    objects = render(release="r" * 53)
    [name] = [name for kind, name in objects if kind == "Deployment"]
    # A hash of up to 10 and 5 random characters, each behind a hyphen; Kubernetes cuts what is before the last 5 to 58.
    assert len(name) + 12 <= 58
    assert len(name) == 46


def keda_query():
    triggers = only(render(feature("keda")), "ScaledObject")["spec"]["triggers"]
    assert [t["type"] for t in triggers] == ["cpu", "prometheus"]
    # 80 ms, in seconds; and the mean is not divided by the number of pods again.
    assert triggers[1]["metadata"]["threshold"] == "0.08"
    assert triggers[1]["metricType"] == "Value"
    assert triggers[1]["authenticationRef"] == {"name": "prometheus"}
    # Without it KEDA would ask as nobody.
    assert triggers[1]["metadata"]["authModes"] == "bearer"
    return triggers[1]["metadata"]["query"]


def adapter_rules():
    """The rules of prometheus-adapter in docs/kubernetes.md: the wait, busy workers."""
    block = next(b for b in re.findall(r"```yaml\n(.*?)```", KUBERNETES.read_text(encoding="utf-8"), re.S) if "metricsQuery" in b)
    return yaml.safe_load(block)["rules"]["custom"]


def adapter_query(rule=0):
    """What the adapter asks for the pods of the service, as its configuration describes."""
    query = adapter_rules()[rule]["metricsQuery"]
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


def runs(pod, queue, seconds, namespace="vision"):
    """The series of a pod whose workers run so many seconds in 15."""
    labels = f'{{namespace="{namespace}",pod="{pod}",queue="{queue}",model="m",provider="cuda"}}'
    return [{"series": f"clipserve_batch_run_seconds_sum{labels}", "values": f"0+{seconds}x20"}]


RUNS = [
    *runs("clip-clipserve-1a-aaaaa", "image", 15), *runs("clip-clipserve-1a-bbbbb", "image", 7.5),
    *runs("clip-clipserve-1a-aaaaa", "text", 30), *runs("clip-clipserve-1a-aaaaa", "image", 30, namespace="elsewhere"),
]


def test_busyWorkersQueries_ofTwoPods_areTheirSumAndTheNumberOfEach(tmp_path):
    evaluated(tmp_path, triggers(feature("gpu-keda"))[0]["metadata"]["query"], RUNS, [{"labels": "{}", "value": 1.5}])
    evaluated(tmp_path, adapter_query(1), RUNS, [
        {"labels": '{pod="clip-clipserve-1a-aaaaa"}', "value": 1}, {"labels": '{pod="clip-clipserve-1a-bbbbb"}', "value": 0.5}])


def test_adapterRules_nameTheMetricsThatTheAutoscalerAsksFor():
    values = together(feature("hpa"), {"autoscaling": {"busyWorkers": {"enabled": True, "workers": 4}}})
    _, busy, wait_metric = only(render(values), "HorizontalPodAutoscaler")["spec"]["metrics"]
    for rule, metric in zip(adapter_rules(), (wait_metric, busy), strict=True):
        assert re.match(rule["name"]["matches"], re.match(r"\w+", rule["seriesQuery"]).group())
        assert metric["pods"]["metric"]["name"] == rule["name"]["as"]

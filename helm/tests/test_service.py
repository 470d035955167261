"""The built service takes what the chart gives it: settings, keys, label sets, a model, Redis, and the question of helm test."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request

import pytest
import yaml
from chart import CHART, HERE, container, feature, only, render, together
from pod_on_disk import mounted, project, secret, settings

ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / ".ci"))
import service  # noqa: E402

LIMIT_SECONDS = 120
WEB, PROMETHEUS = "web's key", "prometheus' key"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(url, key=None, body=None, method=None):
    """(status, body) of an answer; the status 0 where nobody listens yet."""
    headers = {"Content-Type": "application/json"} | ({"X-API-Key": key} if key else {})
    request = urllib.request.Request(url, data=body and json.dumps(body).encode(), headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError as error:
        return 0, str(error)


def eventually(check):
    """Waits until it is so."""
    end = time.monotonic() + LIMIT_SECONDS
    while not check():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.1)


def redis_cli(port, password, *command):
    return subprocess.run(
        ["redis-cli", "-e", "-p", str(port), *command], env=os.environ | {"REDISCLI_AUTH": password}, capture_output=True, text=True,
        timeout=30)


@contextlib.contextmanager
def redis_of(objects, folder):
    """Redis, started with the arguments of the chart; gives its port and password."""
    pod = only(objects, "StatefulSet", "clip-clipserve-redis")["spec"]["template"]["spec"]["containers"][0]
    password = secret(objects, "clip-clipserve-redis")["password"]
    given = {"$(REDISCLI_AUTH)": password, "/data": str(folder)}
    port = free_port()
    process = subprocess.Popen(
        [*pod["command"], *(given.get(a, a) for a in pod["args"]), "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        assert pod["readinessProbe"]["exec"]["command"] == ["redis-cli", "-e", "ping"]
        eventually(lambda: redis_cli(port, password, "ping").returncode == 0)
        yield port, password
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The service in the pod of the features example, beside its Redis."""
    root = tmp_path_factory.mktemp("pod")
    management = free_port()
    objects = render(together(
        *(feature(name) for name in ("keys", "label-sets", "urls", "redis-bundled", "model-claim", "ingress")),
        {"management": {"port": management}, "config": {"clipserve": {"limits": {"max-images": 2}}}},
    ))
    claim = root / "claim"
    claim.mkdir()
    (claim / "clip-vit-base-patch32").symlink_to(ROOT / "models" / "mini-clip")
    folders = mounted(objects, root, {"models": claim})
    (root / "redis").mkdir()
    with redis_of(objects, root / "redis") as (port, password), pytest.MonkeyPatch.context() as environment:
        environment.chdir(ROOT)
        environment.setenv("SPRING_DATA_REDIS_PASSWORD", password)
        told = settings(objects, folders)
        assert told["spring"]["data"]["redis"] == {"host": "clip-clipserve-redis", "port": 6379}
        told["spring"]["data"]["redis"] = {"host": "localhost", "port": port}
        project(folders["/etc/clipserve"], {"application.yaml": yaml.safe_dump(told)})
        with service.running(f"--spring.config.additional-location=file:{folders['/etc/clipserve']}/") as url:
            ready = probe_url(objects, "readinessProbe", url, management)
            eventually(lambda: ask(ready)[0] == 200)
            yield types.SimpleNamespace(
                objects=objects, url=url, management=management, folders=folders, redis=(port, password))


def probe_url(objects, probe, url, management):
    """Where the kubelet asks, with the ports as they are here."""
    asked = container(objects)[probe]["httpGet"]
    base = {"http": url, "management": f"http://localhost:{management}"}[asked["port"]]
    return base + asked["path"]


def helm_test(running, **environment):
    data = only(running.objects, "ConfigMap", "clip-clipserve-test")["data"]
    folder = running.folders["/tmp"]
    for name, content in data.items():
        (folder / name).write_text(content, encoding="utf-8")
    test = only(running.objects, "Pod", "clip-clipserve-test")["spec"]["containers"][0]
    given = {e["name"]: e["value"] for e in test["env"]} | {"URL": running.url, "REQUEST": str(folder / "request.json")}
    assert test["command"] == ["sh", "/test/classify.sh"]
    return subprocess.run(
        ["sh", str(folder / "classify.sh")], env={"PATH": os.environ["PATH"]} | given | environment, capture_output=True, text=True,
        timeout=LIMIT_SECONDS)


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ofTheReadyService_succeed(running, probe):
    assert ask(probe_url(running.objects, probe, running.url, running.management))[0] == 200


def test_management_ofTheServicesPort_isNotThere(running):
    assert ask(f"{running.url}/actuator/prometheus", PROMETHEUS)[0] in (403, 404)
    assert ask(f"{running.url}/actuator/health")[0] in (401, 404)


def test_metrics_withTheKeyOfTheirScope_areWhatAutoscalersAskFor(running):
    url = f"http://localhost:{running.management}/actuator/prometheus"
    assert ask(url)[0] == 401
    status, text = ask(url, PROMETHEUS)
    assert status == 200
    assert "clipserve_queue_wait_seconds_sum{" in text and 'queue="image"' in text


def test_keys_ofTheValues_letTheirOwnersIn(running):
    assert ask(f"{running.url}/models")[0] == 401
    status, models = ask(f"{running.url}/models", WEB)
    assert status == 200 and "mini-clip" in models


def test_config_ofTheOperator_isInForce(running):
    image = json.loads((CHART / "files" / "test-request.json").read_text(encoding="utf-8"))["images"][0]
    assert ask(f"{running.url}/classify", WEB, {"labels": ["a", "b"], "images": [image] * 2})[0] == 200
    status, problem = ask(f"{running.url}/classify", WEB, {"labels": ["a", "b"], "images": [image] * 3})
    assert status >= 400 and "2" in problem


def test_labelSets_declared_areThere(running):
    status, garden = ask(f"{running.url}/label-sets/garden", WEB)
    assert status == 200 and "What grows there" in garden


def test_labelSets_created_areInTheBundledRedis(running):
    assert ask(f"{running.url}/label-sets/pets", WEB, {"labels": ["cat", "dog"]}, "PUT")[0] in (201, 202)
    port, password = running.redis
    assert redis_cli(port, password, "hexists", "clipserve:{label-sets}:definitions", "pets").stdout.strip() == "1"
    assert redis_cli(port, "wrong", "ping").returncode != 0
    assert redis_cli(port, password, "config", "get", "maxmemory-policy").stdout.split() == ["maxmemory-policy", "volatile-lru"]


def test_helmTest_withAKey_seesTheSunflower(running):
    done = helm_test(running, KEY=WEB)
    assert done.returncode == 0, done.stderr
    assert '"label":"sunflower"' in done.stdout


def test_helmTest_withoutAKey_seesItselfRefused(running):
    done = helm_test(running)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "401"


def test_helmTest_withAWrongKey_fails(running):
    done = helm_test(running, KEY="wrong")
    assert done.returncode == 1 and "Expected the status 200, not 401" in done.stderr


def test_helmTest_whereAnotherLabelWins_fails(running, tmp_path):
    request = json.loads((CHART / "files" / "test-request.json").read_text(encoding="utf-8"))
    (tmp_path / "other.json").write_text(json.dumps(request | {"labels": ["whale", "motorcycle"]}), encoding="utf-8")
    done = helm_test(running, KEY=WEB, REQUEST=str(tmp_path / "other.json"))
    assert done.returncode == 1 and "the service says otherwise" in done.stderr


def test_keys_whenTheSecretChanges_areReadWithoutARestart(running):
    lines = pathlib.Path(running.folders["/etc/clipserve-keys"] / "keys.txt").read_text(encoding="utf-8").splitlines()
    web, prometheus = lines
    project(running.folders["/etc/clipserve-keys"], {"keys.txt": f"{prometheus.replace('metrics', 'classify')}\n"})
    eventually(lambda: ask(f"{running.url}/models", PROMETHEUS)[0] == 200)
    assert ask(f"{running.url}/models", WEB)[0] == 401
    assert web.startswith("web ")

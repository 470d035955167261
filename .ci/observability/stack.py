"""What the service is seen with: Redis and Prometheus, as processes on ports that were free."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

LIMIT_SECONDS = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, condition):
    """What the condition gives once it gives something; an error that names what was waited for, when it does not."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise TimeoutError(f"waited {LIMIT_SECONDS} seconds for {what}")


@contextlib.contextmanager
def process(*command, **options):
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        started = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **options)
        try:
            yield started
        except BaseException:
            print(pathlib.Path(log.name).read_text(encoding="utf-8")[-5000:])
            raise
        finally:
            started.terminate()
            started.wait(60)


@contextlib.contextmanager
def redis(password):
    """Redis by the command of docker-compose.yml, and healthy by its health check. Gives its port, and the process, which may be ended."""
    service = yaml.safe_load(pathlib.Path("docker-compose.yml").read_text(encoding="utf-8"))["services"]["redis"]
    port = free_port()
    start = [part.replace("$$", "$").replace("redis-server", f"redis-server --port {port} --bind 127.0.0.1") for part in service["command"]]
    health = service["healthcheck"]["test"][1].replace("redis-cli", f"redis-cli -p {port}")
    environment = os.environ | {"REDISCLI_AUTH": password}
    with tempfile.TemporaryDirectory() as folder, process(*start, cwd=folder, env=environment) as started:
        until("Redis to be healthy", lambda: subprocess.run(health, shell=True, env=environment, check=False).returncode == 0)
        yield port, started


class Prometheus:
    """Asks a Prometheus over its API."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **parameters):
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(f"{parameters}: {error.read().decode()}") from error

    def query(self, expression):
        """Labels and value of each series; values that are not numbers are left out."""
        data = self.get("query", query=expression)
        samples = [({}, data["result"][1])] if data["resultType"] == "scalar" else [(s["metric"], s["value"][1]) for s in data["result"]]
        return [(labels, float(value)) for labels, value in samples if value != "NaN"]

    def number(self, expression):
        return sum(value for _, value in self.query(expression))

    def is_ready(self):
        try:
            return bool(self.query("up == 1"))
        except (OSError, ValueError):
            return False


@contextlib.contextmanager
def prometheus(service, metrics_key):
    """One with the configuration that is shipped, but for its target and its pace."""
    shipped = yaml.safe_load(pathlib.Path("ops/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        key = pathlib.Path(folder, "metrics-key")
        key.write_text(metrics_key, encoding="utf-8")
        pathlib.Path(folder, "alerts.yml").symlink_to(pathlib.Path("helm/clipserve/files/alerts.yml").resolve())
        # A scrape may take as long as its interval; one that takes longer is lost.
        shipped["global"] = {"scrape_interval": "3s", "evaluation_interval": "1s"}
        scrape = shipped["scrape_configs"][0]
        del scrape["dns_sd_configs"]
        scrape["static_configs"] = [{"targets": [service.removeprefix("http://")]}]
        scrape["authorization"] = {"credentials_file": str(key)}
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text(yaml.safe_dump(shipped), encoding="utf-8")
        address = f"127.0.0.1:{free_port()}"
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address={address}",
                   "--enable-feature=exemplar-storage"]
        with process(*command):
            found = Prometheus(f"http://{address}")
            until("Prometheus to scrape the service", found.is_ready)
            yield found

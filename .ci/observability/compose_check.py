"""Has Docker Compose read the compose files, and looks at what it makes of them: python compose_check.py DOCKER-COMPOSE"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PASSWORDS = {"REDIS_PASSWORD": "one", "GRAFANA_PASSWORD": "another"}
# An image with its whole version.
PINNED = re.compile(r"[a-z/]+:v?\d+\.\d+\.\d+(-[a-z]+)?")

command = None


def config(*files, **environment):
    """What Docker Compose reads, or why it refuses."""
    arguments = [argument for file in files for argument in ("-f", file)]
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run([command, *arguments, "config", "--format", "json"], env=clean | environment, capture_output=True, text=True, check=False)


def services(*files):
    read = config(*files, **PASSWORDS)
    if read.returncode != 0:
        raise ValueError(read.stderr)
    return json.loads(read.stdout)["services"]


class Compose(unittest.TestCase):

    def setUp(self):
        self.services = services("docker-compose.yml")

    def test_passwords_missing_stopIt(self):
        for missing in PASSWORDS:
            read = config("docker-compose.yml", **{name: value for name, value in PASSWORDS.items() if name != missing})
            self.assertNotEqual(0, read.returncode)
            self.assertIn(f"required variable {missing} is missing a value: set it in .env", read.stderr)

    def test_passwords_given_reachWhoNeedsThemAndNobodyElse(self):
        holders = {
            value: {name for name, service in self.services.items() if value in (service.get("environment") or {}).values()}
            for value in PASSWORDS.values()
        }
        self.assertEqual({"one": {"clipserve", "redis"}, "another": {"grafana"}}, holders)

    def test_ports_byDefault_areOfThisMachineOnly(self):
        ports = {name: [(port["host_ip"], port["target"]) for port in service.get("ports", [])] for name, service in self.services.items()}
        self.assertEqual({"clipserve": [("127.0.0.1", 8080)], "prometheus": [("127.0.0.1", 9090)], "grafana": [("127.0.0.1", 3000)], "redis": []}, ports)

    def test_containers_all_areConfined(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertTrue(service["read_only"])
                self.assertEqual(["ALL"], service["cap_drop"])
                self.assertEqual(["no-new-privileges:true"], service["security_opt"])
                self.assertGreater(int(service["deploy"]["resources"]["limits"]["memory"]), 0)
                self.assertTrue(all(mount.get("read_only") for mount in service.get("volumes", []) if mount["type"] == "bind"))

    def test_redis_anybodyButTheService_cannotReachIt(self):
        reached = set(self.services["redis"]["networks"])
        self.assertEqual({"clipserve", "redis"}, {name for name, service in self.services.items() if reached & set(service["networks"])})

    def test_images_ofOthers_arePinned(self):
        for name in set(self.services) - {"clipserve"}:
            self.assertRegex(self.services[name]["image"], PINNED)

    def test_files_mounted_areThere(self):
        for service in self.services.values():
            for mount in service.get("volumes", []):
                if mount["type"] == "bind":
                    self.assertTrue(pathlib.Path(mount["source"]).exists(), mount)

    def test_service_stopping_hasLongerThanItDrains(self):
        self.assertEqual("45s", self.services["clipserve"]["stop_grace_period"])

    def test_prometheus_withItsFilesMounted_isRight(self):
        with tempfile.TemporaryDirectory() as root:
            for mount in self.services["prometheus"]["volumes"]:
                if mount["type"] == "bind":
                    target = pathlib.Path(root, mount["target"].lstrip("/"))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(mount["source"], target)
            checked = subprocess.run(
                ["promtool", "check", "config", f"{root}/etc/prometheus/prometheus.yml"], capture_output=True, text=True, check=False)
            self.assertEqual(0, checked.returncode, checked.stdout + checked.stderr)
            self.assertIn("1 rule files found", checked.stdout)

    def test_grafana_provisioned_findsItsSourceAndItsDashboard(self):
        targets = {mount["target"] for mount in self.services["grafana"]["volumes"]}
        provisioning = pathlib.Path("ops/grafana/provisioning")
        self.assertIn("url: http://prometheus:9090", (provisioning / "datasources/prometheus.yml").read_text(encoding="utf-8"))
        folder = re.search(r"path: (\S+)", (provisioning / "dashboards/clipserve.yml").read_text(encoding="utf-8")).group(1)
        self.assertIn(f"{folder}/clipserve.json", targets)
        self.assertEqual(f"{folder}/clipserve.json", self.services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])

    def test_images_builtHere_areOfADockerfileThatKnowsTheirArguments(self):
        for files in (["docker-compose.yml"], ["docker-compose.yml", "docker-compose.cuda.yml"]):
            build = services(*files)["clipserve"]["build"]
            dockerfile = pathlib.Path(build["context"], build["dockerfile"]).read_text(encoding="utf-8")
            self.assertLessEqual(set(build.get("args", {})), set(re.findall(r"^ARG (\w+)", dockerfile, re.MULTILINE)))

    def test_cuda_overIt_asksForAGpuAndKeepsTheRest(self):
        plain = self.services["clipserve"]
        cuda = services("docker-compose.yml", "docker-compose.cuda.yml")["clipserve"]
        device = cuda["deploy"]["resources"]["reservations"]["devices"]
        self.assertEqual([{"capabilities": ["gpu"], "driver": "nvidia", "count": 1}], device)
        self.assertEqual("cuda", cuda["environment"]["CLIPSERVE_MODEL_PROVIDER"])
        self.assertEqual("redis", cuda["environment"]["CLIPSERVE_LABELSETS_STORE"])
        for kept in ("read_only", "cap_drop", "tmpfs", "ports", "networks", "stop_grace_period"):
            self.assertEqual(plain[kept], cuda[kept])


if __name__ == "__main__":
    command = sys.argv.pop(1)
    unittest.main(verbosity=2)

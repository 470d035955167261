"""Starts Redis, the service and Prometheus, drives a load, and asks what the dashboard and the alerts ask."""
import contextlib
import hashlib
import os
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import live_check  # noqa: E402
import shipped_check  # noqa: E402
from load import Load  # noqa: E402
from service import running  # noqa: E402
from stack import prometheus, redis  # noqa: E402

PASSWORD = "of Redis"
KEYS = {"everyday": "classify,label-sets", "scraper": "metrics"}


def keys_file():
    """Keys are their own names here."""
    return "".join(f"{name} {scopes} {hashlib.sha256(name.encode()).hexdigest()}\n" for name, scopes in KEYS.items())


@contextlib.contextmanager
def service(redis_port):
    """One in which everything that has a meter is switched on, with a heap that is collected soon."""
    os.environ["JAVA_TOOL_OPTIONS"] = "-Xmx256m"
    with tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
        keys.write(keys_file())
        keys.flush()
        with running(
            f"--clipserve.access.keys-file={keys.name}",
            "--clipserve.label-sets.store=redis", f"--spring.data.redis.port={redis_port}", f"--spring.data.redis.password={PASSWORD}",
            "--clipserve.urls.enabled=true", "--clipserve.urls.allowed-hosts=images.invalid",
            "--clipserve.batching.max-waiting-images=32",
        ) as url:
            yield url


def main():
    with redis(PASSWORD) as (port, redis_process), service(port) as url, prometheus(url, "scraper") as asked:
        load = Load(url, "everyday", "scraper")
        load.run()
        redis_process.terminate()
        redis_process.wait(60)
        load.ask("/label-sets/pets", {"labels": ["cat"]}, method="PUT")
        live_check.asked, live_check.load, live_check.service_url = asked, load, url
        suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromModule(module) for module in (shipped_check, live_check))
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun and not result.skipped else 1)


if __name__ == "__main__":
    main()

"""Follows the README: starts the service with its command, asks with its curl, compares with the answer it prints.

Takes the first three code blocks after "## Run". Numbers may differ by 1e-4: processors round differently.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

READY = "http://localhost:8080/actuator/health/readiness"
START_LIMIT_SECONDS = 300


def blocks():
    text = pathlib.Path("README.md").read_text(encoding="utf-8")
    run = text[text.index("## Run"):]
    return [match.group(1).strip() for match in re.finditer(r"```\w+\n(.*?)```", run, re.S)][:3]


def wait_until_ready(process):
    end = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"the service ended with {process.returncode}")
        try:
            if urllib.request.urlopen(READY, timeout=5).status == 200:
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    sys.exit("the service did not become ready")


def same(expected, actual):
    if isinstance(expected, dict):
        return isinstance(actual, dict) and expected.keys() == actual.keys() and all(same(expected[k], actual[k]) for k in expected)
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, float):
        return isinstance(actual, (int, float)) and abs(expected - actual) <= 1e-4
    return expected == actual


def main():
    start, ask, answer = blocks()
    service = subprocess.Popen(start, shell=True, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        wait_until_ready(service)
        actual = json.loads(subprocess.run(ask, shell=True, check=True, capture_output=True, text=True).stdout)
    finally:
        os.killpg(service.pid, signal.SIGTERM)
        service.wait(60)
    if not same(json.loads(answer), actual):
        sys.exit(f"the README says\n{answer}\nbut the service answered\n{json.dumps(actual)}")
    print("the README's answer is what came back")


if __name__ == "__main__":
    main()

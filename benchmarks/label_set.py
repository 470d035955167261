"""What a classification by a label set costs, as a multiple of one with three labels; one run, requests in turn.

    ./mvnw -q package -DskipTests
    python benchmarks/label_set.py --bundle FOLDER --labels 1000

Image embeddings are not kept, so that each request decodes and encodes its picture as the first would. The answers are
cut to the best three in both cases. Needs nothing but Python's own library. Nothing else may run meanwhile.
"""
import argparse
import contextlib
import http.client
import json
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "benchmark"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=pathlib.Path, default=ROOT / "models" / "mini-clip")
    parser.add_argument("--picture", type=pathlib.Path, default=ROOT / "models" / "mini-clip" / "canary.png")
    parser.add_argument("--java", default="java", help="a JDK 25 or newer")
    parser.add_argument("--labels", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=300, help="of each kind, after as many that are not counted")
    return parser.parse_args()


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def request(connection, method, path, body=None, content_type="application/json", expected=(200,)):
    connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
    response = connection.getresponse()
    content = response.read()
    if response.status not in expected:
        raise SystemExit(f"{method} {path}: {response.status} {content.decode()}")
    return json.loads(content)


def wait_until_ready(port, process):
    while process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", "/actuator/health/readiness")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the service did not start")


def make_set(connection, count):
    """Puts the set and polls until it is encoded."""
    labels = [f"thing number {number}" for number in range(count)]
    start = time.perf_counter()
    request(connection, "PUT", f"/label-sets/{NAME}", json.dumps({"labels": labels}), expected=(200, 201, 202))
    while request(connection, "GET", f"/label-sets/{NAME}/status")["state"] != "ready":
        time.sleep(0.1)
    return time.perf_counter() - start


def seconds(connection, query, picture):
    start = time.perf_counter()
    request(connection, "POST", f"/classify?top=3&{query}", picture, "application/octet-stream")
    return time.perf_counter() - start


def measure(connection, picture, rounds):
    """Seconds of each request, the kinds in turn, so that both see the same moods of the machine."""
    queries = {"three labels": "labels=cat,dog,horse", "label set": f"label_set={NAME}"}
    times = {kind: [] for kind in queries}
    for number in range(2 * rounds):
        for kind, query in queries.items():
            taken = seconds(connection, query, picture)
            if number >= rounds:
                times[kind].append(taken)
    return times


def main():
    args = arguments()
    jar = sorted(path for path in (ROOT / "target").glob("clipserve-*.jar"))[-1]
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [args.java, "-jar", str(jar), f"--server.port={port}", f"--clipserve.model.path={args.bundle.resolve()}",
             "--clipserve.image-cache.max-size=0", f"--clipserve.label-sets.folder={folder}"],
            stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(port, process)
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=600)) as connection:
                made = make_set(connection, args.labels)
                times = measure(connection, args.picture.read_bytes(), args.requests)
        finally:
            process.terminate()
            process.wait(30)
    three, by_set = (statistics.median(times[kind]) for kind in ("three labels", "label set"))
    print(f"set of {args.labels} labels encoded in {made:.1f} s")
    print(f"three labels {1000 * three:.2f} ms, label set {1000 * by_set:.2f} ms, ratio {by_set / three:.3f}")


if __name__ == "__main__":
    main()

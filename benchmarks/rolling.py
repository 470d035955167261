"""Replaces two instances behind a proxy one after the other while clients keep asking, and prints what became of the requests.

    ./mvnw -q package -DskipTests
    python benchmarks/rolling.py

Needs haproxy on the path, 2.4 or newer. It asks for readiness and, as classifications change nothing, tries the other instance
where one is gone. An instance ends by SIGTERM, without anybody telling the proxy before; its successor takes the same port. The
exit status is 1 where a request failed.
"""
import argparse
import collections
import contextlib
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

import running

CALLERS = 4
PATH = f"/classify?{running.LABELS}"
SHARE = 20
PATIENCE_SECONDS = 120
PROXY = """
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  # Else a check may take no longer than its interval, and an instance that is only slow would count as gone.
  timeout check 30s
  retries 3
  option redispatch 1
  retry-on conn-failure empty-response
  option httpchk GET /actuator/health/readiness
  default-server check inter 200ms fall 1 rise 2
frontend clients
  bind 127.0.0.1:{port}
  default_backend instances
backend instances
  balance roundrobin
  http-response set-header X-Instance %s
{servers}
"""


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Clients:
    """They ask without a pause, through the proxy; each answer is counted for the instance that gave it."""

    def __init__(self, port):
        self.address, self.answers, self.over = f"127.0.0.1:{port}", [], threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(CALLERS)]

    def ask(self):
        caller = running.Caller(self.address)
        while not self.over.is_set():
            self.answers.append(caller.ask(PATH, running.fresh()))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def await_more(self):
        """Waits until both instances have given so many answers more: the proxy may still take a new one for gone."""
        before = len(self.answers)

        def shared():
            counts = collections.Counter(one.headers["X-Instance"] for one in self.answers[before:] if one.status == 200)
            return len(counts) == 2 and min(counts.values()) >= SHARE

        if not running.eventually(shared, PATIENCE_SECONDS):
            sys.exit("the instances do not both answer any more")


def listens(port):
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def proxy(folder, ports):
    """The port of a proxy before these."""
    port, settings = free_port(), folder / "haproxy.cfg"
    servers = "\n".join(f"  server instance{number} 127.0.0.1:{one}" for number, one in enumerate(ports))
    settings.write_text(PROXY.format(port=port, servers=servers))
    process = subprocess.Popen(["haproxy", "-db", "-q", "-f", settings])
    try:
        if not running.eventually(lambda: listens(port), PATIENCE_SECONDS):
            sys.exit("the proxy does not start")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def replaced(instances, number, start):
    """An instance's successor on its port; the exit status of the old one."""
    status = instances[number].end()
    instances[number] = start(number)
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    running.options(parser)
    args = parser.parse_args()
    ports = [free_port(), free_port()]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_ones:
        folder = pathlib.Path(name)

        def start(number):
            return open_ones.enter_context(running.running(args, "--clipserve.label-sets.folder=", port=ports[number]))

        instances = [start(0), start(1)]
        with proxy(folder, ports) as port, Clients(port) as clients:
            clients.await_more()
            statuses, small = [], True
            for number in (0, 1):
                small &= running.within_memory(instances[number])
                statuses.append(replaced(instances, number, start))
                clients.await_more()
    failed = [one for one in clients.answers if one.status != 200]
    print(f"{len(clients.answers)} requests, {len(failed)} failed; the old instances ended with {statuses}")
    for answer in failed[:5]:
        print(f"  failed: {answer.status} {answer.content[:200]}", file=sys.stderr)
    if failed or statuses != [143, 143] or not small:
        sys.exit("that is no rolling restart")


if __name__ == "__main__":
    main()

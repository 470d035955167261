"""A folder that a reader of a page is in: the repository's files, the jar, and what the page's commands make."""
import dataclasses
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

import service

ROOT = pathlib.Path.cwd()
LIMIT_SECONDS = 240
HERE = "localhost:8080"
# What curl says only because it was told to fail.
REFUSED = re.compile(r"curl: \(22\) .*\n?")
# What a command that serves begins with, behind variables of its own.
SERVES = re.compile(r"^(?:\w+=\S* )*(?:java -jar \S+(?: serve)?|bin/clipserve(?: serve)?|\./mvnw spring-boot:run)(?: (?!--help|--version)-.*)?$")


def tracked():
    listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard"], text=True).splitlines()
    return [name for name in listed if (ROOT / name).exists()]


@dataclasses.dataclass(frozen=True)
class Addresses:
    """Of the service that answers until a page starts its own, and of the hub that models are pulled from."""

    service: str
    hub: str


class Folder:
    def __init__(self, stack, addresses):
        """On a stack that is closed when the page is done."""
        self.path = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.stack, self.addresses, self.own = stack, addresses, None
        self.state = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (self.state / "env").write_text("")
        # As on a terminal: no progress, and what the service refuses is seen here.
        (self.state / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n")
        for name in {name.split("/")[0] for name in tracked()} | {"target"}:
            (self.path / name).symlink_to(ROOT / name)
        (self.path / "clipserve.jar").symlink_to(ROOT / service.jar())
        tools = self.state / "bin"
        tools.mkdir()
        for name, program in {"python": sys.executable, "clipserve": str(ROOT / "bin" / "clipserve"), "pip": "/bin/false", "helm": os.environ["HELM"]}.items():
            (tools / name).write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@"\n')
            (tools / name).chmod(0o755)

    def environment(self):
        paths = [str(self.state / "bin"), os.path.join(os.environ["JAVA_HOME"], "bin"), os.environ["PATH"]]
        return {**os.environ, "PATH": os.pathsep.join(paths), "CURL_HOME": str(self.state), "XDG_DATA_HOME": str(self.state / "data"),
                "XDG_CACHE_HOME": str(self.state / "cache"), "CLIPSERVE_HOME": str(self.state / "clipserve"),
                "HF_ENDPOINT": self.addresses.hub, "HF_HOME": str(self.state / "huggingface"), "PYTHONDONTWRITEBYTECODE": "1"}

    def address(self):
        return (self.own or self.addresses.service).removeprefix("http://")

    def run(self, language, text):
        """Runs a block; gives its exit code and what it printed."""
        if language == "python":
            (self.state / "block.py").write_text(self.located(text), encoding="utf-8")
            return self.shell(f"python {shlex.quote(str(self.state / 'block.py'))}\n")
        before, last = split(text)
        if not SERVES.match(last):
            return self.shell(self.located(text))
        code, output = self.shell(self.located(before))
        if code == 0:
            self.serve(last)
        return code, output

    def located(self, text):
        return text.replace(HERE, self.address())

    def script(self, text):
        """Goes on where the block before ended: its variables, its folder."""
        block = self.state / "block.sh"
        block.write_text(text, encoding="utf-8")
        where = self.state / "where"
        return (f". {self.state}/env; [ ! -f {where} ] || cd \"$(cat {where})\"; set -ae -o pipefail; . {block}\n"
                f"export -p > {self.state}/env; pwd > {where}")

    def shell(self, text):
        done = subprocess.Popen(["bash", "-c", self.script(text)], cwd=self.path, env=self.environment(), text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = done.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(done.pid, signal.SIGKILL)
            return 124, f"did not end within {LIMIT_SECONDS} seconds"
        return done.returncode, REFUSED.sub("", output).replace(self.address(), HERE)

    def serve(self, command):
        """Starts the service, on a port that is free, for the blocks from here on."""
        if self.own:
            self.stop()
        command = re.sub(r"(server\.port=)\d+", r"\g<1>0", command)
        # Behind links Maven would not know what it has built.
        script = self.script(f"cd {ROOT}; {command}" if command.startswith("./mvnw") else command)
        log = self.state / "service.log"
        environment = {**self.environment(), "SERVER_PORT": "0", "CLIPSERVE_LABELSETS_WAIT": service.LABEL_SETS_WAIT}
        with open(log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(["bash", "-c", script], cwd=self.path, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        self.stack.callback(self.stop)
        port = service.port(self.process, log)
        service.wait_for("listens at", self.process, log)
        self.own = f"http://localhost:{port}"

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(60)
        self.own = None


def split(text):
    """The last command of a block, on one line, and what is before it."""
    lines = text.rstrip("\n").split("\n")
    at = len(lines) - 1
    while at and lines[at - 1].endswith("\\"):
        at -= 1
    last = " ".join(line.removesuffix("\\").strip() for line in lines[at:])
    return "".join(line + "\n" for line in lines[:at]), re.sub(r"\s+#.*$", "", last)

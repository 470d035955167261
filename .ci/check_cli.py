"""What the command line does beyond the examples of docs/cli.md: evaluation, completion, what serving loads, Ctrl-C."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from service import port, running

LIMIT_SECONDS = 300
ROOT = pathlib.Path.cwd()


def run(command, folder, code):
    """Both outputs together, as a person sees them."""
    command = command.replace("bin/clipserve", str(ROOT / "bin" / "clipserve"), 1)
    done = subprocess.run(command, shell=True, cwd=folder, text=True, timeout=LIMIT_SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
    return done


def evaluate():
    """Both reports, and nothing embedded twice."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("sunflower", "polar_bear"):
            pathlib.Path(folder, "photos", name).mkdir(parents=True)
        shutil.copy("models/mini-clip/canary.png", f"{folder}/photos/sunflower/1.png")
        command = "bin/clipserve evaluate photos --output results --format json"
        report = json.loads(run(command, folder, 0).stdout)
        assert report["metrics"]["top1"]["of"] == 1 and report["data"]["labels_without_images"] == ["polar bear"], report
        again = run(command, folder, 0)
        assert json.loads(again.stdout) == report and "1 of 1 images are known" in again.stderr, again.stderr
        assert sorted(os.listdir(f"{folder}/results")) == ["embeddings.bin", "report.html", "report.json"]


def completion():
    script = run("bin/clipserve completion bash", ROOT, 0).stdout
    asked = script + "\nCOMP_WORDS=(clipserve bench); COMP_CWORD=1; _complete_clipserve; echo \"${COMPREPLY[@]}\""
    assert subprocess.check_output(["bash", "-c", asked], text=True).strip() == "benchmark"


def serving_loads_no_commands():
    """What serves is not slowed down by what it does not use."""
    with tempfile.NamedTemporaryFile() as log:
        os.environ["JAVA_TOOL_OPTIONS"] = f"-Xlog:class+load:file={log.name}"
        try:
            with running():
                loaded = pathlib.Path(log.name).read_text(encoding="utf-8")
        finally:
            del os.environ["JAVA_TOOL_OPTIONS"]
    assert "dev.clipserve.FirstWord " in loaded
    assert "picocli.CommandLine " not in loaded and "dev.clipserve.cli.Commands " not in loaded


def interrupted():
    """Ctrl-C ends the service, but no request that is under way."""
    picture = pathlib.Path("models/mini-clip/canary.png").read_bytes()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        arguments = ["serve", "--server.port=0", "--clipserve.label-sets.folder=", "--server.tomcat.connection-timeout=5m"]
        # What starts this may have told its children to ignore Ctrl-C.
        process = subprocess.Popen([ROOT / "bin" / "clipserve", *arguments], stdout=log, stderr=subprocess.STDOUT,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        try:
            address = f"localhost:{port(process, log.name)}"
            caller = http.client.HTTPConnection(address, timeout=LIMIT_SECONDS)
            caller.putrequest("POST", "/classify?labels=sunflower,whale")
            caller.putheader("Content-Length", str(len(picture)))
            caller.endheaders(picture[:100])
            until(lambda: posts_under_way(address), log.name)
            process.send_signal(signal.SIGINT)
            wait_for("Commencing graceful shutdown", log.name)
            caller.send(picture[100:])
            assert caller.getresponse().status == 200
            caller.close()
            assert process.wait(60) == 130, process.returncode
        finally:
            process.kill()
        wait_for("Graceful shutdown complete", log.name)


def posts_under_way(address):
    """How many; the meter itself is read by a GET."""
    with urllib.request.urlopen(f"http://{address}/actuator/prometheus", timeout=LIMIT_SECONDS) as answer:
        meters = answer.read().decode()
    return sum(map(float, re.findall(r'(?m)^http_server_requests_active_seconds_count{.*method="POST".*} (\S+)$', meters)))


def wait_for(words, log):
    until(lambda: words in pathlib.Path(log).read_text(encoding="utf-8"), log)


def until(condition, log):
    end = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < end, pathlib.Path(log).read_text(encoding="utf-8")
        time.sleep(0.1)


def main():
    evaluate()
    completion()
    serving_loads_no_commands()
    interrupted()
    print("evaluation, completion, start-up and Ctrl-C")


if __name__ == "__main__":
    main()

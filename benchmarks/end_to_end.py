"""The service, the bare encoders and other servers, side by side in rounds; prints the table of docs/performance.md.

    python benchmarks/end_to_end.py --harness ../shared/bench --bundle FOLDER --targets fastapi-ort-cache,djl --rounds 3

HARNESS is a checkout of the side-by-side benchmark (its README says what to install); its load client speaks to every
server. BUNDLE is a model bundle with the weights that the other servers have. Each round measures the bare loop of
ONNX Runtime in Java (src/jmh, BareLoop), then the service, then the others, so that all see the same moods of the
machine. Nothing else may run meanwhile.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAVEN = [str(ROOT / "mvnw"), "-B", "-ntp", "-q", "-f", str(ROOT / "pom.xml")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--harness", type=pathlib.Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--bundle", type=pathlib.Path, required=True)
    parser.add_argument("--java", default="java", help="a JDK 25 or newer")
    parser.add_argument("--targets", default="fastapi-ort-cache", help="other servers of the harness, comma-separated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--warmup", type=float, default=15, help="seconds of each cell that are not counted; the JIT compiles in the first twenty")
    parser.add_argument("--labels", default="3,100,1000")
    parser.add_argument("--concurrency", default="1,8,32")
    parser.add_argument("--cold-cells", default="100:1,100:8")
    parser.add_argument("--options", default="", help="more options of the service, such as --clipserve.model.precision=int8")
    parser.add_argument("--jvm-options", default="-Xmx384m")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "clipserve-bench.jsonl")
    return parser.parse_args()


def build():
    subprocess.run([*MAVEN, "-Pjmh", "package", "-DskipTests"], check=True)
    jars = sorted((ROOT / "target").glob("clipserve-*.jar"))
    return jars[-1]


def bare_loop(args):
    """Medians of every division of the processor, from a process of its own."""
    command = [*MAVEN, "-Pjmh", "validate", "exec:exec", "-Djmh.main=dev.clipserve.clip.BareLoop", f"-Djmh={args.bundle.resolve()}"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def measure(args, jar, round_number):
    """One round of the harness: the service, then the others; the rows go to the harness's own file."""
    service = (
        f"{args.java} {args.jvm_options} -jar {jar} --server.port={{port}} "
        f"--clipserve.model.path={args.bundle.resolve()} {args.options}".strip()
    )
    command = [
        sys.executable, str(args.harness / "run.py"), "--rounds", "1", "--first-round", str(round_number),
        "--targets", "", "--target", f"clipserve={service},http://127.0.0.1:{{port}},clipserve,cache",
        "--seconds", str(args.seconds), "--warmup", str(args.warmup), "--labels", args.labels, "--concurrency", args.concurrency,
        "--cold-cells", args.cold_cells, "--out", str(args.out),
    ]
    if args.targets:
        command[command.index("--targets") + 1] = args.targets
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def best(loops, encoder, batches=None):
    """The median over the rounds of the best division's rate."""
    return statistics.median(
        max(row["per_second"] for row in loop if row["encoder"] == encoder and (batches is None or row["batch"] in batches))
        for loop in loops
    )


def alone(loops):
    """Milliseconds of one image with all threads."""
    return statistics.median(
        min(row["ms_per_run"] for row in loop if row["encoder"] == "image" and row["batch"] == 1 and row["parallel_runs"] == 1)
        for loop in loops
    )


def table(rows, loops, warmup):
    images, texts, single = best(loops, "image"), best(loops, "text"), alone(loops)
    print(f"Bare loop: {images:.1f} images/s, {texts:.0f} texts/s, one image alone {single:.1f} ms; {warmup:g} s of warm-up\n")
    print("| server | labels | clients | requests/s | of the limit | p50 ms | p99 ms | CPU s a request | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    cells = {}
    for row in rows:
        if row["kind"] == "cell" and "rps" in row:
            cells.setdefault((row["target"], row["cold"], row["labels"], row["concurrency"]), []).append(row)
    for (target, cold, labels, concurrency), group in sorted(cells.items()):
        middle = {name: statistics.median(row[name] for row in group) for name in
                  ("rps", "p50_ms", "p99_ms", "cpu_s_per_request", "peak_rss_mb")}
        limit = 1 / (1 / images + (labels / texts if cold else 0))
        errors = sum(row["errors"] for row in group)
        print(
            f"| {target} | {labels}{' new' if cold else ''} | {concurrency} | {middle['rps']:.2f}"
            f"{f' ({errors} errors)' if errors else ''} | {middle['rps'] / limit:.2f} | {middle['p50_ms']:.0f} | "
            f"{middle['p99_ms']:.0f} | {middle['cpu_s_per_request']:.4f} | {middle['peak_rss_mb']:.0f} |"
        )
    for row in rows:
        if row["kind"] == "start":
            print(f"\n{row['target']}, round {row['round']}: first answer after {row['first_answer_s']} s, {row['rss_mb']} MB")


def main():
    args = arguments()
    os.environ.setdefault("CLIPSERVE_MODEL_GRAPH_CACHE", tempfile.mkdtemp(prefix="clipserve-graphs-"))
    # Maven that runs on a fitting JDK starts the bare loop by whatever `java` is first.
    java = shutil.which(args.java) or sys.exit(f"there is no {args.java}")
    os.environ["PATH"] = os.pathsep.join([str(pathlib.Path(java).parent), os.environ["PATH"]])
    args.out.unlink(missing_ok=True)
    jar = build()
    loops = []
    for round_number in range(1, args.rounds + 1):
        loops.append(bare_loop(args))
        measure(args, jar, round_number)
    table([json.loads(line) for line in args.out.read_text().splitlines()], loops, args.warmup)


if __name__ == "__main__":
    main()

"""What Pillow takes for what the benchmarks of dev.clipserve.image measure, on one thread, in microseconds.

    python benchmarks/pillow.py [reference data, ../shared if left out]

Put it beside `./mvnw -q -Pjmh test-compile exec:exec -Djmh='ResizeBenchmark|JpegBenchmark'`: the same sizes, the same
photos. Pillow resizes the whole picture, as the Python processor asks it to; the crop that follows costs it nothing.
Times are of this thread's processor, so that a busy machine disturbs them little; the least of several is printed too.
"""

import io
import os
import pathlib
import statistics
import sys
import time

import PIL
from PIL import Image

SIZES = [(500, 375), (375, 500), (640, 480), (1920, 1080), (4032, 3024)]
EDGE = 224


def measure(work, seconds=1.0):
    """Least and median time of one call."""
    work()
    times = []
    while sum(times) < seconds or len(times) < 5:
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    return min(times) * 1e6, statistics.median(times) * 1e6


def show(name, least, median):
    print(f"{name:<36} {least:>10,.0f} {median:>10,.0f}")


def resized(picture):
    short = min(picture.size)
    return picture.resize(tuple(int(EDGE * side / short) for side in picture.size), Image.Resampling.BICUBIC)


def decoded(file):
    picture = Image.open(io.BytesIO(file))
    return picture.convert("RGB")


def mean(files, work):
    """Means over several files of the least and of the median time of each."""
    times = [measure(lambda: work(file), seconds=3 / len(files)) for file in files]
    return [statistics.mean(column) for column in zip(*times)]


def main():
    shared = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    print(f"Pillow {PIL.__version__}, one thread {'least':>15} {'median':>10}")
    for width, height in SIZES:
        noise = Image.frombytes("RGB", (width, height), os.urandom(3 * width * height))
        show(f"resize {width} x {height}", *measure(lambda: resized(noise)))
    photos = [path.read_bytes() for path in sorted((shared / "bench/photos").iterdir())]
    large = [(shared / "golden/hostile/photo_12mp.jpg").read_bytes()]
    for name, files in ((f"{len(photos)} photos, mean", photos), ("photo of 4000 x 3000", large)):
        show(f"decode {name}", *mean(files, decoded))
        show(f"decode and resize {name}", *mean(files, lambda file: resized(decoded(file))))


if __name__ == "__main__":
    main()

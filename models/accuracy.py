"""Zero-shot accuracy of a running service on a folder of images: top-1 and top-5, with the bundle's own templates.

    python models/accuracy.py http://localhost:8080 cifar10.tar.gz cifar10/test
    python models/accuracy.py http://localhost:8080 cifar10.tar.gz cifar10/test cifar100.tar.gz cifar100/test

Each archive holds <folder>/<class>/<image>; the classes are the labels, underscores read as spaces. With several archives
the labels of all are asked together. Needs nothing but Python.
"""
import base64
import concurrent.futures
import json
import pathlib
import sys
import tarfile
import urllib.request

BATCH = 64


def images(archive, folder):
    """(class, bytes) of every image below the folder."""
    with tarfile.open(archive) as tar:
        for member in tar:
            path = pathlib.PurePosixPath(member.name)
            if member.isfile() and str(path.parent.parent).endswith(folder):
                yield path.parent.name.replace("_", " "), tar.extractfile(member).read()


def classify(url, labels, batch):
    body = {"images": [{"base64": base64.b64encode(data).decode()} for _, data in batch], "labels": labels, "top": 5}
    request = urllib.request.Request(url + "/classify", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        results = json.load(response)["results"]
    best = [[prediction["label"] for prediction in result["predictions"]] for result in results]
    return sum(ranked[0] == name for (name, _), ranked in zip(batch, best)), sum(
        name in ranked for (name, _), ranked in zip(batch, best)
    )


def main():
    url, sources = sys.argv[1], list(zip(sys.argv[2::2], sys.argv[3::2]))
    samples = [sample for archive, folder in sources for sample in images(archive, folder)]
    labels = sorted({name for name, _ in samples})
    batches = [samples[at:at + BATCH] for at in range(0, len(samples), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        right = list(pool.map(lambda batch: classify(url, labels, batch), batches))
    top1, top5 = (sum(counts) / len(samples) for counts in zip(*right))
    print(f"{len(samples)} images, {len(labels)} labels: top-1 {top1:.2%}, top-5 {top5:.2%}")


if __name__ == "__main__":
    main()

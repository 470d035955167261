"""Uses the service through the client that is generated from its contract. Arguments: the service's URL and an image."""
import base64
import pathlib
import sys

from clipserve_client import (
    ApiClient,
    ApiException,
    ClassificationApi,
    ClassifyRequest,
    Configuration,
    ImageSource,
    LabelSet,
    LabelSetEntry,
    LabelSetsApi,
)

LABELS = ["sunflower", "motorcycle", "whale"]


def classify(client, image):
    show("classify", ask(client, image, labels=LABELS))


def label_set(client, image):
    """The same labels under a name: the service encodes them now, and never again."""
    LabelSetsApi(client).put_label_set("example", LabelSet(labels=[LabelSetEntry(label) for label in LABELS]))
    show("label-set", ask(client, image, label_set="example"))


def problem(client, image):
    """What went wrong is an object, too: labels may be there once only."""
    try:
        ask(client, image, labels=["cat", "dog", "cat"])
    except ApiException as error:
        print("problem", error.data.status, error.data.type, error.data.detail)
    else:
        sys.exit("a label that is there twice was taken")


def ask(client, image, **what):
    return ClassificationApi(client).classify(ClassifyRequest(images=[image], **what))


def show(step, answer):
    for prediction in answer.results[0].predictions:
        print(step, prediction.label, prediction.probability)


def main(service, file):
    image = ImageSource(base64=base64.b64encode(pathlib.Path(file).read_bytes()).decode())
    with ApiClient(Configuration(host=service)) as client:
        classify(client, image)
        label_set(client, image)
        problem(client, image)


if __name__ == "__main__":
    main(*sys.argv[1:])

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
    DescribedLabel,
    ImageSource,
    LabelSet,
    LabelSetEntry,
    LabelSetsApi,
)


def classify(classification, image):
    show("classify", ask(classification, image, ["sunflower", "motorcycle", "whale"]))


def label_set(sets, classification, image):
    """The same labels by name; the template's own words describe one of them."""
    whale = DescribedLabel(label="whale", prompts=["a photo of a whale."])
    labels = [LabelSetEntry("sunflower"), LabelSetEntry("motorcycle"), LabelSetEntry(whale)]
    sets.put_label_set("example-python", LabelSet(labels=labels))
    show("label_set", classification.classify(ClassifyRequest(images=[image], label_set="example-python")))


def problem(classification, image):
    """What went wrong is an object, too: labels may be there once only."""
    try:
        ask(classification, image, ["cat", "dog", "cat"])
    except ApiException as error:
        print("problem", error.data.status, error.data.type, error.data.detail)
    else:
        sys.exit("a label that is there twice was taken")


def ask(classification, image, labels):
    return classification.classify(ClassifyRequest(images=[image], labels=labels))


def show(step, answer):
    for prediction in answer.results[0].predictions:
        print(step, prediction.label, prediction.probability)


def main(service, file):
    image = ImageSource(base64=base64.b64encode(pathlib.Path(file).read_bytes()).decode())
    with ApiClient(Configuration(host=service)) as client:
        classification = ClassificationApi(client)
        classify(classification, image)
        label_set(LabelSetsApi(client), classification, image)
        problem(classification, image)


if __name__ == "__main__":
    main(*sys.argv[1:])

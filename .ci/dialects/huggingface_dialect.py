"""Hugging Face's own client for Python, as its documentation uses it."""
import unittest

from huggingface_hub import InferenceClient
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

import native

TRANSFORMERS_TEMPLATE = "This is a photo of {}."


class HuggingFaceClient(unittest.TestCase):
    def classify(self, image=native.IMAGE, labels=None, model="mini-clip", **more):
        client = InferenceClient()
        return client.zero_shot_image_classification(
            image, labels or native.LABELS, model=native.url("/models/" + model), **more
        )

    def assert_same(self, answer, expected):
        self.assertEqual([element.label for element in answer], [label for label, _ in expected])
        for element, (_, probability) in zip(answer, expected, strict=True):
            self.assertAlmostEqual(element.score, probability, delta=native.TOLERANCE)

    def test_scores_equal_those_of_classify(self):
        self.assert_same(self.classify(), native.classify(native.LABELS, TRANSFORMERS_TEMPLATE))

    def test_scores_with_a_template_equal_those_of_classify(self):
        template = "a blurry photo of a {}."
        self.assert_same(
            self.classify(hypothesis_template=template), native.classify(native.LABELS, template)
        )

    def test_labels_with_commas_are_not_split(self):
        labels = ["a sunflower, yellow", "a whale, grey", "a motorcycle"]
        self.assert_same(self.classify(labels=labels), native.classify(labels, TRANSFORMERS_TEMPLATE))

    def test_image_may_be_a_path_or_bytes(self):
        for image in (str(native.IMAGE), native.IMAGE.read_bytes()):
            with self.subTest(image=type(image)):
                self.assertEqual(self.classify(image), self.classify())

    def test_model_may_have_a_slash_in_its_name(self):
        self.assertEqual(self.classify(model="example/mini-clip"), self.classify())

    def test_unusable_labels_are_a_bad_request(self):
        for more, words in [
            ({"labels": ["cat", "dog", "cat"]}, "'cat' is there twice, at places 1 and 3"),
            ({"labels": ["cat", " "]}, "Label 2 is blank"),
            ({"hypothesis_template": "a photo"}, "has no {} where the label goes"),
        ]:
            with self.subTest(words=words), self.assertRaises(BadRequestError) as refused:
                self.classify(**more)
            self.assertIn(words, str(refused.exception))

    def test_other_refusals_say_why(self):
        for image, more, status, words in [
            (native.IMAGE, {"model": "openai/clip-vit-base-patch32"}, 404, "there is mini-clip, example/mini-clip"),
            (b"no image", {}, 415, "JPEG, PNG"),
            (native.IMAGE.read_bytes()[:2000], {}, 422, "PNG"),
            (native.IMAGE, {"labels": ["cat", "very " * 100]}, 422, "the model takes at most 77"),
        ]:
            with self.subTest(status=status), self.assertRaises(HfHubHTTPError) as refused:
                self.classify(image, **more)
            self.assertEqual(refused.exception.response.status_code, status)
            self.assertIn(words, str(refused.exception))

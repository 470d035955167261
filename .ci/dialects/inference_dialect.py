"""Triton's own client for Python, which speaks the Open Inference Protocol, as its documentation uses it."""
import base64
import unittest

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

import native

PICTURE = native.IMAGE.read_bytes()
WORDS = ["a photo of a sunflower", "größer", "a photo of a whale", "größer"]


def tensor(name, elements, binary):
    """A tensor of byte strings; without binary data they go into the JSON, where an image is base64."""
    if not binary:
        elements = [base64.b64encode(e).decode() if isinstance(e, bytes) else e for e in elements]
    result = triton.InferInput(name, [len(elements)], "BYTES")
    return result.set_data_from_numpy(np.array(elements, dtype=object), binary_data=binary)


def wanted(name, binary):
    return triton.InferRequestedOutput(name, binary_data=binary)


class TritonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = triton.InferenceServerClient(native.url("").removeprefix("http://"))

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def infer(self, model, inputs, **more):
        return self.client.infer(model, inputs, **more)

    def embed(self, kind, elements, binary=True, model="mini-clip"):
        """The embeddings, data in and out both binary or both JSON."""
        tensors = {"image": "images", "text": "texts"}
        answer = self.infer(
            f"{model}-{kind}-encoder",
            [tensor(tensors[kind], elements, binary)],
            outputs=[wanted(f"{kind}_embeds", binary)],
        )
        return answer.as_numpy(f"{kind}_embeds")

    def refused(self, *request, **more):
        with self.assertRaises(InferenceServerException) as refused:
            self.infer(*request, **more)
        return refused.exception

    def test_server_is_live_ready_and_says_what_it_is(self):
        self.assertTrue(self.client.is_server_live())
        self.assertTrue(self.client.is_server_ready())
        server = self.client.get_server_metadata()
        self.assertEqual(server["name"], "ClipServe")
        self.assertIn("binary_tensor_data", server["extensions"])

    def test_models_are_listed_ready_and_described(self):
        for entry in self.client.get_model_repository_index():
            with self.subTest(model=entry["name"]):
                self.assertEqual(entry["state"], "READY")
                self.assertTrue(self.client.is_model_ready(entry["name"]))
                self.assertTrue(self.client.is_model_ready(entry["name"], "1"))
                model = self.client.get_model_metadata(entry["name"], "1")
                self.assertEqual((model["name"], model["versions"]), (entry["name"], ["1"]))
                self.assertEqual({i["datatype"] for i in model["inputs"]}, {"BYTES"})
        self.assertFalse(self.client.is_model_ready("none"))
        self.assertFalse(self.client.is_model_ready("mini-clip", "2"))

    def test_embeddings_have_the_shape_of_the_metadata_and_length_1(self):
        for kind, elements in (("image", [PICTURE, PICTURE]), ("text", WORDS)):
            with self.subTest(kind=kind):
                (output,) = self.client.get_model_metadata(f"mini-clip-{kind}-encoder")["outputs"]
                embeds = self.embed(kind, elements)
                self.assertEqual(embeds.dtype, np.float32)
                self.assertEqual(list(embeds.shape), [len(elements), output["shape"][1]])
                np.testing.assert_allclose((embeds**2).sum(axis=1), 1, atol=native.TOLERANCE)

    def test_embeddings_in_json_are_those_in_binary(self):
        np.testing.assert_array_equal(self.embed("image", [PICTURE], False), self.embed("image", [PICTURE]))
        np.testing.assert_array_equal(self.embed("text", WORDS, False), self.embed("text", WORDS))

    def test_cosines_of_the_embeddings_equal_those_of_similarity(self):
        cosines = self.embed("text", WORDS) @ self.embed("image", [PICTURE])[0]
        np.testing.assert_allclose(cosines, native.similarities(WORDS), rtol=0, atol=native.TOLERANCE)

    def test_zero_shot_equals_classify(self):
        expected = {p["label"]: p for p in native.predictions(native.LABELS)}
        for binary in (True, False):
            inputs = [tensor("images", [PICTURE, PICTURE], binary), tensor("labels", native.LABELS, binary)]
            answer = self.infer("mini-clip", inputs, request_id="of mine")
            self.assertEqual(answer.get_response()["id"], "of mine")
            for output, field in (("probabilities", "probability"), ("similarity", "similarity")):
                with self.subTest(binary=binary, output=output):
                    row = [expected[label][field] for label in native.LABELS]
                    np.testing.assert_allclose(answer.as_numpy(output), [row, row], rtol=0, atol=native.TOLERANCE)

    def test_outputs_are_those_asked_for_each_in_its_own_form(self):
        inputs = [tensor("images", [PICTURE], True), tensor("labels", native.LABELS, False)]
        both = self.infer("mini-clip", inputs)
        one = self.infer("mini-clip", inputs, outputs=[wanted("similarity", False)])
        mixed = self.infer("mini-clip", inputs, outputs=[wanted("similarity", True), wanted("probabilities", False)])
        self.assertIsNone(one.as_numpy("probabilities"))
        for answer in (one, mixed):
            np.testing.assert_array_equal(answer.as_numpy("similarity"), both.as_numpy("similarity"))
        np.testing.assert_array_equal(mixed.as_numpy("probabilities"), both.as_numpy("probabilities"))

    def test_model_may_have_a_slash_in_its_name(self):
        np.testing.assert_array_equal(
            self.embed("text", WORDS, model="example/mini-clip"), self.embed("text", WORDS)
        )
        self.assertTrue(self.client.is_model_ready("example/mini-clip", "1"))

    def test_requests_side_by_side_are_each_answered(self):
        with triton.InferenceServerClient(native.url("").removeprefix("http://"), concurrency=8) as client:
            pending = [
                client.async_infer("mini-clip-text-encoder", [tensor("texts", [f"thing {i}"], True)]) for i in range(16)
            ]
            for i, request in enumerate(pending):
                embeds = request.get_result().as_numpy("text_embeds")
                np.testing.assert_allclose(embeds, self.embed("text", [f"thing {i}"]), rtol=0, atol=native.TOLERANCE)

    def test_compressed_answers_may_be_asked_for(self):
        inputs = [tensor("texts", WORDS, True)]
        answer = self.infer("mini-clip-text-encoder", inputs, response_compression_algorithm="gzip")
        np.testing.assert_array_equal(answer.as_numpy("text_embeds"), self.embed("text", WORDS))

    def test_refusals_say_why(self):
        image = tensor("images", [PICTURE], True)
        texts = tensor("texts", ["a cat"], True)
        shared = triton.InferInput("images", [1], "BYTES")
        shared.set_shared_memory("region", 100)
        numbers = triton.InferInput("images", [1, 3], "FP32")
        numbers.set_data_from_numpy(np.zeros([1, 3], dtype=np.float32))
        for status, words, model, inputs, more in [
            ("404", "there is mini-clip, example/mini-clip", "clip", [image], {}),
            ("404", "has no version '2'", "mini-clip", [image], {"model_version": "2"}),
            ("400", "missing: labels", "mini-clip", [image], {}),
            ("400", "has no input 'texts'; it has images", "mini-clip-image-encoder", [texts], {}),
            ("400", "must be BYTES", "mini-clip-image-encoder", [numbers], {}),
            ("400", "Shared memory is not supported", "mini-clip-image-encoder", [shared], {}),
            ("400", "it has image_embeds", "mini-clip-image-encoder", [image], {"outputs": [wanted("x", True)]}),
            ("400", "Unknown field 'priority'", "mini-clip-image-encoder", [image], {"priority": 1}),
            ("400", "Text 2 is blank", "mini-clip-text-encoder", [tensor("texts", ["a", " "], True)], {}),
            ("413", "between 1 and 64", "mini-clip-image-encoder", [tensor("images", [b""] * 65, True)], {}),
            ("415", "Image 2: The bytes are not", "mini-clip-image-encoder", [tensor("images", [PICTURE, b"?"], True)], {}),
            ("422", "Image 1: ", "mini-clip-image-encoder", [tensor("images", [PICTURE[:2000]], True)], {}),
            ("415", "'gzip'", "mini-clip-image-encoder", [image], {"request_compression_algorithm": "gzip"}),
        ]:
            with self.subTest(words=words):
                refused = self.refused(model, inputs, **more)
                self.assertEqual(refused.status(), status)
                self.assertIn(words, refused.message())

    def test_long_texts_are_cut_and_counted_or_refused(self):
        inputs = [tensor("texts", ["short", "very " * 100], True)]
        answer = self.infer("mini-clip-text-encoder", inputs).get_response()
        self.assertEqual(answer["parameters"], {"truncated_texts": 1})
        refused = self.refused("mini-clip-text-encoder", inputs, parameters={"truncate": False})
        self.assertEqual(refused.status(), "422")

"""OpenAI's own client for Python, as its documentation uses it."""
import base64
import struct
import unittest

import openai

import native

WORDS = ["a photo of a sunflower", "a photo of a whale", "a motorcycle at night"]
BROKEN = "data:image/png;base64," + base64.b64encode(native.IMAGE.read_bytes()[:2000]).decode()


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


class OpenAiClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = openai.OpenAI(base_url=native.url("/v1"), api_key="any", max_retries=0)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def embed(self, inputs, **more):
        return self.client.embeddings.create(model="mini-clip", input=inputs, **more)

    def vectors(self, inputs, **more):
        return [entry.embedding for entry in self.embed(inputs, **more).data]

    def test_cosines_equal_those_of_similarity(self):
        image, *texts = self.vectors([native.DATA_URI, *WORDS])
        self.assertAlmostEqual(dot(image, image), 1, delta=native.TOLERANCE)
        for text, expected in zip(texts, native.similarities(WORDS), strict=True):
            self.assertAlmostEqual(dot(image, text), expected, delta=native.TOLERANCE)

    def test_single_text_is_the_same_as_in_a_list(self):
        self.assertEqual(self.vectors(WORDS[0]), self.vectors([WORDS[0]]))

    def test_float_and_base64_hold_the_same_bits(self):
        inputs = [*WORDS, native.DATA_URI]
        floats = self.vectors(inputs, encoding_format="float")
        coded = self.vectors(inputs, encoding_format="base64")
        for numbers, text in zip(floats, coded, strict=True):
            self.assertIsInstance(text, str)
            self.assertEqual(struct.pack(f"<{len(numbers)}f", *numbers), base64.b64decode(text))
        # Not asked for either, the client asks for base64 and decodes it.
        self.assertEqual([struct.pack(f"<{len(v)}f", *v) for v in self.vectors(inputs)], list(map(base64.b64decode, coded)))

    def test_order_is_kept_in_long_mixed_lists(self):
        inputs = [f"thing number {i}" if i % 5 else native.DATA_URI for i in range(60)]
        answer = self.embed(inputs)
        self.assertEqual([entry.index for entry in answer.data], list(range(60)))
        for place in (0, 1, 29, 30, 59):
            self.assertEqual(answer.data[place].embedding, self.vectors(inputs[place])[0])

    def test_image_by_modality_as_infinity_takes_it(self):
        extra = {"modality": "image"}
        self.assertEqual(self.vectors(native.DATA_URI, extra_body=extra), self.vectors(native.DATA_URI))
        with self.assertRaises(openai.PermissionDeniedError) as refused:
            self.embed("https://example.org/cat.png", extra_body=extra)
        self.assertEqual(refused.exception.code, "url_not_allowed")

    def test_usage_counts_the_tokens_of_texts(self):
        # Five words, start and end.
        self.assertEqual(self.embed([WORDS[0], native.DATA_URI]).usage.total_tokens, 7)
        self.assertEqual(self.embed(native.DATA_URI).usage.prompt_tokens, 0)

    def test_dimensions_are_the_models_or_refused(self):
        dimension = len(self.vectors("a cat", user="somebody")[0])
        self.assertEqual(len(self.vectors("a cat", dimensions=dimension)[0]), dimension)
        with self.assertRaises(openai.BadRequestError) as refused:
            self.embed("a cat", dimensions=dimension // 2)
        self.assertEqual(refused.exception.param, "dimensions")

    def test_unknown_model_is_not_found(self):
        with self.assertRaises(openai.NotFoundError) as refused:
            self.client.embeddings.create(model="text-embedding-3-small", input="a cat")
        self.assertEqual((refused.exception.code, refused.exception.param), ("model_not_found", "model"))
        self.assertIn("there is mini-clip", refused.exception.message)
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("text-embedding-3-small")

    def test_bad_inputs_are_bad_requests(self):
        for inputs, code in [
            ("", "invalid_texts"),
            ([], "invalid_request"),
            ([320, 1125], "invalid_request"),
            ([[320], [1125]], "invalid_request"),
            ("very " * 100, "context_length_exceeded"),
            (["a cat", BROKEN], "corrupt_image"),
            ("data:image/png;base64,A?", "invalid_base64"),
        ]:
            with self.subTest(code=code), self.assertRaises(openai.BadRequestError) as refused:
                self.embed(inputs)
            self.assertEqual((refused.exception.code, refused.exception.type), (code, "invalid_request_error"))

    def test_models_are_listed_and_found_by_name(self):
        names = ["mini-clip", "example/mini-clip"]
        self.assertEqual(sorted(model.id for model in self.client.models.list()), sorted(names))
        for name in names:
            model = self.client.models.retrieve(name)
            self.assertEqual((model.id, model.object), (name, "model"))
            vector = self.client.embeddings.create(model=name, input=WORDS[0]).data[0].embedding
            self.assertEqual(vector, self.vectors(WORDS[0])[0])

    def test_other_paths_are_not_found(self):
        with self.assertRaises(openai.NotFoundError) as refused:
            self.client.chat.completions.create(model="mini-clip", messages=[])
        self.assertEqual(refused.exception.code, "not_found")

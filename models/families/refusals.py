"""What the exporter refuses, and what it leaves behind then: python models/families/refusals.py"""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ["HF_HUB_OFFLINE"] = "1"

import checkpoints  # noqa: E402
import export  # noqa: E402
import quantize  # noqa: E402
import seal  # noqa: E402
from exporter import proof  # noqa: E402
from refused import Refused  # noqa: E402


class Refusals(unittest.TestCase):
    """One checkpoint and its bundle, broken in one way at a time."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        checkpoints.make("openai-vit-b-32", cls.root / "checkpoint")
        asked = export.arguments([str(cls.root / "checkpoint"), str(cls.root / "whole"), "--licence", "none"])
        cls.checkpoint = export.make(asked)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.bundle, self.source = self.root / "bundle", self.root / "source"
        shutil.copytree(self.root / "whole", self.bundle)
        shutil.copytree(self.root / "checkpoint", self.source)

    def tearDown(self):
        shutil.rmtree(self.bundle)
        shutil.rmtree(self.source)

    def edit(self, file, **fields):
        content = json.loads(file.read_text(encoding="utf-8")) | fields
        file.write_text(json.dumps(content), encoding="utf-8")

    def export(self, *arguments):
        return export.make(export.arguments([str(self.source), str(self.root / "made"), *arguments]))

    def assert_refused(self, words, call, *arguments):
        with self.assertRaisesRegex(Refused, words):
            call(*arguments)
        left = [path.name for path in self.root.iterdir() if path.name not in ("checkpoint", "whole", "bundle", "source")]
        self.assertEqual(left, [])

    def without_numbers(self, graph):
        """Text embeddings that are not a number."""
        model = onnx.load(self.bundle / "onnx/text_model.onnx")
        for tensor in model.graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT:
                weights = numpy_helper.to_array(tensor)
                tensor.CopyFrom(numpy_helper.from_array(np.full_like(weights, np.nan), tensor.name))
        onnx.save(model, self.bundle / "onnx" / graph)

    def add(self, *arguments):
        """Variants to the bundle that is there."""
        asked = export.arguments([str(self.source), str(self.root / "made"), *arguments])
        asked.bundle = self.bundle
        export.add_variants(asked)

    def pictures(self):
        """The fewest that an INT8 graph is made with, of noise."""
        random, folder = np.random.default_rng(7), self.source / "pictures"
        folder.mkdir()
        for number in range(2 * quantize.BATCH):
            coarse = Image.fromarray(random.integers(0, 256, (7, 7, 3), dtype=np.uint8))
            coarse.resize((224, 224), Image.BICUBIC).save(folder / f"{number}.png")
        return str(folder)

    def content(self):
        """Of all files of the bundle."""
        return {path.relative_to(self.bundle): path.read_bytes() for path in self.bundle.rglob("*") if path.is_file()}

    def test_prove_the_bundle_as_exported_holds(self):
        self.assertGreater(proof.prove(self.checkpoint, self.bundle).image_cosine, 0.99999)

    def test_prove_other_resampling_is_refused(self):
        self.edit(self.bundle / "preprocessor_config.json", resample=2)
        self.assert_refused("does not make the checkpoint's pixels", proof.prove, self.checkpoint, self.bundle)

    def test_prove_other_rounding_of_the_crop_is_refused(self):
        self.edit(self.bundle / "preprocessor_config.json", crop_rounding="half_even")
        self.assert_refused("does not make the checkpoint's pixels", proof.prove, self.checkpoint, self.bundle)

    def test_prove_tokenizer_without_end_token_is_refused(self):
        self.edit(self.bundle / "tokenizer.json", post_processor=None)
        self.assert_refused("does not give the checkpoint's tokens", proof.prove, self.checkpoint, self.bundle)

    @mock.patch.object(proof, "TEXTS", ("a photo of a cat.",))
    def test_prove_tokenizer_that_only_drops_the_end_token_is_refused(self):
        start = {"<|startoftext|>": {"id": "<|startoftext|>", "ids": [49406], "tokens": ["<|startoftext|>"]}}
        pieces = [{"SpecialToken": {"id": "<|startoftext|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
        added = {"type": "TemplateProcessing", "single": pieces, "pair": pieces, "special_tokens": start}
        self.edit(self.bundle / "tokenizer.json", post_processor=added)
        self.assert_refused("does not give the checkpoint's tokens", proof.prove, self.checkpoint, self.bundle)

    def test_prove_embeddings_that_are_not_a_number_are_refused(self):
        self.without_numbers("text_model.onnx")
        self.assert_refused("do not give the checkpoint's embeddings", proof.prove, self.checkpoint, self.bundle)

    def test_variant_embeddings_that_are_not_a_number_are_refused(self):
        self.without_numbers("text_model_fp16.onnx")
        self.assert_refused("fp16 loses too much", proof.variant, self.bundle, "fp16")

    def test_seal_canary_that_is_not_a_number_is_refused(self):
        self.without_numbers("text_model.onnx")
        before = (self.bundle / "bundle.json").read_bytes()
        self.assert_refused("no finite numbers for the canary", seal.seal, self.bundle, ["cat", "dog"])
        self.assertEqual((self.bundle / "bundle.json").read_bytes(), before)

    def test_seal_bundle_without_templates_takes_the_usual_one(self):
        canary = seal.read_facts(self.bundle)["canary"]
        self.edit(self.bundle / "bundle.json", templates=None)
        self.assertEqual(seal.seal(self.bundle, canary["labels"]), canary)

    def test_seal_bundle_without_logit_scale_is_refused(self):
        self.edit(self.bundle / "bundle.json", logit_scale=None)
        self.assert_refused("lacks logit_scale; it has", seal.seal, self.bundle, ["cat", "dog"])

    def test_seal_bundle_without_a_graph_is_refused(self):
        (self.bundle / "onnx/vision_model.onnx").unlink()
        self.assert_refused("vision_model.onnx is not there", seal.seal, self.bundle, ["cat", "dog"])

    def test_seal_weights_of_any_name_beside_the_graphs_have_a_checksum(self):
        (self.bundle / "onnx/vision_model.onnx.data").write_bytes(b"weights")
        seal.seal(self.bundle, [])
        self.assertIn("onnx/vision_model.onnx.data", seal.read_facts(self.bundle)["sha256"])

    def test_text_embeddings_of_a_padded_text_mask_the_padding(self):
        """By a graph that gives the mask that it is given: no id is 0."""
        tokens = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"]) for name in ("input_ids", "attention_mask")]
        nodes = [
            helper.make_node("Min", ["input_ids", "attention_mask"], ["mask"]),
            helper.make_node("Cast", ["mask"], ["text_embeds"], to=TensorProto.FLOAT),
        ]
        given = helper.make_tensor_value_info("text_embeds", TensorProto.FLOAT, ["n", "length"])
        model = helper.make_model(
            helper.make_graph(nodes, "mask", tokens, [given]), opset_imports=[helper.make_opsetid("", 18)], ir_version=10
        )
        onnx.save(model, self.bundle / "onnx/text_model.onnx")
        [embedding] = seal.text_embeddings(self.bundle, {"padding_id": 5}, ["a cat"])
        # Start, two words, end.
        self.assertEqual(np.flatnonzero(embedding).tolist(), [0, 1, 2, 3])

    def test_prove_other_weights_are_refused(self):
        path = self.bundle / "onnx/vision_model.onnx"
        model = onnx.load(path)
        largest = max(model.graph.initializer, key=lambda tensor: np.prod(tensor.dims))
        weights = numpy_helper.to_array(largest)
        largest.CopyFrom(numpy_helper.from_array(weights[::-1].copy(), largest.name))
        onnx.save(model, path)
        self.assert_refused("do not give the checkpoint's embeddings", proof.prove, self.checkpoint, self.bundle)

    def test_export_without_licence_is_refused(self):
        self.assert_refused("say so with --licence", self.export)

    def test_export_name_with_spaces_is_refused(self):
        self.assert_refused("cannot be a model's name", self.export, "--licence", "MIT", "--name", "my model")

    def test_export_template_without_place_is_refused(self):
        self.assert_refused("needs one {}", self.export, "--licence", "MIT", "--template", "a photo")

    def test_export_other_architecture_is_refused(self):
        self.edit(self.source / "config.json", model_type="bert")
        self.assert_refused("is a bert; known are chinese_clip, clip, siglip", self.export, "--licence", "MIT")

    def test_export_naflex_is_refused(self):
        self.edit(self.source / "config.json", model_type="siglip2")
        self.assert_refused("NaFlex", self.export, "--licence", "MIT")

    def test_export_folder_without_checkpoint_is_refused(self):
        (self.source / "config.json").unlink()
        self.assert_refused("cannot be read as a checkpoint", self.export, "--licence", "MIT")

    def test_export_damaged_weights_is_refused(self):
        (self.source / "model.safetensors").write_bytes(b"none")
        self.assert_refused("cannot be read as a checkpoint", self.export, "--licence", "MIT")

    def test_export_weights_of_open_clip_for_transformers_is_refused(self):
        self.assert_refused("--pretrained is for open_clip", self.export, "--pretrained", "openai")

    def test_export_revision_of_open_clip_is_refused(self):
        self.assert_refused("--revision is not for open_clip", export.read, "open_clip:ViT-B-32", "main")

    @mock.patch.object(quantize, "MIN_COSINE", 0.99)
    @mock.patch.object(quantize, "ROUNDS", 1)
    def test_add_variants_int8_is_sealed_with_the_bundle(self):
        self.add("--int8", "--images", self.pictures())
        facts = seal.read_facts(self.bundle)
        self.assertIn("onnx/vision_model_int8.onnx", facts["sha256"])
        self.assertEqual(list(facts["canary"]["precisions"]), ["int8"])

    @mock.patch.object(quantize, "MIN_COSINE", 1.1)
    @mock.patch.object(quantize, "ROUNDS", 1)
    def test_add_variants_int8_that_loses_too_much_leaves_the_bundle_as_it_was(self):
        before = self.content()
        self.assert_refused("INT8 loses too much", self.add, "--int8", "--images", self.pictures())
        self.assertEqual(self.content(), before)

    @mock.patch.object(proof, "LEAST_COSINE_OF_VARIANT", 1.1)
    def test_add_variants_fp16_that_loses_too_much_leaves_the_bundle_as_it_was(self):
        before = self.content()
        self.assert_refused("fp16 loses too much", self.add, "--fp16")
        self.assertEqual(self.content(), before)

    def test_arguments_images_that_are_not_there_are_refused(self):
        with self.assertRaises(SystemExit):
            export.arguments([str(self.source), str(self.root / "made"), "--int8", "--images", str(self.root / "none")])

    def test_arguments_destination_that_is_there_is_refused(self):
        with self.assertRaises(SystemExit):
            export.arguments([str(self.source), str(self.bundle)])


if __name__ == "__main__":
    unittest.main(verbosity=1)

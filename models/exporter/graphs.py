"""Writes a checkpoint's two encoders as ONNX graphs."""
import contextlib
import io
import logging
import warnings

import onnx
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16

# ONNX keeps a graph and its weights in one file of at most 2 GB; above, the weights lie beside it.
LARGEST_FILE = 1_900_000_000
# Before 17 a layer norm is nine nodes. 18 is what the exporter is made for.
OPSET = 18


def write(checkpoint, folder):
    """vision_model.onnx and text_model.onnx, for batches of any size and, unless texts are padded, of any length."""
    folder.mkdir()
    pixels = torch.zeros(2, 3, *checkpoint.image_size)
    _export(checkpoint.image_tower, {"pixel_values": pixels}, {0: "batch"}, "image_embeds", folder / "vision_model.onnx")
    padded = checkpoint.padding_id is not None
    ids = checkpoint.reference_tokens(["a photo of a cat", "a photo of a cat"])["input_ids"]
    tokens = {"input_ids": ids} | ({"attention_mask": torch.ones_like(ids)} if checkpoint.masked else {})
    open_sides = {0: "batch"} if padded else {0: "batch", 1: "length"}
    _export(checkpoint.text_tower, tokens, open_sides, "text_embeds", folder / "text_model.onnx")


def _export(tower, inputs, open_sides, output, path):
    sides = {side: torch.export.Dim.DYNAMIC for side in open_sides}
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            tower,
            kwargs=inputs,
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes={name: sides for name in inputs},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    _save(program.model_proto, path, open_sides)


def _save(model, path, open_sides):
    for tensor in model.graph.input:
        for side, name in open_sides.items():
            tensor.type.tensor_type.shape.dim[side].dim_param = name
    # Where a node was in the Python code, which is half of a small graph.
    for node in model.graph.node:
        del node.metadata_props[:]
    if model.ByteSize() > LARGEST_FILE:
        onnx.save(model, path, save_as_external_data=True, location=f"{path.name}_data", all_tensors_to_one_file=True)
    else:
        onnx.save(model, path)


def write_fp16(folder):
    """The same graphs with weights and arithmetic of 16 bits; they still take and give 32."""
    for tower in ("vision", "text"):
        model = onnx.load(folder / f"{tower}_model.onnx")
        with warnings.catch_warnings():
            # Weights that are too small for 16 bits become the smallest that there are.
            warnings.simplefilter("ignore")
            half = convert_float_to_float16(model, keep_io_types=True)
        _save(half, folder / f"{tower}_model_fp16.onnx", {})


@contextlib.contextmanager
def _quiet():
    """Without the exporter's progress; what it throws says all that matters."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)

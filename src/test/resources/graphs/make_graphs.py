"""Makes the graphs of this folder, which tests load. Needs numpy and onnx.

vision_model_fp16.onnx: pixel_values float16 [n, 3, height, width] -> image_embeds float16 [n, 128], whose first three numbers
are the means of the colours; the fourth is one, so that a black picture has a direction too, and the others are zero.
odd_mask.onnx: x float32 [n, 17] -> y float32 [n, 64], for n = 17.
"""
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

HALF = TensorProto.FLOAT16
graph = helper.make_graph(
    [
        helper.make_node("GlobalAveragePool", ["pixel_values"], ["means"]),
        helper.make_node("Flatten", ["means"], ["colours"]),
        helper.make_node("Gemm", ["colours", "first_three", "fourth"], ["image_embeds"]),
    ],
    "vision",
    [helper.make_tensor_value_info("pixel_values", HALF, ["n", 3, "height", "width"])],
    [helper.make_tensor_value_info("image_embeds", HALF, ["n", 128])],
    [
        numpy_helper.from_array(np.eye(3, 128, dtype=np.float16), "first_three"),
        numpy_helper.from_array(np.eye(1, 128, 3, dtype=np.float16)[0], "fourth"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
save(model, pathlib.Path(__file__).with_name("vision_model_fp16.onnx"))


def odd_mask():
    """A mask whose size is no multiple of 64 bytes, and products with weights behind it."""
    random = np.random.default_rng(0)
    sizes = {"mask": (17, 17), "weights": (17, 64), "more_weights": (64, 64)}
    tensors = [numpy_helper.from_array(random.standard_normal(size, dtype=np.float32), name) for name, size in sizes.items()]
    nodes = [
        helper.make_node("Add", ["x", "mask"], ["masked"]),
        helper.make_node("MatMul", ["masked", "weights"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "more_weights"], ["y"]),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in (("x", 17), ("y", 64))]
    graph = helper.make_graph(nodes, "odd", ends[:1], ends[1:], tensors)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    save(made, pathlib.Path(__file__).with_name("odd_mask.onnx"))


odd_mask()

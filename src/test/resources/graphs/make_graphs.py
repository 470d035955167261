"""Makes the graphs of this folder, which tests load. Needs numpy and onnx.

vision_model_fp16.onnx: pixel_values float16 [n, 3, height, width] -> image_embeds float16 [n, 128], whose first three numbers
are the means of the colours; the fourth is one, so that a black picture has a direction too, and the others are zero.
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

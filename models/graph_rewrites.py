"""Rewrites of ONNX graphs that change their speed on a processor and leave what they compute as it is."""
import numpy as np
from onnx import helper, numpy_helper


def spell_out_layer_norms(model):
    """Replaces each LayerNormalization by the elementary operators that it stands for.

    ONNX Runtime's processor kernel of LayerNormalization is a scalar loop; the elementary operators are vectorized and take a
    quarter of its time. That is a fifth of all time once the matrix products are INT8. A session would fuse them back into the
    slow kernel if the square were a Pow, so it is a Mul; graphs of older opsets, which come spelt out, only need that.
    """
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "LayerNormalization":
            nodes += _layer_norm(model, node)
        elif node.op_type == "Pow" and np.array_equal(constants.get(node.input[1]), 2):
            nodes.append(helper.make_node("Mul", [node.input[0]] * 2, node.output, node.name))
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _layer_norm(model, node):
    """(x − mean) / √(variance + ε) × scale + bias over the last axis."""
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    if attributes.get("axis", -1) != -1 or len(node.output) != 1 or len(node.input) != 3:
        return [node]
    x, scale, bias = node.input
    prefix = f"{node.name or node.output[0]}/"
    epsilon = prefix + "epsilon"
    model.graph.initializer.append(numpy_helper.from_array(np.float32(attributes.get("epsilon", 1e-5)), epsilon))
    axes, axis = _last_axis(model, prefix)
    steps = [
        ("ReduceMean", [x, *axes], "mean", axis),
        ("Sub", [x, prefix + "mean"], "centred", {}),
        ("Mul", [prefix + "centred"] * 2, "squares", {}),
        ("ReduceMean", [prefix + "squares", *axes], "variance", axis),
        ("Add", [prefix + "variance", epsilon], "positive", {}),
        ("Sqrt", [prefix + "positive"], "deviation", {}),
        ("Div", [prefix + "centred", prefix + "deviation"], "normal", {}),
        ("Mul", [prefix + "normal", scale], "scaled", {}),
        ("Add", [prefix + "scaled", bias], None, {}),
    ]
    return [
        helper.make_node(op, inputs, [prefix + output if output else node.output[0]], f"{prefix}{output or 'biased'}", **more)
        for op, inputs, output, more in steps
    ]


def _last_axis(model, prefix):
    """Further inputs and attributes that tell ReduceMean its axis: until opset 17 it is an attribute, then an input."""
    if next(opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")) < 18:
        return [], {"axes": [-1]}
    axes = prefix + "axes"
    model.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), axes))
    return [axes], {}

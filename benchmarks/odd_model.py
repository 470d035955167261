"""Makes a bundle of the model that ships which takes longer, and misbehaves where a picture asks for it.

    pip install numpy onnx
    python benchmarks/odd_model.py FOLDER --work 100

Answers are those of the model that ships. A picture of SIDE x SIDE whose first pixel is one of MARKS has its run give what is no
number, throw, hang, or want more memory than there is. Beside the graph lies weights.bin, which is mapped into memory: what is
written into it the sessions that are open compute with. Each image costs WORK convolutions more, a millisecond or so each.
"""
import argparse
import itertools
import json
import pathlib
import shutil

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import running

SHIPPED = running.ROOT / "models" / "mini-clip"
GRAPH = "onnx/vision_model.onnx"
WEIGHTS = "weights.bin"
PREPROCESSING = json.loads((SHIPPED / "preprocessor_config.json").read_text())
SIDE = PREPROCESSING["crop_size"]["height"]
WORK_SIDE = 32  # of what is convoluted, whatever the pictures are
# Red, green and blue of the first pixel. What is too large for memory is so only together with others.
MARKS = {"nan": (250, 5, 10), "throws": (250, 5, 20), "hangs": (250, 5, 30), "too large": (250, 5, 40)}
DIMENSION = 128
BEYOND_MEMORY = 2**46
HANG_ROUNDS = 20_000


def marked(mark, noise=bytes):
    """A picture that has the mark; NOISE gives as many bytes as it is asked for."""
    return running.png(SIDE, SIDE, bytes(MARKS[mark]) + noise(3 * SIDE * SIDE - 3))


def healthy():
    """The content of weights.bin: by what embeddings are multiplied, and where a number is looked up."""
    return np.ones(DIMENSION, np.float32).tobytes() + np.zeros(1, np.int64).tobytes()


def wrong():
    """Embeddings of another direction."""
    signs = np.where(np.arange(DIMENSION) % 2, -1, 1).astype(np.float32)
    return signs.tobytes() + healthy()[signs.nbytes:]


def broken():
    """Every run throws."""
    return healthy()[:-8] + np.full(1, 1000, np.int64).tobytes()


def external(name, kind, size, offset, length):
    tensor = TensorProto(name=name, data_type=kind, dims=[size], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", WEIGHTS), ("offset", offset), ("length", length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


class Nodes:
    """Nodes and constants, each named by a number that no other has."""

    NUMBERS = itertools.count()

    def __init__(self):
        self.nodes, self.initializers = [], []

    def constant(self, value, kind=np.float32):
        self.initializers.append(numpy_helper.from_array(np.array(value, kind), f"odd_constant_{next(self.NUMBERS)}"))
        return self.initializers[-1].name

    def __call__(self, operator, *inputs, **attributes):
        output = f"odd_{next(self.NUMBERS)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output


def loop(node, rounds, carried, shape, step):
    """What STEP makes of CARRIED, so many times over."""
    inside = Nodes()
    after = step(inside, "carried")
    true = inside("Identity", "going_on")
    graph = helper.make_graph(
        inside.nodes, "rounds",
        [helper.make_tensor_value_info("round", TensorProto.INT64, []), helper.make_tensor_value_info("going_on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("carried", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(true, TensorProto.BOOL, []), helper.make_tensor_value_info(after, TensorProto.FLOAT, shape)],
        inside.initializers)
    return node("Loop", rounds, node.constant(True, bool), carried, body=graph)


def marks(node):
    """Of each picture, and each mark, whether it has it: [n, marks], 1 or 0."""
    first = node("Slice", "pixel_values", node.constant([0, 0], np.int64), node.constant([1, 1], np.int64), node.constant([2, 3], np.int64))
    deviation, mean = (255 * np.array(PREPROCESSING[name]).reshape(1, 3, 1, 1) for name in ("image_std", "image_mean"))
    colour = node("Round", node("Add", node("Mul", first, node.constant(deviation)), node.constant(mean)))
    row = node("Reshape", colour, node.constant([-1, 1, 3], np.int64))
    equal = node("Equal", row, node.constant([list(MARKS.values())]))
    return node("ReduceMin", node("Cast", equal, to=TensorProto.FLOAT), axes=[2], keepdims=0)


def some(node, each, number):
    """Whether any picture of the batch has the mark of this number: [], int64."""
    column = node("Gather", each, node.constant(number, np.int64), axis=1)
    return node("Cast", node("ReduceMax", column, axes=[0], keepdims=0), to=TensorProto.INT64)


def faults(node):
    """What is added to embeddings: [n, 1], zeros where no picture is marked."""
    each = marks(node)
    own = node("Gather", each, node.constant([0], np.int64), axis=1)
    nan = node("Where", node("Cast", own, to=TensorProto.BOOL), node.constant(float("nan")), node.constant(0))

    thrown = node("Gather", node.constant([0]), node("Mul", some(node, each, 1), node.constant(1000, np.int64)))

    weights = np.random.default_rng(0).standard_normal((256, 256)) / 16
    rounds = node("Mul", some(node, each, 2), node.constant(HANG_ROUNDS, np.int64))
    hung = loop(node, rounds, node.constant(np.zeros((256, 256))), [256, 256],
                lambda inside, carried: inside("MatMul", carried, inside.constant(weights)))

    batch = node("Gather", node("Shape", each), node.constant([0], np.int64))
    others = node("Cast", node("Greater", batch, node.constant([1], np.int64)), to=TensorProto.INT64)
    size = node("Mul", node("Mul", some(node, each, 3), others), node.constant([BEYOND_MEMORY], np.int64))
    large = node("ReduceSum", node("ConstantOfShape", size), keepdims=0)

    total = nan
    for zero in (thrown, node("ReduceSum", hung, keepdims=0), large):
        total = node("Add", total, zero)
    # An index of weights.bin into what only a run knows, or it would be looked up when the session is opened.
    return node("Add", total, node("Gather", node("Mul", node("ReduceMax", each, keepdims=0, axes=[0, 1]), node.constant([0])), "odd_index"))


def work(node, rounds):
    """Zeros to be added to embeddings, [n, 1], for which each picture takes so many convolutions."""
    kernel = np.random.default_rng(0).standard_normal((64, 64, 3, 3)) / 64
    wide = node("Conv", "pixel_values", node.constant(kernel[:, :3]), pads=[1, 1, 1, 1], strides=2 * [SIDE // WORK_SIDE])
    done = loop(node, node.constant(rounds, np.int64), wide, ["n", 64, WORK_SIDE, WORK_SIDE],
                lambda inside, carried: inside("Tanh", inside("Conv", carried, inside.constant(kernel), pads=[1, 1, 1, 1])))
    return node("Mul", node("ReduceMean", done, axes=[2, 3], keepdims=0), node.constant(0))


def odd_graph(rounds):
    model = onnx.load(SHIPPED / GRAPH)
    graph, node = model.graph, Nodes()
    last = next(one for one in graph.node if "image_embeds" in one.output)
    last.output[:] = ["shipped_embeds"]
    embeddings = node("Add", "shipped_embeds", faults(node))
    if rounds:
        embeddings = node("Add", embeddings, node("ReduceSum", work(node, rounds), node.constant([1], np.int64), keepdims=1))
    node.nodes.append(helper.make_node("Mul", [embeddings, "odd_gain"], ["image_embeds"]))
    graph.node.extend(node.nodes)
    graph.initializer.extend(node.initializers)
    graph.initializer.append(external("odd_gain", TensorProto.FLOAT, DIMENSION, 0, 4 * DIMENSION))
    graph.initializer.append(external("odd_index", TensorProto.INT64, 1, 4 * DIMENSION, 8))
    return model


def make(folder, rounds=0):
    """The bundle, in a folder that need not be there."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    facts = json.loads((folder / "bundle.json").read_text())
    # Its own canary says whether all is right; checksums would be those of another graph.
    del facts["sha256"]
    (folder / "bundle.json").write_text(json.dumps(facts | {"name": "odd"}))
    onnx.save(odd_graph(rounds), folder / GRAPH)
    (folder / "onnx" / WEIGHTS).write_bytes(healthy())
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--work", type=int, default=0, help="convolutions that each image costs more")
    args = parser.parse_args()
    make(args.folder, args.work)


if __name__ == "__main__":
    main()

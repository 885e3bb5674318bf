"""Each cell, computed again from its terms, is what TensorFlow computed; sources and reach agree with each other."""

from __future__ import annotations

import json
from itertools import product
from math import prod

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

import graphlab  # noqa: E402
from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.cells import cell_arithmetic, reached_outputs  # noqa: E402
from graphlab.evaluation.cells.arithmetic import FAMILIES  # noqa: E402
from graphlab.evaluation.result import to_array  # noqa: E402

RNG = np.random.default_rng(5)
nn, raw = tf.nn, tf.raw_ops


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


def whole(*shape, low=0, high=9):
    return RNG.integers(low, high, size=shape).astype("int32")


# The terms of a result → the result.
RULES = {
    "sum": sum,
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "max": max,
    "min": min,
    "product": prod,
}
A, B, C = normal(3, 4), normal(4, 5), normal(3, 4)
IMAGE, TALL = normal(2, 5, 6, 3), normal(1, 7, 4, 2)
KERNEL, GROUPED = normal(3, 2, 3, 4), normal(3, 3, 2, 4)
LOGITS, LABELS = normal(4, 5), np.array([0, 4, 2, 2], dtype="int32")
SHARES = np.exp(normal(4, 5))
SHARES = (SHARES / SHARES.sum(-1, keepdims=True)).astype("float32")
MASK = np.array([[1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 0]], dtype="float32")
IDS = np.array([[1, 3, 3], [0, 2, 1]], dtype="int32")
PADS = [[0, 0], [2, 1], [1, 0], [0, 0]]


def conv(**options):
    return lambda image, kernel: nn.conv2d(image, kernel, **options)


def depthwise(stride, padding, dilation=1):
    sizes = {"strides": [1, stride, stride, 1], "padding": padding, "dilations": [1, dilation, dilation, 1]}
    return lambda image, kernel: raw.DepthwiseConv2dNative(input=image, filter=kernel, **sizes)


def batch_norm(is_training):
    return lambda x, *rest: (
        raw.FusedBatchNormV3(
            x=x, scale=rest[0], offset=rest[1], mean=rest[2], variance=rest[3], is_training=is_training
        ).y
    )


# Name → op type, function, inputs. The name has the op type first.
CASES = {
    "MatMul": ("MatMul", lambda a, b: a @ b, (A, B)),
    "MatMul, left transposed": ("MatMul", lambda a, b: tf.matmul(a, b, transpose_a=True), (normal(4, 3), B)),
    "MatMul, right transposed": ("MatMul", lambda a, b: tf.matmul(a, b, transpose_b=True), (A, normal(5, 4))),
    "MatMul of integers": ("MatMul", lambda a, b: a @ b, (whole(2, 3), whole(3, 2))),
    "MatMul in half precision": ("MatMul", lambda a, b: a @ b, (A.astype("float16"), B.astype("float16"))),
    "BatchMatMulV2": ("BatchMatMulV2", lambda a, b: a @ b, (normal(2, 1, 3, 4), normal(3, 4, 2))),
    "BatchMatMulV2, adjoint": (
        "BatchMatMulV2",
        lambda a, b: tf.matmul(a, b, adjoint_a=True, adjoint_b=True),
        (normal(2, 4, 3), normal(2, 5, 4)),
    ),
    "Einsum of scores": ("Einsum", lambda q, k: tf.einsum("bqhd,bkhd->bhqk", q, k), (normal(2, 3, 2, 4),) * 2),
    "Einsum with dots": ("Einsum", lambda a, b: tf.einsum("...ij,jk->...ik", a, b), (normal(2, 2, 3), normal(3, 2))),
    "Einsum with broadcast dots": (
        "Einsum",
        lambda a, b: tf.einsum("...i,...i->...", a, b),
        (normal(2, 1, 3), normal(4, 3)),
    ),
    "Einsum of a diagonal": ("Einsum", lambda a: tf.einsum("ii->i", a), (normal(3, 3),)),
    "Einsum of a trace": ("Einsum", lambda a: tf.einsum("ii", a), (normal(3, 3),)),
    "Einsum of an outer product": ("Einsum", lambda a, b: tf.einsum("i,j->ij", a, b), (normal(3), normal(2))),
    **{
        f"Conv2D {padding} by {stride}, dilation {dilation}": (
            "Conv2D",
            conv(strides=stride, padding=padding, dilations=dilation),
            (IMAGE, KERNEL),
        )
        for padding in ("SAME", "VALID")
        for stride, dilation in ((1, 1), (2, 1), (3, 1), (1, 2), ([1, 2, 3, 1], 1))
    },
    "Conv2D with padding of its own": ("Conv2D", conv(strides=2, padding=PADS), (IMAGE, KERNEL)),
    "Conv2D in groups": ("Conv2D", conv(strides=1, padding="SAME"), (normal(1, 4, 4, 4), GROUPED)),
    "Conv2D, high": ("Conv2D", conv(strides=2, padding="SAME"), (TALL, normal(4, 3, 2, 2))),
    "Conv3D": (
        "Conv3D",
        lambda x, k: nn.conv3d(x, k, strides=[1, 2, 1, 1, 1], padding="SAME"),
        (normal(1, 3, 3, 2, 2), normal(2, 2, 2, 2, 2)),
    ),
    "Depthwise": ("DepthwiseConv2dNative", depthwise(1, "SAME"), (IMAGE, normal(3, 3, 3, 2))),
    "Depthwise by 2": ("DepthwiseConv2dNative", depthwise(2, "VALID"), (IMAGE, normal(3, 2, 3, 1))),
    "MaxPool": ("MaxPool", lambda x: nn.max_pool2d(x, 2, 2, "VALID"), (IMAGE,)),
    "MaxPool SAME": ("MaxPool", lambda x: nn.max_pool2d(x, 3, 2, "SAME"), (IMAGE,)),
    "MaxPool with padding of its own": (
        "MaxPool",
        lambda x: nn.max_pool2d(x, 3, 2, PADS[:1] + [[1, 1]] * 2 + PADS[:1]),
        (IMAGE,),
    ),
    "AvgPool": ("AvgPool", lambda x: nn.avg_pool2d(x, [3, 2], [1, 2], "SAME"), (IMAGE,)),
    "AvgPool3D": ("AvgPool3D", lambda x: nn.avg_pool3d(x, 2, 2, "SAME"), (normal(1, 3, 3, 3, 2),)),
    "Softmax": ("Softmax", lambda x: nn.softmax(x), (normal(2, 3, 4),)),
    "LogSoftmax": ("LogSoftmax", lambda x: nn.log_softmax(x), (LOGITS,)),
    "FusedBatchNormV3": (
        "FusedBatchNormV3",
        batch_norm(False),
        (IMAGE, normal(3), normal(3), normal(3), np.exp(normal(3))),
    ),
    "FusedBatchNormV3 in training": (
        "FusedBatchNormV3",
        batch_norm(True),
        (IMAGE, normal(3), normal(3), np.zeros(0, "float32"), np.zeros(0, "float32")),
    ),
    "Sparse cross-entropy": (
        "SparseSoftmaxCrossEntropyWithLogits",
        lambda x, y: nn.sparse_softmax_cross_entropy_with_logits(y, x),
        (LOGITS, LABELS),
    ),
    "cross-entropy": (
        "SoftmaxCrossEntropyWithLogits",
        lambda x, y: nn.softmax_cross_entropy_with_logits(y, x),
        (LOGITS, SHARES),
    ),
    **{
        f"{name} over {axis}, {keepdims}": (name, lambda x, f=function, a=axis, k=keepdims: f(x, a, k), (x,))
        for name, function, x in (
            ("Sum", tf.reduce_sum, normal(2, 3, 4)),
            ("Mean", tf.reduce_mean, normal(2, 3, 4)),
            ("Max", tf.reduce_max, normal(2, 3, 4)),
            ("Min", tf.reduce_min, normal(2, 3, 4)),
            ("Prod", tf.reduce_prod, normal(2, 3, 4)),
            ("Sum", tf.reduce_sum, whole(2, 3, 4)),
            ("Mean", tf.reduce_mean, whole(2, 3, 4, low=-9)),
            ("All", tf.reduce_all, normal(2, 3, 4) > -1),
            ("Any", tf.reduce_any, normal(2, 3, 4) > 1),
        )
        for axis in (None, -1, [0, 2])
        for keepdims in (False, True)
    },
    "ArgMax": ("ArgMax", lambda x: tf.argmax(x, -1), (normal(2, 3, 4),)),
    "ArgMin": ("ArgMin", lambda x: tf.argmin(x, 1), (normal(2, 3, 4),)),
    **{
        f"{name} of {left.shape} and {right.shape}": (
            name,
            lambda x, y, op=name: getattr(raw, op)(x=x, y=y),
            (left, right),
        )
        for name in (
            *("AddV2", "Add", "Sub", "Mul", "RealDiv", "Div", "DivNoNan", "FloorDiv", "FloorMod", "Maximum"),
            *("Minimum", "SquaredDifference", "Greater", "GreaterEqual", "Less", "LessEqual", "Atan2", "MulNoNan"),
        )
        for left, right in ((A, C), (A, normal(4)), (normal(2, 1, 3), normal(4, 1)), (np.float32(2.5), A))
    },
    **{
        f"{name} of integers": (
            name,
            lambda x, y, op=name: getattr(raw, op)(x=x, y=y),
            (whole(3, 4, low=-9), whole(3, 4, low=1)),
        )
        for name in (
            "AddV2",
            "Sub",
            "Mul",
            "FloorDiv",
            "FloorMod",
            "TruncateDiv",
            "TruncateMod",
            "Equal",
            "NotEqual",
            "Pow",
        )
    },
    "Pow": ("Pow", lambda x, y: tf.pow(tf.abs(x), y), (A, C)),
    "LogicalAnd": ("LogicalAnd", tf.logical_and, (A > 0, C > 0)),
    "LogicalOr": ("LogicalOr", tf.logical_or, (A > 0, C > 0)),
    "Equal of texts": (
        "Equal",
        lambda x, y: x == y,
        (np.array([b"a", b"b"], dtype=object), np.array([b"c", b"b"], dtype=object)),
    ),
    "Mul by a mask": ("Mul", lambda x, y: x * y, (A, MASK)),
    "SelectV2": ("SelectV2", lambda c, x, y: tf.where(c, x, y), (A > 0, A, np.float32(0))),
    "SelectV2, broadcast": ("SelectV2", lambda c, x, y: tf.where(c, x, y), (normal(3, 1) > 0, A, normal(4))),
    "Select": ("Select", lambda c, x, y: raw.Select(condition=c, x=x, y=y), (normal(3) > 0, A, C)),
    "AddN": ("AddN", lambda *x: tf.add_n(x), (A, C, A)),
    "BiasAdd": ("BiasAdd", nn.bias_add, (IMAGE, normal(3))),
    "BiasAdd, channels first": ("BiasAdd", lambda x, b: nn.bias_add(x, b, "NCHW"), (normal(2, 3, 2, 2), normal(3))),
    **{
        name: (name, lambda x, op=name, inputs=inputs: getattr(raw, op)(**{inputs[0]: x}, **dict(inputs[1:])), (x,))
        for name, x, *inputs in (
            *((name, A, "features") for name in ("Relu", "Relu6", "Elu", "Selu", "Softplus", "Softsign")),
            *((name, A, "x") for name in ("Sigmoid", "Tanh", "Erf", "Erfc", "Exp", "Expm1", "Square", "Abs", "Neg")),
            *((name, A, "x") for name in ("Sign", "Reciprocal", "Inv", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh")),
            *((name, A * 3, "x") for name in ("Floor", "Ceil", "Round", "Rint", "IsNan", "IsInf", "IsFinite")),
            *((name, np.abs(A) + 0.1, "x") for name in ("Log", "Log1p", "Sqrt", "Rsqrt", "Lgamma")),
            *((name, np.tanh(A), "x") for name in ("Asin", "Acos")),
            ("LeakyRelu", A, "features", ("alpha", 0.3)),
            ("LogicalNot", A > 0, "x"),
        )
    },
    "Reshape": ("Reshape", lambda x: tf.reshape(x, [-1, 3]), (IMAGE,)),
    "Squeeze": ("Squeeze", tf.squeeze, (normal(1, 3, 1),)),
    "ExpandDims": ("ExpandDims", lambda x: tf.expand_dims(x, 1), (A,)),
    "Identity": ("Identity", tf.identity, (A,)),
    "Cast": ("Cast", lambda x: tf.cast(x, tf.int32), (A * 5,)),
    "Cast of truth values": ("Cast", lambda x: tf.cast(x, tf.float32), (A > 0,)),
    "Transpose": ("Transpose", lambda x: tf.transpose(x, [2, 0, 3, 1]), (IMAGE,)),
    "ReverseV2": ("ReverseV2", lambda x: tf.reverse(x, [1]), (A,)),
    "Slice": ("Slice", lambda x: tf.slice(x, [1, 0, 2], [1, 3, -1]), (normal(2, 3, 4),)),
    "StridedSlice": ("StridedSlice", lambda x: x[::-1, tf.newaxis, 1:3, ..., -1], (IMAGE,)),
    "Pad": ("Pad", lambda x: tf.pad(x, [[1, 2], [0, 1]]), (A,)),
    "PadV2": ("PadV2", lambda x: tf.pad(x, [[1, 0], [0, 1]], constant_values=7.0), (A,)),
    "MirrorPad": ("MirrorPad", lambda x: tf.pad(x, [[1, 1], [2, 0]], "REFLECT"), (A,)),
    "MirrorPad, symmetric": ("MirrorPad", lambda x: tf.pad(x, [[1, 1], [2, 0]], "SYMMETRIC"), (A,)),
    "Tile": ("Tile", lambda x: tf.tile(x, [2, 3]), (A,)),
    "BroadcastTo": ("BroadcastTo", lambda x: tf.broadcast_to(x, [2, 3, 4]), (normal(3, 1),)),
    "Fill": ("Fill", lambda x: tf.fill([2, 3], x), (np.float32(2.5),)),
    "Roll": ("Roll", lambda x: tf.roll(x, [1, -2], [0, 1]), (A,)),
    "ConcatV2": ("ConcatV2", lambda x, y: tf.concat([x, y, x], -1), (A, normal(3, 2))),
    "Pack": ("Pack", lambda x, y: tf.stack([x, y], 1), (A, C)),
    "Unpack": ("Unpack", lambda x: tf.unstack(x, axis=1)[2], (A,)),
    "Split": ("Split", lambda x: tf.split(x, 2, axis=1)[1], (A,)),
    "SplitV": ("SplitV", lambda x: tf.split(x, [1, 3], axis=1)[1], (A,)),
    "SpaceToBatchND": (
        "SpaceToBatchND",
        lambda x: tf.space_to_batch(x, [2, 3], [[0, 1], [0, 0]]),
        (normal(1, 3, 6, 2),),
    ),
    "BatchToSpaceND": (
        "BatchToSpaceND",
        lambda x: tf.batch_to_space(x, [2, 2], [[1, 0], [0, 1]]),
        (normal(4, 2, 3, 2),),
    ),
    "DepthToSpace": ("DepthToSpace", lambda x: nn.depth_to_space(x, 2), (normal(1, 2, 3, 8),)),
    "SpaceToDepth": ("SpaceToDepth", lambda x: nn.space_to_depth(x, 2), (normal(1, 4, 2, 3),)),
    "GatherV2": ("GatherV2", lambda x, i: tf.gather(x, i), (normal(4, 3), IDS)),
    "GatherV2 along an axis": ("GatherV2", lambda x, i: tf.gather(x, i, axis=1), (normal(2, 4, 2), IDS)),
    "GatherV2 in batches": ("GatherV2", lambda x, i: tf.gather(x, i, axis=2, batch_dims=1), (normal(2, 2, 4), IDS)),
    "GatherNd": ("GatherNd", lambda x, i: tf.gather_nd(x, i), (normal(4, 4, 2), np.array([[1, 3], [0, 0]], "int32"))),
}


def runs_of(name):
    """The runs of the op of a case: attributes, inputs and outputs as arrays."""
    op_type, function, inputs = CASES[name]
    arrays = [tf.constant(array) for array in inputs]
    specs = [tf.TensorSpec(array.shape, array.dtype) for array in arrays]
    values = graphlab.values(tf.function(lambda *xs: function(*xs), input_signature=specs), *arrays)
    assert values.problems == {}
    runs = [
        (op.attrs, [to_array(one) for one in values.runs.last[op.id].inputs], list(values.outputs(op.id)))
        for op in values.graph.ops()
        if op.type == op_type
    ]
    assert runs
    return op_type, runs


def combined(cell):
    """The result of a cell's terms."""
    assert cell.more == 0
    numbers = [term.product for term in cell.terms]
    if cell.rule == "own":
        [own] = [term.product for term in cell.terms if term.position == cell.position]
        return own
    if cell.rule in ("argmax", "argmin"):
        return cell.total
    return RULES[cell.rule](numbers) if len(numbers) != 1 else numbers[0]


def positions(shape):
    return list(product(*map(range, shape)))


def positions_in(region):
    return set(product(*(range(*one) for one in region.axes)))


@pytest.mark.parametrize("name", CASES)
def test_a_cell_is_computed_again_from_its_terms(name):
    op_type, runs = runs_of(name)
    for attrs, inputs, outputs in runs:
        for output, array in enumerate(outputs):
            if op_type.startswith("FusedBatchNorm") and output:
                continue  # the moments, for which there is no formula
            for at in positions(array.shape):
                cell = cell_arithmetic(op_type, attrs, inputs, outputs, at, output, most=10_000)
                value = cell.value
                json.dumps(cell.to_json(), allow_nan=False)
                if isinstance(value, str | bool):
                    assert (value, value) == (cell.total, combined(cell))
                    continue
                size = {"float16": 5e-3, "bfloat16": 5e-2}.get(array.dtype.name, 1e-4)
                terms = sum(abs(float(term.product)) for term in cell.terms)
                want = pytest.approx(float(value), rel=size, abs=size * 0.05 * max(1.0, terms))
                assert float(cell.total) == want
                if op_type != "Mean" or array.dtype.kind != "i":
                    assert float(combined(cell)) == want


@pytest.mark.parametrize("name", CASES)
def test_what_an_element_reaches_is_what_reads_it(name):
    op_type, runs = runs_of(name)
    for attrs, inputs, outputs in runs:
        for output, array in enumerate(outputs):
            if op_type.startswith("FusedBatchNorm") and output:
                continue
            readers = {}
            for at in positions(array.shape):
                for region in cell_arithmetic(op_type, attrs, inputs, outputs, at, output).sources:
                    for place in positions_in(region):
                        readers.setdefault((region.port, place), set()).add(at)
            for port, values in enumerate(inputs):
                for place in positions(values.shape):
                    reach = reached_outputs(op_type, attrs, inputs, outputs, port, place, output)
                    assert all(region.port == output for region in reach.regions)
                    reached = set().union(*map(positions_in, reach.regions))
                    assert (reached, reach.more) == (readers.get((port, place), set()), 0)


def test_every_family_is_tried():
    tried = {op_type for op_type, _, _ in CASES.values()}
    untried = {"BatchMatMul", "BatchMatMulV3", "MaxPool3D", "FusedBatchNorm", "FusedBatchNormV2"}  # the same formulas
    untried |= {"StopGradient", "PreventGradient", "Snapshot", "EnsureShape", "Bitcast", "Mod"}
    untried |= {"Gather", "Concat", "ResourceGather", "ResourceGatherNd"}  # kept for files, and needs a variable

    assert FAMILIES.keys() - tried == untried


def test_the_largest_products_come_first_and_the_rest_is_counted():
    a, b = np.array([[1.0, -5.0, 2.0, 0.5]], "float32"), np.ones((4, 1), "float32")

    cell = cell_arithmetic("MatMul", {}, [a, b], [a @ b], (0, 0), most=2)

    assert [term.words for term in cell.terms] == ["−5 × 1 = −5", "2 × 1 = 2"]
    assert [term.position for term in cell.terms] == [(0, 1), (0, 2)]
    assert (cell.more, cell.total, cell.title) == (2, -1.5, "Σ 4 products")
    assert [grid.sign for grid in cell.grids] == ["", "·", "="]


def test_the_windows_padding_has_no_numbers():
    image, kernel = np.arange(9, dtype="float32").reshape(1, 3, 3, 1), np.ones((3, 3, 1, 1), "float32")
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}

    cell = cell_arithmetic("Conv2D", attrs, [image, kernel], [np.full((1, 3, 3, 1), 8.0)], (0, 0, 0, 0))

    assert cell.grids[0].numbers == ((None, None, None), (None, 0.0, 1.0), (None, 3.0, 4.0))
    assert cell.note == "The window reaches over the edge: the padding counts as 0."
    assert (cell.total, cell.sources[0].axes) == (8.0, ((0, 1, 1), (0, 2, 1), (0, 2, 1), (0, 1, 1)))


def test_the_winner_of_pooling_is_marked():
    image = np.array([[1, 7], [3, 2]], "float32").reshape(1, 2, 2, 1)
    attrs = {"strides": [1, 2, 2, 1], "ksize": [1, 2, 2, 1], "padding": "VALID"}

    cell = cell_arithmetic("MaxPool", attrs, [image], [np.full((1, 1, 1, 1), 7.0)], (0, 0, 0, 0))

    assert cell.grids[0].marks == ((0, 1),)
    assert cell.note == "The winner is at [0, 0, 1, 0]."


def test_what_dropout_dropped_is_said():
    mask = np.array([0.0, 2.0, 2.0, 0.0], "float32")
    x = np.array([1.0, 2.0, 3.0, 4.0], "float32")

    notes = [cell_arithmetic("Mul", {}, [x, mask], [x * mask], (at,)).note for at in (0, 1)]

    assert notes == [
        "Dropped: the mask is 0 here. 2 of 4 are dropped (50%).",
        "Not dropped here. 2 of 4 are dropped (50%).",
    ]


def test_a_product_with_one_number_is_not_a_mask():
    x = np.array([0.0, 2.0], "float32")

    assert "dropped" not in cell_arithmetic("Mul", {}, [x, np.float32(3)], [x * 3], (0,)).note.lower()


def test_keras_dropout_says_what_it_dropped():
    keras = pytest.importorskip("keras")
    dropout = keras.layers.Dropout(0.5, seed=1)
    values = graphlab.values(tf.function(lambda x: dropout(x, training=True)), tf.constant(A))
    [op] = [op for op in values.graph.ops() if op.type == "SelectV2" and values[op.id].shape == A.shape]
    run = values.run(op.id)
    inputs, outputs = ([to_array(tensor) for tensor in tensors] for tensors in (run.inputs, run.outputs))

    notes = {at: cell_arithmetic("SelectV2", {}, inputs, outputs, at).note for at in positions(A.shape)}

    dropped = {at for at, note in notes.items() if note.startswith("Dropped")}
    assert dropped == {tuple(map(int, at)) for at in np.argwhere(outputs[0] == 0)}
    assert 0 < len(dropped) < A.size


def test_the_curve_of_an_activation_has_the_tensors_points():
    x = np.array([-2.0, 0.5, 3.0], "float32")

    cell = cell_arithmetic("Relu", {}, [x], [np.maximum(x, 0)], (1,))

    assert cell.curve.points == ((-2.0, 0.0), (0.5, 0.5), (3.0, 3.0))
    assert cell.curve.here == (0.5, 0.5)
    assert (cell.curve.xs[0], cell.curve.xs[-1]) == pytest.approx((-2.5, 3.5))
    assert cell.terms[0].words == "max(0, 0.5) = 0.5"


def test_a_row_of_a_variable_is_named_without_its_table():
    table, ids = normal(5, 2), np.array([3, 1])
    handle = np.empty(0, dtype=object)

    cell = cell_arithmetic("ResourceGather", {}, [handle, ids], [table[ids]], (1, 0))
    known = cell_arithmetic("ResourceGather", {}, [table, ids], [table[ids]], (1, 0))

    assert cell.note == known.note == "Row 1: the number at [1] of the indices."
    assert cell.terms[0].position == known.terms[0].position == (1, 0)
    assert cell.total == known.total == float(table[1, 0])


def test_other_ops_show_their_inputs_beside_the_output():
    cell = cell_arithmetic("Betainc", {}, [A, C, np.arange(3)], [A], (1, 2))

    assert [term.left for term in cell.terms] == [float(A[1, 2]), float(C[1, 2]), None]
    assert cell.terms[2].words == "input 2: int64[3], mean 1, 0 to 2"
    assert cell.rule == "none"


def test_nan_is_a_text_and_comes_first():
    a, b = np.array([[1.0, np.nan]], "float32"), np.array([[1.0], [np.inf]], "float32")

    cell = cell_arithmetic("MatMul", {}, [a, b], [a @ b], (0, 0))

    assert (cell.total, cell.value) == ("nan", "nan")
    assert [term.product for term in cell.terms] == ["nan", 1.0]
    json.dumps(cell.to_json(), allow_nan=False)


@pytest.mark.parametrize("position", [(3, 0), (-1, 0), (0,)])
def test_a_position_outside_is_refused(position):
    with pytest.raises(GraphlabError, match=r"outside of a tensor of shape \[3, 4\]"):
        cell_arithmetic("Relu", {}, [A], [A], position)


def test_a_sum_of_whole_numbers_that_wraps_around_says_so():
    x = tf.constant([2**31 - 1, 2**31 - 1], tf.int32)
    report = cell_arithmetic("Sum", {}, [x.numpy(), np.array([0])], [tf.reduce_sum(x, keepdims=True).numpy()], (0,), 0)
    assert (report.total, report.value) == (2**32 - 2, -2)
    assert report.note == "int32 cannot hold 4,294,967,294, so the result wraps around."

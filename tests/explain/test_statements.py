"""Statements about ops against what TensorFlow computes: shapes, counts, repetition, formulas, factors, gradients."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import pytest

from graphlab.explain import explain, group_sentence
from graphlab.explain.gradients import gradient_port
from graphlab.graph import Group, Op

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from tests.support.statements import BATCH, Situation, situations  # noqa: E402
from tests.support.tf_graphs import graph_of_concrete  # noqa: E402


@dataclass(frozen=True)
class Said:
    """A sentence about an op, with the values that came in and went out when it ran."""

    op: Op
    sentence: str
    inputs: list[Any]
    outputs: list[Any]
    constant: list[bool]  # per input


def run(situation: Situation) -> list[Said]:
    """Every sentence about a situation's ops with what TensorFlow computes for them."""
    concrete = tf.function(situation.function).get_concrete_function(*situation.specs())
    graph = graph_of_concrete(concrete)
    values = computed(
        concrete.graph, dict(zip([tensor.name for tensor in concrete.inputs], situation.values(), strict=False))
    )
    return [
        Said(
            op,
            explain(graph, op.id).sentence,
            [values.get(end) for end in op.inputs],
            outputs_of(op, values),
            [graph.op(src).type == "Const" for src, _ in op.inputs],
        )
        for op in graph.ops()
        if not op.type.startswith(("NoOp", "While", "StatelessWhile", "TensorList"))
    ]


def computed(graph: Any, feed: dict[str, Any]) -> dict[tuple[str, int], Any]:
    """The value of every tensor of a graph, by its op and port."""
    ends = [
        (op.name, port)
        for op in graph.get_operations()
        for port, tensor in enumerate(op.outputs)
        if tensor.dtype not in (tf.resource, tf.variant)
    ]
    with tf.compat.v1.Session(graph=graph) as session:
        found = session.run([f"{name}:{port}" for name, port in ends], feed)
    return {end: np.asarray(value) for end, value in zip(ends, found, strict=True)}


def outputs_of(op: Op, values: dict[tuple[str, int], Any]) -> list[Any]:
    return [values.get((op.id, port)) for port in range(len(op.outputs))]


NUMBERS = r"(?P<count>one|no|[\d,]+) (?:numbers?|truth values?|texts?|opaque values?)"
AMOUNT = re.compile(rf"(?:^|: |, |; ){NUMBERS}(?P<each> per example)?(?=[.,;] |[.,;]?$|\. | in,| out)")
SHAPES = re.compile(r"(?P<before>\[[\d?,.]*\]) becomes (?P<after>\[[\d?,.]*\])")
REPEATED = re.compile(r"(?P<shape>\[[\d?,]*\]),? is repeated (?P<how>for every example|along ax[ie]s [\d, and]+)")
WORDS = {"one": 1, "no": 0}


def number(text: str) -> int:
    return WORDS[text] if text in WORDS else int(text.replace(",", ""))


def fits(text: str, shape: tuple[int, ...]) -> bool:
    sizes = [part for part in text.strip("[]").split(",") if part]
    return text == "[..]" or (
        len(sizes) == len(shape) and all(a in ("?", str(b)) for a, b in zip(sizes, shape, strict=True))
    )


def check_amount(said: Said) -> int:
    """Counts at the end of a sentence are those of the output; "in" and "out" those of both."""
    text = said.sentence.split(" The smaller one")[0]
    both = re.search(rf": {NUMBERS}( per example)? in, (.*) out\.", text)
    if both:
        check_count(both["count"], bool(both[2]), said.inputs[0])
        after = re.fullmatch(rf"{NUMBERS}( per example)?", both[3])
        assert after, text
        check_count(after["count"], bool(after[2]), said.outputs[0])
        return 2
    found = re.search(rf": {NUMBERS}(?P<each> per example)?\.", text)
    if found and "Looks up" not in text:
        check_count(found["count"], bool(found["each"]), said.outputs[0])
    shown = re.search(r": (?:numbers|truth values|texts) of shape (\[[\d?,]*\])\.", text)
    if shown:
        assert fits(shown[1], said.outputs[0].shape), text
        assert "?" in shown[1]
    return bool(found) + bool(shown)


def check_count(count: str, per_example: bool, value: Any) -> None:
    if per_example:
        assert value.shape[0] == BATCH
        assert prod(value.shape[1:]) == number(count)
    else:
        assert value.size == number(count)


def check_shapes(said: Said) -> int:
    found = SHAPES.search(said.sentence)
    if not found:
        return 0
    assert fits(found["before"], said.inputs[0].shape), said.sentence
    assert fits(found["after"], said.outputs[0].shape), said.sentence
    return 1


_REPEATING = "AddV2 Sub Mul Less Maximum SelectV2 SquaredDifference LogicalAnd Greater Equal"
BROADCASTS = frozenset(_REPEATING.split())
WITH_CONSTANT = r"every (number|text)|the number|[Tt]rue (below|above|where equal|where diff|from|up)"


def repeated(shape: tuple[int, ...], output: tuple[int, ...]) -> tuple[int, ...]:
    sizes = (1,) * (len(output) - len(shape)) + shape
    return tuple(axis for axis, size in enumerate(sizes) if size != output[axis])


def check_repetition(said: Said) -> int:
    """Repetition is told of exactly the inputs that NumPy would repeat, along those axes."""
    if said.op.type not in BROADCASTS or re.search(WITH_CONSTANT, said.sentence):
        return 0
    output = said.outputs[0].shape
    true = [(value.shape, axes) for value in said.inputs if (axes := repeated(value.shape, output))]
    told = [(one["shape"], axes_of(one["how"])) for one in REPEATED.finditer(said.sentence)]
    if "The single" in said.sentence:
        assert [shape for shape, _ in true] == [()]
        return 1
    shaped = [(shape, axes) for shape, axes in dict.fromkeys(true) if shape]
    assert len(told) == len(shaped), (said.sentence, true)
    for (text, axes), (shape, along) in zip(told, shaped, strict=True):
        assert fits(text, shape), said.sentence
        assert axes == along, said.sentence
        if "for every example" in said.sentence:
            assert output[0] == BATCH
    return 1


def axes_of(how: str) -> tuple[int, ...]:
    return (0,) if how == "for every example" else tuple(map(int, re.findall(r"\d+", how)))


V = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
ONE = r"(?:every number|the number)"
FORMULAS = {
    rf"Adds {V} to {ONE}": lambda x, v: x + v,
    rf"Subtracts {V} from {ONE}": lambda x, v: x - v,
    rf"Subtracts {ONE} from {V}": lambda x, v: v - x,
    rf"Multiplies {ONE} by {V}": lambda x, v: x * v,
    rf"Divides {ONE} by {V} and rounds down": lambda x, v: x // v,
    rf"Divides {ONE} by {V}(?! and)": lambda x, v: x / v,
    rf"Divides {V} by {ONE}": lambda x, v: v / x,
    rf"Takes the remainder of {ONE} divided by {V}": lambda x, v: x % v,
    rf"Raises every number below {V} to {V}": lambda x, v: np.maximum(x, v),
    rf"Takes the larger of the number and {V}": lambda x, v: np.maximum(x, v),
    rf"True above {V}": lambda x, v: x > v,
    rf"Keeps positive numbers and multiplies negative ones by {V}\.$": lambda x, v: np.where(x > 0, x, x * v),
}
CONSTANTS = {
    rf"Subtracts {V} from {V}\.": lambda a, b: b - a,
    rf"Adds {V} to {V}\.": lambda a, b: a + b,
}


def check_formula(said: Said) -> int:
    for pattern, formula in CONSTANTS.items():
        found = re.match(pattern, said.sentence)
        if found:
            assert said.outputs[0] == pytest.approx(formula(float(found[1]), float(found[2])))
            return 1
    for pattern, formula in FORMULAS.items():
        found = re.match(pattern, said.sentence)
        if found and len(said.inputs) in (1, 2):
            value = next(one for one, constant in zip(said.inputs, said.constant, strict=True) if not constant)
            np.testing.assert_allclose(said.outputs[0], formula(value, float(found[1])), rtol=1e-4)
            return 1
    return 0


def check_slice(said: Said) -> int:
    """A slice is what Python computes for the same text; new axes and reversed ones change nothing else."""
    if said.op.type != "StridedSlice":
        return 0
    part = re.search(r"x(\[[\d:., None-]+\])", said.sentence)
    value, result = said.inputs[0], said.outputs[0]
    if part:
        np.testing.assert_array_equal(eval(f"x{part[1]}", {"x": value}), result)
    if said.sentence.startswith("Adds"):
        assert result.size == value.size
        assert sorted(result.shape) == sorted((*value.shape, *(1,) * (result.ndim - value.ndim)))
        assert number({"an": "one"}.get(word := said.sentence.split()[1], word)) == result.ndim - value.ndim
    if said.sentence.startswith("Cuts"):
        assert result.size < value.size or 1 in result.shape or result.ndim < value.ndim or not part
    return 1


def check_softmax(said: Said) -> int:
    if said.op.type not in ("Softmax", "LogSoftmax"):
        return 0
    value, result = said.inputs[0], said.outputs[0]
    if "always" in said.sentence:
        assert (result == float(re.search(r"always (\d)", said.sentence)[1])).all()
        assert value.shape[-1] == 1
        return 1
    told = re.search(r"the (\d+) scores", said.sentence)
    assert value.shape[-1] == int(told[1]) if told else "the scores" in said.sentence
    assert ("of each row" in said.sentence) == (value.ndim == 2)
    assert ("at each position" in said.sentence) == (value.ndim > 2)
    total = np.exp(result) if said.op.type == "LogSoftmax" else result
    np.testing.assert_allclose(total.sum(-1), 1, rtol=1e-4)
    return 1


def check_convolution(said: Said) -> int:
    """Filters, windows and results have the sizes of the arrays; a picture is of the rank that is told."""
    if said.op.type not in ("Conv2D", "Conv3D", "DepthwiseConv2dNative"):
        return 0
    image, kernel, result = said.inputs[0], said.inputs[1], said.outputs[0]
    filters, window = re.search(r"(a filter|[\d,]+ filters?) of ([\d ×]+) numbers", said.sentence).groups()
    sizes = [int(size) for size in window.split(" × ")]
    depthwise = said.op.type.startswith("Depthwise")
    assert (1 if filters == "a filter" else int(filters.split()[0])) == kernel.shape[-1]
    assert prod(sizes) == prod(kernel.shape[: -2 if depthwise else -1])
    assert {"the sequence": 3, "the image": 4, "the volume": 5}[
        re.search("the (sequence|image|volume)", said.sentence)[0]
    ] == (3 if image.shape[1] == 1 else image.ndim)
    told = re.search(r": ([\d ×]+) results for each filter", said.sentence)
    if told:
        assert prod(map(int, told[1].split(" × "))) == prod(result.shape[1:-1])
    stride = re.search(r"in steps of (\d+)", said.sentence)
    assert (int(stride[1]) if stride else 1) == max(said.op.attrs["strides"][1:-1])
    return 1


def check_product(said: Said) -> int:
    if said.op.type not in ("MatMul", "BatchMatMulV2"):
        return 0
    left = said.inputs[0]
    flipped = said.op.attrs.get("transpose_a") or said.op.attrs.get("adj_x")
    told = re.search(r"(\d+|one) products?", said.sentence)
    if told:
        assert number(told[1]) == left.shape[-2 if flipped else -1]
    pairs = re.search(r"Multiplies ([\d ×]+) pairs", said.sentence)
    if pairs:
        assert prod(map(int, pairs[1].split(" × "))) == prod(left.shape[:-2])
    return bool(told) + bool(pairs)


CHECKS = (
    check_amount,
    check_shapes,
    check_repetition,
    check_formula,
    check_slice,
    check_softmax,
    check_convolution,
    check_product,
)
SITUATIONS = situations()
KINDS = {check.__name__: 0 for check in CHECKS}


@pytest.mark.parametrize("start", range(0, len(SITUATIONS), 40))
def test_statements_are_what_tensorflow_computes(start):
    wrong = []
    for situation in SITUATIONS[start : start + 40]:
        for said in run(situation):
            for check in CHECKS:
                try:
                    KINDS[check.__name__] += int(check(said))
                except AssertionError as error:
                    wrong.append((situation.name, said.op.type, said.sentence, str(error)[:200]))
    assert wrong == []


def test_every_check_had_something_to_check():
    if len(SITUATIONS) > 300 and sum(KINDS.values()):
        assert {name: count for name, count in KINDS.items() if count < 5} == {}


def gradients_of(function, *shapes):
    """The sentences about the gradients of a function's sum, and each gradient in full by the tensor it belongs to."""

    def step(*values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            result = function(*values)
        return tape.gradient(result, values)

    specs = [tf.TensorSpec(shape, name=f"x{place}") for place, shape in enumerate(shapes)]
    concrete = tf.function(step).get_concrete_function(*specs)
    graph = graph_of_concrete(concrete)
    feed = {f"x{place}:0": np.random.default_rng(place).normal(size=shape) for place, shape in enumerate(shapes)}
    return graph, concrete.graph, feed


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda x, y: tf.reduce_sum(tf.matmul(x, y) ** 2), ((2, 3), (3, 4))),
        (lambda x, y: tf.reduce_sum(tf.tanh(tf.matmul(x, y)) * tf.matmul(x, y)), ((2, 3), (3, 4))),
        (lambda x, y: tf.reduce_sum(tf.tanh(x) * tf.nn.sigmoid(x) + tf.nn.relu(x) * y), ((2, 3), (2, 3))),
        (lambda x, y: tf.reduce_sum(tf.nn.relu(tf.nn.bias_add(x, y)) ** 2), ((2, 3), (3,))),
        (lambda x, y: tf.reduce_sum(tf.nn.elu(x * y) + tf.nn.softplus(x * y)), ((4,), (4,))),
    ],
)
def test_a_gradient_is_called_whole_only_when_it_is(function, shapes):
    graph, traced, feed = gradients_of(function, *shapes)
    forward = [op.id for op in graph.ops() if op.pair is None and not op.id.startswith("gradient")]
    result = traced.get_tensor_by_name(f"{[op for op in forward if graph.op(op).type == 'Sum'][-1]}:0")
    told = 0
    for op in graph.ops():
        sentence = explain(graph, op.id).sentence
        port = gradient_port(graph, op, graph.op(op.pair)) if op.pair else None
        if port is None or not sentence.startswith(("The gradient", "One share")):
            continue
        source, at = graph.op(op.pair).inputs[port]
        with traced.as_default():
            whole = tf.compat.v1.gradients(result, traced.get_tensor_by_name(f"{source}:{at}"))[0]
        with tf.compat.v1.Session(graph=traced) as session:
            share, full = session.run([f"{op.id}:0", whole], feed)
        told += 1
        assert np.allclose(share, full, atol=1e-5) == sentence.startswith("The gradient"), sentence
    assert told > 0


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.75])
@pytest.mark.parametrize("name", ["Dropout", "SpatialDropout1D"])
def test_dropout_scales_by_the_stated_factor(name, rate):
    layer = getattr(keras.layers, name)(rate, seed=1)
    result = np.asarray(layer(np.ones((8, 16, 32), "float32"), training=True))
    sentence = group_sentence(Group("d/", "d", "layer", name, {"rate": rate}))
    factor = float(re.search(r"multiplies the others by ([\d.]+),", sentence)[1])

    assert result[result > 0] == pytest.approx(factor, rel=1e-3)
    assert (result == 0).mean() == pytest.approx(rate, abs=0.08)
    whole = ((result == 0).all(axis=1) | (result > 0).all(axis=1)).all()
    assert whole == ("each as a whole" in sentence)


@pytest.mark.parametrize(
    ("mode", "words", "combine"),
    [
        ("sum", "adds up", lambda a, b: a + b),
        ("ave", "averages", lambda a, b: (a + b) / 2),
        ("mul", "multiplies", lambda a, b: a * b),
        ("concat", "joins", lambda a, b: np.concatenate([a, b], -1)),
    ],
)
def test_bidirectional_joins_as_stated(mode, words, combine):
    layer = keras.layers.Bidirectional(keras.layers.GRU(3), merge_mode=mode)
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    result = np.asarray(layer(x))
    expected = combine(np.asarray(layer.forward_layer(x)), np.asarray(layer.backward_layer(x)))
    sentence = group_sentence(Group("b/", "b", "layer", "Bidirectional", {"merge_mode": mode, "layer": "GRU"}))

    np.testing.assert_allclose(result, expected, rtol=1e-5)
    assert f"{words} what they give" in sentence


@pytest.mark.parametrize("name", ["mean_squared_error", "huber", "hinge", "poisson", "cosine_similarity", "log_cosh"])
def test_losses_equal_the_stated_formulas(name):
    random = np.random.default_rng(0)
    labels, predictions = random.choice([-1.0, 1.0], (4, 3)), random.uniform(0.2, 3, (4, 3))
    formulas = {
        "mean_squared_error": ((labels - predictions) ** 2).mean(),
        "huber": np.where(abs(e := labels - predictions) <= 2, e**2 / 2, 2 * abs(e) - 2).mean(),
        "hinge": np.maximum(0, 1 - labels * predictions).mean(),
        "poisson": (predictions - labels * np.log(predictions)).mean(),
        "cosine_similarity": -(unit(labels) * unit(predictions)).sum(-1).mean(),
        "log_cosh": np.log(np.cosh(predictions - labels)).mean(),
    }
    told = {
        "mean_squared_error": "average of the squared differences",
        "huber": "half the squared errors, but only linear in errors larger than 2",
        "hinge": "average of max(0, 1 - label · prediction)",
        "poisson": "average of prediction - target · log(prediction)",
        "cosine_similarity": "Minus the cosine",
        "log_cosh": "average of log cosh of the errors",
    }
    classes = {"mean_squared_error": "MeanSquaredError", "log_cosh": "LogCosh", "cosine_similarity": "CosineSimilarity"}
    settings = {"delta": 2.0} if name == "huber" else {}
    loss = getattr(keras.losses, classes.get(name, name.title()))(**settings)

    assert float(loss(labels, predictions)) == pytest.approx(formulas[name], rel=1e-4)
    assert told[name] in group_sentence(Group("l/", "l", "loss", name, settings))


def unit(values):
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def test_a_size_that_is_not_the_batch_is_not_counted_per_example():
    situation = next(one for one in SITUATIONS if one.name == "vector")
    assert not any("per example" in said.sentence for said in run(situation))

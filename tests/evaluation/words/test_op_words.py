"""What is said of an op: its formula with numbers, its rule and the chain rule."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.words.op_words import op_words  # noqa: E402
from graphlab.evaluation.words.paths import paths_back  # noqa: E402
from graphlab.evaluation.words.types import words_json  # noqa: E402
from tests.evaluation.words.shown import shown_characters  # noqa: E402
from tests.make_math_font import characters  # noqa: E402


@pytest.fixture(scope="module")
def quadratic():
    return graphlab.values(lambda x, y: x**2 * y + y + 2.0, x=3.0, y=4.0, gradient="output")


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(3)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(2, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, activation="gelu"),
            layers.Softmax(),
        ]
    )
    image = np.random.default_rng(1).normal(size=(1, 6, 6, 1)).astype(np.float32)
    return graphlab.values(model, image, gradient="output[0,1]")


def loop(x):
    for _ in tf.range(3):
        x = x * x
    return x


def lines(words):
    parts = [words.value, words.formula, words.arriving]
    for one in words.inputs:
        parts += [*one.rules, one.chain, one.total]
    return [part.text for part in parts if part is not None]


def test_mul_of_the_quadratic_is_written_out(quadratic):
    words = op_words(quadratic, "mul")

    assert (words.title, words.step, words.steps) == ("Mul", 2, 4)
    assert lines(words) == [
        "9 × 4 = 36",
        "Mul = Pow × y",
        "∂output/∂Mul = 1",
        "∂Mul/∂Pow = y = 4",
        "∂output/∂Pow = ∂output/∂Mul · y = 1 · 4 = 4",
        "∂Mul/∂y = Pow = 9",
        "∂output/∂y += ∂output/∂Mul · Pow = 1 · 9 = 9",
        "∂output/∂y = 1·1 + 9·1 = 10",
    ]
    assert [one.through for one in words.inputs] == [(), ("AddV2", "Mul")]


def test_pow_of_the_quadratic_is_written_out(quadratic):
    assert lines(op_words(quadratic, "pow")) == [
        "3² = 9",
        "Pow = x²",
        "∂output/∂Pow = 4",
        "∂Pow/∂x = 2 · x = 2 · 3 = 6",
        "∂output/∂x = ∂output/∂Pow · 2 · x = 4 · 6 = 24",
    ]


def test_two_ops_of_a_type_are_told_apart(quadratic):
    assert lines(op_words(quadratic, "add_1")) == [
        "40 + 2 = 42",
        "add_1 = add + 2",
        "∂output/∂add_1 = 1",
        "∂add_1/∂add = 1",
        "∂output/∂add = ∂output/∂add_1 · 1 = 1 · 1 = 1",
    ]


def test_an_input_and_the_result_have_values(quadratic):
    assert lines(op_words(quadratic, "x")) == ["x = 3", "∂output/∂x = 24"]
    assert op_words(quadratic, "x").step is None
    assert lines(op_words(quadratic, "Identity"))[:2] == ["output = 42", "∂output/∂output = 1"]


def read_by(words):
    chains = {one.name: one.chain and one.chain.text for one in words.readers}
    return chains, words.total and words.total.text


def test_the_gradient_of_an_input_is_traced_to_the_ops_that_read_it(quadratic):
    assert read_by(op_words(quadratic, "x")) == ({"Pow": "∂output/∂x = ∂output/∂Pow · 6 = 4 · 6 = 24"}, None)
    assert read_by(op_words(quadratic, "y")) == (
        {"AddV2": "∂output/∂AddV2 · 1 = 1 · 1 = 1", "Mul": "∂output/∂Mul · 9 = 1 · 9 = 9"},
        "∂output/∂y = 1·1 + 9·1 = 10",
    )
    assert op_words(quadratic, "mul").readers == ()


def test_the_gradient_of_a_variable_is_traced_past_its_reads(network):
    *_, kernel = (op.id for op in network.graph.ops() if op.variable and op.variable.name.endswith("/kernel"))

    words = op_words(network, kernel)
    [reader] = words.readers
    assert (reader.name, network.graph.op(reader.op).type) == ("MatMul", "MatMul")
    assert reader.chain.text.startswith(f"∂output[0,1]/∂kernel[{','.join(map(str, words.position))}] = ")


def test_of_many_readers_those_that_add_most_are_written_out():
    values = graphlab.values(
        tf.function(lambda x: tf.add_n([x * float(factor) for factor in range(1, 10)])), x=2.0, gradient="output"
    )

    words = op_words(values, "x")
    assert [one.chain.text.rpartition(" ")[2] for one in words.readers] == ["9", "8", "7", "6", "5", "4"]
    assert words.more_readers == 3
    assert words.total.text.endswith("= 45")


def test_without_a_gradient_there_is_only_the_value():
    values = graphlab.values(lambda x: x * 2.0, x=3.0)

    words = op_words(values, "mul")
    assert lines(words) == ["3 × 2 = 6", "Mul = x × 2"]
    assert (words.inputs, words.problem) == ((), "")


def test_a_tensor_read_twice_by_one_op_has_two_paths():
    values = graphlab.values(lambda x: x * x, x=3.0, gradient="output")

    words = op_words(values, "mul")
    assert [one.chain.text for one in words.inputs] == ["∂output/∂x += ∂output/∂Mul · x = 1 · 3 = 3"] * 2
    assert [one.total and one.total.text for one in words.inputs] == ["∂output/∂x = 3·1 + 3·1 = 6", None]


def test_small_matrices_are_written_whole():
    values = graphlab.values(
        lambda a, b: tf.reduce_sum(a @ b), [[1.0, 2.0], [3.0, 4.0]], [[5.0], [6.0]], gradient="output"
    )

    assert lines(op_words(values, "matmul"))[:2] == [
        "[[1, 2], [3, 4]] · [[5], [6]] = [[17], [39]]",
        "MatMul[ij] = ∑[k] a[ik] · b[kj]",
    ]


def test_a_transposed_matrix_is_written_transposed():
    values = graphlab.values(
        lambda a, b: tf.matmul(a, b, transpose_a=True)[0, 0], [[1.0, 2.0]], [[5.0]], gradient="output"
    )

    assert lines(op_words(values, "MatMul"))[0] == "[[1], [2]] · [5] = [[5], [10]]"
    assert op_words(values, "MatMul").formula.text == "MatMul[ij] = ∑[k] aᵀ[ik] · b[kj]"


def test_of_a_large_product_one_number_is_written_out():
    a, b = np.full((2, 100), 0.5, np.float32), np.full((100, 3), 2.0, np.float32)
    b[7, 1] = -4
    values = graphlab.values(lambda a, b: tf.reduce_sum((a @ b)[:, 1]), a, b, gradient="output")

    words = op_words(values, "matmul")
    assert words.position == (0, 1)
    assert words.value.text == "MatMul[0,1] = 0.5 · 2 + 0.5 · 2 + 0.5 · 2 + 0.5 · (−4) + … (96 more) = 97"
    assert words.shapes == "a is float32[2,100]; b is float32[100,3]; MatMul is float32[2,3]"
    assert words.inputs[0].chain.text == "∂output/∂a[0,7] = 1 · (−4) = −4"


def test_a_choice_is_written_with_its_condition():
    values = graphlab.values(lambda x: tf.nn.relu(x), x=-2.0, gradient="output")

    assert lines(op_words(values, "Relu")) == [
        "max(0, −2) = 0",
        "Relu = max(0, x)",
        "∂output/∂Relu = 1",
        "∂Relu/∂x = [x > 0] = [−2 > 0] = 0",
        "∂output/∂x = ∂output/∂Relu · [x > 0] = 1 · 0 = 0",
    ]


def test_iterations_of_a_loop_are_told_apart():
    values = graphlab.values(tf.function(loop), 1.5, gradient="output")
    [mul] = [op.id for op in values.graph.ops() if op.type == "Mul"]

    assert op_words(values, mul, (1,)).value.text == "1.5 × 1.5 = 2.25"
    assert op_words(values, mul, (2,)).value.text == "2.25 × 2.25 = 5.062"
    assert op_words(values, mul).iterations == (3,)


def test_a_custom_gradient_is_named():
    @tf.custom_gradient
    def double(x):
        return x * 1.0, lambda upstream: upstream * 2.0

    values = graphlab.values(tf.function(lambda x: double(x) + x), 3.0, gradient="output")
    custom = next(op.id for op in values.graph.ops() if op.type == "IdentityN")

    assert op_words(values, custom).problem.startswith("This op has a custom gradient")


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x, y: x < y, "5 < 3 is false"),
        (lambda x, y: x <= y, "5 ≤ 3 is false"),
        (lambda x, y: x > y, "5 > 3 is true"),
        (lambda x, y: x >= y, "5 ≥ 3 is true"),
        (tf.equal, "5 = 3 is false"),
        (tf.not_equal, "5 ≠ 3 is true"),
        (lambda x, y: tf.logical_and(x > 0, y < 0), "true and false is false"),
        (lambda x, y: tf.logical_or(x > 0, y < 0), "true or false is true"),
        (lambda x, y: tf.logical_not(x > y), "not true is false"),
        (lambda x, y: tf.math.is_nan(x), "5 = NaN is false"),
        (tf.math.divide_no_nan, "5/3 if 3 ≠ 0 else 0 = 1.667"),
        (lambda x, y: tf.math.divide_no_nan(x, 0.0), "5/0 if 0 ≠ 0 else 0 = 0"),
        (tf.math.multiply_no_nan, "5 × 3 if 3 ≠ 0 else 0 = 15"),
        (tf.math.floormod, "5 mod 3 = 2"),
        (tf.math.floordiv, "⌊5/3⌋ = 1"),
        (lambda x, y: tf.floor(x / y), "⌊1.667⌋ = 1"),
        (lambda x, y: tf.math.ceil(x / y), "⌈1.667⌉ = 2"),
        (lambda x, y: tf.round(x / y), "round(1.667) = 2"),
        (lambda x, y: tf.sign(x), "sign 5 = 1"),
    ],
)
def test_comparisons_and_steps_have_their_arithmetic(function, text):
    values = graphlab.values(tf.function(function), x=np.float32(5), y=np.float32(3))

    last = values.graph.op(values.graph.output_ids[0]).inputs[0][0]
    assert op_words(values, last).value.text.replace("\u00a0", " ") == text


def test_a_comparison_of_texts_has_no_arithmetic():
    values = graphlab.values(tf.function(lambda x: tf.equal(x, "cat")), np.array("cat"))

    assert lines(op_words(values, "Equal")) == ["Equal = true"]


def test_a_sum_of_one_number_begins_with_its_own_name():
    values = graphlab.values(lambda x: tf.reduce_sum(x), [4.0], gradient="output")

    words = op_words(values, "Sum")
    assert words.value.text == "Sum = x[0] = 4"
    assert words.upstream.text == "G = ∂output/∂Sum"


def test_why_no_gradient_comes_back():
    values = graphlab.values(
        tf.function(lambda x, y: tf.stop_gradient(x * 2.0) * y + tf.cast(tf.argmax([y, y * 3.0]), tf.float32)),
        x=3.0,
        y=1.0,
        gradient="mul_1",
    )

    problems = {op.id: op_words(values, op.id).problem for op in values.graph.ops() if op.id in values}
    assert problems["x"] == "No gradient comes back here: StopGradient on the way to Mul has no gradient."
    assert problems["Identity"] == "No gradient comes back here: this op runs after Mul is computed."


def test_whole_numbers_have_no_gradient():
    values = graphlab.values(lambda x: x * tf.cast(tf.argmax([x, 2.0]), tf.float32), x=3.0, gradient="output")

    assert op_words(values, "ArgMax").problem == "The output is int64; only real numbers have gradients."


def test_an_op_that_did_not_run_is_an_error():
    values = graphlab.values(tf.function(lambda x: tf.cond(x > 0, lambda: x + 1.0, lambda: x - 1.0)), 1.0)
    sub = next(op.id for op in values.graph.ops() if op.type == "Sub")

    with pytest.raises(GraphlabError, match="it did not run"):
        op_words(values, sub)


def test_every_op_of_a_network_is_written(network):
    written = [op_words(network, op_id) for op_id in network.runs.last]

    texts = [text for words in written for text in lines(words)]
    assert "nan" not in " ".join(texts).lower()
    assert len(texts) > 150


def test_paths_add_up_to_the_gradient(network):
    for op_id, run in network.runs.last.items():
        if run.outputs and (gradient := network.gradient(op_id)) is not None:
            paths = paths_back(network, run.outputs[0])
            if paths:
                total = sum(path.gradient.astype(np.float64) for path in paths)
                np.testing.assert_allclose(total, gradient, rtol=1e-4, atol=1e-6, err_msg=op_id)


def test_words_are_json_and_formulas_well_formed_mathml(network):
    formulas = []
    for op_id in network.runs.last:
        answer = json.loads(json.dumps(words_json(op_words(network, op_id))))
        formulas += [one for one in (answer["value"], answer["formula"], answer["arriving"]) if one]
        for part in answer["inputs"]:
            formulas += [one for one in (*part["rules"], part["chain"], part["total"]) if one]

    for formula in formulas:
        root = ET.fromstring(xml(formula["mathml"]))
        assert root.tag == "math"
        assert formula["tex"]
        assert formula["tex"].count("{") == formula["tex"].count("}")
    assert set().union(*(shown_characters(formula["mathml"]) for formula in formulas)) <= characters()
    assert len(formulas) > 150


def xml(node):
    """The MathML of a tree as text, built by an XML library's own escapes."""

    def build(tree):
        element = ET.Element(tree["tag"], tree["attributes"])
        for child in tree["children"]:
            if isinstance(child, str):
                element.text = (element.text or "") + child
            else:
                element.append(build(child))
        return element

    return ET.tostring(build(node))


def test_a_name_with_signs_of_xml_and_tex_is_text():
    from graphlab.evaluation.words.expressions import name, partial

    formula = partial(name("a<b>&"), name("x_1{", (0,)))

    assert formula.tex == r"\frac{\partial \text{a<b>\&}}{\partial \text{x\_1\{}_{0}}"
    assert ET.fromstring(xml(formula.to_json()["mathml"])).find(".//mi").text == "a<b>&"


def test_a_path_through_a_list_of_tensors_is_not_left_out():
    values = graphlab.values(
        tf.function(lambda x: tf.scan(lambda total, one: total * one + 1.0, x)), [1.0, 2.0], gradient="output[1]"
    )

    for run in values.runs.order:
        gradient = values.gradient(run.op_id, run.iterations) if run.outputs else None
        paths = paths_back(values, run.outputs[0]) if gradient is not None and gradient.dtype != object else []
        if paths and all(path.gradient is not None for path in paths) and len(run.outputs) == 1:
            total = sum(path.gradient.astype(np.float64) for path in paths)
            np.testing.assert_allclose(total, gradient, rtol=1e-5, err_msg=run.op_id)
    written = [op_words(values, run.op_id, run.iterations) for run in values.runs.order]
    assert "The gradient that arrives is a list of tensors; it is not written out." in {one.problem for one in written}


def test_an_op_with_several_outputs_is_named():
    def halves(x):
        first, second = tf.split(x, 2)
        return first * second

    values = graphlab.values(tf.function(halves), [1.0, 2.0], gradient="output[0]")
    [split] = [op.id for op in values.graph.ops() if op.type == "Split"]

    assert op_words(values, split).problem.startswith("This op has a custom gradient or several outputs")

"""The update of one weight equals what the optimizer really does, with its formula where it is known."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")

from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.words.op_words import op_words  # noqa: E402
from graphlab.evaluation.words.updates import update_words  # noqa: E402
from tests.evaluation.words.live import live_values  # noqa: E402
from tests.evaluation.words.shown import shown_characters  # noqa: E402
from tests.make_math_font import characters  # noqa: E402

OPTIMIZERS = {
    "SGD": lambda: keras.optimizers.SGD(0.1),
    "SGD with momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "SGD with Nesterov momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "Adam": lambda: keras.optimizers.Adam(0.1),
    "AdamW": lambda: keras.optimizers.AdamW(0.1),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.1),
    "Adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "Adam with AMSGrad": lambda: keras.optimizers.Adam(0.1, amsgrad=True),
}
KNOWN = {"SGD": 1, "SGD with momentum": 2, "SGD with Nesterov momentum": 2, "Adam": 3, "AdamW": 4, "RMSprop": 2}


def trained(key):
    """A model after some steps, its data, and the values of its next step."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(OPTIMIZERS[key](), "mse")
    generator = np.random.default_rng(2)
    x, y = (generator.normal(size=(4, size)).astype(np.float32) for size in (3, 2))
    model.fit(x, y, epochs=2, batch_size=4, verbose=0)
    _, values = live_values(model, x, y, gradient="", graph="train_step")
    kernel = next(op.id for op in values.graph.ops() if op.variable and op.variable.name.endswith("/kernel"))
    return model, x, y, values, kernel


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_update_is_what_the_optimizer_does(key):
    model, x, y, values, kernel = trained(key)

    words = update_words(values, kernel, (2, 1))

    before = model.layers[0].kernel.numpy()[2, 1]
    model.train_on_batch(x, y)
    after = model.layers[0].kernel.numpy()[2, 1]
    assert (words.name, words.before) == ("kernel", pytest.approx(before, rel=1e-6))
    assert words.after == pytest.approx(after, rel=1e-5)
    assert len(words.steps) == KNOWN.get(key, 0)
    assert words.optimizer == (key.split()[0] if key in KNOWN else "")
    assert bool(words.ops) == (key not in KNOWN)
    formulas = [*words.ops, *(one for step in words.steps for one in (step.formula, step.numbers))]
    assert set().union(*(shown_characters(one.tree) for one in formulas)) <= characters()


def test_the_formula_of_sgd_has_the_numbers():
    _, _, _, values, kernel = trained("SGD")

    words = update_words(values, kernel, (0, 0))

    [step] = words.steps
    assert step.formula.text == "new kernel[0,0] = kernel[0,0] − learning rate · gradient"
    assert step.numbers.text.startswith("new kernel[0,0] = ")
    assert words.after == pytest.approx(words.before - 0.1 * words.gradient, rel=1e-5)


def test_the_decay_rates_of_adam_have_indices():
    _, _, _, values, kernel = trained("Adam")

    momentum = update_words(values, kernel, (0, 0)).steps[0].formula
    assert momentum.text.endswith("momentum = β[1] · old momentum + (1 − β[1]) · gradient")
    assert r"\text{β}_{1}" in momentum.tex


def test_slots_have_their_values_before_and_after():
    _, _, _, values, kernel = trained("Adam")

    momentum, velocity = update_words(values, kernel, (0, 0)).slots
    assert (momentum.name, velocity.name) == ("momentum", "velocity")
    gradient = update_words(values, kernel, (0, 0)).gradient
    assert momentum.after == pytest.approx(0.9 * momentum.before + 0.1 * gradient, rel=1e-4)
    assert velocity.after == pytest.approx(0.999 * velocity.before + 0.001 * gradient**2, rel=1e-4)


def test_the_words_of_a_variable_include_its_update():
    _, _, _, values, kernel = trained("SGD")
    write = next(op.id for op in values.graph.ops() if op.type == "AssignSubVariableOp")

    assert op_words(values, kernel, weight=(1, 1)).update.position == (1, 1)
    assert op_words(values, write).update is not None
    assert op_words(values, values.graph.input_ids[0]).update is None


def test_the_weight_with_the_largest_gradient_is_shown_first():
    _, _, _, values, kernel = trained("Adam")
    write = next(op.id for op in values.graph.ops() if op.inputs and op.inputs[0][0] == kernel and "Assign" in op.type)

    sizes = {place: abs(update_words(values, kernel, place).gradient) for place in np.ndindex(3, 2)}
    largest = max(sizes, key=sizes.get)
    assert [op_words(values, one).update.position for one in (kernel, write)] == [largest, largest]


def test_the_weight_of_the_update_is_that_of_the_gradient_above_it():
    model, x, y, _, _ = trained("SGD")
    _, values = live_values(model, x, y, gradient="loss", graph="train_step")
    kernel = next(op.id for op in values.graph.ops() if op.variable and op.variable.name.endswith("/kernel"))

    words = op_words(values, kernel)
    assert words.update.position == words.position


def test_the_loss_and_the_variables_have_their_names():
    model, x, y, _, _ = trained("SGD")
    _, values = live_values(model, x, y, gradient="loss", graph="train_step")
    kernel = next(op.id for op in values.graph.ops() if op.variable and op.variable.name.endswith("/kernel"))
    read = next(op.id for op in values.graph.ops() if op.type == "ReadVariableOp" and op.inputs[0][0] == kernel)

    assert op_words(values, kernel).arriving.text.startswith("∂loss/∂kernel = [[")
    assert op_words(values, read).value.text.startswith("kernel")
    after = next(op.id for op in values.graph.ops() if op.type == "AssignSubVariableOp")
    assert "ReadVariableOp" not in " ".join(one.text for one in update_words(values, kernel).ops)
    assert op_words(values, after).problem == ""


def test_a_position_outside_is_an_error():
    _, _, _, values, kernel = trained("SGD")

    with pytest.raises(GraphlabError, match="has no number at 9, 9; its last one is at 2, 1"):
        update_words(values, kernel, (9, 9))

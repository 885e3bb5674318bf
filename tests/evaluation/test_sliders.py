"""Sliders of a picture: their numbers, and the look-up tables that moving them ahead gives."""

from __future__ import annotations

import base64
import io
from itertools import product

import pytest
from PIL import Image

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from graphlab.evaluation.inputs import Argument  # noqa: E402
from graphlab.evaluation.terminal.picture import answer_picture, answer_picture_readouts  # noqa: E402
from graphlab.evaluation.terminal.sliders import moved, sliders_of  # noqa: E402

QUADRATIC = "examples/quadratic.py:f"


def argument(name, value, dtype="float32"):
    return Argument(name, name, tf.constant(value, dtype), "given")


def say_nothing(_words):
    pass


def request_in(folder, source=QUADRATIC, *, inputs, gradient=""):
    request = {"source": source, "arguments": [], "inputs": inputs, "graph": "", "gradient": gradient}
    return {**request, "data": None, "seed": 7, "op_file": str(folder / "op")}


def test_a_single_number_has_21_positions_around_it():
    (slider,) = sliders_of([argument("x", 3.0), argument("v", [1.0, 2.0])])

    assert (slider.name, slider.at, len(slider.numbers)) == ("x", 10, 21)
    assert (slider.numbers[0], slider.numbers[10], slider.numbers[-1]) == (-2.0, 3.0, 8.0)


def test_two_numbers_have_9_positions_each_and_others_none():
    sliders = sliders_of([argument("x", 3.0), argument("b", True, "bool"), argument("y", 4), argument("z", 1.0)])

    assert [(slider.name, slider.numbers) for slider in sliders] == [
        ("x", (-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)),
        ("y", (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)),
    ]


@pytest.mark.parametrize(
    ("value", "dtype", "first", "step"),
    [
        (0.0, "float32", -10.0, 1.0),
        (0.1, "float32", 0.0, 0.01),
        (-2e-20, "float32", -4e-20, 2e-21),
        (-1e6, "float32", -2e6, 1e5),
        (7, "int64", -3.0, 1.0),
        (2, "uint8", 0.0, 1.0),
    ],
)
def test_steps_are_easy_to_read_and_fit_the_dtype(value, dtype, first, step):
    (slider,) = sliders_of([argument("x", value, dtype)])

    assert slider.numbers[0] == pytest.approx(first)
    assert slider.numbers[1] - slider.numbers[0] == pytest.approx(step)
    assert slider.numbers[slider.at] == pytest.approx(value)


def test_nan_and_infinity_cannot_be_moved():
    assert sliders_of([argument("x", float("nan")), argument("y", float("inf"))]) == []


def test_moved_arguments_keep_their_dtypes():
    arguments = [argument("n", 1, "int32"), argument("v", [1.0])]
    runs = list(moved(arguments, sliders_of(arguments)))

    assert {int(run[0].value) for run in runs} == set(range(-9, 12))
    assert {run[0].value.dtype for run in runs} == {tf.int32}
    assert all(run[1] is arguments[1] for run in runs)


def test_the_tables_hold_what_the_function_gives_at_each_position(tmp_path):
    request = request_in(tmp_path, inputs=["x=3", "y=4"], gradient="output")
    answer = answer_picture(request, say_nothing)
    wanted = [["Identity", 0, False], ["pow/y", 0, False], ["x", 0, False]]
    tables = answer_picture_readouts({"wanted": wanted, "sliders": True}, say_nothing)

    assert (answer["name"], [one["origin"] for one in answer["inputs"]]) == ("function", ["given", "given"])
    x_slider, y_slider = tables["sliders"]
    positions = [*product(x_slider["numbers"], y_slider["numbers"])]
    result, exponent, x = tables["places"]
    texts = [[one["text"] for one in tables["distinct"][place]] for place in result]
    assert texts == [[f"{x * x * y + y + 2:g}", "1"] for x, y in positions]
    gradients = [tables["distinct"][place][1]["text"] for place in x]
    assert gradients == [f"{2 * x * y:g}" for x, y in positions]
    assert len(exponent) == 81  # its gradient moves
    assert positions[x_slider["at"] * 9 + y_slider["at"]] == (3.0, 4.0)


def test_a_picture_without_sliders_has_one_position(tmp_path):
    answer_picture(request_in(tmp_path, inputs=[]), say_nothing)
    tables = answer_picture_readouts({"wanted": [["Identity", 0, False]], "sliders": False}, say_nothing)

    assert (tables["sliders"], tables["places"], tables["note"]) == ([], [[0]], "")
    assert tables["distinct"][0][0]["text"] == "42"


def test_images_of_a_picture_have_few_colours(tmp_path):
    source = tmp_path / "image.py"
    source.write_text("import tensorflow as tf\nf = tf.function(lambda x: x + 1.0)\n")
    answer = answer_picture(request_in(tmp_path, f"{source}:f", inputs=["x=float32[1,40,40,1]"]), say_nothing)
    tables = answer_picture_readouts({"wanted": [["Identity", 0, True]], "sliders": True}, say_nothing)

    ((readout,),) = tables["distinct"]
    image = Image.open(io.BytesIO(base64.b64decode(readout["picture"].partition(",")[2])))
    assert (image.size, answer["inputs"][0]["origin"]) == ((40, 40), "random, seed 7")
    assert len(image.convert("RGBA").getcolors(1_600)) <= 64

"""A setting of an input becomes a tensor that fits it, or one sentence that says what is wrong."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from graphlab.errors import SourceError

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from graphlab.evaluation.form.places import InputPlace  # noqa: E402
from graphlab.evaluation.form.rows import Row  # noqa: E402
from graphlab.evaluation.form.types import InputSetting  # noqa: E402
from graphlab.evaluation.settings import arguments_from, supply, unequal_batches  # noqa: E402
from graphlab.graph import Tensor  # noqa: E402


def place(dtype="float32", shape=(), **options):
    return InputPlace("x", "x", "x", Tensor(dtype, shape), **options)


def value_of(setting, at):
    return np.asarray(supply(InputSetting.from_json(setting), at)[0].numpy()).tolist()


def words_of(setting, at):
    return supply(InputSetting.from_json(setting), at)[1]


def base64_of(data):
    return base64.b64encode(data).decode()


def npy_of(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def png_of(array, mode=None):
    stream = io.BytesIO()
    Image.fromarray(array, mode).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("dtype", "text", "value"),
    [
        ("float32", "3", 3.0),
        ("float32", " −0.5 ", -0.5),
        ("float64", "1e300", 1e300),
        ("bfloat16", "2", 2.0),
        ("float32", "inf", np.inf),
        ("int64", "9223372036854775807", 2**63 - 1),
        ("int32", "1e3", 1000),
        ("uint8", "255.0", 255),
        ("bool", "False", False),
        ("complex64", "1 + 2j", 1 + 2j),
        ("float32", 4, 4.0),
    ],
)
def test_a_typed_number_has_the_inputs_dtype(dtype, text, value):
    tensor, words = supply(InputSetting("number", text), place(dtype))

    assert tensor.dtype == dtype
    assert tensor.numpy() == value
    assert words == str(text)


@pytest.mark.parametrize(
    ("dtype", "text", "words"),
    [
        ("float32", "", "the field is empty; write a number like 3"),
        ("float32", "abc", "'abc' is not a number; write a number like 3"),
        ("float32", "1e400", "1e400 is too large for float32, which goes up to 3.4e.38; for infinity write inf"),
        ("float32", "1e39", "1e39 is too large for float32"),
        ("float16", "70000", "70000 is too large for float16, which goes up to 6.6e.04"),
        ("int32", "2.5", "2.5 is not a whole number, which int32 requires"),
        ("int32", "two", "'two' is not a whole number"),
        ("int32", "inf", "inf is not a whole number"),
        ("uint8", "-1", "-1 is outside of uint8, which goes from 0 to 255"),
        ("int64", "9" * 5000, "is outside of int64"),
        ("bool", "maybe", "'maybe' is not a truth value; write true or false"),
        ("float32", None, "None is not a number"),
        ("float32", [1], "is not a number"),
        ("complex64", "i", "'i' is not a number"),
    ],
)
def test_what_is_not_a_number_gets_one_sentence(dtype, text, words):
    with pytest.raises(SourceError, match=words) as raised:
        supply(InputSetting("number", text), place(dtype))

    assert len(str(raised.value)) < 200


def test_a_grid_is_a_vector_or_a_matrix():
    assert value_of({"kind": "grid", "value": ["1", "2.5"]}, place(shape=(2,))) == [1.0, 2.5]
    assert value_of({"kind": "grid", "value": [["1", "2"], ["3", "4"]]}, place("int32", (2, 2))) == [[1, 2], [3, 4]]
    assert value_of({"kind": "grid", "value": ["1", "2"]}, place(shape=(None, 2))) == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "the grid is empty"),
        ("1", "the grid is empty"),
        ([["1", "2"], ["3"]], "the rows of the grid have different lengths"),
        ([["1", "2"], ["3", "x"]], "row 1, column 1: 'x' is not a number"),
        (["1", "x", "3"], "^element 1: 'x' is not a number"),
        (["1", "2", "3"], r"the input x takes float32\[2,2\]; the value has the sizes \[3\]"),
    ],
)
def test_a_wrong_grid_gets_one_sentence(value, words):
    with pytest.raises(SourceError, match=words):
        supply(InputSetting("grid", value), place(shape=(2, 2)))


def test_text_has_a_line_for_each_entry():
    assert value_of({"kind": "text", "value": "a\nb"}, place("string")) == b"a\nb"
    assert value_of({"kind": "text", "value": "a\nb"}, place("string", (None,))) == [b"a", b"b"]
    assert value_of({"kind": "text", "value": "a\nb"}, place("string", (None, 1))) == [[b"a"], [b"b"]]
    with pytest.raises(SourceError, match="x takes 3 texts, one on each line; there are 2"):
        supply(InputSetting("text", "a\nb"), place("string", (3,)))


def test_a_row_says_which_it_is():
    row = Row(3, "validation", {"x": np.ones((1, 28, 28, 1))}, "7")
    at = place(shape=(None, 28, 28, 1), rows=[row])

    assert np.shape(value_of({"kind": "row", "row": 3}, at)) == (1, 28, 28, 1)
    assert words_of({"kind": "row", "row": 3}, at) == "validation image 3 · label 7"
    with pytest.raises(SourceError, match="there is no row 4 for x; the rows are 0 to 0"):
        supply(InputSetting("row", row=4), at)
    with pytest.raises(SourceError, match="the data has no rows for x"):
        supply(InputSetting("row"), place())


def test_random_numbers_are_the_same_for_a_seed():
    at = place(shape=(None, 4))
    first, again, other = (value_of({"kind": "random", "seed": seed}, at) for seed in (7, 7, 8))

    assert first == again != other
    assert words_of({"kind": "random"}, at) == "random float32[1,4], seed 7"


def test_two_inputs_with_one_seed_have_different_numbers():
    other = InputPlace("y", "y", "y", Tensor("float32", (4,)))

    assert value_of({"kind": "random"}, place(shape=(4,))) != value_of({"kind": "random"}, other)


def test_unknown_sizes_are_asked_for():
    at = place(shape=(None, None, 3))

    with pytest.raises(SourceError, match=r"x takes float32\[\?,\?,3\]; enter the size of axis 1$"):
        supply(InputSetting("random"), at)
    assert np.shape(value_of({"kind": "random", "sizes": [2, 5, 3]}, at)) == (2, 5, 3)
    assert np.shape(value_of({"kind": "random", "sizes": [2, 5, None]}, at)) == (2, 5, 3)
    with pytest.raises(SourceError, match=r"the sizes \[2, 5, 4\] do not fit"):
        value_of({"kind": "random", "sizes": [2, 5, 4]}, at)
    with pytest.raises(SourceError, match="x has an unknown shape; enter its sizes"):
        supply(InputSetting("random"), place(shape=None))
    assert np.shape(value_of({"kind": "random", "sizes": [2]}, place(shape=None))) == (2,)


def test_inputs_of_one_batch_have_equally_many_rows():
    shapes = {"seq": (None, None, 4), "side": (None, 3), "fixed": (7,), "other": (None,)}
    places = [replace(place(shape=shape), op_id=name, name=name) for name, shape in shapes.items()]
    sizes = {"seq": [3, 5, 4], "side": [1, 3], "fixed": [7], "other": [3]}
    settings = {name: {"kind": "random", "sizes": own} for name, own in sizes.items()}
    arguments, sentences = arguments_from(places, settings)

    assert sentences == {}
    assert unequal_batches(places, arguments) == {"side": "seq has 3 rows, side has 1: give both the same number"}
    assert unequal_batches(places[::2], arguments[::2]) == {}


def test_a_random_input_has_a_largest_size():
    with pytest.raises(SourceError, match="x would have 1,000,000,000,000 numbers; the most is 67,108,864"):
        value_of({"kind": "random", "sizes": [10**6, 10**6]}, place(shape=(None, None)))


def test_a_drawing_is_bytes_of_grey():
    pixels = np.zeros((28, 28), np.uint8)
    pixels[3, 4] = 255
    setting = {"kind": "drawing", "data": base64_of(pixels.tobytes())}
    at = place(shape=(None, 28, 28, 1))

    value = np.array(value_of(setting, at))
    assert value.shape == (1, 28, 28, 1)
    assert (value[0, 3, 4, 0], value.sum()) == (1, 1)
    assert words_of(setting, at) == "your drawing, values from 0 to 1"
    assert np.min(value_of({**setting, "darkest": -1}, at)) == -1
    assert np.shape(value_of(setting, place("uint8", (28, 28)))) == (28, 28)


def test_an_empty_drawing_is_refused():
    at = place(shape=(None, 28, 28, 1))

    with pytest.raises(SourceError, match="the drawing is empty; draw on the pad"):
        supply(InputSetting("drawing", data=base64_of(bytes(784))), at)
    with pytest.raises(SourceError, match="the drawing has 3 pixels, not 28 × 28"):
        supply(InputSetting("drawing", data=base64_of(b"abc")), at)


def test_an_image_of_the_right_size_is_used_as_it_is():
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    setting = {"kind": "image", "file": "a.png", "data": base64_of(png_of(pixels)), "brightest": 255}

    assert np.array_equal(np.array(value_of(setting, place(shape=(None, 8, 8, 1))))[0, ..., 0], pixels)
    assert words_of(setting, place(shape=(None, 8, 8, 1))) == "a.png, 8 × 8, grey, values from 0 to 255"
    assert np.array_equal(value_of(setting, place("uint8", (8, 8))), pixels)
    assert words_of(setting, place(shape=(None, None, None, 3))) == "a.png, 8 × 8, colours, values from 0 to 255"


@pytest.mark.parametrize(
    ("resize", "words"),
    [
        ("crop", "a.png, 40 × 20, cropped to the middle 20 × 20, resized to 10 × 10, grey, values from 0 to 1"),
        ("pad", "a.png, 40 × 20, resized to 10 × 5, black borders to 10 × 10, grey, values from 0 to 1"),
        ("stretch", "a.png, 40 × 20, stretched to 10 × 10, grey, values from 0 to 1"),
    ],
)
def test_an_image_of_another_size_is_resized_as_chosen(resize, words):
    data = base64_of(png_of(np.full((20, 40), 200, np.uint8)))
    setting = {"kind": "image", "file": "a.png", "data": data, "resize": resize}
    at = place(shape=(1, 10, 10, 1))

    assert words_of(setting, at) == words
    assert np.shape(value_of(setting, at)) == (1, 10, 10, 1)
    with pytest.raises(SourceError, match=r"a\.png is 40 × 20, and the input 10 × 10; choose how to resize it"):
        value_of({**setting, "resize": ""}, at)


def test_a_transparent_image_is_put_on_white():
    pixels = np.zeros((8, 8, 4), np.uint8)
    setting = {"kind": "image", "data": base64_of(png_of(pixels))}

    assert np.min(value_of(setting, place(shape=(8, 8, 3)))) == 1
    assert "on white" in words_of(setting, place(shape=(8, 8, 3)))


def test_an_image_of_16_bits_keeps_its_greys():
    pixels = np.full((8, 8), 32768, np.uint16)

    assert np.allclose(
        value_of({"kind": "image", "data": base64_of(png_of(pixels))}, place(shape=(8, 8, 1))), 0.5, atol=0.01
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not an image", "a.png is not an image that can be read; use a PNG or JPEG file"),
        (png_of(np.zeros((64, 64, 3), np.uint8))[:60], "a.png is truncated or damaged"),
        (b"", "the file a.png is empty; choose another"),
    ],
)
def test_what_is_not_an_image_gets_one_sentence(data, words):
    with pytest.raises(SourceError, match=words):
        supply(InputSetting("image", data=base64_of(data), file="a.png"), place(shape=(8, 8, 1)))


def test_an_image_that_would_fill_the_memory_is_refused():
    stream = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(stream, "PNG")

    with pytest.raises(SourceError, match=r"a\.png is 9000 × 9000: use an image of at most 40 million pixels"):
        supply(InputSetting("image", data=base64_of(stream.getvalue()), file="a.png"), place(shape=(8, 8, 1)))


def test_an_image_needs_an_input_that_is_one():
    with pytest.raises(SourceError, match=r"x takes float32\[3\], which is not one image"):
        supply(InputSetting("image", data=base64_of(b"a")), place(shape=(3,)))


def test_an_array_comes_from_a_file():
    array = np.arange(6.0).reshape(2, 3)
    setting = {"kind": "npy", "file": "a.npy", "data": base64_of(npy_of(array))}

    assert value_of(setting, place(shape=(None, 3))) == array.tolist()
    assert words_of(setting, place(shape=(None, 3))) == "a.npy, float64[2,3]"
    with pytest.raises(SourceError, match=r"the input x takes float32\[2,2\]; the value has the sizes \[2,3\]"):
        supply(InputSetting.from_json(setting), place(shape=(2, 2)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (npy_of(np.array([{"a": 1}]), allow_pickle=True), "a.npy contains Python objects, which are never read"),
        (npy_of(np.arange(9))[:-4], "a.npy is truncated or damaged; save it with"),
        (npy_of(np.arange(9))[:20], "a.npy is truncated or damaged; save it with"),
        (b"PK\x03\x04 an archive", "a.npy is not a .npy file; save it with"),
        (npy_of(np.zeros((0, 3))), r"a.npy is empty: its array has the shape \[0, 3\]"),
        (b"", "the file a.npy is empty"),
    ],
)
def test_a_wrong_file_gets_one_sentence(data, words):
    with pytest.raises(SourceError, match=words):
        supply(InputSetting("npy", data=base64_of(data), file="a.npy"), place(shape=(None,)))


@pytest.mark.parametrize(
    "setting",
    [
        None,
        {},
        {"kind": "pickle"},
        {"kind": "random", "seed": -1},
        {"kind": "random", "sizes": [0]},
        {"kind": "random", "sizes": "3"},
        {"kind": "row", "row": 1.5},
        {"kind": "image", "brightest": "1"},
        {"kind": "number", "path": "/etc/passwd"},
    ],
)
def test_json_that_is_no_setting_is_refused(setting):
    with pytest.raises(SourceError):
        InputSetting.from_json(setting)


def test_a_setting_is_the_same_after_json():
    setting = InputSetting("random", seed=9, sizes=(None, 3))

    assert setting.to_json() == {"kind": "random", "seed": 9, "sizes": (None, 3)}
    assert InputSetting.from_json(setting.to_json()) == setting


def test_each_wrong_input_has_its_own_sentence():
    places = [InputPlace(name, name, name, Tensor("float32", ())) for name in ("a", "b", "c")]

    arguments, sentences = arguments_from(
        places, {"a": {"kind": "number", "value": "1"}, "b": {"kind": "number", "value": "x"}}
    )

    assert [argument.name for argument in arguments] == ["a"]
    assert sentences == {
        "b": "'x' is not a number; write a number like 3, -0.5 or 1e-3",
        "c": "c has no value; set one",
    }

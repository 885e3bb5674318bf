"""What the page offers for each input of a graph, and the rows of the data that it shows."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from graphlab.errors import GraphlabError, SourceError

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.evaluation.fields import fields_of, form_json  # noqa: E402
from graphlab.evaluation.form.places import InputPlace, example_inputs, places_of  # noqa: E402
from graphlab.evaluation.form.rows import Row, data_rows, label_words, rows_of  # noqa: E402
from graphlab.evaluation.form.types import InputSetting  # noqa: E402
from graphlab.evaluation.settings import arguments_from  # noqa: E402
from graphlab.graph import Tensor  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.datasets.convert import to_source  # noqa: E402
from graphlab.tracing.live import live_graphs  # noqa: E402
from graphlab.tracing.targets import trace_object, trace_source  # noqa: E402


def field_of(dtype, shape, **options):
    return fields_of([InputPlace("x", "x", "x", Tensor(dtype, shape), **options)])[0]


def live_of(target, *specs):
    with live_graphs() as source:
        trace_object(target, [*specs], {}, name="f")
    return source.graphs[0]


@pytest.mark.parametrize(
    ("dtype", "shape", "widget", "ways"),
    [
        ("float32", (), "number", ("number", "random")),
        ("bool", (), "number", ("number", "random")),
        ("float32", (3,), "grid", ("grid", "npy", "random")),
        ("int32", (None,), "grid", ("grid", "npy", "random")),
        ("float32", (None, 4), "grid", ("grid", "npy", "random")),
        ("float32", (8, 8), "image", ("drawing", "image", "npy", "random")),
        ("float32", (9, 8), "random", ("npy", "random")),
        ("float32", (None, 28, 28, 1), "image", ("drawing", "image", "npy", "random")),
        ("float32", (None, 224, 224, 3), "image", ("image", "npy", "random")),
        ("float32", (4, 28, 28, 1), "random", ("npy", "random")),
        ("float32", (None, 10, 16), "random", ("npy", "random")),
        ("float32", None, "random", ("npy", "random")),
        ("string", (None,), "text", ("text",)),
        ("string", (), "text", ("text",)),
    ],
)
def test_the_widget_follows_dtype_and_shape(dtype, shape, widget, ways):
    field = field_of(dtype, shape)

    assert (field.widget, field.ways) == (widget, ways)


def test_scalars_begin_with_1_2_3():
    shapes = {"a": (), "b": (2,), "c": ()}
    fields = fields_of([InputPlace(name, name, name, Tensor("float32", shape)) for name, shape in shapes.items()])

    assert [fields[0].setting.value, fields[2].setting.value] == ["1", "2"]
    assert len(fields[1].setting.value) == 2


@pytest.mark.parametrize(
    ("dtype", "example", "slider"),
    [
        ("float32", 3.0, (-10, 10, 0.1)),
        ("float32", 250.0, (-1000, 1000, 10)),
        ("int32", 3, (-10, 10, 1)),
        ("uint8", 200, (0, 255, 1)),
        ("bool", True, (None, None, None)),
        ("float32", float("nan"), (-10, 10, 0.1)),
    ],
)
def test_the_slider_has_a_range_around_the_number(dtype, example, slider):
    field = field_of(dtype, (), example=example)

    assert (field.minimum, field.maximum, field.step) == slider


def test_the_sources_own_example_is_set_at_first():
    quadratic = parse_source("examples/quadratic.py:f", ())
    with live_graphs() as source:
        trace_source(quadratic, lambda words: None)

    fields = fields_of(places_of(source.graphs[0], [], example_inputs(source.module)))

    assert [(field.name, field.setting.value) for field in fields] == [("x", "3"), ("y", "4")]


def test_an_example_is_edited_where_it_is_small():
    assert field_of("float32", (3,), example=[1, 2.5, 3]).setting == InputSetting("grid", ["1", "2.5", "3"])
    assert field_of("string", (), example="hello").setting == InputSetting("text", "hello")
    field = field_of("float32", (2, 50), example=np.zeros((2, 50)))
    assert (field.setting, field.words, field.ways[0]) == (InputSetting("example"), "from example_inputs", "example")


def test_an_example_that_does_not_fit_is_said_at_its_field():
    field = field_of("float32", (3,), example=[1, 2])

    assert field.setting.kind == "grid"
    assert field.problem == "example_inputs is not used: the input x takes float32[3]; the value has the sizes [2]"


def test_examples_are_a_dict():
    assert example_inputs(None) == {}
    assert example_inputs(SimpleNamespace(example_inputs={"x": 3})) == {"x": 3}
    with pytest.raises(SourceError, match="example_inputs is a list, not a dict of inputs by name; write example_inp"):
        example_inputs(SimpleNamespace(example_inputs=[3]))


def test_each_part_of_a_nested_input_has_a_field():
    scalar = tf.TensorSpec([], tf.float32)

    @tf.function
    def f(parts, pair):
        return parts["a"] + parts["b"] + pair[0] * pair[1]

    live = live_of(f, {"a": scalar, "b": scalar}, [scalar, scalar])

    fields = fields_of(places_of(live, [], {"parts['b']": 5.0}))

    assert [field.label for field in fields] == ["parts['a']", "parts['b']", "pair[0]", "pair[1]"]
    assert [field.setting.value for field in fields] == ["1", "5", "3", "4"]
    assert len({field.name for field in fields}) == 4


def test_fields_are_json_with_settings_that_can_be_sent_back():
    places = [InputPlace("x", "x", "x", Tensor("float32", (None, 4)))]

    form = json.loads(json.dumps(form_json(fields_of(places))))

    assert form[0]["shape"] == [None, 4]
    arguments, sentences = arguments_from(places, {"x": form[0]["setting"]})
    assert (arguments[0].value.shape, sentences) == ((1, 4), {})


def test_rows_come_from_the_validation_data():
    with live_graphs() as source:
        mnist = parse_source("examples/mnist_mlp.py:model", ())
        trace_source(mnist, lambda words: None)
    forward, step = source.graphs[:2]

    rows = data_rows(source, forward, mnist)
    fields = fields_of(places_of(forward, rows))
    steps = data_rows(source, step, mnist)

    assert len(rows) == 24
    assert rows[0].values["image"].shape == (1, 28, 28, 1)
    assert (fields[0].widget, fields[0].setting) == ("rows", InputSetting("row"))
    assert fields[0].words == f"validation image 0 · label {rows[0].label}"
    assert fields[0].rows[5].picture.startswith("data:image/png;base64,")
    assert (fields[0].darkest, fields[0].brightest) == (0, 1)
    assert int(steps[3].values["label"][0]) == int(steps[3].label)
    assert [field.setting.kind for field in fields_of(places_of(step, steps))] == ["row", "row"]


X = np.arange(40.0, dtype=np.float32).reshape(10, 4)
Y = np.arange(10) % 3


def dense(batch=None):
    a = keras.Input((4,), batch_size=batch, name="a")
    model = keras.Model(a, keras.layers.Dense(3)(a))
    model.compile("adam", "sparse_categorical_crossentropy")
    return live_of(model)


class Sequence(keras.utils.PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        return X[2 * index : 2 * index + 2], Y[2 * index : 2 * index + 2]


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        tf.data.Dataset.from_tensor_slices((X, Y)),
        tf.data.Dataset.from_tensor_slices((X, Y)).batch(3),
        tf.data.Dataset.from_tensor_slices(({"a": X}, tf.one_hot(Y, 3))).batch(3),
        Sequence(1),
    ],
    ids=["arrays", "examples", "batches", "dicts and one-hot labels", "PyDataset"],
)
def test_rows_are_single_examples_however_the_data_comes(data):
    rows = rows_of(to_source("train", data), dense().graph, "train", ["cat", "dog", "owl"])

    assert len(rows) == 10
    assert rows[4].values["a"].tolist() == [X[4].tolist()]
    assert [row.label for row in rows[:4]] == ["cat", "dog", "owl", "cat"]


def test_rows_are_batches_where_the_graph_fixes_their_size():
    rows = rows_of(to_source("train", (X, Y)), dense(5).graph, "train")

    assert [row.values["a"].shape for row in rows] == [(5, 4), (5, 4)]
    assert rows[0].label == "0, 1, 2, 0, …"


def test_data_that_does_not_fit_has_no_rows():
    assert rows_of(to_source("train", (X[:, :3], Y)), dense().graph, "train") == []


def test_rows_without_pictures_show_their_first_numbers():
    row = Row(0, "train", {"x": X[1:2] / 8}, "1")

    assert field_of("float32", (None, 4), rows=[row]).rows[0].text == "0.5, 0.625, 0.75, 0.875"


@pytest.mark.parametrize(
    ("label", "words"),
    [(np.int64(7), "7"), ([1.0], "1"), ([0, 0, 1], "2"), ([0.2, 0.3], ""), (2.5, "2.5"), ("cat", "cat"), (None, "")],
)
def test_a_label_is_a_class(label, words):
    assert label_words(None if label is None else np.array(label)) == words


def test_a_batch_of_centred_images_has_black_at_minus_1():
    row = Row(0, "train", {"x": np.linspace(-1, 1, 64).reshape(1, 8, 8, 1)}, "")
    field = field_of("float32", (None, 8, 8, 1), rows=[row])

    assert (field.darkest, field.brightest) == (-1, 1)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((None, None, 16), (1, 4, 16)),
        ((None, None, None, 3), (1, 32, 32, 3)),
        (None, (4,)),
    ],
)
def test_unknown_sizes_begin_with_small_ones_that_can_be_edited(shape, sizes):
    field = field_of("float32", shape)

    assert field.setting == InputSetting("random", sizes=sizes)
    assert field.sizes == sizes
    assert field.words == f"random float32[{','.join(map(str, sizes))}], seed 7"


def test_data_of_a_named_folder_that_is_missing_is_an_error(tmp_path):
    mnist = parse_source("examples/mnist_mlp.py:model")
    with live_graphs() as source:
        trace_source(mnist, lambda words: None)

    with pytest.raises(GraphlabError, match="no such data folder"):
        data_rows(source, source.graphs[0], mnist, str(tmp_path / "none"))


def test_an_input_that_is_set_by_a_row_says_its_label():
    row = Row(2, "train", {"x": X[1:2]}, "cat")

    assert field_of("float32", (None, 4), rows=[row]).words == "train row 2 · label cat"

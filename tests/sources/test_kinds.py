"""What people give as a source: partial objects, callables, models that were never called, and what cannot be shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from graphlab.errors import GraphlabError, SourceError  # noqa: E402
from graphlab.packaged import packaged_dir  # noqa: E402
from graphlab.processes.tensorflow_start import start_tensorflow  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.targets import trace_object, trace_source  # noqa: E402

CODE = """
import functools
import keras
import tensorflow as tf

def scale(x, factor, *, shift=0.0):
    return x * factor + shift

double = functools.partial(scale, factor=2.0)
compiled = functools.partial(tf.function(scale), factor=2.0)

class Scale:
    def __init__(self, factor):
        self.factor = factor
    def __call__(self, x):
        return tf.tanh(x * self.factor)
    def half(self, x):
        return x / 2.0
    @property
    def made(self):
        return lambda x: tf.nn.relu(x)

class Traced(Scale):
    @tf.function(input_signature=[tf.TensorSpec([3])])
    def __call__(self, x):
        return tf.sin(x)

thrice, traced = Scale(3.0), Traced(1.0)
squares = lambda x: tf.square(x)

def keyword(x, *, y, z=1.0):
    return x + y * z

def build(units=3):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])

build_five = functools.partial(build, units=5)

def decorated_by(function):
    @functools.wraps(function)
    def inner(*args):
        return tf.exp(function(*args))
    return inner

@decorated_by
def decorated(x):
    return x - 1.0

async def waits(x):
    return x

def yields(x):
    yield x

models = {"small": build(), "large": build(9)}
pair = [scale, double]

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def call(self, inputs):
        return self.dense(inputs["a"]) + tf.cast(inputs["n"], "float32")

of_dict, called = Net(), Net()
called({"a": tf.ones([2, 4]), "n": tf.ones([2, 1], tf.int32)})

class Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def call(self, image, label, scale=1.0, training=False):
        return self.dense(image) * scale + tf.cast(label, "float32")

two = Two()
two(tf.ones([2, 4]), label=tf.ones([2, 1], tf.int64))

class Built(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def build(self, shape):
        self.dense.build(shape)
    def call(self, x):
        return self.dense(x)

built = Built()
built.build((None, 4))

class Many(Two):
    def call(self, *images):
        return self.dense(images[0]) + self.dense(images[1])

class Flagged(Two):
    def call(self, image, flip=False, scale=1.0):
        return self.dense(image[0] - image[1] if flip else image[0]) * scale

many, flagged = Many(), Flagged()
many(tf.ones([2, 4]), tf.ones([2, 4]))
flagged([tf.ones([2, 4]), tf.ones([2, 4])], flip=True)
embedding = keras.layers.Embedding(10, 4)
embedding(tf.ones([2, 3], tf.int64))
"""
DATA = """
@tf.function
def train_step(x, y):
    return tf.reduce_mean(tf.square(x - y))

def on_batch(batch):
    return batch[0] * 2.0

def predict(x):
    return x + 1.0

@tf.function
def more(a, b, c):
    return a

def datasets():
    given = GIVEN
    return given, given
"""
PAIRS = "tf.data.Dataset.from_tensor_slices((tf.ones([8, 4]), tf.ones([8, 1]))).batch(4)"
DICTS = (
    'tf.data.Dataset.from_tensor_slices(({"a": tf.ones([8, 4]), "n": tf.ones([8, 1], tf.int32)}, [1.0] * 8)).batch(4)'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "kinds.py").write_text(CODE)
    (folder / "pairs.py").write_text(CODE + DATA.replace("GIVEN", PAIRS))
    (folder / "dicts.py").write_text(CODE + DATA.replace("GIVEN", DICTS))
    (folder / "arrays.py").write_text(CODE + DATA.replace("GIVEN", "tf.ones([8, 4]).numpy(), tf.ones([8, 1]).numpy()"))
    (folder / "fails.py").write_text(CODE + DATA.replace("GIVEN", "1 / 0"))
    return folder


@pytest.fixture
def shown(folder, monkeypatch):
    """The first graph of a source."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))

    def shown(text, *inputs):
        return next(iter(trace_source(parse_source(f"{folder}/{text}", inputs)).values()))

    return shown


def types(graph):
    return Counter(op.type for op in graph.ops())


def inputs(graph):
    """By name what each input of a graph is."""
    names = graph.facts.names
    return {names.get(op_id, op_id): str(graph.op(op_id).outputs[0]) for op_id in graph.input_ids}


@pytest.mark.parametrize(
    ("name", "given", "op_type"),
    [
        ("double", ["x=float32[3]"], "Mul"),
        ("compiled", ["x=float32[3]"], "Mul"),
        ("thrice", ["x=float32[3]"], "Tanh"),
        ("thrice.half", ["x=float32[3]"], "RealDiv"),
        ("thrice.made", ["x=float32[3]"], "Relu"),
        ("traced", [], "Sin"),
        ("squares", ["x=float32[3]"], "Square"),
        ("keyword", ["x=float32[3]", "y=float32[3]"], "Mul"),
        ("decorated", ["x=float32[3]"], "Exp"),
    ],
)
def test_what_can_be_called_is_a_function(shown, name, given, op_type):
    graph = shown(f"kinds.py:{name}", *given)

    assert graph.kind == "function"
    assert types(graph)[op_type] == 1


def test_a_partial_of_a_function_that_makes_a_model_is_called(shown):
    assert shown("kinds.py:build_five").parameters == 5 * 4 + 5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "models",
            "'models' is a dict of 2 objects (small, large): assign one of them to a name in the file, such as one = ",
        ),
        (
            "pair",
            "'pair' is a list of 2 objects (0, 1): assign one of them to a name in the file, such as one = pair[0]",
        ),
        ("Scale", "'Scale' is a class: create an object in its file, such as scale = Scale(), and open scale"),
        ("Net", "'Net' is a class: create an object"),
        ("waits", "'waits' is an async function, which TensorFlow cannot trace"),
        ("yields", "'yields' is a generator function, which TensorFlow cannot trace"),
        ("keras", "'keras' is a module: name an object in it"),
        ("keyword", "'keyword' has no input signature; specify its inputs, for example --input \"x="),
    ],
)
def test_what_cannot_be_shown_is_told_with_the_way_out(shown, name, words):
    with pytest.raises(SourceError) as told:
        shown(f"kinds.py:{name}")

    assert str(told.value).startswith(words)


def test_an_own_training_loop_is_traced_for_its_data(shown):
    graph = shown("pairs.py:train_step")

    assert list(inputs(graph).values()) == ["float32[?,4]", "float32[?,1]"]
    assert "Traced for a batch from datasets() in this file." in graph.notes
    assert list(inputs(shown("arrays.py:train_step")).values()) == ["float32[?,4]", "float32[?,1]"]
    assert list(inputs(shown("pairs.py:on_batch")).values()) == ["float32[?,4]", "float32[?,1]"]
    assert list(inputs(shown("pairs.py:predict")).values()) == ["float32[?,4]"]
    assert list(inputs(shown("pairs.py:train_step", "x=float32[2]", "y=float32[2]")).values()) == ["float32[2]"] * 2
    with pytest.raises(SourceError, match="has no input signature"):
        shown("pairs.py:more")
    with pytest.raises(SourceError, match=r"datasets\(\) failed: ZeroDivisionError: .*fails.py:\d+"):
        shown("fails.py:train_step")


def test_a_model_that_was_never_called_takes_what_its_data_gives(shown):
    graph = shown("dicts.py:of_dict")

    assert inputs(graph) == {"a": "float32[?,4]", "n": "int32[?,1]"}
    with pytest.raises(SourceError, match=r"never built.*datasets\(\) failed: ZeroDivisionError"):
        shown("fails.py:of_dict")


def test_inputs_are_what_the_model_was_first_called_on(shown):
    assert inputs(shown("kinds.py:called")) == {"a": "float32[2,4]", "n": "int32[2,1]"}
    assert inputs(shown("kinds.py:two")) == {"input": "float32[2,4]", "label": "int64[2,1]"}
    assert list(inputs(shown("kinds.py:embedding")).values()) == ["int64[2,3]"]
    assert inputs(shown("kinds.py:many")) == {"images_0": "float32[2,4]", "images_1": "float32[2,4]"}
    flagged = shown("kinds.py:flagged")
    assert inputs(flagged) == {"image_0": "float32[2,4]", "image_1": "float32[2,4]"}
    assert types(flagged)["Sub"] == 1


def test_the_name_of_a_parameter_of_build_is_not_that_of_the_input(shown):
    assert inputs(shown("kinds.py:built")) == {"x": "float32[?,4]"}


class Masked(tf.experimental.ExtensionType):
    """Values, of which a mask says which count."""

    values: tf.Tensor
    mask: tf.Tensor


def test_traces_for_composite_arguments_have_readable_names():
    @tf.function
    def total(given):
        return tf.constant(0.0)

    total(Masked(tf.ones([3]), tf.constant([True, False, True])))
    total(tf.ragged.constant([[1.0], [2.0, 3.0]]))
    total(tf.sparse.from_dense([[1.0, 0.0]]))

    graphs = trace_object(total)

    assert next(inputs(graph) for graph in graphs.values()) == {
        "given values": "float32[3]",
        "given mask": "bool[3]",
    }
    assert list(graphs) == [
        "total(Masked(values: float32[3], mask: bool[3]))",
        "total(ragged float32[2,?])",
        "total(sparse float32[1,2])",
    ]


def test_a_keras_2_model_is_told_what_to_do():
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))])

    with pytest.raises(SourceError, match=r"^'model' is from tf_keras, which is Keras 2.*import keras instead of"):
        trace_object(model, name="model")


@pytest.mark.parametrize("text", ["import keras\nkeras.Model\n", "made = 1\n"])
def test_a_file_that_hides_keras_is_named(tmp_path, text):
    (tmp_path / "keras.py").write_text(text)
    start = "from graphlab.processes.tensorflow_start import start_tensorflow; start_tensorflow()"
    paths = os.pathsep.join([str(tmp_path), str(packaged_dir("examples").parent)])

    done = subprocess.run(
        [sys.executable, "-P", "-c", start], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": paths}
    )

    assert done.stderr.splitlines()[-1] == (
        f"graphlab.errors.GraphlabError: Python finds keras in '{tmp_path}/keras.py': rename that file, or remove its "
        "folder from PYTHONPATH"
    )


def test_another_backend_of_keras_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    (tmp_path / "net.py").write_text("import os\nos.environ['KERAS_BACKEND'] = 'jax'\ndef f(x):\n    return x\n")

    with pytest.raises(GraphlabError, match=r"net.py:f' sets KERAS_BACKEND=jax, and .*: remove that, or use"):
        trace_source(parse_source(f"{tmp_path}/net.py:f", ("x=float32[]",)))
    with pytest.raises(GraphlabError, match=r"^KERAS_BACKEND=jax is set, and graphlab shows .*: unset it, or use"):
        start_tensorflow()

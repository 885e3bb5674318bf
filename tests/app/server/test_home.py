"""What the home page and the page of an unknown source say about sources, without running them."""

from __future__ import annotations

import pytest

from graphlab.app.page.examples import packaged_examples
from graphlab.app.page.gallery import gallery
from graphlab.app.page.source_kinds import kind_of_source
from graphlab.app.server.unknown_source import unknown_words
from graphlab.sources import SourceSpec, parse_source

CODE = """
import functools
import keras
import tensorflow as tf

raise SystemExit("this file was run")

class Net(keras.Model):
    pass

def f(x):
    return x

@tf.function
def g(x):
    return x

net = Net()
layers = keras.Sequential([])
with tf.device("CPU"):
    placed: keras.Model = keras.models.load_model("x.keras")
ready = keras.applications.ResNet50(weights=None)
data = tf.data.Dataset.range(3).batch(2)
half = functools.partial(f, 1)
compiled = tf.function(f)
line = lambda x: 2 * x
made = f(3)
"""
KINDS = {
    "function": ["f", "g", "half", "compiled", "line"],
    "model": ["net", "layers", "placed", "ready"],
    "dataset": ["data"],
    "other": ["made", "nothing", "net.call"],
}


@pytest.mark.parametrize(("kind", "names"), KINDS.items(), ids=KINDS)
def test_the_kind_of_a_python_source_is_found_without_running_it(tmp_path, kind, names):
    (tmp_path / "own.py").write_text(CODE)

    assert [kind_of_source(parse_source(f"{tmp_path / 'own.py'}:{name}"))[0] for name in names] == [kind] * len(names)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.keras", "Keras file"),
        ("a.weights.h5", "Keras file"),
        ("a.pb", "TensorFlow graph"),
        ("a.tflite", "TensorFlow Lite model"),
        ("a.onnx", "ONNX model"),
        ("a.me.json", "Model Explorer graph"),
        ("a.json", "Saved graph"),
        ("events.out.tfevents.1", "Event file"),
    ],
)
def test_the_kind_of_a_model_file_follows_from_its_name(tmp_path, name, words):
    (tmp_path / name).write_text("")

    assert kind_of_source(parse_source(str(tmp_path / name))) == ("file", words)


def test_a_source_of_unknown_kind_is_called_so(tmp_path):
    (tmp_path / "broken.py").write_text("def f(:\n")

    assert kind_of_source(None) == ("other", "Python object")
    assert kind_of_source(parse_source(f"{tmp_path / 'broken.py'}:f")) == ("other", "Python object")
    assert kind_of_source(SourceSpec("no_such_package:f", "f", module="no_such_package")) == ("other", "Python object")


def test_each_card_says_what_its_source_is(tmp_path):
    (tmp_path / "own.py").write_text(CODE)
    own = f"{tmp_path / 'own.py'}:net"

    page = gallery(packaged_examples(), {own: parse_source(own)})

    kinds = [part.split('"')[0] for part in page.split('data-kind="')[1:]]
    words = [part.split("<")[0] for part in page.split('class="card-kind">')[1:]]
    assert kinds == ["model", "function", "function", "model", "model"]
    assert words == ["Keras model", "Function", "Function", "Keras model", "Keras model"]


def test_an_unknown_source_is_advised_only_where_that_would_open_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("def f(x):\n    return x\n")
    (tmp_path / "two words.keras").write_bytes(b"PK\3\4")
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"")
    (tmp_path / "log" / "train").mkdir(parents=True)
    (tmp_path / "log" / "train" / "events.out.tfevents.1").write_bytes(b"")
    (tmp_path / "deep" / "a" / "b" / "train").mkdir(parents=True)
    (tmp_path / "deep" / "a" / "b" / "train" / "events.out.tfevents.1").write_bytes(b"")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("")

    def way(text):
        return unknown_words(text).partition("to open it, run: ")[2]

    assert way("own.py:f") == "graphlab open own.py:f"
    assert way("own.py:f --input x=float32[?]") == "graphlab open own.py:f --input 'x=float32[?]'"
    assert way("own:f") == "graphlab open own:f"
    assert way("two words.keras") == "graphlab open 'two words.keras'"
    assert way("saved") == "graphlab open saved"
    assert way("log") == "graphlab open log"
    assert way("deep") == "graphlab open deep"
    for text in (
        "/etc/passwd",
        "own.py",
        "gone.py:f",
        "gone.keras",
        "gone:f",
        "notes",
        "notes/a.txt",
        "/dev/zero",
        ":",
    ):
        assert unknown_words(text) == (
            f"this app was not started with {text!r}, and graphlab cannot open it; use a model file such as "
            f"model.keras, a SavedModel or log folder, or FILE.py:NAME. The home page lists the sources of this app"
        )
    assert unknown_words("") == "the address does not name a source; open one from the home page"


def test_no_other_machine_is_asked_about_a_path(monkeypatch):
    def refuse(text, *_):
        raise AssertionError(f"{text} was looked for")

    monkeypatch.setattr("graphlab.app.server.unknown_source.parse_source", refuse)

    assert "cannot open it" in unknown_words(r"\\elsewhere\share\model.keras")
    assert "cannot open it" in unknown_words("//elsewhere/share/model.keras")

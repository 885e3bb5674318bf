"""One good file of each format that graphlab reads, written by the format's own library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf
from google.protobuf import text_format

import graphlab

EVENT_FILE = "events.out.tfevents.1700000000.host"


def make_seeds(folder: Path) -> dict[str, Path]:
    """The files by format; a folder's format is told by the file in it that is damaged."""
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    return {name: maker(folder, model) for name, maker in MAKERS.items()}


def _loop(x: tf.Tensor) -> tf.Tensor:
    return tf.while_loop(lambda value: tf.reduce_sum(value) < 10.0, lambda value: (value + 1.0,), (x,))[0]


def _graph_def() -> tf.compat.v1.GraphDef:
    return tf.function(_loop).get_concrete_function(tf.TensorSpec([3])).graph.as_graph_def()


def _json(folder: Path, model: keras.Model) -> Path:
    graphlab.save(graphlab.trace(_loop, "float32[3]"), folder / "graph.json")
    return folder / "graph.json"


def _model_explorer(folder: Path, model: keras.Model) -> Path:
    graphlab.save(graphlab.trace(model), folder / "graph.me.json")
    return folder / "graph.me.json"


def _saved(name: str) -> Callable[[Path, keras.Model], Path]:
    def save(folder: Path, model: keras.Model) -> Path:
        model.save_weights(folder / name) if name.endswith(".weights.h5") else model.save(folder / name)
        return folder / name

    return save


def _pb(folder: Path, model: keras.Model) -> Path:
    (folder / "graph.pb").write_bytes(_graph_def().SerializeToString())
    return folder / "graph.pb"


def _pbtxt(folder: Path, model: keras.Model) -> Path:
    (folder / "graph.pbtxt").write_text(text_format.MessageToString(_graph_def()))
    return folder / "graph.pbtxt"


def _meta(folder: Path, model: keras.Model) -> Path:
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, 3], name="x")
        weights = tf.compat.v1.get_variable("w", [3, 2])
        tf.identity(x @ weights, name="y")
        tf.compat.v1.train.export_meta_graph(str(folder / "graph.meta"))
    return folder / "graph.meta"


def _saved_model(folder: Path, model: keras.Model) -> Path:
    model.export(folder / "saved", verbose=False)
    return folder / "saved" / "saved_model.pb"


def _events(folder: Path, model: keras.Model) -> Path:
    writer = tf.summary.create_file_writer(str(folder / "logs"))
    with writer.as_default():
        tf.summary.graph(_graph_def())
        tf.summary.write("loss", tf.constant(0.5), step=1)
    writer.close()
    found = next((folder / "logs").iterdir())
    return found.rename(found.with_name(EVENT_FILE))


def _tflite(folder: Path, model: keras.Model) -> Path:
    function = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec([1, 4])])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()], model)
    (folder / "model.tflite").write_bytes(converter.convert())
    return folder / "model.tflite"


def _onnx(folder: Path, model: keras.Model) -> Path:
    from onnx import TensorProto, helper, save

    def value(name: str, sizes: list[int | str]) -> object:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)

    weights = helper.make_tensor("w", TensorProto.FLOAT, [4, 2], [0.5] * 8)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Relu", ["h"], ["y"])]
    graph = helper.make_graph(nodes, "net", [value("x", ["n", 4])], [value("y", ["n", 2])], [weights])
    save(helper.make_model(graph), str(folder / "model.onnx"))
    return folder / "model.onnx"


MAKERS: dict[str, Callable[[Path, keras.Model], Path]] = {
    "graphlab JSON": _json,
    "Model Explorer JSON": _model_explorer,
    ".keras": _saved("model.keras"),
    ".h5": _saved("model.h5"),
    ".weights.h5": _saved("model.weights.h5"),
    ".pb": _pb,
    ".pbtxt": _pbtxt,
    ".meta": _meta,
    "SavedModel": _saved_model,
    "event file": _events,
    ".tflite": _tflite,
    ".onnx": _onnx,
}
FORMATS = tuple(MAKERS)

"""Which files can be run, and the op types that run from one. Knows names, loads no TensorFlow."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphlab.formats import suffix_of_file
from graphlab.formats.folders import is_event_file
from graphlab.formats.tensorflow.saved_model import is_saved_model

KERAS = (".keras", ".h5", ".hdf5")
_OTHERS = {
    ".tflite": "a TensorFlow Lite model: its ops are not TensorFlow's",
    ".onnx": "an ONNX model: its ops are not TensorFlow's",
    ".json": "a saved graph: it contains no weights",
    ".me.json": "a saved graph: it contains no weights",
}
_WAY_OUT = (
    "Values are computed for .keras and HDF5 files, SavedModel folders, and objects in Python files, FILE.py:NAME"
)


def why_not_file(path: Path) -> str:
    """Why the graphs of a model file cannot be run; "" if they can."""
    suffix = suffix_of_file(path)
    if path.is_dir():
        return "" if is_saved_model(path) else f"A log of training has no values to compute. {_WAY_OUT}."
    if suffix in KERAS and not is_event_file(path):
        return ""
    kind = _OTHERS.get(suffix, "a graph without the values of its variables")
    return f"{path.name!r} has no values to compute because it is {kind}. {_WAY_OUT}."


@cache
def allowed_types() -> frozenset[str]:
    """The op types that run from a file: they compute, read a variable, or write to a copy of one.

    The list is a file. An op that is not in it never runs: it may read or write files, run Python code, reach other
    machines, or run a program that its attributes contain.
    """
    return frozenset(Path(__file__).with_name("op_types.txt").read_text(encoding="ascii").split())

"""Every public function of TensorFlow's modules, called on kinds of tensors until a call builds a graph."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import tensorflow as tf

from graphlab.graph import Graph, build_graph
from tests.support.tf_graphs import op_of

MODULES = (tf.math, tf.nn, tf.image, tf.strings, tf.signal, tf.linalg, tf.random, tf.sparse, tf.bitwise, tf.sets)
MOST_TRIES = 26  # the suite has minutes: what fits only after more tries is left out
MOST_ARGUMENTS = 4


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name and function of what these modules offer."""
    for module in MODULES:
        for name in sorted(dir(module)):
            found = getattr(module, name)
            if callable(found) and not inspect.isclass(found) and not name.startswith("_"):
                yield f"{_last(module)}.{name}", found


def _last(module: ModuleType) -> str:
    return module.__name__.split(".")[-1]


def graph_of_call(function: Callable[..., Any]) -> Graph | None:
    """The graph of the first call of a function that works; None where none of the tried ones does."""
    count = _required(function)
    if count is None:
        return None
    for tried, kinds in enumerate(itertools.product(ARGUMENTS, repeat=count)):
        if tried >= MOST_TRIES:
            return None
        built = tf.Graph()
        try:
            with built.as_default():
                function(*(ARGUMENTS[kind]() for kind in kinds))
        except Exception:  # what does not fit is told in as many ways as there are functions
            continue
        if built.get_operations():
            return build_graph([op_of(op) for op in built.get_operations()], [])
    return None


def _required(function: Callable[..., Any]) -> int | None:
    """How many arguments a call needs; None where that is too many to try."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    needed = [one for one in parameters if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD,)]
    return max(1, len(needed)) if len(needed) <= MOST_ARGUMENTS else None


def _floats(*shape: int | None) -> Callable[[], Any]:
    return lambda: tf.compat.v1.placeholder(tf.float32, shape)


ARGUMENTS: dict[str, Callable[[], Any]] = {
    "matrix": _floats(3, 3),
    "images": _floats(None, 8, 8, 3),
    "whole numbers": lambda: tf.compat.v1.placeholder(tf.int32, (3,)),
    "number": lambda: 2,
    "shape": lambda: [2, 2],
    "texts": lambda: tf.compat.v1.placeholder(tf.string, (2,)),
    "text": lambda: "a",
    "truth values": lambda: tf.compat.v1.placeholder(tf.bool, (3,)),
    "complex numbers": lambda: tf.compat.v1.placeholder(tf.complex64, (4, 4, 4)),
    "bytes of pixels": lambda: tf.compat.v1.placeholder(tf.uint8, (8, 8, 3)),
    "sparse": lambda: tf.sparse.SparseTensor([[0, 0], [1, 2]], tf.compat.v1.placeholder(tf.float32, (2,)), (3, 3)),
    "vector": _floats(3),
    "list": lambda: [tf.compat.v1.placeholder(tf.float32, (2, 2))] * 2,
}

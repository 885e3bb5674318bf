"""TensorFlow's node attributes as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from graphlab.graph import JsonValue
from graphlab.tracing.tensorflow_types import AttrList, Attrs, AttrValue, TensorProto, TensorShapeProto

_HIDDEN = ("_output_shapes", "_gradient_op_type")  # shown with the outputs; a number that counts up within each process
MAX_VALUES = 64  # a constant with at most this many numbers keeps its value
MOST_TEXT = 2_000  # bytes kept of one text
MOST_ITEMS = 1_000  # of one list


def attributes(attrs: Attrs) -> dict[str, JsonValue]:
    """The op's attributes as JSON. A constant's value is included if it has at most 64 numbers."""
    json_attrs: dict[str, JsonValue] = {}
    for name in sorted(attrs):
        if name in _HIDDEN:
            continue
        value = _attribute(attrs[name])
        if value is not None:
            json_attrs[name] = value
    return json_attrs


def _attribute(attr: AttrValue) -> JsonValue:
    field_name = attr.WhichOneof("value")
    return None if field_name is None else _READERS[field_name](getattr(attr, field_name))


def _text(value: bytes) -> str:
    end = f"… ({len(value):,} bytes)" if len(value) > MOST_TEXT else ""
    return value[:MOST_TEXT].decode("utf-8", errors="replace") + end


def _type_name(value: int) -> str:
    try:
        return str(tf.dtypes.as_dtype(value).name)
    except TypeError:  # a file may contain any number
        return f"type {value}"


def _shape(value: TensorShapeProto) -> JsonValue:
    return None if value.unknown_rank else [None if dim.size < 0 else dim.size for dim in value.dim]


def _tensor_value(value: TensorProto) -> JsonValue:
    elements = 1
    for dim in value.tensor_shape.dim:
        elements *= dim.size
    if not 0 <= elements <= MAX_VALUES or value.dtype in (tf.resource.as_datatype_enum, tf.variant.as_datatype_enum):
        return None
    try:
        array = tf.make_ndarray(value)
    except (
        TypeError,
        ValueError,
        OverflowError,
    ):  # its numbers do not match its shape; texts of datasets also fail here
        return None
    return plain_values(array)


def plain_values(array: NDArray[np.generic]) -> JsonValue:
    """The numbers or texts of an array as JSON."""
    return finite(array.astype("float64").tolist() if array.dtype.kind == "V" else array.tolist())


def finite(value: JsonValue) -> JsonValue:
    """The value as JSON, which has no NaN or infinity: they become the words "nan", "inf" and "-inf"."""
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return _text(value) if isinstance(value, bytes) else str(value) if isinstance(value, complex) else value


def _list(value: AttrList) -> JsonValue:
    for field_name in ("s", "i", "f", "b", "type", "shape", "func"):
        items = getattr(value, field_name)
        if items:
            more = [f"… ({len(items):,} in all)"] if len(items) > MOST_ITEMS else []
            return [_READERS[field_name](item) for item in items[:MOST_ITEMS]] + more
    return []


_READERS: dict[str, Callable[[Any], JsonValue]] = {
    "s": _text,
    "i": int,
    "f": lambda value: finite(float(value)),
    "b": bool,
    "type": _type_name,
    "shape": _shape,
    "tensor": _tensor_value,
    "list": _list,
    "func": lambda value: str(value.name),
    "placeholder": str,
}

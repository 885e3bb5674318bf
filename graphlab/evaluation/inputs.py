"""The arguments that a graph is run for: what was given, the first rows of its data, or random numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError, words_of
from graphlab.evaluation.form.places import places_of
from graphlab.graph import Tensor
from graphlab.tracing.live import LiveGraph

MOST_RANDOM = 2**28  # numbers of a random input
FROM_EXAMPLES = "from example_inputs"
FROM_DATA = "from datasets()"


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument of a graph: its op, what the user calls it, its value and where that comes from."""

    op_id: str
    name: str
    value: tf.Tensor
    origin: str


def arguments_for(
    live: LiveGraph,
    positional: Sequence[object],
    by_name: Mapping[str, object],
    rows: Sequence[tf.Tensor],
    seed: int,
    *,
    examples: Mapping[str, object] = MappingProxyType({}),
) -> list[Argument]:
    """The arguments in the order of the graph's inputs.

    Inputs without a value come from `examples`, which the source suggests by name, else from `rows`, the first ones of
    the graph's own data; all others are random, the same for the same seed. Raises SourceError for a value that does
    not fit.
    """
    graph = live.graph
    names = {op_id: graph.facts.names.get(op_id, op_id) for op_id in graph.input_ids}
    if len(positional) > len(names):
        raise SourceError(f"{len(positional)} values were given, and the graph has {len(names)} inputs")
    all_names = {*names, *names.values()}
    unknown = next((name for name in by_name if name not in all_names), None)
    if unknown is not None:
        raise SourceError(f"the graph has no input {unknown!r}; it has {', '.join(names.values()) or 'none'}")
    values = dict(zip(names, positional, strict=False))
    twice = next((names[op_id] for op_id in values if op_id in by_name or names[op_id] in by_name), None)
    if twice is not None:
        raise SourceError(f"the input {twice!r} is given by position and by name")
    values |= {op_id: by_name[key] for op_id, name in names.items() for key in (op_id, name) if key in by_name}
    data = dict(zip(names, rows, strict=False))
    suggested = {place.op_id: place.example for place in places_of(live, (), examples) if place.example is not None}
    generator = np.random.default_rng(seed)
    arguments = []
    for op_id, name in names.items():
        tensor = graph.op(op_id).outputs[0]
        if op_id in values:
            value, origin = to_tensor(values[op_id], tensor, name), "given"
        elif op_id in suggested:
            value, origin = _example(suggested[op_id], tensor, name), FROM_EXAMPLES
        elif op_id in data:
            value, origin = to_tensor(data[op_id], tensor, name), FROM_DATA
        else:
            value, origin = random_tensor(tensor, name, generator), f"random, seed {seed}"
        arguments.append(Argument(op_id, name, value, origin))
    return arguments


def _example(value: object, tensor: Tensor, name: str) -> tf.Tensor:
    try:
        return to_tensor(value, tensor, name)
    except SourceError as error:
        raise SourceError(f"example_inputs does not fit: {error}; correct it, or give a value for {name}") from error


def to_tensor(value: object, tensor: Tensor, name: str) -> tf.Tensor:
    """A value in an input's dtype; one example becomes a batch of one. Raises SourceError if it does not fit."""
    if tensor.dtype in ("resource", "variant"):
        raise SourceError(f"the input {name} is a {tensor.dtype}, which cannot be given")
    try:
        array = _array_of(value)
    except ValueError:
        raise SourceError(f"the lists of the input {name} have different lengths; it takes {tensor}") from None
    if array.dtype.kind == "O" and not all(isinstance(item, str | bytes) for item in array.flat):
        kind = next(type(item).__name__ for item in array.flat if not isinstance(item, str | bytes))
        raise SourceError(f"the input {name} takes {tensor}, not a value of type {kind}")
    is_text = array.dtype.kind in "USO"
    if is_text != (tensor.dtype == "string"):
        raise SourceError(f"the input {name} takes {tensor}, not {'text' if is_text else 'numbers'}")
    converted = array if is_text else _converted(array, tensor, name)
    shape = tf.TensorShape(tensor.shape)
    sizes = ",".join(map(str, converted.shape))
    if shape.rank == converted.ndim + 1 and shape[0] in (None, 1):
        converted = converted[np.newaxis]
    if not shape.is_compatible_with(converted.shape):
        raise SourceError(f"the input {name} takes {tensor}; the value has the sizes [{sizes}]")
    try:
        return tf.convert_to_tensor(converted, dtype=tensor.dtype)
    except Exception as error:
        raise SourceError(f"the input {name} takes {tensor}: {words_of(error)}") from error


def _array_of(value: object) -> np.ndarray:
    """The value as an array. Raises ValueError for lists of different lengths."""
    if not isinstance(value, tf.Tensor):
        return np.asarray(value)
    if value.dtype == tf.string:
        return np.asarray(value.numpy(), dtype=object)  # of a single text, TensorFlow gives no array
    array: np.ndarray = value.numpy()
    return array.astype(np.float32) if value.dtype.is_floating and array.dtype.kind != "f" else array


def tensor_spec(value: object) -> tf.TensorSpec:
    """What a function without a signature is traced for: numbers in Python are float32, so that they have gradients."""
    if isinstance(value, tf.Tensor):
        return tf.TensorSpec(value.shape, value.dtype)
    try:
        array = np.asarray(value)
    except ValueError:
        raise SourceError("the lists of an input have different lengths; an array needs equal ones") from None
    is_plain = not isinstance(value, np.ndarray | np.generic) and array.dtype.kind in "iuf"
    if array.dtype.kind not in "biufcUSO":
        raise SourceError(f"an input cannot be {array.dtype}: give numbers, truth values or texts")
    dtype = tf.string if array.dtype.kind in "USO" else tf.float32 if is_plain else tf.as_dtype(array.dtype)
    return tf.TensorSpec(array.shape, dtype)


def _converted(array: np.ndarray, tensor: Tensor, name: str) -> np.ndarray:
    """Numbers in the input's dtype; raises SourceError if a number would change."""
    dtype = tf.as_dtype(tensor.dtype)
    if array.dtype.kind not in ("biufc" if dtype.is_complex else "biuf"):
        raise SourceError(f"the input {name} takes {tensor}, not {array.dtype}")
    with np.errstate(all="ignore"):
        converted = array.astype(dtype.as_numpy_dtype)
    if dtype.is_integer and not np.array_equal(converted.astype(np.float64), array.astype(np.float64)):
        raise SourceError(f"the input {name} takes {tensor}: whole numbers from {dtype.min:,} to {dtype.max:,}")
    if dtype.is_floating and not np.array_equal(np.isfinite(converted), np.isfinite(array)):
        raise SourceError(f"the input {name} takes {tensor}: numbers up to {dtype.max:.3g}")
    return converted


def random_tensor(tensor: Tensor, name: str, generator: np.random.Generator) -> tf.Tensor:
    """Random values for an input; one example if the batch size is unknown."""
    if tensor.shape is None or None in tensor.shape[1:]:
        sizes = f"{name}={tensor.dtype}[1,8]"
        raise SourceError(f"the input {name} is {tensor}: give a value, or sizes for random ones, such as {sizes}")
    shape = [1 if size is None else size for size in tensor.shape]
    if math.prod(shape) > MOST_RANDOM:
        raise SourceError(f"the input {name} is {tensor}: too large for random values; give a value")
    dtype = tf.as_dtype(tensor.dtype)
    if dtype == tf.string:
        return tf.fill(shape, "text")
    if dtype.is_floating or dtype.is_complex:
        return tf.cast(generator.normal(size=shape), dtype)
    if dtype.is_integer or dtype == tf.bool:
        return tf.cast(generator.integers(0, 2, size=shape), dtype)  # an index of whatever has two entries
    raise SourceError(f"the input {name} is {tensor}, which cannot be given")


def tensor_words(tensor: tf.Tensor) -> str:
    """`float32[2,3]`."""
    return f"{tensor.dtype.name}[{','.join(map(str, tensor.shape))}]"

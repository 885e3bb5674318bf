"""The inputs of a trace as TensorFlow's specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

from graphlab.errors import SourceError, words_of
from graphlab.graph import Tensor
from graphlab.sources.inputs import InputSpec, parse_input, parse_inputs

if TYPE_CHECKING:
    import keras


def parse_specs(texts: Sequence[str]) -> tuple[list[tf.TensorSpec], dict[str, tf.TensorSpec]]:
    """The specs without a name in order, and those with one by name."""
    return sorted_specs(parse_inputs(texts))


def sorted_specs(specs: Sequence[InputSpec]) -> tuple[list[tf.TensorSpec], dict[str, tf.TensorSpec]]:
    """The specs without a name in order, and those with one by name."""
    return [_spec(spec) for spec in specs if spec.name is None], {spec.name: _spec(spec) for spec in specs if spec.name}


def as_spec(value: object) -> tf.TypeSpec:
    """A spec from text, a TensorSpec, or anything that TensorFlow can convert to a tensor."""
    if isinstance(value, str):
        return _spec(parse_input(value))
    if isinstance(value, tf.TypeSpec):
        return value
    if isinstance(value, (Mapping, list, tuple)) and value and all(map(_is_spec, tf.nest.flatten(value))):
        return tf.nest.map_structure(as_spec, value)
    try:
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(value))
    except (TypeError, ValueError) as error:
        raise SourceError(
            f"{value!r} is not an input; use a text such as 'float32[?,784]' or a tf.TensorSpec"
        ) from error


def _is_spec(value: object) -> bool:
    return isinstance(value, (str, tf.TypeSpec))


def _spec(spec: InputSpec) -> tf.TensorSpec:
    return tf.TensorSpec(spec.tensor.shape, spec.tensor.dtype, name=spec.name)


def spec_words(spec: tf.TypeSpec) -> str:
    """A tensor's spec in the form of --input: `float32[?,784]`."""
    sizes = None if spec.shape.rank is None else tuple(spec.shape.as_list())
    return str(Tensor(spec.dtype.name, sizes))


def inputs_words(what: str, specs: object, error: Exception) -> str:
    """`what` with its inputs, if one of them is too small for an op that reads it."""
    texts = [spec_words(spec) for spec in tf.nest.flatten(specs) if isinstance(spec, tf.TensorSpec)]
    return f"{what} for {', '.join(texts)}" if texts and "Negative dimension size" in words_of(error) else what


def keras_spec(tensor: keras.KerasTensor, name: str) -> tf.TypeSpec:
    """The spec of a Keras model's input tensor; a sparse or ragged one if it is declared so."""
    shape = list(tensor.shape)
    if getattr(tensor, "sparse", False):
        return tf.SparseTensorSpec(shape, tensor.dtype)
    if getattr(tensor, "ragged", False):
        unknown = max((axis for axis, size in enumerate(shape) if size is None), default=0)
        return tf.RaggedTensorSpec(shape, tensor.dtype, ragged_rank=tensor.ragged_rank or max(unknown, 1))
    return tf.TensorSpec(shape, tensor.dtype, name=name)


def part_names(spec: tf.TypeSpec, name: str) -> list[str]:
    """The names of the tensors of an input with this spec: a sparse one has three."""
    count = len(tf.nest.flatten(spec, expand_composites=True))
    words = _PARTS.get(type(spec).__name__) or _field_names(spec) or ("part",) * count
    numbered = [*words, *(f"{words[-1]} {number}" for number in range(2, count - len(words) + 2))]
    return [name] if count == 1 else [f"{name} {part}" for part in numbered[:count]]


def _field_names(spec: tf.TypeSpec) -> tuple[str, ...]:
    """The fields of an ExtensionType; a field of several tensors repeats its name."""
    if not isinstance(spec, tf.TypeSpec) or not issubclass(spec.value_type, tf.experimental.ExtensionType):
        return ()
    fields = {name: field_value for name, field_value in vars(spec).items() if not name.startswith("_")}
    return tuple(name for name, field_value in fields.items() for _ in _tensors_in(field_value))


def _tensors_in(field_value: object) -> list[object]:
    leaves = [leaf for leaf in tf.nest.flatten(field_value) if isinstance(leaf, tf.TypeSpec)]
    return list(tf.nest.flatten(leaves, expand_composites=True))


_PARTS = {
    "SparseTensorSpec": ("indices", "values", "dense shape"),
    "RaggedTensorSpec": ("values", "row splits"),
}

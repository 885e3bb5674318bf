"""What a function is traced for, as TensorFlow's specs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.inputs import InputSpec, parse_input, parse_inputs


def parse_specs(texts: Sequence[str]) -> tuple[list[tf.TensorSpec], dict[str, tf.TensorSpec]]:
    """The specs without a name in order, and those with one by name."""
    specs = parse_inputs(texts)
    return [_spec(spec) for spec in specs if spec.name is None], {spec.name: _spec(spec) for spec in specs if spec.name}


def as_spec(value: Any) -> Any:
    """A spec from text, a TensorSpec, or anything that TensorFlow can make a tensor of."""
    if isinstance(value, str):
        return _spec(parse_input(value))
    if isinstance(value, tf.TypeSpec):
        return value
    try:
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(value))
    except (TypeError, ValueError) as error:
        raise SourceError(f"{value!r} is no input; give a text such as 'float32[?,784]' or a tf.TensorSpec") from error


def _spec(spec: InputSpec) -> tf.TensorSpec:
    return tf.TensorSpec(spec.tensor.shape, spec.tensor.dtype, name=spec.name)

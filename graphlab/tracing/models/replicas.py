"""The data of each replica of a distribution strategy: a part of the batch, as `fit` passes it to the train step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

from graphlab.tracing.private import has_strategy, per_replica
from graphlab.tracing.specs import part_names

if TYPE_CHECKING:
    import keras


def replicas_of(model: keras.Model) -> int:
    """How many replicas of the model train at once; 1 without a strategy."""
    return int(model.distribute_strategy.num_replicas_in_sync) if has_strategy(model) else 1


def divided(data: object, count: int) -> object:
    """The specs of a batch with each spec replaced by one equal part per replica."""
    return tf.nest.map_structure(lambda spec: per_replica([_part(spec, count)] * count), data)


def _part(spec: tf.TypeSpec, count: int) -> tf.TypeSpec:
    """A replica's part; its size is unknown if the batch cannot be divided equally."""
    if not isinstance(spec, tf.TensorSpec) or not spec.shape.rank:
        return spec
    size = spec.shape[0]
    part = size // count if size is not None and size % count == 0 else None
    return tf.TensorSpec([part, *spec.shape[1:]], spec.dtype)


def divided_names(data: object, names: Sequence[str], count: int) -> list[str]:
    """The names of the tensors in `divided(data)`, such as `image (replica 1 of 2)` for the batch's image."""
    tensor_names: list[str] = []
    index = 0
    for spec in tf.nest.flatten(data):
        parts = part_names(spec, "")
        name = names[index].removesuffix(parts[0])
        tensor_names += [f"{name} (replica {one} of {count}){part}" for one in range(1, count + 1) for part in parts]
        index += len(parts)
    return tensor_names

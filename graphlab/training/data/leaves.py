"""Shapes of a model's inputs and outputs, and whether Keras accepts one for the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf

UNKNOWN = "?"


def specs_of(tree: object) -> object:
    """The same structure with shapes and dtypes, for batches of any size."""
    import tensorflow as tf

    def spec(leaf: tf.Tensor) -> tf.TypeSpec:
        if isinstance(leaf, tf.TypeSpec) and not isinstance(leaf, tf.TensorSpec):
            return leaf  # sparse or ragged
        shape = tf.TensorShape(leaf.shape)
        return tf.TensorSpec([None, *shape[1:]] if shape.rank else shape, leaf.dtype)

    return tf.nest.map_structure(spec, tree)


def result_of(function: Callable[..., object], *specs: object) -> object:
    """The function's results for such tensors, as specs; None if Keras rejects them."""
    import tensorflow as tf

    try:
        concrete = tf.function(function, autograph=False).get_concrete_function(*specs)
    except Exception:
        return None
    return tf.nest.map_structure(lambda one: tf.TensorSpec(one.shape, one.dtype), concrete.structured_outputs)


def leaves_of(tree: object) -> list[tf.Tensor]:
    """The leaves of a nested structure that have a shape and dtype, in tf.nest's order; Python's numbers as arrays."""
    import tensorflow as tf

    flat = [np.asarray(leaf) if isinstance(leaf, int | float) else leaf for leaf in tf.nest.flatten(tree)]
    return [leaf for leaf in flat if hasattr(leaf, "shape") and hasattr(leaf, "dtype")]


def shape_of(leaf: tf.Tensor) -> tuple[int | None, ...] | None:
    """The sizes, None for an unknown one; None for an unknown rank."""
    rank = getattr(leaf.shape, "rank", len(leaf.shape) if isinstance(leaf.shape, tuple) else None)
    return None if rank is None else tuple(leaf.shape)


def shape_text(shape: Sequence[int | None]) -> str:
    """`(?, 4)`."""
    sizes = [UNKNOWN if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def fits(shape: tuple[int | None, ...], target_shape: tuple[int | None, ...]) -> bool:
    """Whether Keras accepts one shape for the other: it adds or drops a last dimension of 1."""
    if len(shape) == len(target_shape) + 1 and shape[-1] in (1, None):
        shape = shape[:-1]
    if len(shape) == len(target_shape) - 1 and target_shape[-1] == 1:
        shape = (*shape, 1)
    pairs = zip(shape[1:], target_shape[1:], strict=False)
    return len(shape) == len(target_shape) and all(one == other or None in (one, other) for one, other in pairs)


def size_of(shape: Sequence[int | None]) -> int | None:
    """The number of elements; None if a size is unknown."""
    return None if None in shape else int(np.prod([size for size in shape if size is not None]))


def listed(names: Sequence[str], what: str) -> str:
    """`output is 'a'`, `outputs are 'a', 'b'`."""
    quoted = ", ".join(repr(name) for name in names)
    return f"{what} is {quoted}" if len(names) == 1 else f"{what}s are {quoted}"

"""The elements of tf.data.Datasets: their tensors, and the name of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping

import tensorflow as tf

from graphlab.graph import Tensor
from graphlab.tracing import private
from graphlab.tracing.saved.op_defs import UNKNOWN, dtype_name
from graphlab.tracing.tensorflow_types import Attrs, DatasetFunction


def spec_tensor(spec: tf.TypeSpec) -> Tensor:
    """A TypeSpec as a tensor; a dataset inside an element includes the tensors of its own elements."""
    if isinstance(spec, tf.data.DatasetSpec):
        return Tensor("variant", (), element_tensors(spec.element_spec))
    shape, dtype = getattr(spec, "shape", None), getattr(spec, "dtype", None)
    if shape is None or dtype is None:
        return Tensor(UNKNOWN, None)
    return Tensor(dtype.name, None if shape.rank is None else tuple(shape.as_list()))


def element_tensors(structure: object) -> tuple[Tensor, ...]:
    """The tensors of an element, in tf.nest's order."""
    return tuple(spec_tensor(spec) for _, spec in leaves(structure, ""))


def element_names(structure: object) -> list[str]:
    """Python's expression for each tensor of an element: `[0]['image']`, `[1]`; "" if the element is one tensor."""
    return [path for path, _ in leaves(structure, "")]


def argument_names(wrapper: DatasetFunction) -> list[str]:
    """The name of each tensor passed to the function of a stage: `features['image']`, `label`."""
    function, structure = private.function_arguments(wrapper)
    parts = structure if type(structure) is tuple else (structure,)  # tf.data passes a tuple as separate arguments
    parameters = _parameters(function)
    others = ["element"] if len(parts) == 1 else [f"element {number}" for number in range(1, len(parts) + 1)]
    names = [*parameters[: len(parts)], *others[len(parameters) :]]
    return [path for name, part in zip(names, parts, strict=True) for path, _ in leaves(part, name)]


def attribute_tensors(attrs: Attrs) -> tuple[Tensor, ...]:
    """The tensors of an element, from the attributes of a dataset's op; () if these do not say."""
    if "output_shapes" not in attrs:
        return ()
    types = attrs["output_types"] if "output_types" in attrs else attrs.get("Toutput_types")
    if types is None:
        return ()
    shapes = attrs["output_shapes"].list.shape
    return tuple(
        Tensor(dtype_name(dtype), None if shape.unknown_rank else tuple(_size(dim.size) for dim in shape.dim))
        for dtype, shape in zip(types.list.type, shapes, strict=False)
    )


def _size(size: int) -> int | None:
    return None if size < 0 else size


def leaves(structure: object, path: str) -> Iterator[tuple[str, object]]:
    """Each value or TypeSpec in a structure, with Python's expression for it."""
    if isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from leaves(structure[key], f"{path}[{key!r}]")
    elif isinstance(structure, tuple) and hasattr(structure, "_fields"):
        for field in structure._fields:
            yield from leaves(getattr(structure, field), f"{path}.{field}")
    elif isinstance(structure, (tuple, list)):
        for index, part in enumerate(structure):
            yield from leaves(part, f"{path}[{index}]")
    else:
        yield path, structure


def _parameters(function: Callable[..., object] | None) -> list[str]:
    target = getattr(function, "python_function", function)
    if target is None:
        return []
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]

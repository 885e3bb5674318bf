"""Sets the input sizes of an ONNX model, wherever the model uses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphlab.errors import SourceError
from graphlab.formats.onnx.types import tensor_of_type
from graphlab.graph import Tensor
from graphlab.sources.inputs import InputSpec, fit_inputs

if TYPE_CHECKING:
    import onnx


def give_sizes(model: onnx.ModelProto, specs: Sequence[InputSpec]) -> None:
    """Write the sizes into the model's inputs. A named size gets its number wherever the model uses the name.

    Raises SourceError if the model has no such inputs, or one name would get two numbers.
    """
    constants = {proto.name for proto in model.graph.initializer}
    inputs = {info.name: info for info in model.graph.input if info.name not in constants}
    tensors = fit_inputs(specs, {name: (name, tensor_of_type(info.type)) for name, info in inputs.items()})
    numbers: dict[str, int] = {}
    for name, tensor in tensors.items():
        _write(inputs[name].type.tensor_type, tensor, numbers)
    for info in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        for dim in _dims(info):
            if dim.dim_param in numbers:
                dim.dim_value = numbers[dim.dim_param]


def _write(proto: onnx.TypeProto, tensor: Tensor, numbers: dict[str, int]) -> None:
    """Write a tensor's sizes into its TypeProto, and record the named ones."""
    if tensor.shape is None:
        return
    while len(proto.shape.dim) < len(tensor.shape):
        proto.shape.dim.add()
    for dim, size in zip(proto.shape.dim, tensor.shape, strict=True):
        if size is None:
            continue
        name = dim.dim_param
        if name and numbers.setdefault(name, size) != size:
            raise SourceError(f"{name} is one size in this model, so it cannot be both {numbers[name]} and {size}")
        dim.dim_value = size


def _dims(info: onnx.ValueInfoProto) -> Iterator[onnx.TensorShapeProto.Dimension]:
    if info.type.WhichOneof("value") == "tensor_type":
        yield from info.type.tensor_type.shape.dim

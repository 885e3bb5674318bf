"""ONNX's types, tensors and attributes as plain data. Takes protos; does not import the onnx package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from graphlab.formats.plain_values import plain_values
from graphlab.formats.tensor_text import UNKNOWN
from graphlab.graph import JsonValue, Tensor, count_elements

if TYPE_CHECKING:
    import onnx

SMALL = 64  # values; a constant with at most this many keeps them
EXTERNAL = 1  # TensorProto.EXTERNAL: the values are in a file beside the model
# TensorProto.DataType, to which ONNX only ever adds.
_DTYPES = (
    *("unknown", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16"),
    *("float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8_e4m3fn", "float8_e4m3fnuz"),
    *("float8_e5m2", "float8_e5m2fnuz", "uint4", "int4", "float4_e2m1fn", "float8_e8m0fnu", "uint2", "int2"),
    *("float6_e2m3fn", "float6_e3m2fn"),
)


def dtype_name(number: int) -> str:
    """NumPy's name of a DataType."""
    return _DTYPES[number] if 0 <= number < len(_DTYPES) else "unknown"


def dtype_number(name: str) -> int:
    """The DataType for NumPy's name; 0 if unknown."""
    return _DTYPES.index(name) if name in _DTYPES else 0


def tensor_of_type(proto: onnx.TypeProto) -> Tensor:
    """The Tensor of a TypeProto. For a sequence, the tensor of one element."""
    kind = proto.WhichOneof("value")
    if kind == "optional_type":
        return tensor_of_type(proto.optional_type.elem_type)
    if kind == "sequence_type":
        return Tensor("sequence", None, (tensor_of_type(proto.sequence_type.elem_type),))
    if kind not in ("tensor_type", "sparse_tensor_type"):
        return Tensor("map", None) if kind == "map_type" else UNKNOWN
    tensor_type = getattr(proto, kind)
    shape = tuple(_size(dim) for dim in tensor_type.shape.dim) if tensor_type.HasField("shape") else None
    return Tensor(dtype_name(tensor_type.elem_type), shape)


def size_names(proto: onnx.TypeProto) -> list[str | bytes]:
    """The names of a tensor's sizes, "" for a size without one; bytes if they are not valid UTF-8."""
    return [dim.dim_param for dim in _dims(proto)]


def symbols_of_type(proto: onnx.TypeProto) -> list[int | str | None]:
    """A tensor's sizes, by name where they have one; [] if none has. Names that ONNX generated do not count."""
    dims = _dims(proto)
    names = ["" if dim.dim_param.startswith("unk__") else dim.dim_param for dim in dims]
    return [name or _size(dim) for name, dim in zip(names, dims, strict=True)] if any(names) else []


def _dims(proto: onnx.TypeProto) -> Sequence[onnx.TensorShapeProto.Dimension]:
    return proto.tensor_type.shape.dim if proto.WhichOneof("value") == "tensor_type" else ()


def _size(dim: onnx.TensorShapeProto.Dimension) -> int | None:
    return int(dim.dim_value) if dim.WhichOneof("value") == "dim_value" and dim.dim_value >= 0 else None


def tensor_of_values(proto: onnx.TensorProto | onnx.SparseTensorProto) -> Tensor:
    """The Tensor of a TensorProto or SparseTensorProto."""
    dtype = proto.values.data_type if hasattr(proto, "values") else proto.data_type
    return Tensor(dtype_name(dtype), tuple(max(int(size), 0) for size in proto.dims))


def is_weight(tensor: Tensor) -> bool:
    """Whether a constant is learned: it has many values, or several real numbers."""
    count = count_elements(tensor.shape) or 0
    return count > SMALL or (bool(tensor.shape) and "float" in tensor.dtype)


def small_value(proto: onnx.TensorProto) -> JsonValue:
    """A TensorProto's values as JSON; None if there are many or they are in another file."""
    from onnx import numpy_helper

    if (count_elements(tensor_of_values(proto).shape) or 0) > SMALL or proto.data_location == EXTERNAL:
        return None
    return plain_values(numpy_helper.to_array(proto))


def attribute_value(attribute: onnx.AttributeProto) -> JsonValue:
    """An AttributeProto as JSON; None for a graph. A large tensor is described by its type."""
    if attribute.ref_attr_name:
        return f"the call's {attribute.ref_attr_name}"
    read = _READERS.get(attribute.type)
    return read(attribute) if read else None


def _tensor_value(proto: onnx.TensorProto) -> JsonValue:
    try:
        value = small_value(proto)
    except (ValueError, TypeError, LookupError) as error:
        return f"{tensor_of_values(proto)} that cannot be read: {' '.join(str(error).split())[:100]}"
    return str(tensor_of_values(proto)) if value is None else value


def _number(value: float) -> JsonValue:
    return value if value - value == 0 else str(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")


def _shorten(values: list[JsonValue]) -> JsonValue:
    return values if len(values) <= SMALL else f"{len(values)} values"


_READERS: dict[int, Callable[[onnx.AttributeProto], JsonValue]] = {  # by AttributeProto.AttributeType
    1: lambda attribute: _number(attribute.f),
    2: lambda attribute: int(attribute.i),
    3: lambda attribute: _text(attribute.s),
    4: lambda attribute: _tensor_value(attribute.t),
    6: lambda attribute: _shorten([_number(value) for value in attribute.floats]),
    7: lambda attribute: _shorten([int(value) for value in attribute.ints]),
    8: lambda attribute: _shorten([_text(value) for value in attribute.strings]),
    9: lambda attribute: _shorten([_tensor_value(value) for value in attribute.tensors[: SMALL + 1]]),
    11: lambda attribute: f"sparse {tensor_of_values(attribute.sparse_tensor)}",
    13: lambda attribute: str(tensor_of_type(attribute.tp)),
}

"""Opens an ONNX file with the onnx package: the model without its large values, with inferred shapes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from graphlab.errors import FormatError
from graphlab.formats.faults import MEND
from graphlab.formats.onnx.shapes import ShapeInference
from graphlab.formats.onnx.types import SMALL, size_names, tensor_of_type, tensor_of_values
from graphlab.graph import count_elements

if TYPE_CHECKING:
    import onnx

LARGEST_BYTES = 2**31 - 1  # a larger file is not a protocol buffer
MOST_NODES = 200_000  # counting the nodes of the model's own functions at each call
FunctionKey: TypeAlias = tuple[str, str, str]  # domain, name and overload
_VALUES = ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")


def load_model(path: Path) -> onnx.ModelProto:
    """The file's ModelProto, without the values in files beside it. Raises FormatError if it is not a model."""
    if importlib.util.find_spec("onnx") is None:
        raise FormatError(f"reading {str(path)!r} requires the onnx package: pip install onnx")
    import onnx
    from google.protobuf.message import DecodeError

    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FormatError(f"{str(path)!r} is larger than 2 GB; save it with its weights in a separate file")
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        raise FormatError(f"{str(path)!r} is not an ONNX model, or it is truncated; {MEND}") from error
    if not model.HasField("graph") or not model.ir_version:
        raise FormatError(f"{str(path)!r} is not an ONNX model: it contains no graph; {MEND}")
    if not all(isinstance(text, str) for text in _texts(model)):  # onnx returns invalid UTF-8 as bytes
        raise FormatError(f"{str(path)!r} is damaged: some names are not valid UTF-8")
    return model


def _texts(model: onnx.ModelProto) -> Iterator[str | bytes]:
    yield from (model.producer_name, model.producer_version)
    yield from (opset.domain for opset in model.opset_import)
    for top in (model.graph, *model.functions):
        yield from (top.name, getattr(top, "domain", ""), getattr(top, "overload", ""))
        for graph in _inside(top):
            for info in (*graph.input, *graph.output, *graph.value_info):
                if isinstance(info, str | bytes):
                    yield info
                else:
                    yield from (info.name, *size_names(info.type))
            yield from (proto.name for proto in getattr(graph, "initializer", ()))
            for node in graph.node:
                yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
                yield from (text for attribute in node.attribute for text in (attribute.name, attribute.ref_attr_name))
                yield from (text for entry in getattr(node, "metadata_props", ()) for text in (entry.key, entry.value))


def drop_large_values(model: onnx.ModelProto) -> None:
    """Drop the values that are not shown, so that shape inference does not hold them in memory twice."""
    for proto in _tensors(model):
        if (count_elements(tensor_of_values(proto).shape) or 0) > SMALL:
            for field in _VALUES:
                proto.ClearField(field)


def with_shapes(
    model: onnx.ModelProto, inference: ShapeInference, *, anew: bool = False
) -> tuple[onnx.ModelProto, str]:
    """The model with the types and shapes that it lacks, and why some are missing ("" if none are).

    `anew` infers them even if none are missing, because the inputs have new sizes.
    """
    infos = (*model.graph.value_info, *model.graph.input, *model.graph.output)
    shaped_names = {info.name for info in infos if tensor_of_type(info.type).shape is not None}
    are_known = all(name in shaped_names or not name for node in model.graph.node for name in node.output)
    if are_known and not anew and not model.functions:
        return model, ""
    if not is_finite(model):
        return model, "Shapes that are not in the file are missing, because its functions call each other endlessly."
    inferred_model, why = inference.infer(model)
    if inferred_model is None:
        return model, f"Shapes that are not in the file are missing, because ONNX cannot infer them ({why})."
    return inferred_model, ""


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    for graph in (inner for top in (model.graph, *model.functions) for inner in _inside(top)):
        yield from getattr(graph, "initializer", ())
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    yield attribute.t
                yield from attribute.tensors


def function_key(proto: onnx.FunctionProto | onnx.NodeProto) -> FunctionKey:
    """How calls refer to a FunctionProto: domain, name and overload. A NodeProto has a type instead of the name."""
    name = proto.op_type if hasattr(proto, "op_type") else proto.name
    return (proto.domain, name, getattr(proto, "overload", ""))


def is_finite(model: onnx.ModelProto) -> bool:
    """Whether the model's function calls end and give a limited number of nodes."""
    called: dict[FunctionKey, list[FunctionKey]] = {function_key(function): [] for function in model.functions}
    sizes: dict[FunctionKey, int] = {}
    for function in model.functions:
        nodes = [node for graph in _inside(function) for node in graph.node]
        key = function_key(function)
        called[key] = [function_key(node) for node in nodes if function_key(node) in called]
        sizes[key] = len(nodes)
    totals: dict[FunctionKey, int] = {}
    settled = -1
    while settled < len(totals):  # each iteration settles the functions whose calls are all settled
        settled = len(totals)
        for key, inner in called.items():
            if key not in totals and all(name in totals for name in inner):
                totals[key] = sizes[key] + sum(totals[name] for name in inner)
    nodes = [node for graph in _inside(model.graph) for node in graph.node]
    total = len(nodes) + sum(totals.get(function_key(node), 0) for node in nodes)
    return len(totals) == len(called) and total <= MOST_NODES


def _inside(graph: onnx.GraphProto | onnx.FunctionProto) -> Iterator[onnx.GraphProto | onnx.FunctionProto]:
    """A graph or function, and every graph inside its nodes."""
    waiting = [graph]
    while waiting:
        current = waiting.pop()
        yield current
        for node in current.node:
            for attribute in node.attribute:
                waiting += [attribute.g] if attribute.HasField("g") else []
                waiting += attribute.graphs

"""An op as JSON and back.

The types are what graphlab writes. A file may contain anything: a mismatch raises an error, or `check_graph` finds
it.
"""

from __future__ import annotations

import dataclasses
from typing import Literal, NotRequired, Protocol, TypedDict, TypeVar

from graphlab.graph import JsonValue, Layer, Op, Source, Tensor, Variable

_T = TypeVar("_T")


class Share(Protocol):
    """Returns an equal value that was seen before, so that each value is in memory only once."""

    def __call__(self, value: _T, /) -> _T:
        """The value, or an equal one."""


class _TensorJson(TypedDict):
    dtype: str
    shape: list[int | None] | None
    elements: NotRequired[list[_TensorJson]]


class _VariableJson(TypedDict):
    name: str
    shape: list[int | None] | None
    dtype: str
    trainable: bool
    parameters: int


class _SourceJson(TypedDict):
    file: str
    line: int


class OpJson(TypedDict):
    """An op as JSON."""

    id: str
    type: str
    path: list[str]
    layer: dict[Literal["path", "class"], str] | None
    inputs: list[tuple[str, int]]
    outputs: list[_TensorJson]
    attrs: dict[str, JsonValue]
    variable: _VariableJson | None
    source: _SourceJson | None
    device: str
    pair: str | None
    problem: NotRequired[str]


def sizes_to_json(tensor: Tensor | None) -> list[int | None] | None:
    """The tensor's sizes; None for an unknown rank or no tensor."""
    return None if tensor is None or tensor.shape is None else list(tensor.shape)


def _tensor_data(tensor: Tensor) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {"dtype": tensor.dtype, "shape": sizes_to_json(tensor)}
    if tensor.elements:
        data["elements"] = [_tensor_data(element) for element in tensor.elements]
    return data


def _tensor(data: _TensorJson) -> Tensor:
    return Tensor(data["dtype"], _shape(data["shape"]), tuple(map(_tensor, data.get("elements", ()))))


def op_to_json(op: Op) -> dict[str, JsonValue]:
    """The op as `OpJson`."""
    return {
        "id": op.id,
        "type": op.type,
        "path": list(op.path),
        "layer": {"path": op.layer.path, "class": op.layer.class_name} if op.layer else None,
        "inputs": [[src, port] for src, port in op.inputs],
        "outputs": [_tensor_data(tensor) for tensor in op.outputs],
        "attrs": dict(op.attrs),
        "variable": dataclasses.asdict(op.variable) if op.variable else None,
        "source": dataclasses.asdict(op.source) if op.source else None,
        "device": op.device,
        "pair": op.pair,
        **({"problem": op.problem} if op.problem else {}),
    }


def op_from_json(node: OpJson, share: Share) -> Op:
    """The op that `op_to_json` wrote. Raises LookupError, TypeError, ValueError or AttributeError for other values."""
    layer, variable, source = node["layer"], node["variable"], node["source"]
    return Op(
        id=share(node["id"]),
        type=share(node["type"]),
        path=share(tuple(map(share, node["path"]))),
        inputs=tuple(share((share(src), port)) for src, port in node["inputs"]),
        outputs=share(tuple(share(_tensor(tensor)) for tensor in node["outputs"])),
        attrs=node["attrs"],
        layer=share(Layer(layer["path"], layer["class"])) if layer else None,
        variable=_variable(variable) if variable else None,
        source=share(Source(source["file"], source["line"])) if source else None,
        device=share(node["device"]),
        pair=node["pair"],
        problem=node.get("problem", ""),
    )


def _variable(data: _VariableJson) -> Variable:
    return Variable(data["name"], _shape(data["shape"]), data["dtype"], data["trainable"], data["parameters"])


def _shape(sizes: list[int | None] | None) -> tuple[int | None, ...] | None:
    return None if sizes is None else tuple(sizes)

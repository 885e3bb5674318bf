"""A signature of a saved graph: the part of the graph that its outputs need, with the signature's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import tensorflow as tf

from graphlab.graph.free_names import Names
from graphlab.tracing.raw import End, RawFunction, RawOp
from graphlab.tracing.saved.op_defs import UNKNOWN
from graphlab.tracing.tensorflow_types import AttrValue, SignatureDef, TensorInfo


@dataclass(frozen=True)
class SavedSignature:
    """The pruned graph, its input and output ops with their words, and what could not be found."""

    function: RawFunction
    inputs: dict[str, str]
    outputs: dict[str, str]
    notes: tuple[str, ...] = ()


def signature_of(raw: RawFunction, key: str, signature_def: SignatureDef) -> SavedSignature:
    """What a SignatureDef computes in the graph. A fed op becomes the argument, whatever it computes."""
    ops = {op.name: op for op in raw.ops}
    notes: list[str] = []
    fed = dict(_signature_ends(signature_def.inputs, ops, f"input of {key!r}", notes))
    results = dict(_signature_ends(signature_def.outputs, ops, f"output of {key!r}", notes))
    for (name, _), _ in list(fed.items()):
        if ops[name].inputs and len(ops[name].outputs) == 1:
            ops[name] = replace(ops[name], type="Placeholder", inputs=(), controls=(), attrs=_typed(ops[name], "dtype"))
    needed = needed_ops(ops, [name for name, _ in [*results, *fed]])
    function_ops = [ops[op.name] for op in raw.ops if op.name in needed]
    inputs = {name: words for (name, _), words in fed.items()}
    outputs: dict[str, str] = {}
    names = Names()
    for name in ops:
        names.free(name)
    for end, words in results.items():
        op = ops[end[0]]
        if op.type != "Identity" or op.name in outputs or op.name in inputs:
            op = _result_identity(names.free(words), end, op)
            function_ops.append(op)
        outputs[op.name] = words
    function = replace(raw, ops=tuple(function_ops), args=tuple(inputs), results=tuple(results))
    return SavedSignature(function, inputs, outputs, tuple(notes))


def needed_ops(ops: dict[str, RawOp], names: list[str]) -> set[str]:
    """The names of these ops and of all that they wait for."""
    closure = set(names)
    waiting = list(closure)
    while waiting:
        op = ops[waiting.pop()]
        new = {name for name, _ in op.inputs} | set(op.controls)
        waiting += new - closure
        closure |= new
    return closure


def _signature_ends(
    tensors: Mapping[str, TensorInfo], ops: dict[str, RawOp], what: str, notes: list[str]
) -> Iterator[tuple[End, str]]:
    """(output, words) of each tensor of a signature; records those that the graph lacks."""
    for key in sorted(tensors):
        for words, text in _names(key, tensors[key]):
            name, _, port = text.rpartition(":") if text.rpartition(":")[2].isdecimal() else (text, "", "0")
            if name in ops and int(port) < len(ops[name].outputs):
                yield (name, int(port)), words
            else:
                notes.append(f"The {what} named {words!r} is {text!r}, which is not in the file.")


def _names(key: str, info: TensorInfo) -> Iterator[tuple[str, str]]:
    """(words, tensor's name); a sparse or composite tensor has several."""
    encoding = info.WhichOneof("encoding")
    if encoding == "coo_sparse":
        sparse = info.coo_sparse
        yield f"{key} values", sparse.values_tensor_name
        yield f"{key} indices", sparse.indices_tensor_name
        yield f"{key} shape", sparse.dense_shape_tensor_name
    elif encoding == "composite_tensor":
        for index, component in enumerate(info.composite_tensor.components):
            yield f"{key} {index}", component.name
    else:
        yield key, info.name


def _result_identity(name: str, end: End, op: RawOp) -> RawOp:
    """An added op for a result, like the Identity in every traced function."""
    tensor = op.outputs[end[1]]
    source = replace(op, outputs=(tensor,))
    return RawOp(name, "Identity", (end,), attrs=_typed(source, "T"), outputs=(tensor,))


def _typed(op: RawOp, attr: str) -> dict[str, AttrValue]:
    dtype = op.outputs[0].dtype
    return {} if dtype == UNKNOWN else {attr: tf.compat.v1.AttrValue(type=tf.dtypes.as_dtype(dtype).as_datatype_enum)}

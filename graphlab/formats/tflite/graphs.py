"""TensorFlow Lite files to graphs: one Graph for each subgraph that no loop, conditional or call uses as a body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.nested import FileGraph, assemble, result_ops
from graphlab.formats.tflite.file import TfliteModel, TfliteSignature, opened, read_model
from graphlab.formats.tflite.parts import plain_name, to_part
from graphlab.graph import Graph, GraphFacts, add_notes, count_elements

if TYPE_CHECKING:
    import mmap


def read_tflite(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graphs of a TensorFlow Lite file by signature key. Such a file contains no code to trust."""
    with opened(path) as buffer:
        try:
            return _graphs(buffer)
        except FormatError as error:
            raise FormatError(f"{str(path)!r} is damaged: {error}") from error


def _graphs(buffer: mmap.mmap) -> dict[str, Graph]:
    model = read_model(buffer)
    names = _part_names(model)
    parts = {name: to_part(buffer, model, index, names) for index, name in enumerate(names)}
    called = {call.part for part in parts.values() for calls in part.calls.values() for call in calls}
    mains = [index for index, name in enumerate(names) if name not in called] or [0]
    graphs: dict[str, Graph] = {}
    for index in mains:
        signature = _signature(model, index)
        title = signature.key if signature.key and signature.key not in graphs else names[index]
        graphs[title] = _graph(parts, names[index], model, replace(signature, key=title))
    return graphs


def _part_names(model: TfliteModel) -> list[str]:
    """The subgraphs' names, with their index if several have the same name or none."""
    counts = Counter(subgraph.name for subgraph in model.subgraphs)
    return [
        subgraph.name if subgraph.name and counts[subgraph.name] == 1 else f"{subgraph.name or 'subgraph'} {index}"
        for index, subgraph in enumerate(model.subgraphs)
    ]


def _signature(model: TfliteModel, index: int) -> TfliteSignature:
    matches = (signature for signature in model.signatures if signature.subgraph == index)
    return next(matches, TfliteSignature("", index, {}, {}))


def _graph(parts: Mapping[str, FileGraph], name: str, model: TfliteModel, signature: TfliteSignature) -> Graph:
    """The graph of a subgraph that is called from outside, with an op for each of its results."""
    part = parts[name]
    subgraph = model.subgraphs[signature.subgraph]
    outputs = result_ops(
        part, [signature.outputs.get(index) or plain_name(subgraph.tensors, index) for index in subgraph.outputs]
    )
    words = {op_id: signature.inputs.get(index, "") for index, op_id in zip(subgraph.inputs, part.args, strict=True)}
    words |= {op.id: signature.outputs.get(index, "") for index, op in zip(subgraph.outputs, outputs, strict=True)}
    graph = assemble(
        {**parts, name: replace(part, ops=[*part.ops, *outputs])},
        name,
        GraphFacts(
            name=signature.key,
            inputs=tuple(dict.fromkeys(part.args)),
            outputs=tuple(op.id for op in outputs),
            names={op_id: word for op_id, word in words.items() if word},
            versions=model.versions,
        ),
    )
    return add_notes(graph, _uncounted(graph))


def _uncounted(graph: Graph) -> list[str]:
    """A sentence about small constants that may be parameters and are not counted as such."""
    counts = [
        count_elements(op.outputs[0].shape) or 0
        for op in graph.ops()
        if op.type == "Const" and op.variable is None and op.outputs[0].dtype.startswith("float")
    ]
    several = [count for count in counts if count > 1]
    if not several:
        return []
    what = f"{len(several)} small constant{'s' if len(several) > 1 else ''} of {sum(several):,} numbers in all"
    return [f"Not among the parameters: {what}. The file does not say whether they were learned."]

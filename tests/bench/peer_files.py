"""A subject as files that other viewers read, from the very ConcreteFunction or graph that graphlab shows.

`python -m tests.bench.peer_files SOURCE GRAPH FOLDER ...`, in a process of its own: it loads TensorFlow.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

import graphlab
from graphlab.graph import Graph, Tensor

GRAPH_DEF = "graph.pb"  # Netron's
MODEL_EXPLORER = "graph.me.json"
EVENTS = "events"  # TensorBoard's: a folder
SCOPES = "scopes.json"  # per group the scope that all names of its ops start with

ROOMS = (
    "graphlab.tracing.models.graphs",
    "graphlab.tracing.functions",
)  # whatever turns a ConcreteFunction into a graph


def write_peer_files(source: str, name: str, folder: Path) -> None:
    """The graph of that name as a GraphDef with the shapes of all tensors, in an event file, and as .me.json."""
    folder.mkdir(parents=True, exist_ok=True)
    graph, graph_def = _from_json(Path(source)) if source.endswith(".json") else _traced(source, name)
    graphlab.save(graph, folder / MODEL_EXPLORER)
    (folder / GRAPH_DEF).write_bytes(graph_def)
    _write_events(graph_def, folder / EVENTS)
    (folder / SCOPES).write_text(json.dumps(scopes_of(graph)), encoding="utf-8")


def scopes_of(graph: Graph) -> dict[str, str]:
    """Per group the name scope that all its ops are in; without those that have none in common."""
    members: dict[str, list[list[str]]] = {}
    for op in graph.ops():
        for group_id in op.path:
            members.setdefault(group_id, []).append(op.id.split("/")[:-1])
    # Of sorted sequences, what the first and the last have in common all have.
    ends = {group_id: (min(scopes), max(scopes)) for group_id, scopes in members.items()}
    common = {
        group_id: [a for a, _ in takewhile(_is_equal, zip(*both, strict=False))] for group_id, both in ends.items()
    }
    return {group_id: "/".join(names) for group_id, names in common.items() if names}


def _is_equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _from_json(path: Path) -> tuple[Graph, bytes]:
    graph = graphlab.load(path)
    return graph, to_graph_def(graph)


def _traced(source: str, name: str) -> tuple[Graph, bytes]:
    from graphlab.sources import parse_source
    from graphlab.tracing.targets import trace_source

    concretes: dict[str, Any] = {}
    with _noted(concretes):
        graph = trace_source(parse_source(source))[name]
    return graph, concretes[graph.kind].graph.as_graph_def(add_shapes=True).SerializeToString()


@contextmanager
def _noted(concretes: dict[str, Any]) -> Iterator[None]:
    """Note the ConcreteFunctions that graphlab makes graphs of, by the graphs' kinds."""
    modules = [__import__(room, fromlist=["to_graph"]) for room in ROOMS]
    real: Callable[..., Graph] = modules[0].to_graph

    def noting(function: Any, recording: Any, about: Any) -> Graph:
        concretes[about.kind] = function
        return real(function, recording, about)

    for module in modules:
        module.to_graph = noting  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.to_graph = real  # type: ignore[attr-defined]


def to_graph_def(graph: Graph) -> bytes:
    """A generated graph as TensorFlow would hold it, with the shapes of all tensors."""
    from tensorflow.core.framework.graph_pb2 import GraphDef

    message = GraphDef()
    for op in graph.ops():
        node = message.node.add(name=op.id, op=op.type)
        node.input.extend(source if port == 0 else f"{source}:{port}" for source, port in op.inputs)
        for tensor in op.outputs:
            _add_shape(node.attr["_output_shapes"].list.shape.add(), tensor)
            node.attr["dtype" if op.type == "Placeholder" else "T"].type = 1  # DT_FLOAT
    return bytes(message.SerializeToString())


def _add_shape(message: Any, tensor: Tensor) -> None:
    if tensor.shape is None:
        message.unknown_rank = True
    for size in tensor.shape or ():
        message.dim.add(size=-1 if size is None else size)


def _write_events(graph_def: bytes, folder: Path) -> None:
    """What `tf.summary.graph` writes: the GraphDef in an event file."""
    import tensorflow as tf
    from tensorflow.core.util.event_pb2 import Event

    folder.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(folder / "events.out.tfevents.1.bench")) as writer:
        writer.write(Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
        writer.write(Event(wall_time=2.0, graph_def=graph_def).SerializeToString())


if __name__ == "__main__":
    for source, name, folder in zip(*(sys.argv[start::3] for start in (1, 2, 3)), strict=True):
        write_peer_files(source, name, Path(folder))

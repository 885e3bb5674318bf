"""Files with one TensorFlow message: frozen GraphDefs (.pb, .pbtxt) and TensorFlow 1's MetaGraphs (.meta)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphlab.formats.saved_model import graphs_of_meta_graphs, meta_graph_weights
from graphlab.formats.tensorflow_protos import read_proto
from graphlab.formats.tensorflow_weights import constant_in
from graphlab.graph import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAPH = "graph"


def read_graph_def(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graph of a GraphDef file, or the graphs of the MetaGraph or SavedModel that it turns out to be.

    There is no code in it to trust. Raises FormatError where it is none of them.
    """
    name, message = read_proto(path)
    from graphlab.tracing.meta_graphs import graph_of_graph_def

    if name == "GraphDef":
        return {GRAPH: graph_of_graph_def(message, path.stem)}
    meta_graphs = [message] if name == "MetaGraphDef" else list(message.meta_graphs)
    note = "" if path.suffix == ".meta" else f"{path.name} holds a {name}, no single graph."
    return graphs_of_meta_graphs(meta_graphs, _checkpoint(path, name), [note] if note else [])


def read_graph_def_weights(path: Path, where: str) -> NDArray[Any]:
    """The values of a constant, or of a variable in the checkpoint beside the file."""
    name, message = read_proto(path)
    if name == "GraphDef":
        return constant_in([message], where, path)
    meta_graphs = [message] if name == "MetaGraphDef" else list(message.meta_graphs)
    return meta_graph_weights(meta_graphs, _checkpoint(path, name), where, path)


def _checkpoint(path: Path, name: str) -> Path:
    """The prefix of the checkpoint's files that belong to the file: `model` for `model.meta`."""
    return path.parent / "variables" / "variables" if name == "SavedModel" else path.with_suffix("")

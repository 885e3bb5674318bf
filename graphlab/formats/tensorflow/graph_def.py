"""Files with one TensorFlow message: frozen GraphDefs (.pb, .pbtxt) and TensorFlow 1's MetaGraphs (.meta)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.formats.tensorflow.protos import read_proto
from graphlab.formats.tensorflow.saved_model import graphs_of_meta_graphs
from graphlab.formats.tensorflow.weights import VARIABLE, constant_in, has_values, variable_in
from graphlab.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRAPH = "graph"


def read_graph_def(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graph of a GraphDef file, or the graphs of the MetaGraph or SavedModel that the file contains instead.

    Such a file contains no code to trust. Raises FormatError if it is none of the three.
    """
    name, message = read_proto(path)
    from graphlab.tracing.saved.meta_graphs import graph_of_graph_def, graphs_of_library

    if name == "GraphDef":
        return {GRAPH: graph_of_graph_def(message, path.stem)} if message.node else graphs_of_library(message)
    meta_graphs = [message] if name == "MetaGraphDef" else list(message.meta_graphs)
    note = "" if path.suffix == ".meta" else f"{path.name} contains a {name}, not a single graph."
    return graphs_of_meta_graphs(meta_graphs, _checkpoints(path)[name == "SavedModel"], [note] if note else [])


def read_graph_def_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values of a constant, or of a variable in the checkpoint beside the file."""
    if where.startswith(VARIABLE):
        return variable_in(next(filter(has_values, _checkpoints(path)), path.with_suffix("")), where, path)
    return constant_in(path, where)


def _checkpoints(path: Path) -> tuple[Path, Path]:
    """Where the values of the file's variables may be: `model` for `model.meta`, a folder beside a SavedModel file."""
    return path.with_suffix(""), path.parent / "variables" / "variables"

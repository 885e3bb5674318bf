"""SavedModel folders of TensorFlow 1 and 2. They are parsed, never loaded, because loading one runs its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.magic import check_kind
from graphlab.formats.tensorflow.protos import read_proto
from graphlab.formats.tensorflow.weights import VARIABLE, constant_in, has_values, missing_file, variable_in
from graphlab.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphlab.tracing.tensorflow_types import MetaGraphDef

FILES = ("saved_model.pb", "saved_model.pbtxt")


def is_saved_model(path: Path) -> bool:
    """Whether this is a SavedModel folder."""
    return any((path / name).is_file() for name in FILES)


def read_saved_model(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graphs of a SavedModel folder by signature key. Nothing in it runs, with or without `trust`."""
    return graphs_of_meta_graphs(_meta_graphs(path), path / "variables" / "variables", [])


def read_saved_model_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values of one variable or constant of a SavedModel folder."""
    if where.startswith(VARIABLE):
        return variable_in(path / "variables" / "variables", where, path)
    return constant_in(_file(path), where)


def graphs_of_meta_graphs(
    meta_graphs: Sequence[MetaGraphDef], checkpoint: Path, notes: Sequence[str]
) -> dict[str, Graph]:
    """The graphs of MetaGraphDefs. A second MetaGraph, saved for another use, has its tags in the name."""
    from graphlab.tracing.saved.meta_graphs import graphs_of_meta_graph

    graphs: dict[str, Graph] = {}
    for index, meta_graph in enumerate(meta_graphs):
        graph_notes = (*notes, *_about(meta_graph), *_missing(meta_graph, checkpoint))
        tags = ", ".join(meta_graph.meta_info_def.tags) or str(index + 1)
        for name, graph in graphs_of_meta_graph(meta_graph, graph_notes).items():
            graphs[f"{name} ({tags})" if index else name] = graph
            if not has_values(checkpoint):
                weights = {op_id: where for op_id, where in graph.weights.items() if not where.startswith(VARIABLE)}
                graph.facts = replace(graph.facts, weights=weights)
    return graphs


def _file(path: Path) -> Path:
    file = next((path / name for name in FILES if (path / name).is_file()), None)
    if file is None:
        raise FormatError(f"{str(path)!r} is not a SavedModel: it has no {FILES[0]}")
    return file


def _meta_graphs(path: Path) -> list[MetaGraphDef]:
    file = _file(path)
    check_kind(file, file.suffix)
    name, message = read_proto(file)
    if name != "SavedModel":
        raise FormatError(f"{str(file)!r} is a {name}, not a SavedModel; rename it to open it on its own")
    return list(message.meta_graphs)


def _about(meta_graph: MetaGraphDef) -> list[str]:
    import tensorflow as tf

    saved_by = meta_graph.meta_info_def.tensorflow_version
    return [f"Saved by TensorFlow {saved_by}."] if saved_by and saved_by != tf.__version__ else []


def _missing(meta_graph: MetaGraphDef, checkpoint: Path) -> list[str]:
    missing = missing_file(checkpoint)
    if not missing or not _has_variables(meta_graph):
        return []
    return [f"The values of the variables are not available: {checkpoint.parent.name}/{missing} is missing."]


def _has_variables(meta_graph: MetaGraphDef) -> bool:
    return any(node.op in ("VarHandleOp", "VariableV2", "Variable") for node in meta_graph.graph_def.node)

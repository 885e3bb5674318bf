"""TensorBoard's event files and log folders: a graph for each logged one, with the scalars beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import GraphlabError
from graphlab.formats.tensorflow.event_records import GRAPH, KERAS, META_GRAPH, RUN, Log, LoggedGraph, read_events
from graphlab.formats.tensorflow.protos import find_nodes
from graphlab.formats.tensorflow.weights import place_of, values_of
from graphlab.graph import Graph, GraphFacts, build_graph
from graphlab.graph.free_names import free_name
from graphlab.processes.tensorflow_start import start_tensorflow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphlab.tracing.tensorflow_types import GraphDef, MetaGraphDef

SCALARS = "scalars"


def read_log(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graphs of an event file, or of all event files in a folder, by run and tag.

    The facts of each graph contain the log's scalars, by run and tag. A log without a graph gives a graph without ops
    and a note.
    """
    start_tensorflow()
    log = read_events(path)
    graphs: dict[str, Graph] = {}
    for name, graph in _graphs(log):
        graphs[free_name(name, graphs)] = graph
    graphs = graphs or {SCALARS: _empty(path.name, log)}
    for graph in graphs.values():
        notes = tuple(dict.fromkeys([*graph.notes, *log.notes]))
        graph.facts = replace(graph.facts, notes=notes, scalars=log.scalars)
    return graphs


def read_log_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values of a constant in one of the log's graphs."""
    start_tensorflow()
    graph_defs = (graph_def for logged in read_events(path).graphs for graph_def in _graph_defs(logged))
    return values_of(next(find_nodes(graph_defs, *place_of(where)), None), where, path)


def _graphs(log: Log) -> Iterator[tuple[str, Graph]]:
    """(name, graph) of each logged graph. If a run's MetaGraph contains the same graph, that one is used."""
    from graphlab.tracing.saved.meta_graphs import everything_of, graph_of_graph_def

    seen_messages: set[bytes] = set()
    in_meta_graph: set[tuple[str, str]] = set()
    for logged in sorted(log.graphs, key=lambda logged: logged.form != META_GRAPH):
        name = " · ".join(filter(None, ["" if logged.run == "." else logged.run, logged.tag])) or "graph"
        if logged.form == KERAS:
            yield from ((name, graph) for graph in _keras_graph(logged, name, log))
            continue
        for label, message in _messages(logged):
            graph_def = message.graph_def if logged.form == META_GRAPH else message
            # Two runs that log the same graph write its fields in different orders.
            same = graph_def.SerializeToString(deterministic=True)
            names = logged.run, "".join(sorted(node.name for node in graph_def.node))
            again = same in seen_messages or (logged.form == GRAPH and names in in_meta_graph)
            if graph_def.node and not again:
                seen_messages.add(same)
                in_meta_graph |= {names} if logged.form == META_GRAPH else set()
                full = f"{name} · {label}" if label else name
                make = everything_of if logged.form == META_GRAPH else graph_of_graph_def
                yield full, make(message, full)


def _messages(logged: LoggedGraph) -> Iterator[tuple[str, GraphDef | MetaGraphDef]]:
    """(label, GraphDef or MetaGraphDef) of each logged graph: a trace has one for each function it ran."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.framework import graph_pb2
    from tensorflow.core.protobuf import config_pb2, meta_graph_pb2

    try:
        if logged.form == GRAPH:
            yield "", graph_pb2.GraphDef.FromString(logged.data)
        elif logged.form == META_GRAPH:
            yield "", meta_graph_pb2.MetaGraphDef.FromString(logged.data)
        elif logged.form == RUN:
            run = config_pb2.RunMetadata.FromString(logged.data)
            functions = [function.pre_optimization_graph for function in run.function_graphs]
            graph_defs = functions or list(run.partition_graphs)
            for number, graph_def in enumerate(graph_defs, 1):
                yield (f"function {number}" if len(graph_defs) > 1 else ""), graph_def
    except DecodeError:  # skip what is not a graph
        return


def _graph_defs(logged: LoggedGraph) -> Iterator[GraphDef]:
    for _, message in _messages(logged):
        yield message.graph_def if logged.form == META_GRAPH else message


def _keras_graph(logged: LoggedGraph, name: str, log: Log) -> Iterator[Graph]:
    """The forward pass of a Keras model that was logged as a config; a note if it cannot be rebuilt."""
    import keras

    from graphlab.formats.keras.archive import Archive
    from graphlab.formats.keras.build import own_config, quiet, rebuild_model
    from graphlab.formats.keras.private import hollow_variables
    from graphlab.tracing.models.graphs import trace_forward

    try:
        config = json.loads(logged.data)
        archive = Archive(Path(name), config, None, str(config.get("keras_version", "")), "module" not in config)
        keras.utils.clear_session()
        with hollow_variables(), quiet():
            graph = trace_forward(rebuild_model(own_config(archive, config)))
    except (ValueError, TypeError, AttributeError, RecursionError, GraphlabError) as error:
        log.notes.append(f"The Keras model {name!r} in the log cannot be shown: {str(error).rstrip('.')}.")
        return
    yield graph


def _empty(name: str, log: Log) -> Graph:
    what = "only scalars" if log.scalars else "and no scalars either"
    return build_graph([], [], GraphFacts(name=name, notes=(f"This log contains no graph, {what}.",)))

"""tf.data pipelines as graphs: their stages in order, each with the functions that it calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graphlab.graph import Graph, GraphFacts
from graphlab.tracing import private
from graphlab.tracing.convert import raw_to_graph
from graphlab.tracing.models.record import Recording
from graphlab.tracing.pipelines.stages import Pipeline, add_stage
from graphlab.tracing.raw import RawFunction

if TYPE_CHECKING:
    import tensorflow as tf

KIND = "pipeline"


def trace_pipelines(datasets: Mapping[str, tf.data.Dataset], name: str) -> Graph:
    """The graph of these tf.data.Datasets by name, with the last stage of each as an output.

    If there are several, each is a group; the stages that they share are outside.
    """
    stages = {label: _in_order(private.dataset_behind(dataset)) for label, dataset in datasets.items()}
    users = Counter(id(stage) for chain in stages.values() for stage in chain)
    pipeline = Pipeline()
    for label, chain in stages.items():
        for stage in chain:
            alone = len(datasets) > 1 and users[id(stage)] == 1
            add_stage(pipeline, stage, f"{label}/" if alone else "")
    outputs = [pipeline.end_of(dataset)[0] for dataset in datasets.values()]
    raw = RawFunction(pipeline, tuple(pipeline.ops), find=pipeline.find)
    graph = raw_to_graph(
        raw,
        pipeline.variables,
        Recording(),
        GraphFacts(
            name=name, kind=KIND, outputs=tuple(dict.fromkeys(outputs)), names=pipeline.names, stages=pipeline.facts
        ),
    )
    parts = {f"{label}/" for label in datasets}
    groups = {name: replace(group, kind="data") if name in parts else group for name, group in graph.groups.items()}
    graph.facts = replace(graph.facts, groups=groups)
    return graph


def _in_order(dataset: tf.data.Dataset) -> list[tf.data.Dataset]:
    """The dataset and all that it reads, each after those that it reads."""
    order: dict[int, tf.data.Dataset] = {}
    waiting = [dataset]
    while waiting:
        stage = waiting[-1]
        inputs = [private.dataset_behind(read) for read in private.dataset_inputs(stage)]
        new_inputs = [read for read in inputs if id(read) not in order]
        if new_inputs:
            waiting += reversed(new_inputs)
        else:
            order.setdefault(id(stage), stage)
            waiting.pop()
    return list(order.values())

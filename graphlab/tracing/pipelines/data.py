"""Datasets as sources: the graphs of their pipelines, notes about their data, and their first elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import tensorflow as tf

from graphlab.graph import Graph
from graphlab.graph.facts import DatasetSample
from graphlab.tracing.datasets.calls import description_of
from graphlab.tracing.pipelines.graphs import KIND, trace_pipelines
from graphlab.tracing.pipelines.samples import sample_elements

PARTS = ("train", "validation", "test")  # the names of the datasets in a tuple, in this order


def datasets_of(target: object) -> dict[str, tf.data.Dataset]:
    """The tf.data.Datasets that an object is or contains, by name; {} for any other object."""
    if isinstance(target, tf.data.Dataset):
        return {KIND: target}
    if isinstance(target, Mapping):
        datasets = {str(key): value for key, value in target.items()}
    elif isinstance(target, (tuple, list)):
        words = PARTS if len(target) <= len(PARTS) else [f"data {number}" for number in range(1, len(target) + 1)]
        datasets = dict(zip(words, target, strict=False))
    else:
        datasets = {}
    return datasets if all(isinstance(value, tf.data.Dataset) for value in datasets.values()) else {}


def trace_each(
    datasets: Mapping[str, tf.data.Dataset], name: str, class_names: Sequence[str], *, sampling: bool
) -> dict[str, Graph]:
    """A graph for each of the datasets, by name. With `sampling`, iterates them for their first elements."""
    graphs = {
        label: trace_together({label: dataset}, name, class_names, sampling=sampling)
        for label, dataset in datasets.items()
    }
    for graph in graphs.values():
        graph.facts = replace(graph.facts, notes=_notes(datasets))
    return graphs


def trace_together(
    datasets: Mapping[str, tf.data.Dataset], name: str, class_names: Sequence[str], *, sampling: bool
) -> Graph:
    """One graph of the datasets, with notes about their data and samples of their first elements."""
    graph = trace_pipelines(datasets, name)
    samples = [_samples(label, dataset, class_names) for label, dataset in datasets.items()] if sampling else []
    graph.facts = replace(graph.facts, notes=_notes(datasets), samples=tuple(samples))
    return graph


def _notes(datasets: Mapping[str, tf.data.Dataset]) -> tuple[str, ...]:
    descriptions = (description_of(dataset) for dataset in datasets.values())
    return tuple(f"The data: {words}." for words in dict.fromkeys(descriptions) if words)


def _samples(label: str, dataset: tf.data.Dataset, class_names: Sequence[str]) -> DatasetSample:
    samples = sample_elements(dataset, class_names)
    return {"title": label, "elements": samples.elements, "problem": samples.problem}

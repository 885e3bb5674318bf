"""Rows of a source's own datasets() that fit a graph, each with its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice

import keras
import numpy as np
import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.result import Array
from graphlab.graph import Graph
from graphlab.sources import SourceSpec
from graphlab.sources.class_names import class_names_to_show
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.tracing.datasets.convert import ExampleSource, to_source
from graphlab.tracing.live import LiveGraph, LiveSource

MOST_ROWS = 24
MOST_LABELS = 4  # of a row that is a batch


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the data as the inputs of a graph, by op id.

    Usually it is one example. For a graph with a fixed batch size it is a batch of that size.
    """

    number: int
    part: str
    values: Mapping[str, Array]
    label: str


@dataclass(frozen=True, eq=False)
class _Example:
    """One example without a batch dimension: the leaves for the graph's inputs, and its label."""

    leaves: Sequence[Array]
    label: Array | None


def data_rows(source: LiveSource, live: LiveGraph, spec: SourceSpec, data: str | None = None) -> list[Row]:
    """The first rows of the validation data, else of the training data; [] without data that fits.

    Raises GraphlabError if a `data` folder is named and its data cannot be read.
    """
    if source.module is None or not callable(getattr(source.module, "datasets", None)):
        return []
    names = class_names_to_show(source.module)
    try:
        splits = call_datasets(source.module, spec.text, data=data)
    except GraphlabError:
        if data is not None:
            raise
        return []
    with suppress(GraphlabError, tf.errors.OpError, OSError, ValueError):  # then the inputs are random
        part, value = ("train", splits.train) if splits.validation is None else ("validation", splits.validation)
        return rows_of(to_source(part, value), live.graph, part, names)
    return []


def rows_of(source: ExampleSource, graph: Graph, part: str, class_names: Sequence[str] = ()) -> list[Row]:
    """The first rows of one part of the data."""
    examples = _examples(source, graph)
    size = _batch_size(graph)
    rows: list[Row] = []
    while len(rows) < MOST_ROWS:
        batch = list(islice(examples, size))
        if len(batch) < size:
            break
        rows.append(_row(len(rows), part, batch, graph, class_names))
    return rows


def _examples(source: ExampleSource, graph: Graph) -> Iterator[_Example]:
    """The examples one by one, whether the data is batched or not; none if they do not fit the graph."""
    elements = _elements(source.data)
    first = next(elements, None)
    if first is None:
        return
    leaves = _example(first, graph).leaves
    shapes = [graph.op(op_id).outputs[0].shape for op_id in graph.input_ids]
    is_batched = not source.arrays and _fit([leaf.shape[1:] for leaf in leaves], shapes)
    if not shapes or not (is_batched or _fit([leaf.shape for leaf in leaves], shapes)):
        return
    for element in chain([first], elements):
        example = _example(element, graph)
        if not is_batched:
            yield example
            continue
        for index in range(len(example.leaves[0])):
            label = example.label
            yield _Example([leaf[index] for leaf in example.leaves], None if label is None else label[index])


def _elements(data: object) -> Iterator[object]:
    if isinstance(data, keras.utils.PyDataset):
        return (data[index] for index in range(len(data)))
    return iter(data)  # type: ignore[call-overload, no-any-return]


def _example(element: object, graph: Graph) -> _Example:
    """The leaves of an element for the inputs: those of x, of a train step also those of y."""
    is_pair = isinstance(element, tuple) and len(element) > 1
    x, y = (element[0], element[1]) if isinstance(element, tuple) and is_pair else (element, None)
    leaves = _by_name(x, graph)
    labels = [] if y is None else tf.nest.flatten(y)
    if graph.kind == "train_step":
        leaves = [*leaves, *labels]
    return _Example([np.asarray(leaf) for leaf in leaves], np.asarray(labels[0]) if len(labels) == 1 else None)


def _by_name(x: object, graph: Graph) -> list[object]:
    names = [graph.facts.names.get(op_id, op_id) for op_id in graph.input_ids]
    if isinstance(x, Mapping) and set(x) <= set(names):
        return [x[name] for name in names if name in x]
    leaves: list[object] = tf.nest.flatten(x)
    return leaves


def _fit(examples: Sequence[tuple[int, ...]], shapes: Sequence[tuple[int | None, ...] | None]) -> bool:
    """Whether examples without a batch dimension fit inputs, which may have one."""
    return len(examples) == len(shapes) and all(
        shape is None or any(tf.TensorShape(part).is_compatible_with(example) for part in (shape, shape[1:]))
        for example, shape in zip(examples, shapes, strict=True)
    )


def _batch_size(graph: Graph) -> int:
    """How many examples a row has: 1 unless the graph fixes another number for all of its inputs."""
    shapes = [graph.op(op_id).outputs[0].shape for op_id in graph.input_ids]
    firsts = {shape[0] if shape else None for shape in shapes}
    kind = graph.kind in ("forward", "train_step")
    return (firsts.pop() or 1) if kind and len(firsts) == 1 else 1


def _row(number: int, part: str, batch: Sequence[_Example], graph: Graph, class_names: Sequence[str]) -> Row:
    values = {}
    for index, op_id in enumerate(graph.input_ids):
        shape = graph.op(op_id).outputs[0].shape
        leaves = [example.leaves[index] for example in batch]
        values[op_id] = leaves[0] if shape is not None and len(shape) == leaves[0].ndim else np.stack(leaves)
    labels = [label_words(example.label, class_names) for example in batch[:MOST_LABELS]]
    more = ", …" if len(batch) > MOST_LABELS else ""
    return Row(number, part, values, ", ".join(labels) + more if all(labels) else "")


def label_words(label: Array | None, class_names: Sequence[str] = ()) -> str:
    """A label as a class: `7`, or its name; "" for a label that is not one class."""
    if label is None or label.dtype.kind not in "biufSUO":
        return ""
    if label.dtype.kind in "SUO":
        text = label.reshape(-1)[0] if label.size == 1 else ""
        return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else str(text)
    numbers = label.reshape(-1).astype(np.float64)
    if label.size == 1:
        number = float(numbers[0])
    elif label.ndim == 1 and np.isin(numbers, (0, 1)).all() and numbers.sum() == 1:
        number = float(numbers.argmax())
    else:
        return ""
    if not number.is_integer():
        return f"{number:.4g}"
    return class_names[int(number)] if 0 <= number < len(class_names) else str(int(number))

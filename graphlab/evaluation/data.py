"""The first rows of a source's own datasets(), as the inputs of its graph."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.sources import SourceSpec
from graphlab.tracing.datasets.calls import call_datasets, description_of
from graphlab.tracing.datasets.convert import ExampleSource, to_source
from graphlab.tracing.live import LiveGraph, LiveSource

BATCH = 32  # examples for a train step of data that is not batched


@dataclass(frozen=True, eq=False)
class FirstRows:
    """The first rows of the data, a tensor for each input of a graph; () without data that fits.

    `description` is what the source says of its data, "" for nothing.
    """

    tensors: Sequence[tf.Tensor] = ()
    description: str = ""


def rows_for(source: LiveSource, live: LiveGraph, spec: SourceSpec, data: str | None) -> FirstRows:
    """A batch for a train step, with the labels; one example for a forward pass.

    Raises GraphlabError if a `data` folder is named and its data cannot be read.
    """
    if source.module is None or not callable(getattr(source.module, "datasets", None)):
        return FirstRows()
    try:
        train = call_datasets(source.module, spec.text, data=data).train
    except GraphlabError:
        if data is not None:
            raise
        return FirstRows()
    with suppress(GraphlabError, tf.errors.OpError, OSError, ValueError):  # then the inputs are random
        tensors = [tf.convert_to_tensor(one) for one in tf.nest.flatten(_first_batch(to_source("train", train)))]
        if live.graph.kind != "train_step":
            tensors = [one[:1] for one in tensors[: len(live.graph.input_ids)]]
        if _fits(live, tensors):
            return FirstRows(tensors, description_of(train) or "")
    return FirstRows()


def _first_batch(source: ExampleSource) -> object:
    if isinstance(source.data, keras.utils.PyDataset):
        return source.data[0]
    examples = source.data.batch(BATCH) if source.arrays else source.data
    return next(iter(examples))


def _fits(live: LiveGraph, tensors: list[tf.Tensor]) -> bool:
    inputs = [live.graph.op(op_id).outputs[0] for op_id in live.graph.input_ids]
    return len(tensors) == len(inputs) and all(
        tf.TensorShape(tensor.shape).is_compatible_with(value.shape)
        for tensor, value in zip(inputs, tensors, strict=True)
    )

"""The first rows of a source's own datasets(), as the inputs of its graph."""

from __future__ import annotations

from contextlib import suppress

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.sources import SourceSpec
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.tracing.datasets.convert import ExampleSource, to_source
from graphlab.tracing.live import LiveGraph, LiveSource

BATCH = 32  # examples for a train step of data that is not batched


def rows_for(source: LiveSource, live: LiveGraph, spec: SourceSpec, data: str | None) -> list[tf.Tensor]:
    """A batch for a train step, one example for a forward pass; [] without data that fits.

    The tensors are in the order of the graph's inputs, of a train step with the labels.
    """
    if source.module is None or not callable(getattr(source.module, "datasets", None)):
        return []
    with suppress(GraphlabError, tf.errors.OpError, OSError, ValueError):  # then the inputs are random
        batch = _first_batch(to_source("train", call_datasets(source.module, spec.text, data=data).train))
        tensors = [tf.convert_to_tensor(one) for one in tf.nest.flatten(batch)]
        if live.graph.kind == "train_step":
            return tensors if _fits(live, tensors) else []
        tensors = [one[:1] for one in tensors[: len(live.graph.input_ids)]]
        return tensors if _fits(live, tensors) else []
    return []


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

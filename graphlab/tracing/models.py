"""Tracing Keras models: the forward pass, and the train step of a compiled model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.graph import Graph
from graphlab.source import describe_failure
from graphlab.tracing.convert import About, to_graph
from graphlab.tracing.private import build_shapes, build_train_state, input_structure, takes_training
from graphlab.tracing.record import record
from graphlab.tracing.specs import as_spec

SPARSE_LABEL = "label"  # what one whole number per example is called
TARGET = "target"


def trace_forward(model: Any, specs: Sequence[Any] = (), named: Mapping[str, Any] | None = None) -> Graph:
    """The graph of the model's call at inference, with an unknown batch size."""
    inputs = model_inputs(model, specs, named or {})
    function = tf.function(lambda x: model(x, training=False) if takes_training(model) else model(x))
    with record() as recording:
        concrete = _traced(function, f"the model {model.name!r}", inputs)
    about = About(model.name, "forward", _names(inputs))
    return to_graph(concrete, recording, about)


def trace_train_step(model: Any, specs: Sequence[Any] = (), named: Mapping[str, Any] | None = None) -> Graph:
    """The graph of one training step of a compiled model: forward, loss, gradients, optimizer, metrics."""
    inputs = model_inputs(model, specs, named or {})
    targets = _targets(model, inputs)
    what = f"the train step of {model.name!r}"
    try:
        build_train_state(model, (inputs, targets))
    except Exception as error:
        raise TraceError(describe_failure(f"building {what} failed", error)) from error
    with record() as recording:
        concrete = _traced(tf.function(lambda x, y: model.train_step((x, y))), what, inputs, targets)
    about = About(model.name, "train_step", [*_names(inputs), *_names(targets)])
    return to_graph(concrete, recording, about)


def is_compiled(model: Any) -> bool:
    """Whether the model can be trained: it has an optimizer and a loss, or a train step of its own."""
    return bool(getattr(model, "compiled", False))


def model_inputs(model: Any, specs: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """The specs of the model's inputs, in the structure its call takes: as given, else as it was built."""
    given = [as_spec(spec) for spec in specs] + [as_spec(spec) for spec in named.values()]
    if given:
        return given[0] if len(given) == 1 else given
    structure = input_structure(model)
    if structure is not None:
        made = tf.nest.map_structure(lambda tensor: _spec(tensor.shape, tensor.dtype, _said_name(tensor)), structure)
        return made[0] if isinstance(made, list) and len(made) == 1 else made
    return _built_inputs(model)


def _built_inputs(model: Any) -> Any:
    """The specs of a subclassed model that was called or built before; raises SourceError where it was not."""
    shapes = build_shapes(model)
    if not model.built or not shapes:
        raise SourceError(
            f"the model {model.name!r} was never built, so its input shape is unknown; call it on a batch, "
            f'or give --input "x=float32[?,28,28,1]"'
        )
    specs = [_structure_of(shape, name.removesuffix("_shape")) for name, shape in shapes.items()]
    return specs[0] if len(specs) == 1 else specs


def _said_name(tensor: Any) -> str:
    """The name the user gave an input; Keras numbers those without one (keras_tensor_7) as it makes them."""
    return "input" if tensor.name.startswith("keras_tensor") else str(tensor.name)


def _structure_of(shape: Any, name: str) -> Any:
    if isinstance(shape, dict):
        return {key: _spec(value, "float32", key) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple)):
        return [_spec(value, "float32", f"{name}_{place}") for place, value in enumerate(shape)]
    return _spec(shape, "float32", name)


def _spec(shape: Any, dtype: str, name: str) -> tf.TensorSpec:
    return tf.TensorSpec(list(shape), dtype, name=name)


def _targets(model: Any, inputs: Any) -> Any:
    """Specs for what the loss compares with: one whole number per example for sparse losses, else like the output."""
    outputs = model.compute_output_spec(tf.nest.map_structure(_keras_tensor, inputs))
    losses = model.loss if isinstance(model.loss, dict) else None
    if isinstance(outputs, dict):
        return {key: _target(value, losses.get(key) if losses else model.loss, key) for key, value in outputs.items()}
    flat = tf.nest.flatten(outputs)
    if len(flat) == 1:
        loss = next(iter(losses.values())) if losses else model.loss
        return _target(flat[0], loss[0] if isinstance(loss, (list, tuple)) else loss, "")
    each = list(model.loss) if isinstance(model.loss, (list, tuple)) else [model.loss] * len(flat)
    if losses:
        each = [losses.get(name) for name in model.output_names]
    return [_target(tensor, loss, str(place)) for place, (tensor, loss) in enumerate(zip(flat, each, strict=False))]


def _target(output: Any, loss: Any, suffix: str) -> tf.TensorSpec:
    end = f"_{suffix}" if suffix else ""
    words = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    if "sparse" in str(words).lower():
        return tf.TensorSpec(list(output.shape[:-1]), tf.int64, name=SPARSE_LABEL + end)
    return tf.TensorSpec(list(output.shape), output.dtype, name=TARGET + end)


def _keras_tensor(spec: tf.TensorSpec) -> Any:
    return keras.KerasTensor(spec.shape.as_list(), spec.dtype.name)


def _names(structure: Any) -> list[str]:
    return [spec.name for spec in tf.nest.flatten(structure)]


def _traced(function: Any, what: str, *specs: Any) -> Any:
    try:
        return function.get_concrete_function(*specs)
    except GraphlabError:
        raise
    except Exception as error:
        raise TraceError(describe_failure(f"tracing {what} failed", error)) from error

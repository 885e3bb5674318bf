"""Tracing Keras models: the forward pass, and the train step of a compiled model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.graph import Graph, add_notes
from graphlab.sources.failures import describe_failure
from graphlab.tracing.convert import About, to_graph
from graphlab.tracing.models.batch_specs import Batch, no_batch
from graphlab.tracing.models.inputs import (
    call_with,
    first_input,
    has_known_inputs,
    input_names,
    misfit_words,
    model_arguments,
    named_specs,
)
from graphlab.tracing.models.record import record
from graphlab.tracing.models.replicas import divided, divided_names, replicas_of
from graphlab.tracing.models.unused_parts import note_unused_parts
from graphlab.tracing.private import build_train_state, fit_step, has_strategy, takes_training
from graphlab.tracing.specs import inputs_words, part_names
from graphlab.tracing.tensorflow_types import ConcreteFunction, Traceable

SPARSE_LABEL = "label"  # the name of labels that are one whole number per example
TARGET = "target"
_EAGERLY = "runs eagerly (run_eagerly=True in compile)"


def trace_forward(
    model: keras.Model,
    specs: Sequence[object] = (),
    keyword_specs: Mapping[str, object] | None = None,
    batch: Batch = no_batch,
) -> Graph:
    """The graph of the model's call at inference. The batch size is unknown unless specified."""
    arguments = model_arguments(model, specs, keyword_specs or {}, batch)
    options = {"training": False} if takes_training(model) else {}
    function = tf.function(lambda *args: call_with(model, args, options), autograph=False)  # as predict() calls it
    with record() as recording:
        concrete = _traced(function, f"the model {model.name!r}", model, *arguments)
    graph = to_graph(concrete, recording, About(model.name, "forward", input_names(model, arguments)))
    return note_unused_parts(add_notes(graph, _eager_notes(model)), model, recording)


def trace_train_step(
    model: keras.Model,
    specs: Sequence[object] = (),
    keyword_specs: Mapping[str, object] | None = None,
    batch: Batch = no_batch,
) -> Graph:
    """The graph of one training step of a compiled model, as `fit` runs it: forward, loss, gradients, optimizer ..."""
    what = f"the train step of {model.name!r}"
    data, names = _data(model, specs, keyword_specs or {}, batch, what)
    try:
        with model.distribute_strategy.scope():
            build_train_state(model, data)
    except Exception as error:
        if has_strategy(model):
            raise _failure(what, model, error) from error
        # `fit` also creates the variables during the trace.
    replicas = replicas_of(model)
    if replicas > 1:
        data, names = divided(data, replicas), divided_names(data, names, replicas)
    with record() as recording:
        concrete = _traced(fit_step(model), what, model, data)
    graph = to_graph(concrete, recording, About(model.name, "train_step", names))
    graph.facts = replace(graph.facts, replicas=replicas)
    return note_unused_parts(add_notes(graph, [*_eager_notes(model), *_execution_notes(model)]), model, recording)


def _data(
    model: keras.Model, specs: Sequence[object], keyword_specs: Mapping[str, object], batch: Batch, what: str
) -> tuple[object, list[str]]:
    """The specs of a batch that `fit` passes to the train step, and the names of its tensors.

    Without a `batch`, the labels are as the loss expects them; see `needs_batch`.
    """
    if not specs and not keyword_specs:
        with suppress(GraphlabError):
            if (batch_spec := batch(model)) is not None:
                return _named_batch(model, batch_spec)
    arguments = model_arguments(model, specs, keyword_specs, batch)
    tensors = [one for one in arguments if all(isinstance(leaf, tf.TypeSpec) for leaf in tf.nest.flatten(one))]
    inputs = tensors[0] if len(tensors) == 1 else tensors
    try:
        targets = _targets(model, inputs)
    except Exception as error:
        raise _failure(what, model, error) from error
    return (inputs, targets), [*input_names(model, tensors), *_names(targets)]


def _named_batch(model: keras.Model, batch: object) -> tuple[object, list[str]]:
    """A batch of the model's data with readable names, and the names of its tensors."""
    if not isinstance(batch, tuple):
        specs = named_specs(batch, "data")
    else:
        labels = [TARGET if spec.dtype.is_floating else SPARSE_LABEL for spec in tf.nest.flatten(batch[1:2])]
        words = (first_input(model), *labels[:1], "sample_weight")
        specs = tuple(named_specs(part, word) for part, word in zip(batch, words, strict=False))
    return specs, _names(specs)


def needs_batch(model: keras.Model) -> bool:
    """Whether only data shows what `fit` passes to the train step: the step is custom, or no shapes are known."""
    return _has_own_step(model) or not has_known_inputs(model)


def _has_own_step(model: keras.Model) -> bool:
    return type(model).train_step is not keras.Model.train_step


def has_train_step(model: keras.Model) -> bool:
    """Whether a training step can be traced: the model is compiled, and there is something to minimise."""
    return is_compiled(model) and (model.loss is not None or _has_own_step(model) or bool(model.losses))


def is_compiled(model: keras.Model) -> bool:
    """Whether the model can be trained: it has an optimizer and a loss, or a train step of its own."""
    return bool(getattr(model, "compiled", False))


def why_no_step(model: keras.Model, way_out: str) -> list[str]:
    """A note on why a model has no train step, and how to compile it if it is not compiled; [] if it has one."""
    if has_train_step(model):
        return []
    if is_compiled(model):
        return ["No train step: the model is compiled without a loss; pass a loss to compile()."]
    return [f"No train step: the model is not compiled; {way_out}."]


def _targets(model: keras.Model, inputs: object) -> object:
    """Specs for the loss's targets: one whole number per example for sparse losses, else like the output."""
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
    return [_target(tensor, loss, str(index)) for index, (tensor, loss) in enumerate(zip(flat, each, strict=False))]


def _target(output: keras.KerasTensor, loss: object, suffix: str) -> tf.TensorSpec:
    end = f"_{suffix}" if suffix else ""
    words = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    if "sparse" in str(words).lower():
        return tf.TensorSpec(list(output.shape[:-1]), tf.int64, name=SPARSE_LABEL + end)
    return tf.TensorSpec(list(output.shape), output.dtype, name=TARGET + end)


def _keras_tensor(spec: tf.TypeSpec) -> keras.KerasTensor:
    kinds = {"sparse": isinstance(spec, tf.SparseTensorSpec), "ragged": isinstance(spec, tf.RaggedTensorSpec)}
    return keras.KerasTensor(
        spec.shape.as_list(), spec.dtype.name, **{kind: True for kind, is_it in kinds.items() if is_it}
    )


def _names(structure: object) -> list[str]:
    specs = tf.nest.flatten(structure)
    return [part for spec in specs for part in part_names(spec, getattr(spec, "name", None) or "input")]


def _traced(function: Traceable, what: str, model: keras.Model, *specs: object) -> ConcreteFunction:
    try:
        return function.get_concrete_function(*specs)
    except GraphlabError:
        raise
    except Exception as error:
        if misfit := misfit_words(model, specs):
            raise SourceError(misfit) from error
        raise _failure(inputs_words(what, specs, error), model, error) from error


def _failure(what: str, model: keras.Model, error: Exception) -> TraceError:
    if runs_eagerly(model):
        return TraceError(describe_failure(f"{what} {_EAGERLY}, and it cannot be traced", error))
    return TraceError(describe_failure(f"tracing {what} failed", error))


def runs_eagerly(model: keras.Model) -> bool:
    """Whether the model is compiled to run its Python line by line, without a graph."""
    return is_compiled(model) and bool(getattr(model, "run_eagerly", False))


def _eager_notes(model: keras.Model) -> list[str]:
    return [f"The model {_EAGERLY}: it computes these ops one by one, without a graph."] if runs_eagerly(model) else []


def _execution_notes(model: keras.Model) -> list[str]:
    """What `fit` runs besides the step that is shown."""
    count = getattr(model, "steps_per_execution", 1)  # in a damaged file it may be anything
    several = isinstance(count, int) and count > 1 and not runs_eagerly(model)
    notes = [f"Keras runs this step {count:,} times per execution (steps_per_execution={count})."] if several else []
    if type(model).make_train_function is not keras.Model.make_train_function:
        notes.append(
            f"{type(model).__name__} overrides make_train_function, which may train differently: the step shown is "
            "Keras' own, built from train_step."
        )
    return notes

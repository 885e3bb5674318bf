"""Tracing Keras models: the forward pass, and the train step of a compiled model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.graph import Graph
from graphlab.source import describe_failure
from graphlab.tracing.convert import About, to_graph
from graphlab.tracing.private import build_shapes, build_train_state, input_structure, reduced, takes_training
from graphlab.tracing.record import record
from graphlab.tracing.specs import as_spec, keras_spec, part_names
from graphlab.tracing.unseen import note_unseen

SPARSE_LABEL = "label"  # what one whole number per example is called
TARGET = "target"
_ANY_NUMBER = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def trace_forward(model: Any, specs: Sequence[Any] = (), named: Mapping[str, Any] | None = None) -> Graph:
    """The graph of the model's call at inference, with an unknown batch size."""
    arguments = model_arguments(model, specs, named or {})
    options = {"training": False} if takes_training(model) else {}
    function = tf.function(lambda *args: model(*args, **options))
    with record() as recording:
        concrete = _traced(function, f"the model {model.name!r}", *arguments)
    graph = to_graph(concrete, recording, About(model.name, "forward", _input_names(model, arguments)))
    return note_unseen(graph, model, recording)


def trace_train_step(model: Any, specs: Sequence[Any] = (), named: Mapping[str, Any] | None = None) -> Graph:
    """The graph of one training step of a compiled model: forward, loss, gradients, optimizer, metrics."""
    arguments = model_arguments(model, specs, named or {})
    inputs = arguments[0] if len(arguments) == 1 else arguments
    targets = _targets(model, inputs)
    what = f"the train step of {model.name!r}"
    try:
        with model.distribute_strategy.scope():
            build_train_state(model, (inputs, targets))
    except Exception as error:
        raise TraceError(describe_failure(f"building {what} failed", error)) from error
    with record() as recording:
        concrete = _traced(tf.function(_train_step(model)), what, inputs, targets)
    names = [*_input_names(model, arguments), *_names(targets)]
    graph = to_graph(concrete, recording, About(model.name, "train_step", names))
    return note_unseen(graph, model, recording)


def _train_step(model: Any) -> Callable[[Any, Any], Any]:
    """The step of one batch; under a strategy of several replicas all of theirs, as `fit` runs it."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync == 1:
        return lambda x, y: model.train_step((x, y))
    return lambda x, y: reduced(strategy, strategy.run(model.train_step, args=((x, y),)))


def has_train_step(model: Any) -> bool:
    """Whether one step of training can be traced: the model is compiled, and something says what to make small."""
    own_step = type(model).train_step is not keras.Model.train_step
    return is_compiled(model) and (model.loss is not None or own_step or bool(model.losses))


def is_compiled(model: Any) -> bool:
    """Whether the model can be trained: it has an optimizer and a loss, or a train step of its own."""
    return bool(getattr(model, "compiled", False))


def model_arguments(model: Any, specs: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
    """Specs for the arguments of the model's call: as given, else as the model was built.

    Raises SourceError where names or numbers do not fit the model's inputs.
    """
    given = [as_spec(spec) for spec in specs]
    by_name = {name: as_spec(spec) for name, spec in named.items()}
    structure = input_structure(model)
    if structure is not None:
        return [_functional_input(model, structure, given, by_name)]
    if type(model).call in (keras.Layer.call, keras.Model.call):
        raise SourceError(_without_call(model))
    if not given and not by_name:
        return [_built_inputs(model)]
    parameters = [one.name for one in _call_parameters(model)]
    for name in by_name:
        if name not in parameters:
            of_dict = "; where it takes a dict, call it once in its file and give no --input"
            raise SourceError(
                f"{_what(model)} has no input {name!r}; it has {', '.join(parameters) or 'none'}"
                + (of_dict if len(by_name) > len(parameters) == 1 else "")
            )
    given = [_renamed(spec, name) for spec, name in zip(given, parameters, strict=False)] if given else []
    return given + [by_name[name] for name in parameters if name in by_name]


def _functional_input(model: Any, structure: Any, given: Sequence[Any], by_name: Mapping[str, Any]) -> Any:
    """The one argument of a functional or sequential model, with the specs that were given in their places."""
    tensors = tf.nest.flatten(structure)
    names = [_said_name(tensor) for tensor in tensors]
    if unknown := [name for name in by_name if name not in names and len(names) > 1]:
        raise SourceError(f"the model {model.name!r} has no input {unknown[0]!r}; it has {', '.join(names)}")
    if len(given) > len(names):
        raise SourceError(f"the model {model.name!r} has {len(names)} inputs, {len(given)} were given")
    if len(names) == 1 and by_name:
        given = list(by_name.values())
    specs = []
    for place, (tensor, name) in enumerate(zip(tensors, names, strict=True)):
        spec = given[place] if place < len(given) else by_name.get(name)
        specs.append(keras_spec(tensor, name) if spec is None else _renamed(spec, name))
    made = tf.nest.pack_sequence_as(structure, specs)
    return made[0] if isinstance(made, list) and len(made) == 1 else made


def _renamed(spec: Any, name: str) -> Any:
    return tf.TensorSpec(spec.shape, spec.dtype, name=name) if isinstance(spec, tf.TensorSpec) else spec


def _built_inputs(model: Any) -> Any:
    """The specs of a subclassed model that was called or built before; raises SourceError where it was not."""
    shapes = build_shapes(model)
    if not model.built or not shapes:
        raise SourceError(
            f"{_what(model)} was never built, so its input shape is unknown; call it on a batch in its file (a must "
            f"where it takes a dict), or give {_example(model, _call_parameters(model))}"
        )
    specs = [_structure_of(shape, name.removesuffix("_shape")) for name, shape in shapes.items()]
    return specs[0] if len(specs) == 1 else specs


def _what(model: Any) -> str:
    return f"the {'model' if isinstance(model, keras.Model) else 'layer'} {model.name!r}"


def _call_parameters(model: Any) -> list[inspect.Parameter]:
    """What the model's call takes besides what Keras hands in."""
    return [one for one in inspect.signature(model.call).parameters.values() if one.name not in ("training", "mask")]


def _without_call(model: Any) -> str:
    """Why a model without a call of its own has no forward pass, and what of it can be opened."""
    what = f"{_what(model)} has no call of its own"
    if getattr(type(model), "train_step", None) in (None, keras.Model.train_step):
        return f"{what}; give it one"
    example = _example(model, list(inspect.signature(model.train_step).parameters.values()))
    return f"{what} but a train_step: open that, with .train_step behind its name and {example}"


def _example(model: Any, parameters: Sequence[inspect.Parameter]) -> str:
    """`--input "x=float32[?,28,28,1]"` for each parameter that must be given, of the rank that a layer asks for."""
    rank = getattr(getattr(model, "input_spec", None), "ndim", None) or 4
    sizes = {2: "?,8", 3: "?,20,8"}.get(rank, "?,28,28,1")
    must = [one.name for one in parameters if one.default is one.empty and one.kind not in _ANY_NUMBER]
    return " ".join(f'--input "{name}=float32[{sizes}]"' for name in must or ["x"])


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


def _keras_tensor(spec: Any) -> Any:
    kinds = {"sparse": isinstance(spec, tf.SparseTensorSpec), "ragged": isinstance(spec, tf.RaggedTensorSpec)}
    return keras.KerasTensor(
        spec.shape.as_list(), spec.dtype.name, **{kind: True for kind, is_it in kinds.items() if is_it}
    )


def _input_names(model: Any, arguments: Any) -> list[str]:
    structure = input_structure(model)
    specs = tf.nest.flatten(arguments)
    if structure is None:
        return [part for spec in specs for part in part_names(spec, getattr(spec, "name", None) or "input")]
    names = [_said_name(tensor) for tensor in tf.nest.flatten(structure)]
    return [part for spec, name in zip(specs, names, strict=False) for part in part_names(spec, name)]


def _names(structure: Any) -> list[str]:
    return [spec.name or "input" for spec in tf.nest.flatten(structure)]


def _traced(function: Any, what: str, *specs: Any) -> Any:
    try:
        return function.get_concrete_function(*specs)
    except GraphlabError:
        raise
    except Exception as error:
        raise TraceError(describe_failure(f"tracing {what} failed", error)) from error

"""The inputs that a Keras model or layer is traced for: from the user, its build, its first call, or its data."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf

from graphlab.errors import GraphlabError, SourceError
from graphlab.tracing.models.batch_specs import Batch, no_batch
from graphlab.tracing.models.first_calls import KERAS_ARGUMENTS, first_call
from graphlab.tracing.private import BuildShape, build_shapes, input_structure
from graphlab.tracing.specs import as_spec, keras_spec, part_names, spec_words

_ANY_NUMBER = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def model_arguments(
    model: keras.Model, specs: Sequence[object], keyword_specs: Mapping[str, object], batch: Batch = no_batch
) -> list[object]:
    """Specs for the arguments of the model's call: from the user, else from its build, else from its data.

    Raises SourceError if names or numbers do not match the model's inputs.
    """
    positional = [as_spec(spec) for spec in specs]
    by_name = {name: as_spec(spec) for name, spec in keyword_specs.items()}
    structure = input_structure(model)
    if structure is not None:
        return [_functional_input(model, structure, positional, by_name)]
    if type(model).call in (keras.Layer.call, keras.Model.call):
        raise SourceError(_without_call(model))
    if not positional and not by_name:
        return _known_inputs(model, batch)
    parameters = [one.name for one in _call_parameters(model)]
    for name in by_name:
        if name not in parameters:
            of_dict = "; if it takes a dict, call it once in its file and omit --input"
            raise SourceError(
                f"{_what(model)} has no input {name!r}; it has {', '.join(parameters) or 'none'}"
                + (of_dict if len(by_name) > len(parameters) == 1 else "")
            )
    positional = (
        [_renamed(spec, name) for spec, name in zip(positional, parameters, strict=False)] if positional else []
    )
    return positional + _in_order(_call_parameters(model)[len(positional) :], by_name)


def _in_order(parameters: Sequence[inspect.Parameter], by_name: Mapping[str, object]) -> list[object]:
    """The values by position; a missing one before the last keeps its default."""
    parameters = [one for one in parameters if one.kind is not one.VAR_KEYWORD]
    last = max((index for index, one in enumerate(parameters) if one.name in by_name), default=-1)
    for one in parameters[:last]:
        if one.name not in by_name and one.default is one.empty and one.kind is not one.VAR_POSITIONAL:
            raise SourceError(f'the input {one.name!r} is missing; add --input "{one.name}=DTYPE[SIZES]"')
    arguments: list[object] = []
    for one in parameters[: last + 1]:
        value = by_name.get(one.name, one.default)
        arguments += value if one.kind is one.VAR_POSITIONAL and isinstance(value, tuple) else [value]
    return arguments


def _functional_input(
    model: keras.Model, structure: object, positional: Sequence[object], by_name: Mapping[str, object]
) -> object:
    """The single argument of a functional or sequential model, with the user's specs inserted."""
    tensors = tf.nest.flatten(structure)
    names = [_user_name(tensor) for tensor in tensors]
    if unknown := [name for name in by_name if name not in names and len(names) > 1]:
        raise SourceError(f"the model {model.name!r} has no input {unknown[0]!r}; it has {', '.join(names)}")
    if len(positional) > len(names):
        raise SourceError(f"the model {model.name!r} has {len(names)} inputs, {len(positional)} were given")
    if len(names) == 1 and by_name:
        positional = list(by_name.values())
    specs = []
    for index, (tensor, name) in enumerate(zip(tensors, names, strict=True)):
        spec = positional[index] if index < len(positional) else by_name.get(name)
        specs.append(keras_spec(tensor, name) if spec is None else _renamed(spec, name))
    argument = tf.nest.pack_sequence_as(structure, specs)
    return argument[0] if isinstance(argument, list) and len(argument) == 1 else argument


def misfit_words(model: keras.Model, arguments: object) -> str:
    """Which input of a failed trace does not match the model's declaration; "" if all match."""
    structure = input_structure(model)
    specs = [spec for spec in tf.nest.flatten(arguments) if isinstance(spec, tf.TypeSpec)]
    for tensor, spec in zip(tf.nest.flatten(structure) if structure is not None else [], specs, strict=False):
        name = _user_name(tensor)
        takes = keras_spec(tensor, name)
        if not isinstance(spec, tf.TensorSpec) or not isinstance(takes, tf.TensorSpec):
            continue
        if not takes.shape.is_compatible_with(spec.shape):
            what = "the input" if name == "input" else f"the input {name}"
            return f"{what} of this model is {spec_words(takes)}; {spec_words(spec)} does not fit"
    return ""


def _renamed(spec: object, name: str) -> object:
    return tf.TensorSpec(spec.shape, spec.dtype, name=name) if isinstance(spec, tf.TensorSpec) else spec


def _known_inputs(model: keras.Model, batch: Batch) -> list[object]:
    """The specs of a subclassed model that was called or built before, or else of the data beside it.

    Raises SourceError if there are none.
    """
    shapes, called = build_shapes(model), first_call(model)
    parameters = [one.name for one in _call_parameters(model)]
    if model.built and (shapes or called):
        return _called_inputs(model, shapes, called) if called else _built_inputs(shapes, parameters)
    why = ""
    try:
        inputs = inputs_of(batch(model))
    except GraphlabError as error:
        inputs, why = None, f"; {error}"
    if inputs is None:
        raise SourceError(
            f"{_what(model)} was never built, so its input shape is unknown; call it on a batch in its file "
            f"(required for a dict input), or use {_example(model, _call_parameters(model))}{why}"
        )
    return [named_specs(inputs, first_input(model))]


def _built_inputs(shapes: Mapping[str, BuildShape], parameters: Sequence[str]) -> list[object]:
    """Specs from the shapes of build(self, x_shape, ...), by its parameters' names."""
    names = [
        name.removesuffix("_shape") if name.endswith("_shape") or index >= len(parameters) else parameters[index]
        for index, name in enumerate(shapes)
    ]
    return [_structure_of(shape, name) for name, shape in zip(names, shapes.values(), strict=True)]


def _called_inputs(model: keras.Model, shapes: Mapping[str, BuildShape], called: Mapping[str, object]) -> list[object]:
    """Specs from the model's first call; the shape that it was built for may be less specific."""
    parameters = _call_parameters(model)
    arguments = _in_order(parameters, {name: named_specs(value, name) for name, value in called.items()})
    if len(shapes) == 1 and arguments and isinstance(arguments[0], tf.TensorSpec):
        (name, shape), *_ = shapes.items()
        (built,) = _built_inputs({name: shape}, [one.name for one in parameters])
        if isinstance(built, tf.TensorSpec) and built.shape.is_compatible_with(arguments[0].shape):
            arguments[0] = tf.TensorSpec(built.shape, arguments[0].dtype, name=built.name)
    return arguments


def call_with(model: keras.Model, arguments: Sequence[object], options: Mapping[str, object]) -> object:
    """The result of the model's call. Keras accepts tensors by position, other values only by name."""
    parameters = [one.name for one in _call_parameters(model)]
    positional_count = next(
        (index for index, value in enumerate(arguments) if not _holds_tensors(value)), len(arguments)
    )
    return model(
        *arguments[:positional_count],
        **dict(zip(parameters[positional_count:], arguments[positional_count:], strict=False)),
        **options,
    )


def _holds_tensors(value: object) -> bool:
    leaves = tf.nest.flatten(value)
    return bool(leaves) and all(map(tf.is_tensor, leaves))


def has_known_inputs(model: keras.Model) -> bool:
    """Whether the model's inputs are known: it is functional, or was built or called."""
    call_inputs = build_shapes(model) or first_call(model)
    return input_structure(model) is not None or bool(model.built and call_inputs)


def first_input(model: keras.Model) -> str:
    """The name of the first argument of the model's call."""
    parameters = [one.name for one in _call_parameters(model) if one.kind not in _ANY_NUMBER]
    return (parameters or ["input"])[0]


def inputs_of(batch: object) -> object:
    """The model's inputs in a batch (inputs, labels, weights); the batch itself if it has no such parts."""
    return batch[0] if isinstance(batch, tuple) and batch else batch


def named_specs(structure: object, name: str) -> object:
    """The specs of a structure under its keys: `name` for a single one, `name_0` in a list."""
    if isinstance(structure, Mapping):
        return {key: named_specs(value, str(key)) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)) and not hasattr(structure, "_fields"):
        return type(structure)(named_specs(value, f"{name}_{index}") for index, value in enumerate(structure))
    return _renamed(structure, name)


def _what(model: keras.Model) -> str:
    return f"the {'model' if isinstance(model, keras.Model) else 'layer'} {model.name!r}"


def _call_parameters(model: keras.Model) -> list[inspect.Parameter]:
    """The parameters of the model's call, without those that Keras fills in."""
    return [one for one in inspect.signature(model.call).parameters.values() if one.name not in KERAS_ARGUMENTS]


def _without_call(model: keras.Model) -> str:
    """Why a model without a call of its own has no forward pass, and which of its parts can be opened."""
    what = f"{_what(model)} does not define call"
    if getattr(type(model), "train_step", None) in (None, keras.Model.train_step):
        return f"{what}; define one"
    example = _example(model, list(inspect.signature(model.train_step).parameters.values()))
    return f"{what}, only train_step: open that instead, with .train_step after the name and {example}"


def _example(model: keras.Model, parameters: Sequence[inspect.Parameter]) -> str:
    """`--input "x=float32[?,28,28,1]"` for each required parameter, with the rank that a layer requires."""
    rank = getattr(getattr(model, "input_spec", None), "ndim", None) or 4
    sizes = {2: "?,8", 3: "?,20,8"}.get(rank, "?,28,28,1")
    must = [one.name for one in parameters if one.default is one.empty and one.kind not in _ANY_NUMBER]
    return " ".join(f'--input "{name}=float32[{sizes}]"' for name in must or ["x"])


def _user_name(tensor: tf.Tensor) -> str:
    """The user's name of an input; Keras numbers inputs without one (keras_tensor_7)."""
    return "input" if tensor.name.startswith("keras_tensor") else str(tensor.name)


def _structure_of(shape: BuildShape, name: str) -> object:
    if isinstance(shape, Mapping):
        return {key: _spec(value, "float32", key) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple)):
        return [_spec(value, "float32", f"{name}_{index}") for index, value in enumerate(shape)]
    return _spec(shape, "float32", name)


def _spec(shape: Sequence[object], dtype: str, name: str) -> tf.TensorSpec:
    return tf.TensorSpec(list(shape), dtype, name=name)


def input_names(model: keras.Model, arguments: object) -> list[str]:
    """The names of the tensors for these arguments."""
    structure = input_structure(model)
    specs = [spec for spec in tf.nest.flatten(arguments) if isinstance(spec, tf.TypeSpec)]
    if structure is None:
        return [part for spec in specs for part in part_names(spec, getattr(spec, "name", None) or "input")]
    names = [_user_name(tensor) for tensor in tf.nest.flatten(structure)]
    return [part for spec, name in zip(specs, names, strict=False) for part in part_names(spec, name)]

"""Tracing tf.functions, ConcreteFunctions and plain Python functions of tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TypeGuard

import tensorflow as tf

from graphlab.errors import GraphlabError, MissingInputsError, SourceError, TraceError
from graphlab.graph import Graph
from graphlab.sources.failures import describe_failure
from graphlab.tracing.convert import About, to_graph
from graphlab.tracing.models.record import Recording, record
from graphlab.tracing.private import traced_functions, untraced_copy
from graphlab.tracing.specs import as_spec, inputs_words, spec_words
from graphlab.tracing.tensorflow_types import ConcreteFunction, Traceable

TracedFunction = tuple[ConcreteFunction, Recording]  # with the recorded calls that made its ops


def trace_function(function: Traceable, specs: Sequence[object], keyword_specs: Mapping[str, object]) -> Graph:
    """The graph of a function for these input specs, which may be omitted if it has an input signature."""
    return concrete_graph(function, *concrete_for(function, specs, keyword_specs))


def concrete_for(function: Traceable, specs: Sequence[object], keyword_specs: Mapping[str, object]) -> TracedFunction:
    """The function traced for these input specs."""
    name = function_name(function)
    # A copy is traced: the user's own traces stay unchanged, and every call can be recorded.
    traceable = untraced_copy(function) if is_traceable(function) else tf.function(function, autograph=True)
    arguments, keywords = _arguments(function, name, specs, keyword_specs)
    with record() as recording:
        return _concrete(traceable, name, arguments, keywords), recording


def trace_again(function: Traceable, concrete: ConcreteFunction) -> TracedFunction:
    """A new trace of a function, to record the calls in it; the old trace if the new one has different ops."""
    args, keywords = concrete.structured_input_signature
    try:
        with record() as recording:
            again = untraced_copy(function).get_concrete_function(*args, **keywords)
    except Exception:  # the user's code may depend on objects that no longer exist
        return concrete, Recording()
    return (again, recording) if _ops(again) == _ops(concrete) else (concrete, Recording())


def _ops(concrete: ConcreteFunction) -> list[tuple[str, str]]:
    return [(op.name, op.type) for op in concrete.graph.get_operations()]


def concrete_graph(function: object, concrete: ConcreteFunction, recording: Recording) -> Graph:
    """The graph of one of a function's traces."""
    return to_graph(concrete, recording, About(function_name(function), "function"))


def function_name(function: object) -> str:
    """The user's name of the function; for an object with __call__, the name of its class."""
    name = str(getattr(function, "__name__", None) or getattr(function, "name", "function"))
    return (
        str(getattr(function, "__qualname__", "")).rpartition(".")[0].rpartition(".")[2] if name == "__call__" else name
    )


def is_traceable(function: object) -> TypeGuard[Traceable]:
    """Whether this is a tf.function, which keeps its traces."""
    return hasattr(function, "get_concrete_function")


def trace_concrete(function: ConcreteFunction) -> Graph:
    """The graph of an earlier trace, grouped by names and scopes because no calls were recorded."""
    name = function.graph.name or "function"
    return to_graph(function, Recording(), About(name, "function"))


def _concrete(
    traceable: Traceable, name: str, arguments: Sequence[object], keywords: Mapping[str, object]
) -> ConcreteFunction:
    try:
        return traceable.get_concrete_function(*arguments, **keywords)
    except GraphlabError:
        raise
    except Exception as error:
        what = inputs_words(f"tracing {name!r}", [*arguments, *keywords.values()], error)
        raise TraceError(describe_failure(f"{what} failed", error)) from error


def _arguments(
    function: Callable[..., object], name: str, specs: Sequence[object], keyword_specs: Mapping[str, object]
) -> tuple[list[object], dict[str, object]]:
    """The specs bound to the function's parameters. Raises SourceError that names missing or unknown ones."""
    signature = getattr(function, "input_signature", None)
    if signature is not None and not specs and not keyword_specs:
        return [], {}
    parameters = _parameters(function)
    positional = [*(as_spec(spec) for spec in specs)]
    keywords = {key: as_spec(spec) for key, spec in keyword_specs.items()}
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    parameter_names = [parameter.name for parameter in parameters]
    for key in keywords:
        if key not in parameter_names and not takes_any:
            raise SourceError(f"{name!r} has no parameter {key!r}; it has {', '.join(parameter_names) or 'none'}")
    missing = [name for name in _required(parameters[len(positional) :]) if name not in keywords]
    if missing:
        example = " ".join(f'--input "{parameter}=float32[?,784]"' for parameter in missing)
        what = "was given fewer inputs than it takes" if signature is not None else "has no input signature"
        example += f', or "{missing[-1]}=float32[]" for a scalar'
        raise MissingInputsError(f"{name!r} {what}; specify its inputs, for example {example}")
    if signature is not None:
        _check_signature(signature, parameter_names, positional, keywords)
        # A signature's specs have their own names; TensorFlow accepts no others.
        unnamed = {key: tf.TensorSpec(spec.shape, spec.dtype) for key, spec in keywords.items()}
        return [tf.TensorSpec(spec.shape, spec.dtype) for spec in positional], unnamed
    return positional, keywords


def _check_signature(
    signature: Sequence[object], parameters: Sequence[str], positional: Sequence[object], keywords: Mapping[str, object]
) -> None:
    """Raise SourceError if the spec for a parameter is not one that its signature accepts."""
    by_name = {**dict(zip(parameters, positional, strict=False)), **keywords}
    for name, signature_spec in zip(parameters, signature, strict=False):
        spec = by_name.get(name)
        if not isinstance(spec, tf.TensorSpec) or not isinstance(signature_spec, tf.TensorSpec):
            continue
        if not tf.TensorSpec(spec.shape, spec.dtype).is_subtype_of(
            tf.TensorSpec(signature_spec.shape, signature_spec.dtype)
        ):
            raise SourceError(
                f"{name} is {spec_words(signature_spec)} by its signature, not {spec_words(spec)}; "
                "omit --input or use a shape that fits"
            )


def missing_inputs(function: Callable[..., object]) -> list[str]:
    """The parameters that need inputs from the user: those without a signature, a trace or a default."""
    if getattr(function, "input_signature", None) is not None or traced_functions(function):
        return []
    return _required(_parameters(function))


def _required(parameters: Sequence[inspect.Parameter]) -> list[str]:
    any_number = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in parameters if one.default is one.empty and one.kind not in any_number]


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    target: Callable[..., object] = getattr(function, "python_function", function)
    try:
        return list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        return []

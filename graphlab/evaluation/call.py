"""Runs a function or a model for the inputs of a call in Python."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Mapping, Sequence

import tensorflow as tf

from graphlab.errors import MissingInputsError, SourceError
from graphlab.evaluation.evaluate import evaluate
from graphlab.evaluation.form.places import example_inputs
from graphlab.evaluation.inputs import arguments_for, tensor_spec
from graphlab.evaluation.opened import example_specs
from graphlab.evaluation.result import Values
from graphlab.graph import Graph
from graphlab.sources.inputs import DTYPES
from graphlab.tracing.live import LiveGraph, live_graphs

Trace = Callable[..., Graph]  # of specs, by position and by name


def values_of_call(
    target: object,
    inputs: Sequence[object],
    named_inputs: Mapping[str, object],
    trace: Trace,
    *,
    gradient: str,
    seed: int,
) -> Values:
    """The values of a target that `trace` traces. Inputs may be specs; its module's example_inputs fill in others."""
    examples = {name: value for name, value in _examples(target).items() if name not in named_inputs}
    live = _traced(target, inputs, named_inputs, examples, trace)
    by_name = {name: value for name, value in named_inputs.items() if not is_spec(value)}
    by_position = dict(zip(live.graph.input_ids, inputs, strict=False))
    if any(map(is_spec, inputs)):
        by_name |= {op_id: value for op_id, value in by_position.items() if not is_spec(value)}
        inputs = ()
    names = {live.graph.facts.names.get(op_id, op_id) for op_id in by_position}
    unused = {name: value for name, value in examples.items() if name not in names}
    return evaluate(live, arguments_for(live, inputs, by_name, (), seed, examples=unused), gradient=gradient)


def is_spec(value: object) -> bool:
    """Whether a value stands for random ones: a tf.TensorSpec, or a text such as "float32[4]"."""
    is_text = isinstance(value, str) and value.strip().endswith("]") and value.partition("[")[0].strip() in DTYPES
    return is_text or isinstance(value, tf.TensorSpec)


def _examples(target: object) -> Mapping[str, object]:
    """The example_inputs beside a function; {} for anything else."""
    function = getattr(target, "python_function", target)
    return example_inputs(sys.modules.get(str(getattr(function, "__module__", ""))))


def _traced(
    target: object,
    inputs: Sequence[object],
    named_inputs: Mapping[str, object],
    examples: Mapping[str, object],
    trace: Trace,
) -> LiveGraph:
    """The graph for these specs or, if it needs one for each input, for those of all values."""
    named_specs = {name: value for name, value in named_inputs.items() if is_spec(value)}
    with live_graphs() as source:
        try:
            graph = trace(*(inputs if all(map(is_spec, inputs)) else ()), **named_specs)
        except MissingInputsError:
            specs = {name: _spec_of(value) for name, value in named_inputs.items()}
            function = getattr(target, "python_function", target)
            others = example_specs(function, len(inputs), specs, examples)
            try:
                graph = trace(*map(_spec_of, inputs), **specs, **others)
            except MissingInputsError:
                raise SourceError(_missing_words(function, len(inputs), {*specs, *others})) from None
    live = next((one for one in source.graphs if one.graph is graph), None)
    if live is None:
        raise SourceError("a dataset has no values for an input: show it to see its elements")
    return live


def _missing_words(function: object, count: int, passed_names: Collection[str]) -> str:
    """Which parameters after the first `count` need a value, and how a call gives one."""
    parameters = [*(inspect.signature(function).parameters.values() if callable(function) else ())]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    missing = [
        parameter.name
        for parameter in parameters[count:]
        if parameter.default is parameter.empty
        and parameter.kind in (*positional, inspect.Parameter.KEYWORD_ONLY)
        and parameter.name not in passed_names
    ]
    name = getattr(function, "__name__", type(function).__name__)
    example = missing[-1] if missing else "x"
    return (
        f"{name!r} needs a value for {' and '.join(missing) or 'each input'}; "
        f'pass it, such as {example}=3.0, or {example}="float32[4]" for random numbers'
    )


def _spec_of(value: object) -> object:
    return value if is_spec(value) else tensor_spec(value)

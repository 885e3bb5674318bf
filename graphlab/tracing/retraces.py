"""The graphs of a tf.function that was called before: one per concrete function, with the reason for each trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from graphlab.graph import Graph
from graphlab.tracing.arguments import Arguments, arguments_of, defaults_of, first_reason, reason, trace_label
from graphlab.tracing.functions import (
    TracedFunction,
    concrete_for,
    concrete_graph,
    function_name,
    trace_again,
    trace_function,
)
from graphlab.tracing.private import traced_functions
from graphlab.tracing.tensorflow_types import Traceable

MOST_TRACES = 16  # for a function that is traced for each number it is called with
INPUT_NOTE = "traced for the requested input"


def trace_called(function: Traceable, specs: Sequence[object], keyword_specs: Mapping[str, object]) -> dict[str, Graph]:
    """The graphs of a function by label, in the order of tracing; {"function"} if it was not called before.

    With specs, their graph comes first. The notes of each graph say why it was traced.
    """
    has_signature = getattr(function, "input_signature", None) is not None
    traces = [] if has_signature else traced_functions(function)
    if not traces:
        return {"function": trace_function(function, specs, keyword_specs)}
    every = [arguments_of(concrete) for concrete, _ in traces]
    notes = _reasons(every, [creates_variables for _, creates_variables in traces])
    concretes = [concrete for concrete, _ in traces[:MOST_TRACES]]
    variants: list[tuple[Arguments, str, TracedFunction]] = []
    if specs or keyword_specs:
        traced_function = concrete_for(function, specs, keyword_specs)
        variants.append((arguments_of(traced_function[0]), INPUT_NOTE, traced_function))
    for arguments, note, concrete in zip(every, notes, concretes, strict=False):
        if variants and variants[0][1] == INPUT_NOTE and variants[0][0] == arguments:
            variants[0] = (arguments, note, variants[0][2])
        else:
            variants.append((arguments, note, trace_again(function, concrete)))
    labels = _labels(function, [arguments for arguments, *_ in variants])
    return {
        label: _with_note(concrete_graph(function, *traced_as), note)
        for label, (_, note, traced_as) in zip(labels, variants, strict=True)
    }


def _reasons(every: Sequence[Arguments], creates_variables: Sequence[bool]) -> list[str]:
    notes = [first_reason(every[0], alone=len(every) == 1)]
    notes += [reason(arguments, every[:index]) for index, arguments in enumerate(every) if index]
    if len(every) > MOST_TRACES:
        notes[0] += f"; of {len(every)} traces the first {MOST_TRACES} are shown"
    also = "; it was traced twice, because its first trace created its variables"
    return [note + (also if creates else "") for note, creates in zip(notes, creates_variables, strict=True)]


def _labels(function: Callable[..., object], every: Sequence[Arguments]) -> list[str]:
    name, defaults = function_name(function), defaults_of(function)
    labels: list[str] = []
    for arguments in every:
        label = trace_label(name, arguments, defaults)
        count = sum(other.partition(" #")[0] == label for other in labels)
        labels.append(f"{label} #{count + 1}" if count else label)
    return labels


def _with_note(graph: Graph, note: str) -> Graph:
    graph.facts = replace(graph.facts, notes=(note,))
    return graph

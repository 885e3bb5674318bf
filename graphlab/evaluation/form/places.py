"""The inputs of a graph as places for values: their names, tensors, and what the source has for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.evaluation.form.rows import Row
from graphlab.graph import Graph, Tensor
from graphlab.sources.names import EXAMPLE_INPUTS
from graphlab.tracing.live import LiveGraph

EXAMPLES_FORM = f'write {EXAMPLE_INPUTS} = {{"x": 3.0}} beside the function'


@dataclass(frozen=True, eq=False)
class InputPlace:
    """An input: `name` is unique in the graph, `label` is what the user calls it: `inputs['a']`."""

    op_id: str
    name: str
    label: str
    tensor: Tensor
    rows: Sequence[Row] = ()
    example: object = None
    """What example_inputs has for it; None for nothing."""


def example_inputs(module: ModuleType | None) -> Mapping[str, object]:
    """The inputs that a source suggests in its `example_inputs`, by name; {} without one.

    Raises SourceError if it is not a dict of names.
    """
    value = getattr(module, EXAMPLE_INPUTS, None)
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise SourceError(
            f"{EXAMPLE_INPUTS} is a {type(value).__name__}, not a dict of inputs by name; {EXAMPLES_FORM}"
        )
    return value


def places_of(
    live: LiveGraph, rows: Sequence[Row] = (), examples: Mapping[str, object] | None = None
) -> list[InputPlace]:
    """The inputs of a graph in the signature's order."""
    graph = live.graph
    names = input_names(graph)
    labels = _labels(live, names)
    return [
        InputPlace(
            op_id,
            name,
            labels[op_id],
            graph.op(op_id).outputs[0],
            [row for row in rows if op_id in row.values],
            next((examples[key] for key in (labels[op_id], name, op_id) if key in examples), None)
            if examples
            else None,
        )
        for op_id, name in names.items()
    ]


def input_names(graph: Graph) -> dict[str, str]:
    """The names of the inputs by op id: the user's where they are unique, else the ids."""
    names = {op_id: graph.facts.names.get(op_id, op_id) for op_id in graph.input_ids}
    counts = Counter(names.values())
    return {op_id: name if counts[name] == 1 else op_id for op_id, name in names.items()}


def _labels(live: LiveGraph, names: Mapping[str, str]) -> dict[str, str]:
    """What each input is called; a part of a nested argument by its path: `d['a']`, `pair[0]`."""
    arguments, keywords = live.function.structured_input_signature
    specs = tf.nest.flatten([*arguments, keywords])
    parameters = [*(live.function.function_type.parameters if arguments else ())]
    tensors = [spec for spec in specs if isinstance(spec, tf.TensorSpec)]
    if len(tensors) != len(names) or len(specs) != len(names) or len(parameters) < len(arguments):
        return dict(names)
    paths = [
        parameter + path
        for parameter, value in [*zip(parameters, arguments, strict=False), *keywords.items()]
        for path in _paths(value)
    ]
    has_paths = live.graph.kind == "function" and len(paths) == len(names)  # a model's inputs have names of their own
    return {
        op_id: path if has_paths and op_id not in live.graph.facts.names else name
        for (op_id, name), path in zip(names.items(), paths, strict=False)
    }


def _paths(value: object) -> list[str]:
    """The paths to the leaves of a nested value, in tf.nest's order: `['a'][0]`."""
    paths, queue = [], [("", value)]
    while queue:
        path, part = queue.pop()
        if isinstance(part, Mapping):
            queue += [(f"{path}[{key!r}]", part[key]) for key in sorted(part, reverse=True)]
        elif isinstance(part, list | tuple):
            queue += [(f"{path}[{index}]", item) for index, item in reversed([*enumerate(part)])]
        else:
            paths.append(path)
    return paths

"""A concrete function, and what was recorded while it was traced, become a Graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from graphlab.graph import Graph, JsonValue, Op, Tensor, Variable, build_graph, count_elements
from graphlab.tracing.attributes import attributes
from graphlab.tracing.groups import Path, Placing, place_ops
from graphlab.tracing.lines import Code, note_code, source_of
from graphlab.tracing.record import Call, Recording


@dataclass(frozen=True)
class About:
    """What a graph is called, and the words for its arguments and results (by position; may be shorter)."""

    name: str
    kind: str
    input_names: Sequence[str] = ()
    output_names: Sequence[str] = ()


def to_graph(function: Any, recording: Recording, about: About) -> Graph:
    """The Graph of a tf ConcreteFunction: every op and edge it holds, with owners, variables, lines and pairs."""
    func_graph = function.graph
    tf_ops = func_graph.get_operations()
    owners = recording.owner_of(func_graph, len(tf_ops))
    pairs = _pairs(func_graph, recording)
    placing = place_ops([op.name for op in tf_ops], owners, pairs)
    variables = _variables_by_placeholder(func_graph, owners)
    paths = _place_variables(tf_ops, placing, variables)
    attrs = {node.name: node.attr for node in func_graph.as_graph_def().node}
    code: Code = {}
    ops = [
        Op(
            id=op.name,
            type=op.type,
            path=paths[place],
            inputs=tuple((tensor.op.name, tensor.value_index) for tensor in op.inputs),
            outputs=tuple(_tensor(tensor) for tensor in op.outputs),
            attrs=attributes(attrs[op.name]),
            layer=placing.layers[place],
            variable=variables.get(op.name),
            source=source_of(op, owners[place], code),
            device=op.device or "",
            pair=pairs.get(place),
        )
        for place, op in enumerate(tf_ops)
    ]
    controls = [(source.name, op.name) for op in tf_ops for source in op.control_inputs]
    for group in placing.groups.values():
        if group.source:
            note_code(group.source, code)
    return build_graph(
        ops,
        controls,
        name=about.name,
        kind=about.kind,
        groups=_used_groups(placing, paths),
        code=code,
        versions={name: version(name) for name in ("tensorflow", "keras")},
        **_ends(function, about),
    )


def _tensor(tensor: Any) -> Tensor:
    shape = tensor.shape
    return Tensor(tensor.dtype.name, None if shape.rank is None else tuple(shape.as_list()))


def _pairs(func_graph: Any, recording: Recording) -> dict[int, str]:
    """Position of each gradient op → name of the forward op that was differentiated when it was made."""
    return {
        place: forward
        for graph, first, last, forward in recording.pairs
        if graph is func_graph
        for place in range(first, last)
    }


def _variables_by_placeholder(func_graph: Any, owners: Sequence[Call | None]) -> dict[str, Variable]:
    """The variable behind each captured handle, matched by the handle's identity."""
    by_handle = {id(variable.handle): _tf_variable(variable) for variable in func_graph.variables}
    seen: dict[int, Any] = {}
    for owner in dict.fromkeys(owners):
        while owner is not None:
            seen[id(owner.about)] = owner.about
            owner = owner.parent
    for about in seen.values():
        weights = {id(weight) for weight in getattr(about, "weights", ())}
        for variable in getattr(about, "variables", ()):
            handle = getattr(getattr(variable, "value", None), "handle", None)
            if handle is not None:
                by_handle[id(handle)] = _keras_variable(variable, is_weight=id(variable) in weights)
    return {
        placeholder.op.name: by_handle[id(outer)]
        for outer, placeholder in func_graph.captures
        if id(outer) in by_handle
    }


def _tf_variable(variable: Any) -> Variable:
    shape = variable.shape
    sizes = None if shape.rank is None else tuple(shape.as_list())
    name = variable.name.partition(":")[0]
    return Variable(name, sizes, variable.dtype.name, bool(variable.trainable), shape.num_elements() or 0)


def _keras_variable(variable: Any, *, is_weight: bool) -> Variable:
    sizes = tuple(variable.shape)
    parameters = (count_elements(sizes) or 0) if is_weight else 0
    return Variable(variable.path, sizes, str(variable.dtype), bool(variable.trainable), parameters)


def _place_variables(tf_ops: Sequence[Any], placing: Placing, variables: Mapping[str, Variable]) -> list[Path]:
    """The paths, with each variable moved out of the name scope that happened to read it first.

    A layer's variable stands in the layer; an optimizer's or metric's in the group that holds all its readers.
    """
    paths = list(placing.paths)
    position = {op.name: place for place, op in enumerate(tf_ops)}
    for place, op in enumerate(tf_ops):
        path = paths[place]
        if op.name not in variables or not path:
            continue
        kind = placing.groups[path[0]].kind
        if kind in ("optimizer", "metrics"):
            for reader in (reader for tensor in op.outputs for reader in tensor.consumers()):
                path = _common(path, paths[position[reader.name]]) or path[:1]
            paths[place] = path
        elif kind in ("model", "layer"):
            while placing.groups[path[-1]].kind == "scope":
                path = path[:-1]
            paths[place] = path
    return paths


def _common(left: Path, right: Path) -> Path:
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return left[:length]


def _used_groups(placing: Placing, paths: Sequence[Path]) -> dict[str, Any]:
    used = {group_id for path in paths for group_id in path}
    return {group_id: group for group_id, group in placing.groups.items() if group_id in used}


def _ends(function: Any, about: About) -> dict[str, JsonValue]:
    """The ops that stand for arguments and results, and what people call them."""
    func_graph = function.graph
    captured = {placeholder.op.name for _, placeholder in func_graph.captures}
    inputs = [tensor.op.name for tensor in func_graph.inputs if tensor.op.name not in captured]
    outputs = [tensor.op.name for tensor in func_graph.outputs]
    names = dict(zip(inputs, about.input_names, strict=False))
    names |= dict(zip(outputs, about.output_names or _output_names(function), strict=False))
    return {"inputs": inputs, "outputs": list(dict.fromkeys(outputs)), "names": names}


def _output_names(function: Any) -> list[str]:
    """Names of a function's results: the keys of a dict it returns, else numbers where there are several."""
    structure = function.structured_outputs
    if isinstance(structure, dict) and len(structure) == len(function.graph.outputs):
        return [str(key) for key in sorted(structure)]
    count = len(function.graph.outputs)
    return ["output"] if count == 1 else [f"output {place}" for place in range(1, count + 1)]

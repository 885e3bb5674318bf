"""A concrete function, and what was recorded while it was traced, become a Graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from graphlab.graph import (
    Body,
    Graph,
    Group,
    JsonValue,
    Layer,
    Op,
    Tensor,
    Variable,
    build_graph,
    count_elements,
)
from graphlab.tracing.attributes import attributes
from graphlab.tracing.bodies import Called, call_group, called_by, first_input
from graphlab.tracing.groups import Path, Room, Tree, layer_of, place_ops
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
    """The Graph of a tf ConcreteFunction and of the functions its ops call: every op and edge that they hold."""
    made = _Made(recording, of_model=about.kind in ("forward", "train_step"))
    rooms = [_Called(Room(function.graph))]
    while rooms:
        rooms += _convert(rooms.pop(0), made)
    for group in made.tree.groups.values():
        if group.source:
            note_code(group.source, made.code)
    return build_graph(
        made.ops,
        made.controls,
        name=about.name,
        kind=about.kind,
        groups=_used_groups(made),
        bodies=made.bodies,
        code=made.code,
        versions={name: version(name) for name in ("tensorflow", "keras")},
        **_ends(function, about),
    )


@dataclass
class _Made:
    """The graph while it is put together, function by function."""

    recording: Recording
    of_model: bool
    tree: Tree = field(default_factory=Tree)
    ops: list[Op] = field(default_factory=list)
    controls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    code: Code = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Called:
    """A function to convert: its room, how its ops' ids start, the op that calls it, and the calls around that one."""

    room: Room
    prefix: str = ""
    call: str = ""
    role: str = ""
    first_input: int = 0
    chain: tuple[str, ...] = ()


def _convert(called: _Called, made: _Made) -> list[_Called]:
    """Add a function's ops to what is made; returns the functions that they call."""
    room = called.room
    tf_ops = room.func_graph.get_operations()
    owners = made.recording.owner_of(room.func_graph, len(tf_ops))
    pairs = _pairs(room.func_graph, made.recording)
    paths = place_ops(made.tree, room, [op.name for op in tf_ops], owners, pairs)
    variables = {} if called.call else _variables_by_placeholder(room.func_graph, owners, made.of_model)
    paths = _place_variables(tf_ops, paths, made.tree.groups, variables)
    if called.call:
        arguments = {tensor.op.name for tensor in room.func_graph.inputs}
        # An argument is named after the caller's tensor; the scopes in that name are the caller's too.
        paths = [room.path if op.name in arguments else path for op, path in zip(tf_ops, paths, strict=True)]
    attrs = {node.name: node.attr for node in room.func_graph.as_graph_def().node}
    ids = {op.name: _free_id(called.prefix, room.local(op.name), op.name, made.ids) for op in tf_ops}
    inner: list[_Called] = []
    for place, op in enumerate(tf_ops):
        layer = layer_of(owners[place]) or room.layer
        found = list(called_by(op, attrs[op.name], room.func_graph))
        if found:
            paths[place] = made.tree.child(paths[place], ("call", op.name), call_group(op, found[0]))
            inner += _inner(op, found, paths[place], ids[op.name], layer, called, made)
        made.ops.append(
            Op(
                id=ids[op.name],
                type=op.type,
                path=paths[place],
                inputs=tuple((ids[tensor.op.name], tensor.value_index) for tensor in op.inputs),
                outputs=tuple(_tensor(tensor) for tensor in op.outputs),
                attrs=attributes(attrs[op.name]),
                layer=layer,
                variable=variables.get(op.name),
                source=source_of(op, owners[place], made.code),
                device=op.device or "",
                pair=ids.get(pairs.get(place, "")),
            )
        )
        made.controls += [(ids[source.name], ids[op.name]) for source in op.control_inputs]
    if called.call:
        made.bodies.append(_body(called, ids))
    return inner


def _inner(
    op: Any, found: list[Called], path: Path, op_id: str, layer: Layer | None, caller: _Called, made: _Made
) -> list[_Called]:
    """The functions an op calls, but for those that are being called already: a recursion is shown once."""
    inner = []
    for called in found:
        if called.name in caller.chain:
            continue
        inside = path
        prefix = f"{op_id}/"
        if called.role != "function":
            inside = made.tree.child(path, ("body", called.role), Group("", called.role, "body"))
            prefix = f"{op_id}/{called.role.replace(' ', '_')}/"
        room = Room(called.func_graph, inside, op.name, layer)
        chain = (*caller.chain, called.name)
        inner.append(_Called(room, prefix, op_id, called.role, first_input(op.type), chain))
    return inner


def _body(called: _Called, ids: Mapping[str, str]) -> Body:
    func_graph = called.room.func_graph
    return Body(
        call=called.call,
        role=called.role,
        group=called.room.path[-1],
        args=tuple(ids[tensor.op.name] for tensor in func_graph.inputs),
        results=tuple((ids[tensor.op.name], tensor.value_index) for tensor in func_graph.outputs),
        first_input=called.first_input,
    )


def _free_id(prefix: str, local: str, name: str, taken: set[str]) -> str:
    """An id for an op: its name inside its function after the function's place, made unique."""
    wanted = prefix + local
    if wanted in taken:
        wanted = prefix + name
    count, found = 1, wanted
    while found in taken:
        count += 1
        found = f"{wanted}#{count}"
    taken.add(found)
    return found


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


def _variables_by_placeholder(func_graph: Any, owners: Sequence[Call | None], of_model: bool) -> dict[str, Variable]:
    """The variable behind each captured handle, matched by the handle's identity.

    A Keras model counts only its layers' weights as parameters; a function counts every tf.Variable.
    """
    by_handle = {
        id(variable.handle): _tf_variable(variable, is_weight=not of_model) for variable in func_graph.variables
    }
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


def _tf_variable(variable: Any, *, is_weight: bool) -> Variable:
    shape = variable.shape
    sizes = None if shape.rank is None else tuple(shape.as_list())
    name = variable.name.partition(":")[0]
    parameters = (shape.num_elements() or 0) if is_weight else 0
    return Variable(name, sizes, variable.dtype.name, bool(variable.trainable), parameters)


def _keras_variable(variable: Any, *, is_weight: bool) -> Variable:
    sizes = tuple(variable.shape)
    parameters = (count_elements(sizes) or 0) if is_weight else 0
    return Variable(variable.path, sizes, str(variable.dtype), bool(variable.trainable), parameters)


def _place_variables(
    tf_ops: Sequence[Any], given: Sequence[Path], groups: Mapping[str, Group], variables: Mapping[str, Variable]
) -> list[Path]:
    """The paths, with each variable moved out of the name scope that happened to read it first.

    A layer's variable stands in the layer; an optimizer's or metric's in the group that holds all its readers.
    """
    paths = list(given)
    position = {op.name: place for place, op in enumerate(tf_ops)}
    for place, op in enumerate(tf_ops):
        path = paths[place]
        if op.name not in variables or not path:
            continue
        kind = groups[path[0]].kind
        if kind in ("optimizer", "metrics"):
            for reader in (reader for tensor in op.outputs for reader in tensor.consumers()):
                path = _common(path, paths[position[reader.name]]) or path[:1]
            paths[place] = path
        elif kind in ("model", "layer"):
            while groups[path[-1]].kind == "scope":
                path = path[:-1]
            paths[place] = path
    return paths


def _common(left: Path, right: Path) -> Path:
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return left[:length]


def _used_groups(made: _Made) -> dict[str, Any]:
    used = {group_id for op in made.ops for group_id in op.path}
    return {group_id: group for group_id, group in made.tree.groups.items() if group_id in used}


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

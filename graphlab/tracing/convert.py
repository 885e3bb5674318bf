"""A function as plain data, and what was recorded while it was traced, become a Graph."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import tensorflow as tf

from graphlab.graph import Body, Graph, Group, JsonValue, Layer, Op, Source, Variable, build_graph
from graphlab.tracing.attributes import attributes
from graphlab.tracing.bodies import IN_PLACE, Called, call_group, called_by, elements, first_input
from graphlab.tracing.groups import Path, Room, Tree, layer_of, mirror, place_ops
from graphlab.tracing.lines import Code, note_code, source_of
from graphlab.tracing.pairs import Pairs, Place, pairs_of
from graphlab.tracing.raw import End, RawFunction, RawOp, live_function
from graphlab.tracing.record import Call, Recording
from graphlab.tracing.specs import part_names
from graphlab.tracing.updates import Trained, place_updates, trained
from graphlab.tracing.variables import captured_variables, note_captured, place_variables

MOST_OPS = 300_000  # with those of the functions that are called ...
MOST_CALLS = 10_000  # ... which are not opened any more after so many of them
MOST_NESTED = 60  # functions inside each other


@dataclass(frozen=True)
class About:
    """What a graph is called, and the words for its arguments and results (by position; may be shorter)."""

    name: str
    kind: str
    input_names: Sequence[str] = ()
    output_names: Sequence[str] = ()


def to_graph(function: Any, recording: Recording, about: About) -> Graph:
    """The Graph of a tf ConcreteFunction and of the functions its ops call: every op and edge that they hold."""
    func_graph = function.graph
    of_model = about.kind in ("forward", "train_step")
    with _no_collections():
        raw = live_function(func_graph)
        owners = recording.owner_of(func_graph, len(raw.ops))
        variables = captured_variables(func_graph, owners, of_model=of_model)
        graph = raw_to_graph(raw, variables, recording, name=about.name, kind=about.kind, **_ends(function, about))
    return note_captured(graph, func_graph)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep Python from looking for garbage: there is none in a graph, and each look walks through the whole model."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def raw_to_graph(
    raw: RawFunction, variables: Mapping[str, Variable], recording: Recording, **attributes_of_graph: Any
) -> Graph:
    """The Graph of a function and of those that its ops call; `variables` are those behind its ops, by their names.

    The other attributes (name, kind, inputs, outputs, names, notes ...) are the Graph's as they are.
    """
    return finish(gather(raw, variables, recording), **attributes_of_graph)


@dataclass
class Gathered:
    """A graph while it is put together, function by function.

    `raw` tells each op's function and the op as it was there. `closed` are calls whose functions are not shown: there
    are too many, or they are too deep in each other.
    """

    recording: Recording
    variables: Mapping[str, Variable]
    names: Trained
    pairs: Pairs
    tree: Tree = field(default_factory=Tree)
    ops: list[Op] = field(default_factory=list)
    controls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    code: Code = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    raw: dict[str, tuple[RawFunction, RawOp]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


def gather(raw: RawFunction, variables: Mapping[str, Variable], recording: Recording) -> Gathered:
    """All ops of a function and of those that its ops call, each in its place."""
    made = Gathered(recording, variables, trained(variables, recording.models()), pairs_of(recording))
    rooms = [_Called(raw, Room(raw.key), handles=variables)]
    while rooms:
        called = rooms.pop(0)
        if called.call and _is_too_much(called, made):
            made.closed.append(called.call)
        else:
            rooms += _convert(called, made)
    for group in made.tree.groups.values():
        if group.source:
            note_code(group.source, made.code)
    return made


def _is_too_much(called: _Called, made: Gathered) -> bool:
    many = len(made.ops) + len(called.function.ops) > MOST_OPS or len(made.bodies) > MOST_CALLS
    return many or len(called.chain) > MOST_NESTED


def finish(made: Gathered, **attributes_of_graph: Any) -> Graph:
    """The Graph of what was gathered."""
    return build_graph(
        made.ops,
        made.controls,
        groups=_used_groups(made),
        bodies=made.bodies,
        code=made.code,
        versions={name: version(name) for name in ("tensorflow", "keras")},
        **attributes_of_graph,
    )


@dataclass(frozen=True)
class _Called:
    """A function to convert: its room, how its ops' ids start, the op that calls it, and the calls around that one.

    `handles` are the variables behind its arguments. `forward` is the call whose gradient the call around it computes.
    """

    function: RawFunction
    room: Room
    prefix: str = ""
    call: str = ""
    role: str = ""
    first_input: int = 0
    elements: int = 0
    chain: tuple[str, ...] = ()
    handles: Mapping[str, Variable] = field(default_factory=dict)
    forward: str | None = None


def _convert(called: _Called, made: Gathered) -> list[_Called]:
    """Add a function's ops to what is made; returns the functions that they call."""
    function, room = called.function, called.room
    owners = made.recording.owner_of(function.key, len(function.ops))
    here = made.pairs.here(function)
    paths = place_ops(made.tree, room, function.ops, owners, here, made.names.models)
    variables = {} if called.call else made.variables
    paths = place_variables(function.ops, paths, made.tree.groups, variables)
    paths = place_updates(made.tree, room.path, function.ops, paths, called.handles, made.names)
    arguments = set(function.args) if called.call else set()
    if arguments:
        # An argument is named after the caller's tensor; the scopes in that name are the caller's too.
        paths = [room.path if op.name in arguments else path for op, path in zip(function.ops, paths, strict=True)]
    ids = {op.name: _free_id(called.prefix, room.local(op.name), op.name, made.ids) for op in function.ops}
    if called.call:
        made.pairs.remember(function.key, Place(called.call, called.role, len(room.path)), ids, paths)
    inner: list[_Called] = []
    for place, op in enumerate(function.ops):
        pair = ids.get(here.get(place, ""))
        if called.call and place not in here and op.name not in arguments:
            pair = made.pairs.elsewhere(function, place, called.forward, called.role)
            paths[place] = mirror(made.tree, room.path, made.pairs.inside[pair]) if pair else paths[place]
        layer = layer_of(owners[place]) or room.layer
        found = list(called_by(op, function.find))
        if found:
            paths[place] = made.tree.child(paths[place], ("call", op.name), call_group(op, found[0]))
            inner += _inner(op, found, paths[place], ids[op.name], layer, called, made, pair)
        made.ops.append(
            Op(
                id=ids[op.name],
                type=op.type,
                path=paths[place],
                inputs=tuple((ids[name], port) for name, port in op.inputs),
                outputs=op.outputs,
                attrs=attributes(op.attrs),
                layer=layer,
                variable=variables.get(op.name),
                source=_source(op, owners[place], made.code),
                device=op.device,
                pair=pair,
                problem=op.problem,
            )
        )
        made.raw[ids[op.name]] = function, op
        made.controls += [(ids[name], ids[op.name]) for name in op.controls]
    if called.call:
        made.bodies.append(_body(called, ids))
    return inner


def _inner(
    op: RawOp,
    found: list[Called],
    path: Path,
    op_id: str,
    layer: Layer | None,
    caller: _Called,
    made: Gathered,
    pair: str | None,
) -> list[_Called]:
    """The functions an op calls, but for those that are being called already: a recursion is shown once."""
    inner = []
    for called in found:
        if called.name in caller.chain:
            continue
        inside = path
        prefix = f"{op_id}/"
        if called.role not in IN_PLACE:
            inside = made.tree.child(path, ("body", called.role), Group("", called.role, "body"))
            prefix = f"{op_id}/{called.role.replace(' ', '_')}/"
        room = Room(called.function.key, inside, op.name, layer)
        chain = (*caller.chain, called.name)
        first, taken = first_input(op, called.role), elements(op, called)
        handles = _handles(called.function.args[taken:], op.inputs[first:], caller.handles)
        inner.append(_Called(called.function, room, prefix, op_id, called.role, first, taken, chain, handles, pair))
    return inner


def _handles(args: Sequence[str], inputs: Sequence[End], handles: Mapping[str, Variable]) -> dict[str, Variable]:
    """The variables behind a called function's arguments."""
    return {arg: handles[name] for arg, (name, _) in zip(args, inputs, strict=False) if name in handles}


def _body(called: _Called, ids: Mapping[str, str]) -> Body:
    return Body(
        call=called.call,
        role=called.role,
        group=called.room.path[-1],
        args=tuple(ids[name] for name in called.function.args),
        results=tuple((ids[name], port) for name, port in called.function.results),
        first_input=called.first_input,
        elements=called.elements,
    )


def _source(op: RawOp, owner: Call | None, code: Code) -> Source | None:
    if op.source is None:
        return source_of(op.live, owner, code)
    note_code(op.source, code)
    return op.source


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


def _used_groups(made: Gathered) -> dict[str, Any]:
    used = {group_id for op in made.ops for group_id in op.path}
    return {group_id: group for group_id, group in made.tree.groups.items() if group_id in used}


def _ends(function: Any, about: About) -> dict[str, JsonValue]:
    """The ops that stand for arguments and results, and what people call them."""
    func_graph = function.graph
    captured = {placeholder.op.name for _, placeholder in func_graph.captures}
    inputs = [tensor.op.name for tensor in func_graph.inputs if tensor.op.name not in captured]
    outputs = [tensor.op.name for tensor in func_graph.outputs]
    names = dict(zip(inputs, about.input_names or _composite_names(function, inputs), strict=False))
    names |= dict(zip(outputs, about.output_names or _output_names(function), strict=False))
    return {"inputs": inputs, "outputs": list(dict.fromkeys(outputs)), "names": names}


def _composite_names(function: Any, inputs: Sequence[str]) -> list[str]:
    """What the inputs are called where one of them is ragged or sparse: the tensors of it after the first of them."""
    specs = [spec for spec in tf.nest.flatten(function.structured_input_signature) if isinstance(spec, tf.TypeSpec)]
    found: list[str] = []
    for spec in specs:
        if len(found) < len(inputs):
            found += part_names(spec, inputs[len(found)])
    return found if len(found) > len(specs) else []


def _output_names(function: Any) -> list[str]:
    """Names of a function's results: the keys of a dict it returns, else numbers where there are several."""
    structure = function.structured_outputs
    if isinstance(structure, dict) and len(structure) == len(function.graph.outputs):
        return [str(key) for key in sorted(structure)]
    count = len(function.graph.outputs)
    return ["output"] if count == 1 else [f"output {place}" for place in range(1, count + 1)]

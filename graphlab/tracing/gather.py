"""The ops of a function as plain data and of those that they call, each in its place among the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from graphlab.graph import Body, Graph, GraphFacts, Group, Op, Source, Variable, build_graph
from graphlab.tracing.attributes import attributes
from graphlab.tracing.bodies import IN_PLACE, Called, call_group, called_by, elements, first_input
from graphlab.tracing.grouping.gradient_pairs import Pairs, Place, pairs_of
from graphlab.tracing.grouping.placement import Room, layer_of, mirror, place_ops
from graphlab.tracing.grouping.settled import place_sums
from graphlab.tracing.grouping.tree import Path, Tree
from graphlab.tracing.grouping.updates import Trained, place_updates, trained
from graphlab.tracing.grouping.variables import place_variables
from graphlab.tracing.lines import Code, note_code, source_of
from graphlab.tracing.models.record import Call, Recording
from graphlab.tracing.raw import End, RawFunction, RawOp

MOST_OPS = 300_000  # with those of the functions that are called ...
MOST_CALLS = 10_000  # ... which are not opened any more after so many of them
MOST_NESTED = 60  # functions inside each other


@dataclass
class Gathered:
    """A graph while it is put together, function by function.

    `raw` tells each op's function and the op as it was there. `closed` are calls whose functions are not shown: there
    are too many, or they are too deep in each other. `words` are what the user calls the values of loops, by op id.
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
    words: dict[str, str] = field(default_factory=dict)


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
    made.ops = place_sums(made.tree.groups, made.ops, {body.call for body in made.bodies})
    for group in made.tree.groups.values():
        if group.source:
            note_code(group.source, made.code)
    return made


def _is_too_much(called: _Called, made: Gathered) -> bool:
    many = len(made.ops) + len(called.function.ops) > MOST_OPS or len(made.bodies) > MOST_CALLS
    return many or len(called.chain) > MOST_NESTED


def finish(made: Gathered, facts: GraphFacts) -> Graph:
    """The Graph of what was gathered; `facts` are what else is known of it."""
    facts = replace(
        facts,
        groups=_used_groups(made),
        bodies=tuple(made.bodies),
        code=made.code,
        names={**made.words, **facts.names},
        versions={name: version(name) for name in ("tensorflow", "keras")},
    )
    return build_graph(made.ops, made.controls, facts)


def _used_groups(made: Gathered) -> dict[str, Group]:
    used = {group_id for op in made.ops for group_id in op.path}
    return {group_id: group for group_id, group in made.tree.groups.items() if group_id in used}


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


@dataclass(frozen=True)
class _Placed:
    """A called function's ops before they are added: who made each, its groups and its id, and what was noted of it.

    `pairs` maps an op's position to the name of its forward op in the same function. `arguments` are the ops that stand
    for what the caller hands in.
    """

    called: _Called
    owners: list[Call | None]
    pairs: Mapping[int, str]
    paths: list[Path]
    ids: Mapping[str, str]
    variables: Mapping[str, Variable]
    arguments: frozenset[str]


def _convert(called: _Called, made: Gathered) -> list[_Called]:
    """Add a function's ops to what is made; returns the functions that they call."""
    placed = _place(called, made)
    inner: list[_Called] = []
    for place, op in enumerate(called.function.ops):
        inner += _add(place, op, placed, made)
    words = made.recording.words.get(called.function.key, {})
    made.words |= {placed.ids[name]: word for name, word in words.items() if name in placed.arguments}
    if called.call:
        made.bodies.append(_body(called, placed.ids))
    return inner


def _place(called: _Called, made: Gathered) -> _Placed:
    """The groups and ids of a function's ops."""
    function, room = called.function, called.room
    owners = made.recording.owner_of(function.key, len(function.ops))
    pairs = made.pairs.here(function)
    variables = {} if called.call else made.variables
    arguments = frozenset(function.args if called.call else ())
    paths = place_ops(made.tree, room, function.ops, owners, pairs, made.names.models)
    paths = place_variables(function.ops, paths, made.tree.groups, variables)
    paths = place_updates(made.tree, room.path, function.ops, paths, called.handles, made.names)
    if arguments:
        # An argument is named after the caller's tensor; the scopes in that name are the caller's too.
        paths = [room.path if op.name in arguments else path for op, path in zip(function.ops, paths, strict=True)]
    ids = {op.name: _free_id(called.prefix, room.local(op.name), op.name, made.ids) for op in function.ops}
    if called.call:
        made.pairs.remember(function.key, Place(called.call, called.role, len(room.path)), ids, paths)
    return _Placed(called, owners, pairs, paths, ids, variables, arguments)


def _add(place: int, op: RawOp, placed: _Placed, made: Gathered) -> list[_Called]:
    """Add one op; returns the functions that it calls."""
    called, ids = placed.called, placed.ids
    owner = placed.owners[place]
    pair, path = _paired(place, op, placed, made)
    layer = layer_of(owner) or called.room.layer
    found = list(called_by(op, called.function.find))
    if found:
        path = made.tree.child(path, ("call", op.name), call_group(op, found[0]))
    made.ops.append(
        Op(
            id=ids[op.name],
            type=op.type,
            path=path,
            inputs=tuple((ids[name], port) for name, port in op.inputs),
            outputs=op.outputs,
            attrs=attributes(op.attrs),
            layer=layer,
            variable=placed.variables.get(op.name),
            source=_source(op, owner, made.code),
            device=op.device,
            pair=pair,
            problem=op.problem,
        )
    )
    made.raw[ids[op.name]] = called.function, op
    made.controls += [(ids[name], ids[op.name]) for name in op.controls]
    return _inner(op, found, made.ops[-1], called, made)


def _paired(place: int, op: RawOp, placed: _Placed, made: Gathered) -> tuple[str | None, Path]:
    """The id of an op's forward op and the op's groups: a pair in another function has a mirror of its groups here."""
    called, path = placed.called, placed.paths[place]
    if not called.call or place in placed.pairs or op.name in placed.arguments:
        return placed.ids.get(placed.pairs.get(place, "")), path
    pair = made.pairs.elsewhere(called.function, place, called.forward, called.role)
    return pair, mirror(made.tree, called.room.path, made.pairs.inside[pair]) if pair else path


def _inner(op: RawOp, found: list[Called], added: Op, caller: _Called, made: Gathered) -> list[_Called]:
    """The functions an op calls, but for those that are being called already: a recursion is shown once."""
    inner = []
    for called in found:
        if called.name in caller.chain:
            continue
        inside = added.path
        prefix = f"{added.id}/"
        if called.role not in IN_PLACE:
            inside = made.tree.child(added.path, ("body", called.role), Group("", called.role, "body"))
            prefix = f"{added.id}/{called.role.replace(' ', '_')}/"
        room = Room(called.function.key, inside, op.name, added.layer)
        chain = (*caller.chain, called.name)
        first, taken = first_input(op, called.role), elements(op, called)
        handles = _handles(called.function.args[taken:], op.inputs[first:], caller.handles)
        inner.append(
            _Called(called.function, room, prefix, added.id, called.role, first, taken, chain, handles, added.pair)
        )
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

"""The ops of a function and of those that it calls as plain data, each at its place among the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from graphlab.graph import Body, Graph, GraphFacts, Group, Op, Source, Variable, build_graph
from graphlab.graph.assembly import IN_PLACE, CallSite, Limits, assemble
from graphlab.graph.free_names import Names
from graphlab.tracing.attributes import attributes
from graphlab.tracing.bodies import CalledFunction, call_group, called_by, elements, first_input
from graphlab.tracing.grouping.final_moves import place_sums
from graphlab.tracing.grouping.gradient_pairs import BodyPosition, GradientPairs, pairs_of
from graphlab.tracing.grouping.placement import Room, layer_of, mirror, place_ops
from graphlab.tracing.grouping.tree import Path, Tree
from graphlab.tracing.grouping.updates import Trained, place_updates, trained
from graphlab.tracing.grouping.variables import place_variables
from graphlab.tracing.lines import Code, note_code, source_of
from graphlab.tracing.models.record import LayerCall, Recording
from graphlab.tracing.raw import End, RawFunction, RawOp

LIMITS = Limits(ops=300_000, calls=10_000, nested=60)


@dataclass(frozen=True)
class FunctionSite:
    """A function in one place where it is called, and the ids that its ops have there, by their names."""

    function: RawFunction
    ids: Mapping[str, str]


@dataclass
class Gathered:
    """A graph under construction, function by function.

    `sites` holds, by the call's id and the part that the function plays, each function and the ids of its ops by
    their names; the outermost one is at ("", ""). `raw` tells each op's function and the op as it was there.
    `closed` are calls whose functions are not shown: there are too many, or they are too deep in each other. `words`
    are what the user calls the values of loops, by op id.
    """

    recording: Recording
    variables: Mapping[str, Variable]
    names: Trained
    pairs: GradientPairs
    tree: Tree = field(default_factory=Tree)
    ops: list[Op] = field(default_factory=list)
    controls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    code: Code = field(default_factory=dict)
    ids: Names = field(default_factory=Names)
    sites: dict[tuple[str, str], FunctionSite] = field(default_factory=dict)
    raw: dict[str, tuple[RawFunction, RawOp]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


def gather(raw: RawFunction, variables: Mapping[str, Variable], recording: Recording) -> Gathered:
    """All ops of a function and of those that its ops call, each at its place."""
    draft = Gathered(recording, variables, trained(variables, recording.models()), pairs_of(recording))
    main = CallSite(_Called(raw, Room(raw.key), variables))
    draft.closed = assemble(main, lambda site: _convert(site, draft), LIMITS)
    draft.ops = place_sums(draft.tree.groups, draft.ops, {body.call for body in draft.bodies})
    for group in draft.tree.groups.values():
        if group.source:
            note_code(group.source, draft.code)
    return draft


def finish(draft: Gathered, facts: GraphFacts) -> Graph:
    """The finished Graph; `facts` are the other facts about it."""
    facts = replace(
        facts,
        groups=_used_groups(draft),
        bodies=tuple(draft.bodies),
        code=draft.code,
        names={**draft.words, **facts.names},
        versions={name: version(name) for name in ("tensorflow", "keras")},
    )
    return build_graph(draft.ops, draft.controls, facts)


def _used_groups(draft: Gathered) -> dict[str, Group]:
    used = {group_id for op in draft.ops for group_id in op.path}
    return {group_id: group for group_id, group in draft.tree.groups.items() if group_id in used}


@dataclass(frozen=True)
class _Called:
    """A function to convert, its room, and the variables behind its arguments.

    `forward` is the call whose gradient the enclosing call computes.
    """

    function: RawFunction
    room: Room
    handles: Mapping[str, Variable]
    forward: str | None = None

    @property
    def ops(self) -> Sequence[RawOp]:
        """The function's ops."""
        return self.function.ops


@dataclass(frozen=True)
class _Placed:
    """A called function's ops before they are added: their calls, groups, ids and recorded details.

    `pairs` maps an op's position to the name of its forward op in the same function. `arguments` are the ops for the
    values that the caller passes in.
    """

    site: CallSite[_Called]
    owners: list[LayerCall | None]
    pairs: Mapping[int, str]
    paths: list[Path]
    ids: Mapping[str, str]
    variables: Mapping[str, Variable]
    arguments: frozenset[str]


def _convert(site: CallSite[_Called], draft: Gathered) -> list[CallSite[_Called]]:
    """Add a function's ops to the graph, and return the functions that they call."""
    placed, function = _place_function(site, draft), site.function.function
    draft.sites[site.call, site.role] = FunctionSite(function, placed.ids)
    inner: list[CallSite[_Called]] = []
    for position, op in enumerate(function.ops):
        inner += _add(position, op, placed, draft)
    words = draft.recording.words.get(function.key, {})
    draft.words |= {placed.ids[name]: word for name, word in words.items() if name in placed.arguments}
    if site.call:
        args = tuple(placed.ids[name] for name in function.args)
        results = tuple((placed.ids[name], port) for name, port in function.results)
        draft.bodies.append(site.body(args, results))
    return inner


def _place_function(site: CallSite[_Called], draft: Gathered) -> _Placed:
    """The groups and ids of a function's ops."""
    function, room = site.function.function, site.function.room
    owners = draft.recording.owner_of(function.key, len(function.ops))
    pairs = draft.pairs.here(function)
    variables = {} if site.call else draft.variables
    arguments = frozenset(function.args if site.call else ())
    paths = place_ops(draft.tree, room, function.ops, owners, pairs, draft.names.models)
    paths = place_variables(function.ops, paths, draft.tree.groups, variables)
    paths = place_updates(draft.tree, room.path, function.ops, paths, site.function.handles, draft.names)
    if arguments:
        # An argument is named after the caller's tensor, so the scopes in its name are the caller's too.
        paths = [room.path if op.name in arguments else path for op, path in zip(function.ops, paths, strict=True)]
    ids = {op.name: _free_id(site.prefix, room.local(op.name), op.name, draft.ids) for op in function.ops}
    if site.call:
        draft.pairs.remember(function.key, BodyPosition(site.call, site.role, len(room.path)), ids, paths)
    return _Placed(site, owners, pairs, paths, ids, variables, arguments)


def _add(position: int, op: RawOp, placed: _Placed, draft: Gathered) -> list[CallSite[_Called]]:
    """Add one op, and return the functions that it calls."""
    called, ids = placed.site.function, placed.ids
    owner = placed.owners[position]
    pair, path = _paired(position, op, placed, draft)
    layer = layer_of(owner) or called.room.layer
    callees = list(called_by(op, called.function.find))
    if callees:
        path = draft.tree.child(path, ("call", op.name), call_group(op, callees[0]))
    draft.ops.append(
        Op(
            id=ids[op.name],
            type=op.type,
            path=path,
            inputs=tuple((ids[name], port) for name, port in op.inputs),
            outputs=op.outputs,
            attrs=attributes(op.attrs),
            layer=layer,
            variable=placed.variables.get(op.name),
            source=_source(op, owner, draft.code),
            device=op.device,
            pair=pair,
            problem=op.problem,
        )
    )
    draft.raw[ids[op.name]] = called.function, op
    draft.controls += [(ids[name], ids[op.name]) for name in op.controls]
    return _inner(op, callees, draft.ops[-1], placed.site, draft)


def _paired(position: int, op: RawOp, placed: _Placed, draft: Gathered) -> tuple[str | None, Path]:
    """The id of an op's forward op and the op's groups. A pair in another function gets a mirror of its groups here."""
    site, path = placed.site, placed.paths[position]
    if not site.call or position in placed.pairs or op.name in placed.arguments:
        return placed.ids.get(placed.pairs.get(position, "")), path
    pair = draft.pairs.elsewhere(site.function.function, position, site.function.forward, site.role)
    return pair, mirror(draft.tree, site.path, draft.pairs.inside[pair]) if pair else path


def _inner(
    op: RawOp, callees: list[CalledFunction], added: Op, caller: CallSite[_Called], draft: Gathered
) -> list[CallSite[_Called]]:
    """The functions that an op calls, without those already being called: a recursion is shown once."""
    inner = []
    for called in callees:
        if called.name in caller.chain:
            continue
        path = added.path
        if called.role not in IN_PLACE:
            path = draft.tree.child(path, ("body", called.role), Group("", called.role, "body"))
        room = Room(called.function.key, path, op.name, added.layer)
        first, element_count = first_input(op, called.role), elements(op, called)
        handles = _handles(called.function.args[element_count:], op.inputs[first:], caller.function.handles)
        function = _Called(called.function, room, handles, added.pair)
        inner.append(
            caller.inner(
                function, called.name, called.role, call=added.id, path=path, first_input=first, elements=element_count
            )
        )
    return inner


def _handles(args: Sequence[str], inputs: Sequence[End], handles: Mapping[str, Variable]) -> dict[str, Variable]:
    """The variables behind a called function's arguments."""
    return {arg: handles[name] for arg, (name, _) in zip(args, inputs, strict=False) if name in handles}


def _source(op: RawOp, owner: LayerCall | None, code: Code) -> Source | None:
    if op.source is None:
        return source_of(op.live, owner, code)
    note_code(op.source, code)
    return op.source


def _free_id(prefix: str, local: str, name: str, ids: Names) -> str:
    """An id for an op: the function's place, then the op's name inside its function, made unique."""
    return ids.free(prefix + (name if prefix + local in ids else local))

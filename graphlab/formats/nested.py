"""Combines the graphs of a file into one Graph, with each called body in the place of its call.

Independent of the format: a reader passes in Parts.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphlab.formats.tensor_text import UNKNOWN
from graphlab.graph import Body, Graph, GraphFacts, Group, Op, assembly, build_graph
from graphlab.graph.assembly import CallSite, Limits
from graphlab.graph.free_names import Names, free_id

End = tuple[str, int]  # an op's id and its output port
Scope = ChainMap[str, End]  # the values that ops may read by name: the op's id and its number of outputs
MOST_OPS = 100_000  # a body is repeated at each call; once the graph has this many ops, further bodies are omitted
MOST_CALLS_DEEP = 32
TOO_LARGE = "Some function bodies are omitted because the graph would be too large."
FIRST_INPUTS = {"function": 0, "condition": 0, "body": 0}  # by role; a conditional passes on all inputs but its first
MOST_SCOPES = 16  # leading labels of a name that become groups; deeper ops stay in the innermost of them


@dataclass(frozen=True)
class FunctionCall:
    """A part that an op calls. `role` is that of a graph.Body, `part` a key of the parts."""

    role: str
    part: str


@dataclass(frozen=True)
class FileGraph:
    """One graph of a file. The ids, inputs and pairs of its ops are those of this part; their `path` contains labels.

    `args` are the ops for the values that a call passes in, `results` the values that it returns, `calls` the calls of
    its ops, and `weights` the location of variable values. An input that no op makes has the port -1. The ops of a part
    with `sees_around` also read ops around the call. `first_input` is the first port passed to a call, None if it
    follows from the role.
    """

    ops: Sequence[Op]
    args: tuple[str, ...] = ()
    results: tuple[End, ...] = ()
    calls: Mapping[str, tuple[FunctionCall, ...]] = field(default_factory=dict)
    controls: Sequence[tuple[str, str]] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
    sees_around: bool = False
    first_input: int | None = None


def assemble(parts: Mapping[str, FileGraph], main: str, facts: GraphFacts) -> Graph:
    """The Graph of the part `main` and of the parts that its ops call. A recursive body is shown once.

    An input that no op makes is left out and reported as a problem of the op.
    """
    draft = _Draft(parts)
    limits = Limits(ops=MOST_OPS, calls=MOST_OPS, nested=MOST_CALLS_DEEP)
    closed = assembly.assemble(CallSite(_Called(parts[main]), (main,)), lambda site: _add(site, draft), limits)
    facts = replace(
        facts,
        groups=draft.groups,
        bodies=tuple(draft.bodies),
        notes=(*facts.notes, *([TOO_LARGE] if closed else [])),
        weights={**draft.weights, **facts.weights},
    )
    return build_graph(draft.ops, draft.controls, facts)


def result_ops(part: FileGraph, output_names: Sequence[str]) -> list[Op]:
    """An op for each result of a part that is called from outside, with these names if they are free."""
    names = Names()
    for op in part.ops:
        names.free(op.id)
    outputs = {op.id: op.outputs for op in part.ops}
    ops = []
    for name, (op_id, port) in zip(output_names, part.results, strict=True):
        tensors = outputs.get(op_id, ())
        tensor = tensors[port] if 0 <= port < len(tensors) else UNKNOWN
        ops.append(Op(names.free(name), "Identity", inputs=((op_id, port),), outputs=(tensor,)))
    return ops


@dataclass
class _Draft:
    """A graph under construction."""

    parts: Mapping[str, FileGraph]
    ops: list[Op] = field(default_factory=list)
    controls: list[tuple[str, str]] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    weights: dict[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)


@dataclass(frozen=True)
class _Called:
    """A part, and the ops around it that its own ops may read."""

    part: FileGraph
    around: Scope = field(default_factory=ChainMap)

    @property
    def ops(self) -> Sequence[Op]:
        """The part's ops."""
        return self.part.ops


def _add(site: CallSite[_Called], draft: _Draft) -> list[CallSite[_Called]]:
    """Add a part's ops to the graph, and return the parts that they call, each with its place."""
    part = site.function.part
    ids = {op.id: draft.names.free(site.prefix + op.id) for op in part.ops}
    scope = site.function.around.new_child({op.id: (ids[op.id], len(op.outputs)) for op in part.ops})
    inner: list[CallSite[_Called]] = []
    for op in part.ops:
        path = _groups(site.path, op.path, draft)
        inputs, missing = _inputs(op, scope)
        calls = _allowed(op, bool(inputs), site, draft)
        if calls:
            path = _call_group(path, op, calls[0], draft)
            alone = len(calls) == 1 and calls[0].role == "function"
            inside = [path if alone else _new_group(path, Group("", call.role, "body"), draft) for call in calls]
            inner += [
                _inner(call, inner_path, ids[op.id], site, scope, draft)
                for call, inner_path in zip(calls, inside, strict=True)
            ]
        draft.ops.append(
            replace(
                op,
                id=ids[op.id],
                path=path,
                inputs=inputs,
                pair=ids.get(op.pair or ""),
                problem=op.problem or _problem(missing),
            )
        )
    draft.controls += [(ids[src], ids[dst]) for src, dst in part.controls if src in ids and dst in ids]
    draft.weights.update({ids[op_id]: where for op_id, where in part.weights.items()})
    if site.call:
        args = tuple(ids[name] for name in part.args if scope.get(name, ("", 0))[1])
        results = tuple((scope[name][0], port) for name, port in part.results if _makes(scope, name, port))
        draft.bodies.append(site.body(args, results))
    return inner


def _allowed(op: Op, takes: bool, site: CallSite[_Called], draft: _Draft) -> list[FunctionCall]:
    """The calls of an op whose parts exist and are not already being called.

    A conditional or loop without inputs is invalid, so its bodies are left out.
    """
    calls = site.function.part.calls.get(op.id, ())
    allowed_calls = [call for call in calls if call.part in draft.parts and call.part not in site.chain]
    return [] if allowed_calls and not takes and allowed_calls[0].role != "function" else allowed_calls


def _call_group(path: tuple[str, ...], op: Op, call: FunctionCall, draft: _Draft) -> tuple[str, ...]:
    """The group that contains what an op calls, named after the function, loop or conditional."""
    kind = {"function": "function", "condition": "loop", "body": "loop"}.get(call.role, "conditional")
    name = call.part if kind == "function" else op.id
    return _new_group(path, Group("", name.rstrip("/").rpartition("/")[2] or op.type, kind, op.type), draft)


def _inner(
    call: FunctionCall, path: tuple[str, ...], op_id: str, site: CallSite[_Called], scope: Scope, draft: _Draft
) -> CallSite[_Called]:
    part = draft.parts[call.part]
    called = _Called(part, scope if part.sees_around else ChainMap())
    first_input = FIRST_INPUTS.get(call.role, 1) if part.first_input is None else part.first_input
    return site.inner(called, call.part, call.role, call=op_id, path=path, first_input=first_input)


def _inputs(op: Op, scope: Scope) -> tuple[tuple[End, ...], list[str]]:
    """The op's inputs by the graph's ids, and the names of inputs that no op makes."""
    ends: list[End] = []
    missing: list[str] = []
    for name, port in op.inputs:
        if _makes(scope, name, port):
            ends.append((scope[name][0], port))
        else:
            missing.append(name)
    return tuple(ends), missing


def _makes(scope: Scope, name: str, port: int) -> bool:
    return name in scope and 0 <= port < scope[name][1]


def _problem(missing: list[str]) -> str:
    names = ", ".join(repr(name[:80]) for name in missing[:3])
    return f"It reads {names}, which nothing in the file produces." if missing else ""


def _groups(path: tuple[str, ...], labels: Sequence[str], draft: _Draft) -> tuple[str, ...]:
    """The path of the groups with these labels inside `path`; equal labels give the same groups."""
    for label in labels:
        group_id = f"{path[-1] if path else ''}{label.replace('/', '.')}/"
        draft.groups.setdefault(group_id, Group(group_id, label))
        path = (*path, group_id)
    return path


def _new_group(path: tuple[str, ...], group: Group, draft: _Draft) -> tuple[str, ...]:
    """The path of a new group inside `path`."""
    group_id = free_id(f"{path[-1] if path else ''}{group.label.replace('/', '.')}/", draft.groups)
    draft.groups[group_id] = replace(group, id=group_id)
    return (*path, group_id)


def scopes(name: str, op_names: frozenset[str]) -> tuple[str, ...]:
    """The labels of the groups that a name's scopes make; a scope that is also an op makes no group."""
    labels: list[str] = []
    end = name.find("/", 1)
    start = 1 if name.startswith("/") else 0
    while end != -1 and len(labels) < MOST_SCOPES:
        if name[:end] not in op_names and end > start:
            labels.append(name[start:end])
        start, end = end + 1, name.find("/", end + 1)
    return tuple(labels)

"""The op graph with the borders of called functions, against which a view is checked. Independent of views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphlab.graph import Body, Graph, Op

End = tuple[str, int]
SHAPES = frozenset({"Shape", "ShapeN", "Size", "Rank", "BroadcastGradientArgs", "BroadcastArgs"})
EMPTY = frozenset({"EmptyTensorList", "TensorListReserve"})
WRITES = ("Assign", "Apply", "SparseApply", "ResourceApply", "ResourceSparseApply", "ResourceScatter")
LOOP, FUNCTION, CONDITIONAL, STAGE, PASSING = "loop", "function", "conditional", "stage", "passing"


@dataclass(frozen=True)
class Edge:
    """What an op reads: of these ops' values one, or of a loop's any; `port` is the reader's, None at a border.

    `late` are those of the sources that end a round of a loop: the quiet view shows what leaves a loop at the value
    that the loop carries.
    """

    sources: tuple[str, ...]
    reader: str
    port: int | None
    late: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Flow:
    """The edges that carry values, those from a loop's last op back to its first, and what has no value of its own.

    `bare` are the ops whose values follow from constants, shapes and random seeds alone, `dead` those that nothing
    needs. `calls` tells what each calling op is.
    """

    graph: Graph
    edges: tuple[Edge, ...]
    back: tuple[tuple[str, str], ...]
    bare: frozenset[str]
    dead: frozenset[str]
    calls: dict[str, str] = field(default_factory=dict)

    def is_plumbing(self, source: str, reader: str) -> bool:
        """Whether an edge carries nothing that a reader of the quiet view misses."""
        return source in self.bare or reader in self.bare or reader in self.dead


def flow_of(graph: Graph) -> Flow:
    """The flow of a graph."""
    bodies: dict[str, list[Body]] = defaultdict(list)
    for body in graph.bodies:
        bodies[body.call].append(body)
    calls = {call: _kind(found) for call, found in bodies.items()}
    calls |= {op.id: PASSING for op in graph.ops() if op.type == "IdentityN" and op.id not in graph.output_ids}
    ends = _Ends(graph, bodies, calls)
    edges = [*ends.between_ops(), *ends.over_borders()]
    back = [
        (source, argument) for call, kind in calls.items() if kind == LOOP for argument, source in ends.rounds(call)
    ]
    return Flow(graph, tuple(edges), tuple(back), _bare(graph, edges), _dead(graph, edges, back), calls)


def _kind(bodies: list[Body]) -> str:
    roles = {body.role.partition(" ")[0] for body in bodies}
    if "body" in roles:
        return LOOP
    if roles == {"function"}:
        return FUNCTION
    return CONDITIONAL if roles <= {"then", "else", "branch"} else STAGE


class _Ends:
    """Which ops make the value at an end, past the calls that only hand it on."""

    def __init__(self, graph: Graph, bodies: dict[str, list[Body]], calls: dict[str, str]) -> None:
        self._graph, self._bodies, self._calls = graph, bodies, calls

    def edge(self, ends: Sequence[End], reader: str, port: int | None) -> Edge:
        """What an op reads at these ends."""
        found: dict[str, bool] = {}
        for end in ends:
            found |= {maker: late and found.get(maker, True) for maker, late in self.makers(end)}
        late = frozenset(maker for maker, is_late in found.items() if is_late)
        return Edge(tuple(found), reader, port, late if len(late) < len(found) else frozenset())

    def makers(self, end: End) -> Iterator[tuple[str, bool]]:
        """The ops whose value an end is, and whether they end an iteration of a loop.

        That is what a function returns; of a loop's value the one that it carries, the last and the first one.
        """
        waiting = [(end, False)]
        seen = {end}
        while waiting:
            (op_id, port), late = waiting.pop()
            kind = self._calls.get(op_id)
            following: list[tuple[End, bool]] = []
            if kind == FUNCTION:
                following = [(self._bodies[op_id][0].results[port], late)]
            elif kind == PASSING:
                following = [(self._graph.op(op_id).inputs[port], late)]
            elif kind == LOOP:
                body = self._loop(op_id)
                yield from ((argument, late) for argument in body.args[port : port + 1])
                following = [(one, True) for one in body.results[port : port + 1]]
                following += [(one, late) for one in self._graph.op(op_id).inputs[body.first_input + port :][:1]]
            else:
                yield op_id, late
            waiting += [one for one in following if one[0] not in seen]
            seen.update(one for one, _ in following)

    def _loop(self, call: str) -> Body:
        return next(body for body in self._bodies[call] if body.role == "body")

    def between_ops(self) -> Iterator[Edge]:
        """What every op that is not drawn as what it calls reads; a conditional itself reads its first input only."""
        for op in self._graph.ops():
            kind = self._calls.get(op.id)
            if kind in (FUNCTION, LOOP, PASSING):
                continue
            for port, end in enumerate(op.inputs[:1] if kind == CONDITIONAL else op.inputs):
                yield self.edge([end], op.id, port)

    def over_borders(self) -> Iterator[Edge]:
        """What arguments stand for, and what conditionals and stages get from what they call."""
        for call, bodies in self._bodies.items():
            kind, op = self._calls[call], self._graph.op(call)
            for body in bodies:
                if kind != STAGE:
                    for argument, end in zip(body.args, op.inputs[body.first_input :], strict=False):
                        yield self.edge([end], argument, None)
                if kind in (CONDITIONAL, STAGE):
                    for end in body.results:
                        yield self.edge([end], call, None)
            if kind == STAGE:
                yield from self._stage_arguments(op, bodies)

    def _stage_arguments(self, op: Op, bodies: list[Body]) -> Iterator[Edge]:
        """An argument of what a stage calls stands for an element, a key, a state or a value from outside."""
        keys = [body.results[0] for body in bodies if body.role == "key"]
        for body in bodies:
            for place, argument in enumerate(body.args):
                port = body.first_input + place - body.elements
                outside = [op.inputs[port]] if place >= body.elements and port < len(op.inputs) else []
                ends = outside or [*op.inputs, *(keys if body.role != "key" else ())]
                yield self.edge(ends, argument, None)

    def rounds(self, call: str) -> Iterator[tuple[str, str]]:
        """(argument, op that makes its next value) of a loop; the condition's arguments stand for the body's."""
        body = self._loop(call)
        for argument, end in zip(body.args, body.results, strict=False):
            for maker, late in self.makers(end):
                if not late:
                    yield argument, maker


def _bare(graph: Graph, edges: list[Edge]) -> frozenset[str]:
    """Constants, shapes, seeds and what is computed of them; what draws random numbers is none of it."""
    sources: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        sources[edge.reader].append(edge)
    found: set[str] = set()
    for op in _in_order(graph, sources):
        own = sources[op.id]
        read = [edge for edge in own if not found.issuperset(edge.sources)]
        is_source = op.type in SHAPES or op.type in EMPTY or (op.type == "Const" and op.variable is None)
        draws = "Random" in op.type.removeprefix("StatelessRandomGet")
        if is_source or _is_seed(op) or (own and not read and not draws):
            found.add(op.id)
    return frozenset(found)


def _in_order(graph: Graph, sources: dict[str, list[Edge]]) -> Iterator[Op]:
    """The ops, each after those whose values it reads."""
    begun: set[str] = set()
    done: set[str] = set()
    for start in graph:
        waiting = [start]
        while waiting:
            op_id = waiting[-1]
            if op_id not in begun:
                begun.add(op_id)
                waiting += [one for edge in sources[op_id] for one in edge.sources if one not in begun]
                continue
            waiting.pop()
            if op_id not in done:
                done.add(op_id)
                yield graph.op(op_id)


def _is_seed(op: Op) -> bool:
    """The state of a random generator."""
    variable = op.variable
    return (
        variable is not None
        and not variable.trainable
        and variable.dtype.lstrip("u").startswith("int")
        and (variable.shape in ((2,), (3,)))
    )


def _dead(graph: Graph, edges: list[Edge], back: list[tuple[str, str]]) -> frozenset[str]:
    """The ops that no result and no written variable depends on."""
    read: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        read[edge.reader] += edge.sources
    for source, argument in back:
        read[argument].append(source)
    waiting = list(graph.output_ids)
    waiting += [op.id for op in graph.ops() if op.type.startswith(WRITES) or op.type in ("PrintV2", "Assert")]
    waiting += [op_id for body in graph.bodies for op_id, _ in body.results]
    needed = set(waiting)
    while waiting:
        new = set(read[waiting.pop()]) - needed
        needed |= new
        waiting += new
    return frozenset(op_id for op_id in graph if op_id not in needed)

"""What flows where between the shown ops of a graph, as numbers, for fast walks over the whole graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphlab.view.fold import Folded, once
from graphlab.view.types import Wire

Edge = tuple[int, int]


@dataclass(frozen=True)
class Flow:
    """The nodes to which each node passes something (`after`) and from which it receives something (`before`).

    Nodes are numbers; `ops` has each node's op. A variable that is written has a second node, in `new_values`: writes
    lead there, and only reads after a write (`fresh`, by the reading op) lead on; all other reads see the new
    value in the next step. In the quiet view, control dependencies and shape reads are no flow; among all ops they are.
    """

    ops: Sequence[str]
    node_of: Mapping[str, int]
    new_values: Mapping[str, int]
    fresh: frozenset[str]
    after: Sequence[Collection[int]]
    before: Sequence[Collection[int]]

    def nodes(self, op_ids: Iterable[str]) -> list[int]:
        """The nodes of these ops, without new values."""
        return [self.node_of[op_id] for op_id in op_ids]

    def new_value(self, box_id: str) -> list[int]:
        """The node of a variable's new value; None for another box."""
        return [self.new_values[box_id]] if box_id in self.new_values else []

    def edge(self, folded: Folded, wire: Wire, *, update: bool) -> Edge | None:
        """The nodes that a wire joins; None for a wire inside a box or without data."""
        source, target = folded.stands_for[wire.src], folded.stands_for[wire.dst]
        if source == target:
            return None
        if update and target not in folded.carried:
            return self.node_of[source], self.new_values[target]
        flows = update or wire.tensor is not None or not folded.quiet
        origin = self.new_values[source] if wire.src in self.fresh else self.node_of[source]
        return (origin, self.node_of[target]) if flows else None


@once
def flow_of(folded: Folded) -> Flow:
    """The flow of a graph at one level of detail."""
    targets = dict.fromkeys(folded.stands_for[wire.dst] for wire in folded.updates)
    variables = [op_id for op_id in targets if op_id not in folded.carried]
    ops = (*folded.paths, *variables)
    node_of = {op_id: node for node, op_id in enumerate(folded.paths)}
    new_values = {op_id: len(node_of) + index for index, op_id in enumerate(variables)}
    after: list[dict[int, None]] = [{} for _ in ops]
    before: list[dict[int, None]] = [{} for _ in ops]
    flow = Flow(ops, node_of, new_values, _fresh_reads(folded, new_values), after, before)
    for wires, update in ((folded.wires, False), (folded.updates, True)):
        for edge in filter(None, (flow.edge(folded, wire, update=update) for wire in wires)):
            after[edge[0]][edge[1]] = None
            before[edge[1]][edge[0]] = None
    return flow


def _fresh_reads(folded: Folded, variables: Collection[str]) -> frozenset[str]:
    """The ops that read a variable after a write: TensorFlow runs such a read after the write."""
    writers: dict[str, set[str]] = {}
    for wire in folded.updates:
        writers.setdefault(folded.stands_for[wire.dst], set()).add(wire.src)
    reads = {wire.src: folded.stands_for[wire.src] for wire in folded.wires}
    return frozenset(
        read_op
        for read_op, variable in reads.items()
        if variable in variables and writers[variable] & _runs_after(folded, read_op, variable)
    )


def _runs_after(folded: Folded, read_op: str, variable: str) -> set[str]:
    """The ops before a read of a variable that are not reads: `read` may reshape or cast what another op has read."""
    graph = folded.graph
    earlier_ops: set[str] = set()
    waiting = [read_op]
    while waiting:
        for source in graph.predecessors(waiting.pop()):
            if folded.stands_for[source] != variable:
                earlier_ops.add(source)
            elif source != variable:
                waiting.append(source)
    return earlier_ops


def steps_from(
    starts: Iterable[int], following: Sequence[Collection[int]], *, stops: Collection[int] = ()
) -> dict[int, int]:
    """How many steps each node is away from the nearest start, breadth first; `stops` are reached but not passed."""
    steps = dict.fromkeys(starts, 0)
    waiting = deque(steps)
    while waiting:
        node = waiting.popleft()
        if node in stops:
            continue
        for next_node in following[node]:
            if next_node not in steps:
                steps[next_node] = steps[node] + 1
                waiting.append(next_node)
    return steps

"""A graph in which sets of nodes are joined into single nodes, group by group. Works on names and edges."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from heapq import heappop, heappush

from graphlab.graph.pieces.walks import After, in_order

MOST_STEPS = 1_000_000  # node visits for the groups of one tangle: a few seconds
_GAP = -1


class Tangle:
    """A graph without cycles, kept in topological order while parts of it are joined.

    Only nodes between the members of a group in this order can be on a path between them, so a group costs what it
    spans. Many wide groups cost their product: after MOST_STEPS, each further group is divided into as many parts as
    it has members.
    """

    def __init__(self, nodes: Sequence[str], after: After) -> None:
        self._nodes = nodes
        self._index = {node: number for number, node in enumerate(nodes)}
        inside = {node: [head for head in after[node] if head in self._index] for node in nodes}
        self._heads = [[self._index[head] for head in inside[node]] for node in nodes]
        self._unit = list(range(len(nodes)))  # maps each node to the one it was joined into
        self._joined: set[int] = set()
        self._order = [self._index[node] for node in in_order(nodes, inside)]  # with gaps where nodes were joined
        self._position = [0] * len(nodes)
        for position, node in enumerate(self._order):
            self._position[node] = position
        self._steps = 0

    def is_joined(self, node: str) -> bool:
        """Whether a node has become part of another."""
        return self._index[node] in self._joined

    def rounds(self, members: Sequence[str]) -> list[list[str]]:
        """The members in rounds, by how often a path to each one leaves the group before it.

        No path that leaves one of these parts comes back to it or to an earlier one. A member that may be in several
        parts goes to that of the nearest member, in the order given, that may not.
        """
        indices = [self._index[node] for node in members]
        begin, end = self._span(indices)
        self._steps += end - begin
        if self._steps > MOST_STEPS:
            return [[node] for node in members]
        parts = self._in_rounds(indices, [node for node in self._order[begin:end] if node != _GAP], end)
        return [[self._nodes[index] for index in part] for part in parts]

    def join(self, parts: Sequence[Sequence[str]]) -> None:
        """Join each of these parts, none of which a path leaves and re-enters, into one node."""
        index_parts = [[self._index[node] for node in part] for part in parts]
        self._joined.update(index for part in index_parts for index in part)
        if all(len(part) < 2 for part in index_parts):
            return
        begin, end = self._span([index for part in index_parts for index in part])
        for part in index_parts:
            first = min(part, key=self._position.__getitem__)
            own = set(part)
            for index in part:
                self._unit[index] = first
                if index != first:
                    self._order[self._position[index]] = _GAP
            heads = dict.fromkeys(self._unit[head] for index in part for head in self._heads[index] if head not in own)
            self._heads[first] = list(heads)
        self._sort(begin, end)

    def _span(self, indices: Sequence[int]) -> tuple[int, int]:
        positions = [self._position[index] for index in indices]
        return min(positions), max(positions) + 1

    def _heads_before(self, node: int, end: int) -> list[int]:
        """The nodes that a node leads to, before a position."""
        unit, position = self._unit, self._position
        return [unit[head] for head in self._heads[node] if position[unit[head]] < end]

    def _sort(self, begin: int, end: int) -> None:
        """Restore a topological order between two positions, close to the order before."""
        position = self._position
        nodes = [node for node in self._order[begin:end] if node != _GAP]
        before = dict.fromkeys(nodes, 0)
        heads = {}
        for node in nodes:
            heads[node] = [head for head in self._heads_before(node, end) if position[head] >= begin]
            for head in heads[node]:
                before[head] += 1
        ready = [(position[node], node) for node in nodes if not before[node]]
        order: list[int] = []
        while ready:
            _, node = heappop(ready)
            order.append(node)
            for head in heads[node]:
                before[head] -= 1
                if not before[head]:
                    heappush(ready, (position[head], head))
        # Gaps stay in place: otherwise they would accumulate at the end of each span.
        for slot, node in zip(sorted(position[node] for node in nodes), order, strict=True):
            self._order[slot] = node
            position[node] = slot

    def _in_rounds(self, members: Sequence[int], order: Sequence[int], end: int) -> list[list[int]]:
        own = set(members)
        first = self._pushed(own, order, end, {}, {})
        most = max(first[node] for node in members)
        if not most:
            return [list(members)]
        last = self._last(own, order, end, most)
        fixed = [(node, first[node]) for node in members if first[node] == last[node]]
        targets = {node: first[node] if first[node] == last[node] else _nearest(fixed, node) for node in members}
        rounds = self._pushed(own, order, end, targets, last)
        parts: dict[int, list[int]] = defaultdict(list)
        for node in members:
            parts[rounds[node]].append(node)
        return [parts[number] for number in sorted(parts)]

    def _pushed(
        self, own: Collection[int], order: Sequence[int], end: int, targets: Mapping[int, int], last: Mapping[int, int]
    ) -> dict[int, int]:
        """The round of each node: as early as the paths to it allow, but not before its round in `targets`."""
        heads_of, unit, position = self._heads, self._unit, self._position
        rounds = dict.fromkeys(order, 0)
        for node in order:
            stay = leave = rounds[node]
            if node in own:
                if node in targets:
                    stay = rounds[node] = min(max(stay, targets[node]), last[node])
                leave = stay + 1
            for head in heads_of[node]:
                head = unit[head]
                if position[head] < end:
                    least = stay if head in own else leave
                    if rounds[head] < least:
                        rounds[head] = least
        return rounds

    def _last(self, own: Collection[int], order: Sequence[int], end: int, most: int) -> dict[int, int]:
        """The last round that each node may be in."""
        heads_of, unit, position = self._heads, self._unit, self._position
        last_rounds: dict[int, int] = {}
        for node in reversed(order):
            mine = node in own
            last = most if mine else most + 1
            for head in heads_of[node]:
                head = unit[head]
                if position[head] < end:
                    at_most = last_rounds[head] - (mine and head not in own)
                    if at_most < last:
                        last = at_most
            last_rounds[node] = last
        return last_rounds


def _nearest(fixed: Sequence[tuple[int, int]], index: int) -> int:
    """The round of the fixed member nearest to a position."""
    at = bisect_left(fixed, (index, 0))
    near = fixed[max(at - 1, 0) : at + 1]
    return min(near, key=lambda pair: abs(pair[0] - index))[1]

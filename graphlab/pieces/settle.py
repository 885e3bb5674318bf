"""The pieces of groups in one scope: each a set of nodes that no path leaves and enters again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from graphlab.pieces.walks import After, cycles_of, in_order

Path = tuple[str, ...]
Piece = tuple[str, int, int]  # a group's id, and which of how many pieces of it this is; (id, 1, 1) for all of it
Pieces = tuple[Piece, ...]
Found = list[tuple[Piece, list[str]]]  # pieces with their nodes
Fewest = Callable[[str], int]  # the least number of children that a piece of this group must have


def settle(chains: Mapping[str, Path], after: After, fewest: Callable[[str], int]) -> dict[str, Pieces]:
    """The pieces around each node of a graph without cycles; `chains` are the groups around it, outermost first."""
    found: dict[str, list[Piece]] = {node: [] for node in chains}
    rest = dict(chains)
    rooms: list[Sequence[str]] = [list(chains)]
    while rooms:
        room = rooms.pop()
        if not any(rest[node] for node in room):
            continue
        for piece, members in _pieces_in(room, rest, after, fewest):
            for node in members:
                found[node].append(piece)
                rest[node] = rest[node][1:]
            rooms.append(members)
    return {node: tuple(pieces) for node, pieces in found.items()}


def _pieces_in(
    room: Sequence[str], rest: dict[str, Path], after: After, fewest: Callable[[str], int]
) -> list[tuple[Piece, list[str]]]:
    """The pieces of the outermost groups in a room. A group that is left out is taken off the `rest` of its nodes."""
    inside = set(room)
    near = {node: [head for head in after[node] if head in inside] for node in room}
    unit = {node: rest[node][0] if rest[node] else node for node in room}
    found: list[tuple[Piece, list[str]]] = []
    crossed = cycles_of(dict.fromkeys(unit.values()), _contracted(near, unit))
    tangled = {head: number for number, cycle in enumerate(crossed) for head in cycle}
    regions: dict[int, list[str]] = defaultdict(list)
    for group_id, members in _by_group(room, rest).items():
        if group_id not in tangled:
            found.append(((group_id, 1, 1), members))
    for node in room:
        if unit[node] in tangled:
            regions[tangled[unit[node]]].append(node)
    for region in regions.values():
        found += _pieces_of_tangle(region, near, rest, fewest)
    return found


def _pieces_of_tangle(
    region: Sequence[str], after: After, rest: dict[str, Path], fewest: Callable[[str], int]
) -> list[tuple[Piece, list[str]]]:
    """The pieces of groups that are in each other's way: one after the other, each beside the pieces found before."""
    inside = set(region)
    near = {node: [head for head in after[node] if head in inside] for node in region}
    unit = {node: node for node in region}
    found: list[tuple[Piece, list[str]]] = []
    while groups := _by_group([node for node in region if unit[node] == node], rest):
        for group_id, members in groups.items():
            parts = _in_rounds(members, near, unit)
            kept = [len({rest[node][1:2] or node for node in part}) >= fewest(group_id) for part in parts]
            count = len(parts) if sum(kept) > 1 else 1
            for number, (part, keep) in enumerate(zip(parts, kept, strict=True), 1):
                if keep:
                    piece = (group_id, number if count > 1 else 1, count)
                    unit |= dict.fromkeys(part, f"{group_id} {number}/{len(parts)}")
                    found.append((piece, part))
                else:
                    rest |= {node: rest[node][1:] for node in part}
    return found


def _by_group(nodes: Iterable[str], rest: Mapping[str, Path]) -> dict[str, list[str]]:
    """The nodes by the outermost group that is left around them; without those that have none."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        if rest[node]:
            found[rest[node][0]].append(node)
    return dict(found)


def _in_rounds(members: Collection[str], after: After, unit: Mapping[str, str]) -> list[list[str]]:
    """The members by how often a path on its way to each has left them before, each part in the order given.

    No path that leaves one of these parts comes back to it, nor to an earlier one.
    """
    own = set(members)
    graph = _contracted(after, unit)
    rounds: dict[str, int] = defaultdict(int)
    for node in in_order(graph, graph):
        for head in graph[node]:
            leaves = node in own and head not in own
            rounds[head] = max(rounds[head], rounds[node] + leaves)
    parts: dict[int, list[str]] = defaultdict(list)
    for node in members:
        parts[rounds[node]].append(node)
    return [parts[number] for number in sorted(parts)]


def _contracted(after: After, unit: Mapping[str, str]) -> dict[str, dict[str, None]]:
    graph: dict[str, dict[str, None]] = {name: {} for name in unit.values()}
    for node, heads in after.items():
        tail = unit[node]
        graph[tail] |= {unit[head]: None for head in heads if unit[head] != tail}
    return graph

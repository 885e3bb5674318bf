"""The pieces of groups in one scope: each a set of nodes that no path leaves and re-enters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from graphlab.graph.pieces.tangle import Tangle
from graphlab.graph.pieces.walks import After, cycles_of

Path = tuple[str, ...]
# A group's id, and the piece's number; number 0 is the only piece that is kept.
Piece = tuple[str, int, int]
Pieces = tuple[Piece, ...]
PieceNodes = list[tuple[Piece, list[str]]]  # pieces with their nodes
Fewest = Callable[[str], int]  # the least number of children that a piece of this group must have


def settle(chains: Mapping[str, Path], after: After, fewest: Fewest) -> dict[str, Pieces]:
    """The pieces around each node of a graph without cycles; `chains` are the groups around it, outermost first."""
    pieces_by_node: dict[str, list[Piece]] = {node: [] for node in chains}
    rest = dict(chains)
    rooms: list[tuple[Sequence[str], bool]] = [(list(chains), False)]
    while rooms:
        room, is_part = rooms.pop()
        if is_part:
            _leave_small_out(room, rest, fewest)
        if not any(rest[node] for node in room):
            continue
        for piece, members in _pieces_in(room, rest, after, fewest):
            for node in members:
                pieces_by_node[node].append(piece)
                rest[node] = rest[node][1:]
            rooms.append((members, is_part or piece[2] > 1))
    return {node: tuple(pieces) for node, pieces in pieces_by_node.items()}


def _leave_small_out(room: Sequence[str], rest: dict[str, Path], fewest: Fewest) -> None:
    """Remove groups with a too small part inside the enclosing one from the `rest` of their nodes."""
    while small := [
        node
        for group_id, members in _by_group(room, rest).items()
        if _count_children(members, rest) < fewest(group_id)
        for node in members
    ]:
        rest |= {node: rest[node][1:] for node in small}


def _count_children(members: Iterable[str], rest: Mapping[str, Path]) -> int:
    return len({rest[node][1:2] or node for node in members})


def _pieces_in(room: Sequence[str], rest: dict[str, Path], after: After, fewest: Fewest) -> PieceNodes:
    """The pieces of the outermost groups in a room. Groups left out are removed from the `rest` of their nodes."""
    inside = set(room)
    near = {node: [head for head in after[node] if head in inside] for node in room}
    unit = {node: rest[node][0] if rest[node] else node for node in room}
    pieces: PieceNodes = []
    crossed = cycles_of(dict.fromkeys(unit.values()), _contracted(near, unit))
    tangled = {head: number for number, cycle in enumerate(crossed) for head in cycle}
    regions: dict[int, list[str]] = defaultdict(list)
    for group_id, members in _by_group(room, rest).items():
        if group_id not in tangled:
            pieces.append(((group_id, 1, 1), members))
    for node in room:
        if unit[node] in tangled:
            regions[tangled[unit[node]]].append(node)
    for region in regions.values():
        pieces += _pieces_of_tangle(region, near, rest, fewest)
    return pieces


def _pieces_of_tangle(region: Sequence[str], after: After, rest: dict[str, Path], fewest: Fewest) -> PieceNodes:
    """The pieces of groups that overlap: one group after the other, beside the pieces found before."""
    tangle = Tangle(region, after)
    pieces: PieceNodes = []
    while groups := _by_group((node for node in region if not tangle.is_joined(node)), rest):
        for group_id, members in groups.items():
            parts = tangle.rounds(members)
            are_kept = [_count_children(part, rest) >= fewest(group_id) for part in parts]
            count, several = len(parts), sum(are_kept) > 1 or len(parts) == 1
            for number, (part, keep) in enumerate(zip(parts, are_kept, strict=True), 1):
                if keep:
                    pieces.append(((group_id, number if several else 0, count), part))
                else:
                    rest |= {node: rest[node][1:] for node in part}
            tangle.join([part for part, keep in zip(parts, are_kept, strict=True) if keep])
    return pieces


def _by_group(nodes: Iterable[str], rest: Mapping[str, Path]) -> dict[str, list[str]]:
    """The nodes by their outermost remaining group, without nodes that have none."""
    members: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        if rest[node]:
            members[rest[node][0]].append(node)
    return dict(members)


def _contracted(after: After, unit: Mapping[str, str]) -> dict[str, dict[str, None]]:
    graph: dict[str, dict[str, None]] = {name: {} for name in unit.values()}
    for node, heads in after.items():
        tail = unit[node]
        graph[tail] |= {unit[head]: None for head in heads if unit[head] != tail}
    return graph

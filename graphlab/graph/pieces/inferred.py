"""The groups that graphlab infers, and the names of their pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from graphlab.graph import Group
from graphlab.graph.pieces.settle import Path, Pieces

# Groups gathered by lines of code, by similarity, by the forward op, or by the called object.
KINDS = frozenset({"code", "run", "gradients", "loss", "optimizer", "update", "metrics"})
_TRAINING = frozenset({"gradients", "optimizer", "metrics"})  # inside these, also the scopes: they repeat the layers


def inferred_groups(groups: Mapping[str, Group], paths: Iterable[Path]) -> set[str]:
    """The groups on these paths that nobody made: not layers, models, functions, loops and scopes."""
    group_ids: set[str] = set()
    for path in paths:
        repeats = False
        for group_id in path:
            kind = groups[group_id].kind
            if kind in KINDS or (repeats and kind == "scope"):
                group_ids.add(group_id)
            repeats = repeats or kind in _TRAINING
    return group_ids


def piece_label(label: str, number: int, count: int, *, is_call: bool = False) -> str:
    """`step · call 1 of 8`; the plain label for a whole group, or for the only piece that is kept."""
    return label if count == 1 or number == 0 else f"{label} · {'call' if is_call else 'part'} {number} of {count}"


def paths_by_op(divided: Mapping[str, Pieces], name: Callable[[Path, Pieces], str]) -> dict[str, Path]:
    """The path of each op; `name` returns the id of a path's last piece, given the ids of those before it.

    It is called once per piece: a group in two pieces of its enclosing group becomes two groups.
    """
    names: dict[Pieces, Path] = {(): ()}
    for pieces in divided.values():
        for depth in range(1, len(pieces) + 1):
            inside = pieces[:depth]
            if inside not in names:
                around = names[inside[:-1]]
                names[inside] = (*around, name(around, inside))
    return {op_id: names[pieces] for op_id, pieces in divided.items()}

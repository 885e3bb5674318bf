"""Divides crowded scopes of the quiet view: long runs of similar siblings become a box, other crowded scopes are cut.

No such group joins two ends of a path that leaves it in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from graphlab.graph import Graph, Group
from graphlab.graph.free_names import free_id
from graphlab.graph.pieces import (
    Edge,
    Piece,
    Pieces,
    cycles_of,
    divide,
    in_order,
    inferred_groups,
    paths_by_op,
    piece_label,
)
from graphlab.view.code import Path

LIKE_SIBLINGS = 16  # this many ops of one type beside each other ...
CROWDED = 40  # ... in a scope with more children than this form one group
MOST_CHILDREN = 250
PART = 100
LAYERS = 20  # groups in a part of a crowded optimizer
ROOT = ""

Homes = dict[tuple[str, str], str]  # a scope and a child of it → the new group that the child moves into


@dataclass
class _Draft:
    """The paths and groups while they change. `used_ids` are the ids in use.

    `likeness` maps the group of a run to what its children have in common, `first` a part's group to the index of its
    first child among those that were cut.
    """

    paths: dict[str, Path]
    groups: dict[str, Group]
    used_ids: set[str]
    likeness: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)


def divide_crowded(
    graph: Graph,
    paths: Mapping[str, Path],
    groups: Mapping[str, Group],
    alone: Mapping[str, str],
    edges: Sequence[Edge],
) -> tuple[dict[str, Path], dict[str, Group]]:
    """The paths and groups, with new groups (of kind run) in scopes that contain too much."""
    draft = _Draft(dict(paths), dict(groups), {*graph.groups, *groups})
    _move(draft, _runs(graph, draft, alone))
    _divide(draft, edges)
    while homes := _parts(draft, edges):
        _move(draft, homes)
    if draft.first:
        _divide(draft, edges)
    return draft.paths, _used(draft)


def divide_groups(
    paths: Mapping[str, Path], groups: Mapping[str, Group], edges: Iterable[Edge]
) -> tuple[dict[str, Path], dict[str, Group]]:
    """The paths and groups, with inferred groups divided that a path leaves and re-enters."""
    draft = _Draft(dict(paths), dict(groups), set(groups))
    _divide(draft, edges)
    return draft.paths, _used(draft)


def _used(draft: _Draft) -> dict[str, Group]:
    used = {group_id for path in set(draft.paths.values()) for group_id in path}
    return {group_id: group for group_id, group in draft.groups.items() if group_id in used}


def _children(draft: _Draft) -> dict[str, list[str]]:
    """The direct children of each scope, in the graph's order."""
    children: dict[str, dict[str, None]] = defaultdict(dict)
    for op_id, path in draft.paths.items():
        for scope, child in pairwise((ROOT, *path, op_id)):
            children[scope][child] = None
    return {scope: list(inside) for scope, inside in children.items()}


def _add(draft: _Draft, id_stem: str, group: Group) -> str:
    """The id of a new group."""
    group_id = free_id(f"{id_stem}/".replace("\n", " "), draft.used_ids)
    draft.used_ids.add(group_id)
    draft.groups[group_id] = replace(group, id=group_id)
    return group_id


def _move(draft: _Draft, homes: Homes) -> None:
    """Put each child into its new group."""
    if not homes:
        return
    for op_id, path in draft.paths.items():
        moved: list[str] = []
        for scope, child in pairwise((ROOT, *path, op_id)):
            new = homes.get((scope, child))
            moved += [new, child] if new else [child]
        draft.paths[op_id] = tuple(moved[:-1])


def _runs(graph: Graph, draft: _Draft, alone: Mapping[str, str]) -> Homes:
    """The new groups for similar children of crowded scopes, and for the layers that a crowded optimizer updates."""
    homes: Homes = {}
    for scope, children in _children(draft).items():
        if len(children) <= CROWDED:
            continue
        if scope and draft.groups[scope].kind == "optimizer":
            homes |= _runs_of_layers(draft, scope, [child for child in children if _is_of_layer(draft, child)])
            continue
        runs: dict[str, list[str]] = defaultdict(list)
        for child in children:
            runs[_likeness(graph, child, draft.groups, alone)].append(child)
        for common, run in runs.items():
            if common and len(run) >= LIKE_SIBLINGS:
                group_id = _add_run(draft, scope, common, len(run))
                homes |= {(scope, child): group_id for child in run}
    return homes


def _likeness(graph: Graph, child: str, groups: Mapping[str, Group], alone: Mapping[str, str]) -> str:
    """What similar siblings have in common: an op type, or a layer that is called again; "" for others.

    An op that is a whole layer stays: the 49 Relu layers of a ResNet are its structure, not clutter.
    """
    layer = groups[child].label if child in groups and groups[child].kind == "layer" else alone.get(child, "")
    if layer or child in groups:
        return layer.partition(" (call ")[0]
    op = graph.op(child)
    return "" if op.variable is not None or op.type == "Placeholder" else op.type


def _add_run(draft: _Draft, scope: str, common: str, count: int) -> str:
    label = f"{common} ×{count}"
    group_id = _add(draft, scope + label.replace("/", "."), Group("", label, "run"))
    draft.likeness[group_id] = common
    return group_id


def _is_of_layer(draft: _Draft, child: str) -> bool:
    """Whether a child of an optimizer updates a layer or a variable, not the step counter."""
    return child in draft.groups and draft.groups[child].kind in ("scope", "update")


def _runs_of_layers(draft: _Draft, scope: str, layers: Sequence[str]) -> Homes:
    """The layers that an optimizer updates, in order, in parts named after their first and last layer."""
    homes: Homes = {}
    for start in range(0, len(layers), LAYERS):
        part = layers[start : start + LAYERS]
        if len(part) > 1:
            label = " … ".join(dict.fromkeys((draft.groups[part[0]].label, draft.groups[part[-1]].label)))
            group_id = _add(draft, scope + label.replace("/", "."), Group("", label, "run"))
            homes |= {(scope, child): group_id for child in part}
    return homes


def _divide(draft: _Draft, edges: Iterable[Edge]) -> None:
    """Divide the inferred groups that a path leaves and re-enters, into pieces without such paths."""
    inferred = inferred_groups(draft.groups, set(draft.paths.values()))
    if not inferred:
        return
    divided = divide(draft.paths, edges, inferred, fewest=lambda group: LIKE_SIBLINGS if group in draft.likeness else 2)
    used: set[str] = set()

    def name(_around: Path, inside: Pieces) -> str:
        piece = inside[-1]
        if piece[2] > 1 or piece[0] in used:
            return _add_piece(draft, piece)
        used.add(piece[0])
        return piece[0]

    draft.paths = paths_by_op(divided, name)
    for group_id, children in _children(draft).items():
        common = draft.likeness.get(group_id)
        if common:
            draft.groups[group_id] = replace(draft.groups[group_id], label=f"{common} ×{len(children)}")


def _add_piece(draft: _Draft, piece: Piece) -> str:
    of, number, count = piece
    label = piece_label(draft.groups[of].label, number, count)
    id_stem = f"{of[:-1]} · {number} of {count}" if number else of[:-1]
    group_id = _add(draft, id_stem, replace(draft.groups[of], label=label))
    if of in draft.likeness:
        draft.likeness[group_id] = draft.likeness[of]
    return group_id


def _parts(draft: _Draft, edges: Sequence[Edge]) -> Homes:
    """The new groups for scopes that are still too full: their children in the order of data, cut into parts."""
    crowded = {scope: children for scope, children in _children(draft).items() if len(children) > MOST_CHILDREN}
    after = _edges_inside(draft, crowded, edges)
    homes: Homes = {}
    for scope, children in crowded.items():
        first = draft.first.get(scope, 0)
        size = PART
        while len(children) > size * MOST_CHILDREN:
            size *= PART
        for part in _cut(children, after[scope], size):
            if 1 < len(part) < len(children):
                label = f"{first + 1}–{first + len(part)}"
                group_id = _add(draft, scope + label, Group("", label, "run"))
                draft.first[group_id] = first
                homes |= {(scope, child): group_id for child in part}
            first += len(part)
    return homes


def _edges_inside(
    draft: _Draft, scopes: Mapping[str, Sequence[str]], edges: Sequence[Edge]
) -> dict[str, dict[str, dict[str, None]]]:
    """The edges from each child of these scopes to others in its scope."""
    after = {scope: {child: dict[str, None]() for child in children} for scope, children in scopes.items()}
    for source, target in edges if scopes else ():
        left, right = (ROOT, *draft.paths[source], source), (ROOT, *draft.paths[target], target)
        depth = next((depth for depth, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
        if depth and left[depth - 1] in after:
            after[left[depth - 1]][left[depth]][right[depth]] = None
    return after


def _cut(children: Sequence[str], after: Mapping[str, dict[str, None]], size: int) -> list[list[str]]:
    """The children in the order of data, in parts of `size`; a cycle of them is not cut."""
    blocks = {child: [child] for child in children}
    leader = {child: child for child in children}
    position = {child: number for number, child in enumerate(children)}
    for cycle in cycles_of(children, after):
        first, *followers = sorted(cycle, key=position.__getitem__)
        blocks[first] += followers
        leader |= dict.fromkeys(followers, first)
    after_blocks: dict[str, dict[str, None]] = {block: {} for block in dict.fromkeys(leader.values())}
    for child, heads in after.items():
        after_blocks[leader[child]] |= {leader[head]: None for head in heads if leader[head] != leader[child]}
    parts: list[list[str]] = [[]]
    for block in in_order(after_blocks, after_blocks):
        if parts[-1] and len(parts[-1]) + len(blocks[block]) > size:
            parts.append([])
        parts[-1] += blocks[block]
    return parts

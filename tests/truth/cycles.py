"""Boxes that feed each other although their ops do not: inferred groups must not cause this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from graphlab.view import Folded, Open, View
from tests.truth.flow import PASSING, Flow

# What a user made: a box of these may be left and come back to.
OF_THE_USER = frozenset({"model", "layer", "scope", "function", "loop", "conditional", "body", "stage", "data"})
MADE_WITHIN = frozenset({"optimizer", "gradients", "metrics", "loss"})  # groups in these are none of the user's
Pairs = Iterable[tuple[str, str]]


def inferred_groups(folded: Folded) -> frozenset[str]:
    """The groups that the view or the trace made up: every kind but the user's, and what they hold of scopes."""
    found: set[str] = set()
    for path in set(folded.paths.values()):
        inside = False
        for group_id in path:
            kind = folded.groups[group_id].kind
            inside = inside or kind in MADE_WITHIN
            if kind not in OF_THE_USER or (inside and kind == "scope"):
                found.add(group_id)
    return frozenset(found)


def value_pairs(folded: Folded, flow: Flow) -> list[tuple[str, str]]:
    """The edges of the op graph without those that lead back in a loop; in the quiet view without the plumbing."""
    graph = flow.graph
    pairs = [
        (source, edge.reader)
        for edge in flow.edges
        for source in edge.sources
        if not folded.quiet or (source not in edge.late and not flow.is_plumbing(source, edge.reader))
    ]
    if not folded.quiet:
        pairs += [
            (src, op_id) for op_id, kind in flow.calls.items() if kind == PASSING for src, _ in graph.op(op_id).inputs
        ]
        pairs += [(src, dst) for src, dst, data in graph.edges(data=True) if data["control"]]
    return pairs


def check_cycles(folded: Folded, shown: View, opened: Open, pairs: Pairs, inferred: frozenset[str]) -> Iterator[str]:
    """The view with only what is inferred contracted has no cycle: the op graph has none, loops' ways back aside."""
    closed = {box.id for box in shown.boxes if box.id in inferred}
    contracted = {}
    for op_id, stands in folded.stands_for.items():
        outermost = next((group for group in folded.paths[stands] if group not in opened), stands)
        contracted[op_id] = outermost if outermost in closed else stands
    for members in cyclic(contracted, pairs):
        groups = [one for one in members if one in inferred]
        others = [one for one in members if one not in inferred]
        yield f"a cycle that the op graph has not: {', '.join([*groups, *others][:6])} ({len(members)} boxes)"


def check_each_group(folded: Folded, pairs: Pairs, inferred: frozenset[str]) -> Iterator[str]:
    """Each inferred group by itself: no path leaves it and comes back."""
    members: dict[str, set[str]] = defaultdict(set)
    for op_id, path in folded.paths.items():
        for group_id in inferred.intersection(path):
            members[group_id].add(op_id)
    after: dict[str, set[str]] = defaultdict(set)
    for src, dst in pairs:
        a, b = folded.stands_for[src], folded.stands_for[dst]
        if a != b:
            after[a].add(b)
    for group_id, inside in members.items():
        seen: set[str] = set()
        waiting = [out for one in inside for out in after[one] if out not in inside]
        while waiting:
            one = waiting.pop()
            if one in inside:
                kind = folded.groups[group_id].kind
                yield f"a path leaves the {kind} group {group_id} and comes back at {one}"
                break
            if one not in seen:
                seen.add(one)
                waiting += after[one]


def cyclic(contracted: Mapping[str, str], pairs: Pairs) -> list[list[str]]:
    """The boxes that lie on a cycle, by their cycles."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    names = list(dict.fromkeys(contracted.values()))
    number = {name: place for place, name in enumerate(names)}
    ends = [(number[contracted[src]], number[contracted[dst]]) for src, dst in pairs]
    ends = [(src, dst) for src, dst in ends if src != dst]
    if not ends:
        return []
    rows, columns = np.array(ends).T
    matrix = coo_matrix((np.ones(len(ends), dtype=np.int8), (rows, columns)), shape=(len(names), len(names)))
    _, labels = connected_components(matrix.tocsr(), connection="strong")
    sizes = np.bincount(labels)
    found = [[names[place] for place in np.flatnonzero(labels == one)] for one in np.flatnonzero(sizes > 1)]
    return found

"""Finds the inferred groups that no path leaves and re-enters, and divides the others into pieces.

A group that somebody made (a layer, a function, a scope) stays unchanged. Works on ids, paths and edges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphlab.graph.pieces.settle import Fewest, Path, Piece, Pieces, settle
from graphlab.graph.pieces.walks import cycles_of

Edge = tuple[str, str]
Tie = tuple[str, str, str, str]  # two nodes of a scope's graph, and the ops at the ends of the edge between them

ROOT = ""
_Steps = tuple[tuple[str, Path, str], ...]  # (scope, the inferred groups inside it, the next scope inwards or "")


@dataclass(frozen=True)
class _Nesting:
    """Where the ops are: `steps` lists the scopes of each path, `needed` maps the scopes to examine to their depths."""

    paths: Mapping[str, Path]
    steps: Mapping[Path, _Steps]
    needed: Mapping[str, int]

    def around(self, op_id: str) -> _Steps:
        return self.steps[self.paths[op_id]]


def divide(
    paths: Mapping[str, Path],
    edges: Iterable[Edge],
    inferred: Collection[str],
    *,
    fewest: Fewest = lambda _group: 2,
) -> dict[str, Pieces]:
    """For each op, the enclosing groups, outermost first, with inferred groups replaced by their pieces.

    Each piece is a set of ops that no path leaves and re-enters, even if all groups beside it are closed. Pieces of
    one group are numbered along the paths. Pieces with fewer than `fewest` children are left out.
    """
    steps = {path: _steps_through(path, inferred) for path in set(paths.values())}
    nesting = _Nesting(paths, steps, _needed(steps.values()))
    pieces_by_scope: dict[str, dict[str, Pieces]] = {}
    if nesting.needed:
        ties = _ties(nesting, edges)
        children = _children(nesting)
        for scope in sorted(nesting.needed, key=nesting.needed.__getitem__):
            pieces_by_scope[scope] = _divide_scope(children[scope], ties[scope], ties, nesting, fewest)
    return {op_id: _joined(op_id, steps[path], pieces_by_scope) for op_id, path in paths.items()}


def _steps_through(path: Path, inferred: Collection[str]) -> _Steps:
    steps: list[tuple[str, Path, str]] = []
    scope, chain = ROOT, list[str]()
    for group_id in path:
        if group_id in inferred:
            chain.append(group_id)
        else:
            steps.append((scope, tuple(chain), group_id))
            scope, chain = group_id, []
    return (*steps, (scope, tuple(chain), ""))


def _needed(all_steps: Iterable[_Steps]) -> dict[str, int]:
    """The scopes that contain inferred groups, and those around them, with their depths."""
    needed: dict[str, int] = {}
    for steps in all_steps:
        last = max((depth for depth, (_, chain, _) in enumerate(steps) if chain), default=-1)
        needed |= {scope: depth for depth, (scope, _, _) in enumerate(steps[: last + 1])}
    return needed


def _ties(nesting: _Nesting, edges: Iterable[Edge]) -> dict[str, list[Tie]]:
    """The edges by the scope in which their ends are different children."""
    ties: dict[str, list[Tie]] = defaultdict(list)
    for source, target in edges:
        for left, right in zip(nesting.around(source), nesting.around(target), strict=False):
            tail, head = left[2] or source, right[2] or target
            if tail != head:
                if left[0] in nesting.needed:
                    ties[left[0]].append((tail, head, source, target))
                break
    return ties


def _children(nesting: _Nesting) -> dict[str, dict[str, Path]]:
    """The children of each scope, ops and groups that somebody made, with the inferred groups around them."""
    children: dict[str, dict[str, Path]] = defaultdict(dict)
    for op_id in nesting.paths:
        for scope, chain, inner in nesting.around(op_id):
            if scope in nesting.needed:
                children[scope].setdefault(inner or op_id, chain)
    return children


def _divide_scope(
    children: Mapping[str, Path], own: Sequence[Tie], ties: dict[str, list[Tie]], nesting: _Nesting, fewest: Fewest
) -> dict[str, Pieces]:
    """The pieces around each child of a scope, whose ties are its `own`.

    If a path leaves and re-enters an inner scope, the part outside is added to the inner scope's ties.
    """
    nodes = dict.fromkeys([*children, *(node for tail, head, _, _ in own for node in (tail, head))])
    leader = {node: node for node in nodes}
    cycles = cycles_of(nodes, _successors(nodes, own))
    for cycle in cycles:
        leader |= dict.fromkeys(cycle, min(cycle))
    for cycle, inside in zip(cycles, _by_cycle(cycles, leader, own), strict=True):
        _hand_in(cycle, inside, ties, nesting)
    chains: dict[str, Path] = {}
    for node in nodes:
        chain, first = children.get(node, ()), leader[node]
        chains[first] = common(chains[first], chain) if first in chains else chain
    if not any(chains.values()):
        return dict.fromkeys(children, ())
    joined = _successors(chains, ((leader[tail], leader[head], "", "") for tail, head, _, _ in own))
    pieces = settle(chains, joined, fewest)
    return {child: pieces[leader[child]] for child in children}


def _by_cycle(cycles: Sequence[Sequence[str]], leader: Mapping[str, str], ties: Iterable[Tie]) -> list[list[Tie]]:
    """The ties inside each of these cycles."""
    ties_by_cycle: dict[str, list[Tie]] = {leader[cycle[0]]: [] for cycle in cycles}
    for tie in ties:
        if leader[tie[0]] == leader[tie[1]] and leader[tie[0]] in ties_by_cycle:
            ties_by_cycle[leader[tie[0]]].append(tie)
    return [ties_by_cycle[leader[cycle[0]]] for cycle in cycles]


def _hand_in(cycle: Iterable[str], inside: Sequence[Tie], ties: dict[str, list[Tie]], nesting: _Nesting) -> None:
    """Add a cycle's ties to those of the scopes on it, with the scopes' children as their ends.

    Ties that only pass a scope matter by their nodes alone, so each pair of nodes is added once.
    """
    touching: dict[str, list[Tie]] = defaultdict(list)
    for tie in inside:
        for node in tie[:2]:
            touching[node].append(tie)
    pairs = {tie[:2]: tie for tie in inside}.values()

    def end(inner: str, node: str, op_id: str) -> str:
        if node != inner:
            return node
        return next(deeper or op_id for scope, _, deeper in nesting.around(op_id) if scope == inner)

    for inner in cycle:
        if inner in nesting.needed:
            ties[inner] += [
                (end(inner, tail, source), end(inner, head, target), source, target)
                for tail, head, source, target in touching[inner]
            ]
            ties[inner] += [tie for tie in pairs if inner not in tie[:2]]


def whole(path: Path) -> Pieces:
    """A path on which nothing is divided."""
    return tuple((group_id, 1, 1) for group_id in path)


def _joined(op_id: str, steps: _Steps, pieces_by_scope: Mapping[str, Mapping[str, Pieces]]) -> Pieces:
    pieces: list[Piece] = []
    for scope, chain, inner in steps:
        around = pieces_by_scope.get(scope, {}).get(inner or op_id)
        pieces += around if around is not None else whole(chain)
        pieces += whole((inner,)) if inner else ()
    return tuple(pieces)


def _successors(nodes: Iterable[str], ties: Iterable[Tie]) -> dict[str, dict[str, None]]:
    after: dict[str, dict[str, None]] = {node: {} for node in nodes}
    for tail, head, _, _ in ties:
        if tail != head:
            after[tail][head] = None
    return after


def common(left: Path, right: Path) -> Path:
    """The groups around both."""
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return left[:length]

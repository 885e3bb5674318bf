"""Final moves in the group tree: separates calls of a helper and groups sums of gradients."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from graphlab.graph import Group, Op
from graphlab.graph.pieces import Path, Pieces, common, divide, paths_by_op, piece_label, whole
from graphlab.tracing.grouping.tree import Tree
from graphlab.tracing.raw import RawOp

_MIRRORS = ("gradients", "code")  # the groups in which a sum of gradients may be
_TRAINING = frozenset({"loss", "gradients", "optimizer", "update", "metrics"})
_CALLS = frozenset({"loop", "conditional", "function"})
_SHARED = frozenset({"Const", "Placeholder", "ReadVariableOp"})  # made once for several calls of a function


def divide_code(tree: Tree, ops: Sequence[RawOp], paths: Sequence[Path], functions: Collection[str]) -> list[Path]:
    """The paths of a function's ops, with the code groups divided; the groups in `functions` are divided by call."""
    paths_by_name = {op.name: path for op, path in zip(ops, paths, strict=True)}
    inferred = {group_id for path in set(paths) for group_id in path if tree.groups[group_id].kind == "code"}
    if not inferred:
        return list(paths)
    edges = [(name, op.name) for op in ops for name in (*(name for name, _ in op.inputs), *op.controls)]
    divided = divide(paths_by_name, edges, inferred)
    calls = _calls(divided, {op.name: op for op in ops}, functions)
    return list(_renamed(tree, paths_by_name, divided, lambda inside: inside in calls).values())


def _calls(divided: Mapping[str, Pieces], ops: Mapping[str, RawOp], functions: Collection[str]) -> set[Pieces]:
    """The pieces that are one call of a function each: the same lines made the same ops in all of them."""
    op_counts: dict[Pieces, dict[Pieces, Counter[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(Counter))
    for name, pieces in divided.items():
        for depth, (group_id, _, count) in enumerate(pieces):
            if count > 1 and group_id in functions and ops[name].type not in _SHARED:
                beside = (*pieces[:depth], (group_id, 0, count))
                op_counts[beside][pieces[: depth + 1]][_line(ops[name])] += 1
    alike = (parts for parts in op_counts.values() if len({frozenset(lines.items()) for lines in parts.values()}) == 1)
    return {inside for parts in alike for inside in parts if min(parts[inside].values()) == 1}


def _line(op: RawOp) -> tuple[str, ...]:
    """The op's type, and the lines that made it."""
    frames = op.live.traceback or () if op.live is not None else ()
    return (op.type, *(f"{frame.filename}:{frame.lineno}" for frame in frames))


def _renamed(
    tree: Tree, paths: Mapping[str, Path], divided: Mapping[str, Pieces], is_call: Callable[[Pieces], bool]
) -> dict[str, Path]:
    """The new paths. A group keeps its id if neither it nor an enclosing group is divided."""
    if all(pieces == whole(paths[name]) for name, pieces in divided.items()):
        return dict(paths)

    def name(around: Path, inside: Pieces) -> str:
        of, number, count = inside[-1]
        if count == 1 and tree.groups[of].parent_id == (around[-1] if around else ""):
            return of
        label = piece_label(tree.groups[of].label, number, count, is_call=is_call(inside))
        return tree.child(around, inside, replace(tree.groups[of], label=label))[-1]

    return paths_by_op(divided, name)


def place_sums(groups: Mapping[str, Group], ops: Sequence[Op], calls: Collection[str]) -> list[Op]:
    """The ops, with sums of gradients moved to the group in which they belong.

    A sum of the gradients of several ops goes into the innermost group that contains them all. Ops that TensorFlow adds
    to a forward loop while differentiating go beside the loop, because they were made after their readers.
    """
    paths = {op.id: op.path for op in ops}
    readers: dict[str, list[str]] = defaultdict(list)
    for op in ops:
        for name, _ in op.inputs:
            readers[name].append(op.id)
    inside = [op for op in ops if any(groups[group_id].kind == "gradients" for group_id in op.path)]
    gradient_ops = [op for op in inside if op.id not in calls]  # a call is beside its function's ops
    order = {op.id: number for number, op in enumerate(ops)}
    added: set[str] = set()
    for op in reversed(gradient_ops):
        read = [paths[reader] for reader in readers[op.id]]
        is_added = all(reader in added or order[reader] < order[op.id] for reader in readers[op.id])
        if read and is_added and not any(groups[group_id].kind in _TRAINING for path in read for group_id in path):
            added.add(op.id)
            shared = _common(read)
            paths[op.id] = shared[:-1] if shared and groups[shared[-1]].kind in _CALLS else shared
    for op in gradient_ops:
        if not op.pair and paths[op.id] == op.path:
            paths[op.id] = _home(groups, op.path, [paths[name] for name, _ in op.inputs])
    return [op if paths[op.id] == op.path else replace(op, path=paths[op.id]) for op in ops]


def _home(groups: Mapping[str, Group], path: Path, read: Iterable[Path]) -> Path:
    """The group for an op that reads from these: the innermost that mirrors the forward pass and contains all."""
    base = path
    while base and groups[base[-1]].kind == "scope":
        base = base[:-1]
    inside = [input_path for input_path in read if len(input_path) > len(base) and input_path[: len(base)] == base]
    home = _mirrored(groups, len(base), inside) if inside else base
    return home if len(home) > len(base) else path


def _common(paths: Sequence[Path]) -> Path:
    shared = paths[0]
    for path in paths[1:]:
        shared = common(shared, path)
    return shared


def _mirrored(groups: Mapping[str, Group], depth: int, paths: Sequence[Path]) -> Path:
    """The common groups of these paths, down to the last one that mirrors a group of the forward pass."""
    shared = _common(paths)
    while len(shared) > depth and groups[shared[depth]].kind in _MIRRORS:
        depth += 1
    return shared[:depth]

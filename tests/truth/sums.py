"""The numbers on boxes, against sums over the ops in each box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from graphlab.explain import GroupTotals
from graphlab.graph import Graph
from graphlab.overlay.amounts import output_bytes, parameters, work
from graphlab.view import Folded
from tests.truth.flow import Flow


def check_sums(folded: Folded, flow: Flow) -> Iterator[str]:
    """Ops, variables and parameters of every group; a group that the view made holds what its children hold."""
    held = _ops_of_groups(folded)
    told = folded.totals
    for group_id in folded.groups:
        ops = held[group_id]
        variables = [folded.graph.op(op_id).variable for op_id in ops]
        owned = [variable for variable in variables if variable is not None]
        if told[group_id].ops != len(ops):
            yield f"{group_id} says {told[group_id].ops} ops and holds {len(ops)}"
        if _has_bodies(folded.graph, ops):
            continue  # a layer in a loop also counts the variables that the loop passes in
        expected = (len(owned), *_weights(folded, group_id, ops))
        if _parts(told[group_id]) != expected:
            yield f"{group_id} says {_parts(told[group_id])} variables, parameters, trainable; it holds {expected}"


def _weights(folded: Folded, group_id: str, ops: list[str]) -> tuple[int, int]:
    """The parameters and the trained ones: what Keras counts for a layer, of a part those of its layers, each once."""
    graph = folded.graph
    if group_id in graph.counts:
        return graph.counts[group_id]
    path = next(path for path in folded.paths.values() if group_id in path)
    scope = next((one for one in reversed(path[: path.index(group_id)]) if one in graph.groups), "")
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for op_id in ops:
        op = graph.op(op_id)
        inside = op.path[op.path.index(scope) + 1 :] if scope in op.path else op.path
        layers = [one for one in inside if one in graph.counts] if group_id not in graph.groups else []
        if layers:
            group = graph.groups[layers[0]]
            found[group.parent_id, group.label.partition(" (call ")[0], group.class_name] = graph.counts[layers[0]]
        elif op.variable is not None:
            found[(op_id,)] = op.variable.parameters, op.variable.parameters if op.variable.trainable else 0
    return sum(one for one, _ in found.values()), sum(one for _, one in found.values())


def _parts(totals: GroupTotals) -> tuple[int, int, int]:
    return totals.variables, totals.parameters, totals.trainable_parameters


def _has_bodies(graph: Graph, ops: list[str]) -> bool:
    return any(
        graph.groups[one].kind in ("loop", "conditional", "function") for op_id in ops for one in graph.op(op_id).path
    )


def _ops_of_groups(folded: Folded) -> dict[str, list[str]]:
    """The ops of each group: of one of the graph's those that the graph puts there, of a part those of its children.

    An op without a box counts where it is itself, and in the part that what stands for it is in where both are in the
    same scope.
    """
    graph = folded.graph
    found: dict[str, list[str]] = defaultdict(list)
    parts: dict[tuple[str, str], list[str]] = {}  # the parts around a child of a scope, by (scope, child)
    for op_id, path in folded.paths.items():
        for (scope, child), between in _scopes(path, op_id, graph):
            parts[scope, child] = between
    for op in graph.ops():
        for group_id in op.path:
            if group_id in folded.groups:
                found[group_id].append(op.id)
        shown = folded.stands_for[op.id]
        kept = folded.paths[op.id] if op.id == shown else op.path
        own = [group_id for group_id in kept if group_id in folded.groups and group_id in graph.groups]
        for scope, child in zip(["", *own], [*own, shown], strict=True):
            for part in parts.get((scope, child), ()):
                found[part].append(op.id)
    return found


def _scopes(path: tuple[str, ...], op_id: str, graph: Graph) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Each child of a scope of the graph on the way to an op, with the view's own groups between the two."""
    scope, between = "", list[str]()
    for one in (*path, op_id):
        if one.endswith("/") and one not in graph.groups:
            between.append(one)
        else:
            yield (scope, one), between
            scope, between = one, []


def check_colours(folded: Folded) -> Iterator[str]:
    """The FLOPs and bytes of every closed box are those of its children; its parameters are what the box says."""
    children: dict[str, dict[str, None]] = defaultdict(dict)
    for op_id, path in folded.paths.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            children[parent][child] = None
    for name, amounts in (("FLOPs", work(folded)), ("bytes", output_bytes(folded))):
        for scope, inside in children.items():
            total = sum(amounts.values.get(child, 0) for child in inside)
            if amounts.values.get(scope, 0) != total:
                yield f"{scope!r} has {amounts.values.get(scope, 0)} {name}, what is in it {total}"
    numbers = parameters(folded).values
    for group_id in folded.groups:
        told = folded.totals[group_id].parameters
        if numbers[group_id] != told:
            yield f"{group_id} is coloured by {numbers[group_id]} parameters and says {told}"

"""The quiet view: the computation without its plumbing. Nothing is lost: a box lists the ops that it absorbed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from graphlab.graph import Graph, Op
from graphlab.graph.stages import WRAPPERS
from graphlab.view.apart import groups_apart
from graphlab.view.fold import Folded, format_constant, goes_on, is_output
from graphlab.view.plumbing import plumbing, small_constants
from graphlab.view.quiet_groups import thin_groups
from graphlab.view.stand_ins import stand_ins, unused_ops
from graphlab.view.totals import totals_of_view
from graphlab.view.types import Wire
from graphlab.view.wiring import Wiring, wiring

Reading = tuple[str, int | None, tuple[str, int]]  # an op, its input port, and the output that it reads there

_PASSES_ON = frozenset({"Identity", "IdentityN"})

_WRITES = ("Assign", "Apply", "SparseApply", "ResourceApply", "ResourceSparseApply", "ResourceScatter")


def fold_quiet(graph: Graph) -> Folded:
    """The graph with variable reads, small constants, shape arithmetic, identities and no-ops folded away.

    Calls of functions and loops are drawn as their bodies, wired to the tensors outside.
    """
    wired = wiring(graph, _identities(graph))
    constants = small_constants(graph)
    done_for = plumbing(graph, wired, constants)
    unused = unused_ops(graph)
    stands_for = stand_ins(graph, wired, constants, done_for, unused)
    ends = [(dst, port, end) for dst, port, end in _ends(graph, wired) if dst not in unused]
    wires, updates = _wires(graph, wired, ends, constants, done_for, stands_for)
    shown_paths = {op.id: _path(graph, op, wired) for op in graph.ops() if stands_for[op.id] == op.id}
    paths, groups, alone = thin_groups(graph, shown_paths, _edges(graph, wires, stands_for))
    return Folded(
        graph=graph,
        paths=paths,
        groups=groups_apart(paths.values(), groups),
        stands_for=stands_for,
        absorbed=_absorbed(stands_for),
        wires=wires,
        updates=updates,
        constants=_constant_texts(graph, wired, constants),
        alone=alone,
        totals=totals_of_view(graph, paths, groups, stands_for),
        carried={argument: value.first[0] for argument, value in wired.carried.items()},
        elements=frozenset(wired.elements),
        quiet=True,
    )


def _edges(graph: Graph, wires: Iterable[Wire], stands_for: Mapping[str, str]) -> list[tuple[str, str]]:
    """The wires as (shown op, shown op), without those that begin the next iteration of a loop."""
    edges = ((stands_for[wire.src], stands_for[wire.dst]) for wire in wires)
    return [edge for edge in dict.fromkeys(edges) if goes_on(graph, edge)]


def _path(graph: Graph, op: Op, wired: Wiring) -> tuple[str, ...]:
    """The op's groups; a loop variable is in the loop, beside condition and body."""
    return op.path[:-1] if op.id in wired.carried else op.path


def is_update(op: Op) -> bool:
    """Whether the op writes the variable whose handle (in TensorFlow 1, reference) is its first input."""
    return op.type.startswith(_WRITES)


def _identities(graph: Graph) -> list[str]:
    """Ops that only pass tensors on. One that is returned, or that is all of a layer, keeps its box."""
    alone = _only_ops_of_layers(graph)
    passing = _PASSES_ON | WRAPPERS
    return [op.id for op in graph.ops() if op.type in passing and op.id not in alone and not is_output(graph, op)]


def _only_ops_of_layers(graph: Graph) -> set[str]:
    """Identities that are the only op of a layer: folding them would hide the layer."""
    members: dict[str, list[str]] = defaultdict(list)
    for op in graph.ops():
        for group_id in op.path:
            if graph.groups[group_id].kind == "layer":
                members[group_id].append(op.id)
    return {ids[0] for ids in members.values() if len(ids) == 1}


def _wires(
    graph: Graph,
    wired: Wiring,
    ends: Iterable[Reading],
    constants: set[str],
    done_for: Mapping[str, str],
    stands_for: Mapping[str, str],
) -> tuple[tuple[Wire, ...], tuple[Wire, ...]]:
    """The wires between shown ops, and those that write variables or a loop's next values (from the writer)."""
    wires: list[Wire] = []
    updates: list[Wire] = []
    spare: dict[str, list[Wire]] = defaultdict(list)  # ops that only read a shape: kept if nothing else feeds the op
    for dst, dst_port, end in ends:
        src, src_port = wired.source(end)
        if src in constants or stands_for[src] == stands_for[dst]:
            continue
        op = graph.op(dst)
        wire = Wire(src, src_port, dst, dst_port, graph.op(src).outputs[src_port])
        if dst_port == 0 and is_update(op) and graph.op(src).variable is not None:
            updates.append(Wire(dst, None, src, None, None))
        elif src in done_for or dst in done_for:
            spare[stands_for[dst]].append(wire)
        else:
            wires.append(wire)
    fed = {stands_for[wire.dst] for wire in wires}
    # Without a tensor it is drawn like a control edge: the op depends only on the tensor's shape, not on its numbers.
    wires += [replace(wire, tensor=None) for op_id in spare if op_id not in fed for wire in spare[op_id]]
    for value in wired.carried.values():
        src, src_port = wired.source(value.following)
        if stands_for[src] != value.argument:
            updates.append(Wire(src, src_port, value.argument, None, None))
    return tuple(wires), tuple(updates)


def _ends(graph: Graph, wired: Wiring) -> Iterator[Reading]:
    """What every drawn op reads.

    Loop variables read their initial values. What a branch returns to its conditional, or a function to its pipeline
    stage, has no input port.
    """
    for op in graph.ops():
        if op.id in wired.idle:
            continue
        if op.id in wired.carried:
            yield op.id, 0, wired.carried[op.id].first
        elif op.id in wired.elements:
            yield op.id, 0, wired.elements[op.id]
        elif op.id in wired.stages:
            yield from ((op.id, port, end) for port, end in wired.stages[op.id].inputs)
            yield from ((op.id, None, end) for end in wired.stages[op.id].results)
        elif op.id in wired.conditionals:
            yield op.id, 0, op.inputs[0]
            yield from ((op.id, None, end) for ends in wired.conditionals[op.id] for end in ends)
        elif op.id not in wired.hidden and (op.id, 0) not in wired.passed:
            yield from ((op.id, port, end) for port, end in enumerate(op.inputs))


def _absorbed(stands_for: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = defaultdict(list)
    for op_id, stand_in in stands_for.items():
        if op_id != stand_in:
            members[stand_in].append(op_id)
    return {stand_in: tuple(ids) for stand_in, ids in members.items()}


def _constant_texts(graph: Graph, wired: Wiring, constants: set[str]) -> dict[str, dict[int, str]]:
    """For each op, its constant inputs by port, as short text."""
    texts: dict[str, dict[int, str]] = defaultdict(dict)
    for dst, port, end in _ends(graph, wired):
        src, _ = wired.source(end)
        if src in constants and port is not None:
            texts[dst][port] = format_constant(graph.op(src))
    return dict(texts)

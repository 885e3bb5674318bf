"""The shown op that represents each op without its own box in the quiet view."""

from __future__ import annotations

from collections.abc import Mapping

from graphlab.explain import family
from graphlab.graph import Graph, Op
from graphlab.view.fold import is_output
from graphlab.view.wiring import Wiring

_RESHAPES = frozenset({"Reshape", "Squeeze", "ExpandDims", "Split", "StridedSlice", "Unpack"})


def stand_ins(
    graph: Graph, wired: Wiring, constants: set[str], plumbing: Mapping[str, str], unused: set[str]
) -> dict[str, str]:
    """Every op → the shown op that represents it; a shown op represents itself."""
    stands_for: dict[str, str] = {}
    unused = unused | wired.idle
    outputs = [op_id for op_id in graph.output_ids if is_output(graph, graph.op(op_id))]
    for op in graph.ops():
        if op.id in unused:
            stands_for[op.id] = ""
        elif op.id in constants:
            stands_for[op.id] = _first_reader(graph, wired, op.id)
        elif op.id in plumbing:
            stands_for[op.id] = plumbing[op.id]
        elif op.id in wired.hidden:
            stands_for[op.id] = _first_inside(wired, op.id)
        elif (op.id, 0) in wired.passed:
            stands_for[op.id] = wired.source((op.id, 0))[0]
        elif op.type == "NoOp" and (outputs or graph.kind == "pipeline"):
            stands_for[op.id] = outputs[0] if outputs else ""
        elif _reads_variable(graph, wired, op, constants):
            stands_for[op.id] = next(src for src, _ in op.inputs if src not in constants)
        else:
            stands_for[op.id] = op.id
    _give_to_neighbours(graph, stands_for)
    for op_id in stands_for:
        end = _end_of(op_id, stands_for)
        stands_for[end] = end  # ops that represent each other: one of them is shown
    return {op_id: _end_of(op_id, stands_for) for op_id in stands_for}


def _first_reader(graph: Graph, wired: Wiring, op_id: str) -> str:
    """The first op that reads a constant, past identities; "" if there is none."""
    waiting, seen_ids = [op_id], {op_id}
    while waiting:
        for reader in graph.successors(waiting.pop(0)):
            if (reader, 0) not in wired.passed:
                return str(reader)
            if reader not in seen_ids:
                seen_ids.add(reader)
                waiting.append(reader)
    return ""


def unused_ops(graph: Graph) -> set[str]:
    """What a layer computes and nothing reads: TensorFlow does not run it either."""
    returned = {op_id for body in graph.bodies for op_id, _ in body.results} | set(graph.output_ids)
    calls = {body.call for body in graph.bodies}
    op_ids: set[str] = set()
    for op in reversed(list(graph.ops())):
        computes = op.type.startswith("TensorList") or family(op.type) in ("math", "activation", "shape", "random")
        if op.layer is None or not computes or op.id in returned or op.id in calls:
            continue
        if all(reader in op_ids for reader in graph.successors(op.id)):
            op_ids.add(op.id)
    return op_ids


def _first_inside(wired: Wiring, call: str) -> str:
    """The op for a call that is drawn as its body: a loop variable, else the op that makes its first result."""
    bodies = wired.hidden[call]
    inside = [argument for body in bodies for argument in body.args if argument in wired.carried]
    sources = [wired.source(end)[0] for body in bodies for end in body.results]
    return next(iter([*inside, *sources]), "")


def _give_to_neighbours(graph: Graph, stands_for: dict[str, str]) -> None:
    """Plumbing that nothing reads goes to the next shown op of its group, else the previous one, else further out."""
    waiting: list[Op] = []
    last: dict[tuple[str, ...], str] = {}
    for op in graph.ops():
        if not stands_for[op.id]:
            waiting.append(op)
        elif stands_for[op.id] == op.id:
            for depth in range(len(op.path) + 1):
                last[op.path[:depth]] = op.id
            for dead in [dead for dead in waiting if dead.path == op.path]:
                stands_for[dead.id] = op.id
                waiting.remove(dead)
    for dead in waiting:
        around = (dead.path[:depth] for depth in range(len(dead.path), -1, -1))
        stands_for[dead.id] = next((last[path] for path in around if path in last), dead.id)


def _reads_variable(graph: Graph, wired: Wiring, op: Op, constants: set[str]) -> bool:
    """Whether it reads a variable: a ReadVariableOp, its Cast, or a Keras layer's reshape of one before use."""
    if op.type == "Cast" and op.inputs:
        source = graph.op(wired.source(op.inputs[0])[0])
        is_weight = source.type == "Const" and source.variable is not None  # of a frozen graph
        return is_weight or _is_read(graph, wired, graph.op(op.inputs[0][0]))
    while op.type in _RESHAPES and op.layer is not None:
        varying = [src for src, _ in op.inputs if src not in constants]
        if len(varying) != 1:
            break
        op = graph.op(varying[0])
    return _is_read(graph, wired, op)


def _is_read(graph: Graph, wired: Wiring, op: Op) -> bool:
    # An op of a damaged file may lack its inputs.
    reads = op.type == "ReadVariableOp" and bool(op.inputs)
    return reads and graph.op(wired.source(op.inputs[0])[0]).variable is not None


def _end_of(op_id: str, stands_for: Mapping[str, str]) -> str:
    seen_ids = {op_id}
    while stands_for[op_id] != op_id and stands_for[op_id] not in seen_ids:
        op_id = stands_for[op_id]
        seen_ids.add(op_id)
    return op_id

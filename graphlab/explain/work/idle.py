"""The ops of a graph that nothing reads: TensorFlow leaves them out when the graph runs."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from graphlab.graph import Graph, Op

# These act on something outside the graph, and run whether their outputs are read or not.
_ACTS = (
    "Assign",
    "Assert",
    "Print",
    "PyFunc",
    "EagerPyFunc",
    "Save",
    "Write",
    "Summary",
    "Scatter",
    "Apply",
    "Resource",
    "Sparse",
    "Collective",
    "Send",
    "Enqueue",
    "Queue",
    "Barrier",
    "Stack",
    "TensorArray",
    "Lookup",
)
_IDLE_CACHE: WeakKeyDictionary[Graph, frozenset[str]] = WeakKeyDictionary()


def idle_ops(graph: Graph) -> frozenset[str]:
    """The ids of the ops that no result and no update needs; none if the graph does not record its results."""
    op_ids = _IDLE_CACHE.get(graph)
    if op_ids is None:
        op_ids = _IDLE_CACHE[graph] = _idle(graph) if graph.output_ids else frozenset()
    return op_ids


def _idle(graph: Graph) -> frozenset[str]:
    calls = {arg: body.call for body in graph.bodies for arg in body.args}
    results: dict[str, list[str]] = {}
    for body in graph.bodies:
        results.setdefault(body.call, []).extend(op_id for op_id, _ in body.results)
    around = {body.group: body.call for body in graph.bodies}
    waiting = [op_id for op_id in graph.output_ids if op_id in graph]
    waiting += [op.id for op in graph.ops() if _acts(graph, op, calls)]
    needed: set[str] = set()
    while waiting:
        op_id = waiting.pop()
        if op_id in needed:
            continue
        needed.add(op_id)
        waiting += graph.predecessors(op_id)
        waiting += results.get(op_id, ())
        waiting += [calls[op_id]] if op_id in calls else []
        waiting += [around[group_id] for group_id in graph.op(op_id).path if group_id in around]
    return frozenset(op.id for op in graph.ops() if op.id not in needed)


def _acts(graph: Graph, op: Op, calls: dict[str, str]) -> bool:
    """Whether an op runs for its effect rather than its outputs."""
    if op.id in calls or op.variable is not None:
        return False
    return not op.outputs or (op.type.startswith(_ACTS) and not op.type.startswith("ResourceGather"))

"""A graph at one level of detail: which ops have their own box, and which box represents the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from graphlab.cache import LazyValue
from graphlab.explain import GroupTotals
from graphlab.graph import Graph, Group, Op
from graphlab.number_text import value_text
from graphlab.view.apart import groups_apart
from graphlab.view.crowded import divide_groups
from graphlab.view.totals import totals_of_view
from graphlab.view.types import Wire

Path = tuple[str, ...]
_NEXT = frozenset({"NextIteration", "RefNextIteration"})


@dataclass(frozen=True, eq=False)
class Folded:
    """The shown ops with their paths, the groups that remain around them, and the wires that remain between them.

    `stands_for` maps every op to the shown op that represents it; `absorbed` is its inverse without the op itself.
    `updates` are the wires that write a variable, from the writing op to the variable. `constants` lists, per op, the
    constants written on it by input port. `alone` maps an op to the layer or group that consists only of it.
    `totals` sums up each group. `carried` maps loop variables to the op that makes the initial value.
    `elements` are the ops for the parts of an element in the functions of pipeline stages. `quiet` says
    that the plumbing is folded away.
    """

    graph: Graph
    paths: Mapping[str, Path]
    groups: Mapping[str, Group]
    stands_for: Mapping[str, str]
    absorbed: Mapping[str, tuple[str, ...]]
    wires: tuple[Wire, ...]
    updates: tuple[Wire, ...] = ()
    constants: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, GroupTotals] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    elements: frozenset[str] = frozenset()
    quiet: bool = False


Fact = TypeVar("Fact")


def once(make: Callable[[Folded], Fact]) -> Callable[[Folded], Fact]:
    """A function of a folded graph, computed on demand and cached as long as the graph exists.

    Threads that ask at the same time wait for the first one: a page asks several things of a new graph at once.
    """
    cache: WeakKeyDictionary[Folded, LazyValue[Fact]] = WeakKeyDictionary()
    lock = threading.Lock()

    @wraps(make)
    def find(folded: Folded) -> Fact:
        with lock:
            later = cache.setdefault(folded, LazyValue())
        return later.get(lambda: make(folded))

    return find


def fold_nothing(graph: Graph) -> Folded:
    """Every op and every edge of TensorFlow's graph, and wires between a call and its body."""
    wires = [
        Wire(src, data["src_port"], dst, data["dst_port"], data["tensor"]) for src, dst, data in graph.edges(data=True)
    ]
    for body in graph.bodies:
        wires += [Wire(body.call, None, arg, None, graph.op(arg).outputs[0]) for arg in body.args]
        wires += [Wire(src, port, body.call, None, graph.op(src).outputs[port]) for src, port in body.results]
    op_paths = {op.id: op.path for op in graph.ops()}
    paths, groups = divide_groups(op_paths, graph.groups, (edge for edge in graph.edges() if goes_on(graph, edge)))
    stands_for = {op_id: op_id for op_id in paths}
    return Folded(
        graph=graph,
        paths=paths,
        groups=groups_apart(paths.values(), groups),
        stands_for=stands_for,
        absorbed={},
        wires=tuple(wires),
        totals=totals_of_view(graph, paths, groups, stands_for),
    )


def goes_on(graph: Graph, edge: tuple[str, str]) -> bool:
    """Whether an edge leads to another op, not to the next iteration of a loop."""
    return edge[0] != edge[1] and graph.op(edge[0]).type not in _NEXT


def is_output(graph: Graph, op: Op) -> bool:
    """Whether the op only returns a result: an Identity at the end of the function."""
    return op.type == "Identity" and op.id in graph.output_ids


def format_constant(op: Op) -> str:
    """A constant's value as short text; "" if the graph does not contain it."""
    value = op.attrs.get("value")
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, float):
        return value_text(value)
    return "" if value is None else str(value).replace("None", "?")

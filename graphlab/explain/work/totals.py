"""Floating point operations of ops and graphs, per example, with loops and without ops that nothing reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from weakref import WeakKeyDictionary

from graphlab.explain.facts import OpFacts
from graphlab.explain.sizes.graph_sizes import Sizes, sizes_of
from graphlab.explain.sizes.terms import BATCH, Dims, Size, product
from graphlab.explain.work.flop_counts import count, has_count
from graphlab.explain.work.idle import idle_ops
from graphlab.graph import Graph, Op, Tensor

MODELS = ("forward", "train_step")  # the kinds of graphs in which the inputs' first size is the batch


@dataclass(frozen=True)
class Work:
    """Floating point operations: of one example if the batch is unknown, else of the whole graph.

    `flops` is None if it depends on unknown sizes, which `missing` names as in `Size.of`; on a loop whose number of
    iterations is found only by running it (`endless`); or on tensors of unknown rank (`shapeless`). `uncounted` gives
    for each type the number of ops without a count: there is no formula, or a size depends on the data.
    """

    flops: int | None = 0
    uncounted: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    endless: bool = False
    shapeless: bool = False


@dataclass(frozen=True)
class _Count:
    """The operations of one op: a fixed number, plus a number per example; `names` are the missing sizes."""

    fixed: int | Fraction = 0
    each: int | Fraction = 0
    names: frozenset[str] = frozenset()
    is_known: bool = True
    endless: bool = False
    shapeless: bool = False

    @property
    def flops(self) -> int | None:
        return int(self.fixed + self.each) if self.is_known else None


_TOTALS: WeakKeyDictionary[Graph, Work] = WeakKeyDictionary()
_NOTHING = _Count()
_UNCOUNTED = _Count(is_known=False)


def flops(graph: Graph, op_id: str) -> int | None:
    """Floating point operations of one run of an op, for one example if the batch is unknown.

    0 for moving data; None if there is no formula or a size is unknown.
    """
    return _once(graph, sizes_of(graph), graph.op(op_id)).flops


def op_work(graph: Graph, op_id: str) -> int | None:
    """The operations of all runs of an op while the graph runs once; 0 for one that nothing reads."""
    return _all_runs(graph, sizes_of(graph), graph.op(op_id)).flops


def elements(graph: Graph, op_id: str, port: int) -> int | None:
    """How many numbers an op's output contains, for one example if the batch is unknown; None if unknown."""
    shape = sizes_of(graph).shape((op_id, port))
    total = None if shape is None else product(shape)
    if total is None or isinstance(total, int):
        return total
    return None if _is_missing(total) else int(total.factor or 0)


def total_work(graph: Graph, ops: Iterable[Op] | None = None) -> Work:
    """The sum over all ops of a graph, or over these.

    In a train step of unknown batch size, this is one example's forward and backward pass and one whole update.
    """
    if ops is not None:
        return _summed(graph, ops)
    total = _TOTALS.get(graph)
    if total is None:
        total = _TOTALS[graph] = _summed(graph, graph.ops())
    return total


def _summed(graph: Graph, ops: Iterable[Op]) -> Work:
    sizes = sizes_of(graph)
    total, uncounted, lacking = 0, Counter[str](), []
    for op in ops:
        tally = _all_runs(graph, sizes, op)
        if tally.flops is not None:
            total += tally.flops
        elif tally.endless or tally.names or tally.shapeless:
            lacking.append(tally)
        else:
            uncounted[op.type] += 1
    return Work(
        None if lacking or graph.kind == "layers" else total,
        dict(sorted(uncounted.items())),
        tuple(sorted({name for tally in lacking for name in tally.names})),
        any(tally.endless for tally in lacking),
        any(tally.shapeless for tally in lacking),
    )


def examples(graph: Graph) -> int | None:
    """The number of examples that a graph's numbers are for: 1 if the batch is unknown, None if there are none."""
    first = [
        tensor.shape[0]
        for op_id in graph.input_ids
        for tensor in graph.op(op_id).outputs
        if tensor.shape and tensor.dtype != "resource"
    ]
    if None in first:
        return 1
    return first[0] if first and graph.kind in MODELS else None


def per_words(graph: Graph) -> str:
    """`per example`, `for 32 examples`; "" if there are none."""
    first = examples(graph)
    if first is None:
        return ""
    replicas = graph.facts.replicas
    if replicas > 1:
        return f"for {'an example' if first == 1 else f'{first:,} examples'} in each of {replicas} replicas"
    return "per example" if first == 1 else f"for {first:,} examples"


def is_idle(graph: Graph, op_id: str) -> bool:
    """Whether an op would compute something that nothing reads, so that TensorFlow skips it."""
    return op_id in idle_ops(graph) and bool(has_count(OpFacts(graph.op(op_id), ())))


def _all_runs(graph: Graph, sizes: Sizes, op: Op) -> _Count:
    if op.id in idle_ops(graph):
        return _NOTHING
    tally = _once(graph, sizes, op)
    if tally in (_NOTHING, _UNCOUNTED):
        return tally
    for call in sizes.calls_around(op):
        if any(body.role == "condition" for body in sizes.bodies[call]):
            tally = _looped(tally, sizes, call, op)
    return tally


def _looped(round_tally: _Count, sizes: Sizes, call: str, op: Op) -> _Count:
    """A loop's operations from those of one iteration. Its condition is evaluated once more than its body."""
    trips = sizes.trips(call)
    if trips is None:
        return replace(round_tally, is_known=False, endless=True)
    groups = {body.group for body in sizes.bodies[call] if body.role == "condition"}
    once_more = 0 if groups.isdisjoint(op.path) else 1
    if isinstance(trips, int):
        return replace(
            round_tally, fixed=round_tally.fixed * (trips + once_more), each=round_tally.each * (trips + once_more)
        )
    if trips.factor is not None and trips.of == (BATCH,) and not round_tally.each:
        return replace(round_tally, fixed=round_tally.fixed * once_more, each=round_tally.fixed * trips.factor)
    return replace(
        round_tally, is_known=False, names=round_tally.names | frozenset(_needed(trips)), endless=not trips.of
    )


def _once(graph: Graph, sizes: Sizes, op: Op) -> _Count:
    if graph.kind == "layers":
        return _UNCOUNTED  # a layer's class may have the name of an op but is not one
    if op.id in sizes.bodies or op.variable is not None:
        return _NOTHING
    plain = OpFacts(op, tuple(graph.op(src).outputs[port] for src, port in op.inputs))
    counted = has_count(plain)
    if not counted:
        return _UNCOUNTED if counted is False else _NOTHING
    if _all_known(plain):
        flop_count = count(plain)
        return _UNCOUNTED if flop_count is None else _Count(flop_count)
    return _for_examples(plain, [sizes.shape(end) for end in op.inputs], list(_own_shapes(sizes, op)))


def _all_known(facts: OpFacts) -> bool:
    tensors = (*facts.inputs, *facts.op.outputs)
    return all(tensor.shape is not None and None not in tensor.shape for tensor in tensors)


def _own_shapes(sizes: Sizes, op: Op) -> Iterator[Dims | None]:
    return (sizes.shape((op.id, port)) for port in range(len(op.outputs)))


def _for_examples(facts: OpFacts, inputs: list[Dims | None], outputs: list[Dims | None]) -> _Count:
    """The operations as a linear function of the batch size, from three of its sizes."""
    dims = [dim for shape in (*inputs, *outputs) for dim in shape or () if isinstance(dim, Size)]
    unit = lcm(*(dim.factor.denominator for dim in dims if dim.factor is not None))
    counts = [_at(facts, inputs, outputs, unit * batch) for batch in (1, 2, 3)]
    if None in counts:
        names = frozenset(name for dim in dims if _is_missing(dim) for name in _needed(dim))
        return _Count(is_known=False, names=names, shapeless=not names and None in (*inputs, *outputs))
    first, second, third = (number or 0 for number in counts)
    if third - second != second - first:
        return _Count(is_known=False, names=frozenset({BATCH}))
    each = second - first if unit == 1 else Fraction(second - first, unit)
    return _Count(first - each * unit, each)


def _is_missing(dim: Size) -> bool:
    return dim.factor is None or set(dim.of) != {BATCH}


def _needed(size: Size) -> tuple[str, ...]:
    """The missing names in a size, without the batch if the others may be enough for one example."""
    others = tuple(name for name in size.of if name != BATCH)
    return others if others and size.of.count(BATCH) == 1 else size.of


def _at(facts: OpFacts, inputs: list[Dims | None], outputs: list[Dims | None], batch: int) -> int | None:
    op = replace(facts.op, outputs=tuple(map(_tensor, facts.op.outputs, outputs, [batch] * len(outputs))))
    return count(replace(facts, op=op, inputs=tuple(map(_tensor, facts.inputs, inputs, [batch] * len(inputs)))))


def _tensor(tensor: Tensor, dims: Dims | None, batch: int) -> Tensor:
    """The tensor for one batch size, with unknown sizes left open."""
    if dims is None:
        return tensor
    return replace(tensor, shape=tuple(_number(dim, batch) if isinstance(dim, Size) else dim for dim in dims))


def _number(dim: Size, batch: int) -> int | None:
    return None if dim.factor is None or _is_missing(dim) else int(dim.factor * batch ** len(dim.of))

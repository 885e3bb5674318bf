"""Amounts per box: parameters, FLOPs, bytes. Independent of pixels and Dash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from graphlab.explain import elements, format_bytes, format_flops, format_number, op_work, per_words
from graphlab.graph import Graph, Op, Tensor, count_elements
from graphlab.overlay.lift import sums_in_groups
from graphlab.overlay.scale import Scale, scale_of
from graphlab.overlay.types import NONE, UNKNOWN, LegendEntry, Lifted, Mark
from graphlab.shared_constants import SCALE_STEPS
from graphlab.view.fold import Folded, once
from graphlab.view.nest import ROOT


@dataclass(frozen=True)
class Amounts:
    """The amount of every shown op and group, summed over the ops in a group and those that a box represents.

    `uncounted` is the number of ops, of those that a shown op represents, whose amount is unknown. `empty` counts the
    shown ops with nothing, `unknown` those of which nothing is known. `words` formats an amount, `none` says that there
    is none; `note` says what the numbers are for.
    """

    values: Mapping[str, int]
    uncounted: Mapping[str, int]
    empty: int
    unknown: int
    words: Callable[[int], str]
    none: str
    note: str = ""

    @cached_property
    def scale(self) -> Scale:
        """The scale of the amounts of all boxes."""
        return scale_of(value for child, value in self.values.items() if child != ROOT)

    @property
    def ends(self) -> tuple[str, str] | None:
        """The words for the least and the most; None if there is nothing."""
        scale = self.scale
        return (f"≤ {self.words(int(scale.least))}", self.words(int(scale.most))) if scale.most else None

    @cached_property
    def entries(self) -> tuple[LegendEntry, ...]:
        """The legend: the steps of the scale with the shown ops on each, then those with nothing and those unknown."""
        amounts = [value for child, value in self.values.items() if value and not child.endswith("/") and child != ROOT]
        counts = Counter(map(self.scale.step, amounts))
        steps = (
            [LegendEntry(f"r{step}", _range(self, step), counts[step]) for step in range(SCALE_STEPS)]
            if self.scale.most
            else []
        )
        rest = [LegendEntry(NONE, self.none, self.empty), LegendEntry(UNKNOWN, "unknown", self.unknown)]
        return (*steps, *(entry for entry in rest if entry.count))

    def mark(self, lifted: Lifted) -> Mark:
        """The mark of a shown op or of a group."""
        value = self.values.get(lifted.child, 0)  # for a layer, it may exceed the sum over its ops
        if not value:
            slot, words = (UNKNOWN, "unknown") if lifted.unknown else (NONE, self.none)
            return Mark(slots=((slot, 1),), words=words)
        text = self.words(value)
        suffix = f", {lifted.unknown:,} uncounted" if lifted.unknown else ""
        return Mark(level=round(self.scale.level(value), 3), text=text, words=f"{text}{suffix}")


def _range(amounts: Amounts, step: int) -> str:
    words, scale = amounts.words, amounts.scale
    start = f"{words(scale.edge(step))} to" if step else "up to"
    return f"{start} {words(scale.edge(step + 1))}"


@once
def parameters(folded: Folded) -> Amounts:
    """The model's parameters; for a layer, also those that an enclosing loop or branch passes in."""
    counted = _amounts(
        folded, {op.id: _parameters(op) for op in folded.graph.ops()}, format_number, "without parameters"
    )
    totals = {group_id: total.parameters for group_id, total in folded.totals.items() if group_id in folded.groups}
    return replace(counted, values={**counted.values, **totals, ROOT: folded.graph.parameters})


def _parameters(op: Op) -> int | None:
    unknown = op.variable is not None and count_elements(op.variable.shape) is None
    return None if unknown else op.variable.parameters if op.variable else 0


@once
def work(folded: Folded) -> Amounts:
    """Floating point operations: for loops those of all iterations, none for ops that nothing reads."""
    graph = folded.graph
    counted = _amounts(folded, {op.id: op_work(graph, op.id) for op in graph.ops()}, format_flops, "no arithmetic")
    return replace(counted, note=per_words(graph))


@once
def output_bytes(folded: Folded) -> Amounts:
    """The size of ops' outputs; handles of variables and datasets contain no numbers themselves."""
    graph = folded.graph
    counted = _amounts(folded, {op.id: _op_bytes(graph, op) for op in graph.ops()}, format_bytes, "no numbers")
    return replace(counted, note=per_words(graph))


def _op_bytes(graph: Graph, op: Op) -> int | None:
    sizes = [_tensor_bytes(tensor, elements(graph, op.id, port)) for port, tensor in enumerate(op.outputs)]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _tensor_bytes(tensor: Tensor, numbers: int | None) -> int | None:
    """The size of a tensor with this many numbers; None if unknown, and for texts."""
    if tensor.dtype in HANDLES:
        return 0
    bits = BITS.get(tensor.dtype) or int((re.search(r"\d+", tensor.dtype) or ["0"])[0])
    return numbers * bits // 8 if bits and numbers is not None else None


HANDLES = frozenset({"resource", "variant"})
BITS = {"bool": 8, "half": 16, "float": 32, "double": 64}  # the names of other dtypes contain their bits


def _amounts(folded: Folded, counts: Mapping[str, int | None], words: Callable[[int], str], none: str) -> Amounts:
    """The amounts of boxes and groups from those of single ops, None if unknown."""
    own: Counter[str] = Counter(dict.fromkeys(folded.paths, 0))
    uncounted: Counter[str] = Counter()
    for op_id, count in counts.items():
        shown_id = folded.stands_for[op_id]
        own[shown_id] += count or 0
        if count is None:
            uncounted[shown_id] += 1
    empty = sum(1 for op_id in folded.paths if not own[op_id] and not uncounted[op_id])
    unknown = sum(1 for op_id in folded.paths if not own[op_id] and uncounted[op_id])
    return Amounts(sums_in_groups(folded, own), uncounted, empty, unknown, words, none)

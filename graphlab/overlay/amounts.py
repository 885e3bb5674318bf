"""Amounts per box: parameters, FLOPs, bytes. Knows nothing about pixels or Dash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log

from graphlab.explain import elements, format_bytes, format_flops, format_number, op_work, per_words
from graphlab.graph import Graph, Op, Tensor, count_elements
from graphlab.overlay.mixes import NONE, UNKNOWN, Entry, Mark
from graphlab.view.fold import Folded, once
from graphlab.view.nest import ROOT, nest_of

STEPS = 5  # colours from little to much
WIDE = 50  # from this ratio of the largest amount to the smallest on, the scale is logarithmic,
SPAN = 10_000  # and what is less than this part of the largest is at its beginning


@dataclass(frozen=True)
class Amounts:
    """The amount of every shown op and group, summed over all ops in a group, and over those that a box stands for.

    `uncounted` says of how many ops in each box the amount is unknown. `empty` counts the shown ops that have nothing,
    `unknown` those of which nothing is known. `words` write an amount, `none` says that there is none; `note` tells
    what the numbers are for.
    """

    values: Mapping[str, int]
    uncounted: Mapping[str, int]
    empty: int
    unknown: int
    words: Callable[[int], str]
    none: str
    note: str = ""

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The ends of the scale, the largest amount of a box and the smallest that counts; both 0 for no amounts."""
        found = [value for child, value in self.values.items() if value and child != ROOT]
        most = max(found, default=0)
        return max(min(found, default=0), most // SPAN), most

    def level(self, value: int) -> float:
        """Where an amount lies on the scale, from 0 to 1."""
        least, most = self.ends
        if most > least * WIDE:
            return max(0.0, log(value / least) / log(most / least))
        return value / most

    def edge(self, step: int) -> int:
        """The amount at which a step of the scale begins."""
        least, most = self.ends
        if most > least * WIDE:
            return round(least * exp(log(most / least) * step / STEPS))
        return round(most * step / STEPS)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The legend: the steps of the scale with the shown ops on each, those with nothing and those not known."""
        shown = [value for child, value in self.values.items() if value and not child.endswith("/") and child != ROOT]
        counts = Counter(min(STEPS - 1, int(self.level(value) * STEPS)) for value in shown)
        steps = [Entry(f"r{step}", _range(self, step), counts[step]) for step in range(STEPS)] if self.ends[1] else []
        rest = [Entry(NONE, self.none, self.empty), Entry(UNKNOWN, "unknown", self.unknown)]
        return (*steps, *(entry for entry in rest if entry.count))

    def mark(self, child: str) -> Mark:
        """The mark of a shown op or of a group."""
        value, uncounted = self.values.get(child, 0), self.uncounted.get(child, 0)
        if not value:
            return Mark(((UNKNOWN, 1),), words="unknown") if uncounted else Mark(((NONE, 1),), words=self.none)
        text = self.words(value)
        left = f", {uncounted:,} uncounted" if uncounted else ""
        return Mark(amount=round(self.level(value), 3), text=text, words=f"{text}{left}")


def _range(amounts: Amounts, step: int) -> str:
    words = amounts.words
    start = f"{words(amounts.edge(step))} to" if step else "up to"
    return f"{start} {words(amounts.edge(step + 1))}"


@once
def parameters(folded: Folded) -> Amounts:
    """The model's parameters; a layer's also those that a loop or a branch around it passes in."""
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
    """Floating point operations: of loops those of all iterations, none of what nothing reads."""
    graph = folded.graph
    counted = _amounts(folded, {op.id: op_work(graph, op.id) for op in graph.ops()}, format_flops, "no arithmetic")
    return replace(counted, note=per_words(graph))


@once
def output_bytes(folded: Folded) -> Amounts:
    """The size of what ops give; handles of variables and datasets hold no numbers themselves."""
    graph = folded.graph
    counted = _amounts(folded, {op.id: _op_bytes(graph, op) for op in graph.ops()}, format_bytes, "no numbers")
    return replace(counted, note=per_words(graph))


def _op_bytes(graph: Graph, op: Op) -> int | None:
    sizes = [_tensor_bytes(tensor, elements(graph, op.id, port)) for port, tensor in enumerate(op.outputs)]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _tensor_bytes(tensor: Tensor, numbers: int | None) -> int | None:
    """The size of a tensor of so many numbers; None where they are not known, and for texts."""
    if tensor.dtype in HANDLES:
        return 0
    bits = BITS.get(tensor.dtype) or int((re.search(r"\d+", tensor.dtype) or ["0"])[0])
    return numbers * bits // 8 if bits and numbers is not None else None


HANDLES = frozenset({"resource", "variant"})
BITS = {"bool": 8, "half": 16, "float": 32, "double": 64}  # other dtypes say their bits in their names


def _amounts(folded: Folded, counts: Mapping[str, int | None], words: Callable[[int], str], none: str) -> Amounts:
    """The amounts of boxes and groups from those of single ops, None where unknown."""
    own: Counter[str] = Counter(dict.fromkeys(folded.paths, 0))
    uncounted: Counter[str] = Counter()
    for op_id, count in counts.items():
        shown = folded.stands_for[op_id]
        own[shown] += count or 0
        uncounted[shown] += count is None
    empty = sum(1 for op_id in folded.paths if not own[op_id] and not uncounted[op_id])
    unknown = sum(1 for op_id in folded.paths if not own[op_id] and uncounted[op_id])
    return Amounts(_summed(folded, own), _summed(folded, uncounted), empty, unknown, words, none)


def _summed(folded: Folded, own: Mapping[str, int]) -> dict[str, int]:
    """The values of the shown ops, and for each group the sum over those in it; the whole graph's under ""."""
    children = nest_of(folded).children
    sums = dict(own)
    for scope in reversed(list(children)):  # a group comes after those around it
        sums[scope] = sum(sums.get(child, 0) for child in children[scope])
    return sums

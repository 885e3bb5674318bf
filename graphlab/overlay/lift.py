"""Lifts an overlay from ops to the boxes of a view. Independent of where the overlay comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan
from weakref import WeakKeyDictionary

from graphlab.overlay.types import BoxKind, Lift, Lifted, LiftedOverlay, LinkSlot, Mark, Overlay, Slots, Visible
from graphlab.view.fold import Folded, once
from graphlab.view.nest import ROOT, nest_of

COUNTED_PLACES = frozenset({"ring", "corner", "foot"})  # places in which it matters how many ops are marked


def lift(overlay: Overlay, folded: Folded, visible: Visible) -> LiftedOverlay:
    """The part of an overlay that a view shows.

    The ops are visited once for each overlay; after that, the cost depends on what is new in the view.
    """
    columns = columns_of(overlay, folded)
    with_counts = not COUNTED_PLACES.isdisjoint(overlay.style.places)
    marks: list[Mark] = []
    for box_id, child in visible.boxes.items():
        mark = _mark_of(overlay, columns, child, "box" if box_id == child else "stub")
        if mark is not None:
            marks.append(_mark_on(box_id, mark, with_counts=with_counts))
    for frame_id in visible.frames:
        mark = _mark_of(overlay, columns, frame_id, "frame")
        if mark is not None:
            marks.append(_mark_on(frame_id, mark, with_counts=with_counts))
    links = tuple(_links(overlay, folded, marks, visible))
    return LiftedOverlay(overlay.name, overlay.key, overlay.style, overlay.legend, tuple(marks), links)


def _mark_on(box_id: str, mark: Mark, *, with_counts: bool) -> Mark:
    counts = (mark.count, mark.total) if with_counts else (0, 0)
    return Mark(box_id, mark.slots, mark.level, mark.text, mark.picture, mark.words, *counts, mark.alike, mark.readouts)


def _links(overlay: Overlay, folded: Folded, marks: Sequence[Mark], visible: Visible) -> Iterator[LinkSlot]:
    if overlay.link_slot is None:
        return
    places = {mark.box: index for index, mark in enumerate(marks)}
    for link in visible.links:
        slot = overlay.link_slot(folded, link)
        if slot:
            yield places[link.src], places[link.dst], link.style, slot


# The columns of an overlay, in the order of the spans


@dataclass(frozen=True)
class Spans:
    """The shown ops, ordered so that those of each group are contiguous, with the range of each child's ops."""

    ops: Sequence[str]
    spans: Mapping[str, tuple[int, int]]


@once
def spans_of(folded: Folded) -> Spans:
    """The spans of a graph at one level of detail; the span of the whole graph is under ""."""
    children = nest_of(folded).children
    ops: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    waiting: list[tuple[str, int | None]] = [(ROOT, None)]  # a group is visited twice: before and after its contents
    while waiting:
        child, begin = waiting.pop()
        if begin is not None:
            spans[child] = (begin, len(ops))
        elif child in children:
            waiting.append((child, len(ops)))
            waiting += [(inner, None) for inner in reversed(children[child])]
        else:
            spans[child] = (len(ops), len(ops) + 1)
            ops.append(child)
    return Spans(ops, spans)


def sums_in_groups(folded: Folded, numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers of the shown ops, and for each group the sum over its ops; the sum of the whole graph is under ""."""
    spans = spans_of(folded)
    column = [numbers[op_id] for op_id in spans.ops]
    return {child: sum(column[begin:end]) for child, (begin, end) in spans.spans.items()}


@dataclass(frozen=True)
class _Columns:
    """An overlay's values in the order of the spans, and the marks made from them so far.

    `filled_numbers` are the numbers with a value for none. Columns are empty where no op has any.
    """

    spans: Spans
    slots: Sequence[str | None]
    numbers: Sequence[float | None]
    filled_numbers: Sequence[float]
    unknown: Sequence[int]
    is_marked: Sequence[bool]
    marks: dict[tuple[str, BoxKind], Mark | None] = field(default_factory=dict)


def _mark_of(overlay: Overlay, columns: _Columns, child: str, box_kind: BoxKind) -> Mark | None:
    """The mark of an op or group; None if it has none."""
    key = (child, box_kind)
    if key not in columns.marks:
        columns.marks[key] = overlay.groups.get(child) or _mark_from(overlay, _lift(overlay, columns, child, box_kind))
    return columns.marks[key]


def _lift(overlay: Overlay, columns: _Columns, child: str, box_kind: BoxKind) -> Lifted:
    """The combined values of the ops in a box."""
    begin, end = columns.spans.spans[child]
    count = columns.is_marked[begin:end].count(True)
    shares, number, index = LIFTS[overlay.lift](overlay, columns, begin, end) if count else ((), None, None)
    op_id = "" if index is None else columns.spans.ops[index]
    return Lifted(child, box_kind, shares, number, sum(columns.unknown[begin:end]), op_id, count, end - begin)


def _mark_from(overlay: Overlay, lifted: Lifted) -> Mark | None:
    return overlay.mark(lifted) if overlay.mark else usual_mark(overlay, lifted)


def usual_mark(overlay: Overlay, lifted: Lifted) -> Mark | None:
    """The mark of an op or a closed group: its slots or its place on the scale, and its number's or op's text."""
    if lifted.box_kind == "frame" or not lifted.count:
        return None
    number = lifted.number
    text = overlay.write(number) if overlay.write and number is not None else overlay.texts.get(lifted.op, "")
    level = round(overlay.scale.level(number), 3) if overlay.scale and number is not None else None
    picture = overlay.pictures.get(lifted.op, "")
    shares = () if level is not None else lifted.shares
    return Mark("", shares, level, text, picture, text, lifted.count, lifted.total)


_columns_of: WeakKeyDictionary[Overlay, _Columns] = WeakKeyDictionary()  # must not lead back to the overlay


def columns_of(overlay: Overlay, folded: Folded) -> _Columns:
    """The columns of an overlay, computed on demand."""
    spans = spans_of(folded)
    columns = _columns_of.get(overlay)
    if columns is None or columns.spans is not spans:
        columns = _columns_of[overlay] = _columns(overlay, spans)
    return columns


def _columns(overlay: Overlay, spans: Spans) -> _Columns:
    ops = spans.ops
    numbers = list(map(overlay.numbers.get, ops)) if overlay.numbers else []
    none = -inf if overlay.lift == "worst" else 0
    filled_numbers = [none if number is None else number for number in numbers]
    if overlay.lift == "worst" and any(map(isnan, filled_numbers)):  # nothing is worse than NaN
        filled_numbers = [inf if isnan(number) else number for number in filled_numbers]
    unknown = [overlay.unknown.get(op_id, 0) for op_id in ops] if overlay.unknown else []
    tables = [column for column in (overlay.slots, overlay.numbers, overlay.texts, overlay.pictures) if column]
    marked_ops = tables[0] if len(tables) == 1 else {op_id for column in tables for op_id in column}
    slots = list(map(overlay.slots.get, ops)) if overlay.slots else []
    return _Columns(spans, slots, numbers, filled_numbers, unknown, list(map(marked_ops.__contains__, ops)))


# How ops' values are lifted: the slots with their shares, the number, the index of the op that is shown


Rule = Callable[[Overlay, _Columns, int, int], tuple[Slots, float | None, int | None]]


def _sum(overlay: Overlay, columns: _Columns, begin: int, end: int) -> tuple[Slots, float | None, int | None]:
    return (), sum(columns.filled_numbers[begin:end]), None


def _worst(overlay: Overlay, columns: _Columns, begin: int, end: int) -> tuple[Slots, float | None, int | None]:
    if not columns.numbers:
        return _any(overlay, columns, begin, end)
    worst = max(columns.filled_numbers[begin:end])
    index = columns.filled_numbers.index(worst, begin, end)
    return _slot_at(columns, index), columns.numbers[index], index


def _any(overlay: Overlay, columns: _Columns, begin: int, end: int) -> tuple[Slots, float | None, int | None]:
    index = columns.is_marked.index(True, begin, end)
    number = columns.numbers[index] if columns.numbers else None
    return _slot_at(columns, index), number, index


def _slot_at(columns: _Columns, index: int) -> Slots:
    slot = columns.slots[index] if columns.slots else None
    return ((slot, 1),) if slot else ()


def _mix(overlay: Overlay, columns: _Columns, begin: int, end: int) -> tuple[Slots, float | None, int | None]:
    shares: Counter[str] = Counter()
    weights = overlay.weights
    if weights:
        for index in range(begin, end):
            slot = columns.slots[index]
            if slot:
                shares[slot] += weights.get(columns.spans.ops[index], 1)  # type: ignore[assignment]
    else:
        shares.update(filter(None, columns.slots[begin:end]))
    listed = (entry.slot for entry in overlay.legend.entries)
    ordered = dict.fromkeys([*listed, *shares])
    return tuple((slot, shares[slot]) for slot in ordered if slot in shares), None, None


LIFTS: dict[Lift, Rule] = {"sum": _sum, "worst": _worst, "any": _any, "mix": _mix}

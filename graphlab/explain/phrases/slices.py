"""Words for what a strided slice does: parts, single entries, steps, reversed axes, new axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphlab.explain.facts import OpFacts, brackets
from graphlab.explain.wording import Phrase, output_amount
from graphlab.graph.json_values import int_of, ints_of


@dataclass(frozen=True)
class _Part:
    """One position between a slice's brackets: its text, and its kind (whole, entry, new, rest, reversed, part)."""

    text: str
    kind: str


def slice_phrase(facts: OpFacts) -> Phrase:
    """What a strided slice does to its tensor."""
    source, output = brackets(facts.inputs[0]), facts.op.outputs[0]
    formula = f"{source} → {brackets(output)}"
    parts = _parts(facts)
    kinds = {part.kind for part in parts or ()}
    if parts is None:
        return Phrase(f"Cuts a part out of {source}: {output_amount(facts)}.", formula)
    text = _text(parts)
    formula = f"x{text} → {brackets(output)}, x = {source}"
    if kinds <= {"whole", "rest"}:
        return Phrase(f"Takes all of its input, {source}: {output_amount(facts)}.", formula)
    if kinds <= {"whole", "rest", "new"}:
        added = sum(part.kind == "new" for part in parts)
        axes = "an axis" if added == 1 else f"{added} axes"
        return Phrase(f"Adds {axes} of size 1: {source} becomes {brackets(output)}; no number changes.", formula)
    if kinds <= {"whole", "rest", "reversed"}:
        return Phrase(f"Reverses the order{_along(parts)}, as x{text} does: {output_amount(facts)}.", formula)
    new = ", with a new axis of size 1," if "new" in kinds else ""
    return Phrase(f"Cuts the part x{text}{new} out of x, a tensor of shape {source}: {output_amount(facts)}.", formula)


def slice_text(facts: OpFacts) -> str:
    """`[0]`, `[:, 1:]`, `[..., None]`: a strided slice in Python's notation; "" if its limits are computed."""
    parts = _parts(facts)
    return "" if parts is None else _text(parts)


def _text(parts: Sequence[_Part]) -> str:
    return f"[{', '.join(part.text for part in parts)}]"


def _along(parts: Sequence[_Part]) -> str:
    """The reversed axes; "" after an ellipsis, because their positions are then counted from the end."""
    if any(part.kind == "rest" for part in parts):
        return ""
    axes = [str(axis) for axis, part in enumerate(parts) if part.kind == "reversed"]
    return f" along ax{'i' if len(axes) == 1 else 'e'}s {' and '.join(axes)}"


def _parts(facts: OpFacts) -> tuple[_Part, ...] | None:
    """The positions between the brackets; None if a limit is computed."""
    limits = [facts.constant(port) for port in (1, 2, 3)]
    if not all(isinstance(values, (list, tuple)) for values in limits):
        return None
    return tuple(_each(facts, *map(ints_of, limits)))


def _each(facts: OpFacts, begin: Sequence[int], end: Sequence[int], steps: Sequence[int]) -> Iterator[_Part]:
    for index, (first, last, step) in enumerate(zip(begin, end, steps, strict=False)):
        if _bit(facts, "ellipsis_mask", index):
            yield _Part("...", "rest")
        elif _bit(facts, "new_axis_mask", index):
            yield _Part("None", "new")
        elif _bit(facts, "shrink_axis_mask", index):
            yield _Part(str(first), "entry")
        else:
            yield _range(first, last, step, _bit(facts, "begin_mask", index), _bit(facts, "end_mask", index))


def _range(first: int, last: int, step: int, from_start: bool, to_end: bool) -> _Part:
    opened = from_start or (first == 0 and step > 0)
    start, stop = "" if opened else str(first), "" if to_end else str(last)
    text = f"{start}:{stop}" + ("" if step == 1 else f":{step}")
    if text == ":":
        return _Part(text, "whole")
    return _Part(text, "reversed" if text == "::-1" else "part")


def _bit(facts: OpFacts, mask: str, index: int) -> bool:
    return bool(int_of(facts.attr(mask, 0)) >> index & 1)

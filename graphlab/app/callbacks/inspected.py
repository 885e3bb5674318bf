"""The page's view of one box: the inspector's parts, its actions, and what is hidden inside it."""

from __future__ import annotations

import dataclasses

from graphlab.app.page import parts
from graphlab.app.page.children import Children
from graphlab.app.server.view_state import ViewState
from graphlab.inspector import Detail, Heading, Row, Section, inspect
from graphlab.view import Folded, groups_around

FIRST_SECTIONS = frozenset({"Variable", "Inputs", "Output", "Outputs", "Contents"})  # before its values and its trace
PINNED_SECTIONS = frozenset({"Variable", "Inputs", "Output", "Outputs", "Each element", "Contents", "Settings"})


def inspected_box(folded: Folded, box_id: str, state: ViewState) -> tuple[list[Children], list[Children]]:
    """The description of a box with its inputs and outputs, and the rest. The box's values go between them."""
    details = [mark_hidden(folded, part, state.hidden) for part in inspect(folded, box_id)]
    later = (
        index for index, part in enumerate(details) if isinstance(part, Section) and part.title not in FIRST_SECTIONS
    )
    head = next(later, len(details))
    elements = [parts.inspected(part) for part in details]
    acts = parts.box_acts(box_id, of_group=box_id in folded.groups, is_focus=box_id == state.focus)
    return [elements[0], acts, *elements[1:head]], elements[head:]


def pinned_box(folded: Folded, box_id: str) -> Children:
    """The card of a pinned box: what it is, its inputs and outputs, and its numbers."""
    heading, *details = inspect(folded, box_id)
    pinned_details = [part for part in details if not isinstance(part, Section) or part.title in PINNED_SECTIONS]
    elements = [parts.inspected(_of_pin(part, box_id)) for part in pinned_details]
    return parts.pin_card(heading.title if isinstance(heading, Heading) else box_id, box_id, elements)


def _of_pin(part: Detail, box_id: str) -> Detail:
    """The part with link ids that differ from the inspector's own."""
    if isinstance(part, Section):
        return dataclasses.replace(part, parts=tuple(_of_pin(inner, box_id) for inner in part.parts))
    return dataclasses.replace(part, n=f"pin {box_id} {part.n}") if isinstance(part, Row) and part.target else part


def mark_hidden(folded: Folded, part: Detail, hidden: frozenset[str]) -> Detail:
    """The part with a mark on each row that leads to a hidden box."""
    if isinstance(part, Section):
        return dataclasses.replace(part, parts=tuple(mark_hidden(folded, inner, hidden) for inner in part.parts))
    if isinstance(part, Row) and part.target and is_hidden(folded, part.target, hidden):
        return dataclasses.replace(part, value=f"{part.value} · hidden")
    return part


def is_hidden(folded: Folded, box_id: str, hidden: frozenset[str]) -> bool:
    """Whether a box or a group around it is hidden."""
    return bool(hidden) and not hidden.isdisjoint((box_id, *groups_around(folded, box_id)))

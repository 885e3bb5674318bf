"""The inspector's part about upstream, downstream and paths: its buttons and its results."""

from __future__ import annotations

from dash import html

from graphlab.app.page import parts
from graphlab.app.page.children import Children
from graphlab.overlay.lineage import START, Lineage, Paths, Reach
from graphlab.overlay.lineage_query import FROM, MOST_OPENED, PATHS, WAYS, LineageAnswer, LineageQuery, box_name
from graphlab.overlay.lineage_words import note, path_words, sentence
from graphlab.view import Folded

TITLES = {"up": "Upstream", "down": "Downstream", "both": "Both"}
HINTS = {
    "up": "Show what this depends on (U; Shift+U: one step at a time)",
    "down": "Show what this reaches (D; Shift+D: one step at a time)",
    "both": "Show what this depends on and what it reaches",
}


def lineage_part(folded: Folded, selected: str | None, answer: LineageAnswer | None, problem: str) -> list[Children]:
    """The part; [] if nothing is selected and no lineage asked for. `problem` is why a query has no answer."""
    elements = [parts.prose(problem)] if problem else _answer_elements(folded, answer) if answer else []
    if not selected and not elements:
        return []
    begin = [_begin(folded, selected, answer)] if selected else []
    return [html.Section([html.H3("Upstream and downstream"), *begin, *elements], className="part lineage")]


def _begin(folded: Folded, selected: str, answer: LineageAnswer | None) -> html.Div:
    current_query = answer.query if answer else None
    buttons = []
    for way, title in TITLES.items():
        pressed = current_query is not None and (current_query.way, current_query.box) == (way, selected)
        number = current_query.number if current_query and current_query.way in WAYS else 0
        query = LineageQuery(way, selected, number=number)
        buttons.append(_button(title, "" if pressed else str(query), HINTS[way], pressed=pressed))
    pending = current_query is not None and current_query.way == FROM and current_query.box != selected
    query = (
        LineageQuery(PATHS, current_query.box, selected) if current_query and pending else LineageQuery(FROM, selected)
    )
    title = (
        f"Paths from {box_name(folded, current_query.box)} to here" if current_query and pending else "Paths from here"
    )
    pressed = current_query == LineageQuery(FROM, selected)
    buttons.append(_button(title, "" if pressed else str(query), f"{title} (P)", pressed=pressed))
    return html.Div(buttons, className="lineage-ways", role="group", **{"aria-label": "Upstream and downstream"})


def _answer_elements(folded: Folded, answer: LineageAnswer) -> list[Children]:
    lineage, query = answer.lineage, answer.query
    paragraphs = [parts.prose(sentence(folded, answer))]
    paragraphs += [html.P(note(answer), className="prose lineage-note")] if note(answer) else []
    if isinstance(lineage, Reach):
        return [*paragraphs, html.Div([*_depth(query, lineage), *_open(lineage)], className="lineage-row")]
    if isinstance(lineage, Paths) and lineage.path_set.paths:
        return [
            *paragraphs,
            html.Div([*_path_steps(query, lineage), *_open(lineage)], className="lineage-row"),
            _ops(folded, lineage),
        ]
    return paragraphs


def _depth(query: LineageQuery, lineage: Reach) -> list[Children]:
    """How far the lineage goes, with the ways to less and more; none where there is nothing to choose."""
    deepest = lineage.deepest
    if deepest < 2:
        return []
    depth = lineage.depth or deepest
    fewer = query.with_number(max(1, depth - 1))
    further = query.with_number(depth + 1 if depth + 1 < deepest else 0)
    words = f"All {deepest:,} steps" if depth == deepest else f"{depth:,} of {deepest:,} steps"
    return [
        _step("−", "One step fewer", str(fewer), off=depth == 1),
        html.Span(words, className="lineage-steps"),
        _step("+", "One step more", str(further), off=depth == deepest),
        *([_button("All", str(query.with_number(0)), "Show every step")] if depth < deepest else []),
    ]


def _open(lineage: Lineage) -> list[Children]:
    """The way to see the whole lineage, op by op; none where nothing is."""
    hint = f"Expand the groups around these ops, up to {MOST_OPENED:,} boxes in total"
    has_ops = any(side != START for side in lineage.sides.values())
    attributes = {"className": "button small", "title": hint, "data-lineage-open": ""}
    return [html.Button("Show all these ops", **attributes)] if has_ops else []


def _path_steps(query: LineageQuery, lineage: Paths) -> list[Children]:
    """Which path is shown, and the buttons for the previous and the next one."""
    last = len(lineage.path_set.paths)
    number = lineage.path_index + 1
    previous, following = (str(query.with_number(n)) for n in (max(1, number - 1), min(last, number + 1)))
    return [
        _step("‹", "Previous path", previous, off=number == 1),
        html.Span(path_words(lineage), className="lineage-steps"),
        _step("›", "Next path", following, off=number == last),
    ]


MOST_OPS = 200  # listed ops of a path


def _ops(folded: Folded, lineage: Paths) -> html.Ol:
    """The ops of the chosen path, each a link."""
    ops = [lineage.flow.ops[node] for node in lineage.path]
    lines = [
        html.Li([parts.op_link(box_name(folded, op_id), op_id, f"path{index}"), html.Code(op_id)])
        for index, op_id in enumerate(ops[:MOST_OPS])
    ]
    rest = [html.Li(f"and {len(ops) - MOST_OPS:,} more")] if len(ops) > MOST_OPS else []
    return html.Ol([*lines, *rest], className="lineage-path")


def _button(title: str, query: str, hint: str, *, pressed: bool | None = None) -> html.Button:
    """A click sets the query: lineage.mjs reads it from the button."""
    state = {} if pressed is None else {"aria-pressed": str(pressed).lower()}
    return html.Button(title, className="button small", title=hint, **{"data-lineage": query, **state})


def _step(sign: str, title: str, query: str, *, off: bool) -> html.Button:
    attributes = {"data-lineage": query, "aria-label": title}
    return html.Button(sign, className="button small step", title=title, disabled=off, **attributes)

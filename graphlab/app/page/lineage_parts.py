"""The inspector's part about upstream, downstream and paths: its buttons and its results."""

from __future__ import annotations

from dash import html

from graphlab.app.page import parts
from graphlab.app.page.children import Children
from graphlab.overlay.lineage import START, Paths, Reach, Trace
from graphlab.overlay.lineage_query import FROM, MOST_OPENED, PATHS, WAYS, Answer, Question, box_name
from graphlab.overlay.lineage_words import note, path_words, sentence
from graphlab.view import Folded

TITLES = {"up": "Upstream", "down": "Downstream", "both": "Both"}
HINTS = {
    "up": "Show what this depends on (U; Shift+U: one step at a time)",
    "down": "Show what this reaches (D; Shift+D: one step at a time)",
    "both": "Show what this depends on and what it reaches",
}


def trace_part(folded: Folded, selected: str | None, answer: Answer | None, problem: str) -> list[Children]:
    """The part; [] if nothing is selected and nothing traced. `problem` is why a question has no answer."""
    told = [parts.prose(problem)] if problem else _told(folded, answer) if answer else []
    if not selected and not told:
        return []
    begin = [_begin(folded, selected, answer)] if selected else []
    return [html.Section([html.H3("Upstream and downstream"), *begin, *told], className="part trace")]


def _begin(folded: Folded, selected: str, answer: Answer | None) -> html.Div:
    asked = answer.question if answer else None
    buttons = []
    for way, title in TITLES.items():
        pressed = asked is not None and (asked.way, asked.box) == (way, selected)
        number = asked.number if asked and asked.way in WAYS else 0
        question = Question(way, selected, number=number)
        buttons.append(_button(title, "" if pressed else str(question), HINTS[way], pressed=pressed))
    pending = asked is not None and asked.way == FROM and asked.box != selected
    question = Question(PATHS, asked.box, selected) if asked and pending else Question(FROM, selected)
    title = f"Paths from {box_name(folded, asked.box)} to here" if asked and pending else "Paths from here"
    pressed = asked == Question(FROM, selected)
    buttons.append(_button(title, "" if pressed else str(question), f"{title} (P)", pressed=pressed))
    return html.Div(buttons, className="trace-ways", role="group", **{"aria-label": "Upstream and downstream"})


def _told(folded: Folded, answer: Answer) -> list[Children]:
    trace, question = answer.trace, answer.question
    said = [parts.prose(sentence(folded, answer))]
    said += [html.P(note(answer), className="prose trace-note")] if note(answer) else []
    if isinstance(trace, Reach):
        return [*said, html.Div([*_depth(question, trace), *_open(trace)], className="trace-row")]
    if isinstance(trace, Paths) and trace.found.paths:
        return [
            *said,
            html.Div([*_ways_on(question, trace), *_open(trace)], className="trace-row"),
            _ops(folded, trace),
        ]
    return said


def _depth(question: Question, trace: Reach) -> list[Children]:
    """How far the trace goes, with the ways to less and more; none where there is nothing to choose."""
    deepest = trace.deepest
    if deepest < 2:
        return []
    shown = trace.depth or deepest
    less, more = question.with_number(max(1, shown - 1)), question.with_number(shown + 1 if shown + 1 < deepest else 0)
    words = f"All {deepest:,} steps" if shown == deepest else f"{shown:,} of {deepest:,} steps"
    return [
        _step("−", "One step fewer", str(less), off=shown == 1),
        html.Span(words, className="trace-steps"),
        _step("+", "One step more", str(more), off=shown == deepest),
        *([_button("All", str(question.with_number(0)), "Show every step")] if shown < deepest else []),
    ]


def _open(trace: Trace) -> list[Children]:
    """The way to see all that is traced, op by op; none where nothing is."""
    hint = f"Expand the groups around these ops, up to {MOST_OPENED:,} boxes in total"
    known = any(side != START for side in trace.sides.values())
    attributes = {"className": "button small", "title": hint, "data-trace-open": ""}
    return [html.Button("Show all these ops", **attributes)] if known else []


def _ways_on(question: Question, trace: Paths) -> list[Children]:
    """Which path is shown, and the ways to the one before and the one behind."""
    last = len(trace.found.paths)
    number = trace.chosen + 1
    before, behind = (str(question.with_number(n)) for n in (max(1, number - 1), min(last, number + 1)))
    return [
        _step("‹", "Previous path", before, off=number == 1),
        html.Span(path_words(trace), className="trace-steps"),
        _step("›", "Next path", behind, off=number == last),
    ]


MOST_OPS = 200  # of a path that are listed


def _ops(folded: Folded, trace: Paths) -> html.Ol:
    """The ops of the chosen path, each a way there."""
    ops = [trace.flow.ops[node] for node in trace.path]
    lines = [
        html.Li([parts.op_link(box_name(folded, op_id), op_id, f"path{place}"), html.Code(op_id)])
        for place, op_id in enumerate(ops[:MOST_OPS])
    ]
    more = [html.Li(f"and {len(ops) - MOST_OPS:,} more")] if len(ops) > MOST_OPS else []
    return html.Ol([*lines, *more], className="trace-path")


def _button(title: str, question: str, hint: str, *, pressed: bool | None = None) -> html.Button:
    """A click asks the question: tracing.mjs reads it from the button."""
    state = {} if pressed is None else {"aria-pressed": str(pressed).lower()}
    return html.Button(title, className="button small", title=hint, **{"data-trace": question, **state})


def _step(sign: str, title: str, question: str, *, off: bool) -> html.Button:
    attributes = {"data-trace": question, "aria-label": title}
    return html.Button(sign, className="button small step", title=title, disabled=off, **attributes)

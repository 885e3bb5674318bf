"""Small parts that the callbacks fill the page with: tabs, search results, and what the inspector is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from graphlab.app import ids

Children = Any  # whatever Dash takes as children


def tab(label: str, name: str, *, selected: bool) -> html.Button:
    """The tab of one of the source's graphs; a click raises `n_clicks` of `ids.tab_id(name)`."""
    return html.Button(
        label, id=ids.tab_id(name), className="graph-tab", role="tab", **{"aria-selected": str(selected).lower()}
    )


def result(title: str, subtitle: str, box_id: str) -> html.Button:
    """One line of what the search found; a click raises `n_clicks` of `ids.goto_id(box_id, "search")`."""
    return html.Button(
        [html.Span(title, className="result-title"), html.Span(subtitle, className="result-text")],
        id=ids.goto_id(box_id, "search"),
        className="result",
        role="option",
        tabIndex="-1",
    )


def no_result(text: str) -> html.Div:
    """What the results say when there is nothing to choose."""
    return html.Div(text, className="no-result")


def inspect_hint() -> list[Children]:
    """What the inspector says while nothing is selected."""
    keys = (
        ("Click", "select a box"),
        ("Double click", "open or close a group"),
        ("Arrow keys", "walk from box to box"),
        ("F", "see the whole graph"),
        ("/", "search"),
    )
    lines = [html.Div([html.Dt(key), html.Dd(text)], className="row") for key, text in keys]
    return [html.H2("Inspect"), prose("Select a box to see what it is and what flows through it."), html.Dl(lines)]


def heading(title: str, name: str = "") -> html.H2:
    """The inspector's title: what is selected, and its full name in monospace."""
    return html.H2([title, html.Code(name)] if name else title)


def section(title: str, children: Children) -> html.Section:
    """A titled part of the inspector; rows stand in it as a definition list."""
    return html.Section([html.H3(title), html.Div(children)], className="part")


def row(label: Children, value: Children, mono: bool = False) -> html.Div:
    """A label and its value on one line; the label may be an `op_link`."""
    return html.Div(
        [html.Span(label, className="key"), html.Span(value, className="mono" if mono else "")], className="row"
    )


def op_link(text: str, box_id: str, n: str = "") -> html.Button:
    """A button that leads to a box: a click raises `n_clicks` of `ids.goto_id(box_id, n)`."""
    return html.Button(text, id=ids.goto_id(box_id, n), className="link", title=box_id)


def code_line(file: str, line: int, text: str) -> html.Div:
    """A line of the user's code with its place."""
    return html.Div([html.Span(f"{file}:{line}", className="place"), html.Code(text)], className="code-line")


def formula(text: str) -> html.Div:
    """A line of mathematics or shapes, centred."""
    return html.Div(text, className="formula")


def prose(text: str) -> html.P:
    """A paragraph."""
    return html.P(text, className="prose")


def problem(text: str) -> html.P:
    """What is wrong with the selected op."""
    return html.P(text, className="problem")


def folded_list(items: Sequence[Children], title: str = "") -> html.Details:
    """The ops that a box absorbed, behind a line that says how many."""
    summary = title or f"{len(items):,} {'op' if len(items) == 1 else 'ops'}"
    return html.Details([html.Summary(summary), html.Ul([html.Li(item) for item in items])], className="folded")


def doc_text(text: str) -> html.Details:
    """A longer text of someone else's, such as TensorFlow's own documentation, folded away."""
    return html.Details([html.Summary("TensorFlow's documentation"), html.Pre(text)], className="doc")

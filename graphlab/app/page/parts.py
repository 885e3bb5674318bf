"""Small parts with which the callbacks fill the page: tabs, search results, and the inspector's contents."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from dash import dcc, html

from graphlab.app.page import ids
from graphlab.app.page.children import Children
from graphlab.app.page.help_pages import chapter_href
from graphlab.inspector import (
    CodeLine,
    Detail,
    Folds,
    Formula,
    Heading,
    Problem,
    Prose,
    Row,
    Samples,
    Section,
    SizeFields,
    Value,
)

LONG_LABEL = 20  # characters of a tab; longer tabs are listed


def tab(label: str, name: str, *, selected: bool) -> html.Button:
    """The tab of one of the source's graphs; a click raises `n_clicks` of `ids.tab_id(name)`."""
    return html.Button(
        label,
        id=ids.tab_id(name),
        className="graph-tab long" if len(label) > LONG_LABEL else "graph-tab",
        role="tab",
        title=label if len(label) > LONG_LABEL else None,
        **{"aria-selected": str(selected).lower()},
    )


def result(title: str, subtitle: str, box_id: str) -> html.Button:
    """A match of the search; a click raises `n_clicks` of `ids.goto_id(box_id, "search")`."""
    return html.Button(
        [html.Span(title, className="result-title"), html.Span(subtitle, className="result-text")],
        id=ids.goto_id(box_id, "search"),
        className="result",
        role="option",
        tabIndex="-1",
    )


# What a search understands besides words.
SEARCH_HINT = (
    "Plain words match names, types, layers and variables. To match one field, put type: layer: class: dtype: shape: "
    "attr: line: variable: or name: before the word, such as type:MatMul shape:[?,10]. /…/ is a regular expression."
)


# How the button for sizes differs from the one that traces again.
SIZES_HINT = "Shows the graph for these sizes. Retrace and Read again keep the sizes as they are."


def no_result(text: str) -> html.Div:
    """The text of the results if there is nothing to choose."""
    return html.Div(text, className="no-result")


def inspect_hint() -> list[Children]:
    """The inspector's text while nothing is selected."""
    keys = (
        ("Click", "select a box"),
        ("Double-click", "expand or collapse a group"),
        ("Arrow keys", "move from box to box"),
        ("F", "fit the graph to the window"),
        ("/", "search"),
        ("?", "all keys"),
    )
    return [html.H2("Inspect"), prose("Select a box to see what it is and what flows through it."), _keys(keys)]


KEYS = {
    "Move around": (
        ("Tab", "go to the graph, then to the search and the panel"),
        ("Arrow keys", "move from box to box"),
        ("[ and ]", "go to a box that feeds the selected one, or to one that it feeds"),
        ("{ and }", "then go to the next of these boxes"),
        ("F", "fit the graph to the window"),
        ("+ and −", "zoom"),
    ),
    "Expand and collapse": (
        ("Enter", "expand or collapse a group"),
        ("Shift+Enter", "expand or collapse a group and everything inside it; Shift+click on its + or − does the same"),
        ("0 to 9", "expand everything down to that depth; 0 collapses everything"),
        ("Alt+←", "undo the last step, as in the browser"),
        (
            "O",
            "open the outline. Arrows, Home, End and letters move in it; Space selects, Enter expands, Escape leaves",
        ),
    ),
    "Show more or less": (
        (".", "show only the selected group"),
        (",", "show the enclosing group"),
        ("H", "hide the selected op or group"),
        ("N", "pin or unpin it"),
    ),
    "Step through the values": (
        ("J, L", "one step back, one step forward"),
        ("K", "play or pause"),
    ),
    "Select, follow, search": (
        ("Space", "select a box"),
        ("U, D", "Upstream and Downstream of the selected box; with Shift, one step at a time"),
        ("P", "paths between two boxes: press P on each; or select one and Shift+click the other"),
        ("/", "search"),
        ("F3, Shift+F3", "the next match, the previous one"),
        (
            "Escape",
            "clear one thing at a time: the legend highlight, Upstream, Downstream or Paths, the selection, the focus",
        ),
        ("?", "show these keys"),
    ),
}


def all_keys() -> list[Children]:
    """What every key does, in groups."""
    groups = [html.Section([html.H3(title), _keys(keys)]) for title, keys in KEYS.items()]
    help_link = html.A("Help", href=chapter_href("keys"), target="_blank", className="keys-help")
    return [html.H2("Keys"), html.Div(groups, className="keys-groups"), help_link]


def _keys(keys: Iterable[tuple[str, str]]) -> html.Dl:
    return html.Dl([html.Div([html.Dt(key), html.Dd(text)], className="row") for key, text in keys])


@singledispatch
def inspected(part: Detail) -> Children:
    """A part of the inspector as a component of the page."""
    raise TypeError(part)


@inspected.register(Heading)
def _heading(part: Heading) -> Children:
    return html.H2([part.title, html.Code(part.name)] if part.name else part.title)


@inspected.register(Prose)
def _prose(part: Prose) -> Children:
    return prose(part.text)


@inspected.register(Problem)
def _problem(part: Problem) -> Children:
    return html.P(part.text, className="problem")


@inspected.register(Formula)
def _formula(part: Formula) -> Children:
    return html.Div(part.text, className="formula")


def box_acts(box_id: str, *, of_group: bool, is_focus: bool) -> html.Div:
    """The actions for the inspected box; the view listens for `data-act`."""
    pin = _act("Pin", "pin", box_id, "Pin or unpin this beside the graph (N)")
    if is_focus:
        out = _act("One level out", "out", box_id, "Show the enclosing group (,)")
        return html.Div([out, pin], className="box-acts")
    focus = [_act("Focus", "focus", box_id, "Show only this group (.)")] if of_group else []
    hide = _act("Hide", "hide", box_id, "Hide this in the graph (H)")
    return html.Div([*focus, hide, pin], className="box-acts")


def pin_card(title: str, box_id: str, content: list[Children]) -> html.Section:
    """A pinned box's card: a click on the title leads to the box, one on the × removes the card."""
    words = f"Unpin {title}"
    close = html.Button(
        "×", className="pin-end", title=words, **{"data-act": "pin", "data-of": box_id, "aria-label": words}
    )
    head = html.Div([html.H3(op_link(title, box_id, "pin")), close], className="pin-head")
    return html.Section([head, html.Div(content, className="pin-content")], className="pin")


def _act(label: str, act: str, box_id: str, title: str) -> html.Button:
    return html.Button(label, className="box-act", title=title, **{"data-act": act, "data-of": box_id})


@inspected.register(Section)
def _section(part: Section) -> Children:
    """A titled part of the inspector; its rows form a definition list."""
    return html.Section([html.H3(part.title), html.Div([inspected(inner) for inner in part.parts])], className="part")


@inspected.register(Row)
def _row(part: Row) -> Children:
    """A label and its value on one line; a label that leads to a box raises `n_clicks` of its `ids.goto_id`."""
    label = op_link(part.label, part.target, part.n) if part.target else part.label
    return html.Div(
        [html.Span(label, className="key"), html.Span(part.value, className="mono" if part.mono else "")],
        className="row",
    )


def op_link(text: str, box_id: str, n: str = "") -> html.Button:
    """A button that leads to a box: a click raises `n_clicks` of `ids.goto_id(box_id, n)`."""
    return html.Button(text, id=ids.goto_id(box_id, n), className="link", title=box_id)


@inspected.register(CodeLine)
def _code_line(part: CodeLine) -> Children:
    return html.Div(
        [html.Span(f"{part.file}:{part.line}", className="place"), html.Code(part.text)], className="code-line"
    )


def prose(text: str) -> html.P:
    """A paragraph."""
    return html.P(text, className="prose")


@inspected.register(Folds)
def _folds(part: Folds) -> Children:
    """The ops that a box absorbed, behind a line with their number."""
    count = len(part.ops)
    summary = html.Summary(f"{count:,} {'op' if count == 1 else 'ops'}")
    return html.Details([summary, html.Ul([html.Li(html.Code(op)) for op in part.ops])], className="folded")


@inspected.register(Samples)
def _samples(part: Samples) -> Children:
    """Elements side by side, images above the rest; the tensors are described in the tooltips."""
    pictures = any(value.image for element in part.elements for value in element)
    elements = [html.Figure(_element(element), className="element") for element in part.elements]
    return html.Div(elements, className="elements pictures" if pictures else "elements")


def _element(values: tuple[Value, ...]) -> list[Children]:
    images = [
        html.Img(src=value.image, alt=f"{value.name or 'image'} {value.tensor}", title=value.tensor)
        for value in values
        if value.image
    ]
    lines = [
        html.Div(
            [html.Span(f"{value.name} ", className="key"), *_shape(value, beside=images), html.Span(value.text)],
            title=value.tensor,
        )
        for value in values
        if not value.image
    ]
    return [*images, html.Figcaption(lines)]


def _shape(value: Value, *, beside: list[Children]) -> list[Children]:
    """The tensor of a value, unless it is one number or below an image."""
    return [] if beside or value.tensor.endswith("[]") else [html.Span(f"{value.tensor} ", className="key")]


@inspected.register(SizeFields)
def _size_fields(part: SizeFields) -> Children:
    """A field for each size that a model leaves open, and the button that shows the graph for them."""
    fields = [
        html.Label(
            [
                html.Span(f"Size of {field.label}"),
                dcc.Input(
                    id=ids.size_id(field.op_id, field.axis),
                    type="number",
                    min=1,
                    step=1,
                    inputMode="numeric",
                    placeholder=str(field.usual),
                ),
            ],
            className="field",
        )
        for field in part.fields
    ]
    give = html.Button("Use these sizes", id=ids.SIZES_GIVE, className="button", title=SIZES_HINT)
    note = html.Div(id=ids.SIZES_NOTE, className="note", role="alert")
    return html.Div([*fields, give, note], className="sizes")


def doc_text(text: str) -> html.Details:
    """A long text from elsewhere, such as TensorFlow's documentation, folded away."""
    return html.Details([html.Summary("TensorFlow's documentation"), html.Pre(text)], className="doc")

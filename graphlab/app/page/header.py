"""The page's header: the source and its graphs, the search, the switches."""

from __future__ import annotations

from dash import html

from graphlab.app.page import ids
from graphlab.app.page.components import LabeledSelect, SearchBox
from graphlab.app.page.help_pages import HELP_PLACE
from graphlab.overlay import COLOURS, USUAL


def header() -> html.Header:
    """The part above the graph."""
    tabs = html.Div(id=ids.TABS, className="graph-tabs", role="tablist", **{"aria-label": "Graphs of this source"})
    return html.Header(
        [
            html.A("graphlab", href="/", className="wordmark", title="All sources"),
            html.H1(id=ids.SOURCE, className="source"),
            html.Div(tabs, className="tab-place"),
            _search(),
            _colour(),
            *_buttons(),
        ],
        className="header",
    )


def _search() -> html.Div:
    return html.Div(
        [
            SearchBox(id=ids.SEARCH, placeholder="Search ops, layers, types…", controls=ids.RESULTS),
            html.Kbd("/", title="Press / to search"),
            _match_bar(),
            html.Div(id=ids.RESULTS, className="results", role="listbox", **{"aria-label": "Search results"}),
        ],
        className="search",
    )


def _match_bar() -> html.Div:
    """The number of matches, and the buttons to step through them."""
    return html.Div(
        [
            html.Span(id=ids.MATCH_COUNT, className="match-count", role="status"),
            _match_button(ids.PREVIOUS_MATCH, "Previous match (Shift+F3)", "up"),
            _match_button(ids.NEXT_MATCH, "Next match (F3)", "down"),
        ],
        id=ids.MATCH_BAR,
        className="matches",
        hidden=True,
    )


def _match_button(button_id: str, title: str, icon: str) -> html.Button:
    return html.Button(html.I(className=f"icon icon-{icon}"), id=button_id, title=title, **{"aria-label": title})


def _colour() -> LabeledSelect:
    """The list of ways to colour the boxes."""
    options = [{"value": by, "label": colour.title} for by, colour in COLOURS.items()]
    return LabeledSelect(id=ids.COLOUR, label="Colour", options=options, value=USUAL)


def _help() -> html.A:
    """A link to the help in its own tab, so that the view and a partly filled form stay."""
    return html.A(
        html.Span("Help", className="label"),
        href=HELP_PLACE,
        target="_blank",
        className="button help",
        title="Help (in a new tab)",
        **{"aria-label": "Help"},
    )


def _buttons() -> list[html.Button | html.A]:
    """Level of detail, link to this view, help, theme, and the side panel if it is a drawer."""
    return [
        html.Button(
            [html.Span("Quiet view", className="label"), html.I(className="switch")],
            id=ids.QUIET,
            className="button",
            role="switch",
            title="Show only the computation; switch off to show every op",
            **{"aria-checked": "true", "aria-label": "Quiet view"},
        ),
        html.Button(
            [html.I(className="icon icon-share"), html.Span("Share", className="label", role="status")],
            id=ids.SHARE,
            className="button",
            title="Copy a link to exactly this view",
        ),
        _help(),
        html.Button(html.I(className="icon"), id=ids.THEME, className="button theme", title="Theme: system"),
        html.Button(
            html.I(className="icon icon-panel"),
            id=ids.PANEL_TOGGLE,
            className="button panel-toggle",
            title="Inspect, Values and Training",
            **{"aria-label": "Inspect, Values and Training", "aria-controls": ids.PANEL, "aria-expanded": "false"},
        ),
    ]

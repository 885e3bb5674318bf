"""The page: its parts as Dash components, without behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import dcc, html

from graphlab.app.page import ids, parts
from graphlab.app.page.children import Children
from graphlab.app.page.components import GraphView, RunningRuns, RunStream, ValuesPanel
from graphlab.app.page.header import header
from graphlab.runs.settings import (
    DEFAULT_BATCH_SIZE,
    DEFAULT_EPOCHS,
    DEFAULT_SEED,
    LEARNING_RATES,
    MAX_BATCH_SIZE,
    MAX_EPOCHS,
    MAX_SEED,
)

if TYPE_CHECKING:
    from dash.development.base_component import Component

STOP_ON_NAN = "Stop on NaN or infinite loss"


def shell(data: str = "") -> html.Div:
    """The page of a source. `data` is the data folder that the training form suggests."""
    state = [dcc.Store(id=ids.MATCHES), dcc.Store(id=ids.TARGET), dcc.Store(id=ids.TRAIN_ASK_RUNS)]
    return html.Div([workspace(data), _keys(), *state], className="shell")


def _keys() -> html.Dialog:
    """The keys, in a dialog that `?` opens."""
    close = html.Button("Close", className="button", autoFocus=True, **{"data-closes": ids.KEYS})
    return html.Dialog([*parts.all_keys(), close], id=ids.KEYS, className="keys", **{"aria-label": "Keys"})


def workspace(data: str = "") -> html.Div:
    """Header, graph and side panel."""
    return html.Div(
        [
            header(),
            html.Main([html.Nav(id=ids.OUTLINE, className="outline"), GraphView(id=ids.GRAPH)], className="stage"),
            html.Aside(
                [_panel_tabs(), _inspect(), _splitter(), _training(data), _values()],
                id=ids.PANEL,
                className="panel",
                tabIndex="-1",  # gets the focus when it opens as a drawer
                **{"aria-label": "Inspect, Values and Training", "data-tab": "inspect"},
            ),
            RunStream(id=ids.RUN),
            RunningRuns(id=ids.RUNNING),
        ],
        className="workspace",
    )


PANEL_TABS = (
    ("inspect", "Inspect", "panel-inspect"),
    ("values", "Values", "panel-values"),
    ("training", "Training", ids.TRAINING),
)


def _panel_tabs() -> html.Div:
    """The tabs of the panel. Inspect leaves room for Training; the others fill it."""
    tabs = [
        html.Button(
            label,
            className="panel-tab",
            role="tab",
            tabIndex="0" if name == "inspect" else "-1",
            id=f"panel-tab-{name}",
            **{
                "data-panel-tab": name,
                "aria-selected": str(name == "inspect").lower(),
                "aria-controls": panel_id,
            },
        )
        for name, label, panel_id in PANEL_TABS
    ]
    return html.Div(tabs, className="panel-tabs", role="tablist", **{"aria-label": "Panel"})


def _values() -> html.Section:
    return html.Section(
        ValuesPanel(id=ids.VALUES_PANEL),
        id="panel-values",
        className="values-tab",
        role="tabpanel",
        **{"aria-labelledby": "panel-tab-values"},
    )


def _inspect() -> html.Section:
    head = html.Div(parts.inspect_hint(), id=ids.INSPECT_HEAD)
    children = [head, html.Div(id=ids.LINEAGE), html.Div(id=ids.VALUES), html.Div(id=ids.INSPECT_REST)]
    inspected = html.Div(children, id=ids.INSPECT)
    pinned = html.Div(id=ids.PINS, className="pins")  # over the graph's edge; in a small window they scroll with it
    content = [inspected, html.Div(id=ids.DOC), _traced(), pinned]
    return html.Section(
        content, id="panel-inspect", className="inspect", role="tabpanel", **{"aria-labelledby": "panel-tab-inspect"}
    )


def _traced() -> html.Div:
    """When the graph was traced. graphlab cannot detect that the network or the clock would change it today."""
    why = "Traces the source again with the same sizes, for a change that graphlab cannot detect"
    again = html.Button("Retrace", id=ids.RETRACE, className="link", title=why)
    return html.Div([html.Span(id=ids.TRACED_AT), again], id=ids.TRACED, className="traced", hidden=True)


def _splitter() -> html.Div:
    return html.Div(
        id=ids.SPLITTER,
        className="splitter",
        role="separator",
        tabIndex="0",
        title="Drag or use the arrow keys to resize; double-click or press Enter to reset",
        **{
            "aria-label": "Border between Inspect and Training",
            "aria-orientation": "horizontal",
            "aria-valuemin": "15",
            "aria-valuemax": "85",
            "aria-valuenow": "46",
        },
    )


def _training(data: str) -> html.Section:
    return html.Section(_training_parts(data), className="training", id=ids.TRAINING, **{"aria-label": "Training"})


def _training_parts(data: str) -> list[Children]:
    form = html.Div(
        [
            _field(
                "Data folder",
                dcc.Input(id=ids.TRAIN_DATA, type="text", value=data, placeholder="file's own"),
                wide=True,
            ),
            _field("Epochs", _count(ids.TRAIN_EPOCHS, MAX_EPOCHS, value=DEFAULT_EPOCHS, required=True)),
            _field("Batch size", _count(ids.TRAIN_BATCH, MAX_BATCH_SIZE, placeholder=str(DEFAULT_BATCH_SIZE))),
            _field(
                "Learning rate",
                dcc.Input(
                    id=ids.TRAIN_RATE,
                    type="number",
                    placeholder="model's own",
                    min=LEARNING_RATES[0],
                    step="any",
                    inputMode="decimal",
                ),
            ),
            _field(
                "Seed",
                dcc.Input(id=ids.TRAIN_SEED, type="number", min=0, max=MAX_SEED, step=1, placeholder=str(DEFAULT_SEED)),
            ),
            html.Button(
                [html.I(className="switch"), html.Span(STOP_ON_NAN)],
                id=ids.TRAIN_NAN,
                className="field check",
                type="button",
                role="switch",
                value="stop",
                **{"aria-checked": "true"},
            ),
        ],
        className="form",
    )
    actions = html.Div(
        [
            html.Button("Start", id=ids.TRAIN_START, className="button primary"),
            html.Button("Resume", id=ids.TRAIN_RESUME, className="button", hidden=True),
            html.Button("Stop", id=ids.TRAIN_STOP, className="button", hidden=True),
            html.Div(id=ids.TRAIN_NOTE, className="note", role="alert"),
            html.Div(id=ids.TRAIN_ASK, className="ask", role="alert"),
            html.Div(id=ids.TRAIN_OTHERS, className="others"),
        ],
        className="actions",
    )
    status = html.Span(id=ids.LIVE_STATUS, className="status", role="status")
    heading = html.Div([html.H2("Training"), status], className="heading")
    why = html.P(id=ids.TRAIN_WHY, className="prose why")
    return [heading, why, _live(), html.Div([form, actions], className="launch")]


def _live() -> html.Div:
    return html.Div(
        [
            html.Div(id=ids.LIVE_FACTS, className="facts"),
            html.Div(id=ids.LIVE_SETTINGS, className="facts settings"),
            html.Progress(id=ids.LIVE_BAR, value="0", max="1", **{"aria-label": "Progress of the training"}),
            html.Div([html.Span(id=ids.LIVE_STEP), html.Span(id=ids.LIVE_ETA, className="eta")], className="steps"),
            html.Div(id=ids.LIVE_END, role="status"),
            html.Div(id=ids.LIVE_CHARTS, className="charts", **{"data-run": ""}),
            html.Div(id=ids.LIVE_SAMPLES, className="samples"),
        ],
        id=ids.LIVE,
        className="live",
        hidden=True,
    )


def _count(field_id: str, largest: int, **more: object) -> dcc.Input:
    return dcc.Input(id=field_id, type="number", min=1, max=largest, step=1, inputMode="numeric", **more)


def _field(label: str, field: Component, *, wide: bool = False) -> html.Label:
    return html.Label([html.Span(label), field], className="field wide" if wide else "field", htmlFor=field.id)

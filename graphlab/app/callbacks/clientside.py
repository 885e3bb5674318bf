"""Callbacks that run in the browser: the page's switches and the training panel. The functions are in assets/."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from graphlab.app.page import ids

NAMESPACE = "graphlab_page"


def register(app: Dash) -> None:
    """Register the page's own switches and the live training panel; they make no requests to the server."""
    _register_header(app)
    _register_training(app)


def _register_header(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "toggleQuiet"),
        Output(ids.GRAPH, "view", allow_duplicate=True),
        Input(ids.QUIET, "n_clicks"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showView"),
        Output(ids.SOURCE, "children"),
        Output(ids.SOURCE, "title"),
        Output(ids.QUIET, "aria-checked"),
        Input(ids.GRAPH, "view"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "asItIs"), Output(ids.GRAPH, "folder"), Input(ids.TRAIN_DATA, "value")
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "chooseColour"),
        Output(ids.GRAPH, "emphasis", allow_duplicate=True),
        Input(ids.COLOUR, "chosen"),
        State(ids.GRAPH, "emphasis"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showColour"),
        Output(ids.COLOUR, "value"),
        Input(ids.GRAPH, "emphasis"),
        State(ids.COLOUR, "options"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showMatches"),
        Output(ids.MATCH_BAR, "hidden"),
        Output(ids.MATCH_COUNT, "children"),
        Input(ids.MATCHES, "data"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "share"),
        Output(ids.SHARE, "title"),
        Input(ids.SHARE, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "cycleTheme"),
        Output(ids.THEME, "className"),
        Output(ids.THEME, "title"),
        Output(ids.THEME, "aria-label"),
        Input(ids.THEME, "n_clicks"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "togglePanel"),
        Output(ids.PANEL, "className"),
        Output(ids.PANEL_TOGGLE, "aria-expanded"),
        Input(ids.PANEL_TOGGLE, "n_clicks"),
        State(ids.PANEL, "className"),
        prevent_initial_call=True,
    )


def _register_training(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "toggleSwitch"),
        Output(ids.TRAIN_NAN, "value"),
        Output(ids.TRAIN_NAN, "aria-checked"),
        Input(ids.TRAIN_NAN, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showRun"),
        Output(ids.LIVE, "hidden"),
        Output(ids.LIVE_STATUS, "children"),
        Output(ids.LIVE_STATUS, "data-status"),
        Output(ids.LIVE_FACTS, "children"),
        Output(ids.LIVE_FACTS, "title"),
        Output(ids.LIVE_BAR, "value"),
        Output(ids.LIVE_STEP, "children"),
        Output(ids.LIVE_ETA, "children"),
        Output(ids.LIVE_SAMPLES, "children"),
        Output(ids.LIVE_END, "children"),
        Output(ids.LIVE_SETTINGS, "children"),
        Output(ids.TRAIN_START, "children"),
        Output(ids.TRAIN_RESUME, "hidden"),
        Output(ids.TRAIN_RESUME, "children"),
        Output(ids.TRAIN_STOP, "hidden"),
        Output(ids.TRAIN_STOP, "children"),
        Input(ids.RUN, "snapshot"),
        Input(ids.RUN, "url"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showCharts"),
        Output(ids.LIVE_CHARTS, "data-run"),
        Input(ids.RUN, "snapshot"),
        Input(ids.RUN, "url"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showOthers"),
        Output(ids.TRAIN_OTHERS, "children"),
        Input(ids.RUNNING, "runs"),
        Input(ids.RUN, "url"),
        Input(ids.GRAPH, "view"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "showAsk"),
        Output(ids.TRAIN_ASK, "children"),
        Output(ids.TRAIN_ASK_RUNS, "data", allow_duplicate=True),
        Input(ids.TRAIN_ASK_RUNS, "data"),
        Input(ids.RUNNING, "runs"),
        Input(ids.RUN, "url"),
        prevent_initial_call=True,
    )

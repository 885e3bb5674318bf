"""Parts of the training panel that come and go: what to do about a run that is going, and the runs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dash import html

from graphlab.app import ids
from graphlab.runs.run import Run, place_of

Children = Any  # whatever Dash takes as children


def going_on(run: Run, *, shown: bool) -> Children:
    """Says that a run of this source is running, and offers what can be done about it."""
    started = f", started {datetime.fromtimestamp(run.started_s):%H:%M}" if run.started_s else ""
    acts = [("replace", "Stop it and start"), ("both", "Run both"), ("open", "Open it")]
    buttons = [_button(act, words, run) for act, words in acts if act != "open" or not shown]
    words = f"A run of this source is running: {place_of(run)}{started}."
    return html.Div([html.P(words), html.Div(buttons, className="choices")], className="asks")


def other_runs(runs: Sequence[Run], source: str) -> Children:
    """A line for each run that is going besides the one that is shown; nothing without any."""
    return [_other(run, source) for run in runs]


def _other(run: Run, source: str) -> Children:
    name = Path(run.settings.source).name
    if run.settings.source == source:
        way: Children = _button("open", "Open", run)
    else:
        address = f"?source={quote(run.settings.source, safe='/:')}"
        way = html.A("Open", href=address, className="button")
    words = html.Span(f"{name} is training too: {place_of(run)}", title=run.run_dir.name)
    return html.Div([words, way, _button("stop", "Stop", run)], className="other")


def _button(act: str, words: str, run: Run) -> html.Button:
    return html.Button(words, id={"type": ids.RUN_ACT, "act": act, "run": run.run_dir.name}, className="button")

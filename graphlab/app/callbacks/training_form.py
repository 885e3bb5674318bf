"""The training panel: finding, starting, resuming and stopping runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from graphlab.app.page import ids
from graphlab.app.server.library import Library
from graphlab.app.server.run_stream import (
    SCALARS_ROUTE,
    register_scalars,
    run_dir_of,
    run_name_at,
    run_url,
    scalars_of,
    served_run,
)
from graphlab.app.server.source_text import split_source
from graphlab.app.server.view_state import read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject
from graphlab.number_text import setting_text
from graphlab.runs.find import list_runs, running_runs
from graphlab.runs.reader import read_run
from graphlab.runs.settings import DEFAULT_EPOCHS, DEFAULT_SEED, TrainSettings, read_settings
from graphlab.training.launch.process import resume_run, start_run, stop_run

FORM = (ids.TRAIN_DATA, ids.TRAIN_EPOCHS, ids.TRAIN_BATCH, ids.TRAIN_RATE, ids.TRAIN_SEED, ids.TRAIN_NAN)
# Data folder, epochs, batch size, learning rate, seed, whether to stop on NaN: as FORM has them.
Fields: TypeAlias = tuple[str | None, int, int | None, float | None, int | None, bool | None]
Answer = tuple[object, object]  # the shown run's address, and the message about the form
# an answer, the names of the runs that it is about, all running runs
StartAnswer = tuple[object, ...]


def register(app: Dash, library: Library) -> None:
    """Register the callbacks of the training panel."""
    register_scalars(app.server, library)
    _register_find(app, library)
    _register_start(app, library)
    _register_choice(app, library)
    _register_resume(app)
    _register_stop(app)


def _register_find(app: Dash, library: Library) -> None:
    """When a graph appears, show its source's newest run, and fill in the form."""

    @app.callback(
        Output(ids.RUN, "url"),
        Output(ids.TRAINING, "data-trainable"),
        Output(ids.TRAIN_WHY, "children"),
        Output(ids.TRAIN_DATA, "value"),
        Output(ids.TRAIN_RATE, "value"),
        Input(ids.GRAPH, "ready"),
        Input(ids.GRAPH, "message"),
        State(ids.GRAPH, "view"),
        State(ids.RUN, "url"),
        State(ids.TRAIN_DATA, "value"),
        State(ids.TRAIN_RATE, "value"),
        prevent_initial_call=True,
    )
    async def find_run(
        ready: str, _message: object, data: JsonObject, url: str | None, folder: str | None, rate: float | None
    ) -> tuple[object, ...]:
        if not ready:  # nothing can be trained without a graph
            return no_update, "no", "", no_update, no_update
        *run_state, own_folder, own_rate = await asyncio.to_thread(_run_props, library, read_state(data).source, url)
        # What the user typed stays.
        return (
            *run_state,
            no_update if folder or own_folder is None else own_folder,
            no_update if rate is not None or own_rate is None else own_rate,
        )


def _register_start(app: Dash, library: Library) -> None:
    """The Start button. If a run of this source is running, it asks first."""

    @app.callback(
        Output(ids.RUN, "url", allow_duplicate=True),
        Output(ids.TRAIN_NOTE, "children"),
        Output(ids.TRAIN_ASK_RUNS, "data"),
        Output(ids.RUNNING, "runs"),
        Input(ids.TRAIN_START, "n_clicks"),
        State(ids.GRAPH, "view"),
        *(State(field, "value") for field in FORM),
        prevent_initial_call=True,
    )
    async def start(clicks: int | None, data: JsonObject, *form: *Fields) -> StartAnswer:
        if not clicks:
            return (no_update,) * 4
        return await asyncio.to_thread(_start_or_ask, library, read_state(data).source, form)


def _register_choice(app: Dash, library: Library) -> None:
    """The choice of what to do about a running run, and the runs of other sources."""

    @app.callback(
        Output(ids.RUN, "url", allow_duplicate=True),
        Output(ids.TRAIN_NOTE, "children", allow_duplicate=True),
        Output(ids.TRAIN_ASK_RUNS, "data", allow_duplicate=True),
        Input({"type": ids.RUN_ACT, "act": ALL, "run": ALL}, "n_clicks"),
        State(ids.GRAPH, "view"),
        *(State(field, "value") for field in FORM),
        prevent_initial_call=True,
    )
    async def act(_clicks: list[int | None], data: JsonObject, *form: *Fields) -> StartAnswer:
        button = ctx.triggered_id
        if not button or not ctx.triggered[0]["value"]:  # a button that was just created
            return no_update, no_update, no_update
        source = read_state(data).source
        return *await asyncio.to_thread(_act, library, source, button["act"], button["run"], form), None


def _register_resume(app: Dash) -> None:
    """The Resume button."""

    @app.callback(
        Output(ids.RUN, "url", allow_duplicate=True),
        Output(ids.TRAIN_NOTE, "children", allow_duplicate=True),
        Input(ids.TRAIN_RESUME, "n_clicks"),
        State(ids.RUN, "url"),
        State(ids.TRAIN_EPOCHS, "value"),
        prevent_initial_call=True,
    )
    async def resume(clicks: int | None, url: str | None, epochs: int | None) -> Answer:
        if not clicks or not url:
            return no_update, no_update
        return await asyncio.to_thread(_resume, url, epochs)


def _register_stop(app: Dash) -> None:
    """The Stop button."""

    @app.callback(
        Output(ids.TRAIN_NOTE, "children", allow_duplicate=True),
        Input(ids.TRAIN_STOP, "n_clicks"),
        State(ids.RUN, "url"),
        prevent_initial_call=True,
    )
    async def stop(clicks: int | None, url: str | None) -> object:
        if not clicks or not url:
            return no_update
        return await asyncio.to_thread(stop_at, url)


def stop_at(url: str) -> str:
    """The page's message after stopping the run at its address: none, or why it could not be stopped."""
    run_dir = run_dir_of(run_name_at(url))
    if run_dir is None:
        return f"there is no run {run_name_at(url)!r}"
    try:
        stop_run(run_dir)
    except GraphlabError as error:
        return str(error)
    return ""


def _run_props(library: Library, source: str, url: str | None) -> tuple[object, ...]:
    """As `_training_props`; if that fails, nothing can be trained, for that reason."""
    try:
        return _training_props(library, source, url)
    except GraphlabError as error:
        return None, "no", str(error), None, None


def _training_props(library: Library, source: str, url: str | None) -> tuple[object, ...]:
    """The newest run's stream, whether the source can be trained, why not, the run's data folder, the learning rate."""
    names = library.names(source)
    if scalars_of(library, source):
        return f"{SCALARS_ROUTE}?source={quote(source, safe='')}", "log", "", None, None
    graph = library.graph(source, names[0])
    why = graph.facts.untrainable
    if why or library.sources.spec(source) is None:
        return None, "no", why or "Training needs a source in a file: graphlab open FILE.py:NAME", None, None
    run_dir, folder = _newest_run(split_source(source)[0])
    if run_dir is not None and url and run_dir_of(run_name_at(url)) == run_dir:
        stream_url: object = no_update
    else:
        stream_url = run_url(run_dir) if run_dir else None
    return stream_url, "yes", "", folder, _learning_rate(library, source, names)


def _newest_run(source: str) -> tuple[Path | None, str | None]:
    """The newest run's folder and its data folder; a run that was just deleted or is damaged is skipped."""
    for run_dir in list_runs(source):
        with suppress(GraphlabError):
            return run_dir, read_settings(run_dir).data
    return None, None


def _learning_rate(library: Library, source: str, names: tuple[str, ...]) -> float | None:
    if "train_step" not in names:
        return None
    try:
        groups = library.graph(source, "train_step").groups.values()
    except GraphlabError:  # it could not be made, as its tab says
        return None
    rates = [group.settings.get("learning_rate") for group in groups if group.kind == "optimizer"]
    return float(setting_text(rates[0])) if rates and isinstance(rates[0], (int, float)) else None


def _start_or_ask(library: Library, source: str, form: Fields) -> StartAnswer:
    spec = library.sources.spec(source)
    try:
        running = running_runs(spec.text) if spec is not None else []
        if not running:
            return *_start(library, source, form), None, no_update
        _settings(library, source, form)  # report a wrong field before asking anything
    except GraphlabError as error:
        return no_update, str(error), None, no_update
    return no_update, "", [run.run_dir.name for run in running], [served_run(run).to_json() for run in running_runs()]


def _act(library: Library, source: str, what: str, name: str, form: Fields) -> Answer:
    run_dir = run_dir_of(name)
    if run_dir is None:
        return no_update, f"there is no run {name!r}"
    if what == "open":
        return _open(run_dir)
    if what in ("stop", "replace"):
        words = stop_at(run_url(run_dir))
        if words or what == "stop":
            return no_update, words
    return _start(library, source, form)


def _open(run_dir: Path) -> Answer:
    try:
        return run_url(run_dir, read_run(run_dir).resumed), ""
    except GraphlabError as error:
        return no_update, str(error)


def _start(library: Library, source: str, form: Fields) -> Answer:
    try:
        return run_url(start_run(_settings(library, source, form))), ""
    except GraphlabError as error:
        return no_update, str(error)


def _settings(library: Library, source: str, form: Fields) -> TrainSettings:
    folder, epochs, batch_size, learning_rate, seed, stop_on_nan = form
    spec = library.sources.spec(source)
    if spec is None:
        raise GraphlabError("training needs a source in a file: graphlab open FILE.py:NAME")
    return TrainSettings(
        source=spec.text,
        inputs=spec.inputs,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        data=(folder or "").strip() or None,
        arguments=spec.arguments,
        seed=DEFAULT_SEED if seed is None else seed,
        stop_on_nan=bool(stop_on_nan),
    )


def _resume(url: str, epochs: int | None) -> Answer:
    """Resume to the run's own last epoch; a finished run trains the form's number of further epochs."""
    run_dir = run_dir_of(run_name_at(url))
    if run_dir is None:
        return no_update, f"{run_name_at(url)!r} was deleted; start it again"
    try:
        run = read_run(run_dir)
        has_epochs_left = run.checkpoint < run.epochs
        resume_run(run_dir, epochs=run.epochs if has_epochs_left else run.checkpoint + (epochs or DEFAULT_EPOCHS))
    except GraphlabError as error:
        return no_update, str(error)
    return run_url(run_dir, run.resumed + 1), ""

"""The training panel: starting, stopping and finding runs, and the stream of their frames."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dash import Dash, Input, Output, State, no_update
from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from graphlab.app import ids
from graphlab.app.given_inputs import split_source
from graphlab.app.library import Library
from graphlab.app.scenes import read_state
from graphlab.errors import GraphlabError
from graphlab.number_text import setting_text
from graphlab.runs.frames import frame
from graphlab.runs.log import RunReader
from graphlab.runs.process import latest_run, runs_dir, start_run, stop_run
from graphlab.runs.scalars import frame_of_scalars
from graphlab.runs.settings import SETTINGS_FILE, TrainSettings, read_settings

FRAME_GAP_S = 0.2
QUIET_GAP_S = 10.0  # a word now and then keeps the connection open
ROUTE = "/runs/{name}/events"
SCALARS_ROUTE = "/scalars"


class Feed:
    """The frames of one run: read and serialised at most once per 0.2 s, however many pages look on."""

    def __init__(self, run_dir: Path) -> None:
        self._reader = RunReader(run_dir)
        self._lock = threading.Lock()
        self._made = 0.0
        self._text = ""
        self.ended = False

    def text(self) -> str:
        """The newest frame as JSON."""
        with self._lock:
            if time.monotonic() - self._made >= FRAME_GAP_S:
                run = self._reader.read()
                self._text = json.dumps(frame(run), allow_nan=False, separators=(",", ":"))
                self.ended = run.ended
                self._made = time.monotonic()
            return self._text


class Feeds:
    """The feeds of the runs that pages look at. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[Path, Feed] = {}

    def of(self, run_dir: Path) -> Feed:
        """The run's feed, one for all who ask while the run goes on. Raises RunError where its settings are broken."""
        with self._lock:
            # Whoever still reads of a run that has ended holds its feed.
            self._feeds = {path: feed for path, feed in self._feeds.items() if not feed.ended}
            if run_dir not in self._feeds:
                self._feeds[run_dir] = Feed(run_dir)
            return self._feeds[run_dir]


def run_dir_of(name: str) -> Path | None:
    """The folder of the run of that name, which may come from anywhere; None where there is none."""
    run_dir = runs_dir() / name
    try:
        found = name != ".." and name == run_dir.name and (run_dir / SETTINGS_FILE).is_file()
    except OSError:  # a name too long for a file
        return None
    return run_dir if found else None


def run_url(run_dir: Path) -> str:
    """Where the page finds a run's frames."""
    return ROUTE.format(name=run_dir.name)


def register_routes(server: FastAPI) -> None:
    """Serve each run's frames: as server-sent events, or the newest one with `?once=1`."""
    feeds = Feeds()

    def find(name: str) -> Feed:
        run_dir = run_dir_of(name)
        if run_dir is None:
            raise HTTPException(404, f"there is no run {name!r}")
        try:
            return feeds.of(run_dir)
        except GraphlabError as error:
            raise HTTPException(404, str(error)) from error

    @server.get(ROUTE)
    async def events(name: str, once: int = 0) -> Response:
        feed = await asyncio.to_thread(find, name)
        if once:
            return PlainTextResponse(await asyncio.to_thread(feed.text), media_type="application/json")
        return StreamingResponse(_stream(feed), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _register_scalars(server: FastAPI, library: Library) -> None:
    """Serve the scalars of a log as a run that is over, in the same two ways."""

    def find(source: str) -> str:
        try:
            scalars = _scalars(library, source)
        except GraphlabError as error:
            raise HTTPException(404, str(error)) from error
        return json.dumps(frame_of_scalars(scalars), allow_nan=False, separators=(",", ":"))

    @server.get(SCALARS_ROUTE)
    async def scalars(source: str, once: int = 0) -> Response:
        text = await asyncio.to_thread(find, source)
        if once:
            return PlainTextResponse(text, media_type="application/json")
        return PlainTextResponse(f"data: {text}\n\n", media_type="text/event-stream")


def _scalars(library: Library, source: str) -> dict[str, Any]:
    """The scalars that the source's file holds, by run and tag; {} where it is no log."""
    found: dict[str, Any] = library.graph(source, library.names(source)[0]).graph.get("scalars", {})
    return found


async def _stream(feed: Feed) -> AsyncIterator[str]:
    """New frames as they come, until the run has ended."""
    last, told = "", time.monotonic()
    while True:
        text = await asyncio.to_thread(feed.text)
        if text != last:
            yield f"data: {text}\n\n"
            last, told = text, time.monotonic()
        elif time.monotonic() - told > QUIET_GAP_S:
            yield ": still here\n\n"
            told = time.monotonic()
        if feed.ended:
            return
        await asyncio.sleep(FRAME_GAP_S)


def register(app: Dash, library: Library) -> None:
    """Give the training panel its behaviour."""
    _register_scalars(app.server, library)
    _register_find(app, library)
    _register_start(app, library)
    _register_stop(app)


def _register_find(app: Dash, library: Library) -> None:
    """A graph that is on the page brings its source's newest run, and what the form can know."""

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
        ready: str, _message: Any, data: dict[str, Any], url: str | None, folder: str | None, rate: float | None
    ) -> tuple[Any, ...]:
        if not ready:  # there is nothing to train while there is no graph
            return no_update, "no", "", no_update, no_update
        *found, own_folder, own_rate = await asyncio.to_thread(_found_run, library, read_state(data).source, url)
        # What the user typed stays.
        return (
            *found,
            no_update if folder or own_folder is None else own_folder,
            no_update if rate is not None or own_rate is None else own_rate,
        )


def _register_start(app: Dash, library: Library) -> None:
    """The Start button."""

    @app.callback(
        Output(ids.RUN, "url", allow_duplicate=True),
        Output(ids.TRAIN_NOTE, "children"),
        Input(ids.TRAIN_START, "n_clicks"),
        State(ids.GRAPH, "view"),
        State(ids.TRAIN_DATA, "value"),
        State(ids.TRAIN_EPOCHS, "value"),
        State(ids.TRAIN_BATCH, "value"),
        State(ids.TRAIN_RATE, "value"),
        prevent_initial_call=True,
    )
    async def start(clicks: int | None, data: dict[str, Any], *form: Any) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        return await asyncio.to_thread(_start, library, read_state(data).source, form)


def _register_stop(app: Dash) -> None:
    """The Stop button."""

    @app.callback(
        Output(ids.TRAIN_NOTE, "children", allow_duplicate=True),
        Input(ids.TRAIN_STOP, "n_clicks"),
        State(ids.RUN, "url"),
        prevent_initial_call=True,
    )
    async def stop(clicks: int | None, url: str | None) -> Any:
        if not clicks or not url:
            return no_update
        return await asyncio.to_thread(stop_at, url)


def stop_at(url: str) -> str:
    """What the page says once the run at its address has been stopped: nothing, or why it could not be."""
    before, after = ROUTE.split("{name}")
    name = url.removeprefix(before).removesuffix(after)
    run_dir = run_dir_of(name)
    if run_dir is None:
        return f"there is no run {name!r}"
    try:
        stop_run(run_dir)
    except GraphlabError as error:
        return str(error)
    return ""


def _found_run(library: Library, source: str, url: str | None) -> tuple[Any, ...]:
    """The newest run's stream, whether the source can be trained, why not, that run's data, the learning rate."""
    names = library.names(source)
    if _scalars(library, source):
        return f"{SCALARS_ROUTE}?source={quote(source, safe='')}", "log", "", None, None
    graph = library.graph(source, names[0])
    why = str(graph.graph.get("untrainable", ""))
    if why or library.spec(source) is None:
        return None, "no", why or "Training needs a source in a file: graphlab open FILE.py:NAME", None, None
    run_dir = latest_run(split_source(source)[0])
    found = run_url(run_dir) if run_dir else None
    folder = read_settings(run_dir).data if run_dir else None
    return found if found != url else no_update, "yes", "", folder, _learning_rate(library, source, names)


def _learning_rate(library: Library, source: str, names: tuple[str, ...]) -> float | None:
    if "train_step" not in names:
        return None
    try:
        groups = library.graph(source, "train_step").groups.values()
    except GraphlabError:  # it could not be made, which its tab says
        return None
    rates = [group.settings.get("learning_rate") for group in groups if group.kind == "optimizer"]
    return float(setting_text(rates[0])) if rates and isinstance(rates[0], (int, float)) else None


def _start(library: Library, source: str, form: tuple[Any, ...]) -> tuple[Any, str]:
    folder, epochs, batch_size, learning_rate = form
    try:
        spec = library.spec(source)
        if spec is None:
            raise GraphlabError("training needs a source in a file: graphlab open FILE.py:NAME")
        settings = TrainSettings(
            source=spec.text,
            inputs=spec.inputs,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            data=(folder or "").strip() or None,
            arguments=spec.arguments,
        )
        return run_url(start_run(settings)), ""
    except GraphlabError as error:
        return no_update, str(error)

"""Starts the app: a free port, the browser, the server. Slow imports wait until the port is open."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphlab.app.server.address import listen, open_door
from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.sources import SourceSpec

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp
    from uvicorn import Server

    from graphlab.app.server.access import Access
    from graphlab.app.server.front import LateApp
    from graphlab.app.server.library import Library

PATIENCE_S = 0.5  # for a browser to ask for the first graph
WARM_AFTER_S = 3.0
# Prefixes of lines in uvicorn's log that a client can cause.
OF_CLIENTS = (
    "Cancel %s running task",
    "Invalid HTTP request",
    "Unsupported upgrade request",
    "No supported WebSocket library",
)

Say = Callable[[str], None]


def serve_sources(
    specs: Sequence[SourceSpec],
    *,
    host: str,
    port: int,
    browser: bool,
    say: Say,
    complain: Say,
    data: str | None = None,
    retrace: bool = False,
    live: Mapping[str, Mapping[str, Graph]] | None = None,
    allowed_hosts: Sequence[str] = (),
) -> None:
    """Serve sources, or without any the examples, until the process is stopped. The first one is opened.

    `say` and `complain` are called with messages for the user: where the app is, who can reach it, and why a source
    cannot be shown. With `retrace`, the sources are retraced even if stored graphs exist. `live` contains
    graphs that were traced before, by the name they are shown under. `allowed_hosts` are further host names under which
    the app may be reached.
    """
    listener = listen(host, port, say)
    sources = list(dict.fromkeys([*(spec.text for spec in specs), *(live or {})]))
    source = sources[0] if sources else ""
    door = open_door(listener, host, allowed_hosts)
    if door.warning:
        say(door.warning)
    url = door.url(source)
    say(f"graphlab is at {url}  (press Ctrl-C to stop)")
    if browser:
        from graphlab.app.server.browser import open_in_browser

        open_in_browser(url, is_secret=door.is_secret)
    engine = LayoutEngine()
    engine.start()  # the worker loads while this process imports the rest
    with _uncollected():
        data = data or os.environ.get("GRAPHLAB_DATA")
        library = _library(specs, live or {}, complain, data, retrace=retrace)
        server, later = _server(library, engine, door.access, data, sources)
    timers: list[threading.Timer] = []
    try:
        timers += _timer(PATIENCE_S if source else 0.0, later.begin), _timer(WARM_AFTER_S, library.workers.warm)
        server.run(sockets=[listener])
        later.check()
    finally:
        for timer in timers:
            timer.cancel()
        library.close()
        engine.close()


def _timer(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause garbage collection: imports create many objects to look through, and all of them stay."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _library(
    specs: Sequence[SourceSpec],
    live: Mapping[str, Mapping[str, Graph]],
    complain: Say,
    data: str | None,
    *,
    retrace: bool,
) -> Library:
    """The library of sources. The trace of the first source begins at once unless it is stored."""
    from graphlab.app.page.examples import example_specs
    from graphlab.app.server.library import Library

    library = Library([*example_specs(), *specs], complain, data)
    for name, graphs in live.items():
        library.sources.add_live(name, graphs)
    if retrace:
        for spec in specs:
            library.retrace(spec.text)
    elif specs:
        library.open(specs[0].text)
    return library


def _server(
    library: Library, engine: LayoutEngine, access: Access, data: str | None, sources: Sequence[str]
) -> tuple[Server, LateApp]:
    """The server for the library, and the part of it that is loaded after the first graph."""
    from graphlab.app.page.examples import example_specs
    from graphlab.app.server.front import LateApp, make_front

    def make() -> FastAPI:
        from graphlab.app.dash_app import make_app

        app: FastAPI = make_app(library, data=data).server
        return app

    def end() -> None:
        server.should_exit = True

    later = LateApp(make, failed=end)
    own_sources = [source for source in sources if source not in {spec.text for spec in example_specs()}]
    front = make_front(library, engine, later, access=access, on_answer=later.begin, sources=own_sources)
    server = quiet_server(front)
    return server, later


def quiet_server(app: ASGIApp) -> Server:
    """A server of an ASGI app that stops within a second or two, without reporting the requests that this cuts off."""
    import uvicorn

    # Without lifespan events, only the routes are served: Dash would answer any other address, too.
    # Without uvicorn's own log_config, which would close the log handlers of the program that called show().
    config = uvicorn.Config(
        app, log_config=None, log_level="warning", timeout_graceful_shutdown=1, ws="none", lifespan="off"
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Server(config)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log is about something else than a client's actions.

    Those are a request that was cut off, by the server's end or the client's, and one that no server could answer.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        from starlette.requests import ClientDisconnect

        return not isinstance(error, asyncio.CancelledError | ClientDisconnect)
    return not str(record.msg).startswith(OF_CLIENTS)

"""Starting the app: a free port, the browser, the server. Slow imports wait until the port is open."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graphlab.errors import GraphlabError
from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.source import SourceSpec

if TYPE_CHECKING:
    from uvicorn import Server

    from graphlab.app.front import LateApp
    from graphlab.app.library import Library

PORTS_TRIED = 50
PATIENCE_S = 0.5  # for a browser to ask for the first graph
WARM_AFTER_S = 3.0

# How lines of uvicorn's log begin that a client can cause.
OF_CLIENTS = (
    "Cancel %s running task",
    "Invalid HTTP request",
    "Unsupported upgrade request",
    "No supported WebSocket library",
)

Say = Callable[[str], None]


def serve_sources(
    spec: SourceSpec | None,
    *,
    host: str,
    port: int,
    browser: bool,
    say: Say,
    complain: Say,
    data: str | None = None,
    live: Mapping[str, Mapping[str, Graph]] | None = None,
) -> None:
    """Serve a source, or the examples without one, until the process is told to stop.

    `say` and `complain` are told what a user should read: where the app is, and why a source cannot be shown. `live`
    holds graphs that were traced before, by the name they are shown under; the first of them is opened.
    """
    listener = _listen(host, port, say)
    source = spec.text if spec else next(iter(live or {}), "")
    url = _url(listener, host) + (f"?source={quote(source, safe='/:')}" if source else "")
    say(f"graphlab is at {url}  (Ctrl-C ends it)")
    if browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    engine = LayoutEngine()
    engine.start()  # the worker loads while this process imports the rest
    with _uncollected():
        data = data or os.environ.get("GRAPHLAB_DATA")
        library = _library(spec, live or {}, complain, data)
        server, later = _server(library, engine, host, data)
    timers: list[threading.Timer] = []
    try:
        timers += _timer(PATIENCE_S if source else 0.0, later.begin), _timer(WARM_AFTER_S, library.warm)
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
    """No garbage collection meanwhile: imports make a great many objects to look through, and all of them stay."""
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
    spec: SourceSpec | None, live: Mapping[str, Mapping[str, Graph]], complain: Say, data: str | None
) -> Library:
    """What can be opened. The trace of a source that is not stored begins at once."""
    from graphlab.app.examples import example_specs
    from graphlab.app.library import Library

    library = Library([*example_specs(), *([spec] if spec else [])], complain, data)
    for name, graphs in live.items():
        library.add_live(name, graphs)
    if spec:
        library.open(spec.text)
    return library


def _server(library: Library, engine: LayoutEngine, host: str, data: str | None) -> tuple[Server, LateApp]:
    """The server that shows the library, and the part of it that is loaded after the first graph."""
    from graphlab.app.front import LateApp, make_front

    def make() -> Any:
        from graphlab.app.server import make_app

        return make_app(library, data=data).server

    def end() -> None:
        server.should_exit = True

    later = LateApp(make, failed=end)
    server = quiet_server(make_front(library, engine, later, host=host, answered=later.begin))
    return server, later


def quiet_server(app: Any) -> Server:
    """A server of an ASGI app that ends within a second or two, and says nothing of requests that this cuts off."""
    import uvicorn

    # Without lifespan events nothing is served but what has a route: Dash would answer any other address, too.
    # Without uvicorn's own log_config, which would close the log handlers of whoever called show().
    config = uvicorn.Config(
        app, log_config=None, log_level="warning", timeout_graceful_shutdown=1, ws="none", lifespan="off"
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Server(config)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log is about something else than what a client has done.

    That is a request that the server's end, or the client's own, has cut off, and one that no server could answer.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        from starlette.requests import ClientDisconnect

        return not isinstance(error, asyncio.CancelledError | ClientDisconnect)
    return not str(record.msg).startswith(OF_CLIENTS)


def _listen(host: str, port: int, say: Say) -> socket.socket:
    """A socket that listens on the port, or on the next free one."""
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            listener = _bound(host, candidate)
        except PermissionError as error:
            raise GraphlabError(
                f"port {candidate} needs more rights than you have; give --port 1024 or above"
            ) from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == 99:
                raise GraphlabError(f"{host!r} is no address of this machine; give --host 127.0.0.1") from error
            continue
        if candidate != port:
            say(f"port {port} is taken, using {candidate}")
        return listener
    raise GraphlabError(f"no free port from {port} to {port + PORTS_TRIED - 1}; give another --port")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket, host: str) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"

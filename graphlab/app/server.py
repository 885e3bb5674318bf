"""The app: the page, its callbacks and routes behind one FastAPI server. Never imports TensorFlow."""

from __future__ import annotations

import ipaddress
import json
from urllib.parse import quote, urlsplit

from dash import Dash
from dash.backends import get_backend
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graphlab.app import callbacks, clientside, page, training, values
from graphlab.app.answers import UNSTORED, register_answers
from graphlab.app.examples import Example, packaged_examples
from graphlab.app.library import Library
from graphlab.app.outline import register_outline
from graphlab.app.progress import Waiting
from graphlab.layout.engine import LayoutEngine


class PlainBackend(get_backend("fastapi")):  # type: ignore[misc]
    """FastAPI without pages of its own. Made by Dash, as Dash imports Flask to tell what kind a given server is."""

    @staticmethod
    def create_app(name: str = "graphlab", config: dict[str, object] | None = None) -> FastAPI:
        """A bare server."""
        return FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None)


def make_app(library: Library, engine: LayoutEngine, *, host: str, data: str | None) -> Dash:
    """The Dash app of these sources. `data` is the data folder that the training form proposes."""
    app = Dash("graphlab", backend=PlainBackend, **page.dash_options())
    server = app.server
    training.register_routes(server)
    waiting = Waiting()
    register_answers(server, library, engine, waiting)
    register_outline(server, library)
    _register_progress(server, waiting)
    app.layout = page.shell([_card(example) for example in packaged_examples()], data=data or "")
    clientside.register(app)
    callbacks.register(app, library)
    training.register(app, library)
    values.register(app, library)
    server.add_middleware(SameOriginMiddleware)
    if is_local(host):
        server.add_middleware(LocalHostMiddleware)
    return app


def _register_progress(server: FastAPI, waiting: Waiting) -> None:
    """Say how far the layout is that a page waits for."""

    @server.get("/layout/{name}")
    async def told(name: str) -> Response:
        return Response(json.dumps(waiting.told(name)), media_type="application/json", headers=UNSTORED)


class LocalHostMiddleware:
    """Refuses requests under another name than this machine's own, which a page elsewhere can point at it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        # Starlette's TrustedHostMiddleware cuts a host at its first colon and so cannot know [::1].
        if scope["type"] == "http" and not is_local(_host_of(Headers(scope=scope).get("host", ""))):
            await PlainTextResponse("this app is only for the machine it runs on", 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class SameOriginMiddleware:
    """Refuses requests that change something when another site's page sends them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            origin, host = headers.get("origin"), headers.get("host", "")
            if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
                await PlainTextResponse("this request came from another site", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_local(host: str) -> bool:
    """Whether a name or address, IPv6 without brackets, is the machine's own way to itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host_of(header: str) -> str:
    """The name or address in a Host header; "" where it holds none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def source_href(source: str) -> str:
    """The address of a source's page."""
    return f"/?source={quote(source, safe='/:')}"


def _card(example: Example) -> dict[str, str]:
    return {
        "title": example.title,
        "description": example.description,
        "source": example.source,
        "href": source_href(example.source),
    }

"""What the server answers at once: the page and its scenes. Whatever needs Dash waits until that has been loaded."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import Callable
from concurrent.futures import Future
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from graphlab.app.answers import answer_routes
from graphlab.app.examples import packaged_examples
from graphlab.app.index import index_page
from graphlab.app.library import Library
from graphlab.layout.engine import LayoutEngine
from graphlab.source import packaged_dir


def make_front(
    library: Library, engine: LayoutEngine, later: ASGIApp, *, host: str, answered: Callable[[], None]
) -> ASGIApp:
    """The app of these sources: `later` answers what this does not. `answered` is called when a scene has been."""
    page = index_page(packaged_examples())
    drawn = (packaged_dir("assets") / "favicon.svg").read_bytes()

    async def index(_request: Request) -> Response:
        return HTMLResponse(page)

    async def icon(_request: Request) -> Response:
        return Response(drawn, media_type="image/svg+xml")

    routes = [Route("/", index), Route("/assets/favicon.svg", icon), *answer_routes(library, engine, answered)]
    front: ASGIApp = SameOriginMiddleware(Router(routes, redirect_slashes=False, default=later))
    return LocalHostMiddleware(front) if is_local(host) else front


class LateApp:
    """An app that is made in a thread of its own, when it is begun or first asked: its imports take a while.

    Where making it raises, `failed` is called, requests are answered 503 and `check` raises the same.
    """

    def __init__(self, make: Callable[[], ASGIApp], failed: Callable[[], None]) -> None:
        self._make = make
        self._failed = failed
        self._made: Future[ASGIApp] = Future()
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Make the app, if that has not begun yet."""
        with self._lock:
            if self._made.running() or self._made.done():
                return
            self._made.set_running_or_notify_cancel()
        # No daemon: Python must not end in the middle of an import.
        threading.Thread(target=self._run, daemon=False).start()

    def check(self) -> None:
        """Raises what making the app has raised."""
        if self._made.done():
            self._made.result()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as soon as there is an app."""
        self.begin()
        await asyncio.wait([asyncio.wrap_future(self._made)])
        if self._made.exception():
            app: ASGIApp = PlainTextResponse("graphlab could not be started: its terminal says why", 503)
        else:
            app = self._made.result()
        await app(scope, receive, send)

    def _run(self) -> None:
        try:
            self._made.set_result(self._make())
        except BaseException as error:
            self._made.set_exception(error)
            self._failed()


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

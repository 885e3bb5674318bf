"""What the server answers at once: the page and its scenes. What needs Dash waits until Dash is loaded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from graphlab.app.page.examples import packaged_examples
from graphlab.app.page.help_pages import FIRST, HELP_PLACE, help_page
from graphlab.app.page.index import NONCE_PLACE, index_page
from graphlab.app.page.notices import new_nonce
from graphlab.app.server.access import Access
from graphlab.app.server.answers import answer_routes
from graphlab.app.server.guards import guarded, not_found, policy
from graphlab.app.server.library import Library
from graphlab.app.server.values.answers import value_routes
from graphlab.layout.engine import LayoutEngine
from graphlab.packaged import packaged_dir


def make_front(
    library: Library,
    engine: LayoutEngine,
    later: ASGIApp,
    *,
    access: Access,
    on_answer: Callable[[], None],
    sources: Iterable[str] = (),
) -> ASGIApp:
    """The app of these sources: `later` answers what this does not. `on_answer` is called when a scene has been.

    The home page lists the library's `sources` before the examples.
    """
    page = index_page(packaged_examples(), {text: library.sources.spec(text) for text in sources})
    icon_svg = (packaged_dir("assets") / "favicon.svg").read_bytes()

    async def index(_request: Request) -> Response:
        nonce = new_nonce()
        headers = {"Content-Security-Policy": policy(nonce), "Cache-Control": "no-cache"}
        return HTMLResponse(page.replace(NONCE_PLACE, nonce), headers=headers)

    async def icon(_request: Request) -> Response:
        return Response(icon_svg, media_type="image/svg+xml")

    routes = [Route("/", index), Route("/assets/favicon.svg", icon), *HELP_ROUTES]
    routes += [*answer_routes(library, engine, on_answer), *value_routes(library)]
    return guarded(Router(routes, redirect_slashes=False, default=later), access)


def _help(request: Request) -> Response:
    page_and_nonce = help_page(request.path_params.get("name", FIRST))
    if page_and_nonce is None:
        return not_found(request.scope, "there is no such help page")
    page, nonce = page_and_nonce
    return HTMLResponse(page, headers={"Content-Security-Policy": policy(nonce), "Cache-Control": "no-cache"})


def _without_slash(_request: Request) -> Response:
    return RedirectResponse(HELP_PLACE)


HELP_ROUTES = [
    Route(HELP_PLACE, _help),
    Route(HELP_PLACE + "/", _without_slash),
    Route(HELP_PLACE + "/{name}", _help),
]


class LateApp:
    """An app that is created in its own thread, when started or at the first request, because its imports take a while.

    If that raises, `failed` is called, requests are answered 503, and `check` raises the same error.
    """

    def __init__(self, make: Callable[[], ASGIApp], failed: Callable[[], None]) -> None:
        self._make = make
        self._failed = failed
        self._app: Future[ASGIApp] = Future()
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Start creating the app, unless that has begun."""
        with self._lock:
            if self._app.running() or self._app.done():
                return
            self._app.set_running_or_notify_cancel()
        # Not a daemon: Python must not exit in the middle of an import.
        threading.Thread(target=self._run, daemon=False).start()

    def check(self) -> None:
        """Raise the error of creating the app, if there was one."""
        if self._app.done():
            self._app.result()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as soon as the app exists."""
        self.begin()
        await asyncio.wait([asyncio.wrap_future(self._app)])
        if self._app.exception():
            app: ASGIApp = PlainTextResponse("graphlab could not start; see the terminal for the reason", 503)
        else:
            app = self._app.result()
        await app(scope, receive, send)

    def _run(self) -> None:
        try:
            self._app.set_result(self._make())
        except BaseException as error:
            self._app.set_exception(error)
            self._failed()

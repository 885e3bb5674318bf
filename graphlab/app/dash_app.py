"""The Dash app: layout, callbacks and routes behind one FastAPI server. Never imports TensorFlow."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus

from dash import Dash
from dash.backends import get_backend
from dash.exceptions import DependencyException
from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from graphlab.app.callbacks import clientside, training_form, values
from graphlab.app.callbacks import graph as callbacks
from graphlab.app.page import page
from graphlab.app.page.index import DASH_PLACE
from graphlab.app.server import run_stream as training
from graphlab.app.server.guards import FAILED, not_found
from graphlab.app.server.library import Library
from graphlab.app.server.outline import register_outline
from graphlab.app.server.view_state import UnreadableViewError
from graphlab.packaged import packaged_dir

log = logging.getLogger(__name__)

DASH_PART = "{%app_entry%}<footer>{%config%}</footer><template>{%scripts%}{%renderer%}</template>"
IN_THE_PAGE = r"\.(css|js|mjs)$"  # styles and scripts are in the page itself: Dash must not load them again


class PlainBackend(get_backend("fastapi")):  # type: ignore[misc]
    """FastAPI without pages of its own. Made by Dash: to check the kind of another server, Dash would import Flask."""

    websocket_capability = False  # if it is announced, each page asks for it, and the server has none

    @staticmethod
    def create_app(name: str = "graphlab", config: dict[str, object] | None = None) -> FastAPI:
        """A bare server that redirects unknown addresses to the home page."""
        server = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None)
        server.add_exception_handler(HTTPStatus.NOT_FOUND, _nothing_there)
        server.add_exception_handler(RequestValidationError, _not_understood)
        return server

    def serve_callback(self, dash_app: Dash) -> Callable[[Request], Awaitable[Response]]:
        """The route of callbacks, which rejects anything that the page does not send."""
        dispatch = super().serve_callback(dash_app)

        async def answer(request: Request) -> Response:
            refusal = PlainTextResponse("the page does not send requests of this form", HTTPStatus.BAD_REQUEST)
            body = getattr(request.state, "json_body", None)
            if not is_callback(body, dash_app.callback_map) or not _has_arguments(dash_app, body):
                return refusal
            try:
                response: Response = await dispatch(request)
            except UnreadableViewError:
                return refusal
            except Exception:  # Dash answers 500 without an explanation
                log.exception("graphlab could not answer a request of the page")
                return PlainTextResponse(FAILED, HTTPStatus.INTERNAL_SERVER_ERROR)
            return response

        return answer

    def serve_component_suites(
        self, dash_app: Dash, package_name: str, fingerprinted_path: str, request: Request
    ) -> Response:
        """A script of Dash. Raises HTTPException if there is none of that name."""
        try:
            response: Response = super().serve_component_suites(dash_app, package_name, fingerprinted_path, request)
        except (DependencyException, OSError) as error:
            raise HTTPException(HTTPStatus.NOT_FOUND) from error
        return response


async def _nothing_there(request: Request, error: Exception) -> Response:
    detail = error.detail if isinstance(error, AnyHTTPException) else ""
    stock = HTTPStatus.NOT_FOUND.phrase
    return not_found(request.scope, detail if detail and detail != stock else "there is no page at this address")


async def _not_understood(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("a value in this address has the wrong type", HTTPStatus.BAD_REQUEST)


def _has_arguments(dash_app: Dash, body: object) -> bool:
    """Whether Dash 4.4 can read the callback's arguments, which it does again before the call."""
    try:
        context = dash_app._initialize_context(body)
        dash_app._prepare_callback(context, body)
        dash_app._inputs_to_vals(context.inputs_list + context.states_list)
    except (TypeError, AttributeError):  # a value whose type differs from the page's
        return False
    return True


def is_callback(body: object, callback_map: Mapping[str, Mapping[str, Sequence[object]]]) -> bool:
    """Whether Dash can read the request: it names a callback and has a value for each of its inputs and states."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in callback_map:
        return False
    parts = {name: body.get(name, []) for name in ("inputs", "state")}
    changed = body.get("changedPropIds", [])
    return (
        all(isinstance(part, list) for part in (*parts.values(), changed))
        and all(len(part) == len(callback_map[body["output"]].get(name, [])) for name, part in parts.items())
        and all(map(_is_value, (*parts["inputs"], *parts["state"])))
        and all(isinstance(name, str) for name in changed)
    )


def _is_value(part: object) -> bool:
    """Whether it is the value of a property, or those of all components that an id's pattern matches."""
    values = part if isinstance(part, list) else [part]
    return all(isinstance(value, dict) and {"id", "property"} <= value.keys() for value in values)


def make_app(library: Library, *, data: str | None) -> Dash:
    """The Dash app for these sources. `data` is the data folder that the training form suggests."""
    app = bare_app(data or "")
    server = app.server
    training.register_routes(server)
    register_outline(server, library)
    callbacks.register(app, library)
    training_form.register(app, library)
    values.register(app, library)
    return app


def bare_app(data: str = "") -> Dash:
    """The page's parts and their behaviour in the browser alone; see `page.shell`."""
    app = Dash(
        "graphlab",
        backend=PlainBackend,
        assets_folder=str(packaged_dir("assets")),
        assets_ignore=IN_THE_PAGE,
        index_string=DASH_PART,
        update_title=None,
        suppress_callback_exceptions=True,
    )
    app.layout = page.shell(data)
    clientside.register(app)
    _register_part(app.server, app)
    return app


def _register_part(server: FastAPI, app: Dash) -> None:
    """Serve what Dash puts into the page."""

    @server.get(DASH_PLACE)
    async def part() -> Response:
        return Response(app.index(), media_type="text/html")

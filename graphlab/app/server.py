"""What the page has of Dash: its parts, callbacks and routes behind one FastAPI server. Never imports TensorFlow."""

from __future__ import annotations

from dash import Dash
from dash.backends import get_backend
from fastapi import FastAPI
from starlette.responses import Response

from graphlab.app import callbacks, clientside, page, training, values
from graphlab.app.index import DASH_PLACE
from graphlab.app.library import Library
from graphlab.app.outline import register_outline
from graphlab.source import packaged_dir

DASH_PART = "{%app_entry%}<footer>{%config%}</footer><template>{%scripts%}{%renderer%}</template>"
NO_SCRIPTS = r"^(graph_view|offline)$"  # folders of ES modules, which Dash must not load as scripts
NO_STYLES = r".*\.css$"  # they stand in the page itself


class PlainBackend(get_backend("fastapi")):  # type: ignore[misc]
    """FastAPI without pages of its own. Made by Dash, as Dash imports Flask to tell what kind a given server is."""

    websocket_capability = False  # where it is announced, each page asks for it, and the server has none

    @staticmethod
    def create_app(name: str = "graphlab", config: dict[str, object] | None = None) -> FastAPI:
        """A bare server."""
        return FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None)


def make_app(library: Library, *, data: str | None) -> Dash:
    """The Dash app of these sources. `data` is the data folder that the training form proposes."""
    app = bare_app(data or "")
    server = app.server
    training.register_routes(server)
    register_outline(server, library)
    callbacks.register(app, library)
    training.register(app, library)
    values.register(app, library)
    return app


def bare_app(data: str = "") -> Dash:
    """The page's parts and what they do in the browser alone; see `page.shell`."""
    app = Dash(
        "graphlab",
        backend=PlainBackend,
        assets_folder=str(packaged_dir("assets")),
        assets_path_ignore=[NO_SCRIPTS],
        assets_ignore=NO_STYLES,
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

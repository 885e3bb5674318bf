"""The server's part of the outline: the contents of the scopes that are open in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from graphlab.app.server.library import Library
from graphlab.app.server.scenes import folded_of
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError
from graphlab.json_value import JsonObject
from graphlab.view import children_of

if TYPE_CHECKING:
    from fastapi import FastAPI


def register_outline(server: FastAPI, library: Library) -> None:
    """Serve the children of the scopes that the page requests; "" is the graph."""

    @server.post("/outline")
    async def outline(request: Request) -> Response:
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("of"), list):
            return PlainTextResponse("send JSON with a view and a list of scopes in `of`", 400)
        scopes = dict.fromkeys(map(str, body["of"]))
        state = read_state({name: body.get(name) for name in ("source", "graph", "all")})
        rows_by_scope = await asyncio.to_thread(children_in, library, state, scopes)
        return JSONResponse({scope: [row.to_json() for row in rows] for scope, rows in rows_by_scope.items()})


@dataclass(frozen=True)
class OutlineRow:
    """An op or a group in the outline."""

    id: str
    kind: str
    title: str
    subtitle: str
    family: str

    def to_json(self) -> JsonObject:
        """The row in the browser's form."""
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}


def children_in(library: Library, state: ViewState, scopes: Iterable[str]) -> dict[str, list[OutlineRow]]:
    """The children of these scopes in a state's graph, in the outline's form; {} while there is no graph."""
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the answer to the view reports it
        return {}
    return {
        scope: [OutlineRow(box.id, box.kind, box.title, box.subtitle, box.family) for box in children_of(folded, scope)]
        for scope in scopes
    }

"""The outline's side of the server: what lies in the scopes that are open in it, and nothing of any other."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graphlab.app.library import Library
from graphlab.app.scenes import folded_of, read_state
from graphlab.errors import GraphlabError
from graphlab.view import children_of


def register_outline(server: FastAPI, library: Library) -> None:
    """Serve the children of the scopes that the page asks for; "" is the graph."""

    @server.post("/outline")
    async def outline(request: Request) -> Response:
        asked = await request.json()
        return JSONResponse(await asyncio.to_thread(_answer, library, asked))


def _answer(library: Library, asked: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    try:
        folded = folded_of(library, read_state(asked))
    except GraphlabError:  # the graph's own callback says it
        return {}
    return {
        scope: [
            {"id": box.id, "kind": box.kind, "title": box.title, "subtitle": box.subtitle, "family": box.family}
            for box in children_of(folded, scope)
        ]
        for scope in map(str, asked.get("of") or ())
    }

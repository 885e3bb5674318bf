"""Answers to a page that asks for a view: the scene with its colours and marks, or a message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graphlab.app.server.jobs import Tracing
from graphlab.app.server.library import Library
from graphlab.app.server.marks import found_of, traced_of
from graphlab.app.server.progress import Progress, Stopped, Waiting
from graphlab.app.server.scenes import (
    ViewState,
    boxes_of,
    focus_of,
    folded_of,
    opened_of,
    read_address,
    read_state,
    ready_of,
    scene_of,
)
from graphlab.errors import GraphlabError, shortened
from graphlab.layout.engine import LayoutEngine
from graphlab.overlay import USUAL, paint
from graphlab.store.stored_graphs import BrokenTrace

UNSTORED = {"Cache-Control": "no-store"}
MOST_AHEAD = 400  # boxes: their layout takes a few frames
STOPPED = {"again": True}  # whoever still waits for this answer shall ask once more


@dataclass(frozen=True)
class Question:
    """A view, what is emphasised in it (`look`), and the words that are looked for.

    `folder` is the data folder in the form, from which the pipeline beside a model reads. `page` is the page's name.
    `retry` begins anew what has failed before; `marks` leaves the scene out, which is drawn already; with `ahead` it is
    not sure that the view is wanted.
    """

    state: ViewState
    look: Mapping[str, str] = field(default_factory=dict)
    searched: str = ""
    folder: str | None = None
    page: str | None = None
    retry: bool = True
    marks: bool = False
    ahead: bool = False


def answer_routes(library: Library, engine: LayoutEngine, answered: Callable[[], None]) -> list[Route]:
    """The scene of an address, which the page asks for first, and of each view that it goes to; how far a layout is.

    `answered` is called after each answer.
    """
    waiting = Waiting()

    async def answer_to(question: Question) -> Response:
        def call() -> str:
            try:
                with waiting.newest(question.page) as progress:
                    return json.dumps(answer(library, engine, question, progress))
            except Stopped:
                return json.dumps(STOPPED)

        text = await asyncio.to_thread(call)
        return _json(text, BackgroundTask(answered))

    async def first(request: Request) -> Response:
        asked = request.query_params
        return await answer_to(Question(read_address(asked), look=asked))

    async def scene(request: Request) -> Response:
        question = read_question(await request.body())
        if question is None:
            return PlainTextResponse("send JSON with a `view` and, optionally, a `look`", 400)
        return await answer_to(question)

    async def told(request: Request) -> Response:
        return _json(json.dumps(waiting.told(request.path_params["name"])))

    return [
        Route("/scene", first, methods=["GET"]),
        Route("/scene", scene, methods=["POST"]),
        Route("/layout/{name}", told),
    ]


def _json(text: str, then: BackgroundTask | None = None) -> Response:
    return Response(text, media_type="application/json", headers=UNSTORED, background=then)


def read_question(body: bytes) -> Question | None:
    """The question that the page sends as JSON; None for anything else."""
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    if not isinstance(asked, dict) or not all(isinstance(asked.get(name), dict) for name in ("view", "look")):
        return None
    try:
        state = read_state(asked["view"])
    except TypeError:  # no lists where lists of groups belong
        return None
    look = {str(name): str(word) for name, word in asked["look"].items() if word}
    told = {name: str(asked.get(name) or "") for name in ("searched", "folder", "page")}
    retry, marks, ahead = (bool(asked.get(name)) for name in ("retry", "marks", "ahead"))
    return Question(state, look, **told, retry=retry, marks=marks, ahead=ahead)


def answer(library: Library, engine: LayoutEngine, question: Question, progress: Progress) -> dict[str, Any]:
    """What the page shows of a view, and whether it shall ask `again`; raises Stopped.

    What an answer leaves out stays as it is on the page. `ready` is "" while there is no graph, `graphs` are the
    source's.
    """
    if question.marks:
        return _marks(library, question)
    if question.ahead:
        return _ahead(library, engine, question, progress)
    told = _told(library, engine, question, progress)
    try:
        return {**told, "graphs": library.names(question.state.source)}
    except GraphlabError:  # it is told already
        return {**told, "graphs": ()}


def _ahead(library: Library, engine: LayoutEngine, question: Question, progress: Progress) -> dict[str, Any]:
    """The answer where it takes little, else {}: no edited file is traced because a pointer rests somewhere."""
    state = question.state
    try:
        if library.is_data(state.source, state.graph) or boxes_of(library, state) > MOST_AHEAD:
            return {}
        return {**_drawn(library, engine, question, progress), "graphs": library.names(state.source)}
    except GraphlabError:  # it is told when the view is asked for
        return {}


def _told(library: Library, engine: LayoutEngine, question: Question, progress: Progress) -> dict[str, Any]:
    state = question.state
    try:
        found = library.open(state.source, retry=question.retry)
        before: dict[str, Any] = {}  # what is on the page stays while the same graph is traced again
        if library.is_data(state.source, state.graph):
            found = library.open_data(state.source, question.folder, retry=question.retry)
            before = {"scene": None}
        if not isinstance(found, Tracing):
            return _drawn(library, engine, question, progress)
        return _failed(found.error) if found.error else before | _waiting(found)
    except BrokenTrace:  # the next call begins a trace, or says why there is none
        return _waiting(Tracing(stage="The stored graph is damaged; tracing again"))
    except GraphlabError as error:
        return _failed(shortened(str(error)))


def _drawn(library: Library, engine: LayoutEngine, question: Question, progress: Progress) -> dict[str, Any]:
    state = question.state
    return {
        "scene": scene_of(library, engine, state, progress),
        **_marks(library, question),
        "message": None,
        "ready": ready_of(library, state),
        "again": False,
    }


def _marks(library: Library, question: Question) -> dict[str, Any]:
    """How the boxes of a scene are coloured and marked; nothing is where there is no graph."""
    state, look = question.state, question.look
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the answer to the view says it
        return {"paint": None, "traced": None, "found": None}
    colour = look.get("colour") or USUAL
    return {
        "paint": paint(folded, colour, opened_of(folded, state), focus=focus_of(folded, state)),
        "traced": traced_of(folded, state, look.get("trace")),
        "found": found_of(folded, state, question.searched),
    }


def _waiting(tracing: Tracing) -> dict[str, Any]:
    words = {"kind": "waiting", "title": f"{tracing.stage}…", "detail": f"{tracing.seconds:.0f} s"}
    return {"message": words, "ready": "", "again": True}


def _failed(words: str) -> dict[str, Any]:
    message = {"kind": "error", "title": "This graph cannot be shown", "detail": words}
    return {"scene": None, "message": message, "ready": "", "again": False}

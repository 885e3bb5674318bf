"""Answers to a page that asks for a view: the scene with its colours and marks, or a message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.app.server.overlays import LineageText, ViewOverlays, overlays_of
from graphlab.app.server.progress import Progress, Stopped, Waiting
from graphlab.app.server.scenes import ShownGraph, ShownScene, scene_of, shown_graph_of
from graphlab.app.server.values.overlays import ShownMoment, read_moment
from graphlab.app.server.view_state import ViewState, read_address, read_state
from graphlab.errors import GraphlabError, shortened
from graphlab.json_value import JsonObject, JsonValue
from graphlab.layout.engine import LayoutEngine
from graphlab.overlay import LiftedOverlay
from graphlab.store.stored_graphs import DamagedStoredGraphs

UNSTORED = {"Cache-Control": "no-store"}
MOST_AHEAD = 400  # boxes: their layout takes a few frames


class Absent(Enum):
    """Marks a part that an answer omits, so that the page keeps its own."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True)
class Message:
    """Words instead of a scene or over it: `kind` is waiting or error."""

    kind: str
    title: str
    detail: str

    def to_json(self) -> JsonObject:
        """The message in the browser's form."""
        return {"kind": self.kind, "title": self.title, "detail": self.detail}


@dataclass(frozen=True)
class Answer:
    """What the page receives about a view. It keeps its own part for each that is ABSENT.

    `ready` is "" while there is no graph, `graphs` are the names of the source's graphs. `again`: ask once more.
    """

    scene: ShownScene | Absent | None = ABSENT
    overlays: tuple[LiftedOverlay, ...] | Absent = ABSENT
    lineage: LineageText | Absent | None = ABSENT
    message: Message | Absent | None = ABSENT
    ready: str | Absent = ABSENT
    again: bool | Absent = ABSENT
    graphs: tuple[str, ...] | Absent = ABSENT

    def to_json(self) -> JsonObject:
        """The answer in the browser's form."""
        values = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        return {name: _to_json(value) for name, value in values.items() if value is not ABSENT}


STOPPED = Answer(again=True)  # a page that still waits for this answer should ask again

AnswerPart = ShownScene | LiftedOverlay | LineageText | Message


def _to_json(value: AnswerPart | tuple[AnswerPart | str, ...] | str | bool | None) -> JsonValue:
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    return value if value is None or isinstance(value, str | bool) else value.to_json()


@dataclass(frozen=True)
class SceneRequest:
    """A view, what its overlays are asked to show (`emphasis`), and the words that are looked for.

    `folder` is the data folder in the form, for the pipeline beside a model. `page` is the page's name.
    `moment` is what is shown of values. `retry` repeats what has failed; `marks` omits the scene, which is drawn;
    `ahead` means that the view may not be needed.
    """

    state: ViewState
    emphasis: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    folder: str | None = None
    page: str | None = None
    moment: ShownMoment | None = None
    retry: bool = True
    marks: bool = False
    ahead: bool = False


def answer_routes(library: Library, engine: LayoutEngine, on_answer: Callable[[], None]) -> list[Route]:
    """Routes for the scene of an address, which the page requests first, for later views, and for progress.

    `on_answer` is called after each answer.
    """
    waiting = Waiting()

    async def answer_to(scene_request: SceneRequest) -> Response:
        def call() -> str:
            try:
                with waiting.newest(scene_request.page) as progress:
                    return json.dumps(answer(library, engine, scene_request, progress).to_json())
            except Stopped:
                return json.dumps(STOPPED.to_json())

        text = await asyncio.to_thread(call)
        return _json(text, BackgroundTask(on_answer))

    async def first_scene(request: Request) -> Response:
        params = request.query_params
        return await answer_to(SceneRequest(read_address(params), emphasis=params))

    async def scene(request: Request) -> Response:
        scene_request = read_scene_request(await request.body())
        if scene_request is None:
            return PlainTextResponse("send JSON with a `view` and, optionally, an `emphasis`", 400)
        return await answer_to(scene_request)

    async def layout_progress(request: Request) -> Response:
        return _json(json.dumps(waiting.progress_json(request.path_params["name"]).to_json()))

    return [
        Route("/scene", first_scene, methods=["GET"]),
        Route("/scene", scene, methods=["POST"]),
        Route("/layout/{name}", layout_progress),
    ]


def _json(text: str, background: BackgroundTask | None = None) -> Response:
    return Response(text, media_type="application/json", headers=UNSTORED, background=background)


def read_scene_request(body: bytes) -> SceneRequest | None:
    """The request in the page's JSON; None for other values."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or not all(isinstance(message.get(name), dict) for name in ("view", "emphasis")):
        return None
    try:
        state = read_state(message["view"])
    except TypeError:  # groups that contain groups must not be lists
        return None
    emphasis = {str(name): str(word) for name, word in message["emphasis"].items() if word}
    texts = {name: str(message.get(name) or "") for name in ("search", "folder", "page")}
    retry, marks, ahead = (bool(message.get(name)) for name in ("retry", "marks", "ahead"))
    moment = read_moment(message.get("evaluation"))
    return SceneRequest(state, emphasis, **texts, moment=moment, retry=retry, marks=marks, ahead=ahead)


def answer(library: Library, engine: LayoutEngine, scene_request: SceneRequest, progress: Progress) -> Answer:
    """What the page shows for a view, and whether it should ask `again`. Raises Stopped."""
    if scene_request.marks:
        return _overlay_answer(library, scene_request)
    if scene_request.ahead:
        return _answer_ahead(library, engine, scene_request, progress)
    full_answer = _full_answer(library, engine, scene_request, progress)
    try:
        return replace(full_answer, graphs=tuple(library.names(scene_request.state.source)))
    except GraphlabError:  # it is already reported
        return replace(full_answer, graphs=())


def _answer_ahead(library: Library, engine: LayoutEngine, scene_request: SceneRequest, progress: Progress) -> Answer:
    """The answer if it is cheap, else an empty one: a resting pointer does not retrace an edited file."""
    state = scene_request.state
    try:
        if library.is_data(state.source, state.graph):
            return Answer()
        shown_graph = shown_graph_of(library, state)
        if shown_graph.box_count > MOST_AHEAD:
            return Answer()
        return replace(
            _scene_answer(library, shown_graph, engine, scene_request, progress),
            graphs=tuple(library.names(state.source)),
        )
    except GraphlabError:  # it is reported when the view is requested
        return Answer()


def _full_answer(library: Library, engine: LayoutEngine, scene_request: SceneRequest, progress: Progress) -> Answer:
    state = scene_request.state
    try:
        graphs_or_job = library.open(state.source, retry=scene_request.retry)
        scene: Absent | None = ABSENT  # the page keeps its content while the same graph is retraced
        if library.is_data(state.source, state.graph):
            graphs_or_job = library.open_data(state.source, scene_request.folder, retry=scene_request.retry)
            scene = None
        if not isinstance(graphs_or_job, TraceJob):
            return _scene_answer(library, shown_graph_of(library, state), engine, scene_request, progress)
        return _failed(graphs_or_job.error) if graphs_or_job.error else replace(_waiting(graphs_or_job), scene=scene)
    except DamagedStoredGraphs:  # the next call starts a trace, or reports why there is none
        return _waiting(TraceJob(progress="The stored graph is damaged; retracing"))
    except GraphlabError as error:
        return _failed(shortened(str(error)))


def _scene_answer(
    library: Library, shown_graph: ShownGraph, engine: LayoutEngine, scene_request: SceneRequest, progress: Progress
) -> Answer:
    scene = scene_of(shown_graph, engine, progress)
    overlays = overlays_of(shown_graph, scene_request.emphasis, scene_request.search)
    lifted = (*overlays.lifted, *library.evaluated.overlays(shown_graph, scene_request.moment))
    return Answer(scene, lifted, overlays.lineage, message=None, ready=shown_graph.ready, again=False)


def _overlay_answer(library: Library, scene_request: SceneRequest) -> Answer:
    """The colours and marks of a scene's boxes; empty if there is no graph."""
    try:
        shown_graph = shown_graph_of(library, scene_request.state)
        overlays = overlays_of(shown_graph, scene_request.emphasis, scene_request.search)
        values = library.evaluated.overlays(shown_graph, scene_request.moment)
    except GraphlabError:  # the answer to the view reports it
        overlays, values = ViewOverlays(), ()
    return Answer(overlays=(*overlays.lifted, *values), lineage=overlays.lineage)


def _waiting(tracing: TraceJob) -> Answer:
    words = Message("waiting", f"{tracing.progress}…", f"{tracing.seconds:.0f} s")
    return Answer(message=words, ready="", again=True)


def _failed(words: str) -> Answer:
    return Answer(None, message=Message("error", "This graph cannot be shown", words), ready="", again=False)

"""Answers to a page that asks for values: which inputs there are, an evaluation, what boxes show of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graphlab.app.server.library import Library
from graphlab.app.server.scenes import folded_of, shown_graph_of
from graphlab.app.server.values.overlays import Evaluated, ShownMoment, read_moment
from graphlab.app.server.values.sessions import SEED, ValueSession
from graphlab.app.server.values.steps import steps_json
from graphlab.app.server.values.weights import weights_json, weights_request
from graphlab.app.server.view_state import UnreadableViewError, ViewState, read_state
from graphlab.errors import GraphlabError, SourceError, shortened
from graphlab.evaluation.files.allowed import why_not_file
from graphlab.evaluation.session.order import RunOrder
from graphlab.graph import count_elements
from graphlab.json_value import JsonObject
from graphlab.processes.worker import Message
from graphlab.sources import SourceSpec
from graphlab.view import Folded, loss_output, shown_output

PATIENCE_S = 0.3  # until a page hears how far an evaluation is
STOPPING_S = 30.0  # the longest that a single op is waited for
UNSTORED = {"Cache-Control": "no-store"}
OF_PROGRAM = (
    "This graph was handed to graphlab.show() by a program. Compute its values there: graphlab.values(function, x=3.0)"
)
OF_DATA = "This graph has no values for an input: Inspect shows the first elements of its datasets."
EDITED = "The file was edited after this graph was traced. Press Retrace in Inspect to see its new graph and values."
Body = Mapping[str, object]


def value_routes(library: Library) -> list[Route]:
    """The routes under /values."""

    def route(name: str) -> Route:
        async def respond(request: Request) -> Response:
            body = _body_of(await request.body())
            try:
                data = None if body is None else await asyncio.to_thread(answer_to, library, name, body)
            except UnreadableViewError:
                data = None
            if data is None:
                return PlainTextResponse("send a JSON object with a `view`", 400)
            return Response(json.dumps(data), media_type="application/json", headers=UNSTORED)

        return Route(f"/values/{name}", respond, methods=["POST"])

    return [route(name) for name in ANSWERS]


def answer_to(library: Library, name: str, body: Body) -> JsonObject:
    """The answer of that name; a failure is one sentence, as `error`."""
    try:
        return ANSWERS[name](library, body)
    except GraphlabError as error:
        return {"error": shortened(str(error))}


def _body_of(body: bytes) -> Body | None:
    try:
        data = json.loads(body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _state_of(body: Body) -> ViewState:
    view = body.get("view")
    return read_state(view if isinstance(view, dict) else {})


def _session_of(library: Library, state: ViewState) -> ValueSession:
    """The session of a source. Raises GraphlabError if it has none."""
    spec = library.sources.spec(state.source)
    if spec is None:
        raise SourceError(OF_PROGRAM)
    refusal = why_not_file(spec.path) if spec.path is not None else ""
    if refusal:
        raise SourceError(refusal)
    return library.values.of(spec, library.sources.data_folder(state.source) or library.sources.data)


def open_values(library: Library, body: Body) -> JsonObject:
    """What can be chosen for a graph; `again` while its source is being loaded."""
    state = _state_of(body)
    session = _session_of(library, state)
    if session.error:
        library.values.forget(session.spec.text)
        raise GraphlabError(session.error)
    if session.graphs is None:
        return {"again": True, "message": session.progress}
    folded = folded_of(library, state)
    name = _name_of(library, state)
    form = session.graphs.get(name)
    if form is None:
        raise SourceError(session.refusals.get(name) or OF_DATA)
    targets = [*_loss_targets(folded), *_targets(folded)]
    return {
        "form": {
            **form,
            "graph": name,
            "targets": targets,
            "weights": weights_json(session.spec, str(form["weights"])),
        }
    }


def offer_weights(library: Library, body: Body) -> JsonObject:
    """The weights that can be chosen now: a run may have kept another epoch; {} while the source is being loaded."""
    state = _state_of(body)
    session = _session_of(library, state)
    form = (session.graphs or {}).get(_name_of(library, state))
    return {} if form is None else {"weights": weights_json(session.spec, str(form["weights"]))}


def _name_of(library: Library, state: ViewState) -> str:
    return state.graph or next(iter(library.names(state.source)), "")


def _targets(folded: Folded) -> list[JsonObject]:
    """The results whose gradients can be asked for, each with how many numbers it has (None: unknown)."""
    graph = folded.graph
    targets: list[JsonObject] = []
    for op_id in graph.output_ids:
        tensor = graph.op(op_id).outputs[0] if graph.op(op_id).outputs else None
        if tensor is None or not tensor.dtype.startswith(("float", "bfloat")):
            continue
        name = "output" if len(graph.output_ids) == 1 else graph.facts.names.get(op_id, op_id)
        targets.append({"id": name, "label": name, "count": count_elements(tensor.shape)})
    return targets


def _loss_targets(folded: Folded) -> list[JsonObject]:
    """The loss of a train step."""
    output = loss_output(folded)
    return [] if output is None else [{"id": output.op_id, "label": "loss", "count": 1}]


def evaluate(library: Library, body: Body) -> JsonObject:
    """Run a graph for an input: its steps, and what the boxes of the view show; `again` while it runs."""
    state = _state_of(body)
    session = _session_of(library, state)
    if session.error:
        library.values.forget(session.spec.text)
        session = _session_of(library, state)
    if session.graphs is None:
        return {"again": True, "message": session.progress}
    if library.is_edited(state.source):
        raise SourceError(EDITED)
    try:
        request = _request_of(library, session, state, body)
    except SourceError as error:
        return {"errors": {"": str(error)}}
    job = session.evaluate(request, str(body.get("page") or ""))
    if job is None:
        return {"again": True, "message": f"Waiting: another page runs this source ({session.progress.lower()})"}
    answer = job.result(PATIENCE_S)
    if answer is None:
        return {"again": True, "message": session.progress}
    return _evaluated(library, session, body, answer)


def _request_of(library: Library, session: ValueSession, state: ViewState, body: Body) -> Message:
    spec = session.spec
    request = _form_of(body, spec)
    compare, base = str(body.get("compare") or ""), body.get("base")
    name = library.evaluated.name_in_session(compare, session) if compare else ""
    with_base = {"name": name, "request": _form_of(base, spec)} if compare and isinstance(base, dict) else None
    return {**request, "graph": _name_of(library, state), "base": with_base}


def _form_of(form: Body, spec: SourceSpec) -> Message:
    """What is set in the whole form, without what only the page needs. Raises SourceError for missing weights."""
    settings = form.get("settings")
    return {
        "settings": settings if isinstance(settings, dict) else {},
        "gradient": str(form.get("gradient") or ""),
        "seed": _int_of(form.get("seed"), SEED),
        "training": form.get("training") is True,
        "weights": weights_request(spec, str(form.get("weights") or "")),
    }


def _evaluated(library: Library, session: ValueSession, body: Body, answer: Message) -> JsonObject:
    if "errors" in answer:
        return cast("JsonObject", answer)
    shown_graph = shown_graph_of(library, _state_of(body))
    steps = steps_json(shown_graph.folded, answer["order"], answer["with_gradient"], str(body.get("gradient") or ""))
    graph = shown_graph.folded.graph
    order = RunOrder(graph, [(str(op_id), tuple(iterations)) for op_id, *iterations in answer["order"]])
    rows = cast("list[list[int]]", steps["order"])
    ops = cast("list[str]", steps["ops"])
    player_steps = [(ops[row[0]], tuple(row[3:])) for row in rows]
    evaluated = Evaluated(session, answer["name"], graph, order, player_steps, answer["hidden"])
    name = library.evaluated.add(evaluated)
    show = "difference" if answer["has_base"] else body.get("show")
    moment = read_moment({"id": name, "show": show}) or ShownMoment(name)
    summary = {key: answer[key] for key in ("seconds", "end", "problems", "branches", "words", "note", "output")}
    overlays = evaluated.overlays(shown_graph, moment)
    return {
        "evaluation": {
            "id": name,
            "show": moment.show,
            "has_gradients": bool(answer["with_gradient"]),
            **summary,
            "steps": steps,
        },
        "overlays": [one.to_json() for one in overlays],
        "errors": answer["hints"],
    }


def stop(library: Library, body: Body) -> JsonObject:
    """End the page's evaluation that is running: what it has computed so far; `again` while its op is not done."""
    session = _session_of(library, _state_of(body))
    job = session.stop(str(body.get("page") or ""))
    if job is None:
        return {}
    answer = job.result(STOPPING_S)
    if answer is None:
        return {"again": True, "message": "Waiting for the op that is running"}
    return _evaluated(library, session, body, answer)


def _ask_about(kind: str) -> Callable[[Library, Body], JsonObject]:
    """An answer of the process about one op of an evaluation, or about the output that a closed group shows."""

    def answer(library: Library, body: Body) -> JsonObject:
        evaluated = library.evaluated.find(str(body.get("evaluation") or ""))
        if evaluated.session.is_busy:  # a thread that waits for it would be missing elsewhere
            raise GraphlabError("The values are being computed. Ask again when they are there.")
        request = {name: value for name, value in body.items() if name != "view"}
        op_id = str(body.get("op") or "")
        if op_id.endswith("/"):
            output = shown_output(folded_of(library, _state_of(body)), op_id)
            if output is None:
                raise GraphlabError("this group has no single output; expand it and select one of its ops")
            request |= {"op": output.op_id, "output": output.port}
            if not evaluated.order.has_run(output.op_id, cast("list[int] | None", request.get("iterations"))):
                request["iterations"] = None  # the group's step was in a loop that its output is not in
        answer = evaluated.session.ask({**request, "do": kind, "evaluation": evaluated.name})
        if kind == "words":  # the same numbers as in the player
            step = evaluated.step_of(str(request["op"]), cast("list[int] | None", request.get("iterations")))
            answer |= {"step": step, "steps": len(evaluated.steps)}
        return cast("JsonObject", answer)

    return answer


def _int_of(value: object, usual: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**32 else usual


ANSWERS: Mapping[str, Callable[[Library, Body], JsonObject]] = {
    "open": open_values,
    "weights": offer_weights,
    "evaluate": evaluate,
    "stop": stop,
    **{kind: _ask_about(kind) for kind in ("tensor", "cell", "find", "npy", "words", "check")},
}

"""What the process of a page's values answers: it opens a source once, and runs its graphs for many inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import cast

import keras

from graphlab.errors import GraphlabError, SourceError
from graphlab.evaluation.fields import fields_of, form_json
from graphlab.evaluation.form.places import InputPlace, example_inputs, places_of
from graphlab.evaluation.form.rows import Row, data_rows
from graphlab.evaluation.limits.last_op import LAST_OP
from graphlab.evaluation.limits.memory import limit_memory, usual_limit_bytes
from graphlab.evaluation.model.mode import ModelMode, mode_of
from graphlab.evaluation.model.training_mode import has_training, note_other_ops
from graphlab.evaluation.model.weights import own_weights
from graphlab.evaluation.opened import OpenedSource, open_source
from graphlab.evaluation.outputs import read_outputs
from graphlab.evaluation.result import Values
from graphlab.evaluation.session.evaluations import Evaluation, Evaluations, WantedReadout, problems_json, steps_of
from graphlab.evaluation.settings import arguments_from, unequal_batches
from graphlab.evaluation.tensors.answers import DRAWER_ACTS
from graphlab.evaluation.words.check import check
from graphlab.evaluation.words.op_words import op_words
from graphlab.evaluation.words.types import words_json
from graphlab.json_value import JsonObject, JsonValue, finite
from graphlab.loading.limits import MEMORY_BYTES
from graphlab.overlay.hidden_inputs import hidden_words
from graphlab.processes.worker import Handler, Message
from graphlab.sources import parse_source
from graphlab.sources.class_names import class_names_to_show
from graphlab.tracing.live import LiveGraph

Progress = Callable[[str], None]


@dataclass(eq=False)
class _Session:
    """The source that this process has opened, the inputs of its graphs, and its evaluations.

    `problem` is a sentence about the source's example inputs; "" for none. `mode` is how a graph ran last, and
    `base` what was compared with last, each after the choices that led to it.
    """

    opened: OpenedSource | None = None
    places: dict[str, list[InputPlace]] = field(default_factory=dict)
    problem: str = ""
    mode: tuple[object, ModelMode] | None = None
    base: tuple[object, Evaluation] | None = None
    evaluations: Evaluations = field(default_factory=Evaluations)

    @property
    def source(self) -> OpenedSource:
        if self.opened is None:
            raise GraphlabError("no source is opened")
        return self.opened


_session = _Session()


def answer_open(request: Message, progress: Progress) -> Message:
    """Load and trace a source: the fields of the inputs of each graph that can be run, and why others cannot."""
    LAST_OP.begin(Path(request["op_file"]))
    keras.utils.set_random_seed(request["seed"])  # initial weights and shuffled data are the same each time
    keras.utils.disable_interactive_logging()  # a download would write to the terminal
    spec = parse_source(
        request["source"],
        tuple(request["inputs"]),
        trust=bool(request.get("trust")),
        arguments=tuple(request["arguments"]),
    )
    limit_memory(usual_limit_bytes() if spec.path is None or spec.trust else MEMORY_BYTES)
    opened = _session.opened = open_source(spec, progress)
    progress("Reading the data")
    try:
        examples = example_inputs(opened.source.module)
    except SourceError as error:
        examples, _session.problem = {}, str(error)
    graphs = {}
    for name, live in opened.live.items():
        rows, problem = _rows_of(live, request["data"])
        _session.places[name] = places_of(live, rows, examples)
        graphs[name] = {
            "fields": form_json(fields_of(_session.places[name])),
            "problem": "\n".join(filter(None, (_session.problem, problem))),
            "has_training": has_training(opened, name),
            "weights": own_weights(opened, live),
        }
    return {"graphs": graphs, "refusals": {name: opened.why_not(name) for name in opened.graphs if name not in graphs}}


def _rows_of(live: LiveGraph, data: str | None) -> tuple[list[Row], str]:
    """The rows of the data for a graph, or a sentence that says why the named data folder has none."""
    source = _session.source
    try:
        return data_rows(source.source, live, source.spec, data), ""
    except GraphlabError as error:
        return [], f"The data is not used: {error}"


def answer_evaluate(request: Message, progress: Progress) -> Message:
    """Run a graph for an input. The values stay here: the answer says what ran, in which order, and what could not.

    With a `base`, differences to that evaluation can be shown; if it is no longer cached, it is computed again.
    """
    live = _session.source.find(request["graph"])
    base = _base_of(live, request, progress)
    evaluation = _run(live, request, progress, base)
    if not isinstance(evaluation, Evaluation):
        return {"errors": evaluation}
    values = evaluation.values
    has_batches = values.causes and live.graph.kind in ("forward", "train_step")
    hints = unequal_batches(_session.places[request["graph"]], values.arguments) if has_batches else {}
    module = _session.source.source.module
    names = class_names_to_show(module) if module is not None else ()
    outputs = read_outputs(values, names, base=base.values if base is not None else None)
    return {
        "name": evaluation.name,
        "hints": hints,
        "has_base": base is not None,
        "seconds": evaluation.seconds,
        "end": values.end,
        "order": [[op_id, *iterations] for op_id, iterations in steps_of(evaluation)],
        "with_gradient": sorted(values.positions_with_gradient),
        "problems": problems_json(values),
        "branches": dict(values.branches),
        "words": {argument.name: argument.origin for argument in values.arguments},
        "hidden": {op_id: dict(sources) for op_id, sources in evaluation.mode.hidden.items()},
        "note": evaluation.mode.note,
        "output": finite([output.to_json() for output in outputs]),
    }


def _base_of(live: LiveGraph, request: Message, progress: Progress) -> Evaluation | None:
    """The evaluation that a request is compared with, run again if it is no longer kept."""
    base = request["base"]
    if not base:
        return None
    wanted = (request["graph"], base["request"])
    if _session.base is None or _session.base[0] != wanted:
        cached = _session.evaluations.by_name.get(base["name"])
        evaluation = cached or _run(live, {**request, **base["request"]}, progress)
        if not isinstance(evaluation, Evaluation) or evaluation.values.end:
            return None
        _session.base = (wanted, evaluation)
    return _session.base[1]


def _run(
    live: LiveGraph, request: Message, progress: Progress, base: Evaluation | None = None
) -> Evaluation | dict[str, str]:
    """The evaluation, or a sentence for each input whose setting is wrong; "" is about everything."""
    arguments, sentences = arguments_from(_session.places[request["graph"]], request["settings"])
    if sentences:
        return sentences
    keras.utils.set_random_seed(request["seed"])
    stop_file = request["stop_file"]
    try:
        mode = _mode_for(live, request)
        evaluation = _session.evaluations.run(
            mode,
            request["graph"],
            arguments,
            gradient=request["gradient"],
            base=base,
            stop_file=Path(stop_file) if stop_file else None,
            progress=progress,
        )
    except SourceError as error:
        return {"": str(error)}
    if mode.live is not live:
        note_other_ops(evaluation.values, live)
    return evaluation


def _mode_for(live: LiveGraph, request: Message) -> ModelMode:
    """What runs of a graph with the chosen weights, and in training or not. What was chosen last is kept."""
    chosen, seed = request.get("weights"), request["seed"] if request.get("training") else None
    key = (request["graph"], chosen and chosen["path"], chosen and chosen["stamp"], seed)
    if _session.mode is None or _session.mode[0] != key:
        weights = (Path(chosen["path"]), chosen["label"]) if chosen else None
        _session.mode = (key, mode_of(_session.source, request["graph"], live, weights=weights, training_seed=seed))
    return _session.mode[1]


def answer_readouts(request: Message, _progress: Progress) -> Message:
    """What boxes show: for each wanted output, its readouts."""
    evaluations = _session.evaluations
    evaluation = evaluations.find(request["evaluation"])
    wanted = [WantedReadout(op_id, port, as_picture) for op_id, port, as_picture in request["wanted"]]
    readouts = evaluations.readouts(
        evaluation, wanted, show=request["show"], step=request["time"], back=request["back"], now=request["now"]
    )
    return {"readouts": [[one.to_json() for one in ones] for ones in readouts]}


def answer_words(request: Message, _progress: Progress) -> Message:
    """An op in words: its formula with this node's numbers, and the chain rule through it."""
    op_id, evaluation = str(request["op"]), _session.evaluations.find(request["evaluation"])
    weight = request.get("weight")
    values = evaluation.values_at(op_id)
    words = op_words(values, op_id, _iterations(request), None if weight is None else tuple(weight))
    hidden = "; ".join(map(hidden_words, evaluation.mode.hidden.get(op_id, ())))
    return {**words_json(replace(words, note=f"In training mode, this op {hidden}." if hidden else ""))}


def answer_check(request: Message, progress: Progress) -> Message:
    """The gradient of one number of an op's output, compared with finite differences."""
    evaluation = _session.evaluations.find(request["evaluation"])
    values = evaluation.values_at(str(request["op"]))
    progress("Running the ops twice more")
    position = tuple(request.get("position") or ())
    difference = check(evaluation.mode.live, values, str(request["op"]), position, _iterations(request), isolated=True)
    return asdict(difference)


def _iterations(request: Message) -> tuple[int, ...] | None:
    iterations = request.get("iterations")
    return None if iterations is None else tuple(iterations)


def _drawer_answer(act: Callable[[Values, JsonObject], JsonObject]) -> Handler:
    """An answer about the tensors of an evaluation."""

    def answer(request: Message, _progress: Progress) -> Message:
        evaluation = _session.evaluations.find(request["evaluation"])
        reply = {**act(evaluation.values_at(str(request.get("op"))), request)}
        if "parts" in reply:  # of a field
            parts = cast("list[list[JsonValue]]", reply["parts"])
            reply["parts"] = [part for part in parts if part[0] not in evaluation.mode.ambiguous]
        return reply

    return answer


ANSWERS: Mapping[str, Handler] = {
    "open": answer_open,
    "evaluate": answer_evaluate,
    "readouts": answer_readouts,
    "words": answer_words,
    "check": answer_check,
    **{name: _drawer_answer(act) for name, act in DRAWER_ACTS.items()},
}

"""What the process of a page's values answers: it opens a source once, and runs its graphs for many inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import keras

from graphlab.errors import GraphlabError
from graphlab.evaluation.data import rows_for
from graphlab.evaluation.inputs import arguments_for
from graphlab.evaluation.opened import OpenedSource, open_source
from graphlab.evaluation.session.evaluations import Evaluations, WantedReadout, problems_json, steps_of
from graphlab.graph.names import PIPELINE
from graphlab.processes.worker import Handler, Message
from graphlab.sources import parse_source

Progress = Callable[[str], None]


@dataclass(eq=False)
class _Session:
    """The source that this process has opened, and its evaluations."""

    opened: OpenedSource | None = None
    data: str | None = None
    evaluations: Evaluations = field(default_factory=Evaluations)

    @property
    def source(self) -> OpenedSource:
        if self.opened is None:
            raise GraphlabError("no source is opened")
        return self.opened


_session = _Session()


def answer_open(request: Message, progress: Progress) -> Message:
    """Load and trace a source: for each graph that can be run, what can be chosen for it."""
    keras.utils.set_random_seed(request["seed"])  # initial weights and shuffled data are the same each time
    spec = parse_source(request["source"], tuple(request["inputs"]), arguments=tuple(request["arguments"]))
    opened = open_source(spec, progress)
    _session.opened, _session.data = opened, request["data"]
    return {"graphs": {name: {"fields": []} for name in opened.live if name != PIPELINE}}


def answer_evaluate(request: Message, progress: Progress) -> Message:
    """Run a graph for an input. The values stay here: the answer says what ran, in which order, and what could not."""
    opened = _session.source
    live = opened.find(request["graph"])
    settings: Mapping[str, Message] = request["settings"]
    rows = rows_for(opened.source, live, opened.spec, _session.data)
    by_name = {name: setting["value"] for name, setting in settings.items()}
    arguments = arguments_for(live, (), by_name, rows, request["seed"])
    evaluation = _session.evaluations.run(
        live,
        request["graph"],
        arguments,
        gradient=request["gradient"],
        stop_file=Path(request["stop_file"]) if request["stop_file"] else None,
        progress=progress,
    )
    values = evaluation.values
    return {
        "name": evaluation.name,
        "seconds": evaluation.seconds,
        "end": values.end,
        "steps": [[op_id, *iterations] for op_id, iterations in steps_of(values)],
        "with_gradient": sorted(values.positions_with_gradient),
        "problems": problems_json(values),
        "branches": dict(values.branches),
        "words": {argument.name: argument.origin for argument in arguments},
        "output": [],
    }


def answer_readouts(request: Message, _progress: Progress) -> Message:
    """What boxes show: for each wanted output, its readouts."""
    evaluations = _session.evaluations
    evaluation = evaluations.find(request["evaluation"])
    wanted = [WantedReadout(op_id, port, as_picture) for op_id, port, as_picture in request["wanted"]]
    readouts = evaluations.readouts(
        evaluation, wanted, show=request["show"], step=request["time"], back=request["back"]
    )
    return {"readouts": [[one.to_json() for one in ones] for ones in readouts]}


ANSWERS: Mapping[str, Handler] = {
    "open": answer_open,
    "evaluate": answer_evaluate,
    "readouts": answer_readouts,
}

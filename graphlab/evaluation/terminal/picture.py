"""The answers to `graphlab export` for pictures with values: the graph first, then what its boxes show."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image

from graphlab.errors import GraphlabError
from graphlab.evaluation.inputs import Argument
from graphlab.evaluation.model.mode import ModelMode
from graphlab.evaluation.session.evaluations import Evaluation, Evaluations, WantedReadout
from graphlab.evaluation.terminal.prepare import PreparedRun, prepare
from graphlab.evaluation.terminal.sliders import Slider, moved, sliders_of
from graphlab.overlay.types import Readout
from graphlab.processes.worker import Message
from graphlab.store.stored_graphs import to_send

MOST_SECONDS = 120.0  # of moving the sliders ahead
MOST_READOUTS = 200_000
COLOURS = 64  # of an image on a box

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class _Picture:
    """The run whose values a picture shows."""

    run: PreparedRun
    gradient: str
    evaluations: Evaluations
    evaluation: Evaluation

    @property
    def show(self) -> str:
        return "both" if self.gradient else "value"


_pictures: list[_Picture] = []


def answer_picture(request: Message, progress: Progress) -> Message:
    """Run one of the source's graphs: all graphs in the form of `to_send`, its name, its inputs and their origins."""
    run = prepare(request, progress)
    progress("Running the ops")
    evaluations = Evaluations()
    evaluation = _run(evaluations, run, run.arguments, request["gradient"], progress)
    _pictures[:] = [_Picture(run, request["gradient"], evaluations, evaluation)]
    return {
        "name": run.name,
        "graphs": {name: to_send(graph) for name, graph in run.opened.graphs.items()},
        "inputs": run.inputs_json(),
        "data": run.data,
        "end": evaluation.values.end,
    }


def _run(
    evaluations: Evaluations, run: PreparedRun, arguments: Sequence[Argument], gradient: str, progress: Progress
) -> Evaluation:
    return evaluations.run(
        ModelMode(run.live, run.opened.rules_of(run.name)),
        run.name,
        arguments,
        gradient=gradient,
        stop_file=None,
        progress=progress,
    )


def answer_picture_readouts(request: Message, progress: Progress) -> Message:
    """What boxes show, for each wanted output [op, port, as picture].

    `distinct` are the readouts that occur. `places` has for each output the places of its readouts among them: one, or
    one for each position of the sliders. `note` says why there are no sliders, if they were asked for.
    """
    if not _pictures:
        raise GraphlabError("no graph has been run")
    picture = _pictures[0]
    wanted = [WantedReadout(op_id, port, as_picture) for op_id, port, as_picture in request["wanted"]]
    sliders = sliders_of(picture.run.arguments) if request["sliders"] else []
    note = _too_much(picture, sliders, len(wanted))
    sliders = [] if note else sliders
    distinct: dict[str, int] = {}
    rows: list[list[int]] = [[] for _ in wanted]
    for evaluation in _moved_runs(picture, sliders, progress):
        readouts = picture.evaluations.readouts(evaluation, wanted, show=picture.show, step=None, back=0)
        for row, ones in zip(rows, readouts, strict=True):
            text = json.dumps([_small(one).to_json() for one in ones])
            row.append(distinct.setdefault(text, len(distinct)))
    return {
        "sliders": [slider.to_json() for slider in sliders],
        "distinct": [json.loads(text) for text in distinct],
        "places": [row[:1] if len({*row}) == 1 else row for row in rows],
        "note": note,
    }


def _small(readout: Readout) -> Readout:
    """The readout with a picture of few colours, a quarter of the size."""
    return replace(readout, picture=_with_few_colours(readout.picture)) if readout.picture else readout


@lru_cache(maxsize=256)
def _with_few_colours(uri: str) -> str:
    head, _, data = uri.partition(",")
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        image.convert("RGBA").quantize(COLOURS).save(buffer, "PNG", optimize=True)
    return f"{head},{base64.b64encode(buffer.getvalue()).decode()}"


def _too_much(picture: _Picture, sliders: Sequence[Slider], outputs: int) -> str:
    """Why the sliders are not moved ahead; "" if they are."""
    count = _positions(sliders)
    seconds = picture.evaluation.seconds * count
    if not sliders or (seconds <= MOST_SECONDS and outputs * count <= MOST_READOUTS):
        return ""
    size = f"{count} positions of {outputs:,} values"
    return f"There are no sliders: {size} would take more than {MOST_SECONDS:.0f} s, or make the file too large."


def _positions(sliders: Sequence[Slider]) -> int:
    count = 1
    for slider in sliders:
        count *= len(slider.numbers)
    return count


def _moved_runs(picture: _Picture, sliders: Sequence[Slider], progress: Progress) -> Iterator[Evaluation]:
    if not sliders:
        yield picture.evaluation
        return
    count = _positions(sliders)
    for number, arguments in enumerate(moved(picture.run.arguments, sliders), 1):
        progress(f"Moving the sliders: {number} of {count}")
        yield _run(picture.evaluations, picture.run, arguments, picture.gradient, lambda words: None)

"""A source that is traced once and run for many inputs: what the values on the page come from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from graphlab.errors import GraphlabError, words_of
from graphlab.evaluation.evaluate import evaluate
from graphlab.evaluation.inputs import Argument
from graphlab.evaluation.interpreter import EndedEarly
from graphlab.evaluation.model.mode import ModelMode
from graphlab.evaluation.op_runs import OpRuns
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.session.order import RunOrder
from graphlab.evaluation.session.readouts import problem_readout, readout_of
from graphlab.evaluation.tensors.axes import axis_names
from graphlab.json_value import JsonObject
from graphlab.overlay.types import Readout

AMBIGUOUS = "in training mode, this part of the layer consists of other ops: their values are not those of this box"
MOST_KEPT = 3  # evaluations whose tensors are kept: the last ones, and what they are compared with
MOST_STEPS = 20_000  # of an evaluation that the page steps through
LOOK_EACH_S = 0.05  # between two looks for a request to stop


@dataclass(frozen=True)
class WantedReadout:
    """An output whose readout is wanted, and whether it is shown as a picture."""

    op_id: str
    port: int
    as_picture: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The values of a graph for one input, how long it took, and the name that the page knows it by.

    `mode` says what ran: in training mode another graph. `base` is the one that it is compared with.
    """

    name: str
    graph: str
    mode: ModelMode
    values: Values
    seconds: float
    base: Evaluation | None = None

    def values_at(self, op_id: str) -> Values:
        """The values, to be asked for those of one op. Raises GraphlabError if they may be those of another op."""
        if op_id in self.mode.ambiguous:
            raise GraphlabError(AMBIGUOUS)
        return self.values

    @cached_property
    def order(self) -> RunOrder:
        """The order in which the ops ran."""
        return RunOrder(self.values.graph, self.values.order)


@dataclass(eq=False)
class Evaluations:
    """The last evaluations, by name."""

    by_name: dict[str, Evaluation] = field(default_factory=dict)
    _count: int = 0

    def run(
        self,
        mode: ModelMode,
        graph: str,
        arguments: Sequence[Argument],
        *,
        gradient: str,
        base: Evaluation | None = None,
        stop_file: Path | None,
        progress: Callable[[str], None],
    ) -> Evaluation:
        """Run a graph for an input, until it is done or `stop_file` exists."""
        started = looked = time.monotonic()

        def on_run(runs: OpRuns) -> None:
            nonlocal looked
            now = time.monotonic()
            if now - looked >= LOOK_EACH_S:
                looked = now
                ops = "1 op" if len(runs.order) == 1 else f"{len(runs.order):,} ops"
                progress(f"Ran {ops}")
                if stop_file is not None and stop_file.exists():
                    raise EndedEarly(f"stopped after {ops}; what was computed before is shown")

        def on_backward() -> None:
            progress("Computing the gradients")

        values = evaluate(
            mode.live,
            arguments,
            gradient=gradient,
            isolated=True,
            on_run=on_run,
            on_backward=on_backward,
            rules=mode.rules,
        )
        self._count += 1
        seconds = time.monotonic() - started
        base = replace(base, base=None) if base is not None else None
        evaluation = Evaluation(f"e{self._count}", graph, mode, values, seconds, base)
        self.by_name[evaluation.name] = evaluation
        for name in [*self.by_name][:-MOST_KEPT]:
            del self.by_name[name]
        return evaluation

    def find(self, name: str) -> Evaluation:
        """The evaluation of that name. Raises GraphlabError if it is no longer kept."""
        if name not in self.by_name:
            raise GraphlabError("these values are no longer kept; change an input to compute them again")
        return self.by_name[name]

    def readouts(
        self,
        evaluation: Evaluation,
        wanted: Sequence[WantedReadout],
        *,
        show: str,
        step: int | None,
        back: int,
        now: int | None = None,
    ) -> list[list[Readout]]:
        """For each output, its readouts after `step` ops (None: all): value, gradient, both, or the difference.

        In the step at position `now`, those of the same iteration. Going backward, only the gradients of the ops from
        position `back` on are known yet.
        """
        time_limit = len(evaluation.values.runs.order) if step is None else step
        moment = _Moment(show, time_limit, back, now, evaluation.base)
        return [
            [problem_readout(AMBIGUOUS)]
            if one.op_id in evaluation.mode.ambiguous
            else _readouts_in_memory(evaluation, one, moment)
            for one in wanted
        ]


@dataclass(frozen=True, eq=False)
class _Moment:
    """What is shown of an evaluation, and when: after `time` ops, with the gradients from position `back` on.

    `now` is the position of the step, None while nothing is stepped through.
    """

    show: str
    time: int
    back: int
    now: int | None
    base: Evaluation | None


def _readouts_in_memory(evaluation: Evaluation, wanted: WantedReadout, moment: _Moment) -> list[Readout]:
    try:
        return _readouts(evaluation, wanted, moment)
    except MemoryError:
        return [problem_readout("too large for the statistics that a box shows: memory ran out")]


def _readouts(evaluation: Evaluation, wanted: WantedReadout, moment: _Moment) -> list[Readout]:
    show, values = moment.show, evaluation.values
    position = evaluation.order.position(wanted.op_id, moment.time, moment.now)
    if position is None:
        problem = values.problems.get(wanted.op_id)
        return [problem_readout(problem)] if problem else []
    try:
        array = _output_at(values, position, wanted.port, moment.time)
    except Exception as error:  # TensorFlow names no single one for a variable without a value
        return [problem_readout(" ".join(words_of(error).split()))]
    if array is None:
        return []
    if show == "difference":
        return [_difference(array, moment.base, wanted)] if moment.base is not None else []
    as_maps = _is_attention(values, wanted, array)
    readouts: list[Readout] = []
    if show in ("value", "both"):
        readouts.append(readout_of(array, "value", as_picture=wanted.as_picture, as_maps=as_maps))
    has_gradient = show in ("gradient", "both") and wanted.port == 0 and position >= moment.back
    gradient = values.gradient_at(position) if has_gradient else None
    if gradient is not None:
        readouts.append(readout_of(gradient, "gradient", as_picture=wanted.as_picture, as_maps=as_maps))
    return readouts


def _output_at(values: Values, position: int, port: int, time_limit: int) -> Array | None:
    outputs = values.outputs_at(position, time_limit)
    return outputs[port] if port < len(outputs) and not _is_empty_handle(outputs[port]) else None


def _is_empty_handle(array: Array) -> bool:
    return array.dtype == object and not array.size


def _difference(array: Array, base: Evaluation, wanted: WantedReadout) -> Readout:
    position = base.order.position(wanted.op_id)
    before = None if position is None else _output_at(base.values, position, wanted.port, len(base.order.runs))
    if before is None:
        return Readout("difference", "text", "new", words="difference: the base has no value here")
    if before.shape != array.shape:
        sizes = ",".join(map(str, before.shape))
        return Readout("difference", "text", f"was [{sizes}]", words=f"difference: the base has the sizes [{sizes}]")
    if array.dtype.kind in "OSUc":
        same = bool(np.array_equal(array, before))
        return Readout("difference", "text", "same" if same else "other", words="difference of texts")
    difference = array.astype(np.float64) - before.astype(np.float64)
    as_maps = _is_attention(base.values, wanted, array)
    return readout_of(difference, "difference", as_picture=wanted.as_picture, as_maps=as_maps)


def _is_attention(values: Values, wanted: WantedReadout, array: Array) -> bool:
    """Whether an output holds for each head how much each query looks at each key."""
    is_candidate = wanted.as_picture and array.ndim == 4
    return is_candidate and axis_names(values.graph, wanted.op_id, 4, wanted.port)[1:] == ("head", "query", "key")


def steps_of(evaluation: Evaluation) -> list[tuple[str, tuple[int, ...]]]:
    """The ops in the order in which they ran, with the iterations of the loops around them; of very many, the first.

    An op that has no box has no id here.
    """
    steps = evaluation.values.order[:MOST_STEPS]
    return [("" if op_id in evaluation.mode.ambiguous else op_id, iterations) for op_id, iterations in steps]


def problems_json(values: Values) -> list[JsonObject]:
    """The ops that could not be run themselves, each with the reason."""
    return [{"op": op_id, "words": values.problems[op_id]} for op_id in values.problems if op_id in values.causes]

"""A source that is traced once and run for many inputs: what the values on the page come from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from graphlab.errors import GraphlabError, words_of
from graphlab.evaluation.evaluate import evaluate
from graphlab.evaluation.inputs import Argument
from graphlab.evaluation.interpreter import EndedEarly
from graphlab.evaluation.op_runs import OpRuns
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.rules import Rules
from graphlab.evaluation.session.readouts import problem_readout, readout_of
from graphlab.evaluation.tensors.axes import axis_names
from graphlab.json_value import JsonObject
from graphlab.overlay.types import Readout
from graphlab.tracing.live import LiveGraph

AMBIGUOUS = "in training mode, this part of the layer consists of other ops: their values are not those of this box"
MOST_KEPT = 3  # evaluations whose tensors are kept: the last ones, and what they are compared with
MOST_STEPS = 20_000  # of an evaluation that the page steps through
LOOK_EACH = 50  # ops between two looks for a request to stop


@dataclass(frozen=True)
class WantedReadout:
    """An output whose readout is wanted, and whether it is shown as a picture."""

    op_id: str
    port: int
    as_picture: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The values of a graph for one input, how long it took, and the name that the page knows it by.

    `live` is what ran. In training mode that is another graph, and `ambiguous` are ids that it may use for other ops.
    """

    name: str
    graph: str
    live: LiveGraph
    values: Values
    seconds: float
    ambiguous: frozenset[str] = frozenset()

    def values_at(self, op_id: str) -> Values:
        """The values, to be asked for those of one op. Raises GraphlabError if they may be those of another op."""
        if op_id in self.ambiguous:
            raise GraphlabError(AMBIGUOUS)
        return self.values


@dataclass(eq=False)
class Evaluations:
    """The last evaluations, by name. `base` is the one that others are compared with; it stays."""

    by_name: dict[str, Evaluation] = field(default_factory=dict)
    base: str = ""
    _count: int = 0

    def run(
        self,
        live: LiveGraph,
        graph: str,
        arguments: Sequence[Argument],
        *,
        gradient: str,
        rules: Rules,
        ambiguous: frozenset[str] = frozenset(),
        stop_file: Path | None,
        progress: Callable[[str], None],
    ) -> Evaluation:
        """Run a graph for an input, until it is done or `stop_file` exists."""
        started = time.monotonic()

        def on_run(runs: OpRuns) -> None:
            count = len(runs.order)
            if count % LOOK_EACH == 0:
                progress(f"Ran {count:,} ops")
                if stop_file is not None and stop_file.exists():
                    raise EndedEarly(f"stopped after {count:,} ops; what was computed before is shown")

        def on_backward() -> None:
            progress("Computing the gradients")

        values = evaluate(
            live,
            arguments,
            gradient=gradient,
            isolated=True,
            on_run=on_run,
            on_backward=on_backward,
            rules=rules,
        )
        self._count += 1
        evaluation = Evaluation(f"e{self._count}", graph, live, values, time.monotonic() - started, ambiguous)
        self.by_name[evaluation.name] = evaluation
        for name in [*self.by_name][:-MOST_KEPT]:
            if name != self.base:
                del self.by_name[name]
        return evaluation

    def find(self, name: str) -> Evaluation:
        """The evaluation of that name. Raises GraphlabError if it is no longer kept."""
        if name not in self.by_name:
            raise GraphlabError("these values are no longer kept; change an input to compute them again")
        return self.by_name[name]

    def readouts(
        self, evaluation: Evaluation, wanted: Sequence[WantedReadout], *, show: str, step: int | None, back: int
    ) -> list[list[Readout]]:
        """For each output, its readouts after `step` ops (None: all): value, gradient, both, or the difference.

        Going backward, only the gradients of the ops from position `back` on are known yet.
        """
        values = evaluation.values
        time_limit = len(values.runs.order) if step is None else step
        base = self.by_name.get(self.base) if show == "difference" else None
        moment = _Moment(show, time_limit, back, base.values if base else None)
        return [
            [problem_readout(AMBIGUOUS)]
            if one.op_id in evaluation.ambiguous
            else _readouts_in_memory(values, one, moment)
            for one in wanted
        ]


@dataclass(frozen=True, eq=False)
class _Moment:
    """What is shown of an evaluation, and when: after `time` ops, with the gradients from position `back` on."""

    show: str
    time: int
    back: int
    base: Values | None


def _readouts_in_memory(values: Values, wanted: WantedReadout, moment: _Moment) -> list[Readout]:
    try:
        return _readouts(values, wanted, moment)
    except MemoryError:
        return [problem_readout("too large for the statistics that a box shows: memory ran out")]


def _readouts(values: Values, wanted: WantedReadout, moment: _Moment) -> list[Readout]:
    show = moment.show
    position = values.last_position(wanted.op_id, moment.time)
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


def _difference(array: Array, base: Values, wanted: WantedReadout) -> Readout:
    position = base.last_position(wanted.op_id, len(base.runs.order))
    before = None if position is None else _output_at(base, position, wanted.port, len(base.runs.order))
    if before is None:
        return Readout("difference", "text", "new", words="difference: the base has no value here")
    if before.shape != array.shape:
        sizes = ",".join(map(str, before.shape))
        return Readout("difference", "text", f"was [{sizes}]", words=f"difference: the base has the sizes [{sizes}]")
    if array.dtype.kind in "OSUc":
        same = bool(np.array_equal(array, before))
        return Readout("difference", "text", "same" if same else "other", words="difference of texts")
    difference = array.astype(np.float64) - before.astype(np.float64)
    as_maps = _is_attention(base, wanted, array)
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
    return [("" if op_id in evaluation.ambiguous else op_id, iterations) for op_id, iterations in steps]


def problems_json(values: Values) -> list[JsonObject]:
    """The ops that could not be run themselves, each with the reason."""
    return [{"op": op_id, "words": values.problems[op_id]} for op_id in values.problems if op_id in values.causes]

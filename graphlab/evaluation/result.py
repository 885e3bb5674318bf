"""The values of a graph's ops for one input, and their gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import GraphlabError
from graphlab.evaluation.rules import Rules
from graphlab.graph import Graph

if TYPE_CHECKING:
    import tensorflow as tf

    from graphlab.evaluation.inputs import Argument
    from graphlab.evaluation.op_runs import OpRun, OpRuns

Array = NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Values:
    """What each op of a graph gave for one input; `values["op"]` is the array of an op's first output.

    An op in a loop ran several times: `values["op"]` is from the last time, `outputs("op", iterations)` from any. Of a
    variable, it is what the variable holds at the end. `end` says why the evaluation ended early, "" if it did not;
    `rules` are those it followed.
    """

    graph: Graph
    arguments: tuple[Argument, ...]
    runs: OpRuns
    gradient_of: str = ""
    _gradients: Mapping[int, tf.Tensor] = field(default_factory=dict)  # by the position of a step
    end: str = ""
    rules: Rules = field(default_factory=Rules)

    @cached_property
    def order(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The ops in the order in which they ran, by id, each with the iterations of the loops around it, from 1."""
        return tuple((step.op_id, step.iterations) for step in self.runs.order)

    @cached_property
    def problems(self) -> Mapping[str, str]:
        """Why an op has no value, by op id; of an op in a loop, in the first iteration in which it has none."""
        return {op_id: problem.words for op_id, problem in self.runs.problems.items()}

    @cached_property
    def causes(self) -> frozenset[str]:
        """The ops in `problems` that could not be run themselves; the others read what these could not compute."""
        return frozenset(op_id for op_id, problem in self.runs.problems.items() if problem.origin == op_id)

    @property
    def branches(self) -> Mapping[str, str]:
        """Which branch a conditional took, by its op id: then, else, branch 2."""
        return self.runs.branches

    def __getitem__(self, op_id: str) -> Array:
        outputs = self.outputs(op_id)
        if not outputs:
            raise GraphlabError(f"{op_id!r} has no output")
        return outputs[0]

    def __contains__(self, op_id: object) -> bool:
        return op_id in self.runs.last

    def outputs(self, op_id: str, iterations: tuple[int, ...] | None = None) -> tuple[Array, ...]:
        """The arrays of all outputs of an op, by default from the last time that it ran.

        Raises GraphlabError if it has none: the message says why.
        """
        return self.outputs_at(self._position(op_id, iterations), len(self.runs.order))

    def outputs_at(self, position: int, time: int) -> tuple[Array, ...]:
        """The outputs of the op that ran at a position in `order`; of a variable, its value before position `time`."""
        run = self.runs.order[position]
        if self.graph.op(run.op_id).variable is not None and run.outputs[0].dtype.name == "resource":
            return (to_array(self.variable_at(run.outputs[0], time)),)
        return tuple(to_array(tensor) for tensor in run.outputs)

    def variable_at(self, handle: tf.Tensor, time: int) -> tf.Tensor:
        """What the variable of a handle holds before position `time` in `order`."""
        from graphlab.evaluation.shadows import read_variable

        new_values = [value for position, value in self.runs.writes.get(id(handle), ()) if position < time]
        return new_values[-1] if new_values else read_variable(handle)

    def run(self, op_id: str, iterations: tuple[int, ...] | None = None) -> OpRun:
        """One run of an op with its tensors, by default the last. Raises GraphlabError if it has none."""
        return self.runs.order[self._position(op_id, iterations)]

    def gradient(self, op_id: str, iterations: tuple[int, ...] | None = None) -> Array | None:
        """The gradient of `gradient_of` with respect to an op's first output; None if it does not depend on it."""
        return self.gradient_at(self._position(op_id, iterations))

    def gradient_at(self, position: int) -> Array | None:
        """The same for the op that ran at a position in `order`."""
        tensor = self._gradients.get(position)
        return None if tensor is None else to_array(tensor)

    @cached_property
    def gradients(self) -> Mapping[str, Array | None]:
        """The same for every op that has a value, by op id."""
        return {op_id: self.gradient(op_id) for op_id in self.runs.last}

    @property
    def positions_with_gradient(self) -> frozenset[int]:
        """The positions in `order` of the ops with a gradient."""
        return frozenset(self._gradients)

    @cached_property
    def _positions(self) -> Mapping[tuple[str, tuple[int, ...] | None], int]:
        positions: dict[tuple[str, tuple[int, ...] | None], int] = {}
        for position, step in enumerate(self.runs.order):
            positions[step.op_id, step.iterations] = positions[step.op_id, None] = position
        return positions

    def _position(self, op_id: str, iterations: tuple[int, ...] | None) -> int:
        position = self._positions.get((op_id, iterations))
        if position is not None:
            return position
        if op_id not in self.graph:
            raise GraphlabError(f"the graph has no op {op_id!r}")
        if op_id in self.runs.last:
            raise GraphlabError(f"{op_id!r} did not run in the iterations {iterations}")
        raise GraphlabError(f"{op_id!r} has no value: {self.problems.get(op_id, 'it did not run')}")

    def __repr__(self) -> str:
        count, lost = len(self.runs.last), len(self.problems)
        return f"<Values of {self.graph.name!r}: {count:,} ops{f', {lost:,} without a value' if lost else ''}>"


def to_array(tensor: tf.Tensor) -> Array:
    """A tensor as a read-only NumPy array, without a copy; an empty array of objects for what holds no numbers."""
    if tensor.dtype.name in ("resource", "variant"):
        return np.empty(0, dtype=object)
    if hasattr(tensor, "indices") and not hasattr(tensor, "numpy"):  # tf.IndexedSlices
        import tensorflow as tf

        tensor = tf.convert_to_tensor(tensor)
    try:
        return np.asarray(memoryview(tensor))  # `numpy()` copies
    except (TypeError, ValueError):  # bfloat16, which buffers do not know
        return np.asarray(tensor.numpy())

"""Runs a traced function op by op, eagerly: calls, loops and branches are entered, variables are never changed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from graphlab.errors import GraphlabError, words_of
from graphlab.evaluation.custom import record_custom
from graphlab.evaluation.eager import attributes_of, forget_kernels, is_trainable, kernel_words, record_op, run_raw
from graphlab.evaluation.effects import is_random, why_not, writes_variable
from graphlab.evaluation.inputs import tensor_words
from graphlab.evaluation.limits.last_op import LAST_OP
from graphlab.evaluation.limits.memory import is_nearly_used, limit_bytes, ops_limited, out_of_memory_words
from graphlab.evaluation.op_runs import OpRun, OpRuns
from graphlab.evaluation.rules import Rules, captured_ops
from graphlab.evaluation.shadows import Shadows
from graphlab.tracing.bodies import BODY, BRANCH, CONDITION, ELSE, FUNCTION, THEN
from graphlab.tracing.gather import FunctionSite
from graphlab.tracing.live import LiveGraph
from graphlab.tracing.private import is_stateful, op_def
from graphlab.tracing.raw import RawOp

LIMIT_S = 120.0
LIMIT_RUNS = 2_000_000
OUT_OF_MEMORY = (MemoryError, tf.errors.ResourceExhaustedError)
MEASURE_EACH = 10  # ops between two looks at the memory of the process
LARGE = 10_000_000  # numbers of a tensor after which there is a look, too


class EndedEarly(GraphlabError):  # noqa: N818 - a fact; what was computed before stays
    """The evaluation ended before all ops had run."""


class TooLongError(EndedEarly):
    """The graph ran longer than the limit."""


@dataclass(frozen=True)
class _Missing:
    """Stands for a value that was not computed; `origin` is the op at which the computation stopped."""

    origin: str


Value: TypeAlias = tf.Tensor | _Missing


@dataclass
class Interpreter:
    """Runs one graph once.

    `tape` records the ops, for gradients. In a process of its own (`isolated`), random ops draw the same numbers each
    time. `on_run` is called after each op, and may raise EndedEarly.

    `_frames` holds the values so far of the functions that are being run, by their graphs. `_lost` holds the handles of
    variables and tables whose values are unknown, with the op that could not write them.
    """

    live: LiveGraph
    tape: tf.GradientTape | None = None
    isolated: bool = False
    on_run: Callable[[OpRuns], None] = lambda runs: None
    rules: Rules = field(default_factory=Rules)
    runs: OpRuns = field(default_factory=OpRuns)
    _shadows: Shadows = field(default_factory=Shadows)
    _frames: dict[Hashable, Mapping[str, Sequence[Value]]] = field(default_factory=dict)
    _lost: dict[int, str] = field(default_factory=dict)
    _orders: dict[int, Sequence[RawOp]] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)
    _limit_bytes: int | None = field(default_factory=limit_bytes)

    def run(self, arguments: Sequence[tf.Tensor]) -> list[Value]:
        """The function's results for its arguments, without what it captures; `runs` has all values then."""
        if self.isolated and any(is_random(op.type) for site in self.live.sites.values() for op in site.function.ops):
            forget_kernels()
        captured = [self._captured(op_id, self._watched(one)) for op_id, one in captured_ops(self.live)]
        try:
            with ops_limited(self._limit_bytes):
                return self._call(("", ""), [*map(self._watched, arguments), *captured], ())
        finally:
            LAST_OP.note("")

    def _captured(self, op_id: str, tensor: tf.Tensor) -> Value:
        """A captured value by the rules: a variable may have none, or begin with another one."""
        if op_id in self.rules.unset:
            self.runs.fail(op_id, (), self.rules.unset[op_id])
            return _Missing(op_id)
        if op_id in self.rules.weights:
            value = self.rules.weights[op_id]
            self._shadows.replace(tensor, value)
            self.runs.writes.setdefault(id(tensor), [(-1, value)])
        return tensor

    def _call(self, site_key: tuple[str, str], arguments: Sequence[Value], iterations: tuple[int, ...]) -> list[Value]:
        """The results of a function in one of its places."""
        site = self.live.sites[site_key]
        values: dict[str, Sequence[Value]] = {
            name: [value] for name, value in zip(site.function.args, arguments, strict=True)
        }
        around = self._frames
        self._frames = {**around, site.function.key: values}
        for op in self._ordered(site):
            op_id = site.ids[op.name]
            if op.name in values:
                self._note(op_id, iterations, [], values[op.name])
                continue
            inputs = [values[name][port] for name, port in op.inputs]
            values[op.name] = self._op(op, op_id, inputs, iterations)
        self._frames = around
        return [values[name][port] for name, port in site.function.results]

    def _ordered(self, site: FunctionSite) -> Sequence[RawOp]:
        """A function's ops, each after those it reads: the gradient of a loop adds ops to what was there before."""
        key = id(site.function)
        if key not in self._orders:
            self._orders[key] = _in_order(site.function.ops)
        return self._orders[key]

    def _op(self, op: RawOp, op_id: str, inputs: list[Value], iterations: tuple[int, ...]) -> Sequence[Value]:
        """The outputs of one op, or placeholders for them if it cannot be run."""
        missing = next((value for value in inputs if isinstance(value, _Missing)), None) or self._unwritten(op, inputs)
        if missing is not None:
            self._lose(inputs, missing.origin)
            self.runs.skip(op_id, missing.origin)
            return [missing] * len(op.outputs)
        tensors = [value for value in inputs if not isinstance(value, _Missing)]
        enter = self._entering(op_id)
        if enter is not None:
            outputs = enter(op_id, tensors, iterations)
        else:
            try:
                LAST_OP.note(op_id)
                outputs = self._run(op, tensors)
            except Exception as error:  # the op's kernel says why, in TensorFlow's words
                self._lose(inputs, op_id)
                self.runs.fail(op_id, iterations, _failure(op.type, tensors, error))
                if isinstance(error, OUT_OF_MEMORY):
                    self._check_memory(op_id)
                return [_Missing(op_id)] * len(op.outputs)
        self._note(op_id, iterations, tensors, outputs)
        return outputs

    def _unwritten(self, op: RawOp, inputs: Sequence[Value]) -> _Missing | None:
        """What stands for a variable or table to which an op that could not be run may have written."""
        if op.type == "AssignVariableOp" and not isinstance(inputs[0], _Missing):
            self._lost.pop(id(inputs[0]), None)
            return None
        return next((_Missing(self._lost[id(value)]) for value in inputs if id(value) in self._lost), None)

    def _lose(self, inputs: Sequence[Value], origin: str) -> None:
        """Note that the values behind these handles are unknown: an op that could not be run may have written them."""
        for value in inputs:
            if not isinstance(value, _Missing) and value.dtype == tf.resource:
                self._lost.setdefault(id(value), origin)

    def _entering(self, op_id: str) -> Callable[[str, Sequence[tf.Tensor], tuple[int, ...]], Sequence[Value]] | None:
        """How an op that calls functions is entered; None for one that is run."""
        sites = self.live.sites
        if (op_id, FUNCTION) in sites:
            return lambda op_id, inputs, iterations: self._call((op_id, FUNCTION), inputs, iterations)
        if (op_id, BODY) in sites:
            return self._loop
        if (op_id, THEN) in sites or (op_id, f"{BRANCH} 0") in sites:
            return self._branch
        return None

    def _loop(self, op_id: str, inputs: Sequence[tf.Tensor], iterations: tuple[int, ...]) -> Sequence[Value]:
        values: Sequence[Value] = inputs
        count = 0
        while True:
            inside = (*iterations, count + 1)
            [condition, *_] = self._call((op_id, CONDITION), values, inside)
            if isinstance(condition, _Missing):
                return [condition] * len(inputs)
            if not _is_true(condition):
                break
            values = self._call((op_id, BODY), values, inside)
            count += 1
        return values

    def _branch(self, op_id: str, inputs: Sequence[tf.Tensor], iterations: tuple[int, ...]) -> Sequence[Value]:
        if (op_id, THEN) in self.live.sites:
            role = THEN if _is_true(inputs[0]) else ELSE
        else:
            count = sum(call == op_id for call, _ in self.live.sites)
            index = int(inputs[0].numpy())
            role = f"{BRANCH} {index if 0 <= index < count else count - 1}"
        self.runs.branches[op_id] = role
        return self._call((op_id, role), inputs[1:], iterations)

    def _run(self, op: RawOp, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        has_resource = any(tensor.dtype == tf.resource for tensor in inputs)
        is_op = op_def(op.type) is not None
        refusal = (
            op.problem
            or self.rules.why_not(op.type)
            or why_not(op.type, is_stateful=is_op and is_stateful(op.type), has_resource=has_resource)
        )
        if refusal or not is_op:
            raise GraphlabError(refusal or f"{op.type} is a function that is not shown here")
        find = self._shadows.writable if writes_variable(op.type) else self._shadows.handle
        own_inputs = [find(tensor) if tensor.dtype == tf.resource else tensor for tensor in inputs]
        outputs = run_raw(op, own_inputs)
        if writes_variable(op.type):
            for handle in (tensor for tensor in inputs if tensor.dtype == tf.resource):
                self.runs.write(handle, self._shadows.value(handle))
        if self.tape is not None:
            # The tape knows a variable by its own handle, whichever copy was read.
            if inputs and not record_custom(op, inputs, outputs, self._frames, self._shadows):
                record_op(op.type, inputs, attributes_of(op.attrs), outputs)
            for tensor in outputs:
                self._watched(tensor)
        return outputs

    def _watched(self, tensor: tf.Tensor) -> tf.Tensor:
        if self.tape is not None and is_trainable(tensor):
            self.tape.watch(tensor)
        return tensor

    def _note(
        self, op_id: str, iterations: tuple[int, ...], inputs: Sequence[tf.Tensor], outputs: Sequence[Value]
    ) -> None:
        if any(isinstance(one, _Missing) for one in outputs):
            origin = next(one.origin for one in outputs if isinstance(one, _Missing))
            self.runs.skip(op_id, origin)
            return
        self.runs.add(OpRun(op_id, iterations, inputs, [one for one in outputs if not isinstance(one, _Missing)]))
        self.on_run(self.runs)
        if len(self.runs.order) > LIMIT_RUNS or time.monotonic() - self._started > LIMIT_S:
            raise TooLongError(
                f"the graph was stopped after {len(self.runs.order):,} ops and "
                f"{time.monotonic() - self._started:.0f} s: a loop in it may never end"
            )
        if len(self.runs.order) % MEASURE_EACH == 0 or any(map(_is_large, outputs)):
            self._check_memory(op_id)

    def _check_memory(self, op_id: str) -> None:
        if self._limit_bytes and is_nearly_used(self._limit_bytes):
            raise EndedEarly(
                f"stopped after {op_id}, because the values need nearly all of the {self._limit_bytes / 1e9:.1f} GB "
                "that this process may use; what was computed before is shown"
            )


def _in_order(ops: Sequence[RawOp]) -> list[RawOp]:
    sorter = TopologicalSorter({op.name: [*(name for name, _ in op.inputs), *op.controls] for op in ops})
    position = {op.name: index for index, op in enumerate(ops)}
    try:
        sorter.prepare()
    except CycleError as error:
        raise GraphlabError("the graph has a loop of TensorFlow 1, whose ops cannot be run one by one") from error
    ordered: list[RawOp] = []
    ready: list[int] = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heappush(ready, position[name])
        op = ops[heappop(ready)]  # of those that can be run the one that was made first
        ordered.append(op)
        sorter.done(op.name)
    return ordered


def _is_true(tensor: tf.Tensor) -> bool:
    """As TensorFlow takes a condition: a number that is not 0, a text that is not empty, an array that has elements."""
    value = tensor.numpy()
    return bool(value) if np.ndim(value) == 0 else value.size > 0


def _is_large(value: Value) -> bool:
    sizes = [] if isinstance(value, _Missing) else [int(size) for size in value.shape]
    return math.prod(sizes) > LARGE


def _failure(op_type: str, inputs: Sequence[tf.Tensor], error: Exception) -> str:
    if isinstance(error, GraphlabError):
        return str(error)
    if isinstance(error, OUT_OF_MEMORY):
        return out_of_memory_words(op_type, _shapes(inputs), words_of(error))
    return f"{op_type} failed for inputs {_shapes(inputs)}: {kernel_words(error)}"


def _shapes(inputs: Sequence[tf.Tensor]) -> str:
    return ", ".join(map(tensor_words, inputs)) or "none"

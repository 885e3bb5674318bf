"""The local derivatives of an op with respect to one number of an input, by output position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphlab.evaluation.result import Array
from graphlab.evaluation.words.case import Case, Position, run_with
from graphlab.evaluation.words.elementwise import DERIVATIVES, Floats, Positions, derivatives, reached
from graphlab.evaluation.words.formulas import Rule, rules

INFERENCE = "FusedBatchNormV3 inference"
SQUARE = "Pow 2"


@dataclass(frozen=True, eq=False)
class Column:
    """The derivatives that are not 0: `slopes[i]` is that of the output number at the position in row i."""

    positions: Positions
    slopes: Floats

    def place(self, index: int) -> Position:
        """One of the positions."""
        return tuple(map(int, self.positions[index]))

    def values_in(self, array: Array) -> Floats:
        """The numbers of an array in the output's shape at the positions."""
        values: Floats = array[tuple(self.positions.T)].astype(np.float64).reshape(-1)
        return values


def rule_key(case: Case) -> str:
    """Which rule holds for an op."""
    op_type = case.op.type
    if op_type == "FusedBatchNormV3" and case.op.attrs.get("is_training") is False:
        return INFERENCE
    if op_type == "Pow" and case.inputs[1].size == 1 and float(case.inputs[1].reshape(())) == 2:
        return SQUARE
    return op_type


def rule_of(case: Case) -> Rule | None:
    """The rule of an op; None for a type without one, and for an op that reads texts or gives no numbers."""
    has_texts = any(tensor.dtype.name == "string" for tensor in case.run.inputs)
    is_written = case.run.outputs and case.output.dtype.kind not in "SUO" and not has_texts
    return rules().get(rule_key(case)) if is_written else None


def setting_of(case: Case) -> float:
    """The number among an op's attributes that its formula uses."""
    alpha = case.op.attrs.get("alpha", 0.2)
    return float(alpha) if isinstance(alpha, int | float) else 0.2


def column(case: Case, port: int, position: Position) -> Column:
    """The derivatives of the output numbers with respect to one number of an input.

    Raises KeyError for an op type without a rule.
    """
    if case.op.type in DERIVATIVES:
        return _elementwise(case, port, position)
    rule = rules()[rule_key(case)]
    if rule.linear:
        return _sparse(_linear(case, port, position, is_additive=rule.additive))
    return _sparse(WHOLE[rule_key(case)](case, port, position))


def floats(case: Case) -> list[Floats]:
    """The inputs as float64, of a variable's handle the value that was read."""
    return [(case.output if array.dtype == object else array).astype(np.float64) for array in case.inputs]


def _elementwise(case: Case, port: int, position: Position) -> Column:
    inputs, output = floats(case), case.output.astype(np.float64)
    slopes = derivatives(case.op.type, inputs, output, setting_of(case))[port]
    if slopes is None:
        return Column(np.empty((0, output.ndim), np.int64), np.empty(0))
    positions = reached(position, inputs[port].shape, output.shape)
    return Column(positions, slopes[tuple(positions.T)].reshape(-1))


def _linear(case: Case, port: int, position: Position, *, is_additive: bool) -> Floats:
    """What the op gives for an input that is 1 at the position and 0 elsewhere."""
    unit = np.zeros(case.inputs[port].shape)
    unit[position] = 1
    inputs = [
        unit if index == port else np.zeros_like(array) if is_additive and case.has_gradient(index) else array
        for index, array in enumerate(case.inputs)
    ]
    return run_with(case, inputs).astype(np.float64)


def _sparse(slopes: Floats) -> Column:
    return Column(np.argwhere(slopes), slopes[slopes != 0].reshape(-1))


def _softmax(case: Case, port: int, position: Position) -> Floats:
    *example, index = position
    y = case.output.astype(np.float64)
    slopes = np.zeros_like(y)
    line = y[tuple(example)]
    slopes[tuple(example)] = line * ((np.arange(line.size) == index) - line[index])
    return slopes


def _log_softmax(case: Case, port: int, position: Position) -> Floats:
    *example, index = position
    y = case.output.astype(np.float64)
    slopes = np.zeros_like(y)
    line = y[tuple(example)]
    slopes[tuple(example)] = (np.arange(line.size) == index) - np.exp(line[index])
    return slopes


def _extreme(case: Case, port: int, position: Position) -> Floats:
    """Of Max and Min: the winners share the derivative 1."""
    values = case.inputs[0]
    axes = tuple(int(axis) % values.ndim for axis in np.atleast_1d(case.inputs[1])) if values.ndim else ()
    best = case.output.reshape([1 if axis in axes else size for axis, size in enumerate(values.shape)])
    is_best = (values == best).astype(np.float64)
    count = is_best.sum(axis=axes, keepdims=True)
    slopes: Floats = np.zeros(best.shape)
    place = tuple(0 if axis in axes else index for axis, index in enumerate(position))
    slopes[place] = is_best[position] / count[place]
    shaped: Floats = slopes.reshape(case.output.shape)
    return shaped


def _max_pool(case: Case, port: int, position: Position) -> Floats:
    """1 where the number is the first largest of its window: no smaller ones, and no equal one before it, reach it."""
    inputs = case.inputs[0].astype(np.float64)
    ranks = np.empty(inputs.size)
    ranks[np.lexsort((-np.arange(inputs.size), inputs.ravel()))] = np.arange(inputs.size)
    winners = run_with(case, [ranks.reshape(inputs.shape)], dtype="float64")  # half precision has too few numbers
    is_winner: Floats = (winners == ranks.reshape(inputs.shape)[position]).astype(np.float64)
    return is_winner


def _sparse_cross_entropy(case: Case, port: int, position: Position) -> Floats:
    example, index = position
    slopes = np.zeros(case.output.shape)
    slopes[example] = _probabilities(case.inputs[0][example])[index] - (int(case.inputs[1][example]) == index)
    return slopes


def _cross_entropy(case: Case, port: int, position: Position) -> Floats:
    example, index = position
    slopes = np.zeros(case.output.shape)
    logits, labels = (np.broadcast_to(one, case.run.outputs[1].shape) for one in case.inputs)
    probability = _probabilities(logits[example])[index]
    slopes[example] = probability - labels[example, index] if port == 0 else -np.log(probability)
    return slopes


def _probabilities(logits: Floats) -> Floats:
    powers = np.exp(logits.astype(np.float64) - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


@dataclass(frozen=True, eq=False)
class Normalised:
    """A batch normalisation: the input without mean and scale, the mean and the variance, by channel."""

    hat: Floats
    mean: Floats
    variance: Floats
    epsilon: float
    axes: tuple[int, ...]

    def by_channel(self, array: Floats) -> Floats:
        """A vector by channel in a shape that broadcasts with the input."""
        return array.reshape([1 if axis in self.axes else -1 for axis in range(4)])


def normalised(case: Case) -> Normalised:
    """What FusedBatchNormV3 computes before it scales and shifts."""
    x, _, _, mean, variance = floats(case)
    is_first = str(case.op.attrs.get("data_format", "NHWC")).startswith("NC")
    axes = (0, 2, 3) if is_first else (0, 1, 2)
    epsilon = case.op.attrs.get("epsilon", 1e-4)
    epsilon = float(epsilon) if isinstance(epsilon, int | float) else 1e-4
    if rule_key(case) != INFERENCE:
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
    plain = Normalised(x, mean, variance, epsilon, axes)
    hat = (x - plain.by_channel(mean)) / np.sqrt(plain.by_channel(variance) + epsilon)
    return Normalised(hat, mean, variance, epsilon, axes)


def _batch_norm(case: Case, port: int, position: Position) -> Floats:
    parts = normalised(case)
    channel_axis = next(axis for axis in range(4) if axis not in parts.axes)
    channel = position[channel_axis] if port == 0 else position[0]
    chosen = tuple(channel if axis == channel_axis else slice(None) for axis in range(4))
    hat = parts.hat[chosen]
    slopes = np.zeros(case.output.shape)
    if port:
        slopes[chosen] = hat if port == 1 else 1
        return slopes
    scale = float(case.inputs[1][channel]) / np.sqrt(parts.variance[channel] + parts.epsilon)
    if rule_key(case) != INFERENCE:
        slopes[chosen] = -scale * (1 + hat * parts.hat[position]) / hat.size
    slopes[position] += scale
    return slopes


WHOLE: dict[str, Callable[[Case, int, Position], Floats]] = {
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "Max": _extreme,
    "Min": _extreme,
    "MaxPool": _max_pool,
    "SparseSoftmaxCrossEntropyWithLogits": _sparse_cross_entropy,
    "SoftmaxCrossEntropyWithLogits": _cross_entropy,
    "FusedBatchNormV3": _batch_norm,
    INFERENCE: _batch_norm,
}

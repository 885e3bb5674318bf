"""FusedBatchNormV3. Keras's other layers of this kind are made of plain ops: differences, means, products."""

from __future__ import annotations

from math import sqrt

import numpy as np

from graphlab.evaluation.cells.numbers import plain, source, text, whole
from graphlab.evaluation.cells.others import beside, reach_same_shape
from graphlab.evaluation.cells.types import CellArithmetic, Family, OpCall, Position, Range, Reach, Region, Term, wide


def _channel_axis(call: OpCall) -> int:
    return 1 if str(call.attrs.get("data_format", "NHWC")).startswith("NC") else call.inputs[0].ndim - 1


def _moments(call: OpCall, channel: int) -> tuple[float, float]:
    """Mean and variance of a channel: of this batch in training, else those that were learned."""
    if not call.attrs.get("is_training", True):
        return float(call.inputs[3][channel]), float(call.inputs[4][channel])
    numbers = wide(np.take(call.inputs[0], channel, axis=_channel_axis(call)))
    return float(numbers.mean()), float(numbers.var())


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    if call.output:
        return beside(call, position)
    axis = _channel_axis(call)
    channel, is_training = position[axis], bool(call.attrs.get("is_training", True))
    x, scale, offset = (float(array[at]) for array, at in zip(
        call.inputs, (position, (channel,), (channel,)), strict=False
    ))  # fmt: skip
    mean, variance = _moments(call, channel)
    epsilon = float(str(call.attrs.get("epsilon", 1e-4)))
    normal = (x - mean) / sqrt(variance + epsilon)
    whole_channel: tuple[Range, ...] = tuple(
        (channel, channel + 1, 1) if one == axis else (0, size, 1) for one, size in enumerate(call.inputs[0].shape)
    )
    scaled = f"{text(scale)} × {text(normal)} = {text(scale * normal)}"
    terms = (
        Term(position, f"scale × normalized: {scaled}", plain(scale), plain(normal), plain(scale * normal)),
        Term((channel,), f"offset: {text(offset)}", plain(offset), None, plain(offset)),
    )
    which = "of this batch" if is_training else "learned in training"
    root = f"√({text(variance)} + {text(epsilon)})"
    sources = (Region(0, whole_channel),) if is_training else (source(0, position),)
    ports = (1, 2) if is_training else (1, 2, 3, 4)
    return CellArithmetic(
        title="scale × (x − mean) / √(variance + ε) + offset",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(scale * normal + offset),
        terms=terms,
        note=f"Normalized: ({text(x)} − ({text(mean)})) / {root} = {text(normal)}; mean and variance are {which}.",
        sources=(*sources, *(source(port, (channel,)) for port in ports)),
    )


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    if call.output:
        return reach_same_shape(call, port, position)
    axis, is_training = _channel_axis(call), bool(call.attrs.get("is_training", True))
    if port == 0 and not is_training:
        return Reach((Region(0, source(0, position).axes),))
    if port > 2 and is_training:
        return Reach(())
    channel = position[axis] if port == 0 else position[0]
    ranges = list(whole(call.result.shape))
    ranges[axis] = (channel, channel + 1, 1)
    return Reach((Region(0, tuple(ranges)),))


FAMILIES = dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), Family(_arithmetic, _reach))

"""How ops that only move elements rearrange arrays, by op type, with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.cells.strided import strided_index
from graphlab.evaluation.cells.types import OpCall
from graphlab.evaluation.result import Array
from graphlab.graph.json_values import int_of

PADDING = -1
Integers: TypeAlias = "NDArray[np.int32] | NDArray[np.int64]"


def _numbers(array: Array) -> tuple[int, ...]:
    return tuple(int(one) for one in array.reshape(-1))


def _pads(call: OpCall) -> list[tuple[int, int]]:
    return [(int(before), int(after)) for before, after in call.inputs[1]]


def _gather(call: OpCall, table: Array) -> Array:
    """The rows of a table at indices; `batch_dims` leading axes of both belong together."""
    indices, axis = call.inputs[1].astype(np.int64), gather_axis(call)
    batch = batch_axes(call)
    if not batch:
        return np.take(table, indices, axis=axis)
    lead = table.shape[:batch]
    flat = zip(table.reshape(-1, *table.shape[batch:]), indices.reshape(-1, *indices.shape[batch:]), strict=True)
    parts = [np.take(part, at, axis=axis - batch) for part, at in flat]
    return np.stack(parts).reshape(*lead, *parts[0].shape) if parts else np.empty(call.result.shape, table.dtype)


def gather_axis(call: OpCall) -> int:
    """The axis of the table that the indices select from."""
    axis = int(call.inputs[2]) if call.type == "GatherV2" else batch_axes(call)
    return axis % call.inputs[0].ndim


def batch_axes(call: OpCall) -> int:
    """How many leading axes of the table and of the indices belong together."""
    batch = int_of(call.attrs.get("batch_dims", 0))
    return batch + call.inputs[1].ndim if batch < 0 else batch


def _reverse(call: OpCall, index: Array) -> Array:
    return np.flip(index, axis=_numbers(call.inputs[1]))


def _slice(call: OpCall, index: Array) -> Array:
    begins = _numbers(call.inputs[1])
    return index[tuple(slice(at, at + size) for at, size in zip(begins, call.result.shape, strict=True))]


def _pad(call: OpCall, index: Array) -> Array:
    return np.pad(index, _pads(call), constant_values=PADDING)


def _mirror(call: OpCall, index: Array) -> Array:
    return np.pad(index, _pads(call), mode="reflect" if call.attrs["mode"] == "REFLECT" else "symmetric")


def _roll(call: OpCall, index: Array) -> Array:
    return np.roll(index, _numbers(call.inputs[1]), axis=_numbers(call.inputs[2]))


def _split(call: OpCall, index: Array) -> Array:
    return np.split(index, len(call.outputs), axis=int(call.inputs[0]))[call.output]


def _split_at(call: OpCall, index: Array) -> Array:
    axis = int(call.inputs[2])
    ends = np.cumsum([one.shape[axis] for one in call.outputs])
    return np.split(index, ends[:-1], axis=axis)[call.output]


def _gather_at(call: OpCall, table: Array) -> Array:
    return np.asarray(table[tuple(np.moveaxis(call.inputs[1], -1, 0))])


def _joined(call: OpCall, *indices: Array) -> Array:
    axis = int(call.inputs[-1] if call.type == "ConcatV2" else call.inputs[0])
    return np.concatenate(indices, axis=axis)


def _space_to_batch(call: OpCall, index: Array) -> Array:
    """Each block of the axes of space is spread over the batch, after padding."""
    blocks, count = _numbers(call.inputs[1]), call.inputs[1].size
    pads = [(0, 0), *((int(a), int(b)) for a, b in call.inputs[2]), *[(0, 0)] * (index.ndim - 1 - count)]
    padded = np.pad(index, pads, constant_values=PADDING)
    sizes = [one for size, block in zip(padded.shape[1:], blocks, strict=False) for one in (size // block, block)]
    split = padded.reshape(padded.shape[0], *sizes, *padded.shape[1 + count :])
    inner, outer = range(2, 2 + 2 * count, 2), range(1, 1 + 2 * count, 2)
    return split.transpose(*inner, 0, *outer, *range(1 + 2 * count, split.ndim)).reshape(call.result.shape)


def _batch_to_space(call: OpCall, index: Array) -> Array:
    """The other way round, and what was padded is cropped."""
    blocks, count = _numbers(call.inputs[1]), call.inputs[1].size
    batch = index.shape[0] // int(np.prod(blocks))
    split = index.reshape(*blocks, batch, *index.shape[1:])
    pairs = [axis for one in range(count) for axis in (count + 1 + one, one)]
    joined = split.transpose(count, *pairs, *range(2 * count + 1, split.ndim))
    sizes = [size * block for size, block in zip(index.shape[1:], blocks, strict=False)]
    whole = joined.reshape(batch, *sizes, *index.shape[1 + count :])
    crops = zip(call.inputs[2], sizes, strict=True)
    return whole[(slice(None), *(slice(int(before), size - int(after)) for (before, after), size in crops))]


def _depth_to_space(call: OpCall, index: Array) -> Array:
    block, (batch, height, width, depth) = int_of(call.attrs["block_size"]), index.shape
    split = index.reshape(batch, height, width, block, block, depth // block**2)
    return split.transpose(0, 1, 3, 2, 4, 5).reshape(call.result.shape)


def _space_to_depth(call: OpCall, index: Array) -> Array:
    block, (batch, height, width, depth) = int_of(call.attrs["block_size"]), index.shape
    split = index.reshape(batch, height // block, block, width // block, block, depth)
    return split.transpose(0, 1, 3, 2, 4, 5).reshape(call.result.shape)


# How the flat positions of the inputs that move become those of the output, and which inputs move.
MOVES: Mapping[str, tuple[Callable[..., Array], Callable[[int], range]]] = {
    **dict.fromkeys(
        ("Reshape", "Squeeze", "ExpandDims", "Identity", "StopGradient", "PreventGradient", "Snapshot", "EnsureShape"),
        (lambda call, index: index.reshape(call.result.shape), lambda _: range(1)),
    ),
    **dict.fromkeys(("Cast", "Bitcast"), (lambda _, index: index, lambda _: range(1))),
    "Transpose": (lambda call, index: index.transpose(_numbers(call.inputs[1])), lambda _: range(1)),
    "ReverseV2": (_reverse, lambda _: range(1)),
    "Slice": (_slice, lambda _: range(1)),
    "StridedSlice": (lambda call, index: index[strided_index(call)], lambda _: range(1)),
    **dict.fromkeys(("Pad", "PadV2"), (_pad, lambda _: range(1))),
    "MirrorPad": (_mirror, lambda _: range(1)),
    "Tile": (lambda call, index: np.tile(index, _numbers(call.inputs[1])), lambda _: range(1)),
    "BroadcastTo": (lambda call, index: np.broadcast_to(index, call.result.shape), lambda _: range(1)),
    "Fill": (lambda call, index: np.broadcast_to(index, call.result.shape), lambda _: range(1, 2)),
    "Roll": (_roll, lambda _: range(1)),
    **dict.fromkeys(("GatherV2", "Gather", "ResourceGather"), (_gather, lambda _: range(1))),
    **dict.fromkeys(("GatherNd", "ResourceGatherNd"), (_gather_at, lambda _: range(1))),
    "Split": (_split, lambda _: range(1, 2)),
    "SplitV": (_split_at, lambda _: range(1)),
    "SpaceToBatchND": (_space_to_batch, lambda _: range(1)),
    "BatchToSpaceND": (_batch_to_space, lambda _: range(1)),
    "DepthToSpace": (_depth_to_space, lambda _: range(1)),
    "SpaceToDepth": (_space_to_depth, lambda _: range(1)),
    "Unpack": (
        lambda call, index: np.take(index, call.output, axis=int_of(call.attrs["axis"])),
        lambda _: range(1),
    ),
    "Pack": (lambda call, *indices: np.stack(indices, axis=int_of(call.attrs["axis"])), range),
    "ConcatV2": (_joined, lambda count: range(count - 1)),
    "Concat": (_joined, lambda count: range(1, count)),
}

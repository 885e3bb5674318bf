"""Sentences about floating point operations: what they are counted for, what is left out, which sizes are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphlab.explain.facts import format_flops
from graphlab.explain.sizes.terms import BATCH, place_of
from graphlab.explain.work.totals import Work, per_words
from graphlab.graph import Graph, display_name, format_shape

MOST_TYPES = 6
_REPLICA = re.compile(r" \(replica (\d+) of \d+\)")
_TARGET = re.compile(r"(target|label)(_\w+)?")  # as in the names that tracing gives
# Names for the axes of an input, by its rank, and a usual size of each.
_AXES: dict[int, dict[int, tuple[str, int]]] = {
    2: {1: ("length", 128)},
    3: {1: ("length", 128), 2: ("width", 64)},
    4: {1: ("height", 224), 2: ("width", 224), 3: ("channels", 3)},
    5: {1: ("depth", 16), 2: ("height", 112), 3: ("width", 112), 4: ("channels", 3)},
}


@dataclass(frozen=True)
class OpenSize:
    """An unknown size of an input: `label` names it, `usual` is an example value."""

    op_id: str
    input_name: str
    axis: int
    label: str
    usual: int


def open_sizes(graph: Graph, missing: Iterable[str]) -> tuple[OpenSize, ...]:
    """The input sizes behind the names in `Work.missing`, in the order of the inputs."""
    input_ids = set(user_inputs(graph))
    missing = [name for name in missing if name == BATCH or not _is_target(graph, place_of(name)[0])]
    missing = [name for name in missing if name == BATCH or place_of(name)[0] in input_ids]
    candidates = [_batch(graph) if name == BATCH else _open_size(graph, *place_of(name)) for name in missing]
    sizes = [size for size in candidates if size is not None]
    order = {op_id: position for position, op_id in enumerate(graph.input_ids)}
    several = len({size.op_id for size in sizes}) > 1
    named_sizes = [_with_input(size) for size in sizes] if several else sizes
    return tuple(sorted(named_sizes, key=lambda size: (order.get(size.op_id, 0), size.axis)))


def _is_target(graph: Graph, op_id: str) -> bool:
    """Whether an input is the target of a train step: its sizes follow from those of the model's inputs."""
    return graph.kind == "train_step" and bool(_TARGET.fullmatch(input_name(graph, op_id)))


def _batch(graph: Graph) -> OpenSize | None:
    for op_id in graph.input_ids:
        shape = graph.op(op_id).outputs[0].shape
        if shape and shape[0] is None:
            return OpenSize(op_id, input_name(graph, op_id), 0, "batch", 32)
    return None


def _open_size(graph: Graph, op_id: str, axis: int) -> OpenSize | None:
    if op_id not in graph.input_ids:
        return None
    shape = graph.op(op_id).outputs[0].shape or ()
    name = input_name(graph, op_id)
    label, usual = _AXES.get(len(shape), {}).get(axis, (f"axis {axis} of {name}", 16))
    return OpenSize(op_id, name, axis, label, usual)


def _with_input(size: OpenSize) -> OpenSize:
    of = f" of {size.input_name}"
    label = size.label if size.axis == 0 or size.label.endswith(of) else size.label + of
    return OpenSize(size.op_id, size.input_name, size.axis, label, size.usual)


def input_name(graph: Graph, op_id: str) -> str:
    """The user's name for an input, which may be split between replicas."""
    return _REPLICA.sub("", _own_name(graph, op_id))


def _own_name(graph: Graph, op_id: str) -> str:
    names = graph.facts.names
    return names.get(op_id) or display_name(graph.op(op_id))


def user_inputs(graph: Graph) -> list[str]:
    """The inputs that a user provides, by op id: the first replica's stand for all."""
    replicas = {op_id: _REPLICA.search(_own_name(graph, op_id)) for op_id in graph.input_ids}
    return [op_id for op_id, match in replicas.items() if match is None or match[1] == "1"]


def input_examples(graph: Graph, missing: Sequence[str]) -> list[str]:
    """`image=float32[?,224,224,3]` for each input with such a size, with usual sizes filled in."""
    input_sizes: dict[str, dict[int, int]] = {}
    for size in open_sizes(graph, missing):
        input_sizes.setdefault(size.op_id, {})[size.axis] = size.usual
    examples = []
    for op_id, sizes in input_sizes.items():
        tensor = graph.op(op_id).outputs[0]
        filled = tuple(sizes.get(axis, size) for axis, size in enumerate(tensor.shape or ()))
        examples.append(f"{input_name(graph, op_id)}={tensor.dtype}[{format_shape(filled)}]")
    return examples


def work_words(graph: Graph, work: Work) -> str:
    """`7.8 GFLOP per example`, `unknown`."""
    if work.flops is None:
        return "unknown"
    return " ".join(filter(None, (format_flops(work.flops), per_words(graph))))


def why_unknown(graph: Graph, work: Work) -> str:
    """Why the operations of a graph or a part of it are unknown; "" if they are known."""
    if work.flops is not None or graph.kind == "layers":
        return ""
    sizes = [size.label for size in open_sizes(graph, work.missing)]
    if sizes:
        return f"{_listed(sizes)} {'is' if len(sizes) == 1 else 'are'} unknown"
    if work.endless:
        return "the number of iterations of a loop depends on the data"
    return "not all shapes of the graph are known"


def left_out(work: Work) -> str:
    """`without 3 ops that are not counted: FFT, SortV2`; "" for none."""
    count = sum(work.uncounted.values())
    if not count or work.flops is None:
        return ""
    names = [name if number == 1 else f"{name} ×{number:,}" for name, number in work.uncounted.items()]
    more = f" and {len(names) - MOST_TYPES:,} more types" if len(names) > MOST_TYPES else ""
    ops = "1 op that is" if count == 1 else f"{count:,} ops that are"
    return f"without {ops} not counted: {', '.join(names[:MOST_TYPES])}{more}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

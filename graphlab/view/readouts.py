"""Which output each box shows while values are shown, and the room for it: by dtype and shape, never by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphlab.graph import Graph, Tensor
from graphlab.view.fold import Folded, once
from graphlab.view.labels import kind_of
from graphlab.view.nest import nest_of
from graphlab.view.types import ReadoutKind

IMAGE_CHANNELS = (1, 3, 4)
IMAGE_LEAST = 6  # rows and columns of an image
MAP_LEAST = 2  # the same of a feature map
WITHOUT_OUTPUT = frozenset({"gradients", "optimizer", "update", "metrics"})  # groups that compute many things
LOOP_ROLES = ("condition", "body")
UNSHOWN = frozenset({"resource", "variant"})


@dataclass(frozen=True)
class ShownOutput:
    """The output whose value a box shows; `tensor` is what is known of it before it is computed."""

    op_id: str
    port: int
    tensor: Tensor


def shown_output(folded: Folded, child: str) -> ShownOutput | None:
    """The output that the box of an op or a closed group shows; None if it has none with a value, or many alike."""
    if child not in folded.groups:
        return _op_output(folded, child)
    return None if folded.groups[child].kind in WITHOUT_OUTPUT else _group_outputs(folded).get(child)


def loss_output(folded: Folded) -> ShownOutput | None:
    """The output of a train step's outermost loss group; None without one."""
    losses = (group_id for group_id, group in folded.groups.items() if group.kind == "loss")
    return next((shown_output(folded, group_id) for group_id in losses), None)


def readout_of(folded: Folded, child: str) -> ReadoutKind:
    """The room for a value that a box needs: none, one line, or a picture."""
    output = shown_output(folded, child)
    if output is None:
        return ""
    return "picture" if is_picture(output.tensor) else "line"


def is_picture(tensor: Tensor) -> bool:
    """Whether a tensor is shown as images: a batch of images, or of feature maps."""
    shape = tensor.shape or ()
    if tensor.dtype in ("string", "bool") or tensor.dtype.startswith("complex") or len(shape) not in (3, 4):
        return False
    height, width, channels = shape[-3:]
    if height is None or width is None or channels is None:
        return False
    least = MAP_LEAST if len(shape) == 4 else IMAGE_LEAST
    return min(height, width) >= least and (len(shape) == 4 or channels in IMAGE_CHANNELS)


def _op_output(folded: Folded, op_id: str) -> ShownOutput | None:
    if op_id not in folded.paths:
        return None
    op = folded.graph.op(op_id)
    if op.variable is not None:
        return ShownOutput(op_id, 0, Tensor(op.variable.dtype, op.variable.shape))
    if kind_of(folded, op) == "constant" and not op.attrs.get("captured"):
        return None  # its value is its title
    outputs = (ShownOutput(op_id, port, tensor) for port, tensor in enumerate(op.outputs))
    return next((output for output in outputs if output.tensor.dtype not in UNSHOWN), None)


@once
def _group_outputs(folded: Folded) -> Mapping[str, ShownOutput]:
    """For each group, the last of the outputs that leave it; for a group that hands on nothing, its last output.

    Of a loop and its body, one that is not a counter: real numbers rather than whole ones. A loop's variable is taken
    from the condition, which also has it after the last iteration.
    """
    nest = nest_of(folded)
    in_loops = {body.group for body in folded.graph.facts.bodies if body.role in LOOP_ROLES}
    in_loops |= {group_id for group_id, group in folded.groups.items() if group.kind == "loop"}
    in_condition = variables_in_conditions(folded.graph)
    last: dict[str, tuple[tuple[bool, bool, int], ShownOutput]] = {}
    leaving: dict[str, int] = {}
    for wire in folded.wires:
        if wire.tensor is None or wire.src_port is None:
            continue
        source, target = (folded.paths[folded.stands_for[end]] for end in (wire.src, wire.dst))
        inside = len(set(source) & set(target))
        leaving[wire.src] = min(inside, leaving.get(wire.src, len(source)))
    for op_id, path in folded.paths.items():
        own = _op_output(folded, op_id)
        if own is None or not path or folded.graph.op(op_id).variable is not None:
            continue
        members = (op_id, *folded.absorbed.get(op_id, ()))
        shared = min((leaving[member] for member in members if member in leaving), default=len(path))
        for depth, group_id in enumerate(path):
            is_number = group_id in in_loops and own.tensor.dtype.startswith(("float", "bfloat"))
            rank = (depth >= shared, is_number, nest.places[op_id])
            if group_id not in last or rank > last[group_id][0]:
                last[group_id] = (rank, replace(own, op_id=in_condition.get(op_id, op_id)))
    return {group_id: output for group_id, (_, output) in last.items()}


def variables_in_conditions(graph: Graph) -> Mapping[str, str]:
    """For each variable of a loop's body, the op that has its value in the loop's condition."""
    args = {(body.call, body.role): body.args for body in graph.facts.bodies}
    return {
        arg: in_condition
        for (call, role), own in args.items()
        if role == "body"
        for arg, in_condition in zip(own, args.get((call, "condition"), ()), strict=False)
    }

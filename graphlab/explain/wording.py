"""Small words shared by all texts: amounts, shapes, axes, the part a variable plays."""

from __future__ import annotations

from typing import NamedTuple

from graphlab.explain.facts import OpFacts, brackets, find_axes, format_number
from graphlab.graph import Tensor, Variable

# What a variable's last name says about its part in a layer.
ROLES = {
    **dict.fromkeys(("kernel", "recurrent_kernel", "depthwise_kernel", "pointwise_kernel", "weights", "w"), "weights"),
    **dict.fromkeys(("bias", "b"), "bias"),
    "embeddings": "table",
    "gamma": "scale",
    "beta": "shift",
    "moving_mean": "running mean",
    "moving_variance": "running variance",
    "learning_rate": "learning rate",
    "iteration": "step counter",
}


class Phrase(NamedTuple):
    """A sentence and a formula, either of them "" where there is none."""

    sentence: str
    formula: str


def shapes_formula(facts: OpFacts) -> str:
    """`[?,784], [2] → [?,28,28]`."""
    inputs = ", ".join(brackets(tensor) for tensor in facts.inputs)
    outputs = ", ".join(brackets(tensor) for tensor in facts.op.outputs)
    return f"{inputs} → {outputs}".strip()


def amount(tensor: Tensor) -> str:
    """How much a tensor holds: `256 numbers per example`, `one number`, `values of shape [?,?,3]`."""
    noun = _noun(tensor.dtype)
    if tensor.shape is None:
        return f"{noun}s of a shape known only when it runs"
    per_example = tensor.shape[:1] == (None,)
    sizes = tensor.shape[1:] if per_example else tensor.shape
    count = 1
    for size in sizes:
        if size is None:
            return f"{noun}s of shape {brackets(tensor)}"
        count *= size
    words = f"one {noun}" if count == 1 else f"{format_number(count) if count else 'no'} {noun}s"
    return f"{words} per example" if per_example else words


def role(variable: Variable) -> str:
    """The part a variable plays by its name: "weights", "bias", "scale" ...; "variable" else."""
    return ROLES.get(variable.name.rsplit("/", 1)[-1], "variable")


def short_name(variable: Variable) -> str:
    """The variable's name without its layer."""
    return variable.name.rsplit("/", 1)[-1]


def _noun(dtype: str) -> str:
    return {"bool": "truth value", "string": "text", "resource": "handle", "variant": "list"}.get(dtype, "number")


def axis_words(facts: OpFacts) -> str:
    """` along axis 1`, ` along the last axis`, ` along axes 0 and 1`; "" where the axes are unknown."""
    axes = find_axes(facts)
    if not axes:
        return ""
    if len(axes) == 1:
        return " along the last axis" if axes[0] == -1 else f" along axis {axes[0]}"
    return f" along axes {', '.join(str(axis) for axis in axes[:-1])} and {axes[-1]}"


def slice_text(facts: OpFacts) -> str:
    """`[0]`, `[:, 1:]`: a strided slice as Python writes it; "" where its limits are computed."""
    begin, end, strides = (facts.constant(port) for port in (1, 2, 3))
    if not all(isinstance(limits, (list, tuple)) for limits in (begin, end, strides)):
        return ""
    if facts.attr("ellipsis_mask") or facts.attr("new_axis_mask"):
        return ""
    parts = []
    for axis, (first, last, step) in enumerate(zip(begin, end, strides, strict=False)):
        if _bit(facts, "shrink_axis_mask", axis):
            parts.append(str(first))
            continue
        start = "" if _bit(facts, "begin_mask", axis) or (first == 0 and step > 0) else str(first)
        stop = "" if _bit(facts, "end_mask", axis) else str(last)
        parts.append(f"{start}:{stop}" + ("" if step == 1 else f":{step}"))
    return f"[{', '.join(parts)}]"


def _bit(facts: OpFacts, mask: str, axis: int) -> bool:
    return bool(int(facts.attr(mask, 0)) >> axis & 1)

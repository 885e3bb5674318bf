"""Phrases that all texts share: amounts, shapes, axes, roles of variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphlab.explain.batch import batch_axes
from graphlab.explain.facts import OpFacts, brackets, find_axes, format_number
from graphlab.graph import Tensor, Variable

# The role of a variable in a layer, by its last name.
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
    """A sentence and a formula; either may be ""."""

    sentence: str
    formula: str


def shapes_formula(facts: OpFacts) -> str:
    """`[?,784], [2] → [?,28,28]`."""
    inputs = ", ".join(brackets(tensor) for tensor in facts.inputs)
    outputs = ", ".join(brackets(tensor) for tensor in facts.op.outputs)
    return f"{inputs} → {outputs}".strip()


def amount(tensor: Tensor, *, batch: bool = False) -> str:
    """How much a tensor contains: `256 numbers per example`, `one number`, `values of shape [?,?,3]`.

    `batch` says that the first axis, of unknown size, counts the examples.
    """
    noun = noun_of(tensor)
    if tensor.elements:
        return f"a dataset of {tensor}"
    if tensor.shape is None:
        return f"{noun}s of unknown shape"
    per_example = batch and tensor.shape[:1] == (None,)
    sizes = tensor.shape[1:] if per_example else tensor.shape
    if None in sizes:
        return f"{noun}s of shape {brackets(tensor)}"
    count = 1
    for size in sizes:
        count *= size or 0
    words = f"one {noun}" if count == 1 else f"{format_number(count) if count else 'no'} {noun}s"
    return f"{words} per example" if per_example else words


def input_amount(facts: OpFacts, port: int = 0) -> str:
    """How much arrives at a port."""
    if port >= len(facts.inputs):
        return amount(Tensor("", None))
    return amount(facts.inputs[port], batch=has_batch(facts, facts.op.inputs[port : port + 1]))


def output_amount(facts: OpFacts, port: int = 0) -> str:
    """How much a port outputs."""
    if port >= len(facts.op.outputs):
        return amount(Tensor("", None))
    return amount(facts.op.outputs[port], batch=has_batch(facts, ((facts.op.id, port),)))


def has_batch(facts: OpFacts, ends: Sequence[tuple[str, int]]) -> bool:
    """Whether the first axis of these tensors counts the examples, whose number is known only at run time."""
    axes = batch_axes(facts.graph) if facts.graph is not None else {}
    return bool(ends) and all(axes.get(end) == 0 for end in ends)


def in_and_out(facts: OpFacts) -> str:
    """`: 320 numbers in, 32 numbers out`; if a count is unknown, by shape: `: [?,?] becomes [?]`."""
    before, after = input_amount(facts), output_amount(facts)
    if " of " in before or " of " in after:
        source, target = (tensors[:1] for tensors in (facts.inputs, facts.op.outputs))
        return f": {''.join(map(brackets, source))} becomes {''.join(map(brackets, target))}"
    return f": {before} in, {after} out"


def counted(size: int | None, noun: str) -> str:
    """`the 10 scores`, `the one score`, `the scores` if the size is unknown."""
    if size is None:
        return f"the {noun}s"
    return f"the one {noun}" if size == 1 else f"the {format_number(size)} {noun}s"


def each_of(size: int | None, noun: str) -> str:
    """`each of the 10 channels`, `the one channel`, `each channel` if the size is unknown."""
    if size is None:
        return f"each {noun}"
    return f"the one {noun}" if size == 1 else f"each of the {format_number(size)} {noun}s"


def several(number: int, noun: str) -> str:
    """`one tensor`, `3 tensors`."""
    return f"one {noun}" if number == 1 else f"{format_number(number)} {noun}s"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def role(variable: Variable) -> str:
    """A variable's role by its name: "weights", "bias", "scale" ...; else "variable"."""
    return ROLES.get(variable.name.rsplit("/", 1)[-1], "variable")


def short_name(variable: Variable) -> str:
    """The variable's name without its layer."""
    return variable.name.rsplit("/", 1)[-1]


def noun_of(tensor: Tensor) -> str:
    """What a tensor's entries are: numbers, truth values, texts."""
    return _NOUNS.get(tensor.dtype, "number")


_NOUNS = {"bool": "truth value", "string": "text", "resource": "handle", "variant": "opaque value"}


def axis_words(facts: OpFacts) -> str:
    """` along axis 1`, ` along the last axis`, ` along axes 0 and 1`; "" if the axes are unknown."""
    axes = find_axes(facts)
    if not axes:
        return ""
    if len(axes) == 1:
        return " along the last axis" if axes[0] == -1 else f" along axis {axes[0]}"
    return f" along axes {', '.join(str(axis) for axis in axes[:-1])} and {axes[-1]}"

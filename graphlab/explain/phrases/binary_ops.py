"""Texts for elementwise ops with two inputs: +, ×, <, a constant on one side, broadcast inputs."""

from __future__ import annotations

from graphlab.explain.facts import OpFacts, brackets, format_value
from graphlab.explain.wording import Phrase, has_batch, noun_of, output_amount
from graphlab.graph import format_shape

Shape = tuple[int | None, ...] | None

# Elementwise with two inputs: (both tensors, a constant {v} on the right, on the left, formula).
BINARY: dict[str, tuple[str, str, str, str]] = {
    "AddV2": ("Adds two tensors", "Adds {v} to every number", "Adds {v} to every number", "{a} + {b}"),
    "Sub": (
        "Subtracts the second tensor from the first",
        "Subtracts {v} from every number",
        "Subtracts every number from {v}",
        "{a} - {b}",
    ),
    "Mul": ("Multiplies two tensors", "Multiplies every number by {v}", "Multiplies every number by {v}", "{a} × {b}"),
    "RealDiv": (
        "Divides the first tensor by the second",
        "Divides every number by {v}",
        "Divides {v} by every number",
        "{a} ÷ {b}",
    ),
    "DivNoNan": (
        "Divides the first tensor by the second (by 0 gives 0)",
        "Divides every number by {v}",
        "Divides {v} by every number (by 0 gives 0)",
        "{a} ÷ {b}",
    ),
    "FloorDiv": (
        "Divides the first tensor by the second and rounds down",
        "Divides every number by {v} and rounds down",
        "Divides {v} by every number and rounds down",
        "⌊{a} ÷ {b}⌋",
    ),
    "FloorMod": (
        "Takes the remainder of the first tensor divided by the second",
        "Takes the remainder of every number divided by {v}",
        "Takes the remainder of {v} divided by every number",
        "{a} mod {b}",
    ),
    "Pow": (
        "Raises the first tensor to the power of the second",
        "Raises every number to the power {v}",
        "Raises {v} to the power of every number",
        "{a} ^ {b}",
    ),
    "Maximum": (
        "Takes the larger of each pair of numbers",
        "Raises every number below {v} to {v}",
        "Raises every number below {v} to {v}",
        "max({a}, {b})",
    ),
    "Minimum": (
        "Takes the smaller of each pair of numbers",
        "Lowers every number above {v} to {v}",
        "Lowers every number above {v} to {v}",
        "min({a}, {b})",
    ),
    "SquaredDifference": (
        "Subtracts one tensor from the other and squares the result",
        "Squares the distance of every number from {v}",
        "Squares the distance of every number from {v}",
        "({a} - {b})²",
    ),
    "Equal": ("Compares: true where both are equal", "True where equal to {v}", "True where equal to {v}", "{a} = {b}"),
    "NotEqual": (
        "Compares: true where they differ",
        "True where different from {v}",
        "True where different from {v}",
        "{a} ≠ {b}",
    ),
    "Less": ("Compares: true where the first is smaller", "True below {v}", "True above {v}", "{a} < {b}"),
    "LessEqual": ("Compares: true where the first is not larger", "True up to {v}", "True from {v} on", "{a} ≤ {b}"),
    "Greater": ("Compares: true where the first is larger", "True above {v}", "True below {v}", "{a} > {b}"),
    "GreaterEqual": (
        "Compares: true where the first is not smaller",
        "True from {v} on",
        "True up to {v}",
        "{a} ≥ {b}",
    ),
}
BINARY["Add"] = BINARY["AddV2"]
BINARY["Div"] = BINARY["RealDiv"]
BINARY["Mod"] = BINARY["FloorMod"]


# Like BINARY, for texts instead of numbers.
_JOINED = ("Joins two tensors of texts", "Puts {v} after every text", "Puts {v} before every text", "{a} + {b}")
_CHOOSING = frozenset({"SelectV2"})  # their first input is a condition
_SUMS = frozenset({"AddV2", "Add"})
_LIMITS = {"Maximum": "larger", "Minimum": "smaller"}
_COMPARED = frozenset({"Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"})


def binary_phrase(facts: OpFacts) -> Phrase:
    """The texts for an op of BINARY."""
    left, right = (_scalar_text(facts, port) for port in (0, 1))
    shapes = {"a": left or brackets(facts.inputs[0]), "b": _signed(right) or brackets(facts.inputs[1])}
    result = _texts(facts)[3].format(**shapes)
    formula = f"{result} → {brackets(facts.op.outputs[0])}"
    if left and right:
        return Phrase(_of_constants(facts, left, right, result), formula)
    if left or right:
        return Phrase(_with_constant(facts, left, right), formula)
    noun = noun_of(facts.inputs[0])
    return Phrase(f"{_texts(facts)[0]}, {noun} by {noun}: {output_amount(facts)}.{repetition(facts)}", formula)


def repetition(facts: OpFacts) -> str:
    """A second sentence if inputs are broadcast: along axes that they lack, or that have size 1."""
    output = facts.op.outputs[0]
    shapes = dict.fromkeys(tensor.shape for tensor in facts.inputs)
    repeats = [(shape, axes) for shape in shapes if (axes := repeated_axes(shape, output.shape))]
    smaller = [(f"[{format_shape(shape)}]", axes) for shape, axes in repeats if shape]
    if len(repeats) == 1 and not smaller:
        noun_source = output if facts.op.type in _CHOOSING else facts.inputs[0]
        return f" The single {noun_of(noun_source)} is used for all of them."
    if len(smaller) == 1:
        return f" The smaller one, {smaller[0][0]}, is repeated {_along(facts, smaller[0][1])}."
    parts = [f"{shape} is repeated {_along(facts, axes)}" for shape, axes in smaller]
    return f" {' and '.join(parts)}." if parts else ""


def repeated_axes(shape: Shape, output: Shape) -> tuple[int, ...]:
    """The axes of the output along which an input is broadcast; an unknown size does not count as 1."""
    if shape is None or output is None:
        return ()
    sizes = (1,) * (len(output) - len(shape)) + shape
    return tuple(axis for axis, size in enumerate(sizes) if size == 1 and output[axis] not in (0, 1))


def _along(facts: OpFacts, axes: tuple[int, ...]) -> str:
    if axes == (0,) and has_batch(facts, ((facts.op.id, 0),)):
        return "for every example"
    if len(axes) == 1:
        return f"along axis {axes[0]}"
    return f"along axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def _texts(facts: OpFacts) -> tuple[str, str, str, str]:
    is_text = facts.inputs[0].dtype == "string" and facts.op.type in _SUMS
    return _JOINED if is_text else BINARY[facts.op.type]


def _of_constants(facts: OpFacts, left: str, right: str, result: str) -> str:
    """The texts if both sides are known single numbers."""
    if facts.op.type in _COMPARED:
        return f"Checks whether {result}."
    sentence = _texts(facts)[1].format(v=right)
    for every in ("every number", "every text"):
        sentence = sentence.replace(every, left)
    return f"Takes the {_LIMITS[facts.op.type]} of {left} and {right}." if facts.op.type in _LIMITS else f"{sentence}."


def _with_constant(facts: OpFacts, left: str, right: str) -> str:
    """The texts if one side is a known single number."""
    texts, value = _texts(facts), right or left
    index = 1 if right else 2
    is_number = facts.inputs[0].dtype != "string"
    if is_number and value.startswith("-") and facts.op.type in _SUMS:
        texts, value, index = BINARY["Sub"], value[1:], 1  # x + -1 is x - 1, and so is -1 + x
    elif is_number and right.startswith("-") and facts.op.type == "Sub":
        texts, value = BINARY["AddV2"], right[1:]
    sentence = texts[index].format(v=value)
    if facts.op.outputs[0].shape != ():
        return f"{sentence}: {output_amount(facts)}."
    if facts.op.type in _LIMITS:
        return f"Takes the {_LIMITS[facts.op.type]} of the number and {value}."
    return f"{sentence.replace('every', 'the')}."


def _signed(text: str) -> str:
    """A number on the right of a sign: `(-36)`."""
    return f"({text})" if text.startswith("-") else text


def _scalar_text(facts: OpFacts, port: int) -> str:
    value = facts.constant(port)
    if value is None or isinstance(value, (list, tuple)) or facts.inputs[port].shape != ():
        return ""
    return f'"{value}"' if isinstance(value, str) else format_value(value)

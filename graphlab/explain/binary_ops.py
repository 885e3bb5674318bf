"""Words for ops with two inputs that work number by number: +, ×, <, a constant on one side, repeated inputs."""

from __future__ import annotations

from graphlab.explain.facts import OpFacts, brackets, format_value
from graphlab.explain.wording import Phrase, amount

# Two inputs, number by number: (both tensors, a constant {v} on the right, on the left, formula).
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
        "Takes the larger of two numbers",
        "Raises every number below {v} to {v}",
        "Raises every number below {v} to {v}",
        "max({a}, {b})",
    ),
    "Minimum": (
        "Takes the smaller of two numbers",
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


def binary_phrase(facts: OpFacts) -> Phrase:
    """The words for an op of BINARY."""
    both, constant_right, constant_left, formula = BINARY[facts.op.type]
    left, right = (_scalar_text(facts, port) for port in (0, 1))
    output = amount(facts.op.outputs[0])
    if right or left:
        sentence = (constant_right if right else constant_left).format(v=right or left)
        alone = facts.op.outputs[0].shape == ()
        sentence = f"{sentence.replace('every', 'the')}." if alone else f"{sentence}: {output}."
    else:
        sentence = f"{both}, number by number: {output}.{_repeated(facts)}"
    shapes = {"a": left or brackets(facts.inputs[0]), "b": right or brackets(facts.inputs[1])}
    return Phrase(sentence, f"{formula.format(**shapes)} → {brackets(facts.op.outputs[0])}")


def _scalar_text(facts: OpFacts, port: int) -> str:
    value = facts.constant(port)
    return "" if value is None or isinstance(value, (list, tuple)) else format_value(value)


def _repeated(facts: OpFacts) -> str:
    """A second sentence where one of two inputs is smaller than the result."""
    output = facts.op.outputs[0].shape
    smaller = [tensor for tensor in facts.inputs if tensor.shape is not None and tensor.shape != output]
    if output is None or len(smaller) != 1:
        return ""
    if smaller[0].shape == ():
        return " The single number is used for all of them."
    return f" The smaller one, {brackets(smaller[0])}, is repeated to fit."

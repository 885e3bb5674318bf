"""MathML trees, and how they are read as plain text. Knows no numbers and no ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypedDict

_SPACED = frozenset("+−-×·⋅=<>≤≥⩽⩾≠∈∋⊙") | {"+=", "mod"}
_OPENING = frozenset("([|,⌊⌈")
_LARGE = ("∑", "max", "min")
_RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class MathNode(TypedDict):
    """One element of MathML."""

    tag: str
    attributes: dict[str, str]
    children: list[MathNode | str]


class ExpressionJson(TypedDict):
    """A formula in an answer: MathML as a tree, TeX for copying, plain text for screen readers."""

    mathml: MathNode
    tex: str
    text: str


Parts: TypeAlias = "list[MathNode | str]"


def plain(tree: MathNode) -> str:
    """A formula as plain text: `x² × y`, `∂output/∂y = 10`."""
    return _READERS.get(tree["tag"], _row)(tree["children"])


def _one(part: MathNode | str) -> str:
    return part if isinstance(part, str) else plain(part)


def _row(parts: Parts) -> str:
    """Binary operators with spaces around them, signs without."""
    text, before = "", "("
    for part in parts:
        word = _one(part)
        is_operator = not isinstance(part, str) and part["tag"] == "mo" and "lspace" not in part["attributes"]
        is_sign = word in ("−", "-") and (before in _SPACED or before in _OPENING)
        if is_operator and word in _SPACED and not is_sign:
            text = f"{text.rstrip()} {word} "
        elif word.isalpha() and len(word) > 1 and _is_function(part):
            text += f"{word} "
        else:
            text += f"{word} " if word == "," else word
        before = word
    return text.rstrip() if len(parts) > 1 else text


def _is_function(part: MathNode | str) -> bool:
    """Whether a part is the name of a function, such as ln, which is followed by its argument."""
    return not isinstance(part, str) and part["children"][0] in (
        "ln",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arctan",
        "sign",
    )


def _fraction(parts: Parts) -> str:
    above, below = map(_one, parts)
    return f"{_grouped(above)}/{_grouped(below)}"


def _power(parts: Parts) -> str:
    base, power = _one(parts[0]), _one(parts[1])
    if power == "⊤":
        return f"{base}ᵀ"
    if power.lstrip("−").isdigit():
        return f"{base}{power.translate(_RAISED)}"
    return f"{base}^{_grouped(power)}"


def _index(parts: Parts) -> str:
    base = _one(parts[0])
    return f"{base}[{_one(parts[1])}]{' ' * (base in _LARGE)}"


def _index_and_power(parts: Parts) -> str:
    return _power([_index(parts[:2]).rstrip(), parts[2]])


def _lines(parts: Parts) -> str:
    return ", ".join(f"[{_one(part)}]" for part in parts)


def _grouped(text: str) -> str:
    """The text in brackets if it has several terms."""
    return f"({text})" if " " in text else text


_READERS: dict[str, Callable[[Parts], str]] = {
    "mfrac": _fraction,
    "msup": _power,
    "msub": _index,
    "munder": _index,
    "msubsup": _index_and_power,
    "msqrt": lambda parts: f"√{_grouped(_row(parts))}",
    "mover": lambda parts: f"{_one(parts[0])}\u0302",
    "mtable": lambda parts: _one(parts[0]) if len(parts) == 1 else _lines(parts),
    "mtr": lambda parts: ", ".join(map(_one, parts)),
    "mspace": lambda parts: " ",
}

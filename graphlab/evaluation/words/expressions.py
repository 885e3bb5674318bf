"""Formulas as MathML trees with TeX and plain text beside them, built from numbers, names and templates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphlab.evaluation.result import Array
from graphlab.evaluation.words.plain_text import ExpressionJson, MathNode, plain
from graphlab.number_text import value_text

_SPECIAL = re.compile(r"([\\{}_^#%&$~])")
_OPENS = ("(", "[", "|", ",", "<", ">", "=", "≥", "≤")
BARE_PARENTS = ("mfrac", "msqrt")


@dataclass(frozen=True)
class Expression:
    """A part of a formula. `is_compound` if it needs brackets as a factor, such as a negative number."""

    tree: MathNode
    tex: str
    is_compound: bool = False

    @property
    def text(self) -> str:
        """The formula as plain text."""
        return plain(self.tree)

    def to_json(self) -> ExpressionJson:
        """What the page draws."""
        children = self.tree["children"] if self.tree["tag"] == "mrow" else [self.tree]
        tree = node("math", *children)
        return {"mathml": tree, "tex": self.tex, "text": self.text}


def node(tag: str, *children: MathNode | str, **attributes: str) -> MathNode:
    """One MathML element."""
    return {"tag": tag, "attributes": attributes, "children": [*children]}


def number(value: float | bool | np.generic) -> Expression:
    """A number in short form, with a true minus and a power of ten; true and false for truth values."""
    if isinstance(value, bool | np.bool_):
        word = "true" if value else "false"
        return Expression(node("mtext", word), rf"\text{{{word}}}")
    real = float(value)
    if math.isnan(real):
        return Expression(node("mtext", "NaN"), r"\text{NaN}")
    sign = "−" if real < 0 else ""
    if math.isinf(real):
        return Expression(node("mn", f"{sign}∞"), rf"{'-' * bool(sign)}\infty", bool(sign))
    digits, _, exponent = _digits(abs(real)).partition("e")
    if not exponent:
        return Expression(node("mn", sign + digits), f"{'-' * bool(sign)}{digits}", bool(sign))
    power = node("msup", node("mn", "10"), node("mn", str(int(exponent)).replace("-", "−")))
    tree = node("mrow", node("mn", sign + digits), node("mo", "×"), power)
    return Expression(tree, rf"{'-' * bool(sign)}{digits} \times 10^{{{int(exponent)}}}", is_compound=True)


def _digits(value: float) -> str:
    """Whole numbers below a million in full; others with four digits."""
    return f"{value:.0f}" if value < 1e6 and value == round(value) else value_text(value)


def name(text: str, position: Sequence[int] = ()) -> Expression:
    """What a tensor is called; with a position, one number of it."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    tex = rf"\text{{{escaped}}}"
    if not position:
        return Expression(node("mi", text), tex)
    indices = ",".join(map(str, position))
    return Expression(node("msub", node("mi", text), node("mtext", indices)), f"{tex}_{{{indices}}}")


def symbol(text: str, tex: str = "") -> Expression:
    """An operator such as = or +; a tight one has no space around it."""
    return Expression(node("mo", text), tex or text)


IS = Expression(node("mtext", "\u00a0is\u00a0"), r"\text{ is }")
EQUALS, PLUS, ADDS = symbol("="), symbol("+"), symbol("+=")
DOT, DOTS = symbol("·", r"\cdot"), symbol("…", r"\ldots")
TIGHT_DOT = Expression(node("mo", "·", lspace="0", rspace="0"), r"\cdot")
G = Expression(node("mi", "G"), "G")


def row(*parts: Expression) -> Expression:
    """The parts one after the other."""
    return Expression(node("mrow", *(part.tree for part in parts)), " ".join(part.tex for part in parts))


def factor(part: Expression) -> Expression:
    """The part, in brackets if it needs them beside a multiplication sign."""
    return row(symbol("("), part, symbol(")")) if part.is_compound else part


def transposed(part: Expression) -> Expression:
    """A matrix with rows and columns exchanged."""
    return Expression(node("msup", part.tree, node("mo", "⊤")), rf"{part.tex}^{{\top}}")


def over(above: Expression, below: Expression) -> Expression:
    """A fraction."""
    return Expression(node("mfrac", above.tree, below.tree), rf"\frac{{{above.tex}}}{{{below.tex}}}")


def partial(target: Expression, of: Expression) -> Expression:
    """∂target/∂of."""
    delta = symbol("∂", r"\partial")
    return over(row(delta, target), row(delta, of))


def joined(parts: Sequence[Expression], sign: Expression = PLUS) -> Expression:
    """The parts with a sign between them."""
    return row(*(one for index, part in enumerate(parts) for one in ([sign, part] if index else [part])))


def matrix(array: Array) -> Expression:
    """A vector as one row, a matrix as rows, in brackets."""
    lines = array.reshape(1, -1) if array.ndim < 2 else array
    cells = [[number(value) for value in line] for line in lines]
    table = node("mtable", *(node("mtr", *(node("mtd", cell.tree) for cell in line)) for line in cells))
    tex = r" \\ ".join(" & ".join(cell.tex for cell in line) for line in cells)
    tree = node("mrow", node("mo", "["), table, node("mo", "]"))
    return Expression(tree, rf"\begin{{bmatrix}} {tex} \end{{bmatrix}}")


def fill(template: MathNode, tex: str, parts: Mapping[str, Expression]) -> Expression:
    """A template with a part for each placeholder: @a by `parts["a"]`. `tex` is what the template was made of."""
    filled_tex = re.sub(r"@([a-z])", lambda match: f"{{{factor(parts[match[1]]).tex}}}", tex)
    tree = _filled(template, parts, is_bare=True)
    signs = [child["children"][0] for child in tree["children"] if not isinstance(child, str) and child["tag"] == "mo"]
    return Expression(tree, filled_tex, is_compound=bool(set(signs) & {"+", "−", "-"}) or _is_choice(tree))


def _is_choice(tree: MathNode) -> bool:
    return any(not isinstance(child, str) and child["tag"] == "mtext" for child in tree["children"])


def _filled(tree: MathNode, parts: Mapping[str, Expression], *, is_bare: bool) -> MathNode:
    """The tree with its placeholders filled; a part that needs brackets gets them unless the place is bare."""
    children = tree["children"]
    if tree["tag"] == "mtext" and isinstance(children[0], str) and children[0].startswith("@"):
        part = parts[children[0][1:]]
        return part.tree if is_bare else factor(part).tree
    bare = _bare_places(tree, is_bare=is_bare)
    return {
        **tree,
        "children": [
            child if isinstance(child, str) else _filled(child, parts, is_bare=place)
            for child, place in zip(children, bare, strict=True)
        ],
    }


def _bare_places(tree: MathNode, *, is_bare: bool) -> Iterator[bool]:
    """For each child whether a sum or a negative number can stand there without brackets."""
    children, tag = tree["children"], tree["tag"]
    for index in range(len(children)):
        if tag == "mrow" and len(children) == 1:
            yield is_bare
        elif tag == "mrow":
            before = _sign(children[index - 1]) if index else "("
            yield before in _OPENS
        else:
            yield tag in BARE_PARENTS or (tag in ("msup", "msub", "msubsup") and index > 0)


def _sign(child: MathNode | str) -> str:
    return "" if isinstance(child, str) or child["tag"] != "mo" else str(child["children"][0])

"""The characters that a browser draws for a formula."""

from __future__ import annotations

from graphlab.evaluation.words.plain_text import MathNode
from tests.make_math_font import italic


def shown_characters(tree: MathNode) -> set[str]:
    """The characters of all texts of a formula; an identifier of one letter is drawn in italics."""
    shown: set[str] = set()
    for child in tree["children"]:
        if not isinstance(child, str):
            shown |= shown_characters(child)
        elif tree["tag"] == "mi" and len(child) == 1 and child.isalpha():
            shown.add(italic(child))
        else:
            shown |= set(child)
    return shown

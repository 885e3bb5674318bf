"""Writes the packaged font of formulas, a part of DejaVu Math TeX Gyre: `python -m tests.make_math_font`.

Debian's package fonts-dejavu-extra has that font. Without a font that has an OpenType MATH table, a browser draws no
roots and no tall brackets.
"""

from __future__ import annotations

import json
import string
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from graphlab.evaluation.words.formulas import MATHML_FILE
from graphlab.packaged import packaged_dir

DEBIAN_FILE = Path("/usr/share/fonts/truetype/dejavu/DejaVuMathTeXGyre.ttf")
FONT_FILE = packaged_dir("assets") / "styles" / "math.woff2"
PRINTABLE = frozenset(map(chr, range(ord(" "), ord("~") + 1)))
GREEK = frozenset("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω")
# What the words about an op put between numbers and names.
OPERATORS = frozenset("−×·⋅∂…∞⊤≤≥⩽⩾∈∋∑√⊙")
ITALIC_STARTS = {"A": 0x1D434, "a": 0x1D44E, "Α": 0x1D6E2, "α": 0x1D6FC}  # by the first letter of each alphabet


def characters() -> frozenset[str]:
    """Every character that a formula can show, except those of names in other scripts."""
    letters = GREEK | frozenset(string.ascii_letters)
    return PRINTABLE | GREEK | OPERATORS | template_characters() | frozenset(map(italic, letters))


def template_characters() -> frozenset[str]:
    """The characters of the packaged MathML."""
    formulas = json.loads(MATHML_FILE.read_text(encoding="utf-8")).values()
    return frozenset("".join(text for formula in formulas for text in ET.fromstring(formula).itertext()))


def italic(letter: str) -> str:
    """The character that a browser draws for an identifier of one letter."""
    if letter == "h":
        return "ℎ"  # older than the block of the other letters, which has a gap for it
    first = max(start for start in ITALIC_STARTS if start <= letter)
    return chr(ITALIC_STARTS[first] + ord(letter) - ord(first))


def make(source: Path, target: Path, wanted: Iterable[str]) -> None:
    """Write these characters of the font with their variants and the parts of tall ones, as WOFF2."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, notdef_outline=True)
    options.drop_tables = [*options.drop_tables, "FFTM"]  # FontForge's own dates
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    """Write the font, or say what is missing."""
    if not DEBIAN_FILE.is_file():
        sys.exit(f"{DEBIAN_FILE} does not exist; install Debian's package fonts-dejavu-extra")
    make(DEBIAN_FILE, FONT_FILE, characters())


if __name__ == "__main__":
    main()

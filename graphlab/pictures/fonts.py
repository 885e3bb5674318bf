"""The fonts of painted pictures: DejaVu, which matplotlib includes, and installed fonts for missing letters."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font

from graphlab.pictures.shapes import Font

SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"
REGULAR = 400

Families = tuple[str, ...]  # of further fonts, in the order in which they are searched for a letter


def families_for(texts: Iterable[str]) -> Families:
    """The installed families with the letters of these texts that DejaVu lacks; letters in no family stay blank."""
    base = _open(fontManager.findfont(FontProperties(family=SANS)))
    missing = {ord(letter) for text in texts for letter in text if not (base and base.get_char_index(ord(letter)))}
    families = []
    for name, file in installed():
        if not missing:
            break
        font = _open(file)
        codes = {code for code in missing if font.get_char_index(code)} if font and font.scalable else set()
        if codes:
            families.append(name)
            missing -= codes
    return tuple(families)


def properties(font: Font, size_pt: float, families: Families) -> FontProperties:
    """The font in the form in which matplotlib looks it up."""
    first = MONO if font.mono else SANS
    return FontProperties(family=[first, *families], weight="bold" if font.bold else "normal", size=size_pt)


def installed() -> list[tuple[str, str]]:
    """(family, file) of every installed upright family, sans-serif ones first."""
    files: dict[str, str] = {}
    for entry in sorted(fontManager.ttflist, key=lambda entry: ("Sans" not in entry.name, entry.name, entry.fname)):
        if entry.weight == REGULAR and entry.style == "normal" and not entry.name.startswith("DejaVu"):
            files.setdefault(entry.name, entry.fname)
    return list(files.items())


def _open(file: str) -> FT2Font | None:
    try:
        return get_font(file)
    except (OSError, RuntimeError):  # a font file that FreeType cannot read
        return None

"""The packaged font has every character of the formulas, and what roots and tall brackets are drawn with."""

from __future__ import annotations

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from graphlab.evaluation.words import expressions
from graphlab.evaluation.words.expressions import Expression, matrix, name, number, over, partial, row, transposed
from tests.evaluation.words.shown import shown_characters
from tests.make_math_font import DEBIAN_FILE, FONT_FILE, characters, make, template_characters

X = name("x", (0, 12))
RENEW = "run python -m tests.make_math_font"


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(FONT_FILE)


def test_the_font_is_current(font):
    assert set(map(chr, font.getBestCmap())) == characters(), RENEW


def test_the_font_has_the_characters_of_the_packaged_formulas(font):
    assert template_characters() <= set(map(chr, font.getBestCmap())), RENEW


@pytest.mark.parametrize(
    "formula",
    [
        *(number(value) for value in (-1.25e-30, 7, float("nan"), float("-inf"), True)),
        matrix(np.array([[1.5, -2.0], [3.0, 4.0]])),
        row(transposed(name("W")), over(partial(X, name("h")), X)),
        *(one for one in vars(expressions).values() if isinstance(one, Expression)),
    ],
    ids=lambda formula: formula.text,
)
def test_the_font_has_the_characters_that_words_put_into_formulas(font, formula):
    assert shown_characters(formula.tree) <= set(map(chr, font.getBestCmap())), RENEW


@pytest.mark.parametrize("sign", "()[]|√")
def test_brackets_and_roots_have_taller_forms(font, sign):
    variants = font["MATH"].table.MathVariants
    glyphs = variants.VertGlyphCoverage.glyphs

    tall = variants.VertGlyphConstruction[glyphs.index(font.getBestCmap()[ord(sign)])]
    assert len(tall.MathGlyphVariantRecord) > 2
    assert tall.GlyphAssembly is not None


def test_the_font_states_its_copyright(font):
    assert "Bitstream" in font["name"].getDebugName(0)


@pytest.mark.skipif(not DEBIAN_FILE.is_file(), reason="fonts-dejavu-extra is not installed")
def test_the_font_is_what_the_command_makes(font, tmp_path):
    make(DEBIAN_FILE, tmp_path / "math.woff2", characters())

    remade = TTFont(tmp_path / "math.woff2")
    for tag in ("head", "cmap", "glyf", "MATH"):
        assert remade.getTableData(tag) == font.getTableData(tag), RENEW

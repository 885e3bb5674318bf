"""Writes the MathML of the formulas in graphlab/evaluation/words/formulas: `python -m tests.make_mathml`."""

from __future__ import annotations

import json
import re
from importlib import import_module

from graphlab.evaluation.words.formulas import MATHML_FILE, all_tex


def mathml_text() -> str:
    """The contents of mathml.json: MathML by TeX. A placeholder @a is the text "@a" in it."""
    convert = import_module("latex2mathml.converter").convert
    texts = {tex: convert(re.sub(r"@([a-z])", r"{\\text{@\1}}", tex)) for tex in sorted(set(all_tex()))}
    return json.dumps(texts, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    MATHML_FILE.write_text(mathml_text(), encoding="utf-8")

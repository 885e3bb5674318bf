"""Texts that few graphs need, loaded on demand."""

from __future__ import annotations

import re
from functools import cache

from graphlab.explain.texts.arrays import ARRAY_TEXTS
from graphlab.explain.texts.images import IMAGE_TEXTS
from graphlab.explain.texts.mathematics import MATH_TEXTS
from graphlab.explain.texts.randoms import RANDOM_TEXTS
from graphlab.explain.texts.sparse import SPARSE_TEXTS
from graphlab.explain.texts.state import STATE_TEXTS
from graphlab.explain.texts.strings import STRING_TEXTS
from graphlab.explain.texts.updates import UPDATE_TEXTS

# A sentence and a formula, as in op_texts.
Text = tuple[str, str]
RARE_TEXTS: dict[str, Text] = {
    **ARRAY_TEXTS,
    **IMAGE_TEXTS,
    **MATH_TEXTS,
    **RANDOM_TEXTS,
    **SPARSE_TEXTS,
    **STATE_TEXTS,
    **STRING_TEXTS,
    **UPDATE_TEXTS,
}


@cache
def rare_text(op_type: str) -> Text | None:
    """The texts for an op type, else those for another version of it; None if there are none."""
    plain = re.sub(r"V\d+$", "", op_type)
    return next((RARE_TEXTS[name] for name in (op_type, plain, *_newer(plain)) if name in RARE_TEXTS), None)


def _newer(op_type: str) -> tuple[str, ...]:
    return tuple(f"{op_type}V{version}" for version in (2, 3, 4, 5))

"""Which forward op a gradient op belongs to, by the names that TensorFlow gives gradient ops."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_TENSORFLOW_1 = re.compile(r"(?:^|/)gradients(?:_\d+)?/(?P<forward>.+)_grad/")
_TENSORFLOW_2 = re.compile(r"^gradient_tape/(?P<forward>.+)$")


def pairs_by_name(names: Sequence[str]) -> Mapping[int, str]:
    """Position of each gradient op → name of its forward op, where the graph holds that.

    `gradients/dense/MatMul_grad/MatMul_1` and `gradient_tape/dense/MatMul/MatMul_1` belong to `dense/MatMul`,
    `gradient_tape/ReluGrad` to `Relu`.
    """
    known = frozenset(names)
    found: dict[int, str] = {}
    for place, name in enumerate(names):
        forward = next((candidate for candidate in _candidates(name) if candidate in known), "")
        if forward:
            found[place] = forward
    return found


def _candidates(name: str) -> list[str]:
    old = _TENSORFLOW_1.search(name)
    if old:
        return [old["forward"]]
    new = _TENSORFLOW_2.match(name)
    return [new["forward"].rpartition("/")[0], new["forward"].removesuffix("Grad")] if new else []

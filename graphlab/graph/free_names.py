"""Finds unused names and ids. Independent of graphs."""

from __future__ import annotations

from collections.abc import Callable, Container
from itertools import count


def free_name(name: str, used_names: Container[str]) -> str:
    """The name, with a number after it if it is used.

    >>> free_name("loss", {"loss"})
    'loss (2)'
    """
    return _first_free(lambda number: f"{name} ({number})" if number > 1 else name, used_names)[1]


def free_id(base: str, used_ids: Container[str]) -> str:
    """The id, with a number after it if it is used. A group's id still ends in a slash.

    >>> free_id("dense", {"dense", "dense#2"})
    'dense#3'
    >>> free_id("dense/", {"dense/"})
    'dense#2/'
    """
    return _first_free(lambda number: _numbered(base, number), used_ids)[1]


class Names:
    """Unique ids for ops: the requested one, numbered if it is used here or around."""

    def __init__(self, around: Names | None = None) -> None:
        self._around = around
        self._ids: set[str] = set()
        self._last: dict[str, int] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._ids or (self._around is not None and name in self._around)

    def free(self, base: str) -> str:
        """An unused id, never empty or like a group's. Many requests for one name take no search."""
        base = base.rstrip("/") or "unnamed"
        number, op_id = _first_free(lambda number: _numbered(base, number), self, self._last.get(base, 1))
        self._last[base] = number
        self._ids.add(op_id)
        return op_id


def _numbered(base: str, number: int) -> str:
    if number == 1:
        return base
    stem = base.removesuffix("/")
    return f"{stem}#{number}{base[len(stem) :]}"


def _first_free(spell: Callable[[int], str], used_names: Container[str], start: int = 1) -> tuple[int, str]:
    """The first number from `start` on whose spelling is unused, and that spelling."""
    return next((number, candidate) for number in count(start) if (candidate := spell(number)) not in used_names)

"""Names and ids that are not taken yet. Knows nothing about graphs."""

from __future__ import annotations

from collections.abc import Callable, Container
from itertools import count


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number after it where it is taken.

    >>> free_name("loss", {"loss"})
    'loss (2)'
    """
    return _first_free(lambda number: f"{name} ({number})" if number > 1 else name, taken)[1]


def free_id(wanted: str, taken: Container[str]) -> str:
    """The id, with a number after it where it is taken. A group's id ends in a slash and continues to.

    >>> free_id("dense", {"dense", "dense#2"})
    'dense#3'
    >>> free_id("dense/", {"dense/"})
    'dense#2/'
    """
    return _first_free(lambda number: _numbered(wanted, number), taken)[1]


class Names:
    """Ids for ops that were given away: the wanted one, numbered where it is taken here or around."""

    def __init__(self, around: Names | None = None) -> None:
        self._around = around
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._taken or (self._around is not None and name in self._around)

    def free(self, wanted: str) -> str:
        """An id that no earlier call has given, never empty nor like a group's. Many of one name take no search."""
        wanted = wanted.rstrip("/") or "unnamed"
        number, found = _first_free(lambda number: _numbered(wanted, number), self, self._last.get(wanted, 1))
        self._last[wanted] = number
        self._taken.add(found)
        return found


def _numbered(wanted: str, number: int) -> str:
    if number == 1:
        return wanted
    stem = wanted.removesuffix("/")
    return f"{stem}#{number}{wanted[len(stem) :]}"


def _first_free(spell: Callable[[int], str], taken: Container[str], start: int = 1) -> tuple[int, str]:
    """The first number from `start` on whose spelling is not taken, and that spelling."""
    return next((number, found) for number in count(start) if (found := spell(number)) not in taken)

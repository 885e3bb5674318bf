"""Names that are not taken yet. Knows nothing about graphs."""

from __future__ import annotations

from collections.abc import Container


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number behind it where it is taken: `loss (2)`."""
    count, found = 1, name
    while found in taken:
        count += 1
        found = f"{name} ({count})"
    return found


class Names:
    """Ids for ops that were given away: the wanted one, numbered where it is taken here or around."""

    def __init__(self, around: Names | None = None) -> None:
        self._around = around
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken or (self._around is not None and name in self._around)

    def free(self, wanted: str) -> str:
        """An id that no earlier call has given, never empty nor like a group's. Many of one name take no search."""
        wanted = wanted.rstrip("/") or "unnamed"
        count, found = self._last.get(wanted, 1), wanted
        while found in self:
            count += 1
            found = f"{wanted}#{count}"
        self._last[wanted] = count
        self._taken.add(found)
        return found

"""The page's view state: the content of its address, and the `view` property of its GraphView."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from graphlab.json_value import JsonObject
from graphlab.view import Open


@dataclass(frozen=True)
class ViewState:
    """The view in an address: a source, one of its graphs, the open groups (None: the default ones), level of detail.

    The open groups are in the form of `spelled_out`. `focus` is the group that is the whole picture ("": the graph),
    `hidden` are the ops and groups left out of it. With `values`, boxes have room for values.
    """

    source: str
    graph: str
    opened: Open | None
    every_op: bool
    focus: str = ""
    hidden: frozenset[str] = frozenset()
    values: bool = False

    @property
    def key(self) -> str:
        """Changes when another graph, or the same one at another level of detail, is shown."""
        return f"{self.source}|{self.graph}|{'all' if self.every_op else 'quiet'}"

    def to_json(self) -> JsonObject:
        """The state in the GraphView's form."""
        return {
            "source": self.source,
            "graph": self.graph or None,
            "open": None if self.opened is None else sorted(self.opened),
            "all": self.every_op,
            "focus": self.focus or None,
            "hide": sorted(self.hidden),
            "values": self.values,
        }


class UnreadableViewError(TypeError):
    """A `view` property that the page cannot have."""


def read_state(data: Mapping[str, object] | None) -> ViewState:
    """The state in the GraphView's `view` property; an empty source means the gallery. Raises UnreadableViewError."""
    try:
        return _read_state(data or {})
    except (TypeError, AttributeError) as error:  # values of other types, which only a forged request has
        raise UnreadableViewError("this is not a view") from error


def _read_state(data: Mapping[str, object]) -> ViewState:
    opened = data.get("open")
    return ViewState(
        source=str(data.get("source") or ""),
        graph=str(data.get("graph") or ""),
        opened=None if opened is None else _ids(opened),
        every_op=bool(data.get("all")),
        focus=str(data.get("focus") or ""),
        hidden=_ids(data.get("hide") or ()),
        values=bool(data.get("values")),
    )


def _ids(value: object) -> frozenset[str]:
    """The ids in a list."""
    if not isinstance(value, Iterable):
        raise TypeError(value)
    return frozenset(map(str, value))


def read_address(params: QueryParams) -> ViewState:
    """The state in a page's address, as url.mjs reads it: no `open` at all means the default groups."""
    opened = [group for group in params.getlist("open") if group] if "open" in params else None
    data = {"source": params.get("source"), "graph": params.get("graph"), "open": opened}
    options = {"all": params.get("all") == "1", "focus": params.get("focus"), "hide": params.getlist("hide")}
    options |= {"values": params.get("values") == "1"}
    return read_state({**data, **options})

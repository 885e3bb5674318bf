"""Rows and sections shared by the details of ops and groups."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from graphlab.explain import format_value
from graphlab.graph import Graph, Group, JsonValue, Source
from graphlab.inspector.parts import CodeLine, Detail, Prose, Row, Section
from graphlab.view import Folded, op_name

Parts = list[Detail]
MOST_LINKS = 12
LONGEST_VALUE = 120  # characters of a setting or an attribute
HIDDEN_SETTINGS = frozenset({"batch_shape", "sparse", "ragged"})
_NULL = re.compile(r'("(?:[^"\\]|\\.)*")|null')  # an unknown size; inside quotes it is an ordinary word


def section(title: str, parts: Sequence[Detail]) -> Parts:
    """A section of these parts; nothing if there are none."""
    return [Section(title, tuple(parts))] if parts else []


def setting_rows(group: Group) -> Parts:
    """A layer's own settings."""
    return [
        Row(key.replace("_", " "), plain(value))
        for key, value in group.settings.items()
        if key not in HIDDEN_SETTINGS and value not in ("", [], {})
    ]


def plain(value: JsonValue) -> str:
    """A setting or attribute in readable form: 0.001 for float32's 0.0010000000474974513, ? for an unknown size."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return format_value(value)
    text = _NULL.sub(lambda match: match[1] or "?", json.dumps(_rounded(value), ensure_ascii=False))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _rounded(value: JsonValue) -> JsonValue:
    """The value with the numbers in its lists and tables in the form of `plain`."""
    if isinstance(value, float):
        return float(format_value(value))
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def code_lines(graph: Graph, source: Source | None) -> Parts:
    """The user's line that made something."""
    if source is None:
        return []
    text = graph.facts.code.get(source.file, {}).get(source.line, "")
    return [CodeLine(Path(source.file).name, source.line, text)]


def link(folded: Folded, op_id: str, n: str, value: str, *, mono: bool = False) -> Row:
    """A row that links to the box that represents an op."""
    stand_in = folded.graph.op(folded.stands_for[op_id])
    return Row(op_name(folded, stand_in), value, stand_in.id, n, mono)


def more(count: int, most: int = MOST_LINKS) -> Parts:
    """How many rows are left out after the first ones."""
    return [Prose(f"and {count - most:,} more")] if count > most else []

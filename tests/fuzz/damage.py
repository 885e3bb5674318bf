"""Ways to damage a file, drawn by hypothesis."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(),
    st.text(max_size=40),
    st.just("../../etc/passwd"),
    st.just([]),
    st.just({}),
    st.just({"module": "os", "class_name": "system", "config": {}, "registered_name": None}),
)


@st.composite
def damaged(draw: Draw, good: bytes) -> bytes:
    """The bytes of a good file with something wrong with them."""
    return draw(st.sampled_from(_WAYS))(draw, good)


def _cut(draw: Draw, good: bytes) -> bytes:
    return good[: draw(st.integers(0, max(len(good) - 1, 0)))]


def _flip(draw: Draw, good: bytes) -> bytes:
    changed = bytearray(good)
    for place in draw(st.lists(st.integers(0, max(len(good) - 1, 0)), min_size=1, max_size=8)):
        if changed:
            changed[place] = draw(st.integers(0, 255))
    return bytes(changed)


def _insert(draw: Draw, good: bytes) -> bytes:
    place = draw(st.integers(0, len(good)))
    return good[:place] + draw(st.binary(min_size=1, max_size=64)) + good[place:]


def _repeat(draw: Draw, good: bytes) -> bytes:
    first, last = sorted((draw(st.integers(0, len(good))), draw(st.integers(0, len(good)))))
    return good[:last] + good[first:last] * draw(st.integers(1, 3)) + good[last:]


def _random(draw: Draw, good: bytes) -> bytes:
    return draw(st.binary(max_size=2048))


def _inside(draw: Draw, good: bytes) -> bytes:
    """Another value somewhere in JSON, also in the JSON inside an archive; other files lose a part."""
    if good[:2] == b"PK":
        return _in_archive(draw, good)
    try:
        tree = json.loads(good)
    except ValueError:
        return _cut(draw, _flip(draw, good))
    return json.dumps(_changed(draw, tree)).encode()


def _in_archive(draw: Draw, good: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            data = old.read(name)
            if name == chosen:
                data = (
                    json.dumps(_changed(draw, json.loads(data))).encode()
                    if name.endswith(".json")
                    else _flip(draw, data)
                )
            new.writestr(name, data)
    return made.getvalue()


def _changed(draw: Draw, tree: Any) -> Any:
    """The tree with one value replaced; walks down a drawn way."""
    holder, key, node = None, None, tree
    for _ in range(draw(st.integers(1, 12))):
        keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        if not keys:
            break
        holder, key = node, draw(st.sampled_from(keys))
        node = holder[key]
    if holder is None:
        return draw(ODD)
    if draw(st.booleans()):
        holder[key] = draw(ODD)
    else:
        del holder[key]
    return tree


_WAYS = (_cut, _flip, _insert, _repeat, _random, _inside, _inside)

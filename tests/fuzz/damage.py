"""Ways to damage a file. The same number gives the same damage."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.fuzz.protos import changed, parse
from tests.fuzz.records import in_records, records_of

Way = Callable[[Random, bytes], bytes]

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    -(2**63),
    10**400,
    float("inf"),
    float("nan"),
    "",
    "a",
    "é\u0000\u202e",
    "x" * 4000,
    "../../etc/passwd",
    [],
    {},
    [[]],
    [None, None],
    {"a": {"b": []}},
    {"module": "os", "class_name": "system", "config": {}, "registered_name": None},
    {"class_name": "Dense", "config": {"units": -1}},
    {"class_name": "__tensor__", "config": {"value": [[1], [2, 3]], "dtype": "nonsense"}},
)
# Numbers that lengths and counts are often misread as.
LENGTHS = (0x00, 0x01, 0x7F, 0x80, 0xFF)


def damaged(number: int, good: bytes) -> bytes:
    """The bytes of a good file with something wrong with them."""
    random = Random(number)
    return random.choice(_WAYS)(random, good)


def _place(random: Random, good: bytes) -> int:
    return random.randrange(len(good)) if good else 0


def _cut(random: Random, good: bytes) -> bytes:
    return good[: _place(random, good)]


def _flip(random: Random, good: bytes) -> bytes:
    changed = bytearray(good)
    for _ in range(random.randint(1, 8) if good else 0):
        changed[_place(random, good)] = random.choice((random.randrange(256), random.choice(LENGTHS)))
    return bytes(changed)


def _insert(random: Random, good: bytes) -> bytes:
    place = _place(random, good)
    return good[:place] + random.randbytes(random.randint(1, 64)) + good[place:]


def _remove(random: Random, good: bytes) -> bytes:
    place = _place(random, good)
    return good[:place] + good[place + random.randint(1, 64) :]


def _repeat(random: Random, good: bytes) -> bytes:
    first, last = sorted((_place(random, good), _place(random, good)))
    return good[:last] + good[first:last] * random.randint(1, 3) + good[last:]


def _swap(random: Random, good: bytes) -> bytes:
    """Two parts of the file in each other's place."""
    first, second, third = sorted(_place(random, good) for _ in range(3))
    return good[:first] + good[second:third] + good[first:second] + good[third:]


def _random(random: Random, good: bytes) -> bytes:
    return random.randbytes(random.randint(0, 2048))


def _inside(random: Random, good: bytes) -> bytes:
    """Damage that leaves what is around it whole: another value in JSON, a message, a record, a line of text."""
    for fits, way in _INSIDE:
        if fits(good):
            return way(random, good)
    return random.choice((_cut, _flip))(random, good)


def _in_json(random: Random, good: bytes) -> bytes:
    return json.dumps(_changed(random, json.loads(good))).encode()


def _in_lines(random: Random, good: bytes) -> bytes:
    """Lines of a text that are gone, doubled, moved or say something else."""
    lines = good.split(b"\n")
    for _ in range(random.randint(1, 3)):
        place, other = random.randrange(len(lines)), random.randrange(len(lines))
        how = random.randrange(4)
        if how == 0:
            lines[place : place + 1] = []
        elif how == 1:
            lines.insert(place, lines[other])
        elif how == 2:
            lines[place], lines[other] = lines[other], lines[place]
        else:
            key, colon, _ = lines[place].partition(b":")
            lines[place] = key + colon + random.choice(_WORDS)
        lines = lines or [b""]
    return b"\n".join(lines)


_WORDS = (
    b' ""',
    b" 7",
    b" -1",
    b" DT_FLOAT",
    b' "x"',
    b" true",
    b" 99999999999999999999",
    b" {",
    b"",
    b' "while/body"',
)


def _in_archive(random: Random, good: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = random.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            if name == chosen and name.endswith(".json"):
                data = json.dumps(_changed(random, json.loads(data))).encode()
            elif name == chosen:
                data = _flip(random, data)
            new.writestr(name, data)
    return made.getvalue()


def _in_text(random: Random, good: bytes) -> bytes:
    """The JSON text that an HDF5 file holds as an attribute, with a value of the same length; else bytes."""
    place = good.find(b'{"')
    if place < 0:
        return random.choice((_cut, _flip))(random, good)
    changed = bytearray(good)
    for _ in range(random.randint(1, 4)):
        at = min(place + random.randrange(2000), len(good) - 1)
        changed[at] = random.choice(b'0123456789"{}[],:ntf-')
    return bytes(changed)


def _changed(random: Random, tree: Any) -> Any:
    """The tree with one to three values replaced, removed or moved; walks down a drawn way."""
    for _ in range(random.randint(1, 3)):
        holder, key, node = None, None, tree
        for _ in range(random.randint(1, 12)):
            keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
            if not keys:
                break
            holder, key = node, random.choice(keys)
            node = holder[key]
        if holder is None:
            return random.choice(ODD)
        how = random.random()
        if how < 0.6:
            holder[key] = deepcopy(random.choice(ODD))  # what is put in may be changed further
        elif how < 0.9:
            del holder[key]
        else:
            holder[key] = [node, node] if isinstance(holder, list) else {str(key): node}
    return tree


_INSIDE: tuple[tuple[Callable[[bytes], bool], Way], ...] = (
    (lambda good: good[:2] == b"PK", _in_archive),
    (lambda good: good[:4] == b"\x89HDF", _in_text),
    (lambda good: good[:1] == b"{", _in_json),
    (lambda good: good[:4].isalpha() and good[:8].decode("latin-1").isprintable(), _in_lines),
    (lambda good: bool(records_of(good)), lambda random, good: in_records(random, records_of(good))),
    (lambda good: good[4:8] != b"TFL3" and bool(parse(good)), changed),
)
_WAYS: tuple[Way, ...] = (_cut, _flip, _flip, _insert, _remove, _repeat, _swap, _random, *(_inside,) * 10)

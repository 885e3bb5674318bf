"""Damage inside protocol buffers that keeps the enclosing lengths correct, so that the inside is parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MOST_DEPTH = 12
ODD_NUMBERS = (0, 1, 2, 7, 127, 128, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
ODD_BYTES = (b"", b"a", b"/", b"^", b"x" * 3000, b"\xff\xfe", b"a:0", b"while/body", b"\x00" * 8, "é".encode())


@dataclass(frozen=True)
class Field:
    """A field of a message: a number, or bytes, which may be a message themselves."""

    number: int
    kind: int
    value: int | bytes


def parse(data: bytes) -> list[Field] | None:
    """The fields of a message; None where the bytes are none."""
    found: list[Field] = []
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind, number = key & 7, key >> 3
        if place < 0 or not number or kind not in (VARINT, FIXED64, BYTES, FIXED32):
            return None
        value: int | bytes
        if kind == VARINT:
            value, place = _varint(data, place)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(kind, -1)
            if kind == BYTES:
                size, place = _varint(data, place)
            if place < 0 or place + size > len(data):
                return None
            value, place = data[place : place + size], place + size
        if place < 0:
            return None
        found.append(Field(number, kind, value))
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place and the place after it, -1 where it has no end."""
    value = shift = 0
    while 0 <= place < len(data) and shift < 70:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
    return 0, -1


def write(fields: Sequence[Field]) -> bytes:
    """The fields as a message."""
    parts = []
    for field in fields:
        parts.append(_encoded(field.number << 3 | field.kind))
        if isinstance(field.value, int):
            parts.append(_encoded(field.value))
        else:
            parts += [_encoded(len(field.value))] if field.kind == BYTES else []
            parts.append(field.value)
    return b"".join(parts)


def _encoded(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def changed(random: Random, data: bytes) -> bytes:
    """The message with one to three fields somewhere in it changed."""
    for _ in range(random.randint(1, 3)):
        data = _changed(random, data, random.randint(0, MOST_DEPTH))
    return data


def _changed(random: Random, data: bytes, depth: int) -> bytes:
    fields = parse(data)
    if not fields:
        return data
    place = random.randrange(len(fields))
    field = fields[place]
    inner = parse(field.value) if depth and isinstance(field.value, bytes) and field.kind == BYTES else None
    if inner and random.random() < 0.9:
        made = _changed(random, bytes(field.value), depth - 1) if isinstance(field.value, bytes) else b""
        fields[place] = Field(field.number, BYTES, made)
    else:
        fields[place : place + 1] = _other(random, field, fields)
    return write(fields)


def _other(random: Random, field: Field, fields: Sequence[Field]) -> list[Field]:
    """What stands in the place of a field."""
    how = random.randrange(6)
    if how == 0:
        return []
    if how == 1:
        return [field, field]
    if how == 2:
        return [Field(random.choice((1, 2, 3, 4, 5, 6, 7, 11, 20)), field.kind, field.value)]
    if how == 3:
        return [random.choice(list(fields)), field]
    if isinstance(field.value, int):
        return [Field(field.number, field.kind, random.choice((*ODD_NUMBERS, random.randrange(64))))]
    if field.kind != BYTES:
        return [Field(field.number, field.kind, random.randbytes(len(field.value)))]
    if how == 4 and field.value:
        flipped = bytearray(field.value)
        flipped[random.randrange(len(flipped))] = random.randrange(256)
        return [Field(field.number, BYTES, bytes(flipped))]
    return [Field(field.number, BYTES, random.choice((*ODD_BYTES, random.randbytes(random.randint(0, 24)))))]

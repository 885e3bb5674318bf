"""Damage inside the records of an event file that keeps their checksums correct."""

from __future__ import annotations

import struct
from random import Random

from tests.fuzz.protos import changed

HEAD = 12  # length and its checksum
POLYNOMIAL = 0x82F63B78


def _table() -> list[int]:
    found = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (POLYNOMIAL if byte & 1 else 0)
        found.append(byte)
    return found


_TABLE = _table()


def checksum(data: bytes) -> int:
    """TFRecord's masked CRC-32C."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records_of(data: bytes) -> list[bytes]:
    """The records of a whole file; [] where it is none."""
    found, place = [], 0
    while place + HEAD <= len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        if place + HEAD + length + 4 > len(data):
            return []
        found.append(data[place + HEAD : place + HEAD + length])
        place += HEAD + length + 4
    return found if place == len(data) else []


def in_records(random: Random, records: list[bytes]) -> bytes:
    """The file with one of its records changed."""
    place = random.randrange(len(records))
    records = [*records[:place], changed(random, records[place]), *records[place + 1 :]]
    return b"".join(map(_framed, records))


def _framed(record: bytes) -> bytes:
    length = struct.pack("<Q", len(record))
    return length + struct.pack("<I", checksum(length)) + record + struct.pack("<I", checksum(record))

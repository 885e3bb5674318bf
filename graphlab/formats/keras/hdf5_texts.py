"""Texts of HDF5 files, which may be damaged: libhdf5 hangs or crashes when it reads some of them."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.faults import MEND

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"GCOL\x01\x00\x00\x00"  # global heap, version 1
HEAD_BYTES = 16  # the header of a heap, and of each object in it
LEAST_BYTES = 4096  # of a heap
MOST_SEARCHED_BYTES = 256 * 2**20  # Keras writes its texts at the start


def check_heaps(path: Path) -> None:
    """Raise FormatError if an object in a heap has no size or reaches past the heap.

    libhdf5 (1.14) walks such a heap in an endless loop: sizes near 2**64 overflow its step to zero or backwards. It
    finds other damage itself. Files that contain uncompressed HDF5, such as a .keras archive, are searched too.
    """
    size = path.stat().st_size
    if not size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        last = min(size, MOST_SEARCHED_BYTES)
        offset = data.find(SIGNATURE, 0, last)
        while offset >= 0:
            if _is_endless(data, offset, size):
                raise FormatError(f"{str(path)!r} is damaged: a list of texts does not end; {MEND}")
            offset = data.find(SIGNATURE, offset + len(SIGNATURE), last)


def _is_endless(data: mmap.mmap, start: int, size: int) -> bool:
    if start + HEAD_BYTES > size:
        return False
    (heap_bytes,) = struct.unpack_from("<Q", data, start + 8)
    end = start + heap_bytes
    if heap_bytes < LEAST_BYTES or end > size:
        return False
    offset = start + HEAD_BYTES
    while offset + HEAD_BYTES <= end:
        number, _, object_bytes = struct.unpack_from("<HH4xQ", data, offset)
        step = object_bytes if number == 0 else HEAD_BYTES + (object_bytes + 7) // 8 * 8
        if step == 0 or offset + step > end:
            return True
        offset += step
    return False


def attribute(item: h5py.File | h5py.Group, name: str, default: object = None) -> object:
    """An attribute of texts or numbers, `default` if there is none.

    Raises FormatError for one of another type: libhdf5 (1.14) crashes when it reads a text whose type is damaged.
    """
    from h5py import h5a, h5t

    if name not in item.attrs:
        return default
    kind = h5a.open(item.id, name.encode()).get_type()
    if not isinstance(kind, h5t.TypeStringID | h5t.TypeIntegerID | h5t.TypeFloatID):
        raise FormatError(f"its {name!r} is neither text nor a number; {MEND}")
    return item.attrs[name]

"""The arrays in a Keras file: their list, and one array on demand. Follows no links and reads no other files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.faults import hdf5_fault
from graphlab.formats.keras.archive import DAMAGED, open_weights
from graphlab.formats.keras.hdf5_texts import attribute
from graphlab.graph import Tensor

if TYPE_CHECKING:
    import h5py
    import numpy as np
    from numpy.typing import NDArray

MOST_OBJECTS = 200_000
MOST_DEPTH = 100
MOST_ARRAY_BYTES = 2**31
SMALL_BYTES = 2**26  # an array of at most this size is read however little of it the file stores
MOST_EXPANSION = 1000
OLD_LAYERS = "_layer_checkpoint_dependencies"  # Keras 2's name for the folder of a model's layers
LEGACY = "model_weights"  # the group of a model in an HDF5 file


@dataclass(frozen=True)
class Stored:
    """The arrays of a Keras file by their place, without values.

    `names` maps each group to the name of the layer that was saved there. `orders` maps each group of the older form to
    its layers (under "") or a layer's arrays, in Keras' reading order.
    """

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def stored_arrays(path: Path) -> Stored:
    """The weights in the file. Raises FormatError if they are damaged."""
    import h5py

    tensors: dict[str, Tensor] = {}
    names: dict[str, str] = {}
    orders: dict[str, tuple[str, ...]] = {}
    try:
        with open_weights(path) as file:
            waiting, seen_addresses = [("", file)], set()
            while waiting:
                where, item = waiting.pop()
                if isinstance(item, h5py.Dataset):
                    tensors[where] = Tensor(_dtype(item), tuple(map(int, item.shape)))
                    continue
                if where.count("/") > MOST_DEPTH:
                    raise FormatError(f"{str(path)!r} nests its groups more than {MOST_DEPTH} levels deep")
                address = h5py.h5o.get_info(item.id).addr
                if address in seen_addresses:
                    continue  # a group may link to itself
                seen_addresses.add(address)
                names |= _name(where, item)
                orders |= _orders(where, item)
                waiting += [(f"{where}/{name}".lstrip("/"), child) for name, child in reversed(_children(item))]
                if len(tensors) + len(waiting) > MOST_OBJECTS:
                    raise FormatError(f"{str(path)!r} contains more than {MOST_OBJECTS:,} arrays, which is the limit")
    except DAMAGED as error:
        raise FormatError(f"the weights in {str(path)!r} are damaged: {hdf5_fault(error)}") from error
    return Stored(tensors, names, orders)


def read_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The array at that place of the file, without reading the others."""
    import h5py
    import numpy as np

    with open_weights(path) as file:
        item = file
        for name in where.split("/"):
            item = dict(_children(item)).get(name) if isinstance(item, h5py.Group) else None
        if not isinstance(item, h5py.Dataset):
            raise FormatError(f"{str(path)!r} has no array at {where!r}")
        _check_size(item, where)
        values = np.asarray(item[()])
        if _dtype(item) == "bfloat16":
            import ml_dtypes

            values = values.view(ml_dtypes.bfloat16)
        return values


def _children(group: h5py.Group) -> list[tuple[str, h5py.Group | h5py.Dataset]]:
    """The direct contents of a group, without links, texts, and arrays whose numbers are in another file.

    Sorted by name with embedded numbers compared as numbers: HDF5 has "10" before "2".
    """
    import h5py

    children = []
    for name in sorted(group, key=_by_number):
        if isinstance(group.get(name, getlink=True), h5py.HardLink):
            item = group[name]
            if isinstance(item, h5py.Group) or (isinstance(item, h5py.Dataset) and _holds_numbers(item)):
                children.append((name, item))
    return children


def _by_number(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"([0-9]+)", name)]


def _holds_numbers(item: h5py.Group | h5py.Dataset) -> bool:
    """Whether an array's numbers are stored in the file itself."""
    numeric = item.dtype.kind in "biufc" or _dtype(item) == "bfloat16"
    return numeric and item.shape is not None and not item.is_virtual and not item.external


def _check_size(item: h5py.Group | h5py.Dataset, where: str) -> None:
    size_bytes = item.size * item.dtype.itemsize
    if size_bytes > MOST_ARRAY_BYTES:
        raise FormatError(f"the array at {where!r} has {size_bytes:,} bytes; the limit is {MOST_ARRAY_BYTES:,}")
    if size_bytes > max(SMALL_BYTES, MOST_EXPANSION * item.id.get_storage_size()):
        raise FormatError(f"the array at {where!r} declares {size_bytes:,} bytes but stores almost none")


def _dtype(item: h5py.Group | h5py.Dataset) -> str:
    """The dtype as Keras names it; Keras stores bfloat16 as two untyped bytes."""
    return "bfloat16" if item.dtype.kind == "V" and item.dtype.itemsize == 2 else str(item.dtype.name)


def _name(where: str, group: h5py.Group) -> dict[str, str]:
    """The layer name that Keras records on the group of the layer's variables."""
    name = attribute(group, "name") if where.rpartition("/")[2] == "vars" else None
    return {} if name is None else {where.rpartition("/")[0]: _text(name)}


def _orders(where: str, group: h5py.Group) -> dict[str, tuple[str, ...]]:
    """The order of layers or of a layer's arrays in an HDF5 file of the older form."""
    orders = {}
    for list_name in ("layer_names", "weight_names"):
        names = _texts(group, list_name)
        if names is not None:
            orders[where] = tuple(f"{where}/{name}".lstrip("/") for name in names)
    return orders


def _texts(group: h5py.Group, name: str) -> list[str] | None:
    """A list of strings in an attribute, or in several numbered ones if it is long."""
    if name in group.attrs:
        return _words(group, name)
    texts: list[str] = []
    count = 0
    while f"{name}{count}" in group.attrs:
        texts += _words(group, f"{name}{count}")
        count += 1
    return texts if count else None


def _words(group: h5py.Group, name: str) -> list[str]:
    words = attribute(group, name)
    return [_text(word) for word in words] if isinstance(words, Iterable) else []


def _text(word: object) -> str:
    return word.decode("utf-8", errors="replace") if isinstance(word, bytes) else str(word)

"""A few answers about a graph that are kept for the next act. Knows nothing about what is answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Few(Generic[Key, Value]):
    """The answers that were asked for last, each worked out once whoever asks at the same time. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.RLock()  # an answer may be made from another one

    def find(self, key: Key, make: Callable[[], Value]) -> Value:
        """The answer kept for the key, else what `make` returns."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]

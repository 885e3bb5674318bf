"""Thread-safe caches: a value is computed once, however many ask at the same time. Independent of the values."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LazyValue(Generic[Value]):
    """One value, computed on demand. Thread-safe."""

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._lock = threading.Lock()

    def get(self, make: Callable[[], Value]) -> Value:
        """The value. If `make` raises, the next caller tries again."""
        with self._lock:
            if not self._values:
                self._values.append(make())
            return self._values[0]


class LruCache(Generic[Key, Value]):
    """The most recently used values. Thread-safe; computing one does not block the others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Key, LazyValue[Value]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value for the key, else the result of `make`."""
        with self._lock:
            later = self._entries.setdefault(key, LazyValue())
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return later.get(make)

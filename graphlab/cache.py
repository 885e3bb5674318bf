"""Caches for threads: a value is computed once, whoever asks at the same time. Knows nothing about the values."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LazyValue(Generic[Value]):
    """One answer, made when it is first asked for. Thread-safe."""

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._lock = threading.Lock()

    def get(self, make: Callable[[], Value]) -> Value:
        """The answer; what `make` raises leaves it to the next one who asks."""
        with self._lock:
            if not self._values:
                self._values.append(make())
            return self._values[0]


class LruCache(Generic[Key, Value]):
    """The answers that were asked for last. Thread-safe; one that is being made holds up no other."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Key, LazyValue[Value]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key, make: Callable[[], Value]) -> Value:
        """The answer kept for the key, else what `make` returns."""
        with self._lock:
            later = self._entries.setdefault(key, LazyValue())
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return later.get(make)

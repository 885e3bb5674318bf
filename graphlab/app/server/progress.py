"""Progress of the layouts that pages wait for; only a page's newest layout continues."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphlab.json_value import JsonObject

MOST_PAGES = 500  # remembered pages


class Stopped(Exception):  # noqa: N818 - a fact, and no fault
    """The page asked for another view."""


class Progress:
    """The number of boxes laid out, and of all boxes. Thread-safe."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let the next `tell` or `check` raise."""
        self._stopped.set()

    def tell(self, done: int, total: int) -> None:
        """Report the progress. Raises Stopped."""
        self.check()
        self.done, self.total = done, total

    def check(self) -> None:
        """Raise Stopped if nobody waits any more."""
        if self._stopped.is_set():
            raise Stopped


@dataclass(frozen=True)
class LayoutProgress:
    """The number of boxes laid out, and of all boxes; None if there is no layout."""

    done: int | None = None
    total: int | None = None

    def to_json(self) -> JsonObject:
        """The progress in the browser's form, without empty fields."""
        return {} if self.total is None else {"done": self.done, "total": self.total}


class Waiting:
    """What each page waits for, by the page's own random name. Thread-safe."""

    def __init__(self) -> None:
        self._newest: OrderedDict[str, Progress] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def newest(self, page: str | None) -> Iterator[Progress]:
        """A progress for the page's new request; its earlier request is stopped."""
        progress = Progress()
        if page:
            with self._lock:
                before = self._newest.pop(page, None)
                self._newest[page] = progress
                while len(self._newest) > MOST_PAGES:
                    self._newest.popitem(last=False)
            if before:
                before.stop()
        try:
            yield progress
        finally:
            with self._lock:
                if page and self._newest.get(page) is progress:
                    del self._newest[page]

    def progress_json(self, page: str) -> LayoutProgress:
        """The progress of the page's layout; empty if there is none."""
        with self._lock:
            progress = self._newest.get(page)
        return LayoutProgress(progress.done, progress.total) if progress else LayoutProgress()

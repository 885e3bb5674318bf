"""Progress of the layouts that pages wait for; only a page's newest layout continues."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphlab.json_value import JsonObject

MOST_PAGES = 500  # that are remembered


class Stopped(Exception):  # noqa: N818 - a fact, and no fault
    """The page asked for another view."""


class Progress:
    """How many of how many boxes are laid out. Thread-safe."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let the next `tell` or `check` raise."""
        self._stopped.set()

    def tell(self, done: int, total: int) -> None:
        """Say how far it is; raises Stopped."""
        self.check()
        self.done, self.total = done, total

    def check(self) -> None:
        """Raises Stopped where nobody waits any more."""
        if self._stopped.is_set():
            raise Stopped


@dataclass(frozen=True)
class LayoutProgress:
    """How many of how many boxes are laid out; None while nothing is."""

    done: int | None = None
    total: int | None = None

    def to_json(self) -> JsonObject:
        """The progress as the browser takes it, without what there is not."""
        return {} if self.total is None else {"done": self.done, "total": self.total}


class Waiting:
    """What each page waits for, by the page's own random name. Thread-safe."""

    def __init__(self) -> None:
        self._newest: OrderedDict[str, Progress] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def newest(self, page: str | None) -> Iterator[Progress]:
        """A progress for what the page asks for now; what it asked for before is stopped."""
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
        """How far it is; empty while nothing is laid out for the page."""
        with self._lock:
            progress = self._newest.get(page)
        return LayoutProgress(progress.done, progress.total) if progress else LayoutProgress()

"""A thread for slow requests of which only the newest matters. Independent of what is requested."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


class Newest:
    """Runs one call at a time. Of the waiting calls only the newest is run, so they never fill the shared threads."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newest")
        self._count = 0

    async def run(self, call: Callable[[], Answer]) -> Answer | None:
        """What the call returns; None if a newer one came while it waited."""
        self._count += 1
        number = self._count
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: call() if number == self._count else None
        )

"""A memory limit for this process while it reads a file that may be damaged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

MEMORY_BYTES = 4_000_000_000


@contextmanager
def limited_memory(limit_bytes: int = MEMORY_BYTES) -> Iterator[None]:
    """Limit the block's memory: above the limit, Python raises MemoryError and native code may abort.

    Works only if the system counts a process's data (Linux); elsewhere the block has no limit.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    own = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (own, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

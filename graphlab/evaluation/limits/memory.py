"""The memory that evaluating a graph may use in this process."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SHARE = 0.8  # of the machine's memory, or of what its container may use
LEAST_BYTES = 4_000_000_000
# Where no further op begins, as native code may abort without memory: the limit counts what allocators reserve, too.
RESERVED_SHARE = 0.1
ANSWER_SHARE = 0.1  # of the limit of ops, on top of it: what answering needs
LEFT_BYTES = 150_000_000
_CONTAINER_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_TENSOR = re.compile(r"tensor with shape(?P<sizes>\[[\d,]*\])")


def usual_limit_bytes() -> int:
    """The share of the memory of this machine, or of the container that it runs in."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else LEAST_BYTES
    for name in _CONTAINER_FILES:
        with suppress(OSError, ValueError):
            total = min(total, int(Path(name).read_text(encoding="ascii")))
    return max(int(total * SHARE), LEAST_BYTES)


def limit_memory(most_bytes: int) -> None:
    """Limit the data of this process from now on, for ops to `most_bytes`: above that, one fails or native code aborts.

    The rest of the process may use a little more, so that it can answer when ops have used all. Works only where the
    system counts a process's data (Linux).
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    own = min([int(most_bytes * (1 + ANSWER_SHARE)), *(one for one in (soft, hard) if one != resource.RLIM_INFINITY)])
    resource.setrlimit(resource.RLIMIT_DATA, (own, hard))


def limit_bytes() -> int | None:
    """The most of this process's data when an op runs; None for no limit, and where the system has none."""
    if not sys.platform.startswith("linux"):
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return None if soft == resource.RLIM_INFINITY else int(soft / (1 + ANSWER_SHARE))


@contextmanager
def ops_limited(limit: int | None) -> Iterator[None]:
    """A block in which ops run: they may use the process's data up to a limit in bytes."""
    if limit is None:
        yield
        return
    import resource

    around, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (around, hard))


def out_of_memory_words(op_type: str, inputs: str, message: str) -> str:
    """A sentence about an op that needs more memory than there is. `message` is TensorFlow's: it may name a tensor."""
    tensor = _TENSOR.search(message)
    what = f" for a tensor with the sizes {tensor['sizes']}" if tensor else ""
    limit = limit_bytes()
    of_limit = "" if limit is None else f"; the limit of this process is {limit / 1e9:.1f} GB"
    return f"{op_type} ran out of memory{what}{of_limit}. Its inputs are {inputs}"


def is_nearly_used(limit: int) -> bool:
    """Whether the process uses nearly as much memory as a limit in bytes, or has reserved it."""
    with suppress(OSError):
        pages = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split())
        _, resident, shared, _, _, data, *_ = (count * os.sysconf("SC_PAGE_SIZE") for count in pages)
        return resident - shared > limit * (1 - RESERVED_SHARE) or data > limit - LEFT_BYTES
    return False

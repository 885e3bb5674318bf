"""The memory that evaluating a graph may use in this process."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

SHARE = 0.8  # of the machine's memory, or of what its container may use
LEAST_BYTES = 4_000_000_000
HEADROOM_BYTES = 200_000_000  # below the limit, where no further op begins: native code may abort without memory
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
    """Limit the data of this process from now on: above the limit, an op fails, or native code aborts the process.

    Works only where the system counts a process's data (Linux).
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    own = min([most_bytes, *(one for one in (soft, hard) if one != resource.RLIM_INFINITY)])
    resource.setrlimit(resource.RLIMIT_DATA, (own, hard))


def limit_bytes() -> int | None:
    """The limit of this process's data, RLIMIT_DATA, where the system has one; None for no limit."""
    if not sys.platform.startswith("linux"):
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return None if soft == resource.RLIM_INFINITY else soft


def out_of_memory_words(op_type: str, inputs: str, message: str) -> str:
    """A sentence about an op that needs more memory than there is. `message` is TensorFlow's: it may name a tensor."""
    tensor = _TENSOR.search(message)
    what = f" for a tensor with the sizes {tensor['sizes']}" if tensor else ""
    limit = limit_bytes()
    of_limit = "" if limit is None else f"; the limit of this process is {limit / 1e9:.1f} GB"
    return f"{op_type} ran out of memory{what}{of_limit}. Its inputs are {inputs}"


def is_nearly_used(limit: int) -> bool:
    """Whether the process uses nearly as much memory as a limit in bytes."""
    with suppress(OSError):
        _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split())
        pages = resident - shared  # without what TensorFlow's allocator has reserved and not used
        return pages * os.sysconf("SC_PAGE_SIZE") > limit - HEADROOM_BYTES
    return False

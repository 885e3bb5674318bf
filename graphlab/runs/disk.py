"""Sentences for a full disk, and a few reserved bytes to write them. Independent of events."""

from __future__ import annotations

import errno
from pathlib import Path

from graphlab.errors import RunError, words_of

FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_WORDS = ("No space left on device", "Disk quota exceeded", f"errno = {errno.ENOSPC}", f"errno = {errno.EDQUOT}")
RESERVE_FILE = ".reserve"
RESERVE_BYTES = 16_384  # several blocks: enough for a run's last events


def no_space(folder: Path) -> str:
    """The one sentence for a full disk."""
    return f"no space left in {str(folder)!r}"


def is_full(error: BaseException) -> bool:
    """Whether an error means that the disk is full, by its number or by the message of HDF5 or TensorFlow."""
    return getattr(error, "errno", None) in FULL or any(words in words_of(error) for words in FULL_WORDS)


def folder_error(folder: Path, error: OSError, otherwise: str) -> RunError:
    """What is wrong with a run's folder: the disk is full, else `otherwise` with the system's message."""
    return RunError(no_space(folder) if is_full(error) else f"{otherwise} {str(folder)!r}: {error.strerror or error}")


def keep_reserve(run_dir: Path) -> None:
    """Fill a small file; raises OSError if there is no space for it."""
    (run_dir / RESERVE_FILE).write_bytes(bytes(RESERVE_BYTES))


def free_reserve(run_dir: Path) -> None:
    """Release the space."""
    (run_dir / RESERVE_FILE).unlink(missing_ok=True)

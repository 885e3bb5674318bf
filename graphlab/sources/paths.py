"""Checks a path before its file is read: devices and pipes never end, and links may be broken."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from graphlab.errors import GraphlabError

LONGEST_SHOWN = 200  # characters of a path in a message
_ODD: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)
_NOWHERE = {
    errno.ENAMETOOLONG: "is too long for a path",
    errno.ELOOP: "is a symbolic link to itself",
    errno.EACCES: "cannot be read: permission denied",
}


def is_there(path: Path, error_type: type[GraphlabError], *, text: str = "") -> bool:
    """Whether there is a readable file or folder.

    Raises the `error_type` error for a path that cannot be one: a device, a named pipe, a socket, a path that is too
    long, a link to itself, something this user may not read. `text` is the path as the user typed it.
    """
    quoted_path = quoted(text or str(path))
    try:
        status = os.stat(path)
    except OSError as error:
        if error.errno in _NOWHERE:
            raise error_type(f"{quoted_path} {_NOWHERE[error.errno]}") from error
        return False
    except ValueError:  # a NUL, a lone surrogate
        return False
    for is_odd, words in _ODD:
        if is_odd(status.st_mode):
            raise error_type(f"{quoted_path} is {words}, not a file or a folder")
    as_whom = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    if not os.access(path, os.R_OK | (os.X_OK if stat.S_ISDIR(status.st_mode) else 0), **as_whom):
        raise error_type(f"{quoted_path} {_NOWHERE[errno.EACCES]}")
    return True


def expanded(text: str) -> Path:
    """The path with ~ replaced by the home folder, if there is one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return Path(text)


def quoted(text: str) -> str:
    """The text in quotes; of a very long one, only its start and end."""
    half = LONGEST_SHOWN // 2
    return repr(text) if len(text) <= LONGEST_SHOWN else f"{text[:half]!r}...{text[-half:]!r}"

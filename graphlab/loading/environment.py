"""Records which environment variables the user's code reads, through `os.environ` or `os.getenv`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

ALL = "*"


@contextmanager
def watched_environment(on_read: Callable[[str], None], on_write: Callable[[str], None]) -> Iterator[None]:
    """Call `on_read` and `on_write` with the name of each variable that the block reads or writes, `*` if it reads all.

    `os.environ` stays the same object, wherever it was imported to; only its class changes in the block.
    """
    plain: Any = type(os.environ)  # mypy cannot check a base class that is created here

    class Watched(plain):  # type: ignore[misc]
        """os.environ that records reads."""

        def __getitem__(self, key: str | bytes) -> str | bytes:
            if isinstance(key, (str, bytes)):
                on_read(os.fsdecode(key))
            value: str | bytes = super().__getitem__(key)
            return value

        def __setitem__(self, key: str | bytes, value: str | bytes) -> None:
            super().__setitem__(key, value)
            on_write(os.fsdecode(key))

        def __delitem__(self, key: str | bytes) -> None:
            super().__delitem__(key)
            on_write(os.fsdecode(key))

        def __iter__(self) -> Iterator[str | bytes]:
            on_read(ALL)
            names: Iterator[str | bytes] = super().__iter__()
            return names

    environments: list[MutableMapping[str, str] | MutableMapping[bytes, bytes]] = [
        os.environ,
        *filter(None, [getattr(os, "environb", None)]),
    ]
    for environment in environments:
        environment.__class__ = Watched
    try:
        yield
    finally:
        for environment in environments:
            environment.__class__ = plain

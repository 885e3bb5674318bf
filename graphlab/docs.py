"""TensorFlow's documentation of op types, kept on disk once it was asked for. Knows nothing about TensorFlow."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_dir

from graphlab.traces import versions

Ask = Callable[[list[str]], dict[str, str]]


class Docs:
    """Documentation by op type; `ask` is called for the types that are not known yet."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._file = Path(user_cache_dir("graphlab")) / f"docs-{versions()['tensorflow']}.json"
        self._known: dict[str, str] | None = None

    def doc(self, op_type: str) -> str:
        """The documentation of an op type; "" where TensorFlow has none."""
        if self._known is None:
            self._known = _read(self._file)
        if op_type not in self._known:
            self._known |= self._ask([op_type])
            _write(self._file, self._known)
        return self._known[op_type]


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, known: dict[str, str]) -> None:
    """Keep what is known; where it cannot be kept it is asked for again next time."""
    draft = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(known), encoding="utf-8")
        os.replace(draft, file)
    except OSError:
        return

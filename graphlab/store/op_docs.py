"""TensorFlow's documentation of op types, cached on disk. Independent of TensorFlow."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_dir

from graphlab.store.versions import installed

Ask = Callable[[list[str]], dict[str, str]]


class Docs:
    """Documentation by op type. Calls `ask` for types that are not known yet. Thread-safe."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._file = Path(user_cache_dir("graphlab")) / f"docs-{installed().get('tensorflow', '')}.json"
        self._docs: dict[str, str] | None = None
        self._lock = threading.Lock()

    def lookup(self, op_type: str) -> str | None:
        """The documentation of an op type if it is known without asking; else None."""
        with self._lock:
            return self._all().get(op_type)

    def doc(self, op_type: str) -> str:
        """The documentation of an op type; "" if TensorFlow has none."""
        text = self.lookup(op_type)
        if text is not None:
            return text
        answer = self._ask([op_type])  # outside the lock: an answer may take minutes, and known types need not wait
        with self._lock:
            docs = self._all()
            docs.update(answer)
            _write(self._file, docs)
            return docs.get(op_type, "")

    def _all(self) -> dict[str, str]:
        if self._docs is None:
            self._docs = _read(self._file)
        return self._docs


def _read(file: Path) -> dict[str, str]:
    try:
        docs = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: text for key, text in docs.items() if isinstance(text, str)} if isinstance(docs, dict) else {}


def _write(file: Path, docs: dict[str, str]) -> None:
    """Save what is known. If that fails, it is asked for again next time."""
    draft = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(docs), encoding="utf-8")
        os.replace(draft, file)
    except OSError:
        return

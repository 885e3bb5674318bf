"""Reads damaged files in a process of its own, as the app does, and insists on a graph or one clear sentence."""

from __future__ import annotations

import time
from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.graph import Graph
from graphlab.layout.tasks import plan_job
from graphlab.loading.ask import ask_trace
from graphlab.report import report
from graphlab.source import SourceSpec
from graphlab.traces import take
from graphlab.view import default_open, fold_nothing, fold_quiet, view
from graphlab.worker import Worker, WorkerFailed

MOST_S = 20.0
MOST_LETTERS = 900


class Reader:
    """Counts what became of the damaged versions of one good file. `worker` reads them; the caller ends it."""

    def __init__(self, file: Path, worker: Worker) -> None:
        self.good = file.read_bytes()
        self.name = file.name
        self._file = file
        folder = file.parent if file.name == "saved_model.pb" else file
        self._spec = SourceSpec(str(folder), folder.name, path=folder)
        self._worker = worker
        self.tried = self.read = self.refused = self.died = 0
        self.slowest_s = 0.0

    def check(self, content: bytes) -> None:
        """Read a damaged version; AssertionError where the answer is neither a graph nor a clear sentence."""
        self._file.write_bytes(content)
        self.tried += 1
        started = time.monotonic()
        try:
            answer = ask_trace(self._worker, self._spec, lambda stage: None)
            assert answer["graphs"], "no graph and no error"
            for data in answer["graphs"].values():
                _show(take(data))
            self.read += 1
        except WorkerFailed as error:
            raise AssertionError(f"no sentence for the user: {error}") from error
        except GraphlabError as error:
            self._check_words(str(error))
        finally:
            self._file.write_bytes(self.good)
        took_s = time.monotonic() - started
        self.slowest_s = max(self.slowest_s, took_s if self.tried > 1 else 0)  # the first one loads TensorFlow
        assert self.tried == 1 or took_s < MOST_S, f"reading took {took_s:.1f} s"

    def _check_words(self, words: str) -> None:
        self.refused += 1
        self.died += "could not be read: it is damaged, or reading it takes" in words
        assert "Traceback" not in words
        assert 0 < len(words) <= MOST_LETTERS, f"{len(words)} letters"
        assert repr(self._spec.text) in words or self._spec.name in words, f"no word of the file: {words}"


def _show(graph: Graph) -> None:
    """All that the page and the terminal make of a graph before it is laid out."""
    report(graph)
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        for opened in (default_open(folded), frozenset(folded.groups)):
            plan_job(view(folded, opened))

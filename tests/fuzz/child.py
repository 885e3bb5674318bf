"""Reads damaged versions of the good files in a folder, one after the other, and reports the result of each.

`python -m tests.fuzz.child FOLDER FORMAT FIRST LAST ...` prints a JSON line an input: [format, number, outcome, words].
"""

from __future__ import annotations

import gc
import json
import re
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from graphlab.errors import GraphlabError
from graphlab.formats import read
from graphlab.graph import Graph
from graphlab.layout.tasks import plan_job
from graphlab.loading.limits import limited_memory
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.report import report, to_json, to_text
from graphlab.store.stored_graphs import take, to_send
from graphlab.view import default_open, fold_nothing, fold_quiet, view
from tests.fuzz.damage import damaged

MOST_S = 20  # of processor time: beside other work the clock says nothing
MOST_LETTERS = 900
FREEZE_EVERY = 20  # inputs
# What Python says of its own objects: nothing that a user could do something with.
INTERNAL = re.compile(
    r"Traceback|object has no attribute|index out of range|not subscriptable|NoneType|unhashable|object is not"
    r"|\b(Key|Type|Attribute|Index|Assertion|Recursion|Unicode\w*|Value)Error\b|unexpected keyword argument"
    r"|positional argument"
)


class TooLong(BaseException):
    """Reading takes longer than anybody waits; no `except Exception` on the way takes it for damage."""


def main(folder: Path, *ranges: str) -> None:
    """Read the inputs of the given numbers, of each format in turn."""
    start_tensorflow()
    signal.signal(signal.SIGPROF, _ring)
    for name, first, last in zip(ranges[::3], ranges[1::3], ranges[2::3], strict=True):
        file = next(path for path in (folder / name).rglob("*") if path.name == (folder / f"{name}.name").read_text())
        good = file.read_bytes()
        assert _outcome(file)[0] == "read", f"the good file {file.name} cannot be read"
        for number in range(int(first), int(last)):
            if number % FREEZE_EVERY == 0:
                # Reading a Keras file collects garbage. Most objects alive belong to TensorFlow: leave them out.
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            file.write_bytes(damaged(number, good))
            print(json.dumps([name, number, *_outcome(file)]), flush=True)
        file.write_bytes(good)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def _outcome(file: Path) -> tuple[str, str]:
    """What became of a damaged file, and the words for it."""
    path = file.parent if file.name == "saved_model.pb" else file
    signal.setitimer(signal.ITIMER_PROF, MOST_S)
    try:
        with limited_memory():
            graphs = read(path)
        assert graphs, "no graph and no error"
        for graph in graphs.values():
            _show(take(to_send(graph)))
        to_text(str(path), {name: report(graph) for name, graph in graphs.items()})
    except TooLong:
        return "hang", "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
    except GraphlabError as error:
        return _clearness(str(error), path)
    except BaseException:
        return "traceback", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "read", ""


def _clearness(words: str, path: Path) -> tuple[str, str]:
    """Whether a refusal is a sentence that names the file and speaks of nothing inside of Python."""
    named = repr(str(path)) in words or path.name in words
    clear = 0 < len(words) <= MOST_LETTERS and named and not INTERNAL.search(words)
    return ("refused", "") if clear else ("unclear", words)


def _show(graph: Graph) -> None:
    """All that the page and the terminal make of a graph before it is laid out."""
    json.dumps(to_json("file", {"graph": report(graph)}))
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        for opened in (default_open(folded), frozenset(folded.groups)):
            plan_job(view(folded, opened))


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    main(Path(arguments[0]), *arguments[1:])

"""Runs children that read damaged files, watches them and collects their reports."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.places import ROOT

SILENCE_S = 120.0  # a child that says nothing for so long hangs where no signal reaches it
Line = tuple[str, int, str, str]  # a format, an input's number, its outcome, the words for that
AT_ONCE = 500  # inputs of one format that a child gets
NEW_AFTER = 5_000  # inputs for a child before another takes over
SLOW = (".keras", ".h5", ".onnx")  # a trace each, and a process each
OF_OTHERS = 4  # inputs of another format for one of these
BAD = ("traceback", "hang", "crash", "unclear")
Share = tuple[str, int, int]  # a format, the first of its numbers and the one after the last


@dataclass
class Told:
    """What became of the inputs of each format, and those that must not be so: (format, number, outcome, words)."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    bad: list[tuple[str, int, str, str]] = field(default_factory=list)

    def note(self, name: str, number: int, outcome: str, words: str) -> None:
        """Count one input."""
        self.outcomes.setdefault(name, Counter())[outcome] += 1
        if outcome in BAD:
            self.bad.append((name, number, outcome, words))
            print(f"{outcome}: {name} {number}", file=sys.stderr, flush=True)


def slug(name: str) -> str:
    """A format's name as a folder's."""
    return name.strip(".").replace(" ", "-").replace(".", "-").lower()


def keep_seeds(folder: Path, seeds: Mapping[str, Path]) -> None:
    """Put each good file into a folder of its own, beside a note of its name."""
    for name, file in seeds.items():
        kept = folder / slug(name)
        whole = file.parent if file.name == "saved_model.pb" else None
        if whole:
            shutil.copytree(whole, kept / whole.name)
        else:
            kept.mkdir()
            shutil.copy(file, kept / file.name)
        (folder / f"{slug(name)}.name").write_text(file.name)


def shares(names: Sequence[str], count: int, first: int) -> Iterator[Share]:
    """The numbers of all formats in pieces, the formats by turns; a slow format has fewer."""
    parts = {name: 1 if name in SLOW else OF_OTHERS for name in names}
    whole = sum(parts.values())
    each = {name: count * part // whole for name, part in parts.items()}
    each[names[0]] += count - sum(each.values())
    for start in range(0, max(each.values(), default=0), AT_ONCE):
        for name in names:
            if start < each[name]:
                yield name, first + start, first + min(start + AT_ONCE, each[name])


def read_all(folder: Path, given: Sequence[Share], *, jobs: int, on_share: Callable[[Told], None]) -> Told:
    """Read all shares with that many children at once; `on_share` hears of each that is done."""
    told = Told()
    waiting: queue.SimpleQueue[Share] = queue.SimpleQueue()
    for share in given:
        waiting.put(share)
    lock = threading.Lock()

    def work() -> None:
        while batch := _taken(waiting):
            for line in _answers(folder, batch):
                with lock:
                    told.note(*line)
            with lock:
                on_share(told)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _taken(waiting: queue.SimpleQueue[Share]) -> list[Share]:
    """The shares for one child."""
    batch: list[Share] = []
    while sum(last - first for _, first, last in batch) < NEW_AFTER:
        try:
            batch.append(waiting.get_nowait())
        except queue.Empty:
            break
    return batch


def _answers(folder: Path, batch: list[Share]) -> Iterator[Line]:
    """What children tell of the shares; after one that ends or hangs another continues with the next input.

    Each child damages files of its own: one that was killed leaves the last of them damaged.
    """
    left = batch
    while left:
        with tempfile.TemporaryDirectory() as own:
            child = _start(shutil.copytree(folder, Path(own) / "seeds"), left)
            done, outcome = yield from _lines(child)
            child.kill()
            code = child.wait()
        left = _after(left, done)
        if left and (outcome == "hang" or code != 0 or done == 0):
            name, number, _ = left[0]
            yield name, number, outcome, f"exit code {code}"
            left = _after(left, 1)


def _lines(child: subprocess.Popen[str]) -> Generator[Line, None, tuple[int, str]]:
    """What a child tells; returns how many lines that were, and whether it ends in a "hang" or a "crash"."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_pass_on, args=(child, lines), daemon=True).start()
    done = 0
    while True:
        try:
            line = lines.get(timeout=SILENCE_S)
        except queue.Empty:
            return done, "hang"
        if not line:
            return done, "crash"
        name, number, found, words = json.loads(line)
        done += 1
        yield name, number, found, words


def _after(batch: list[Share], done: int) -> list[Share]:
    """The shares without the first inputs."""
    left = []
    for name, first, last in batch:
        skipped = min(done, last - first)
        done -= skipped
        if first + skipped < last:
            left.append((name, first + skipped, last))
    return left


def _start(folder: Path, batch: list[Share]) -> subprocess.Popen[str]:
    words = [str(word) for share in batch for word in share]
    command = [sys.executable, "-m", "tests.fuzz.child", str(folder), *words]
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
    )


def _pass_on(child: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("["):
            lines.put(line)
    lines.put("")

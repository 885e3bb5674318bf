"""Builds, traces, views and lays out the program of a seed, and checks every step."""

from __future__ import annotations

import random
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.view import (
    Folded,
    Open,
    count_boxes,
    deepest,
    default_open,
    fold_nothing,
    fold_quiet,
    open_to_depth,
    view,
)
from tests.truth import checks, cycles, geometry, sums
from tests.truth.flow import Flow, flow_of
from tests.truth.program import Program, Traced, trace
from tests.truth.tf_oracle import against_tensorflow

STEP_S = 20.0  # for tracing, folding, a view or a layout: much more than any takes, so that only a hang is one
TRACE_S = 120.0
MOST_BOXES = 250  # of a view that is laid out
LAID_OUT = 2  # views of each level of detail
RANDOM_VIEWS = 3
FOLDS = {"quiet": fold_quiet, "every op": fold_nothing}
Made = TypeVar("Made")


class TooSlowError(Exception):
    """A step took longer than it may."""


@dataclass
class Report:
    """What was checked of one program, and what did not hold: (where, sentence), the first of each kind."""

    seed: int
    words: str = ""
    graphs: int = 0
    ops: int = 0
    views: int = 0
    layouts: int = 0
    checks: int = 0
    seconds: float = 0.0
    slowest: dict[str, float] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def check(self, where: str, found: Iterable[str]) -> None:
        """Count a check; keep the first of what it found, and how many more there are."""
        self.checks += 1
        sentences = list(found)
        if sentences:
            more = f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else ""
            self.failures.append((where, sentences[0] + more))

    def step(self, name: str, make: Callable[[], Made], limit_s: float = STEP_S) -> Made:
        """What `make` gives, in time; TooSlowError otherwise."""
        start = time.monotonic()
        try:
            with _limit(limit_s, name):
                return make()
        finally:
            took = time.monotonic() - start
            self.slowest[name] = max(took, self.slowest.get(name, 0.0))


@contextmanager
def _limit(limit_s: float, name: str) -> Iterator[None]:
    """Raise TooSlowError in the block after that time, in the main thread of the process."""

    def end(*_: object) -> None:
        raise TooSlowError(f"{name} took more than {limit_s:.0f} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run(seed: int, engine: LayoutEngine, build: Callable[[int], Program]) -> Report:
    """The report of a seed's program; whatever is raised is a failure of its own."""
    report = Report(seed)
    start = time.monotonic()
    try:
        program = build(seed)
        report.words = program.words
        for name, make in program.traces.items():
            _guarded(report, name, lambda name=name, make=make: _check_graph(report, name, make, engine))
    except Exception as error:
        report.failures.append(("building", _told(error)))
    report.seconds = time.monotonic() - start
    return report


def _guarded(report: Report, where: str, do: Callable[[], None]) -> None:
    try:
        do()
    except Exception as error:
        report.failures.append((where, _told(error)))


def _told(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]} ({last.filename}:{last.lineno})"


def _check_graph(report: Report, name: str, make: Callable[[], Graph], engine: LayoutEngine) -> None:
    traced: Traced = report.step("trace", lambda: trace(make), TRACE_S)
    graph = traced.graph
    report.graphs += 1
    report.ops += len(graph)
    if traced.func_graph is not None:
        report.check(f"{name}: TensorFlow's graph", against_tensorflow(graph, traced.func_graph))
    flow = report.step("oracle", lambda: flow_of(graph))
    for detail, fold in FOLDS.items():
        where = f"{name}, {detail}"
        _guarded(report, where, lambda where=where, fold=fold: _check_fold(report, where, fold, flow, engine))


def _check_fold(report: Report, where: str, fold: Callable[[Graph], Folded], flow: Flow, engine: LayoutEngine) -> None:
    folded = report.step("fold", lambda: fold(flow.graph))
    report.check(f"{where}: folding", checks.check_folding(folded))
    report.check(f"{where}: sums", sums.check_sums(folded, flow))
    report.check(f"{where}: colours", sums.check_colours(folded))
    pairs = cycles.value_pairs(folded, flow)
    inferred = cycles.inferred_groups(folded)
    report.check(f"{where}: groups", cycles.check_each_group(folded, pairs, inferred))
    laid_out = 0
    for words, opened in open_sets(folded, random.Random(report.seed)):
        there = f"{where}, {words}"
        shown = report.step("view", lambda opened=opened: view(folded, opened))
        report.views += 1
        boxes = checks.boxes_of_ops(folded, opened)
        report.check(f"{there}: parts", checks.check_parts(folded, shown, opened, boxes))
        report.check(f"{there}: labels", checks.check_labels(shown))
        if folded.quiet:
            report.check(f"{there}: links", checks.check_quiet_links(folded, flow, shown, boxes))
        else:
            report.check(f"{there}: links", checks.check_all_links(folded, shown, boxes))
        report.check(f"{there}: cycles", cycles.check_cycles(folded, shown, opened, pairs, inferred))
        if laid_out < LAID_OUT and len(shown.boxes) <= MOST_BOXES:
            laid_out += 1
            report.layouts += 1
            scene = report.step("layout", lambda shown=shown: engine.lay_out(shown))
            report.check(f"{there}: layout", geometry.check_scene(shown, scene))


def open_sets(folded: Folded, rng: random.Random) -> Iterator[tuple[str, Open]]:
    """Random sets of open groups, then the usual ones: as it opens, closed, one level, everything."""
    groups = sorted(folded.groups)
    found: dict[Open, str] = {}
    for number in range(RANDOM_VIEWS if groups else 0):
        share = rng.choice([0.2, 0.5, 0.8])
        opened = frozenset(group_id for group_id in groups if rng.random() < share)
        found.setdefault(_reachable(folded, opened), f"random {number}")
    found.setdefault(default_open(folded), "as it opens")
    found.setdefault(frozenset(), "closed")
    found.setdefault(open_to_depth(folded, 1), "one level")
    everything = open_to_depth(folded, deepest(folded))
    if count_boxes(folded, everything) <= 4000:
        found.setdefault(everything, "everything")
    yield from ((words, opened) for opened, words in found.items())


def _reachable(folded: Folded, opened: Open) -> Open:
    """The groups of these that are seen open: with all groups around them."""
    seen: set[str] = set()
    for path in set(folded.paths.values()):
        for group_id in path:
            if group_id not in opened:
                break
            seen.add(group_id)
    return frozenset(seen)

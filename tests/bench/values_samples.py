"""Functions that take one sample each of the values on the boxes, and of TensorFlow's own calls of the same source."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Page

from graphlab.processes.worker import Worker
from tests.bench.contestant import CannotError
from tests.bench.graphlab_viewer import Graphlab
from tests.bench.memory import largest_child
from tests.bench.page_clock import wait_first_drawn
from tests.bench.samples import Bench, fresh_page, go_to, lasting_server
from tests.bench.subjects import Subject

OPENING_S = 240.0  # for TensorFlow's start, which comes before the first values; no part of a sample
CHANGES = 5  # of an input for one sample, the first of which is left out


def values_redrawn(bench: Bench, subject: Subject) -> float:
    """From the change of an input to the start of the frame after the first one with the values of every box."""
    with _values_shown(bench, subject) as (viewer, page):
        return statistics.median([viewer.change_input(page) for _ in range(CHANGES)][1:])


def memory_of_values(bench: Bench, subject: Subject) -> float:
    """Megabytes of the process that computed the values, after two inputs."""
    with _values_shown(bench, subject) as (viewer, page):
        viewer.change_input(page)
        return largest_child(lasting_server(bench, subject), viewer.values_module)


def time_of_call(bench: Bench, subject: Subject, kind: str) -> float:
    """TensorFlow's own call of the source, "compiled" or "eager", in a process without graphlab's evaluation."""
    _graphlab_of(bench)
    worker = bench.callers.get(subject.name)
    if worker is None:
        worker = bench.callers[subject.name] = Worker("tests.bench.tensorflow_calls")
        bench.stack.callback(worker.close)
    request = {"do": "time", "source": subject.source, "kind": kind}
    return float(worker.ask(request, timeout_s=OPENING_S)["ms"])


def _graphlab_of(bench: Bench) -> Graphlab:
    """The viewer that shows values; the others cannot."""
    if not isinstance(bench.contestant, Graphlab):
        raise CannotError
    return bench.contestant


@contextmanager
def _values_shown(bench: Bench, subject: Subject) -> Iterator[tuple[Graphlab, Page]]:
    """A page with values on its boxes."""
    viewer = _graphlab_of(bench)
    server = lasting_server(bench, subject)
    with fresh_page(replace(bench, limit_s=OPENING_S)) as page:
        go_to(page, viewer, f"{viewer.address(server, subject)}&values=1")
        wait_first_drawn(page)
        viewer.wait_for_values(page)
        yield viewer, page

"""Taking samples: every measurement once a round, so that a busy minute of the machine falls on all of them."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.bench.contestant import Contestant
from tests.bench.measurements import Measurement
from tests.bench.samples import Bench
from tests.bench.subjects import write_subjects
from tests.conftest import CHROMIUM_ARGUMENTS, find_chromium


@dataclass(frozen=True)
class Result:
    """All samples of a measurement, in the order taken."""

    measurement: Measurement
    samples_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        """The median of the samples."""
        return statistics.median(self.samples_ms)


def measure(
    contestant: Contestant,
    measurements: Sequence[Measurement],
    browser: Browser,
    *,
    rounds: int,
    warm_ups: int,
    progress: Callable[[str], None] = lambda text: None,
) -> list[Result]:
    """The samples of `rounds` rounds, after `warm_ups` rounds whose samples are thrown away."""
    taken: dict[str, list[float]] = {measurement.name: [] for measurement in measurements}
    with _bench(contestant, browser) as bench:
        for number in range(warm_ups + rounds):
            for measurement in measurements:
                progress(f"round {number + 1} of {warm_ups + rounds}: {measurement.what}")
                sample_ms = measurement.sample(bench)
                if number >= warm_ups:
                    taken[measurement.name].append(sample_ms)
    return [Result(measurement, tuple(taken[measurement.name])) for measurement in measurements]


@contextmanager
def headless_chromium() -> Iterator[Browser]:
    """The browser of the tests."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("no Chromium found; install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def _bench(contestant: Contestant, browser: Browser) -> Iterator[Bench]:
    """The subjects, with caches and data in a folder that is removed afterwards."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="graphlab-bench-", ignore_cleanup_errors=True)))
        stack.enter_context(_environment(home))
        subjects = write_subjects(home)
        yield Bench(contestant, browser, subjects, stack)


@contextmanager
def _environment(home: Path) -> Iterator[None]:
    """The environment as a user has it, but for the folders that caches and data go to."""
    before = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update({"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

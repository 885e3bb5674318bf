"""Takes samples from one contestant after the other, round after round, so that a busy minute affects all of them."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Error, sync_playwright

from tests.bench.contestant import CannotError, Contestant, TooLongError
from tests.bench.graphlab_viewer import Graphlab
from tests.bench.measurements import Measurement
from tests.bench.page_clock import LIMIT_S, Chromium
from tests.bench.peers import installed
from tests.bench.samples import Bench
from tests.bench.subjects import Subject, write_subjects
from tests.conftest import CHROMIUM_ARGUMENTS, find_chromium

CANNOT, FAILS = "–", "fails"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """All samples of a measurement of one contestant, in the order taken; or in `failure` why there are none."""

    measurement: Measurement
    contestant: str
    samples: tuple[float, ...]
    failure: str = ""

    @property
    def median(self) -> float | None:
        """The median of the samples; None where it failed."""
        return None if self.failure else statistics.median(self.samples)


@dataclass
class _Taken:
    samples: list[float] = field(default_factory=list)
    failure: str = ""


def measure(
    contestants: Sequence[Contestant],
    measurements: Sequence[Measurement],
    subjects: Mapping[str, Subject],
    chromium: Chromium,
    *,
    rounds: int,
    warm_ups: int,
    limit_s: float = LIMIT_S,
    progress: Progress = lambda text: None,
) -> list[Result]:
    """The samples of `rounds` rounds, after `warm_ups` rounds whose samples are thrown away.

    A contestant that failed or needed longer than the limit once is not tried again with that measurement.
    """
    used = [subjects[name] for name in dict.fromkeys(measurement.subject for measurement in measurements)]
    for contestant in contestants:
        progress(f"prepare {contestant.name}")
        contestant.prepare(used)
    taken = {(one.name, who.name): _Taken() for one in measurements for who in contestants}
    for name, of_subject in groupby(measurements, key=lambda measurement: measurement.subject):
        group = list(of_subject)
        with ExitStack() as stack:
            benches = [Bench(contestant, chromium, limit_s, stack) for contestant in contestants]
            for number in range(warm_ups + rounds):
                for one, bench in product(group, benches):
                    if one.once and number != warm_ups:
                        continue
                    who = bench.contestant.name
                    progress(f"round {number + 1} of {warm_ups + rounds}: {one.what}: {who}")
                    mine = taken[one.name, who]
                    mine.failure = mine.failure or _inherited(taken.get((one.after, who)))
                    _sample(one, bench, subjects[name], mine)
                    if number < warm_ups:
                        mine.samples.clear()
    return [
        Result(one, who, tuple(mine.samples), mine.failure)
        for one in measurements
        for (name, who), mine in taken.items()
        if name == one.name
    ]


def _inherited(earlier: _Taken | None) -> str:
    """Why a measurement that begins with another cannot be taken; "" where it can."""
    return earlier.failure if earlier and earlier.failure != CANNOT else ""


def _sample(measurement: Measurement, bench: Bench, subject: Subject, taken: _Taken) -> None:
    """Take one more sample, or note why there is none."""
    if taken.failure:
        return
    try:
        taken.samples.append(measurement.sample(bench, subject))
    except CannotError:
        taken.failure = CANNOT
    except TooLongError:
        taken.failure = f"> {bench.limit_s:.0f} s"
    except (Error, RuntimeError):
        if bench.contestant.name == Graphlab.name:
            raise
        taken.failure = FAILS


@contextmanager
def headless_chromium() -> Iterator[Chromium]:
    """The browser of the tests."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("no Chromium found; install one")
    with sync_playwright() as playwright:
        chromium = Chromium(playwright.chromium, path, CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def workplace() -> Iterator[tuple[dict[str, Subject], list[Contestant], list[str]]]:
    """The subjects, the contestants, and the packages of those that are not installed.

    Caches and data go to a folder that is removed afterwards.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="graphlab-bench-", ignore_cleanup_errors=True)))
        stack.enter_context(_environment(home))
        peers, missing = installed(home)
        yield write_subjects(home), [Graphlab(), *peers], missing


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

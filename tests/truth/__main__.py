"""Trace and view random programs, check each view against the op graph, and print what was checked."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import closing

from tests.truth.jobs import reports

SHOWN = 400  # failures that are printed


def main() -> int:
    """The command; 1 where anything did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("--programs", type=int, default=100, help="how many programs [default: 100]")
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed [default: 0]")
    parser.add_argument("--minutes", type=float, default=None, help="stop after that time")
    parser.add_argument("--jobs", type=int, default=1, help="processes [default: 1]")
    parser.add_argument("--slow", action="store_true", help="print each program with its seconds")
    chosen = parser.parse_args()
    until = time.monotonic() + chosen.minutes * 60 if chosen.minutes else float("inf")
    totals: Counter[str] = Counter()
    slowest: dict[str, tuple[float, int]] = {}
    start = time.monotonic()
    seeds = range(chosen.seed, chosen.seed + chosen.programs)
    with closing(reports(seeds, chosen.jobs)) as found:
        for report in found:
            totals += Counter(
                programs=1,
                graphs=report.graphs,
                ops=report.ops,
                views=report.views,
                layouts=report.layouts,
                checks=report.checks,
                failures=len(report.failures),
                wrong=bool(report.failures),
            )
            for step, seconds in [*report.slowest.items(), ("program", report.seconds)]:
                slowest[step] = max((seconds, report.seed), slowest.get(step, (0.0, 0)))
            if report.failures and totals["failures"] <= SHOWN:
                print(f"python -m tests.truth --seed {report.seed} --programs 1   # {report.words}")
                for where, sentence in report.failures:
                    print(f"    {where}: {sentence[:400]}")
            if chosen.slow:
                print(f"{report.seed}: {report.seconds:.1f} s, {report.ops:,} ops, {report.words}")
            sys.stdout.flush()
            if time.monotonic() > until:
                break
    seconds = time.monotonic() - start
    words = ("programs", "graphs", "ops", "views", "layouts", "checks")
    print(", ".join(f"{totals[word]:,} {word}" for word in words) + f" in {seconds:.0f} s")
    print("slowest: " + ", ".join(f"{step} {took:.1f} s (seed {seed})" for step, (took, seed) in slowest.items()))
    print(f"{totals['failures']:,} failures in {totals['wrong']:,} programs")
    return 1 if totals["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""Read damaged files and print the results by format; exit code 1 if one was not refused properly."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.damage import damaged
from tests.fuzz.reading import BAD, Told, keep_seeds, read_all, shares, slug
from tests.fuzz.seeds import FORMATS

MOST_TOLD = 40


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="damaged files in all [default: 1000]")
    parser.add_argument("--jobs", type=int, default=2, help="files read at once [default: 2]")
    parser.add_argument("--first", type=int, default=0, help="number of the first damage [default: 0]")
    parser.add_argument("--format", default=None, choices=FORMATS, help="only this format, such as .tflite")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the files that were not refused well")
    chosen = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        names = [name for name in FORMATS if chosen.format in (None, name)]
        good = _make_seeds(Path(folder) / "good", names)
        kept = Path(folder) / "kept"
        kept.mkdir()
        keep_seeds(kept, good)
        given = [(slug(name), first, last) for name, first, last in shares(names, chosen.count, chosen.first)]
        told = read_all(kept, given, jobs=chosen.jobs, on_share=_say)
        _print_table(told, names, time.monotonic() - started)
        for name, number, outcome, words in told.bad[:MOST_TOLD]:
            print(f"\n{outcome}: {name} {number}\n{words.strip()[-1500:]}")
        if chosen.keep:
            _keep(chosen.keep, told, {slug(name): file for name, file in good.items()})
    return 1 if told.bad else 0


def _make_seeds(folder: Path, names: list[str]) -> dict[str, Path]:
    folder.mkdir()
    from tests.fuzz.seeds import make_seeds

    found = make_seeds(folder)
    return {name: found[name] for name in names}


def _say(told: Told) -> None:
    done = sum(sum(counts.values()) for counts in told.outcomes.values())
    print(f"{done:,} tried, {len(told.bad):,} not as they should be", file=sys.stderr, flush=True)


def _print_table(told: Told, names: list[str], took_s: float) -> None:
    columns = ("read", "refused", *BAD)
    print(f"{'':22} {'tried':>8} " + " ".join(f"{word:>10}" for word in columns))
    for name in names:
        counts = told.outcomes.get(slug(name), {})
        numbers = " ".join(f"{counts.get(word, 0):10,}" for word in columns)
        print(f"{name:22} {sum(counts.values()):8,} {numbers}")
    total = sum(sum(counts.values()) for counts in told.outcomes.values())
    print(f"{total:,} inputs in {took_s / 60:.1f} min: {len(told.bad):,} not as they should be")


def _keep(folder: Path, told: Told, good: dict[str, Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, number, outcome, _ in told.bad:
        (folder / f"{outcome}-{number}-{good[name].name}").write_bytes(damaged(number, good[name].read_bytes()))


if __name__ == "__main__":
    sys.exit(main())

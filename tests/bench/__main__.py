"""`python -m tests.bench [--quick] [--only NAME] [--json FILE]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tests.bench.graphlab_viewer import Graphlab
from tests.bench.measurements import MEASUREMENTS, Measurement
from tests.bench.report import table, this_machine, to_json
from tests.bench.rounds import headless_chromium, measure

NAMES = [measurement.name for measurement in MEASUREMENTS]


@click.command(help="Measure graphlab in headless Chromium; print medians in milliseconds.")
@click.option("--quick", is_flag=True, help="A few measurements, three samples each.")
@click.option("--only", multiple=True, metavar="NAME", type=click.Choice(NAMES), help=f"One of {', '.join(NAMES)}.")
@click.option("--rounds", type=click.IntRange(1), default=None, help="Samples of each measurement; 7, or 3 if quick.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all samples here.")
def main(quick: bool, only: tuple[str, ...], rounds: int | None, json_file: Path | None) -> None:
    """Measure, print, write."""
    machine = this_machine()
    count = rounds or (3 if quick else 7)
    with headless_chromium() as browser:
        results = measure(Graphlab(), _chosen(quick, only), browser, rounds=count, warm_ups=1, progress=_tell)
    _tell("")
    click.echo(table(machine, results))
    if json_file:
        json_file.write_text(json.dumps(to_json(machine, results), indent=1) + "\n", encoding="utf-8")


def _chosen(quick: bool, only: tuple[str, ...]) -> list[Measurement]:
    return [
        measurement
        for measurement in MEASUREMENTS
        if (measurement.name in only if only else measurement.quick or not quick)
    ]


def _tell(text: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)


if __name__ == "__main__":
    main()

"""`python -m tests.bench`: measures graphlab and other viewers; `--help` lists the options."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tests.bench.measurements import MEASUREMENTS, Measurement
from tests.bench.page_clock import LIMIT_S
from tests.bench.peers import INSTALL
from tests.bench.report import markdown, table, this_machine, to_json
from tests.bench.rounds import headless_chromium, measure, workplace

NAMES = [measurement.name for measurement in MEASUREMENTS]
QUICK_LIMIT_S = 10.0


@click.command(help="Measure graphlab and its peers in headless Chromium; print medians and ratios to graphlab's.")
@click.option("--quick", is_flag=True, help="The small graphs, two samples each, none to warm up.")
@click.option("--huge", is_flag=True, help="A graph of a million ops, in graphlab alone; takes minutes and 4 GB.")
@click.option("--only", multiple=True, metavar="NAME", type=click.Choice(NAMES), help=f"One of {', '.join(NAMES)}.")
@click.option("--rounds", type=click.IntRange(1), default=None, help="Samples of each measurement; 7, or 2 if quick.")
@click.option("--limit", "limit_s", type=float, help="Seconds that a page may take; 120, or 10 if quick.")
@click.option("--alone", is_flag=True, help="Measure graphlab without its peers.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as tests/bench/README.md has it.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all samples here.")
def main(
    quick: bool,
    huge: bool,
    only: tuple[str, ...],
    rounds: int | None,
    limit_s: float | None,
    alone: bool,
    as_markdown: bool,
    json_file: Path | None,
) -> None:
    """Measure, print, write."""
    machine = this_machine()
    with workplace() as (subjects, contestants, missing), headless_chromium() as chromium:
        alone = alone or huge
        if missing and not alone:
            click.echo(f"not measured, as not installed: {', '.join(missing)}; {INSTALL}", err=True)
        results = measure(
            contestants[:1] if alone else contestants,
            _chosen(quick, huge, only),
            subjects,
            chromium,
            rounds=rounds or (2 if quick else 7),
            warm_ups=0 if quick else 1,
            limit_s=limit_s or (QUICK_LIMIT_S if quick else LIMIT_S),
            progress=_tell,
        )
    _tell("")
    click.echo((markdown if as_markdown else table)(machine, results))
    if json_file:
        json_file.write_text(json.dumps(to_json(machine, results), indent=1) + "\n", encoding="utf-8")


def _chosen(quick: bool, huge: bool, only: tuple[str, ...]) -> list[Measurement]:
    return [
        measurement
        for measurement in MEASUREMENTS
        if (measurement.name in only if only else measurement.huge == huge and (measurement.quick or not quick))
    ]


def _tell(text: str) -> None:
    """One line that is written over; on what is not a terminal a line each."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)
    elif text:
        click.echo(text, err=True)


if __name__ == "__main__":
    main()

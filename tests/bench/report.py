"""The output: the machine, then one line for each measurement."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.bench.measurements import MS
from tests.bench.rounds import Result
from tests.conftest import find_chromium

PEER_PACKAGES = ("tensorboard", "ai-edge-model-explorer", "netron")
PACKAGES = (
    *("graphlab", "dash", "fastapi", "uvicorn", "networkx", "pygraphviz", "tensorflow", "playwright"),
    *PEER_PACKAGES,
)


@dataclass(frozen=True)
class Machine:
    """Where and when, as far as it bears on times."""

    date: str
    cores: int
    processor: str
    versions: dict[str, str]
    load: tuple[float, float, float]


def this_machine() -> Machine:
    """This machine now."""
    return Machine(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        cores=os.cpu_count() or 0,
        processor=_processor(),
        versions={"python": platform.python_version(), **_versions(), "chromium": _chromium_version()},
        load=os.getloadavg(),
    )


def table(machine: Machine, results: Sequence[Result]) -> str:
    """The result in words and columns: medians, how often graphlab's fits into the others', and graphlab's range."""
    load = " ".join(f"{value:.2f}" for value in machine.load)
    head = [
        f"{machine.date}  {machine.cores} cores  {machine.processor}  load at the start {load}",
        "  ".join(f"{name} {number}" for name, number in machine.versions.items()),
        "",
    ]
    names, rows = _cells(results)
    titles = ("what", "budget", *names, "min–max", "n", "")
    lines = [titles, *((*cells, *_range(own), _verdict(own)) for cells, own in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    text = [
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    ]
    return "\n".join([*head, *(line.rstrip() for line in text)])


def markdown(machine: Machine, results: Sequence[Result]) -> str:
    """The same as the table in tests/bench/README.md, with a sentence on where and when."""
    names, rows = _cells(results)
    shown = [name for name in machine.versions if name in PEER_PACKAGES]
    versions = ", ".join(f"{name} {machine.versions[name]}" for name in ("chromium", *shown))
    lines = [
        f"{machine.date[:10]}, {machine.cores} cores of {machine.processor}, software drawing; {versions}:",
        "",
        f"| what | budget | {' | '.join(names)} |",
        "|---|" + "---:|" * (len(names) + 1),
        *(f"| {' | '.join(cells)} |" for cells, _ in rows),
    ]
    return "\n".join(lines)


def to_json(machine: Machine, results: Sequence[Result]) -> dict[str, Any]:
    """The same as data, with every sample."""
    return {
        "machine": vars(machine),
        "results": [
            {
                "name": result.measurement.name,
                "what": result.measurement.what,
                "unit": result.measurement.unit,
                "budget": result.measurement.budget,
                "contestant": result.contestant,
                "median": result.median,
                "samples": list(result.samples),
                "failure": result.failure,
            }
            for result in results
        ],
    }


def _cells(results: Sequence[Result]) -> tuple[list[str], list[tuple[list[str], Result]]]:
    """The contestants' names, graphlab first; and per measurement the cells of its line and graphlab's result."""
    names = list(dict.fromkeys(result.contestant for result in results))
    medians = {result.measurement.name: result.median for result in results if result.contestant == names[0]}
    lines: dict[str, dict[str, Result]] = {}
    for result in results:
        lines.setdefault(result.measurement.name, {})[result.contestant] = result
    rows = []
    for found in lines.values():
        own = found[names[0]]
        budget = own.measurement.budget
        told = "" if budget is None else amount(budget, own.measurement.unit)
        rows.append(([own.measurement.what, told, *(_cell(found[name], own, medians) for name in names)], own))
    return names, rows


def _cell(result: Result, own: Result, medians: Mapping[str, float | None]) -> str:
    """A contestant's median, with its ratio to graphlab's: of the same measurement, or of the one that it is beside."""
    if result.median is None:
        return result.failure
    told = amount(result.median, result.measurement.unit)
    whole = medians.get(result.measurement.beside) if result is own else own.median
    return f"{told} ({ratio(result.median / whole)}×)" if whole else told


def _range(own: Result) -> tuple[str, str]:
    if own.median is None:
        return "", "0"
    ends = (number(end) for end in (min(own.samples), max(own.samples)))
    return "–".join(ends), str(len(own.samples))


def _verdict(own: Result) -> str:
    budget = own.measurement.budget
    return "over" if budget is not None and own.median is not None and own.median > budget else ""


def amount(value: float, unit: str) -> str:
    """`98 ms`, `2.31 s`, `1,204 MB`."""
    return f"{value / 1000:,.2f} s" if unit == MS and value >= 10_000 else f"{number(value)} {unit}"


def number(value: float) -> str:
    """As many digits as tell something."""
    return f"{value:,.1f}" if value < 50 else f"{value:,.0f}"


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def ratio(value: float) -> str:
    """With one decimal; a small one with one digit that tells something."""
    return f"{value:.1f}" if value >= 0.1 else f"{value:.1g}"


def _chromium_version() -> str:
    path = find_chromium()
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.split() if path else []
    return next((word for word in told if word[0].isdigit()), "unknown")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()

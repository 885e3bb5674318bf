"""What is printed: the machine, then one line for each measurement."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.bench.rounds import Result
from tests.conftest import find_chromium

PACKAGES = ("graphlab", "dash", "fastapi", "uvicorn", "networkx", "pygraphviz", "tensorflow", "playwright")


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
    """The result in words and columns; times in milliseconds."""
    load = " ".join(f"{value:.2f}" for value in machine.load)
    head = [
        f"{machine.date}  {machine.cores} cores  {machine.processor}  load at the start {load}",
        "  ".join(f"{name} {number}" for name, number in machine.versions.items()),
        "",
    ]
    rows = [("what", "budget", "median ms", "min–max", "n", ""), *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join([*head, *(line.rstrip() for line in lines)])


def to_json(machine: Machine, results: Sequence[Result]) -> dict[str, Any]:
    """The same as data, with every sample."""
    return {
        "machine": vars(machine),
        "results": [
            {
                "name": result.measurement.name,
                "what": result.measurement.what,
                "budget_ms": result.measurement.budget_ms,
                "median_ms": result.median_ms,
                "samples_ms": list(result.samples_ms),
            }
            for result in results
        ],
    }


def _row(result: Result) -> tuple[str, ...]:
    budget_ms = result.measurement.budget_ms
    over = budget_ms is not None and result.median_ms > budget_ms
    return (
        result.measurement.what,
        "" if budget_ms is None else f"{budget_ms:,.0f}",
        _number(result.median_ms),
        f"{_number(min(result.samples_ms))}–{_number(max(result.samples_ms))}",
        str(len(result.samples_ms)),
        "over" if over else "",
    )


def _number(time_ms: float) -> str:
    return f"{time_ms:,.1f}" if time_ms < 50 else f"{time_ms:,.0f}"


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


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

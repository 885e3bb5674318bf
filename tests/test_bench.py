"""The benchmark takes its samples and prints them; how fast they are is no matter here."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser

from tests.bench.graphlab_viewer import Graphlab
from tests.bench.measurements import MEASUREMENTS
from tests.bench.report import table, this_machine, to_json
from tests.bench.rounds import measure

pytestmark = pytest.mark.browser


def test_one_round_of_the_quickest_measurements_gives_numbers(browser: Browser) -> None:
    quickest = [measurement for measurement in MEASUREMENTS if measurement.name in ("typed", "layout-mnist")]

    machine = this_machine()
    results = measure(Graphlab(), quickest, browser, rounds=1, warm_ups=0)

    assert all(0 < result.median_ms < 60_000 for result in results)
    lines = table(machine, results).splitlines()
    assert re.search(r"first graph: MNIST MLP +1,200 +[\d,.]+ +[\d,.]+–[\d,.]+ +1", lines[-2])
    assert [result["name"] for result in json.loads(json.dumps(to_json(machine, results)))["results"]] == [
        "typed",
        "layout-mnist",
    ]

"""The benchmark takes its samples and prints them; the speed itself is not tested here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from graphlab.graph import Op, Tensor, build_graph
from tests.bench.contestant import CannotError, TooLongError
from tests.bench.generated import scoped_graph
from tests.bench.graphlab_viewer import Graphlab
from tests.bench.measurements import MEASUREMENTS, Measurement
from tests.bench.page_clock import Chromium
from tests.bench.peer_files import scopes_of
from tests.bench.report import Machine, amount, markdown, table, this_machine, to_json
from tests.bench.rounds import CANNOT, Result, measure, workplace
from tests.bench.subjects import write_subjects
from tests.conftest import CHROMIUM_ARGUMENTS, find_chromium

MACHINE = Machine("2026-11-26T12:00:00+00:00", 2, "a processor", {"chromium": "140", "netron": "9"}, (0.5, 0.4, 0.3))
LOAD = Measurement("load-x", "page load → graph: x", "x", 600, lambda bench, subject: 0.0)
RESULTS = [
    Result(LOAD, "graphlab", (500.0, 700.0, 900.0)),
    Result(LOAD, "TensorBoard", (2100.0,)),
    Result(LOAD, "Netron", (), "> 120 s"),
    Result(replace(LOAD, name="open-x", what="open a group: x", budget=100), "graphlab", (80.0,)),
    Result(replace(LOAD, name="open-x", what="open a group: x", budget=100), "TensorBoard", (40.0,)),
    Result(replace(LOAD, name="open-x", what="open a group: x", budget=100), "Netron", (), CANNOT),
]


def test_the_readme_table_holds_medians_and_ratios_to_graphlab() -> None:
    assert markdown(MACHINE, RESULTS).splitlines() == [
        "2026-11-26, 2 cores of a processor, software drawing; chromium 140, netron 9:",
        "",
        "| what | budget | graphlab | TensorBoard | Netron |",
        "|---|---:|---:|---:|---:|",
        "| page load → graph: x | 600 ms | 700 ms | 2,100 ms (3.0×) | > 120 s |",
        "| open a group: x | 100 ms | 80 ms | 40.0 ms (0.5×) | – |",
    ]


def test_the_printed_table_marks_what_is_over_its_budget() -> None:
    first, second = table(MACHINE, RESULTS).splitlines()[-2:]

    assert first.split()[-3:] == ["500–900", "3", "over"]
    assert second.split()[-2:] == ["80–80", "1"]


def test_a_row_beside_another_has_the_ratio_to_it() -> None:
    values = replace(LOAD, name="values-x", what="input changed: x")
    call = replace(LOAD, name="compiled-x", what="TensorFlow's compiled call: x", budget=None, beside="values-x")
    results = [Result(values, "graphlab", (50.0,)), Result(values, "Netron", (), CANNOT)]
    results += [Result(call, "graphlab", (2.0,)), Result(call, "Netron", (), CANNOT)]

    assert markdown(MACHINE, results).splitlines()[-2:] == [
        "| input changed: x | 600 ms | 50 ms | – |",
        "| TensorFlow's compiled call: x |  | 2.0 ms (0.04×) | – |",
    ]


def test_long_times_are_told_in_seconds() -> None:
    assert [amount(12_345, "ms"), amount(9.87, "ms"), amount(12_345, "MB")] == ["12.35 s", "9.9 ms", "12,345 MB"]


def test_names_are_unique_and_subjects_known(tmp_path: Path) -> None:
    names = [measurement.name for measurement in MEASUREMENTS]

    assert len(set(names)) == len(names)
    assert {measurement.subject for measurement in MEASUREMENTS} == set(write_subjects(tmp_path))
    assert {measurement.after for measurement in MEASUREMENTS} <= {"", *names}
    assert {measurement.beside for measurement in MEASUREMENTS} <= {"", *names}


def test_a_group_is_found_by_the_scope_that_its_ops_are_in() -> None:
    tensor = Tensor("float32", (2,))
    ops = [
        Op("x", "Placeholder", outputs=(tensor,)),
        Op("net_1/dense_2/MatMul", "MatMul", ("net/", "net/dense/"), (("x", 0),), (tensor,)),
        Op("net_1/dense_2/act/Relu", "Relu", ("net/", "net/dense/"), (("net_1/dense_2/MatMul", 0),), (tensor,)),
    ]

    assert scopes_of(build_graph(ops, [])) == {"net/": "net_1/dense_2", "net/dense/": "net_1/dense_2"}
    assert scopes_of(scoped_graph(20))["stage_0/block_0/layer_1/"] == "stage_0/block_0/layer_1"


class _Ready(Graphlab):
    """graphlab, with nothing to prepare."""

    def prepare(self, subjects: object) -> None:
        pass


def _chromium(browser: Browser) -> Chromium:
    return Chromium(browser.browser_type, find_chromium() or "", CHROMIUM_ARGUMENTS)


@pytest.mark.browser
def test_what_cannot_be_measured_or_takes_too_long_is_not_tried_again(browser: Browser, tmp_path: Path) -> None:
    tries = []

    def fail(error: Exception) -> Measurement:
        def sample(bench: object, subject: object) -> float:
            tries.append(type(error))
            raise error

        return Measurement(type(error).__name__, "x", "mnist", None, sample)

    measured = [fail(TooLongError()), fail(CannotError())]
    begins_so = Measurement("then", "x", "mnist", None, lambda bench, subject: 1.0, after="TooLongError")
    chromium = _chromium(browser)
    subjects = write_subjects(tmp_path)

    results = measure(
        [_Ready()], [*measured, begins_so], subjects, chromium, rounds=2, warm_ups=1, limit_s=5, progress=str
    )
    chromium.close()

    assert [result.failure for result in results] == ["> 5 s", CANNOT, "> 5 s"]
    assert tries == [TooLongError, CannotError]


@pytest.mark.browser
def test_a_page_that_hangs_ends_with_its_sample_and_the_next_one_is_taken(browser: Browser) -> None:
    chromium = _chromium(browser)

    with pytest.raises(TooLongError), chromium.limited(1.0):
        chromium.browser.new_page().evaluate("() => { for (;;); }")

    assert chromium.browser.new_page().evaluate("1 + 1") == 2
    chromium.close()


@pytest.mark.tf
@pytest.mark.browser
def test_one_round_gives_numbers_for_all_that_is_installed(browser: Browser) -> None:
    names = ("load-mnist", "open-dense")
    chosen = [measurement for measurement in MEASUREMENTS if measurement.name in names]
    chromium = _chromium(browser)

    with workplace() as (subjects, contestants, _):
        results = measure(contestants, chosen, subjects, chromium, rounds=1, warm_ups=0)
    chromium.close()

    cannot = {(result.measurement.name, result.contestant) for result in results if result.failure == CANNOT}
    assert cannot <= {("open-dense", "Netron")}
    assert not [result for result in results if result.failure not in ("", CANNOT)]
    assert all(0 < result.median < 60_000 for result in results if result.median is not None)
    assert [result["contestant"] for result in json.loads(json.dumps(to_json(this_machine(), results)))["results"]][
        : len(contestants)
    ] == [contestant.name for contestant in contestants]


@pytest.mark.tf
@pytest.mark.browser
def test_values_are_measured_beside_tensorflows_own_calls(browser: Browser) -> None:
    names = ("values-quadratic", "compiled-quadratic", "eager-quadratic")
    chosen = [measurement for measurement in MEASUREMENTS if measurement.name in names]
    chromium = _chromium(browser)

    with workplace() as (subjects, contestants, _):
        results = measure(contestants[:1], chosen, subjects, chromium, rounds=1, warm_ups=0)
    chromium.close()

    assert [result.measurement.name for result in results] == list(names)
    assert all(0 < result.median < 60_000 for result in results if result.median is not None)
    assert not [result for result in results if result.failure]

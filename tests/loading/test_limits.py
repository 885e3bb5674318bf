"""Reading a file must not use up the machine's memory, and a reader that crashes must be reported in a sentence."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from graphlab.errors import FormatError
from graphlab.formats import save
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from graphlab.loading.ask import ask_trace, ask_values
from graphlab.loading.tracing_worker import answer_trace
from graphlab.processes.worker import Worker
from graphlab.sources import parse_source
from tests.support.places import ROOT

HUNGRY = """
from graphlab.loading.limits import limited_memory
with limited_memory(200_000_000):
    try:
        bytearray(300_000_000)
    except MemoryError:
        print("refused")
print(len(bytearray(300_000_000)))
"""


@pytest.fixture(scope="module")
def crashing():
    worker = Worker("tests.support.crashing_reader", env={"PYTHONPATH": str(ROOT)})
    yield worker
    worker.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux counts a process's data")
def test_memory_is_limited_inside_the_block_alone():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    told = subprocess.run([sys.executable, "-c", HUNGRY], capture_output=True, text=True, check=True).stdout

    assert told.split() == ["refused", "300000000"]
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_reader_that_crashes_is_reported_as_a_problem_of_the_file(crashing, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps({}))
    with pytest.raises(FormatError, match=r"model\.json' could not be read: it is damaged, or .* 4 GB of memory"):
        ask_trace(crashing, parse_source(str(tmp_path / "model.json")), lambda stage: None)


def test_a_large_file_that_ends_its_reader_is_not_called_damaged(crashing, tmp_path):
    with (tmp_path / "model.json").open("wb") as file:
        file.truncate(1_500_000_000)  # a hole, which takes no room
    with pytest.raises(FormatError, match=r"model\.json' is too large to read with 4 GB of memory$"):
        ask_trace(crashing, parse_source(str(tmp_path / "model.json")), lambda stage: None)


def test_code_beside_a_file_is_never_taken_for_its_data(tmp_path):
    """`own.py:model.json` may be a file's name, and `own.py` lie beside it."""
    marker = tmp_path / "marker"
    (tmp_path / "own.py").write_text(f"open({str(marker)!r}, 'w')")
    op = Op("x", "Relu", outputs=(Tensor("float32", ()),))
    save(build_graph([op], [], GraphFacts(kind="forward", has_data=True)), tmp_path / "own.py:model.json")
    spec = parse_source(str(tmp_path / "own.py:model.json"))

    graphs = answer_trace({"source": spec.text, "inputs": []}, lambda stage: None)["graphs"]

    assert graphs["forward"]["graph"]["has_data"] is False
    assert not marker.exists()


def test_a_reader_of_values_that_crashes_is_reported_as_a_problem_of_the_file(crashing, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps({}))
    with pytest.raises(FormatError, match=r"model\.json' could not be read: it is damaged"):
        ask_values(crashing, parse_source(str(tmp_path / "model.json")), "w")


def test_a_large_file_may_take_longer_to_read(tmp_path):
    asked = []

    class Noting(Worker):
        def ask(self, request, *, timeout_s, on_progress=None):
            asked.append(timeout_s)
            return {"files": {}, "graphs": {}}

    for name, size in (("small.json", 10), ("large.json", 300_000_000)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        ask_trace(Noting("graphlab.loading.tracing_worker"), parse_source(str(tmp_path / name)), lambda stage: None)

    assert [round(timeout_s) for timeout_s in asked] == [120, 320]

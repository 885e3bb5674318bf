"""Damaged versions of every format are read as far as they go, or refused in one sentence; a bounded number each."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from graphlab.worker import Worker
from tests.fuzz.damage import damaged
from tests.fuzz.reading import Reader

pytestmark = pytest.mark.tf

EXAMPLES = 40
MOST_S = 2.0  # for a format
FORMATS = (
    "graphlab JSON",
    "Model Explorer JSON",
    ".keras",
    ".h5",
    ".weights.h5",
    ".pb",
    ".pbtxt",
    ".meta",
    "SavedModel",
    "event file",
    ".tflite",
    ".onnx",
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from tests.fuzz.seeds import make_seeds

    return make_seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture(params=FORMATS)
def reader(request: pytest.FixtureRequest, seeds: dict[str, Path], tracing_worker: Worker) -> Reader:
    return Reader(seeds[request.param], tracing_worker)


def test_a_damaged_file_gives_a_graph_or_a_sentence(reader: Reader) -> None:
    reader.check(reader.good)
    assert reader.read == 1  # what is damaged below was good

    until = time.monotonic() + MOST_S

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(damaged(reader.good))
    def run(content: bytes) -> None:
        if time.monotonic() < until:
            reader.check(content)

    run()

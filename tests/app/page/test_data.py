"""The data of a model: a graph of its own that is traced on demand."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Page, expect

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.errors import SourceError
from graphlab.sources import data_source, parse_source
from graphlab.store.stored_graphs import find_stored
from tests.support.app_driver import MNIST, App, box, inspected, open_graph, rows, wait_for_graph
from tests.support.shared_processes import OneWorker

pytestmark = pytest.mark.tf

NUMBERS = """
import pathlib
import keras
import tensorflow as tf

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name="own")
model.compile("sgd", "mse")

def datasets(data=None):
    pathlib.Path(__file__).with_name("called").write_text("yes")
    rows = [float(word) for word in (pathlib.Path(data) / "rows.txt").read_text().split()]
    numbers = tf.data.Dataset.from_tensor_slices([[row] for row in rows]).map(lambda x: (x, 2 * x))
    return numbers.take(2).batch(2), numbers.skip(2).batch(2)
"""


@pytest.fixture
def library(tmp_path, tracing_worker, own_cache, monkeypatch):
    """A library with the model of numbers, started with a data folder."""
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    (tmp_path / "own.py").write_text(NUMBERS)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.txt").write_text("1 2 3")
    spec = parse_source(f"{tmp_path}/own.py:model")
    return Library([spec], lambda words: None, str(tmp_path / "data"), workers=OneWorker(tracing_worker))


def settled(open_again):
    """What opening gives once the trace is done."""
    for _ in range(600):
        found = open_again()
        if not isinstance(found, TraceJob) or found.error:
            return found
        time.sleep(0.1)
    raise AssertionError("the trace does not end")


def source_of(library):
    text = next(iter(library.sources._specs))
    settled(lambda: library.open(text))
    return text


def first_values(library, source):
    train = library.graph(source, "pipeline").facts.samples[0]
    return [parts[0]["text"] for parts in train["elements"]]


def test_data_is_named_with_the_model_and_read_when_it_is_opened(library, tmp_path):
    source = source_of(library)

    assert library.names(source) == ("forward", "train_step", "pipeline")
    assert not (tmp_path / "called").exists()
    assert isinstance(library.open_data(source, None), TraceJob)
    settled(lambda: library.open_data(source, None))
    assert first_values(library, source) == ["[1]", "[2]"]
    assert library.graph(source, "pipeline").kind == "pipeline"


def test_data_is_kept_by_its_folder_and_read_again_when_the_folder_changes(library, tmp_path):
    source = source_of(library)
    settled(lambda: library.open_data(source, None))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "rows.txt").write_text("7 8 9")
    settled(lambda: library.open_data(source, str(tmp_path / "other")))
    assert first_values(library, source) == ["[7]", "[8]"]

    assert not isinstance(library.open_data(source, None), TraceJob)
    assert first_values(library, source) == ["[1]", "[2]"]
    (tmp_path / "data" / "rows.txt").write_text("4 5 6 7")
    settled(lambda: library.open_data(source, None))
    assert first_values(library, source) == ["[4]", "[5]"]


def test_unreadable_data_is_reported_while_the_other_graphs_stay(library, tmp_path):
    source = source_of(library)
    found = settled(lambda: library.open_data(source, str(tmp_path)))

    assert found.error.startswith("datasets() failed: FileNotFoundError:")
    assert found.error.endswith(f"({tmp_path}/own.py:11)")
    with pytest.raises(SourceError, match=r"datasets\(\) failed"):
        library.graph(source, "pipeline")
    assert library.graph(source, "forward").kind == "forward"


def test_data_has_a_trace_of_its_own(library, tmp_path):
    spec = parse_source(source_of(library))
    settled(lambda: library.open_data(spec.text, None))

    assert find_stored(data_source(spec, str(tmp_path / "data"))).names == ("pipeline",)
    assert find_stored(data_source(spec, str(tmp_path))) is None


@pytest.mark.usefixtures("traced_by_one")
def test_terminal_knows_the_data_of_a_model(command, tmp_path, monkeypatch):
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)  # as in the process that traces for all tests
    (tmp_path / "own.py").write_text(NUMBERS)
    (tmp_path / "rows.txt").write_text("1 2 3")
    options = [f"{tmp_path}/own.py:model", "--graph", "pipeline", "--data", str(tmp_path)]

    told = json.loads(command("info", *options, "--json")[1])["graphs"]
    code, said, _ = command("export", *options, "-o", str(tmp_path / "data.json"))

    assert list(told) == ["pipeline"]
    nodes = json.loads((tmp_path / "data.json").read_text())["nodes"]
    assert told["pipeline"]["ops"] == len(nodes)
    assert {node["id"] for node in nodes} >= {"map", "train/take", "train/batch", "validation/skip"}
    assert code == 0
    assert "data.json: " in said


@pytest.mark.browser
def test_data_tab_shows_pipelines_and_first_images(page: Page, app: App) -> None:
    open_graph(page, app.address(MNIST))
    page.get_by_role("tab", name="Data").click()
    expect(box(page, "train/shuffle")).to_have_attribute("aria-label", re.compile(r"buffer of [\d,]+"), timeout=60_000)
    wait_for_graph(page)

    assert page.locator(".graph-tab").all_inner_texts() == ["Forward", "Train step", "Data"]
    panel = page.locator("#inspect")
    expect(panel).to_contain_text("The data: UCI handwritten digits")
    expect(panel.locator(".element img")).to_have_count(12)
    assert all(re.fullmatch(r"\d", words) for words in panel.locator("figcaption").all_inner_texts())
    box(page, "train/prefetch").click()
    inspected(page, "train/prefetch")
    expect(panel.locator(".element img")).to_have_count(6)
    assert rows(page, "Each element") == [("[0]", "float32[?,28,28,1]"), ("[1]", "int64[?]")]


@pytest.mark.browser
def test_data_tab_says_why_there_is_no_data(page: Page, app: App) -> None:
    app.file.write_text(NUMBERS)
    page.goto(app.address(app.own, graph="pipeline"))
    error = page.locator(".message[data-kind=error]")

    expect(error).to_contain_text("datasets() failed: TypeError", timeout=60_000)
    page.get_by_role("tab", name="Forward").click()
    wait_for_graph(page)
    expect(error).to_be_hidden()

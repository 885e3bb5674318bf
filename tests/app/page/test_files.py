"""The app's page in a real browser with a model file as its source: its notes and its problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from graphlab.formats import save
from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from tests.support.app_driver import App, box, inspected, open_graph, part, rows, start_app

pytestmark = pytest.mark.browser

VECTOR = Tensor("float32", (3,))


@pytest.fixture(scope="module")
def bad_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a file in which one op inside a group is wrong."""
    home = tmp_path_factory.mktemp("file")
    ops = [
        Op("x", "Placeholder", outputs=(VECTOR,)),
        Op("block/bad", "Frobnicate", ("block/",), (("x", 0),), (VECTOR,), problem="TensorFlow knows no 'Frobnicate'"),
        Op("block/relu", "Relu", ("block/",), (("block/bad", 0),), (VECTOR,)),
        Op("y", "Tanh", (), (("block/relu", 0),), (VECTOR,)),
    ]
    graph = build_graph(
        ops,
        [],
        GraphFacts(
            name="small",
            kind="function",
            groups={"block/": Group("block/", "block")},
            inputs=("x",),
            outputs=("y",),
            notes=("This file was made by hand.",),
        ),
    )
    save(graph, home / "bad.json")
    with start_app(home, str(home / "bad.json")) as running:
        yield running


def test_bad_op_is_marked_in_its_closed_group_and_in_the_inspector(page: Page, bad_file: App) -> None:
    open_graph(page, bad_file.address(str(bad_file.file.parent / "bad.json"), open=""))

    expect(box(page, "block/")).to_have_attribute("data-problem", "1 with a problem")
    expect(part(page, "About this graph")).to_contain_text("This file was made by hand.")
    assert rows(page, "Problems") == [("Frobnicate", "TensorFlow knows no 'Frobnicate'")]

    part(page, "Problems").get_by_role("button", name="Frobnicate").click()
    inspected(page, "block/bad")
    expect(box(page, "block/bad")).to_have_attribute("data-problem", "TensorFlow knows no 'Frobnicate'")
    expect(page.locator("#inspect .problem")).to_have_text("TensorFlow knows no 'Frobnicate'")


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str, Any]]:
    """The app with a saved model, its path, and its first kernel, in which one value is NaN."""
    import keras

    home = tmp_path_factory.mktemp("keras")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu", name="first")], name="net")
    kernel = model.layers[0].kernel.numpy()
    kernel[0, 0] = np.nan
    model.layers[0].kernel.assign(kernel)
    model.save(home / "net.keras")
    with start_app(home, str(home / "net.keras")) as running:
        yield running, str(home / "net.keras"), kernel


@pytest.mark.tf
def test_values_of_a_weight_are_read_when_it_is_selected(page: Page, keras_file: tuple[App, str, Any]) -> None:
    app, path, kernel = keras_file
    open_graph(page, app.address(path, open=["net/", "net/first/"]))
    expect(part(page, "Values")).to_have_count(0)

    page.locator('[data-kind="variable"]').filter(has_not_text="bias").first.click()

    values = page.locator("#values")
    expect(values.locator(".problem")).to_have_text("1 of 12 values are NaN")
    finite = kernel[np.isfinite(kernel)].astype("float64")
    shown = dict(zip(values.locator(".key").all_inner_texts(), values.locator(".mono").all_inner_texts(), strict=False))
    assert shown["stored as"] == "float32[4,3]"
    assert shown["range"] == f"{finite.min():.4g} … {finite.max():.4g}"
    assert shown["mean"] == f"{finite.mean():.4g}"
    expect(values.get_by_role("img")).to_be_visible()


@pytest.mark.tf
def test_log_folder_shows_its_graph_under_its_run_and_its_scalars_as_charts(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import tensorflow as tf

    home = tmp_path_factory.mktemp("log")
    function = tf.function(lambda x: tf.nn.relu(x)).get_concrete_function(tf.TensorSpec([3]))
    scalars = tf.compat.v1.SummaryMetadata(plugin_data={"plugin_name": "scalars"})
    for run, losses in (("train", (0.9, 0.5)), ("validation", (0.95, 0.625))):
        writer = tf.summary.create_file_writer(str(home / "logs" / run))
        with writer.as_default():
            if run == "train":
                tf.summary.graph(function.graph)
            for epoch, loss in enumerate(losses):
                tf.summary.write("epoch_loss", tf.constant(loss), epoch, scalars)
                tf.summary.write("rate", tf.constant(loss), 1000 * epoch, scalars)
        writer.close()
    with start_app(home, str(home / "logs")) as running:
        open_graph(page, running.address(str(home / "logs")))

        expect(page.locator(".graph-tab")).to_have_text(["train"])
        expect(page.locator("#live-status")).to_have_text("From the log")
        expect(page.locator(".numbers td")).to_have_text(["0.5000", "0.6250"] * 2)
        expect(page.locator("#chart-epoch_loss .scatterlayer .trace")).to_have_count(2, timeout=60_000)
        for name, last_step in (("epoch_loss", "1"), ("rate", "1000")):
            expect(page.locator(f"#chart-{name} .xtick text").last).to_have_text(last_step)
        expect(page.locator("#train-start")).to_be_hidden()

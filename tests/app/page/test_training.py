"""Training from the app's page in a real browser: real runs in processes of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from graphlab.app.page.page import STOP_ON_NAN
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run
from graphlab.training.launch.process import resume_run, stop_run
from tests.support.app_driver import MNIST, App, box, open_graph, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.tf]

OWN = """import keras
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)], name="own")
model.compile("sgd", "mse")
"""
ENDLESS = (
    OWN
    + """

def datasets():
    x = tf.random.normal((64, 4), seed=1)
    data = tf.data.Dataset.from_tensor_slices((x, tf.reduce_sum(x, axis=1))).batch(8)
    return data.repeat(100_000), data
"""
)
FAILING = (
    OWN
    + """

def datasets():
    raise OSError("the scanner is out of paper")
"""
)
# How many points the first curve has, each time it has another number.
COUNT_POINTS = """() => {
    window.points = [];
    setInterval(() => {
        const count = document.querySelector("#live-charts .js-plotly-plot")?.data?.[0]?.x.length;
        if (count && count !== window.points.at(-1)) window.points.push(count);
    }, 50);
}"""
CURVES = """() => [...document.querySelectorAll("#live-charts .js-plotly-plot")]
    .flatMap((plot) => plot.data.map((curve) => [curve.name, curve.x.length, curve.x.at(-1)]))"""


def start(page: Page, **fields: int) -> None:
    """Fill the form's fields and start."""
    for name, value in fields.items():
        page.locator(f"#train-{name}").fill(str(value))
    page.locator("#train-start").click()


KEEP_STATES = """
    window.states = [];
    new MutationObserver(() => {
        const words = document.querySelector("#live-status")?.textContent;
        if (words && words !== window.states.at(-1)) window.states.push(words);
    }).observe(document, {childList: true, characterData: true, subtree: true});
"""


def has_status(page: Page, words: str, timeout_s: float = 60) -> None:
    """Wait until the panel says how the run stands."""
    expect(page.locator("#live-status")).to_have_text(words, timeout=timeout_s * 1000)


def started_in(words: str) -> str:
    """When a run was started, by what the page says of it."""
    return re.search(r"started (\d+ \w+,? \d\d:\d\d:\d\d)", words)[1]


def epoch_in(words: str) -> int:
    """The epoch that a run is in, by what the page says of it."""
    return int(re.search(r"epoch ([\d,]+) of", words)[1].replace(",", ""))


def newest_run(app: App) -> Run:
    """The run that was started last, as its log stands."""
    return read_run(max(app.runs.iterdir()))


def test_training_of_two_epochs_is_followed_live_when_started(page: Page, app: App) -> None:
    open_graph(page, app.address(MNIST))
    expect(page.locator("#train-rate")).to_have_value("0.001")
    page.evaluate(COUNT_POINTS)
    start(page, epochs=2, batch=4)
    expect(page.locator("#train-start")).to_have_text("Start another")
    expect(page.locator("#train-stop")).to_be_visible()
    has_status(page, "Running")
    facts = page.locator("#live-facts")
    expect(facts).to_contain_text(
        "UCI handwritten digits, 1,437 + 360 images scaled to 28x28, because MNIST was not found"
    )
    expect(facts).to_contain_text(re.compile("[CG]PU"))
    expect(page.locator("#live-step")).to_contain_text(re.compile(r"epoch [12] of 2 · step [\d,]+ of 360"))
    expect(page.locator("#live-eta")).to_contain_text(re.compile(r"\d+ s left"))
    has_status(page, "Finished")
    expect(facts).to_contain_text("images/s")
    expect(page.locator("#live-bar")).to_have_attribute("value", "1")
    expect(page.locator("#train-start")).to_be_enabled()
    expect(page.locator("#train-stop")).to_be_hidden()

    run = newest_run(app)
    assert run.status == "finished"
    assert run.final["val_accuracy"] > 0.8
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        expect(page.locator("#live-end")).to_contain_text(f"{run.final[name]:.4f}")
    expect(page.locator("#live-charts .js-plotly-plot")).to_have_count(2)
    expect(page.locator("#live-samples img")).to_have_count(len(run.samples))
    assert [row.split()[0] for row in page.locator("#live-samples figcaption").all_inner_texts()] == [
        "✓" if sample.correct else "✗" for sample in run.samples
    ]
    words = re.compile(r"predicted \d .* true label \d")
    expect(page.locator("#live-samples img").first).to_have_attribute("alt", words)
    points = page.evaluate("window.points")
    assert points == sorted(points)
    assert len(points) >= 3, points
    total = len(run.train_curves["loss"])
    assert page.evaluate(CURVES) == [["training", total, 2], ["validation", 2, 2]] * 2


def test_run_is_found_by_every_page_and_keeps_its_log_when_stopped(page: Page, app: App) -> None:
    app.file.write_text(ENDLESS)
    open_graph(page, app.address(app.own))
    start(page, epochs=1)
    has_status(page, "Running")
    expect(page.locator("#live-facts")).to_contain_text("datasets() of")

    second = page.context.new_page()
    open_graph(second, app.address(app.own))
    has_status(second, "Running")
    page.close()
    expect(second.locator("#live-step")).to_have_text(re.compile(r"step [\d,]+ of 800,000"))
    third = second.context.new_page()
    open_graph(third, app.address(app.own))
    has_status(third, "Running")
    expect(third.locator("#live-charts .js-plotly-plot")).to_have_count(1)

    third.locator("#train-stop").click()
    has_status(third, "Stopped", timeout_s=15)
    has_status(second, "Stopped")
    run = newest_run(app)
    assert run.status == "stopped"
    assert run.step > 10
    assert len(run.train_curves["loss"]) >= 2
    third.reload()
    has_status(third, "Stopped")
    expect(third.locator("#train-start")).to_be_enabled()
    expect(third.locator("#live-charts .js-plotly-plot")).to_have_count(1)


def test_panel_and_log_say_why_when_training_fails(page: Page, app: App) -> None:
    app.file.write_text(FAILING)
    open_graph(page, app.address(app.own))
    start(page, epochs=1)
    has_status(page, "Failed")
    words = f"datasets() failed: OSError: the scanner is out of paper ({app.file}:9)"
    expect(page.locator("#live-end")).to_contain_text(words)
    assert newest_run(app).message == words
    expect(page.locator("#train-start")).to_be_enabled()
    # A mended file trains at once.
    app.file.write_text(ENDLESS.replace("100_000", "2"))
    start(page, epochs=1)
    has_status(page, "Finished")
    expect(page.locator("#live-end")).not_to_contain_text("paper")


def test_form_is_offered_when_source_can_be_shown_only(page: Page, app: App) -> None:
    app.file.write_text("import keras\n\nmodel = keras.Sequential(5)\n")
    page.goto(app.address(app.own))
    expect(page.locator(".message[data-kind=error]")).to_be_visible(timeout=60_000)
    expect(page.locator("#train-start")).to_be_hidden()
    expect(page.locator("#train-data")).to_be_hidden()

    app.file.write_text(ENDLESS)
    open_graph(page, app.address(app.own))
    expect(page.locator("#train-start")).to_be_visible()
    expect(page.locator("#train-data")).to_be_visible()


@pytest.mark.parametrize(
    ("fields", "folder", "words"),
    [
        ({"epochs": 2}, "/no/such/folder", "no such data folder: '/no/such/folder'"),
        ({"rate": 0}, "", "learning rate must be a number above 0"),
        ({"epochs": 0}, "", "epochs must be a whole number from 1"),
    ],
)
def test_form_says_what_is_wrong_when_started(
    page: Page, app: App, fields: dict[str, int], folder: str, words: str
) -> None:
    open_graph(page, app.address("examples/xray_cnn.py:model"))
    expect(box(page, "image")).to_be_attached()
    page.locator("#train-data").fill(folder)
    start(page, **fields)
    expect(page.locator("#train-note")).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))
    expect(page.locator("#train-start")).to_be_enabled()


NAN = (
    OWN
    + """

def datasets():
    x = tf.ones((64, 4))
    data = tf.data.Dataset.from_tensor_slices((x, tf.concat([tf.ones(40), [float("nan")] * 24], 0))).batch(8)
    return data, data
"""
)


def test_diverged_run_reports_its_first_bad_step_and_continues_when_allowed(page: Page, app: App) -> None:
    app.file.write_text(NAN)
    open_graph(page, app.address(app.own))
    start(page, epochs=2)
    has_status(page, "Diverged")
    failure = page.locator("#live-end .failure")
    expect(failure).to_contain_text("the loss became NaN at step 6 of epoch 1; try a learning rate below ")
    expect(failure).to_contain_text(f"turn off '{STOP_ON_NAN}' on the page")
    expect(page.locator("#live-step")).to_have_text("Ended in epoch 1 of 2 · step 6 of 8")
    expect(page.locator("#train-resume")).to_be_hidden()

    page.add_init_script(KEEP_STATES)
    open_graph(page, app.address(app.own))
    has_status(page, "Diverged")
    assert page.evaluate("window.states") == ["Reading the run…", "Diverged"]

    page.locator("#train-nan").click()
    expect(page.locator("#train-nan")).to_have_attribute("aria-checked", "false")
    start(page, epochs=2)
    has_status(page, "Finished")
    expect(page.locator("#live-end .warned")).to_contain_text("the loss became NaN at step 6 of epoch 1")


def test_run_is_resumed_with_its_own_settings(page: Page, app: App) -> None:
    app.file.write_text(ENDLESS.replace("100_000", "2"))
    open_graph(page, app.address(app.own))
    start(page, epochs=2, rate=1, seed=11)
    expect(page.locator("#live-settings")).to_contain_text("2 epochs · learning rate 1 · seed 11", timeout=60_000)
    has_status(page, "Finished")
    expect(page.locator("#train-resume")).to_have_text("Train more epochs")

    page.locator("#train-epochs").fill("3")
    page.locator("#train-resume").click()
    expect(page.locator("#live-settings")).to_contain_text("5 epochs · learning rate 1", timeout=60_000)
    has_status(page, "Finished")
    expect(page.locator("#live-settings")).to_contain_text("resumed once")
    run = newest_run(app)
    assert (run.epoch, run.epochs, run.resumed) == (5, 5, 1)
    assert page.evaluate(CURVES) == [
        ["training", len(run.train_curves["loss"]), 5],
        ["validation", 5, 5],
    ]


def test_second_start_asks_and_every_run_can_be_stopped(page: Page, app: App) -> None:
    app.file.write_text(ENDLESS)
    open_graph(page, app.address(app.own))
    start(page, epochs=1)
    has_status(page, "Running")
    first = newest_run(app).run_dir
    page.locator("#train-start").click()
    asked = page.locator(".asks p").inner_text()
    words = r"A run of this source is running: started [^:]+:\d\d:\d\d, 1 epoch, learning rate 0\.01, seed 7\."
    assert re.fullmatch(words, asked)
    shown = page.locator("#live-settings").inner_text()
    assert started_in(asked) == started_in(shown)  # the question is about the run that is shown
    page.get_by_role("button", name="Run both").click()
    expect(page.locator("#train-others")).to_contain_text("own.py:model is running: epoch 1 of 1")
    assert started_in(page.locator("#train-others").inner_text()) == started_in(shown)
    expect(page.locator("#live-settings")).not_to_contain_text(started_in(shown))
    has_status(page, "Running")
    assert newest_run(app).run_dir != first

    page.locator("#train-others").get_by_role("button", name="Stop").click()
    expect(page.locator("#train-others")).to_be_empty()
    assert read_run(first).status == "stopped"
    assert newest_run(app).status in ("starting", "running")

    page.wait_for_timeout(600)  # a press sooner than this is taken for a double click
    page.locator("#train-start").click()
    page.get_by_role("button", name="Stop it and start").click()
    expect(page.locator(".asks")).to_have_count(0)
    has_status(page, "Running")
    assert sorted(read_run(run_dir).status for run_dir in sorted(app.runs.iterdir())[-3:]) == [
        "running",
        "stopped",
        "stopped",
    ]
    page.locator("#train-stop").click()
    has_status(page, "Stopped", timeout_s=15)


def test_words_about_other_runs_follow_them_and_go_when_they_end(page: Page, app: App) -> None:
    app.file.write_text(ENDLESS.replace("100_000", "60"))
    open_graph(page, app.address(app.own))
    start(page, epochs=9000)
    has_status(page, "Running")
    first = newest_run(app).run_dir
    other = page.context.new_page()
    open_graph(other, app.address(MNIST))
    others = other.locator("#train-others .other-place")
    expect(others).to_have_text(re.compile(r"own.py:model is running: epoch \d+ of 9,?000"))
    before = others.inner_text()
    expect(others).not_to_have_text(before)
    assert epoch_in(others.inner_text()) > epoch_in(before)

    other.close()
    page.locator("#train-start").click()
    expect(page.locator(".asks")).to_be_visible()
    stop_run(first)  # as from a terminal
    expect(page.locator("#train-ask")).to_be_empty()
    resume_run(first)
    has_status(page, "Running")
    expect(page.locator("#train-ask")).to_be_empty()  # an answered question does not come back

    page.locator("#train-start").click()
    page.get_by_role("button", name="Run both").click()
    expect(page.locator("#train-others .other-place")).to_have_count(1)
    page.locator("#train-start").click()
    expect(page.locator(".asks p")).to_have_text(
        re.compile(r"2 runs of this source are running\. The newest: started ")
    )
    page.locator(".asks").get_by_role("button", name="Start another").click()
    expect(page.locator("#train-others .other")).to_have_count(2)
    lines = page.locator("#train-others .other").all_inner_texts()
    assert len({started_in(line) for line in lines}) == 2
    for run_dir in sorted(app.runs.iterdir()):
        if not read_run(run_dir).ended:
            stop_run(run_dir)
    expect(page.locator("#train-others")).to_be_empty()
    has_status(page, "Stopped", timeout_s=15)


def test_small_numbers_keep_their_digits_in_charts_and_tables(page: Page, app: App) -> None:
    from tests.test_number_text import MEASURES

    open_graph(page, app.address(MNIST))
    wait_until(page, "() => window.graphlab?.modules")
    measure = 'window.graphlab.modules["page/training/measures"].measure'
    finite = [value for value in MEASURES if abs(value) < 1e300]
    texts = page.evaluate(f"(values) => values.map({measure})", finite)

    assert texts == [f"{12345.678:,.4f}" if value == 12345.678 else MEASURES[value] for value in finite]
    assert page.evaluate(f"{measure}(null)") == "NaN"

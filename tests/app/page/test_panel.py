"""The side panel of the real app, started by its command, with real trainings on a small set of digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from graphlab.training.launch.process import stop_run
from tests.make_digits import DIGITS
from tests.support.app_driver import MNIST, App, open_graph, start_app, wait_until

pytestmark = pytest.mark.browser

START_S = 40  # a training process loads TensorFlow first, on a machine that may be busy
WAITED_FOR = ("Starting the training process…", "Loading TensorFlow…", "Loading data…", "Compiling the first step…")
KEEP_WORDS = """() => {
    window.words = [];
    const note = () => window.words.push(document.querySelector("#live-step").textContent);
    new MutationObserver(note).observe(document.querySelector("#live-step"),
        {childList: true, characterData: true, subtree: true});
}"""
COUNT_MOVES = """() => {
    window.moves = {};
    for (const chart of document.querySelectorAll("#live-charts .js-plotly-plot")) {
        const id = chart.closest("[id^=chart-]").id;
        window.moves[id] = 0;
        chart.on("plotly_afterplot", () => window.moves[id]++);
    }
}"""


def write_digits(folder: Path) -> None:
    """mnist.npz with the packaged digits in the middle of 28x28 pixels."""
    digits = np.load(DIGITS)
    images = np.pad(np.kron(digits["images"] * 15, np.ones((1, 3, 3))), ((0, 0), (2, 2), (2, 2))).astype(np.uint8)
    train, test = slice(None, 1500), slice(1500, None)
    np.savez(
        folder / "mnist.npz",
        x_train=images[train],
        y_train=digits["labels"][train],
        x_test=images[test],
        y_test=digits["labels"][test],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data in `digits` and none in `empty`."""
    folder = tmp_path_factory.mktemp("panel")
    for name in ("digits", "empty"):
        (folder / name).mkdir()
    write_digits(folder / "digits")
    return folder


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[App]:
    with start_app(folder, MNIST) as app:
        yield app


def open_panel(page: Page, app: App, source: str = MNIST) -> None:
    open_graph(page, app.address(source))
    page.wait_for_selector("#training[data-trainable]", state="attached")


def start(page: Page, data: Path, epochs: int) -> None:
    page.locator("#train-data").fill(str(data))
    page.locator("#train-epochs").fill(str(epochs))
    page.locator("#train-start").click()
    expect(page.locator("#live-status")).to_have_attribute("data-status", re.compile("starting|running"))


def area_of(page: Page, selector: str) -> tuple[float, float]:
    """Top and bottom of an element, in pixels."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def assert_in_sight(page: Page) -> None:
    """Nothing that matters while a run continues is cut by the panel or covered by its buttons."""
    top, _ = area_of(page, "#training")
    buttons, bottom = area_of(page, ".actions")
    assert bottom <= page.evaluate("innerHeight")
    for part in ("#live-status", "#live-facts", "#live-bar", "#live-step", "#live-eta", "#live-charts"):
        upper, lower = area_of(page, part)
        assert top <= upper, part
        assert lower <= buttons, part


@pytest.fixture(autouse=True)
def no_run_left(app: App) -> Iterator[None]:
    """A test that fails in the middle of a run leaves none to the next."""
    yield
    for run_dir in app.runs.glob("*"):
        stop_run(run_dir)


@pytest.mark.tf
def test_panel_follows_training_when_started_and_stopped(page: Page, app: App, folder: Path) -> None:
    open_panel(page, app)
    page.evaluate(KEEP_WORDS)
    start(page, folder / "digits", 900)
    expect(page.locator("#live-charts .scatterlayer .trace")).to_have_count(4, timeout=START_S * 1000)
    words = page.evaluate("window.words")
    # Each is on the page for as long as it lasts; on a fast machine some last less than a frame of the stream.
    assert "Loading TensorFlow…" in words
    assert len([one for one in WAITED_FOR if one in words]) >= 2
    assert [one for one in words if "epoch 0" in one] == []

    expect(page.locator(".sample figcaption").first).to_have_text(re.compile(r"^[✓✗] \d · \d$"))
    assert_in_sight(page)
    page.evaluate(COUNT_MOVES)
    wait_until(page, "() => Math.min(...Object.values(window.moves)) >= 6")
    assert set(page.evaluate("window.moves")) == {"chart-loss", "chart-accuracy"}

    line = page.locator("#chart-loss .scatterlayer .trace path.js-line").first
    before = line.get_attribute("style")
    page.locator("#theme").click()
    expect(line).not_to_have_attribute("style", str(before))
    page.set_viewport_size({"width": 800, "height": 600})
    page.locator("#panel-toggle").click()
    expect(page.locator("#live-charts")).to_be_visible()
    wait_until(page, "() => document.querySelector('#panel').getAnimations().length === 0")  # it has slid in
    assert_in_sight(page)

    page.locator("#train-stop").click()
    expect(page.locator("#live-status")).to_have_text("Stopped")
    expect(page.locator("#live-step")).to_have_text(re.compile(r"^Stopped in epoch \d+ of 900"))
    expect(page.locator("#train-start")).to_be_focused()
    rows = page.locator(".numbers tr").all_text_contents()
    assert [re.sub(r"\d+\.\d{4}", " number", row) for row in rows] == [
        "last full epochtrainingvalidation",
        "accuracy number number",
        "loss number number",
    ]

    page.reload()
    expect(page.locator("#live-step")).to_have_text(re.compile(r"^Stopped in epoch \d+ of 900"))


@pytest.mark.tf
def test_panel_says_all_of_why_when_training_fails(page: Page, app: App, folder: Path) -> None:
    open_panel(page, app)
    start(page, folder / "empty", 2)
    expect(page.locator("#live-status")).to_have_text("Failed", timeout=START_S * 1000)
    where = str((folder / "empty").resolve())
    words = f"no mnist.npz in the data folder {where!r}; put it there or use another folder"
    expect(page.locator(".failure")).to_have_text(words)
    failure = page.locator(".failure")
    assert failure.evaluate("box => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")
    assert failure.evaluate("box => getComputedStyle(box).userSelect") == "text"
    expect(page.locator("#live-bar")).to_be_hidden()
    expect(page.locator(".form")).to_be_visible()


@pytest.mark.tf
def test_only_newest_message_is_seen_when_start_is_refused_after_failure(page: Page, app: App, folder: Path) -> None:
    open_panel(page, app)
    start(page, folder / "empty", 2)
    expect(page.locator(".failure")).to_be_visible(timeout=START_S * 1000)
    page.locator("#train-data").fill("/no/such/folder")
    page.locator("#train-start").click()
    expect(page.locator("#train-note")).to_contain_text("no such data folder: '/no/such/folder'")
    expect(page.locator(".failure")).to_be_hidden()
    page.locator("#train-data").fill(str(folder / "empty"))
    page.wait_for_timeout(600)  # a second press too soon counts for nothing
    page.locator("#train-start").click()
    expect(page.locator("#train-note")).to_be_empty()
    expect(page.locator(".failure")).to_be_visible(timeout=START_S * 1000)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("train-epochs", "", "Epochs must be a whole number from 1 to 10,000"),
        ("train-epochs", "2.5", "Epochs must be a whole number from 1 to 10,000"),
        ("train-rate", "0", "Learning rate must be a number above 0"),
    ],
)
def test_form_says_what_is_wrong_when_field_cannot_be_used(
    page: Page, app: App, field: str, value: str, words: str
) -> None:
    open_panel(page, app)
    expect(page.locator("#train-rate")).to_have_value("0.001")
    before = sorted(app.runs.glob("*"))
    page.locator(f"#{field}").fill(value)
    page.locator("#train-start").click()
    expect(page.locator("#train-note")).to_have_text(words)
    expect(page.locator(f"#{field}")).to_be_focused()
    page.locator(f"#{field}").fill("1")
    expect(page.locator("#train-note")).to_be_empty()
    assert sorted(app.runs.glob("*")) == before


def test_learning_rate_stays_when_another_graph_is_shown(page: Page, app: App) -> None:
    open_panel(page, app)
    expect(page.locator("#train-rate")).to_have_value("0.001")
    page.locator("#train-rate").fill("0.05")
    with page.expect_response(lambda response: "train-why" in (response.request.post_data or "")):
        page.get_by_role("tab", name="Train step").click()
    page.wait_for_timeout(100)
    expect(page.locator("#train-rate")).to_have_value("0.05")


def test_panel_only_says_why_when_source_cannot_be_trained(page: Page, app: App) -> None:
    open_panel(page, app, "examples/quadratic.py:f")
    expect(page.locator("#train-why")).to_contain_text("cannot be trained")
    for part in (".form", "#train-start", "#live"):
        expect(page.locator(part)).to_be_hidden()


def test_drawer_closes_and_gives_focus_back_when_escape_is_pressed(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    open_panel(page, app)
    page.locator("#panel-toggle").click()
    expect(page.locator("#panel")).to_be_focused()
    page.locator("#train-epochs").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#panel-toggle")).to_be_focused()
    expect(page.locator("#panel-toggle")).to_have_attribute("aria-expanded", "false")


def test_split_stays_when_it_was_moved_and_page_is_opened_again(page: Page, app: App) -> None:
    open_panel(page, app)
    page.locator("#splitter").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    moved = area_of(page, ".inspect")
    page.reload()
    page.wait_for_selector("#training[data-trainable=yes]")
    assert area_of(page, ".inspect") == pytest.approx(moved, abs=1)
    page.locator("#splitter").focus()
    page.keyboard.press("Enter")
    assert area_of(page, ".inspect")[1] < moved[1] - 20


def test_tab_walks_panel_in_order_when_pressed(page: Page, app: App) -> None:
    open_panel(page, app)
    page.locator("#splitter").focus()
    walked = []
    form = ["train-data", "train-epochs", "train-batch", "train-rate", "train-seed", "train-nan", "train-start"]
    for _ in form:
        page.keyboard.press("Tab")
        walked.append(page.evaluate("document.activeElement.id"))
    assert walked == form
    assert page.locator("#train-start").evaluate("button => getComputedStyle(button).outlineStyle") == "solid"

"""The app's page with a user's own file: waiting, the graph, an edited file, and errors."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import MNIST, App, box, open_graph, opened, wait_for_graph

pytestmark = [pytest.mark.browser, pytest.mark.tf]

IMPORTS = "import keras\nimport tensorflow as tf\nfrom keras import layers\n\n"
MODEL = IMPORTS + (
    'model = keras.Sequential([keras.Input((4,)), layers.Dense({units}, name="first"), layers.Dense(1, name="last")],\n'
    '                         name="own")\n'
    'model.compile("sgd", "mse")\n'
)
NEVER_BUILT = IMPORTS + "model = keras.Sequential([layers.Dense(3)])\n"
RAISES = IMPORTS + (
    "@tf.function(input_signature=[tf.TensorSpec((2, 3))])\n"
    "def model(x):\n"
    '    raise ValueError("there are no bananas today")\n'
)


def write(app: App, text: str) -> str:
    """Put the text into the user's file; returns the address of its page."""
    app.file.write_text(text)
    return app.address(app.own)


def message(page: Page) -> str:
    """The words over the canvas, once they tell of an error."""
    expect(page.locator(".message[data-kind=error]")).to_be_visible(timeout=60_000)
    expect(page.locator("#inspect")).to_have_text("")
    expect(page.get_by_role("heading", name="Training")).to_be_hidden()
    return page.locator(".message-detail").inner_text()


def test_page_says_what_it_waits_for_when_source_is_new(page: Page, app: App) -> None:
    page.goto(write(app, MODEL.format(units=7)))
    waiting = page.locator(".message[data-kind=waiting]")
    expect(waiting.locator(".message-title")).to_have_text(re.compile("Starting|Loading|Tracing|Sending"))
    expect(waiting.locator(".message-detail")).to_have_text(re.compile(r"^\d+ s$"))
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile("Dense 7"), timeout=60_000)
    expect(waiting).to_be_hidden()


def test_graph_comes_from_store_when_opened_again(page: Page, app: App) -> None:
    address = write(app, MODEL.format(units=7))
    open_graph(page, address)
    other = page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))
    open_graph(other, address)
    assert [it for it in asked if it.endswith("/scene")] == ["GET /scene"]
    expect(other.locator(".message")).to_be_hidden()


def test_new_graph_is_shown_when_file_was_edited_and_page_reloaded(page: Page, app: App) -> None:
    open_graph(page, write(app, MODEL.format(units=7)))
    write(app, MODEL.format(units=9))
    page.reload()
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile("Dense 9"), timeout=60_000)


def test_graph_is_of_newest_file_when_edited_during_trace(page: Page, app: App) -> None:
    page.goto(write(app, "import time\ntime.sleep(1)\n" + MODEL.format(units=3)))
    expect(page.locator(".message[data-kind=waiting]")).to_be_visible()
    write(app, MODEL.format(units=4))
    wait_for_graph(page)
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile("Dense 4"))


def test_open_page_keeps_its_graph_while_file_is_edited(page: Page, app: App) -> None:
    open_graph(page, write(app, MODEL.format(units=5)))
    write(app, RAISES)
    box(page, "own/first/").click()
    expect(page.locator("#inspect h2 code")).to_have_text("own/first/")
    page.locator("#search").fill("last")
    expect(page.locator("#results .result").first).to_contain_text("last")
    page.locator("#results .result").first.click()
    expect(page.locator("#inspect h2 code")).to_have_text("own/last/")


def test_open_page_keeps_its_graph_when_the_focus_rests_on_a_group_of_an_edited_file(page: Page, app: App) -> None:
    open_graph(page, write(app, MODEL.format(units=5)))
    write(app, MODEL.format(units=6))
    for group in ("own/first/", "own/last/"):
        with page.expect_response("**/scene") as ahead:
            box(page, group).focus()
        assert ahead.value.json()["scene"], group
    page.keyboard.press("Enter")

    expect(box(page, "own/last/")).to_have_attribute("aria-expanded", "true")
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile("Dense 5"))


def test_tracing_error_has_its_own_words_and_line_until_file_is_mended(page: Page, app: App) -> None:
    page.goto(write(app, RAISES))
    words = message(page)
    assert "ValueError: there are no bananas today" in words
    assert f"{app.file}:7" in words
    assert "there are no bananas today" in (app.file.parent / "errors.txt").read_text()  # in the terminal too
    expect(page.locator("[data-box]")).to_have_count(0)
    write(app, MODEL.format(units=6))
    page.reload()  # at once, as fast as a reader can be
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile("Dense 6"), timeout=60_000)
    expect(page.locator(".message")).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NEVER_BUILT, ["was never built", "call it on a batch", "--input"]),
        ("model = (\n", ["SyntaxError", "own.py:1"]),
        ("other = 3\n", ["no 'model' in own.py (found: other)"]),
        ("model = 3\n", ["'model' is an int, not a function, model or dataset"]),
        ("def model(a, b):\n    return a + b\n", ["no input signature", '--input "a=float32']),
    ],
)
def test_page_says_what_is_wrong_when_source_cannot_be_traced(
    page: Page, app: App, text: str, words: list[str]
) -> None:
    page.goto(write(app, text))
    told = message(page)
    assert [word for word in words if word not in told] == []
    expect(page.locator("#panel .failure")).to_have_count(0)


def test_page_says_how_to_go_on_when_source_is_unknown(page: Page, app: App) -> None:
    (app.file.parent / "elsewhere.py").write_text(MODEL.format(units=3))
    page.goto(app.address(f"{app.file.parent}/elsewhere.py:model"))
    told = message(page)
    assert f"this app was not started with '{app.file.parent}/elsewhere.py:model'" in told
    assert f"graphlab open {app.file.parent}/elsewhere.py:model" in told
    page.goto(app.address("/etc/passwd"))
    told = message(page)
    assert "this app was not started with '/etc/passwd', and graphlab cannot open it" in told
    assert "graphlab open" not in told


def test_page_names_graphs_when_address_asks_for_another(page: Page, app: App) -> None:
    page.goto(app.address(MNIST, graph="backward"))
    assert message(page) == f"'{MNIST}' has no graph 'backward'; it has forward, train_step, pipeline"


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        (None, MODEL.format(units=7), "To train this model, define datasets() in its file"),
        (None, MODEL.format(units=7).replace("model.compile", "# model.compile"), "is not compiled"),
        ("examples/quadratic.py:f", "", "A function cannot be trained."),
    ],
)
def test_training_panel_says_why_when_source_cannot_be_trained(
    page: Page, app: App, source: str | None, text: str, words: str
) -> None:
    open_graph(page, app.address(source) if source else write(app, text))
    expect(page.locator("#train-why")).to_contain_text(words)
    expect(page.locator("#train-start")).to_be_hidden()


def test_function_made_by_function_is_drawn_when_named(page: Page, app: App) -> None:
    open_graph(page, write(app, MODEL.format(units=7).replace("model", "made") + "\ndef model():\n    return made\n"))
    box(page, "own/first/").dblclick()
    opened(page, "own/first/")
    expect(page.locator("[data-op-type=MatMul]")).to_have_count(1)

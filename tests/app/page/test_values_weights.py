"""Weights of a run and training mode in a browser: trained on the page, chosen in the form, kept in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.app_driver import App, open_graph, start_app, wait_for_graph

pytestmark = [pytest.mark.browser, pytest.mark.tf]

PROGRAM = """
import keras
import numpy as np

model = keras.Sequential([
    keras.Input((4,), name="v"),
    keras.layers.Dense(6, activation="relu", bias_initializer="zeros"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(1),
])
model.compile(keras.optimizers.SGD(0.01), "mse")


def datasets():
    x = np.linspace(-1, 1, 128, dtype="f").reshape(32, 4)
    return (x, x.sum(axis=1, keepdims=True)), (x, x.sum(axis=1, keepdims=True))
"""


@pytest.fixture(scope="module")
def trained_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("weights")
    (home / "own.py").write_text(PROGRAM)
    with start_app(home, f"{home / 'own.py'}:model") as running:
        yield running


def weights(page: Page) -> Locator:
    return page.get_by_label("Weights")


def result(page: Page) -> Locator:
    return page.locator(".values-result")


def show(page: Page, address: str) -> None:
    open_graph(page, address)
    expect(page.locator(".values-output").first).to_be_visible(timeout=120_000)


def choose_mode(page: Page, words: str) -> None:
    page.get_by_role("radiogroup", name="Mode").get_by_text(words, exact=True).click()


def test_weights_of_a_run_and_training_mode_are_chosen_and_kept(page: Page, trained_app: App) -> None:
    show(page, trained_app.address(trained_app.own, values="1"))
    expect(page.locator(".values-only")).to_have_text("as built, untrained")
    built = result(page).inner_text()

    # An epoch that is trained meanwhile is offered without a reload, and what is set stays.
    page.locator("[data-panel-tab=training]").click()
    page.locator("#train-epochs").fill("1")
    page.locator("#train-start").click()
    expect(page.locator("#live-status")).to_have_text("Finished", timeout=90_000)
    page.locator("[data-panel-tab=values]").click()
    expect(weights(page).locator("option")).to_have_text(["as built, untrained", re.compile("run .*, epoch 1")])
    expect(result(page)).to_have_text(built)
    weights(page).select_option(index=1)
    expect(result(page)).not_to_have_text(built)
    trained = result(page).inner_text()

    choose_mode(page, "Training")
    seed = page.get_by_label("Seed for dropout and other random ops")
    expect(seed).to_have_value("7")
    results = set()
    for number in range(1, 9):  # each unit is dropped half of the time
        with page.expect_response(lambda answer: answer.url.endswith("/values/evaluate")):
            seed.fill(str(number))
        page.wait_for_url(re.compile(f"seed%22:{number}"))
        results.add(result(page).inner_text())
    assert len(results) > 1
    in_training = result(page).inner_text()
    address = page.url

    other = page.context.new_page()
    show(other, address)
    expect(weights(other)).to_have_value(weights(page).input_value())
    expect(other.get_by_label("Seed for dropout and other random ops")).to_have_value("8")
    expect(result(other)).to_have_text(in_training)
    choose_mode(other, "Inference")
    expect(result(other)).to_have_text(trained)

    # The train step begins with the same weights.
    other.get_by_role("tab", name="Train step").click()
    wait_for_graph(other)
    expect(weights(other)).to_have_value(weights(page).input_value(), timeout=30_000)


def test_a_link_to_weights_that_are_not_here_says_so(page: Page, trained_app: App) -> None:
    show(page, trained_app.address(trained_app.own, values="1", inputs='{"settings":{},"weights":"2020-01-01/3"}'))
    expect(page.locator(".values-model")).to_contain_text("The weights of this link are not here")


def test_a_link_carries_the_base(page: Page, browser: Browser, trained_app: App) -> None:
    show(page, trained_app.address("examples/quadratic.py:f", values="1"))
    page.get_by_role("button", name="Keep this input as the base").click()
    page.get_by_role("textbox", name="y").fill("5")
    expect(page.locator('[data-box="Identity"]')).to_have_attribute("aria-label", re.compile("difference 10$"))

    other = page.context.new_page()
    show(other, page.url)
    expect(other.locator(".values-base")).to_have_text("x = 3, y = 4")
    expect(other.locator('[data-box="Identity"]')).to_have_attribute("aria-label", re.compile("difference 10$"))
    other.get_by_role("textbox", name="y").fill("6")
    expect(other.locator('[data-box="Identity"]')).to_have_attribute("aria-label", re.compile("difference 20$"))


def test_share_says_that_a_drawing_is_left_out(page: Page, trained_app: App) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(page, trained_app.address("examples/mnist_mlp.py:model", values="1"))
    page.locator(".values-ways").get_by_text("Draw", exact=True).click()
    pad = page.locator(".values-pad, canvas[aria-label*=draw i]").first
    pad.scroll_into_view_if_needed()
    corner = pad.bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 60, corner["y"] + 40)
    page.mouse.down()
    page.mouse.move(corner["x"] + 90, corner["y"] + 150, steps=5)
    page.mouse.up()
    expect(page.locator(".values-words").first).to_contain_text("your drawing")
    page.locator("#share").click()
    expect(page.locator("#share")).to_have_text("Link copied, without the drawing")

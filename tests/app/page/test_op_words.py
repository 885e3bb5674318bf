"""The words about the selected op in a browser: readable formulas, the sum over the paths, the update of a weight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.page.test_values import show
from tests.support.app_driver import KERNEL, MNIST, App, start_app

pytestmark = [pytest.mark.browser, pytest.mark.tf]

SELECT = "id => window.graphlab.modules['page/values/client'].want({ selected: id })"
SIZES = """found => found.filter((it) => !it.children.length)
    .map((it) => [it.textContent, parseFloat(getComputedStyle(it).fontSize)])"""


@pytest.fixture(scope="module")
def words_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose processes for values all tests of this module share."""
    with start_app(tmp_path_factory.mktemp("words")) as running:
        yield running


def select(page: Page, op_id: str, heading: str) -> None:
    """Select an op, whether it is drawn or inside a closed box, and wait for its words."""
    page.evaluate(SELECT, op_id)
    expect(page.locator(".words-head")).to_contain_text(heading)


def test_fractions_have_the_size_of_the_text_and_powers_are_readable(page: Page, words_app: App) -> None:
    show(page, words_app, MNIST)
    select(page, "mnist_mlp_1/activation_2_1/Softmax", "Softmax")

    above = page.locator(".words-formula mfrac > :first-child *").evaluate_all(SIZES)
    every = page.locator(".op-words math *").evaluate_all(SIZES)
    size = page.locator(".words-formula math").first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert ("e", size) in [(text.replace("𝑒", "e"), of_text) for text, of_text in above]
    assert min(size for _, size in every) >= 11


def test_a_position_outside_is_a_sentence_under_the_field_which_stays(page: Page, words_app: App) -> None:
    show(page, words_app, MNIST, graph="train_step")
    select(page, KERNEL, "kernel")
    weight = page.get_by_role("textbox", name="kernel at")
    expect(weight).not_to_have_value("0, 0")  # its gradient is 0

    weight.fill("5000, 7")
    weight.press("Enter")
    expect(page.locator(".op-words [role=alert]")).to_have_text(
        "the variable has no number at 5000, 7; its last one is at 783, 255"
    )
    expect(page.locator(".words-update")).to_be_visible()
    weight.fill("3")
    weight.press("Enter")
    expect(page.locator(".op-words [role=alert]")).to_contain_text("Type 2 whole numbers")
    weight.fill("3, 5")
    weight.press("Enter")
    expect(page.locator(".op-words [role=alert]")).to_have_text("")
    expect(weight).to_have_value("3, 5")

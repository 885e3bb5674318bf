"""The words about the selected op in a browser: readable formulas, the sum over the paths, the update of a weight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.page.test_values import show
from tests.support.app_driver import MNIST, App, start_app

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
    assert ("e", 15) in [(text.replace("𝑒", "e"), size) for text, size in above]
    assert min(size for _, size in every) >= 11

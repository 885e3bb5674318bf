"""The Values tab of the real app in a browser: from the gallery to numbers, gradients, words, cells and differences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.app_driver import (
    DENSE,
    MATMUL,
    MNIST,
    App,
    box,
    open_graph,
    opened,
    start_app,
    wait_for_graph,
    watch,
)

pytestmark = [pytest.mark.browser, pytest.mark.tf]

QUADRATIC = "examples/quadratic.py:f"
DOUBLED = """
import tensorflow as tf

example_inputs = {"x": 3.0}


@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
def f(x):
    return x * 2.0
"""
PHONE = {"width": 390, "height": 800}
PLACES = "found => found.map((it) => [it.dataset.box, it.style.cssText])"


@pytest.fixture(scope="module")
def values_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a source of its own, whose processes for values all tests of this module share."""
    home = tmp_path_factory.mktemp("values")
    (home / "own.py").write_text(DOUBLED)
    with start_app(home, f"{home / 'own.py'}:f") as running:
        yield running


def show(page: Page, app: App, source: str, **query: str | list[str]) -> None:
    """Open a source with its Values tab and wait for the first values, which need a process with TensorFlow."""
    open_graph(page, app.address(source, values="1", **query))
    expect(page.locator(".values-output").first).to_be_visible(timeout=120_000)


def says(page: Page, box_id: str, words: str) -> None:
    """Wait until a box ends with these words about its value."""
    expect(box(page, box_id)).to_have_attribute("aria-label", re.compile(rf", {re.escape(words)}$"))


def tab(page: Page, name: str) -> Locator:
    return page.locator(f"[data-panel-tab={name}]")


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"{name}, slider")


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name)


def problem(page: Page, name: str) -> Locator:
    """What is wrong with an input, at its field."""
    return page.get_by_role("group", name=name, exact=True).locator(".values-problem")


def result(page: Page) -> Locator:
    return page.locator(".values-result")


def choose_part(page: Page, name: str) -> None:
    """Let the boxes show the values, the gradients, or both."""
    page.locator(".values-part").get_by_text(name, exact=True).click()


def formulas(page: Page) -> list[str]:
    """What is said of the selected op, as a screen reader reads it."""
    return page.locator(".op-words [role=math]").evaluate_all("all => all.map((it) => it.getAttribute('aria-label'))")


def select(page: Page, box_id: str, heading: str) -> None:
    """Select a box and wait for the words about it."""
    box(page, box_id).click()
    expect(page.locator(".op-words h3")).to_contain_text(heading)


def test_two_clicks_lead_from_the_gallery_to_42(page: Page, values_app: App) -> None:
    page.goto(values_app.url)
    page.locator(".card", has_text=QUADRATIC).click()
    wait_for_graph(page)
    tab(page, "values").click()

    expect(result(page)).to_have_text("42", timeout=120_000)
    for box_id, value in {"x": 3, "y": 4, "pow": 9, "mul": 36, "add": 40, "add_1": 42, "Identity": 42}.items():
        says(page, box_id, f"value {value}")
    assert page.url.startswith(values_app.address(QUADRATIC, values="1"))


def test_the_gradient_of_each_input_is_written_out_and_checked(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    choose_part(page, "Both")
    says(page, "x", "value 3, gradient 24")
    says(page, "y", "value 4, gradient 10")

    select(page, "x", "x")
    assert formulas(page) == ["x = 3", "∂output/∂x = 24", "∂output/∂x = ∂output/∂Pow · 6 = 4 · 6 = 24"]
    page.get_by_role("button", name="Check with finite differences").click()
    expect(page.locator(".words-checks li")).to_have_text(["x: finite difference 24.00, agrees within 0.01"])

    select(page, "y", "y")
    expect(page.locator(".op-words")).to_contain_text("Each op that reads y adds to this")
    assert formulas(page)[-1] == "∂output/∂y = 1·1 + 9·1 = 10"
    page.get_by_role("button", name="See Mul").click()
    expect(page.locator(".op-words h3")).to_contain_text("Mul")
    assert "9 × 4 = 36" in formulas(page)
    expect(page.locator(".words-step")).to_have_text(re.compile(r"op \d of \d"))
    assert "∂output/∂y = 1·1 + 9·1 = 10" in formulas(page)
    expect(page.locator(".op-words")).to_contain_text("through AddV2 and Mul")


def test_a_slider_changes_every_box_and_moves_none(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    says(page, "Identity", "value 42")
    places = page.eval_on_selector_all("[data-box]", PLACES)

    slider(page, "x").fill("5")

    expect(field(page, "x")).to_have_value("5")
    expect(result(page)).to_have_text("106")
    for box_id, value in {"x": 5, "y": 4, "pow": 25, "mul": 100, "add": 104, "add_1": 106}.items():
        says(page, box_id, f"value {value}")
    slider(page, "x").fill("-9.5")
    says(page, "pow", "value 90.25")
    assert page.eval_on_selector_all("[data-box]", PLACES) == places


def test_the_difference_to_a_base_is_shown_until_it_is_cleared(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    page.get_by_role("button", name="Keep this input as the base").click()
    expect(page.locator(".values-base")).to_have_text("x = 3, y = 4")
    field(page, "y").fill("5")

    for box_id, difference in {"x": 0, "y": 1, "pow": 0, "mul": 9, "Identity": 10}.items():
        says(page, box_id, f"difference {difference}")
    expect(page.locator(".values-output .values-difference")).to_have_text("Δ +10")
    page.get_by_role("checkbox", name="Show the difference on every box").uncheck()
    expect(page.locator(".values-output .values-difference")).to_have_count(0)
    says(page, "Identity", "value 52")
    page.get_by_role("checkbox", name="Show the difference on every box").check()
    says(page, "Identity", "difference 10")
    page.get_by_role("button", name="Clear the base").click()
    says(page, "Identity", "value 52")


@pytest.mark.parametrize(("text", "words"), [("three", "'three' is not a number"), ("1e400", "1e400"), ("", "number")])
def test_a_wrong_input_is_one_sentence_at_its_field(page: Page, values_app: App, text: str, words: str) -> None:
    show(page, values_app, QUADRATIC)
    field(page, "x").fill(text)

    alert = problem(page, "x")
    expect(alert).to_contain_text(words)
    expect(problem(page, "y")).to_be_empty()
    expect(field(page, "x")).to_have_attribute("aria-invalid", "true")
    says(page, "Identity", "value 42")
    field(page, "x").fill("5")
    expect(alert).to_be_empty()
    says(page, "Identity", "value 106")


def test_an_address_opens_the_tab_and_every_tab_keeps_the_values(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC, select="mul")
    expect(tab(page, "values")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".op-words h3")).to_contain_text("Mul")

    tab(page, "inspect").click()
    expect(page.locator("#inspect h2 code")).to_have_text("mul")
    says(page, "mul", "value 36")
    tab(page, "training").click()
    expect(page.locator("#train-why")).to_be_visible()
    says(page, "mul", "value 36")
    page.reload()
    wait_for_graph(page)
    says(page, "mul", "value 36")
    expect(tab(page, "values")).to_have_attribute("aria-selected", "true")


def test_a_link_opens_the_same_values(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    page.get_by_role("textbox", name="x").fill("5")
    page.get_by_text("Both", exact=True).click()
    says(page, "x", "value 5, gradient 40")

    other = page.context.new_page()
    other.goto(page.url)
    expect(box(other, "x")).to_have_attribute("aria-label", re.compile("value 5, gradient 40$"), timeout=60_000)
    expect(other.get_by_role("textbox", name="x")).to_have_value("5")


def test_values_that_were_hidden_come_back(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    says(page, "Identity", "value 42")

    page.get_by_role("button", name="Hide the values").click()
    expect(page.locator(".player")).to_be_hidden()
    page.get_by_role("tab", name="Values").click()

    says(page, "Identity", "value 42")
    expect(page.locator(".player")).to_be_visible()


def test_everything_is_in_reach_on_a_phone(browser: Browser, values_app: App) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    problems = watch(context)
    page = context.new_page()
    open_graph(page, values_app.address(QUADRATIC, values="1"))
    says(page, "Identity", "value 42")
    expect(page.get_by_role("group", name="Player")).to_be_in_viewport()
    page.locator("#panel-toggle").click()
    expect(result(page)).to_be_in_viewport()
    field(page, "x").fill("2")
    expect(result(page)).to_have_text("22")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    context.close()
    assert problems == []


def test_groups_that_open_show_the_values_of_their_boxes(page: Page, values_app: App) -> None:
    show(page, values_app, MNIST)
    says(page, DENSE, "value: mean -0.02278, from -1.248 to 1.768")
    expect(box(page, MATMUL)).to_have_count(0)

    box(page, DENSE).dblclick()
    opened(page, DENSE)

    says(page, MATMUL, "value: mean -0.02278, from -1.248 to 1.768")
    expect(page.locator(".values-bars li")).to_have_count(10)
    expect(page.locator(".values-bars .highest")).to_have_count(1)


def test_a_tensor_is_seen_down_to_the_arithmetic_of_one_cell(page: Page, values_app: App) -> None:
    show(page, values_app, MNIST, open=["mnist_mlp/", DENSE], select=MATMUL)
    page.get_by_role("button", name="Open the value in the tensor viewer").click()
    drawer = page.get_by_role("region", name="Tensor")
    expect(drawer.locator("h2")).to_have_text("MatMul")
    expect(drawer.locator(".drawer-kind")).to_have_text("float32[1,256]")

    drawer.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    status = drawer.locator(".drawer-status")
    expect(status).to_contain_text("[0, 2] = ")
    expect(drawer.locator(".drawer-rule")).to_have_text("Σ 784 products")
    expect(drawer.locator(".drawer-cell h3")).to_have_text("[0, 2]")
    shown = status.inner_text().partition("= ")[2].replace("−", "-")
    total = drawer.locator(".drawer-total").inner_text().partition("= ")[2].replace("−", "-")
    assert float(total) == pytest.approx(float(shown), rel=1e-4)

    drawer.get_by_role("button", name="Show on the graph all that this number was computed from").click()
    says(page, "image", "the selected number was computed from 784 of these 784 numbers")
    page.get_by_role("button", name="Random").first.click()  # the cell stays selected, and its field shown
    expect(drawer.locator(".drawer-cell h3")).to_have_text("[0, 2]")
    expect(status).not_to_contain_text(f"= {shown}")
    says(page, "image", "the selected number was computed from 784 of these 784 numbers")

    drawer.get_by_role("application").focus()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Open the value in the tensor viewer")).to_be_focused()


def test_each_graph_has_its_own_values_when_graphs_are_switched(page: Page, values_app: App) -> None:
    show(page, values_app, MNIST)
    words = box(page, DENSE).get_attribute("aria-label")
    page.get_by_role("tab", name="Train step").click()
    says(page, "loss/", "value 2.187")
    expect(page.get_by_role("group", name="label", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Forward").click()
    expect(box(page, DENSE)).to_have_attribute("aria-label", words or "")
    expect(page.get_by_role("group", name="label", exact=True)).to_have_count(0)


def test_an_edited_file_has_its_own_values_once_it_is_traced_again(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:f")
    says(page, "mul", "value 6")
    values_app.file.write_text(DOUBLED.replace("2.0", "7.0"))
    tab(page, "inspect").click()
    page.get_by_role("button", name="Retrace").click()

    expect(box(page, "mul")).to_have_attribute("aria-label", re.compile("× 7.*, value 21$"), timeout=60_000)
    tab(page, "values").click()
    field(page, "x").fill("5")
    says(page, "mul", "value 35")

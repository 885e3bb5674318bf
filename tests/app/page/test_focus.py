"""A group as the whole picture and hidden boxes, on the app's page in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import (
    DENSE,
    MATMUL,
    MNIST,
    App,
    box,
    box_ids,
    inspected,
    rest,
    selection,
    show_mnist,
    wait_until,
)

pytestmark = pytest.mark.browser

RESHAPE = "mnist_mlp_1/reshape_1/Reshape"
RELU = "mnist_mlp_1/activation_1/Relu"
BIAS_ADD = "mnist_mlp_1/dense_1/BiasAdd"
INSIDE = [BIAS_ADD, f"{BIAS_ADD}/ReadVariableOp/resource", "mnist_mlp_1/dense_1/Cast/ReadVariableOp/resource", MATMUL]
DENSE_ALONE = sorted([*INSIDE, f"→ {RESHAPE}", f"{RELU} →"])


def drawn(page: Page, wanted: list[str]) -> None:
    """Wait until exactly these boxes are drawn and rest."""
    wait_until(
        page,
        "wanted => [...document.querySelectorAll('[data-box]')].map((it) => it.dataset.box).sort().join() === wanted",
        ",".join(sorted(wanted)),
    )
    rest(page)


def choose(page: Page, box_id: str) -> None:
    box(page, box_id).click(position={"x": 30, "y": 12})
    inspected(page, box_id)


def test_group_is_the_whole_picture_when_focused_by_key_and_left_by_escape(page: Page, app: App) -> None:
    show_mnist(page, app)
    choose(page, DENSE)
    page.keyboard.press(".")
    drawn(page, DENSE_ALONE)
    expect(page).to_have_url(app.address(MNIST, focus=DENSE, select=DENSE))
    expect(page.locator(".crumb")).to_have_text(["Forward", "mnist_mlp", "dense"])
    expect(box(page, f"→ {RESHAPE}")).to_have_attribute(
        "aria-label", "Reshape, input from outside this group, float32[?,784]"
    )
    page.keyboard.press("Escape")
    expect(page).to_have_url(app.address(MNIST, focus="mnist_mlp/", select=DENSE))
    expect(box(page, DENSE)).to_have_attribute("aria-selected", "true")
    page.go_back()
    drawn(page, DENSE_ALONE)
    page.go_back()
    expect(box(page, "mnist_mlp/")).to_be_attached()
    expect(page).to_have_url(app.address(MNIST, select=DENSE))


def test_inspector_button_focuses_and_crumbs_lead_back(page: Page, app: App) -> None:
    show_mnist(page, app, select=DENSE)
    page.get_by_role("button", name="Focus").click()
    drawn(page, DENSE_ALONE)
    page.get_by_role("button", name="One level out").first.click()
    expect(page).to_have_url(app.address(MNIST, focus="mnist_mlp/", select=DENSE))
    page.locator(".crumb", has_text="Forward").click()
    expect(page).to_have_url(app.address(MNIST, select="mnist_mlp/"))
    expect(page.locator(".crumb-up")).to_be_hidden()


def test_op_in_a_focus_is_let_go_before_the_focus_is_left(page: Page, app: App) -> None:
    show_mnist(page, app, focus=DENSE)
    drawn(page, DENSE_ALONE)
    choose(page, MATMUL)
    page.keyboard.press("Escape")
    expect(page).to_have_url(app.address(MNIST, focus=DENSE))
    page.keyboard.press(",")
    expect(page).to_have_url(app.address(MNIST, focus="mnist_mlp/", select=DENSE))


def test_stub_leads_to_what_is_outside(page: Page, app: App) -> None:
    show_mnist(page, app, focus=DENSE)
    box(page, f"{RELU} →").click()
    inspected(page, RELU)
    expect(box(page, "mnist_mlp/")).to_be_attached()
    assert selection(page) == [RELU]
    assert "focus=" not in page.url
    page.go_back()
    drawn(page, DENSE_ALONE)
    box(page, f"→ {RESHAPE}").focus()
    page.keyboard.press("Enter")
    inspected(page, RESHAPE)
    assert selection(page) == [RESHAPE]


def test_search_and_inspector_leave_the_focus_for_what_is_outside(page: Page, app: App) -> None:
    show_mnist(page, app, focus=DENSE, select=MATMUL)
    drawn(page, DENSE_ALONE)
    page.locator("#inspect .link", has_text="Reshape").click()
    inspected(page, RESHAPE)
    expect(box(page, RESHAPE)).to_be_attached()
    assert "focus=" not in page.url
    page.go_back()
    drawn(page, DENSE_ALONE)
    page.locator("#search").fill("BiasAdd dense_1")
    page.locator("#results .result").first.click()
    drawn(page, DENSE_ALONE)  # what lies inside is gone to inside


def test_unknown_focus_is_the_whole_graph_and_a_note(page: Page, app: App) -> None:
    show_mnist(page, app, focus="nowhere/")
    expect(page.locator(".over-note")).to_have_text(re.compile("no group nowhere/; the whole graph is shown"))
    expect(box(page, DENSE)).to_be_attached()
    page.get_by_role("button", name="Close this note").click()
    expect(page.locator(".over-note")).to_have_count(0)
    expect(page).to_have_url(app.address(MNIST))


def test_other_tab_is_shown_whole(page: Page, app: App) -> None:
    show_mnist(page, app, focus=DENSE, hide=MATMUL)
    page.get_by_role("tab", name="Train step").click()
    expect(box(page, "adam/")).to_be_attached()
    expect(page).to_have_url(app.address(MNIST, graph="train_step"))


def test_digits_open_depths_within_the_focus(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", focus="gradients/")
    expect(box(page, "gradients/mnist_mlp/")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("1")
    expect(box(page, "gradients/mnist_mlp/")).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile(r"open=gradients/\*2&focus=gradients/"))
    page.keyboard.press(",")
    expect(box(page, "adam/")).to_have_attribute("aria-expanded", "false")


# Hiding


def test_hidden_op_is_missing_until_restored(page: Page, app: App) -> None:
    show_mnist(page, app)
    before = box_ids(page)
    choose(page, RELU)
    page.keyboard.press("h")
    drawn(page, [it for it in before if it != RELU])
    expect(page).to_have_url(app.address(MNIST, hide=RELU))
    expect(box(page, DENSE)).to_have_attribute("aria-label", re.compile("linked to 1 hidden$"))
    expect(page.locator(".over-note summary")).to_have_text("1 hidden")
    choose(page, DENSE)
    page.get_by_role("button", name="Hide").click()
    expect(page.locator(".over-note summary")).to_have_text("2 hidden")
    page.go_back()
    expect(page.locator(".over-note summary")).to_have_text("1 hidden")
    page.locator(".over-note summary").click()
    page.get_by_role("button", name=f"Restore {RELU}").click()
    drawn(page, before)
    assert selection(page) == [RELU]


def test_closed_group_says_what_is_hidden_inside(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", hide=MATMUL)
    expect(box(page, "mnist_mlp/")).to_have_attribute("aria-label", re.compile("1 hidden inside"))


def test_all_hidden_are_restored_at_once(page: Page, app: App) -> None:
    show_mnist(page, app, hide=[RELU, DENSE])
    page.get_by_role("button", name="Restore everything that is hidden").click()
    expect(box(page, DENSE)).to_be_attached()
    expect(page).to_have_url(app.address(MNIST))


def test_hidden_box_is_named_found_and_restored_by_going_there(page: Page, app: App) -> None:
    show_mnist(page, app, hide=RELU, select=BIAS_ADD, open=["mnist_mlp/", DENSE])
    row = page.locator("#inspect .row", has_text="Relu")
    expect(row).to_contain_text("hidden")
    page.locator("#search").fill("type:Relu")
    expect(page.locator("#results .result", has_text="hidden")).to_have_count(1)
    page.keyboard.press("Escape")
    row.locator(".link").click()
    expect(box(page, RELU)).to_be_attached()
    inspected(page, RELU)
    assert "hide=" not in page.url


# Pins


def test_pins_stay_beside_the_graph_and_in_the_address(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE], select=MATMUL)
    inspected(page, MATMUL)
    page.keyboard.press("n")
    expect(page.locator(".pin-head h3")).to_have_text(["MatMul"])
    choose(page, RELU)
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator(".pin-head h3")).to_have_text(["MatMul", "Relu"])
    expect(page.locator(".pin").first).to_contain_text("[?,784] · [784,256] → [?,256]")
    page.reload()
    expect(page.locator(".pin-head h3")).to_have_text(["MatMul", "Relu"])
    assert page.url.endswith(f"pin={MATMUL}&pin={RELU}")
    page.locator(".pin-head h3 .link").first.click()
    inspected(page, MATMUL)
    page.get_by_role("button", name="Unpin MatMul").click()
    expect(page.locator(".pin-head h3")).to_have_text(["Relu"])


def test_pins_are_no_step_and_stay_when_one_goes_back(page: Page, app: App) -> None:
    show_mnist(page, app, select=DENSE)
    page.keyboard.press(".")
    drawn(page, DENSE_ALONE)
    page.keyboard.press("n")
    expect(page.locator(".pin-head h3")).to_have_text(["dense"])
    page.go_back()
    expect(box(page, "mnist_mlp/")).to_be_attached()
    expect(page).to_have_url(app.address(MNIST, select=DENSE, pin=DENSE))


def test_pins_are_in_the_drawer_of_a_small_window(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    show_mnist(page, app, pin=[DENSE, "nowhere"])
    expect(page.locator(".pin")).to_have_count(1)
    expect(page.locator(".pin")).to_be_hidden()
    page.locator("#panel-toggle").click()
    expect(page.locator(".inspect .pin")).to_be_visible()
    heading = page.get_by_role("heading", name="Training", exact=True).bounding_box()
    form = page.locator(".launch").bounding_box()
    assert heading
    assert form
    assert heading["y"] + heading["height"] <= form["y"]  # the pin takes no room from it

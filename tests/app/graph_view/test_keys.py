"""Keys of the page: one meaning per place, none while something is typed, and the order in which Escape clears."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import DENSE, MATMUL, MNIST, App, box, boxes, open_graph, selection, show_mnist

pytestmark = pytest.mark.browser


def test_escape_ends_one_thing_at_a_time(page: Page, app: App) -> None:
    inside = {"open": DENSE, "focus": "mnist_mlp/", "select": MATMUL, "lineage": f"up:{MATMUL}"}
    open_graph(page, app.address(MNIST, graph="train_step", **inside))
    expect(page.locator(".chip")).to_be_visible()
    picked = page.locator(".legend").get_by_role("button", name="math")
    picked.click()
    expect(picked).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Expand or collapse everything").click()
    page.keyboard.press("Escape")
    expect(page.locator(".menu")).to_be_hidden()
    expect(picked).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(picked).to_have_attribute("aria-pressed", "true")
    box(page, MATMUL).focus()
    page.keyboard.press("Escape")
    expect(picked).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".chip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chip")).to_be_hidden()
    assert selection(page) == [MATMUL]
    page.keyboard.press("Escape")
    expect(page.locator("[data-box][aria-selected=true]")).to_have_count(0)
    expect(box(page, "loss/")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(box(page, "loss/")).to_be_attached()


def test_letters_are_not_shortcuts_in_fields_or_with_modifiers(page: Page, app: App) -> None:
    show_mnist(page, app, select=DENSE)
    before, address = boxes(page), page.url
    letters = "uUdDpPhHnNoOfF0123.,[]{}"
    page.locator("#search").focus()
    page.keyboard.type(letters)
    page.locator(".choice select").focus()
    page.keyboard.press("h")
    page.keyboard.press("u")
    page.keyboard.press("Escape")
    box(page, DENSE).focus()
    for key in "udhop.?/":
        page.evaluate(
            "([key, held]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
            "{ key, bubbles: true, cancelable: true, [held]: true }))",
            [key, "ctrlKey" if key < "i" else "altKey"],
        )
    page.locator("#keys").evaluate("(dialog) => dialog.showModal()")
    for key in "uhno0f/":
        page.keyboard.press(key)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    assert boxes(page) == before
    assert page.evaluate("document.activeElement.dataset.box") == DENSE
    assert page.url == address


def test_letters_in_the_outline_lead_to_rows_and_ask_for_no_lineage(page: Page, app: App) -> None:
    show_mnist(page, app, select=DENSE)
    page.keyboard.press("o")
    row = page.locator("[data-row='mnist_mlp/dense_1/']")
    expect(row).to_be_visible()
    page.locator("[data-row='image']").focus()
    page.keyboard.type("dense_1")
    expect(row).to_be_focused()
    expect(page.locator(".chip")).to_be_hidden()


@pytest.mark.parametrize("size", [(800, 600), (720, 450)])
def test_all_keys_can_be_read_in_a_small_window(page: Page, app: App, size: tuple[int, int]) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    show_mnist(page, app)
    page.keyboard.press("?")
    dialog = page.locator("#keys")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(it) => it.scrollWidth <= it.clientWidth")
    dialog.locator("dt").last.scroll_into_view_if_needed()
    expect(dialog.locator("dt").last).to_be_in_viewport()


# What a view that has come and gone still listens to on the document and the window.
LEFT_BEHIND = """async () => {
    const { mount } = window.graphlab.modules["graph_view/main"];
    const left = [];
    for (const target of [document, window]) {
        const { addEventListener, removeEventListener } = EventTarget.prototype;
        target.addEventListener = (...one) => (left.push(one), addEventListener.apply(target, one));
        target.removeEventListener = (...one) => {
            left.splice(left.findIndex(([type, listener]) => type === one[0] && listener === one[1]), 1);
            removeEventListener.apply(target, one);
        };
    }
    const host = document.body.appendChild(document.createElement("div"));
    const view = mount(host, () => {});
    const count = left.length;
    view.destroy();
    return [count > 0, left.map(([type]) => type)];
}"""


def test_a_removed_view_no_longer_listens_for_keys(page: Page, app: App) -> None:
    show_mnist(page, app)
    assert page.evaluate(LEFT_BEHIND) == [True, []]

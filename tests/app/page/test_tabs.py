"""The page's tabs when a source has many graphs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import App, box, open_graph, wait_for_graph

pytestmark = [pytest.mark.browser, pytest.mark.tf]

CALLED = """
import tensorflow as tf

@tf.function
def model(queries, keys, causal=False):
    return tf.matmul(queries, keys, transpose_b=True)

for n in range(1, 8):
    model(tf.ones((n, 64)), tf.ones((n, 64)))
model(tf.ones((1, 64)), tf.ones((1, 64)), causal=True)
"""
OVERLAPS = """() => {
    const seen = [...document.querySelectorAll(".header > *")].filter((it) => getComputedStyle(it).clipPath === "none");
    const found = seen.map((it) => it.getBoundingClientRect());
    const shown = found.filter((it) => it.width > 0).sort((a, b) => a.left - b.left);
    const overlapping = shown.slice(1).filter((it, place) => it.left < shown[place].right);
    return overlapping.length + shown.filter((it) => it.right > innerWidth).length;
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (800, 600)])
def test_many_graphs_are_a_list_that_opens_over_the_page(page: Page, app: App, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    app.file.write_text(CALLED)
    open_graph(page, app.address(app.own))
    tabs = page.locator(".graph-tab")
    expect(tabs).to_have_count(8)  # the first scene may be drawn before Dash has the tabs

    assert page.evaluate(OVERLAPS) == 0
    assert [tab.inner_text() for tab in tabs.all() if tab.is_visible()] == ["model(float32[1,64], float32[1,64])"]
    page.locator(".tab-place").hover()
    expect(tabs.last).to_be_visible()
    assert [tab.evaluate("it => it.scrollWidth <= it.clientWidth") for tab in tabs.all()] == [True] * 8
    page.get_by_role("tab", name="causal=True").click()
    expect(page).to_have_url(re.compile("causal"))
    wait_for_graph(page)
    expect(box(page, "MatMul")).to_be_visible()
    selected = page.locator(".graph-tab[aria-selected=true]")
    expect(selected).to_have_text("model(float32[1,64], float32[1,64], causal=True)")

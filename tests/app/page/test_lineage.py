"""Tracing on the app's page: what a box depends on and reaches, and paths, by keys, buttons and address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.app_driver import (
    DENSE,
    KERNEL,
    MATMUL,
    App,
    box,
    inspected,
    opened,
    rest,
    selection,
    show_mnist,
    wait_until,
)

TRAIN_STEP = {"graph": "train_step", "open": ["mnist_mlp/", DENSE]}
OUTPUT = "Identity"  # the train step's accuracy
RELU = "mnist_mlp_1/activation_1/Relu"

pytestmark = pytest.mark.browser


def chip(page: Page) -> Locator:
    return page.locator("#graph .chip")


def lineage_shown(page: Page, words: str) -> None:
    """Wait until the chip over the graph says so."""
    expect(chip(page)).to_contain_text(words)


def no_lineage(page: Page) -> None:
    expect(chip(page)).to_be_hidden()
    assert asked(page) == ""
    expect(page.locator("[data-box][aria-label*=stream]")).to_have_count(0)


def asked(page: Page) -> str:
    """The lineage in the page's address."""
    return parse_qs(urlsplit(page.url).query).get("lineage", [""])[0]


def way(page: Page, title: str) -> Locator:
    return page.locator("#lineage").get_by_role("button", name=title, exact=True)


def pressed(page: Page, key: str, lineage: str) -> None:
    """Press a key and wait until the address asks for that lineage."""
    page.keyboard.press(key)
    wait_until(page, "wanted => (new URLSearchParams(location.search).get('lineage') ?? '') === wanted", lineage)


def test_keys_ask_up_and_down_and_once_more_nothing(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=MATMUL)
    pressed(page, "u", f"up:{MATMUL}")
    lineage_shown(page, "Upstream of MatMul · 3 ops")
    expect(page.locator("#graph [role=status].unseen:not(.spoken)")).to_have_text(
        "MatMul depends on 3 ops in 2 groups: 1 input and 1 variable."
    )
    expect(page.locator("#lineage")).to_contain_text("MatMul depends on 3 ops in 2 groups: 1 input and 1 variable.")
    expect(box(page, KERNEL)).to_have_attribute("aria-label", re.compile("upstream$"))
    expect(box(page, MATMUL)).to_have_attribute("aria-label", re.compile("start or end$"))
    expect(box(page, RELU)).not_to_have_attribute("aria-label", re.compile("stream"))
    pressed(page, "d", f"down:{MATMUL}")
    lineage_shown(page, "Downstream of MatMul · 139 ops")
    expect(box(page, RELU)).to_have_attribute("aria-label", re.compile("downstream$"))
    pressed(page, "d", "")
    no_lineage(page)


def test_shift_goes_a_step_at_a_time(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=MATMUL)
    pressed(page, "Shift+D", f"down1:{MATMUL}")
    lineage_shown(page, "Downstream of MatMul · 1 step · 1 op")
    pressed(page, "Shift+D", f"down2:{MATMUL}")
    expect(page.locator("#lineage")).to_contain_text("Within 2 steps of 19, MatMul reaches")
    page.get_by_role("button", name="One step fewer").click()
    expect(page.locator("#lineage .lineage-steps")).to_have_text("1 of 19 steps")
    expect(page.get_by_role("button", name="One step fewer")).to_be_disabled()
    way(page, "All").click()
    expect(page.locator("#lineage .lineage-steps")).to_have_text("All 19 steps")
    assert asked(page) == f"down:{MATMUL}"


def test_buttons_ask_for_lineage_and_say_what_the_selection_is(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=KERNEL)
    way(page, "Downstream").click()
    lineage_shown(page, "Downstream of kernel")
    expect(page.locator("#lineage")).to_contain_text("the loss, 2 outputs and 20 updated variables")
    expect(page.locator("#lineage")).to_contain_text("are updated, are not included")
    expect(way(page, "Downstream")).to_have_attribute("aria-pressed", "true")
    way(page, "Both").click()
    lineage_shown(page, "Upstream and downstream of kernel")
    way(page, "Both").click()
    no_lineage(page)
    box(page, OUTPUT).click()
    inspected(page, OUTPUT)
    way(page, "Upstream").click()
    lineage_shown(page, "Upstream of accuracy")


def test_a_closed_group_says_how_many_of_its_ops_are_in_the_lineage(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", lineage=f"down:{MATMUL}")
    lineage_shown(page, "139 ops")
    expect(box(page, "mnist_mlp/")).to_have_attribute("aria-label", re.compile("14 of 16 downstream$"))
    box(page, "mnist_mlp/").dblclick(position={"x": 20, "y": 15})
    opened(page, "mnist_mlp/")
    expect(box(page, "mnist_mlp/dense_1/")).to_have_attribute("aria-label", re.compile("4 of 4 downstream$"))
    assert asked(page) == f"down:{MATMUL}"


def test_paths_are_told_one_after_the_other(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=KERNEL)
    pressed(page, "p", f"from:{KERNEL}")
    lineage_shown(page, "Paths from kernel to …")
    expect(box(page, KERNEL)).to_have_attribute("aria-label", re.compile("paths begin here$"))
    box(page, OUTPUT).click()
    expect(way(page, "Paths from kernel to here")).to_be_visible()
    pressed(page, "p", f"paths:{KERNEL}..{OUTPUT}")
    lineage_shown(page, "kernel → accuracy · path 1 of 3")
    expect(page.locator("#lineage")).to_contain_text("3 paths lead from kernel to accuracy.")
    expect(page.locator("#lineage .lineage-steps")).to_have_text("Path 1 of 3: 21 ops")
    expect(page.locator("#lineage .lineage-path li")).to_have_count(21)
    expect(page.get_by_role("button", name="Previous path")).to_be_disabled()
    page.get_by_role("button", name="Next path").click()
    lineage_shown(page, "path 2 of 3")
    assert asked(page) == f"paths2:{KERNEL}..{OUTPUT}"
    page.locator("#lineage .lineage-path button", has_text="BiasAdd").first.click()
    expect(box(page, "mnist_mlp_1/dense_1/BiasAdd")).to_have_attribute("aria-selected", "true")
    expect(box(page, "mnist_mlp_1/dense_1/BiasAdd")).to_have_attribute("aria-label", re.compile("on the path$"))
    lineage_shown(page, "path 2 of 3")


@pytest.mark.parametrize("key", ["Shift", "Control"])
def test_a_click_with_a_key_held_asks_for_the_paths_there(page: Page, app: App, key: str) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=RELU)
    box(page, MATMUL).click(modifiers=[key])
    lineage_shown(page, "MatMul → Relu · path 1 of 1")
    expect(page.locator("#lineage")).to_contain_text(
        "No path leads from Relu to MatMul; 1 path leads from MatMul to Relu."
    )
    assert selection(page) == [RELU]


def test_what_is_not_found_is_said(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", lineage="up:image", select="image")
    expect(page.locator("#lineage")).to_contain_text("Nothing flows into image: it depends on no other op.")
    page.goto(app.address("examples/mnist_mlp.py:model", graph="train_step", lineage="paths:image..label"))
    lineage_shown(page, "No path between image and label")
    expect(page.locator("#lineage")).to_contain_text("There is no path between image and label")
    page.goto(app.address("examples/mnist_mlp.py:model", graph="train_step", lineage="up:nowhere"))
    lineage_shown(page, "This graph has no 'nowhere'.")
    page.goto(app.address("examples/mnist_mlp.py:model", graph="train_step", lineage="sideways:image"))
    lineage_shown(page, "'sideways:image' does not name a lineage")


def test_a_parameter_of_the_address_that_nobody_knows_asks_for_no_lineage(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, trace=f"up:{MATMUL}")
    no_lineage(page)
    expect(box(page, MATMUL)).to_be_attached()


def test_escape_and_the_chip_end_a_lineage_before_the_selection(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, lineage=f"up:{MATMUL}")
    lineage_shown(page, "Upstream of MatMul")
    chip(page).get_by_role("button").click()
    no_lineage(page)
    box(page, MATMUL).focus()
    page.keyboard.press("Space")
    pressed(page, "u", f"up:{MATMUL}")
    pressed(page, "Escape", "")
    no_lineage(page)
    assert selection(page) == [MATMUL]
    page.keyboard.press("Escape")
    expect(page.locator("[data-box][aria-selected=true]")).to_have_count(0)


def test_a_lineage_ends_with_its_graph_and_back_brings_it_again(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, lineage=f"up:{MATMUL}")
    lineage_shown(page, "Upstream of MatMul")
    page.get_by_role("tab", name="Forward").click()
    expect(page.get_by_role("tab", name="Forward")).to_have_attribute("aria-selected", "true")
    expect(chip(page)).to_be_hidden()
    assert asked(page) == ""
    page.go_back()
    lineage_shown(page, "Upstream of MatMul · 3 ops")
    rest(page)
    assert asked(page) == f"up:{MATMUL}"


def test_a_lineage_moves_nothing(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=MATMUL)
    before = box(page, MATMUL).bounding_box()
    pressed(page, "d", f"down:{MATMUL}")
    lineage_shown(page, "Downstream of MatMul")
    rest(page)
    assert box(page, MATMUL).bounding_box() == before


def test_all_of_a_lineage_is_shown_with_the_groups_around_it_open(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", lineage=f"paths:{KERNEL}..{OUTPUT}")
    lineage_shown(page, "path 1 of 3")
    page.get_by_role("button", name="Show all these ops").click()
    opened(page, "metrics/")
    opened(page, "mnist_mlp/dense_1/")
    expect(page.locator("[data-box][aria-label$='on the path']")).to_have_count(19)
    rest(page)
    ends = [box(page, KERNEL).bounding_box(), box(page, OUTPUT).bounding_box()]
    assert all(end and 0 < end["y"] < 870 for end in ends)
    expect(box(page, "adam/")).to_have_attribute("aria-expanded", "false")


def test_every_op_shows_the_same_lineage_op_by_op(page: Page, app: App) -> None:
    show_mnist(page, app, lineage=f"up:{MATMUL}")
    lineage_shown(page, "Upstream of MatMul · 3 ops")
    page.locator("#quiet").click()
    lineage_shown(page, "Upstream of MatMul · 11 ops")


def test_typing_is_no_key_of_the_lineage(page: Page, app: App) -> None:
    show_mnist(page, app, **TRAIN_STEP, select=MATMUL)
    page.keyboard.press("/")
    page.keyboard.type("dup")
    expect(page.locator("#search")).to_have_value("dup")
    no_lineage(page)

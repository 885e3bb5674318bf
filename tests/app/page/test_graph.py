"""The app's page in a real browser: from the gallery to the graph, opening it, finding things in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from graphlab.formats import save
from graphlab.graph import GraphFacts, Group, Op, build_graph
from tests.support.app_driver import (
    DENSE,
    FORWARD,
    KERNEL,
    MATMUL,
    MNIST,
    App,
    box,
    box_ids,
    boxes,
    inspected,
    open_graph,
    opened,
    rest,
    show_mnist,
    start_app,
    wait_for_graph,
)
from tests.support.example_graphs import example_graph

pytestmark = pytest.mark.browser

TRAIN_STEP = ["image", "mnist_mlp/", "label", "loss/", "gradients/", "metrics/", "adam/", "Identity", "Identity_1"]


def test_gallery_leads_to_graph_when_card_is_clicked(page: Page, app: App) -> None:
    page.goto(app.url)
    expect(page.locator(".card code")).to_have_text(
        [app.own, "examples/quadratic.py:f", "examples/neuron.py:neuron", MNIST, "examples/xray_cnn.py:model"]
    )
    page.get_by_role("link", name="Handwritten digits").click()
    wait_for_graph(page)
    assert page.url == app.address(MNIST)
    expect(page.locator("#source")).to_have_text(MNIST)
    page.get_by_role("link", name="graphlab").click()
    expect(page.locator(".card")).to_have_count(5)


def test_next_port_and_gallery_when_port_is_taken_and_no_source_named(page: Page, app: App, tmp_path: Path) -> None:
    taken = int(app.url.rstrip("/").rpartition(":")[2])
    with start_app(tmp_path, port=taken) as other:
        assert other.printed[0].startswith(f"port {taken} is in use, using ")
        assert other.printed[1].startswith(f"graphlab is at {other.url}")
        page.goto(other.url)
        page.locator(".card").first.click()
        expect(page.locator("[data-kind=output]")).to_have_count(1)
        expect(page.locator("#train-why")).to_have_text(re.compile("A function cannot be trained"))
        page.goto("about:blank")
        # Graph before TensorFlow: nothing has been traced, the example's graph came with the package.
        assert not (tmp_path / "cache" / "graphlab" / "traces").exists()


@pytest.mark.parametrize(
    "source", ["examples/quadratic.py:f", "examples/neuron.py:neuron", "examples/xray_cnn.py:model"]
)
def test_example_is_drawn_when_opened(page: Page, app: App, source: str) -> None:
    open_graph(page, app.address(source))
    assert page.locator("[data-box]").count() > 4


def test_forward_pass_is_quiet_when_opened(page: Page, app: App) -> None:
    show_mnist(page, app)
    assert boxes(page) == FORWARD
    expect(page.get_by_role("tab", name="Forward")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#quiet")).to_have_attribute("aria-checked", "true")


def test_train_step_is_a_handful_of_boxes_when_its_tab_is_clicked(page: Page, app: App) -> None:
    show_mnist(page, app)
    page.get_by_role("tab", name="Train step").click()
    expect(box(page, "adam/")).to_be_attached()
    assert page.eval_on_selector_all("[data-box]", "found => found.map((it) => it.dataset.box)") == TRAIN_STEP
    expect(page.get_by_role("tab", name="Train step")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(app.address(MNIST, graph="train_step"))
    page.go_back()
    expect(box(page, DENSE)).to_be_attached()


# Opening and closing


def toggle_by_double_click(page: Page) -> None:
    box(page, DENSE).dblclick(position={"x": 30, "y": 12})


def toggle_by_enter(page: Page) -> None:
    box(page, DENSE).focus()
    page.keyboard.press("Enter")


def toggle_by_sign(page: Page) -> None:
    area = box(page, DENSE).bounding_box()
    assert area is not None
    # The sign stands at the right end, as far from the edge as half the title bar is high.
    page.mouse.click(area["x"] + area["width"] - area["height"] / 2, area["y"] + area["height"] / 2)


@pytest.mark.parametrize("toggle", [toggle_by_double_click, toggle_by_enter, toggle_by_sign])
def test_dense_shows_matmul_and_biasadd_when_opened(page: Page, app: App, toggle: Any) -> None:
    show_mnist(page, app)
    toggle(page)
    opened(page, DENSE)
    expect(page.locator("[data-op-type=MatMul]")).to_have_attribute("aria-label", "MatMul, 401.4 kFLOP, float32[?,256]")
    expect(page.locator("[data-op-type=BiasAdd]")).to_have_attribute("aria-label", "BiasAdd, float32[?,256]")
    expect(box(page, KERNEL)).to_have_attribute("aria-label", re.compile("variable kernel, 784 × 256"))
    toggle(page)
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "false")
    expect(box(page, MATMUL)).to_have_count(0)
    assert boxes(page) == FORWARD


def test_dense_opens_when_double_clicked_as_soon_as_it_is_seen(page: Page, app: App) -> None:
    page.goto(app.address(MNIST), wait_until="commit")
    page.wait_for_selector(".graph-view[data-drawn]")
    toggle_by_double_click(page)
    opened(page, DENSE)
    wait_for_graph(page)
    inspected(page, DENSE)
    expect(page).to_have_url(app.address(MNIST, open=["mnist_mlp/", DENSE], select=DENSE))


def test_every_op_is_shown_when_quiet_view_is_off_and_all_is_open(page: Page, app: App) -> None:
    graph = example_graph(MNIST, "train_step")
    show_mnist(page, app, graph="train_step", all="1", open=sorted(graph.groups))
    page.keyboard.press("f")  # only what is in sight has its element
    expect(page.locator("[data-box]:not([data-kind=group])")).to_have_count(389)
    expect(page.locator("[data-kind=group][aria-expanded=true]")).to_have_count(len(graph.groups))
    assert set(box_ids(page)) == {*graph.nodes, *graph.groups}


def test_plumbing_appears_when_quiet_switch_is_clicked(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    expect(page.locator("[data-op-type=ReadVariableOp]")).to_have_count(0)
    page.locator("#quiet").click()
    expect(page.locator("[data-op-type=ReadVariableOp]")).to_have_count(1)
    opened(page, DENSE)
    expect(page.locator("#quiet")).to_have_attribute("aria-checked", "false")
    page.locator("#quiet").click()
    expect(page.locator("[data-op-type=ReadVariableOp]")).to_have_count(0)


@pytest.mark.parametrize(
    ("words", "first", "target", "around"),
    [
        ("MatMul", "MatMulmnist_mlp/dense", MATMUL, [DENSE]),
        ("dense_1", "dense_1Dense in mnist_mlp", "mnist_mlp/dense_1/", ["mnist_mlp/"]),
        ("dense_2 kernel", "kernelmnist_mlp/dense_2", "mnist_mlp_1/dense_2_1/Cast/ReadVariableOp/resource", []),
        ("BiasAddGrad", None, "gradient_tape/mnist_mlp_1/dense_1/BiasAdd/BiasAddGrad", ["gradients/mnist_mlp/dense/"]),
        (
            "adam velocity dense_1 bias",
            "mnist_mlp_dense_1_bias_velocityadam/dense_1/bias",
            "adam/Sub_15/ReadVariableOp/resource",
            ["adam/", "adam/dense_1/", "adam/dense_1/bias/"],
        ),
    ],
)
def test_search_opens_selects_and_centres_when_result_is_chosen(
    page: Page, app: App, words: str, first: str | None, target: str, around: list[str]
) -> None:
    show_mnist(page, app, graph="train_step")
    page.locator("#search").fill(words)
    found = page.locator("#results .result")
    if first:
        expect(found.first).to_have_text(first)
    page.locator(f"""#results .result[id*='"{target}"']""").click()
    for group_id in around:
        opened(page, group_id)
    expect(box(page, target)).to_have_attribute("aria-selected", "true")
    rest(page)
    stage, area = page.locator(".surface").bounding_box(), box(page, target).bounding_box()
    assert stage is not None
    assert area is not None
    assert abs(area["x"] + area["width"] / 2 - stage["x"] - stage["width"] / 2) < 3
    assert abs(area["y"] + area["height"] / 2 - stage["y"] - stage["height"] / 2) < 3
    expect(page.locator("#results")).to_be_hidden()


def test_search_is_reached_and_left_by_keys_when_slash_and_escape_are_pressed(page: Page, app: App) -> None:
    show_mnist(page, app)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.insert_text("relu")
    expect(page.locator("#results .result")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_focused()
    expect(page.locator("#results")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    inspected(page, "mnist_mlp_1/activation_1_2/Relu")


def test_search_keeps_every_letter_when_they_are_typed_without_a_pause(page: Page, app: App) -> None:
    show_mnist(page, app)
    page.locator("#search").press_sequentially("matmul dense_1")
    expect(page.locator("#results .result").first).to_contain_text("MatMul")
    expect(page.locator("#search")).to_have_value("matmul dense_1")


def test_menu_opens_everything_down_to_a_depth_and_says_what_it_draws(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step")
    page.get_by_role("button", name="Expand or collapse everything").click()
    choices = page.get_by_role("menuitemradio")
    expect(choices).to_have_text(
        [
            re.compile("^Collapse everything9 boxes"),
            re.compile("^Down to depth 1"),
            re.compile("depth 2"),
            re.compile("Everything"),
        ]
    )
    boxes = [int(re.findall(r"(\d+) boxes", text)[0]) for text in choices.all_inner_texts()]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    opened(page, "adam/dense/kernel/")
    assert "open=*3" in page.url
    assert page.locator('[data-box][aria-expanded="false"]').count() == 0
    assert page.locator("[data-box]:not([aria-expanded])").count() == boxes[-1]


def test_digits_open_to_a_depth_and_groups_still_close(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step")
    page.keyboard.press("1")
    opened(page, "mnist_mlp/")
    opened(page, "loss/")
    box(page, "loss/").focus()
    page.keyboard.press("Enter")
    expect(box(page, "loss/")).to_have_attribute("aria-expanded", "false")
    assert page.url.endswith("open=*1&open=-loss/")
    page.reload()
    opened(page, "mnist_mlp/")
    expect(box(page, "loss/")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("0")
    expect(box(page, "mnist_mlp/")).to_have_attribute("aria-expanded", "false")


def test_too_many_boxes_are_refused_with_the_depth_that_fits(page: Page, app: App, tmp_path: Path) -> None:
    outer = [f"{place}/" for place in range(130)]
    inner = [f"{group}{place}/" for group in outer for place in range(10)]
    groups = {group: Group(group, group.split("/")[-2]) for group in (*outer, *inner)}
    ops = [Op(f"{group}{place}", "NoOp", (f"{group.split('/')[0]}/", group)) for group in inner for place in range(10)]
    graph = build_graph(ops, [], GraphFacts(kind="function", groups=groups))
    save(graph, tmp_path / "large.json")
    with start_app(tmp_path, str(tmp_path / "large.json")) as running:
        page.goto(running.address(str(tmp_path / "large.json"), open="*2"))
        expect(page.locator(".message")).to_contain_text(
            "12,000 can be drawn; with everything expanded down to depth 1"
        )
        page.keyboard.press("1")
        wait_for_graph(page)
        page.get_by_role("button", name="Expand or collapse everything").click()
        expect(page.get_by_role("menuitemradio").last).to_be_disabled()
        expect(page.get_by_role("menuitemradio").last).to_contain_text("13,000 boxes, too many")


def test_group_opens_and_closes_with_all_inside(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", open="")
    closed = box_ids(page)
    box(page, "adam/").focus()
    page.keyboard.press("Shift+Enter")
    opened(page, "adam/dense/kernel/")
    assert page.url.endswith("open=adam/*")
    assert page.locator('[data-box^="adam/"][aria-expanded="false"]').count() == 0
    page.reload()
    opened(page, "adam/dense/kernel/")
    box(page, "adam/").focus()
    page.keyboard.press("Shift+Enter")
    expect(box(page, "adam/")).to_have_attribute("aria-expanded", "false")
    assert box_ids(page) == closed
    assert page.url.endswith("open=")


def test_group_too_large_to_open_whole_offers_the_depth_that_fits(page: Page, app: App, tmp_path: Path) -> None:
    outer = [f"big/{place}/" for place in range(130)]
    inner = [f"{group}{place}/" for group in outer for place in range(10)]
    groups = {group: Group(group, group.split("/")[-2]) for group in ("big/", *outer, *inner)}
    ops = [
        Op(f"{group}{place}", "NoOp", ("big/", "/".join(group.split("/")[:2]) + "/", group))
        for group in inner
        for place in range(10)
    ]
    save(build_graph([Op("x", "NoOp"), *ops], [], GraphFacts(kind="function", groups=groups)), tmp_path / "large.json")
    with start_app(tmp_path, str(tmp_path / "large.json")) as running:
        open_graph(page, running.address(str(tmp_path / "large.json"), open=""))
        box(page, "big/").focus()
        page.keyboard.press("Shift+Enter")
        offers = page.get_by_role("menuitem")
        expect(offers).to_have_text(
            ["Expand big and everything inside13,001 boxes, too many", "Expand 2 levels of big1,301 boxes"]
        )
        expect(offers.first).to_be_disabled()
        page.keyboard.press("Enter")
        opened(page, "big/")
        assert page.url.endswith("open=big/*2")


def test_found_ops_are_marked_in_view_and_in_closed_groups(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", open=["mnist_mlp/", DENSE])
    page.locator("#search").fill("type:matmul shape:[?,256]")
    expect(page.locator("#match-count")).to_have_text("2 found")
    expect(box(page, MATMUL)).to_have_attribute("aria-label", re.compile("float32.*, found$"))
    expect(box(page, "gradients/")).to_have_attribute("aria-label", re.compile(", 1 found inside$"))
    page.locator("#search").fill("")
    expect(page.locator("#match-bar")).to_be_hidden()
    expect(box(page, MATMUL)).not_to_have_attribute("aria-label", re.compile("found"))


def test_keys_and_buttons_go_from_match_to_match(page: Page, app: App) -> None:
    show_mnist(page, app)
    page.locator("#search").fill("type:matmul")
    expect(page.locator("#match-count")).to_have_text("3 found")
    for act, place in (
        (lambda: page.keyboard.press("F3"), 1),
        (lambda: page.locator("#next-match").click(), 2),
        (lambda: page.keyboard.press("F3"), 3),
        (lambda: page.keyboard.press("F3"), 1),
        (lambda: page.keyboard.press("Shift+F3"), 3),
        (lambda: page.locator("#previous-match").click(), 2),
    ):
        act()
        expect(page.locator("#match-count")).to_have_text(f"{place} of 3")
        layer = ("dense_1", "dense_1_2", "dense_2_1")[place - 1]
        inspected(page, f"mnist_mlp_1/{layer}/MatMul")


def test_search_says_so_when_nothing_is_found(page: Page, app: App) -> None:
    show_mnist(page, app)
    page.locator("#search").fill("conv2d")
    expect(page.locator("#results")).to_contain_text("No match for “conv2d”.")
    page.locator("#search").fill("type:")
    expect(page.locator("#results")).to_have_text("After type: enter the beginning of an op type, such as type:MatMul.")
    page.locator("#search").fill("foo:bar")
    expect(page.locator("#results")).to_contain_text("There is no field foo: in a search; the fields are name:, type:,")
    page.locator("#search").fill("/(/")
    expect(page.locator("#results")).to_contain_text("/(/ is not a regular expression")

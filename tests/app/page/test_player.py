"""The player below the graph in a browser: forward and back, by op and by box, in loops, branches and gradients."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.page.test_values import choose_part, field, formulas, says, show
from tests.support.app_driver import (
    DENSE,
    MNIST,
    App,
    box,
    open_graph,
    opened,
    selection,
    start_app,
    wait_until,
    watch,
)

pytestmark = [pytest.mark.browser, pytest.mark.tf]

QUADRATIC = "examples/quadratic.py:f"
PROGRAMS = """
import tensorflow as tf

example_inputs = {"x": 3.0}
NUMBER = tf.TensorSpec([], tf.float32)


@tf.function(input_signature=[NUMBER])
def loop(x):
    total = x
    for _ in tf.range(3):
        total = total * 2.0
    return total


@tf.function(input_signature=[NUMBER])
def branch(x):
    return tf.cond(x > 0.0, lambda: tf.exp(x), lambda: tf.math.log(x)) + 1.0


@tf.function(input_signature=[NUMBER])
def powers(x):
    return tf.cond(x > 0.0, lambda: x * x, lambda: tf.exp(x * x * x)) + 1.0


@tf.function(input_signature=[NUMBER])
def count(x):
    for i in tf.range(3):
        x = x * 2.0 + tf.cast(i, tf.float32)
    return x
"""
SLOTS = """
    Object.fromEntries((window.graphlab.modules["page/values/client"].viewNow().overlays
        .find(({ name }) => name === "player")?.marks ?? []).map(({ box, slots }) => [box, slots[0][0]]))
"""
COVERED = """all => all.filter((it) => {
    const { left, top, right, bottom } = it.getBoundingClientRect();
    const ends = [[left + 1, (top + bottom) / 2], [right - 1, (top + bottom) / 2]];
    return ends.some(([x, y]) => !it.contains(document.elementFromPoint(x, y)));
}).map((it) => it.title || it.className)"""
LEGEND = """
    window.graphlab.modules["page/values/client"].viewNow().overlays
        .find(({ name }) => name === "values").legend.entries.map(({ name, count }) => [name, count])
"""


@pytest.fixture(scope="module")
def values_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with programs of its own, whose processes for values all tests of this module share."""
    home = tmp_path_factory.mktemp("player")
    (home / "own.py").write_text(PROGRAMS)
    with start_app(home, *(f"{home / 'own.py'}:{name}" for name in ("loop", "branch", "powers", "count"))) as running:
        yield running


def press(page: Page, name: str) -> None:
    page.get_by_role("group", name="Player").get_by_role("button", name=name, exact=True).click()


def words(page: Page) -> Locator:
    """What the player says about its step."""
    return page.locator(".player-words")


def slots_are(page: Page, slots: dict[str, str]) -> None:
    """Wait until the player marks exactly these boxes; all others are pale."""
    wait_until(page, f"(wanted) => Object.keys({SLOTS}).length === Object.keys(wanted).length && "
               f"Object.entries({SLOTS}).every(([box, slot]) => wanted[box] === slot)", slots)  # fmt: skip


def test_the_steps_of_a_function_are_gone_through_forward_and_back(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    expect(words(page)).to_have_text("4 steps")

    press(page, "Step forward")
    expect(words(page)).to_have_text("op 1 of 4 · Pow")
    slots_are(page, {"x": "used", "pow": "now", "y": "on"})
    assert selection(page) == ["pow"]
    says(page, "pow", "value 9, computed in this step")
    says(page, "mul", "float32[]")
    press(page, "Step forward")
    expect(words(page)).to_have_text("op 2 of 4 · Mul")
    slots_are(page, {"x": "on", "pow": "used", "y": "used", "mul": "now"})
    expect(page.locator(".op-words h3")).to_contain_text("Mul")
    assert formulas(page)[0] == "9 × 4 = 36"
    press(page, "Step back")
    expect(words(page)).to_have_text("op 1 of 4 · Pow")
    says(page, "mul", "float32[]")

    page.get_by_role("slider", name="Step").fill("3")
    expect(words(page)).to_have_text("op 4 of 4 · AddV2")
    says(page, "add_1", "value 42, computed in this step")
    field(page, "x").fill("5")
    says(page, "add_1", "value 106, computed in this step")
    press(page, "Show everything")
    expect(words(page)).to_have_text("4 steps")
    slots_are(page, {})


def test_keys_step_and_play_while_nothing_is_typed(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    expect(words(page)).to_have_text("4 steps")
    page.keyboard.press("l")
    page.keyboard.press("l")
    expect(words(page)).to_have_text("op 2 of 4 · Mul")
    page.keyboard.press("j")
    expect(words(page)).to_have_text("op 1 of 4 · Pow")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect(words(page)).to_have_text("op 4 of 4 · AddV2")
    field(page, "x").press("j")
    expect(words(page)).to_have_text("op 4 of 4 · AddV2")

    press(page, "Hide the values")
    expect(page.get_by_role("group", name="Player")).to_be_hidden()
    page.keyboard.press("j")
    slots_are(page, {})


def test_it_plays_to_the_end_and_pauses_where_asked(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    page.get_by_role("combobox", name="Speed").select_option("0.5")
    press(page, "Play")
    expect(words(page)).to_have_text("op 2 of 4 · Mul")
    press(page, "Pause")
    shown = words(page).inner_text()
    page.wait_for_timeout(1200)
    expect(words(page)).to_have_text(shown)
    page.get_by_role("combobox", name="Speed").select_option("4")
    press(page, "Play")
    expect(words(page)).to_have_text("op 4 of 4 · AddV2")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_gradients_are_gone_through_after_the_values(page: Page, values_app: App) -> None:
    show(page, values_app, QUADRATIC)
    choose_part(page, "Both")
    expect(words(page)).to_have_text("8 steps")
    page.get_by_role("slider", name="Step").fill("3")
    says(page, "add_1", "value 42, computed in this step")

    press(page, "Step forward")
    expect(words(page)).to_have_text("back: op 1 of 4 · AddV2")
    says(page, "add_1", "value 42, gradient 1, computed in this step")
    says(page, "mul", "value 36")  # pale until its gradient arrives
    page.get_by_role("slider", name="Step").fill("7")
    expect(words(page)).to_have_text("back: op 4 of 4 · Pow")
    says(page, "pow", "value 9, gradient 4, computed in this step")
    expect(page.locator(".op-words h3")).to_contain_text("Pow")
    assert formulas(page)[-1] == "∂output/∂x = ∂output/∂Pow · 2 · x = 4 · 6 = 24"


def test_what_runs_in_a_closed_group_is_one_step_by_box(page: Page, values_app: App) -> None:
    show(page, values_app, MNIST)
    expect(words(page)).to_have_text("10 steps")
    page.get_by_role("combobox", name="Step by").select_option("box")
    expect(words(page)).to_have_text("7 steps")
    press(page, "Step forward")
    press(page, "Step forward")
    expect(words(page)).to_have_text("box 2 of 7 · dense")
    expect(box(page, DENSE)).to_have_attribute("aria-label", re.compile("computed in this step$"))

    box(page, DENSE).dblclick()
    opened(page, DENSE)
    expect(words(page)).to_have_text("box 3 of 8 · BiasAdd")


def test_a_loop_is_gone_through_iteration_by_iteration(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:loop", open=["while/", "while/body/", "while/condition/"])
    says(page, "Identity", "value 24")
    expect(words(page)).to_have_text("10 steps")
    page.get_by_role("slider", name="Step").fill("1")
    for iteration, value in enumerate((6, 12, 24), start=1):
        expect(words(page)).to_have_text(f"op {3 * iteration - 1} of 10 · Mul · iteration {iteration}")
        says(page, "while/body/mul", f"value {value}, computed in this step")
        expect(page.locator(".words-step")).to_contain_text(f"iteration {iteration}")
        for _ in range(3):
            press(page, "Step forward")
    expect(words(page)).to_have_text("op 10 of 10 · Less · iteration 4")
    says(page, "while/condition/Less", "value false, computed in this step")


def test_a_closed_body_shows_what_it_computes_and_not_its_counter(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:count", open=["while/"])
    page.get_by_role("combobox", name="Step by").select_option("box")
    press(page, "Step forward")
    press(page, "Step forward")
    for iteration, value in enumerate((6, 13, 28), start=1):
        expect(words(page)).to_contain_text(f"body · iteration {iteration}")
        says(page, "while/body/", f"value {value}, computed in this step")
        assert selection(page) == ["while/body/"]
        expect(page.locator(".op-words h3")).to_contain_text("AddV2")
        expect(page.locator(".words-step")).to_contain_text(f"iteration {iteration}")
        press(page, "Step forward")
        press(page, "Step forward")


def test_going_back_a_loop_shows_the_iteration_of_the_step(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:loop", open=["while/", "while/body/"])
    choose_part(page, "Both")
    says(page, "Identity", "value 24, gradient 1")
    last = page.get_by_role("slider", name="Step")
    last.fill(last.get_attribute("max") or "")
    expect(words(page)).to_contain_text("Mul · iteration 1")
    says(page, "while/body/mul", "value 6, gradient 4, computed in this step")
    says(page, "Identity", "value 24, gradient 1, computed")


def test_the_branch_that_is_not_taken_stays_pale(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:branch", open=["cond/", "cond/then/", "cond/else/"])
    slider = page.get_by_role("slider", name="Step")
    slider.fill("1")
    taken = {"cond/": "now", "cond/then/": "now", "cond/then/Exp": "now"}
    slots_are(page, {"x": "used", "Greater": "on", **taken})
    slider.fill("2")
    used = {"cond/then/": "used", "cond/then/Exp": "used"}
    slots_are(page, {"x": "on", "Greater": "used", "cond/": "now", "cond": "now", **used})
    says(page, "cond/else/Log", "float32[]")
    press(page, "Show everything")
    lit = ("x", "Greater", "cond/", "cond/then/", "cond/then/Exp", "cond", "add", "Identity")
    slots_are(page, dict.fromkeys(lit, "on"))
    says(page, "add", "value 21.09")


def test_at_the_end_it_stays_at_the_end_where_another_input_takes_another_way(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:powers", open=["cond/", "cond/then/", "cond/else/"])
    last = page.get_by_role("slider", name="Step")
    last.fill(last.get_attribute("max") or "")
    expect(words(page)).to_have_text(re.compile(r"op (\d+) of \1 · "))
    before = words(page).inner_text()
    field(page, "x").fill("-3")
    expect(words(page)).not_to_have_text(before)
    expect(words(page)).to_have_text(re.compile(r"op (\d+) of \1 · "))


def test_nan_is_said_on_every_box_that_has_it_and_counted(page: Page, values_app: App) -> None:
    show(page, values_app, f"{values_app.file}:branch", open=["cond/", "cond/then/", "cond/else/"])
    assert page.evaluate(LEGEND) == []
    field(page, "x").fill("-3")
    for box_id in ("cond/else/Log", "cond", "add", "Identity"):
        says(page, box_id, "value NaN")
    says(page, "cond/then/Exp", "float32[]")
    assert page.evaluate(LEGEND) == [["NaN or infinite", 4]]
    expect(page.locator(".values-result")).to_have_text("NaN")


@pytest.mark.parametrize(("width", "height", "has_panel"), [(1024, 768, True), (390, 844, False), (360, 700, False)])
def test_every_control_is_in_reach_in_a_small_window(
    browser: Browser, values_app: App, width: int, height: int, has_panel: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    problems = watch(context)
    page = context.new_page()
    open_graph(page, values_app.address(QUADRATIC, values="1"))
    expect(page.locator(".player")).to_be_visible(timeout=120_000)
    if has_panel:
        page.locator("#panel-toggle").click()
        expect(page.locator("#panel")).to_be_in_viewport(ratio=1)
    page.get_by_role("combobox", name="Step by").select_option("box")
    page.get_by_role("combobox", name="Speed").select_option("2")
    page.get_by_role("slider", name="Step").click()
    expect(words(page)).to_have_text(re.compile("box [23] of 4"))
    press(page, "Step forward")
    covered = page.locator(".player > *").evaluate_all(COVERED)
    context.close()
    assert covered == []
    assert problems == []

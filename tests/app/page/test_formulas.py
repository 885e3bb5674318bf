"""Formulas are drawn in the packaged font: brackets grow with what they contain, roots are there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from graphlab.evaluation.words.expressions import Expression, name, over, row, symbol
from graphlab.evaluation.words.expressions import fill as filled
from graphlab.evaluation.words.formulas import template
from tests.support.app_driver import QUADRATIC, App, box, open_graph

pytestmark = pytest.mark.browser

ROOT = r"\frac{1}{\sqrt{@a}}"
DRAW = """async formulas => {
    const { drawFormula } = await import("/assets/page/values/mathml.mjs");
    const host = document.createElement("div");
    host.id = "formulas";
    host.append(...formulas.map((formula) => drawFormula(formula)));
    document.body.append(host);
    await document.fonts.ready;
    return [...document.fonts].map((font) => `${font.family} ${font.status}`);
}"""
HEIGHTS = "all => all.map((it) => it.getBoundingClientRect().height)"


def in_brackets(part: Expression) -> Expression:
    return row(symbol("("), part, symbol(")"))


@pytest.fixture
def drawn_page(page: Page, app: App) -> tuple[Page, list[str]]:
    """A page of the app with x and a fraction with a root, both in brackets; and the addresses that it requested."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(app.url)
    tall = in_brackets(over(filled(template(ROOT), ROOT, {"a": name("x")}), name("y")))
    fonts = page.evaluate(DRAW, [in_brackets(name("x")).to_json(), tall.to_json()])
    assert [font.replace('"', "") for font in fonts] == ["graphlab math loaded"]
    return page, requested


def test_brackets_grow_with_a_fraction(drawn_page: tuple[Page, list[str]]) -> None:
    page, _ = drawn_page
    formulas = page.locator("#formulas .equation")

    [flat, *_], [tall, *_] = (
        formulas.nth(index).locator("mo", has_text="(").evaluate_all(HEIGHTS) for index in range(2)
    )
    [fraction, *_] = formulas.nth(1).locator("mfrac").evaluate_all(HEIGHTS)
    assert tall > 1.8 * flat
    assert tall > 0.9 * fraction


def test_every_text_is_from_the_packaged_font(drawn_page: tuple[Page, list[str]], app: App) -> None:
    page, requested = drawn_page
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    document = inspector.send("DOM.getDocument")["root"]["nodeId"]
    texts = {"nodeId": document, "selector": "#formulas :is(mi, mn, mo)"}

    for node in inspector.send("DOM.querySelectorAll", texts)["nodeIds"]:
        [font] = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert (font["familyName"], font["isCustomFont"]) == ("DejaVu Math TeX Gyre", True)
    assert all(url.startswith(app.url) for url in requested)


@pytest.mark.tf
def test_formulas_wait_for_their_font_and_appear_without_it(page: Page, app: App) -> None:
    waiting: list[Route] = []
    page.route("**/math.woff2", lambda route: waiting.append(route))
    open_graph(page, app.address(QUADRATIC, values="1"))
    expect(page.locator(".values-output").first).to_be_visible(timeout=120_000)

    with page.expect_response("**/values/words"):
        box(page, "mul").click()
    assert page.locator(".op-words .equation").count() == 0
    waiting[0].fulfill(status=200, body="not a font")
    expect(page.locator(".op-words .equation").first).to_have_attribute("aria-label", "9 × 4 = 36")

"""The content of the Values tab in a browser, with a server of the test's own: what is set, sent, shown and kept."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from graphlab.evaluation.form.types import InputField, InputSetting, RowPreview
from graphlab.json_value import JsonObject
from graphlab.sources.thumbnails import png_data_uri
from tests.app.page.test_access import page_of, violations
from tests.support.app_driver import App
from tests.support.places import ASSETS

pytestmark = pytest.mark.browser

PROBLEM = "The data is not used: no such data folder: '/none'"
PHONE = {"width": 360, "height": 780}
X = InputField("x", "x", "float32", (), "number", ("number", "random"), InputSetting("number", "3"), "3")
X = replace(X, minimum=-10, maximum=10, step=0.1)
ROWS = tuple(RowPreview(i, png_data_uri(np.eye(28) * i / 9), "", str(i)) for i in range(9))
WAYS = ("row", "drawing", "image", "npy", "random")
IMAGE = InputField("image", "image", "float32", (None, 28, 28, 1), "rows", WAYS, InputSetting("row"), "", ROWS)
GRID = InputField("g", "g", "float32", (None,), "grid", ("grid", "npy", "random"), InputSetting("grid", ["1", "2"]), "")
OPEN = InputField("o", "o", "float32", (None, None, 16), "random", ("npy", "random"), InputSetting("random"), "")
OPEN = replace(OPEN, sizes=(1, 4, 16), setting=InputSetting("random", sizes=(1, 4, 16)))
FORMS = {"numbers": [X, replace(X, name="y", label="y", setting=InputSetting("number", "4"))], "image": [IMAGE]}
FORMS |= {"grid": [GRID], "open": [OPEN]}
SHEETS = sorted(path for path in (ASSETS / "styles").rglob("*.css") if path.name not in ("offline.css", "early.css"))
LINKS = "".join(f'<link rel="stylesheet" href="/assets/{path.relative_to(ASSETS)}">' for path in SHEETS)
HOST = '<main id="host" style="width: min(380px, 100vw); padding: 16px; background: var(--surface)"></main>'
ICON = '<link rel="icon" href="/assets/favicon.svg">'
# The page without Dash, which would draw its own content.
DOCUMENT = f"<!doctype html><html lang='en'><head><title>Values</title>{ICON}{LINKS}</head><body>{HOST}</body></html>"
# A server that answers x²y + y + 2, and ten bars for an image; `slow` and `polls` are set by the tests.
SERVER = """async ([forms, url]) => {
    const { createValuesPanel } = await import(url);
    document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const test = (window.test = { sent: [], evaluated: [], slow: 0, polls: 0, go: null });
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    let id = 0;
    async function ask(act, body) {
        test.sent.push({ act, ...body });
        if (act === "open") return { form: forms[body.view.graph] };
        if (act === "stop") return {};
        if (act === "weights") return { weights: test.weights };
        await pause(test.slow);
        if (test.polls > 0) return test.polls -= 1, { again: true, message: "Ran 1,500 ops" };
        const { x, y, image } = body.settings;
        if (x && isNaN(Number(x.value))) return { errors: { x: `'${x.value}' is not a number` } };
        const numbers = image ? [0, 0.1, 0.9] : [Number(x?.value) ** 2 * Number(y?.value) + Number(y?.value) + 2];
        const words = Object.fromEntries(Object.entries(body.settings).map(([name, one]) => [name, `a ${one.kind}`]));
        const output = [{ op_id: "Identity", name: "output", kind: image ? "bars" : "number", text: "3 numbers",
            shape: image ? [1, 3] : [], numbers, labels: ["0", "1", "2"] }];
        return { evaluation: { id: `e${(id += 1)}`, seconds: 0, steps: 4, words, problems: [], output }, overlays: [] };
    }
    const panel = createValuesPanel(document.querySelector("#host"), {
        ask,
        watchShown: (follow) => (test.go = (graph, ready = "1") => follow({ view: { source: "s", graph }, ready })),
        want: (changes) => test.sent.push({ act: "want", ...changes }),
        onEvaluated: (evaluated) => test.evaluated.push(evaluated.request),
    });
    test.renew = panel.renewWeights;
    panel.setActive(true);
}"""


def form_of(fields: list[InputField]) -> JsonObject:
    target = {"id": "output", "label": "output", "count": None}
    weights = [{"id": "", "label": "as built"}, {"id": "run/3", "label": "run 14:02, epoch 3"}]
    fields_json = [field.to_json() for field in fields]
    return {
        "graph": "g",
        "fields": fields_json,
        "targets": [target],
        "weights": weights,
        "has_training": True,
        "problem": PROBLEM,
    }


def show(page: Page, app: App, graph: str) -> None:
    page.route(app.url, lambda route: route.fulfill(content_type="text/html", body=DOCUMENT))
    page.goto(app.url)
    url = app.url.rstrip("/") + "/assets/page/values/panel.mjs"
    page.evaluate(SERVER, [{name: form_of(fields) for name, fields in FORMS.items()}, url])
    go(page, graph)
    expect(page.locator(".values-output")).to_be_visible()


def go(page: Page, graph: str, ready: str = "1") -> None:
    page.evaluate("([graph, ready]) => test.go(graph, ready)", [graph, ready])


def last(page: Page) -> JsonObject:
    """The last request that was evaluated."""
    request: JsonObject = page.evaluate("test.evaluated.at(-1)")
    return request


def choose(page: Page, way: str) -> None:
    page.locator(".values-ways").get_by_text(way, exact=True).click()


def x_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="x")


def result_of(page: Page) -> Locator:
    return page.locator(".values-result")


def test_numbers_are_there_at_once_and_follow_the_field(page: Page, app: App) -> None:
    show(page, app, "numbers")
    expect(result_of(page)).to_have_text("42")
    x_of(page).fill("5")
    expect(result_of(page)).to_have_text("106")
    expect(page.get_by_role("slider", name="x, slider")).to_have_value("5")


def test_a_slider_sends_only_the_newest_setting_after_the_first(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.evaluate("test.slow = 100; test.evaluated.length = 0")
    page.get_by_role("slider", name="x, slider").evaluate("""slider => {
        for (const value of [1, 2, 3, 4, 5, 6]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    expect(result_of(page)).to_have_text("150")
    assert [one["settings"]["x"]["value"] for one in page.evaluate("test.evaluated")] == ["1", "6"]


def test_the_keys_of_a_slider_move_by_its_step(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.get_by_role("slider", name="x, slider").press("ArrowRight")
    expect(x_of(page)).to_have_value("3.1")
    page.get_by_role("slider", name="x, slider").press("PageDown")
    expect(x_of(page)).to_have_value("2.1")


def test_a_slider_fits_the_typed_number_again_and_keeps_its_ends_while_it_moves(page: Page, app: App) -> None:
    show(page, app, "numbers")
    slider = page.get_by_role("slider", name="x, slider")
    x_of(page).fill("1e30")
    expect(slider).to_have_attribute("max", "1e+30")
    x_of(page).fill("250")
    expect(slider).to_have_attribute("max", "1000")
    slider.fill("3")
    expect(slider).to_have_attribute("max", "1000")
    x_of(page).fill("3")
    expect(slider).to_have_attribute("max", "10")


def test_a_wrong_number_is_said_at_its_field_and_nothing_is_lost(page: Page, app: App) -> None:
    show(page, app, "numbers")
    x_of(page).fill("abc")
    expect(page.get_by_role("group", name="x").get_by_role("alert")).to_have_text("'abc' is not a number")
    expect(x_of(page)).to_have_attribute("aria-invalid", "true")
    expect(x_of(page)).to_have_value("abc")
    expect(result_of(page)).to_have_text("42")
    x_of(page).fill("2")
    expect(page.get_by_role("group", name="x").get_by_role("alert")).to_be_hidden()
    expect(result_of(page)).to_have_text("22")


def test_what_is_typed_stays_when_the_graph_changes_or_is_traced_again(page: Page, app: App) -> None:
    show(page, app, "numbers")
    x_of(page).fill("5")
    go(page, "grid")
    expect(page.get_by_role("textbox", name="g, element 0")).to_be_visible()
    go(page, "numbers")
    expect(x_of(page)).to_have_value("5")
    go(page, "numbers", ready="2")
    expect(result_of(page)).to_have_text("106")
    assert [one["view"]["graph"] for one in page.evaluate("test.sent") if one["act"] == "open"] == [
        *("numbers", "grid", "numbers")
    ]


def test_a_long_evaluation_says_what_it_does_and_can_be_stopped(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.evaluate("test.polls = 1000")
    x_of(page).fill("5")
    expect(page.get_by_role("status").filter(has_text="Running… Ran 1,500 ops")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    assert "stop" in [one["act"] for one in page.evaluate("test.sent")]
    page.evaluate("test.polls = 0")
    x_of(page).fill("2")
    expect(result_of(page)).to_have_text("22")


def test_new_weights_are_offered_and_what_is_set_stays(page: Page, app: App) -> None:
    show(page, app, "numbers")
    x_of(page).fill("5")
    weights = page.get_by_label("Weights")
    weights.select_option("run 14:02, epoch 3")
    labels = {"": "as built", "run/4": "epoch 4", "run/3": "epoch 3"}
    page.evaluate("now => (test.weights = now)", [{"id": name, "label": label} for name, label in labels.items()])
    go(page, "grid")
    expect(page.get_by_role("textbox", name="g, element 0")).to_be_visible()
    go(page, "numbers")
    expect(weights.locator("option")).to_have_text([*labels.values()])
    expect(weights).to_have_value("run/3")
    expect(x_of(page)).to_have_value("5")


def test_weights_that_were_deleted_are_those_as_built_again(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.get_by_label("Weights").select_option("run 14:02, epoch 3")
    page.wait_for_function("test.evaluated.at(-1).weights === 'run/3'")
    page.evaluate("test.weights = [{ id: '', label: 'as built, untrained' }]; test.renew()")
    page.wait_for_function("test.evaluated.at(-1).weights === ''")
    expect(page.locator(".values-only")).to_have_text("as built, untrained")


def test_what_is_wrong_with_the_data_is_said_above_the_inputs(page: Page, app: App) -> None:
    show(page, app, "numbers")
    expect(page.locator(".values-inputs > .values-problem")).to_have_text(PROBLEM)


def test_a_wrong_seed_of_training_mode_is_a_sentence_and_not_used(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.get_by_role("radiogroup", name="Mode").get_by_text("Training", exact=True).click()
    seed = page.get_by_label("Seed for dropout and other random ops")
    seed.fill("11")
    page.wait_for_function("test.evaluated.at(-1).seed === 11")
    seed.fill("99999999999999")
    expect(page.locator(".values-model .values-problem")).to_contain_text("from 0 to 4,294,967,295")
    assert last(page)["seed"] == 11
    seed.fill("12")
    expect(page.locator(".values-model .values-problem")).to_be_hidden()


def test_gradients_are_those_of_a_number_that_is_chosen(page: Page, app: App) -> None:
    show(page, app, "image")
    assert (last(page)["gradient"], last(page)["show"]) == ("", "value")
    page.get_by_text("Both", exact=True).click()
    expect(page.get_by_label("Which number of it")).to_have_value("0,2")
    page.get_by_label("Which number of it").select_option("0,1")
    page.wait_for_function("test.evaluated.at(-1).gradient === 'output[0,1]'")
    assert last(page)["show"] == "both"


def test_weights_and_training_mode_are_sent(page: Page, app: App) -> None:
    show(page, app, "image")
    page.get_by_label("Weights").select_option("run/3")
    page.get_by_text("Training", exact=True).click()
    page.get_by_label("Seed for dropout").fill("9")
    page.wait_for_function("test.evaluated.at(-1).seed === 9")
    assert (last(page)["weights"], last(page)["training"]) == ("run/3", True)


def test_an_input_is_kept_as_the_base_until_it_is_cleared(page: Page, app: App) -> None:
    show(page, app, "numbers")
    page.get_by_role("button", name="Keep this input as the base").click()
    expect(page.locator(".values-base")).to_contain_text("x = 3, y = 4")
    x_of(page).fill("5")
    expect(result_of(page)).to_have_text("106")
    assert last(page)["compare"] == "e1"
    assert last(page)["base"]["settings"]["x"]["value"] == "3"
    page.get_by_label("Show the difference on every box").uncheck()
    page.wait_for_function("test.evaluated.at(-1).compare === ''")
    page.get_by_role("button", name="Clear the base").click()
    expect(page.get_by_role("button", name="Keep this input as the base")).to_be_focused()


def test_a_row_of_the_data_is_chosen_among_six_and_more(page: Page, app: App) -> None:
    show(page, app, "image")
    expect(page.locator(".values-row")).to_have_count(6)
    page.get_by_role("button", name="3 more").click()
    expect(page.get_by_role("radio", name="Row 6, label 6")).to_be_focused()
    page.locator(".values-row").nth(7).click()
    page.wait_for_function("test.evaluated.at(-1).settings.image.row === 7")
    page.get_by_role("radio", name="Row 7, label 7").press("ArrowRight")
    page.wait_for_function("test.evaluated.at(-1).settings.image.row === 8")


def drawing_of(page: Page) -> np.ndarray:
    data = last(page)["settings"]["image"]["data"]
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(28, 28)


def test_a_digit_is_drawn_with_the_mouse(page: Page, app: App) -> None:
    show(page, app, "image")
    choose(page, "Draw")
    pad = page.locator(".values-pad")
    place = pad.bounding_box()
    page.mouse.move(place["x"] + 20, place["y"] + 20)
    page.mouse.down()
    page.mouse.move(place["x"] + 20, place["y"] + 120, steps=5)
    page.mouse.up()
    page.wait_for_function("test.evaluated.at(-1).settings.image.kind === 'drawing'")
    rows, columns = np.nonzero(drawing_of(page))
    assert (rows.min(), rows.max()) == (4, 23)
    assert abs(columns.mean() - 13.5) < 0.1
    assert pad.bounding_box() == place
    page.get_by_role("button", name="Undo the last stroke").click()
    expect(page.get_by_role("group", name="image").get_by_role("alert")).to_have_text("Draw on the pad")


def test_a_digit_is_drawn_with_the_keys(page: Page, app: App) -> None:
    show(page, app, "image")
    choose(page, "Draw")
    pad = page.get_by_role("application", name="Drawing pad for image")
    pad.focus()
    for key in (" ", *["ArrowDown"] * 9, " ", *["ArrowRight"] * 5):
        page.keyboard.press(key)
    page.wait_for_function("test.evaluated.at(-1).settings.image.kind === 'drawing'")
    rows, _columns = np.nonzero(drawing_of(page))
    assert rows.max() - rows.min() == 19


def test_an_image_of_another_size_is_resized_as_chosen(page: Page, app: App) -> None:
    show(page, app, "image")
    choose(page, "Upload image")
    stream = io.BytesIO()
    Image.new("L", (64, 48), 200).save(stream, "PNG")
    upload = page.locator(".values-upload input[type=file]")
    upload.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": stream.getvalue()})
    expect(page.locator(".values-resize")).to_contain_text("The image is 64 × 48, and the input 28 × 28. Resize it:")
    expect(page.get_by_role("group", name="image", exact=True).locator("[role=alert]")).to_be_empty()
    assert last(page)["settings"]["image"]["kind"] == "row"
    page.get_by_label("Fit with borders").check()
    page.wait_for_function("test.evaluated.at(-1).settings.image.resize === 'pad'")
    expect(page.locator(".values-words")).to_have_text("a image")
    page.get_by_label("image, numbers of black and white").select_option("0 to 255")
    page.wait_for_function("test.evaluated.at(-1).settings.image.brightest === 255")


def test_an_array_is_uploaded_up_to_the_servers_limit(page: Page, app: App) -> None:
    show(page, app, "image")
    choose(page, "Upload .npy")
    upload = page.locator(".values-drop input[type=file]")
    upload.set_input_files({"name": "big.npy", "mimeType": "", "buffer": bytes(3_000_000)})
    expect(page.get_by_role("group", name="image").get_by_role("alert")).to_have_text(
        "big.npy is 3.0 MB: use a file of at most 2.9 MB"
    )
    upload.set_input_files({"name": "a.npy", "mimeType": "", "buffer": b"abc"})
    page.wait_for_function("test.evaluated.at(-1).settings.image.file === 'a.npy'")
    assert last(page)["settings"]["image"]["data"] == "YWJj"


def test_a_grid_grows_and_takes_what_is_pasted(page: Page, app: App) -> None:
    show(page, app, "grid")
    page.get_by_role("button", name="Add a number to g").click()
    page.wait_for_function("test.evaluated.at(-1).settings.g.value.length === 3")
    page.get_by_role("textbox", name="g, element 1").evaluate("""cell => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", "[7, 8, 9]");
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }""")
    page.wait_for_function("test.evaluated.at(-1).settings.g.value.join() === '1,7,8,9'")


def test_unknown_sizes_have_first_ones_and_can_be_edited(page: Page, app: App) -> None:
    show(page, app, "open")
    expect(page.get_by_role("textbox", name="o, batch size")).to_have_value("1")
    expect(page.get_by_role("textbox", name="o, size of axis 1")).to_have_value("4")
    page.get_by_role("textbox", name="o, size of axis 1").fill("5")
    page.wait_for_function("String(test.evaluated.at(-1).settings.o.sizes) === '1,5,16'")
    page.get_by_role("textbox", name="o, size of axis 1").fill("many")
    expect(page.get_by_role("group", name="o").get_by_role("alert")).to_have_text(
        "many is not a size: write a whole number from 1"
    )
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.get_by_role("textbox", name="o, size of axis 1").fill("5")
    page.get_by_role("textbox", name="o, seed").fill("99999999999999")
    expect(page.get_by_role("group", name="o").get_by_role("alert")).to_contain_text("from 0 to 4,294,967,295")
    expect(page.get_by_role("textbox", name="o, seed")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_fits_a_phone_and_axe_finds_nothing(browser: Browser, app: App, theme: str) -> None:
    problems = {}
    with page_of(browser, viewport=PHONE, color_scheme=theme) as page:
        for graph in FORMS:
            show(page, app, graph)
            page.get_by_text("Both", exact=True).click()
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], graph
            # The headings and landmarks of the page around it are not there.
            problems[graph] = [text for text in violations(page) if "page-has-heading-one" not in text]
    assert {graph: texts for graph, texts in problems.items() if texts} == {}

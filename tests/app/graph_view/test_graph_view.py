"""GraphView in a real browser, in a small Dash app that serves prepared scenes."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import uvicorn
from dash import Dash, Input, Output, State
from fastapi import Request, Response
from playwright.sync_api import Browser, Page, expect
from starlette.responses import HTMLResponse
from starlette.routing import Route, Router

from graphlab.app.dash_app import bare_app
from graphlab.app.page import ids
from graphlab.app.page.examples import Example
from graphlab.app.page.index import index_page
from graphlab.app.server.view_state import read_address
from graphlab.sources import SourceSpec
from tests.support.app_driver import box, free_port, rest

pytestmark = pytest.mark.browser

OP_BOX = {"w": 140, "h": 36}
GROUP_BOX = {"w": 220, "h": 40}


def make_box(box_id: str, kind: str, title: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    size = GROUP_BOX if kind == "group" else OP_BOX
    empty = {"subtitle": "", "family": "math", "opType": "", "groupKind": "", "parent": "", "label": "", "folded": 0}
    return {**empty, "id": box_id, "kind": kind, "title": title, "x": x, "y": y, **size, **more}


def make_link(src: str, dst: str, points: list[float], label: str = "", tensors: Any = ()) -> dict[str, Any]:
    middle = {"lx": (points[0] + points[-2]) / 2 + 60, "ly": (points[1] + points[-1]) / 2}
    fixed = {"style": "data", "weight": 1, "n": 1, "tensors": tensors}
    return {"src": src, "dst": dst, "points": points, "label": label, **fixed, **middle}


def straight(x: float, top: float, bottom: float) -> list[float]:
    return [x, top, x, top + 5, x, bottom - 5, x, bottom]


def make_scene(opened: list[str], detail: str = "quiet") -> dict[str, Any]:
    """Input x, the layer dense (closed, or open with kernel, MatMul and BiasAdd), loss."""
    dense = "dense/" in opened
    shift = 160 if dense else 0
    boxes = [
        make_box("x", "input", "x", 140, 10, family="io"),
        make_box("loss", "op", "SoftmaxCrossEntropyWithLogits", 140, 160 + shift, family="loss", opType="Softmax"),
    ]
    inside = [
        make_box("kernel", "variable", "kernel", 40, 150, parent="dense/", family="variable", opType="VarHandleOp"),
        make_box("matmul", "op", "MatMul", 200, 150, parent="dense/", opType="MatMul", label="MatMul, 12.8 MFLOP"),
        make_box("biasadd", "op", "BiasAdd", 200, 220, parent="dense/", opType="BiasAdd"),
    ]
    closed = [make_box("dense/", "group", "dense", 100, 80, subtitle="Dense 256", groupKind="layer")]
    frame = {"id": "dense/", "title": "dense", "subtitle": "Dense 256", "parent": "", "depth": 0}
    frame |= {"groupKind": "layer", "label": "dense, Dense 256", "x": 20, "y": 90, "w": 360, "h": 190}
    links = [make_link("matmul", "biasadd", straight(270, 186, 220), "float32[32,256]")]
    return {
        "width": 400,
        "height": 360,
        "boxes": boxes + (inside if dense else closed),
        "frames": [frame] if dense else [],
        "links": links
        if dense
        else [
            make_link("x", "dense/", straight(210, 46, 80), "float32[32,784]", [[0, 0, "", 1, "matmul"]]),
            make_link("dense/", "loss", straight(210, 122, 160), "", [[1, 0, "biasadd"]]),
        ],
        "tensors": ["float32[32,784]", "float32[32,256]"],
        "open": opened,
        "key": f"test|{detail}",
        "crumbs": [{"id": None, "title": "train_step"}],
    }


def make_large_scene() -> dict[str, Any]:
    boxes = [make_box(f"op{i}", "op", f"Op {i}", 170 * (i % 50), 60 * (i // 50)) for i in range(5000)]
    links = [make_link(f"op{i}", f"op{i + 50}", straight(boxes[i]["x"] + 70, boxes[i]["y"] + 36, boxes[i]["y"] + 60))
             for i in range(4950)]  # fmt: skip
    crumbs = [{"id": None, "title": "large"}]
    return {"width": 8500, "height": 6000, "boxes": boxes, "frames": [], "links": links, "open": [], "key": "large",
            "crumbs": crumbs}  # fmt: skip


MESSAGES = {
    "waiting": {"kind": "waiting", "title": "Tracing", "detail": "importing TensorFlow"},
    "broken": {"kind": "error", "title": "tracing failed", "detail": "ValueError: shapes (model.py:3)"},
}


PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RUNNING = {
    "status": "running",
    "data": "MNIST 60,000 + 10,000",
    "device": "CPU",
    "epoch": 4,
    "epochs": 5,
    "step": 1162,
    "steps": 1875,
    "progress": 0.72,
    "eta_s": 12.2,
    "examples_per_s": 41200.4,
    "curves": {
        "loss": {"train": [[0.5, 0.4], [1, 0.2]], "validation": [[1, 0.25]]},
        "accuracy": {"train": [[0.5, 0.8], [1, 0.9]], "validation": [[1, 0.88]]},
    },
    "samples": [
        {"image": PIXEL, "predicted": "7", "true": "7", "correct": True, "confidence": 0.99},
        {"image": PIXEL, "predicted": "4", "true": "9", "correct": False, "confidence": 0.6},
    ],
}
FAILED = {"status": "failed", "message": "ValueError: no images (model.py:9)", "epoch": 1, "epochs": 5}


def add_runs(app: Dash) -> None:
    """A run that continues, one that fails, and one whose stream never works."""

    @app.server.get("/runs")
    async def going() -> list[Any]:
        return []

    @app.server.get("/runs/{name}")
    async def follow(name: str, once: int = 0) -> Response:
        frame = json.dumps(FAILED if name == "failing" else RUNNING)
        if once:
            return Response(frame, media_type="application/json")
        if name == "streamless":
            return Response(status_code=500)
        return Response(f"retry: 60000\ndata: {frame}\n\n", media_type="text/event-stream")


def answer(source: str, opened: Iterable[str] | None, every_op: bool) -> dict[str, Any]:
    """What the server answers, as `answers.answer` does."""
    if source in MESSAGES:
        return {"scene": None, "message": MESSAGES[source], "ready": "", "graphs": []}
    shown = [group for group in opened or () if group == "dense/"]
    scene = make_large_scene() if source == "large" else make_scene(shown, "all" if every_op else "quiet")
    return {"scene": scene, "message": None, "ready": source, "graphs": ["function"]}


def make_app() -> Dash:
    app = bare_app()

    @app.server.get("/scene")
    async def first(request: Request) -> dict[str, Any]:
        state = read_address(request.query_params)
        return answer(state.source, state.opened, state.every_op)

    @app.server.post("/scene")
    async def scene(request: Request) -> dict[str, Any]:
        view = (await request.json())["view"]
        return answer(view["source"], view["open"], view["all"])

    @app.callback(Output(ids.RUN, "url"), Input(ids.TRAIN_START, "n_clicks"), State(ids.TRAIN_DATA, "value"))
    async def start(clicks: int | None, name: str | None) -> Any:
        return f"/runs/{name}" if clicks else None

    add_runs(app)
    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    example = Example(SourceSpec("m", "m"), "MNIST", "A network.")
    page = HTMLResponse(index_page([example], {}))  # which is an app itself
    app = Router([Route("/", page)], default=make_app().server)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(5)


def open_page(page: Page, address: str, query: str = "source=m") -> None:
    page.goto(f"{address}?{query}")
    page.wait_for_selector(".graph-view[data-drawn]")
    rest(page)


def toggle_point(page: Page, box_id: str) -> tuple[float, float]:
    """The middle of the + or − at the right of a group's box or title bar."""
    area = box(page, box_id).bounding_box()
    scale = area["height"] / (GROUP_BOX["h"] if box(page, box_id).get_attribute("aria-expanded") == "false" else 34)
    return area["x"] + area["width"] - 17 * scale, area["y"] + area["height"] / 2


def test_mirror_describes_boxes_when_drawn(page: Page, address: str) -> None:
    open_page(page, address, "source=m&open=dense/")
    attributes = ("role", "data-kind", "data-op-type", "aria-expanded", "aria-level", "aria-label", "aria-selected")
    seen = {name: [box(page, name).get_attribute(a) for a in attributes] for name in ("x", "dense/", "matmul")}
    assert seen == {
        "x": ["treeitem", "input", None, None, "1", "x", "false"],
        "dense/": ["treeitem", "group", None, "true", "1", "dense, Dense 256", "false"],
        "matmul": ["treeitem", "op", "MatMul", None, "2", "MatMul, 12.8 MFLOP", "false"],
    }
    assert page.locator("[role=tree]").count() == 1
    assert page.locator('[role=treeitem][tabindex="0"]').count() == 1


def test_group_opens_and_closes_when_double_clicked(page: Page, address: str) -> None:
    open_page(page, address)
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "false")
    box(page, "dense/").dblclick()
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")
    rest(page)
    box(page, "dense/").dblclick()
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "false")
    expect(box(page, "matmul")).to_have_count(0)


def test_group_stays_under_pointer_when_its_sign_is_clicked(page: Page, address: str) -> None:
    open_page(page, address)
    x, y = toggle_point(page, "dense/")
    page.mouse.click(x, y)
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")
    rest(page)
    opened = toggle_point(page, "dense/")
    assert abs(opened[0] - x) < 3
    assert abs(opened[1] - y) < 3
    page.mouse.click(x, y)
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "false")


def test_title_bar_is_under_pointer_when_box_was_double_clicked(page: Page, address: str) -> None:
    open_page(page, address)
    area = box(page, "dense/").bounding_box()
    x, y = area["x"] + 30, area["y"] + 30
    page.mouse.dblclick(x, y)
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")
    rest(page)
    bar = box(page, "dense/").bounding_box()
    assert bar["x"] <= x <= bar["x"] + bar["width"]
    assert bar["y"] <= y <= bar["y"] + bar["height"]


def test_group_opens_and_keeps_focus_when_enter_is_pressed(page: Page, address: str) -> None:
    open_page(page, address)
    box(page, "dense/").focus()
    page.keyboard.press("Enter")
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")
    expect(box(page, "dense/")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "false")


def test_back_undoes_opening_when_group_was_opened(page: Page, address: str) -> None:
    open_page(page, address)
    box(page, "dense/").dblclick()
    expect(page).to_have_url(re.compile(r"\?source=m&open=dense/&select=dense/$"))
    page.go_back()
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "false")
    page.go_forward()
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")


def test_link_reopens_view_when_sent(page: Page, address: str) -> None:
    open_page(page, address, "source=m&all=1&open=dense/&select=matmul")
    expect(box(page, "matmul")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#quiet")).to_have_attribute("aria-checked", "false")
    assert page.url == f"{address}?source=m&all=1&open=dense/&select=matmul"


def test_address_keeps_colour_and_lineage_when_a_group_is_opened(page: Page, address: str) -> None:
    open_page(page, address, "source=m&colour=layer&lineage=up:matmul")
    box(page, "dense/").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?source=m&open=dense/&colour=layer&lineage=up:matmul$"))


def test_address_names_empty_set_when_last_group_is_closed(page: Page, address: str) -> None:
    open_page(page, address, "source=m&open=dense/")
    box(page, "dense/").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?source=m&open=$"))


def test_arrows_walk_when_box_has_focus(page: Page, address: str) -> None:
    open_page(page, address, "source=m&open=dense/")
    box(page, "x").focus()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        walked.append(page.evaluate("document.activeElement.dataset.box"))
    assert walked == ["dense/", "matmul", "kernel", "matmul", "biasadd"]


def test_selection_changes_when_space_and_escape_are_pressed(page: Page, address: str) -> None:
    open_page(page, address)
    box(page, "x").focus()
    page.keyboard.press("Space")
    expect(box(page, "x")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile("select=x"))
    page.keyboard.press("Escape")
    expect(box(page, "x")).to_have_attribute("aria-selected", "false")


def test_selection_changes_when_box_and_ground_are_clicked(page: Page, address: str) -> None:
    open_page(page, address, "source=m&open=dense/")
    box(page, "matmul").click()
    expect(box(page, "matmul")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".crumb")).to_have_text(["train_step", "dense"])
    page.mouse.click(900, 700)
    expect(box(page, "matmul")).to_have_attribute("aria-selected", "false")


def test_selection_leaves_no_history_when_changed(page: Page, address: str) -> None:
    open_page(page, address)
    before = page.evaluate("history.length")
    box(page, "x").click()
    expect(page).to_have_url(re.compile("select=x"))
    assert page.evaluate("history.length") == before


def test_link_leads_to_its_other_end_when_clicked(page: Page, address: str) -> None:
    open_page(page, address)
    x = box(page, "x").bounding_box()
    near_x = x["x"] + x["width"] / 2, x["y"] + x["height"] + 3

    page.mouse.move(*near_x)
    expect(page.locator("#graph .surface")).to_have_css("cursor", "pointer")
    page.mouse.click(*near_x)
    expect(box(page, "dense/")).to_have_attribute("aria-selected", "true")
    rest(page)
    dense = box(page, "dense/").bounding_box()
    page.mouse.click(dense["x"] + dense["width"] / 2, dense["y"] - 4)
    expect(box(page, "x")).to_have_attribute("aria-selected", "true")


def test_brackets_lead_to_what_feeds_a_box_and_to_what_it_feeds(page: Page, address: str) -> None:
    open_page(page, address)
    box(page, "x").click()

    for key, reached in (("]", "dense/"), ("]", "loss"), ("]", "loss"), ("[", "dense/"), ("}", "loss"), ("}", "loss")):
        page.keyboard.press(key)
        expect(box(page, reached)).to_have_attribute("aria-selected", "true")


def test_tooltip_names_box_and_link_when_hovered(page: Page, address: str) -> None:
    open_page(page, address)
    box(page, "loss").hover()
    expect(page.locator(".tooltip")).to_have_text("SoftmaxCrossEntropyWithLogits")
    top, bottom = box(page, "x").bounding_box(), box(page, "dense/").bounding_box()
    page.mouse.move(top["x"] + top["width"] / 2, (top["y"] + top["height"] + bottom["y"]) / 2)
    lines = ["x → dense", "x:0  float32[32,784]", "\u2003→ matmul", "Click: go to dense"]
    expect(page.locator(".tooltip > div")).to_have_text(lines)


def test_wheel_zooms_at_pointer_when_turned(page: Page, address: str) -> None:
    open_page(page, address)
    before = box(page, "x").bounding_box()
    page.mouse.move(before["x"] + 10, before["y"] + 10)
    page.mouse.wheel(0, 200)
    rest(page)
    after = box(page, "x").bounding_box()
    zoom = after["width"] / before["width"]
    assert zoom < 0.9
    assert after["x"] == pytest.approx(before["x"] + 10 - 10 * zoom, abs=0.5)
    page.keyboard.press("f")
    rest(page)
    assert box(page, "x").bounding_box()["width"] == pytest.approx(before["width"], abs=0.5)


def test_view_moves_when_dragged(page: Page, address: str) -> None:
    open_page(page, address)
    before = box(page, "x").bounding_box()
    page.mouse.move(800, 700)
    page.mouse.down()
    page.mouse.move(850, 740, steps=4)
    page.mouse.up()
    after = box(page, "x").bounding_box()
    assert (round(after["x"] - before["x"]), round(after["y"] - before["y"])) == (50, 40)


@pytest.mark.parametrize(("source", "words"), [("waiting", "Tracing"), ("broken", "ValueError: shapes (model.py:3)")])
def test_message_is_shown_when_there_is_no_scene(page: Page, address: str, source: str, words: str) -> None:
    page.goto(f"{address}?source={source}")
    expect(page.locator(".message")).to_contain_text(words)
    assert page.locator("[data-drawn]").count() == 0


def test_view_says_loading_when_no_scene_arrives(page: Page, address: str) -> None:
    page.route("**/scene*", lambda route: None)
    page.goto(f"{address}?source=m")
    expect(page.locator(".message")).to_have_text("Loading graph…")


def test_nothing_moves_when_less_motion_is_asked_for(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, address)
    moves = """() => { window.moves = 0;
        new MutationObserver(() => window.moves++).observe(document.querySelector(".graph-view"),
            {attributeFilter: ["data-moving"]}); }"""
    page.evaluate(moves)
    box(page, "dense/").dblclick()
    expect(box(page, "dense/")).to_have_attribute("aria-expanded", "true")
    page.wait_for_timeout(250)
    assert page.evaluate("window.moves") == 0


def test_large_scene_is_culled_when_panned(page: Page, address: str) -> None:
    open_page(page, address, "source=large")
    shown = page.locator("[data-box]").count()
    assert 10 < shown < 600
    first = page.locator("[data-box]").nth(20).get_attribute("data-box")
    page.mouse.move(500, 600)
    page.mouse.down()
    page.mouse.move(500, 100, steps=10)
    page.mouse.up()
    page.mouse.down()
    page.mouse.move(500, -900, steps=10)
    page.mouse.up()
    expect(box(page, str(first))).to_have_count(0)
    assert 10 < page.locator("[data-box]").count() < 600
    expect(page.locator(".minimap")).to_be_visible()


def test_quiet_switch_shows_every_op_when_clicked(page: Page, address: str) -> None:
    open_page(page, address)
    page.locator("#quiet").click()
    expect(page.locator("#quiet")).to_have_attribute("aria-checked", "false")
    expect(page).to_have_url(re.compile("all=1"))


def test_theme_is_kept_when_chosen(page: Page, address: str) -> None:
    open_page(page, address)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#theme")).to_have_attribute("aria-label", "Theme: dark")


def test_gallery_is_shown_when_address_has_no_source(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".card-title")).to_have_text(["MNIST"])
    expect(page.locator(".workspace")).to_be_hidden()
    page.locator(".card").click()
    expect(box(page, "dense/")).to_be_visible()


def test_panel_is_drawer_when_window_is_small(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    open_page(page, address)
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#panel-toggle").click()
    expect(page.locator("#train-start")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 800


def test_border_moves_when_arrow_is_pressed(page: Page, address: str) -> None:
    open_page(page, address)
    before = page.locator(".inspect").bounding_box()["height"]
    page.locator("#splitter").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#splitter")).to_have_attribute("aria-valuenow", "51")
    assert page.locator(".inspect").bounding_box()["height"] > before + 20


def start_run(page: Page, address: str, name: str) -> None:
    open_page(page, address)
    page.locator("#train-data").fill(name)
    page.locator("#train-start").click()


def test_panel_follows_run_when_frames_arrive(page: Page, address: str) -> None:
    start_run(page, address, "going")
    expect(page.locator("#live-step")).to_have_text("epoch 4 of 5 · step 1,162 of 1,875")
    expect(page.locator("#live-eta")).to_have_text("12 s left")
    expect(page.locator("#live-facts")).to_have_text("MNIST 60,000 + 10,000 · CPU · 41,200 images/s")
    expect(page.locator("#live-status")).to_have_text("Running")
    expect(page.locator("#live-charts .scatterlayer .trace")).to_have_count(4)
    expect(page.locator(".sample figcaption")).to_have_text(["✓ 7 · 7", "✗ 4 · 9"])
    expect(page.locator("#train-start")).to_have_text("Start another")
    expect(page.locator("#train-stop")).to_be_visible()


def test_panel_says_why_when_run_fails(page: Page, address: str) -> None:
    start_run(page, address, "failing")
    expect(page.locator(".failure")).to_have_text("ValueError: no images (model.py:9)")
    expect(page.locator("#train-start")).to_be_enabled()
    expect(page.locator("#train-stop")).to_be_hidden()


def test_panel_asks_again_when_stream_fails(browser: Browser, address: str) -> None:
    # The browser itself reports the refused stream on its console, so this page is not the watched one.
    page = browser.new_page()
    start_run(page, address, "streamless")
    expect(page.locator("#live-step")).to_have_text("epoch 4 of 5 · step 1,162 of 1,875")
    page.close()

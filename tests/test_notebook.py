"""Graphs in a notebook: the contents of a cell, and that it works wherever notebooks are shown."""

from __future__ import annotations

import base64
import html
import io
import re
from ast import literal_eval

import pytest
from PIL import Image
from playwright.sync_api import expect

from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.pictures import PictureOptions, picture_content
from graphlab.pictures.html import save_html
from tests.support.app_driver import DENSE, MATMUL, ROOT, box, environment_in, opened, rest, watch
from tests.support.example_graphs import MNIST, example_graph

MODEL = "mnist_mlp/"
ELSEWHERE = "http://notebook.test/"
# What VS Code's notebooks allow an output to do.
VSCODE = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src https: http: data:; font-src https:; connect-src https: http:; child-src https: data:"
)
LATIN = "text/html; charset=iso-8859-1"


@pytest.fixture(scope="module")
def graphs():
    return {name: example_graph(MNIST, name) for name in ("forward", "train_step")}


@pytest.fixture(scope="module")
def notebook():
    """graphlab's module for notebooks; it loads Matplotlib."""
    from graphlab import notebook

    return notebook


@pytest.fixture(scope="module")
def bundle(drawn_by_one, notebook, graphs):
    return notebook.mime_bundle(graphs)


@pytest.fixture(scope="module")
def exported(graphs, tmp_path_factory):
    """The text of the file that `graphlab export` writes, which people put into frames themselves."""
    path = tmp_path_factory.mktemp("exported") / "graph.html"
    save_html(graphs["train_step"], path, picture_content(graphs["train_step"], PictureOptions()))
    return path.read_text(encoding="ascii")


def framed(page_text, attributes=""):
    return f'<iframe srcdoc="{html.escape(page_text)}" {attributes} width="1200" height="700"></iframe>'


def show(page, cell, *, policy="", content_type="text/html; charset=utf-8", body="<body>"):
    """Serve a page around the cell as another program would, and give the frame in it."""
    headers = {"content-type": content_type} | ({"content-security-policy": policy} if policy else {})
    text = f"<!doctype html>{body}<p>caf\xe9</p>{cell}"
    page.route(ELSEWHERE, lambda route: route.fulfill(body=text.encode("latin-1"), headers=headers))
    page.goto(ELSEWHERE)
    return the_frame(page)


def the_frame(page):
    expect(page.frame_locator("iframe").locator("#graph.graph-view[data-drawn]")).to_be_visible()
    (frame,) = page.frames[1:]
    rest(frame)
    return frame


def open_a_group(frame):
    """Open the model's first layer, and select its product."""
    if box(frame, MODEL).get_attribute("aria-expanded") == "false":
        box(frame, MODEL).dblclick()
        opened(frame, MODEL)
    box(frame, DENSE).dblclick()
    opened(frame, DENSE)
    box(frame, MATMUL).click()
    expect(frame.locator("#inspect h2")).to_contain_text("MatMul")


# The bundle


def test_a_bundle_holds_the_viewer_a_picture_and_words(graphs, bundle):
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))

    assert list(bundle) == ["text/html", "image/png", "text/plain"]
    assert bundle["text/plain"].splitlines() == [repr(graph) for graph in graphs.values()]
    assert picture.width > 200
    assert f'src="data:image/png;base64,{bundle["image/png"]}"' in bundle["text/html"]
    assert bundle["text/html"].isascii()
    assert len(bundle["text/html"]) < 500_000


def test_the_words_of_a_graph_are_one_line(graphs):
    assert repr(graphs["forward"]) == "<Graph mnist_mlp (forward): 32 ops, 38 edges, 235,146 parameters>"
    assert "\n" not in repr(graphs["train_step"])


def test_a_graph_outside_of_a_notebook_shows_words_alone(graphs):
    assert graphs["forward"]._repr_mimebundle_() == {"text/plain": repr(graphs["forward"])}


def test_a_graph_without_ops_and_a_part_of_one_show_words_alone(notebook, graphs):
    empty = build_graph([], [], GraphFacts(name="empty", kind="function"))
    part = graphs["forward"].subgraph(list(graphs["forward"])[3:6])

    assert notebook.mime_bundle({"function": empty}) == {"text/plain": "<Graph empty (function): 0 ops, 0 edges>"}
    assert list(notebook.mime_bundle({"forward": part})) == ["text/plain"]


@pytest.mark.usefixtures("drawn_by_one")
def test_a_viewer_that_is_too_large_leaves_the_picture(notebook, graphs, monkeypatch):
    monkeypatch.setattr(notebook, "MOST_BYTES", 1000)

    bundle = notebook.mime_bundle({"forward": graphs["forward"]})

    assert "<iframe" not in bundle["text/html"]
    assert "too large for a cell" in re.search(r'alt="([^"]*)"', bundle["text/html"])[1]
    assert bundle["image/png"]


def test_names_cannot_break_out_of_the_cell(notebook):
    hostile = '"></iframe><script>window.broken = 1</script>'
    op = Op("x", "Placeholder", (f"{hostile}/",), outputs=(Tensor("float32", (3,)),))
    groups = {f"{hostile}/": Group(f"{hostile}/", hostile)}
    graph = build_graph([op], [], GraphFacts(name=hostile, kind="function", groups=groups, inputs=("x",)))

    text = notebook.mime_bundle({"function": graph})["text/html"]

    assert "<script" not in text
    assert text.count("<iframe") == text.count("</iframe>") == 1


# Where cells are shown


@pytest.mark.browser
@pytest.mark.parametrize(
    "around",
    [{}, {"policy": VSCODE}, {"content_type": "text/html"}, {"content_type": LATIN}],
    ids=["http", "vscode", "no charset", "latin-1"],
)
def test_the_cell_opens_its_groups_wherever_it_is_shown(page, bundle, around):
    frame = show(page, bundle["text/html"], **around)

    open_a_group(frame)

    expect(frame.locator("#graphs [role=tab]")).to_have_text(["Forward", "Train step"])


@pytest.mark.browser
@pytest.mark.parametrize(
    "around", [{}, {"policy": VSCODE}, {"content_type": "text/html"}], ids=["http", "vscode", "raw"]
)
@pytest.mark.parametrize("attributes", ["", 'sandbox="allow-scripts"'], ids=["", "sandbox"])
def test_an_exported_file_in_a_frame_opens_its_groups(page, exported, around, attributes):
    frame = show(page, framed(exported, attributes), **around)

    open_a_group(frame)

    expect(frame.locator("#share")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("attributes", ["", 'sandbox="allow-scripts"'], ids=["", "sandbox"])
def test_a_cell_in_a_file_opens_its_groups(page, bundle, tmp_path, attributes):
    saved = tmp_path / "notebook.html"
    saved.write_text(bundle["text/html"].replace("<iframe ", f"<iframe {attributes} "), encoding="ascii")
    page.goto(saved.as_uri())

    open_a_group(the_frame(page))


@pytest.mark.browser
def test_an_exported_file_is_still_a_file(page, exported, tmp_path):
    (tmp_path / "graph.html").write_text(exported, encoding="ascii")
    page.goto((tmp_path / "graph.html").as_uri())
    page.wait_for_selector("#graph.graph-view[data-drawn]")

    open_a_group(page)

    assert page.url.endswith(f"#open={MODEL}&open={DENSE}&select={MATMUL}")
    expect(page.locator("#share")).to_be_visible()


# What a reader does in a cell


@pytest.mark.browser
def test_tabs_of_a_cell_show_the_other_graph(page, graphs, bundle):
    frame = show(page, bundle["text/html"])
    tab = frame.get_by_role("tab", name="Train step")
    expect(tab).to_have_attribute("aria-selected", "false")

    tab.click()

    expect(tab).to_have_attribute("aria-selected", "true")
    expect(box(frame, "gradients/")).to_be_visible()
    frame.locator("#search").fill("adam")
    expect(frame.locator("#match-count")).to_contain_text("found")
    frame.get_by_role("tab", name="Forward").click()
    expect(box(frame, "gradients/")).to_have_count(0)
    expect(frame.locator("#match-bar")).to_be_hidden()  # there is no optimizer in it


@pytest.mark.browser
def test_back_in_a_cell_undoes_a_step_and_stays_on_the_page_around(page, bundle):
    frame = show(page, bundle["text/html"])
    box(frame, DENSE).dblclick()
    opened(frame, DENSE)

    page.keyboard.press("Alt+ArrowLeft")
    expect(box(frame, DENSE)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Alt+ArrowRight")
    opened(frame, DENSE)

    assert page.url == ELSEWHERE


@pytest.mark.browser
def test_the_wheel_scrolls_past_a_cell_that_was_not_clicked(page, bundle):
    frame = show(page, f'{bundle["text/html"]}<p style="height: 3000px">')
    before = box(frame, DENSE).bounding_box()
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 120)
    page.wait_for_function("scrollY === 120")
    assert box(frame, DENSE).bounding_box()["width"] == before["width"]

    box(frame, DENSE).click()
    page.mouse.wheel(0, 120)
    frame.wait_for_function(
        f"before => document.querySelector(\"[data-box='{DENSE}']\").getBoundingClientRect().width < before",
        arg=before["width"] - 1,
    )

    assert page.evaluate("scrollY") == 120


@pytest.mark.browser
def test_the_switch_shows_every_op_in_a_cell(page, bundle):
    frame = show(page, bundle["text/html"])
    frame.locator("#quiet").click()

    expect(frame.locator("#quiet")).to_have_attribute("aria-checked", "false")
    expect(box(frame, "Identity")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "theme"),
    [
        ('<body data-jp-theme-light="false">', "dark"),
        ('<body data-jp-theme-light="true">', "light"),
        ('<body class="vscode-dark">', "dark"),
        ('<body class="vscode-light">', "light"),
        ('<body class="vscode-high-contrast vscode-high-contrast-light">', "light"),
        ("<html theme=dark><body>", "dark"),
        ('<body style="color-scheme: dark">', "dark"),
        ("<body>", "light"),
    ],
)
def test_a_cell_has_the_theme_of_the_notebook(browser, bundle, body, theme):
    context = browser.new_context(color_scheme="null")  # else Playwright tells every frame that the system is light
    problems = watch(context)
    frame = show(context.new_page(), bundle["text/html"], body=body)

    expect(frame.locator("html")).to_have_attribute("data-theme", theme)
    context.close()
    assert problems == []


@pytest.mark.browser
def test_a_cell_cannot_reach_the_notebook(page, bundle):
    frame = show(page, bundle["text/html"])

    assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts allow-downloads"
    assert frame.evaluate("origin") == "null"


@pytest.mark.browser
def test_the_picture_shows_only_where_the_frame_was_taken_out(page, bundle, notebook):
    show(page, bundle["text/html"])
    place, picture = page.locator("body > div").bounding_box(), page.locator("img").bounding_box()
    assert picture["y"] >= place["y"] + place["height"]  # below what its place shows
    assert place["height"] == notebook.HEIGHT_PX

    taken_out = re.sub(r"<iframe.*</iframe>", "", bundle["text/html"], flags=re.DOTALL)
    page.set_content(taken_out)

    assert page.locator("img").bounding_box()["y"] < 20
    assert page.locator("img").evaluate("it => it.naturalWidth") > 200


# The example


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The packaged notebook after all of its cells have run in a kernel of their own."""
    import nbformat
    from nbclient import NotebookClient

    home = tmp_path_factory.mktemp("kernel")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_in(home).items():
            patch.setenv(name, value)
        patch.setenv("JUPYTER_RUNTIME_DIR", str(home))
        read = nbformat.read(ROOT / "examples" / "notebook.ipynb", as_version=4)
        where = {"metadata": {"path": str(ROOT / "examples")}}
        return NotebookClient(read, timeout=200, kernel_name="python3", resources=where).execute()


def outputs_of(executed, kind):
    """What the cells show as this mime type."""
    shown = [output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])]
    return [data[kind] for data in shown if kind in data]


@pytest.mark.tf
def test_the_example_shows_a_function_a_network_its_train_step_and_a_training(executed):
    words = outputs_of(executed, "text/plain")

    assert words[0] == "<Graph f (function): 9 ops, 9 edges>"
    assert words[1].splitlines()[0] == "<Graph mnist_mlp (forward): 32 ops, 38 edges, 235,146 parameters>"
    assert words[2].startswith("<Graph mnist_mlp (train step): ")
    assert len(outputs_of(executed, "text/html")) == len(outputs_of(executed, "image/png")) == 3
    losses = literal_eval(words[-1])["loss"]
    assert losses[1] < losses[0] < 2.4


@pytest.mark.tf
@pytest.mark.browser
def test_each_cell_of_the_example_opens_in_the_browser(page, executed):
    drawn = []
    for cell in outputs_of(executed, "text/html"):
        frame = show(page, cell)
        drawn.append([it.get_attribute("data-box") for it in frame.locator("[data-box][aria-level='1']").all()])
        page.unroute(ELSEWHERE)

    assert [box_id for box_id in drawn[0] if box_id in "xy"] == ["x", "y"]
    assert MODEL in drawn[1]
    assert {"loss/", "gradients/"} < set(drawn[2])

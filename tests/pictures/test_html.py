"""A graph as one HTML file, opened from disk in a real browser: the same boxes as the page, and no network requests."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from playwright.sync_api import expect

from graphlab.errors import GraphlabError
from graphlab.graph import GraphFacts, Group, Op, Tensor, Variable, build_graph
from graphlab.inspector import Detail, Heading, Row, Section, inspect
from graphlab.layout.curves import sample
from graphlab.overlay.search import search
from graphlab.pictures import PictureOptions, bundle, picture_content
from graphlab.pictures.bundle import bundle_modules
from graphlab.pictures.export import save as export
from graphlab.pictures.html import MAIN
from graphlab.pictures.scene import layout
from graphlab.sources.thumbnails import png_data_uri
from graphlab.view import boxes_within, default_open, fold_nothing, fold_quiet, view
from tests.support.app_driver import (
    DENSE,
    KERNEL,
    MATMUL,
    box,
    box_ids,
    inspected,
    opened,
    part,
    rest,
    rows,
    selection,
    show_mnist,
    watch,
)
from tests.support.example_graphs import MNIST, XRAY, example_graph
from tests.support.overlays import found_counts
from tests.support.places import ROOT
from tests.support.real_scenes import coinciding_links, label_collisions
from tests.support.words_of_views import GROUPS, SPELLED

MODEL = "mnist_mlp/"
SOME = 7
HOSTILE = "</script><script>window.broken = 1</script><img src=x onerror=window.broken=1>"
# Graphs (fixtures) and levels of detail in which whole pictures are compared.
DRAWN = [
    ("train_step", "quiet"),
    ("train_step", "all"),
    ("xray", "quiet"),
    pytest.param("loop", "quiet", marks=pytest.mark.tf),
    pytest.param("loop", "all", marks=pytest.mark.tf),
]
# The scene that the file composes for a set of open groups, by the modules inside the file.
COMPOSE = """async ([level, open]) => {
  const { readAtlas } = graphlab.modules["offline/atlas"];
  const { createComposer } = graphlab.modules["offline/compose"];
  const { readBlock } = graphlab.modules["offline/data"];
  window.composers ??= {};
  window.composers[level] ??= createComposer(readAtlas(await readBlock(`atlas-${level}`)));
  return window.composers[level](open);
}"""


@pytest.fixture(scope="session")
def train_step():
    return example_graph(MNIST, "train_step")


@pytest.fixture(scope="session")
def xray():
    return example_graph(XRAY, "train_step")


@pytest.fixture(scope="session")
def loop():
    """A loop around a conditional, as TensorFlow traces them."""
    import tensorflow as tf

    import graphlab

    def steps(x):
        def body(i, y):
            return i + 1, tf.cond(tf.reduce_mean(y) > 0.0, lambda: y * 2.0 + 1.0, lambda: tf.abs(y) - x)

        return tf.while_loop(lambda i, y: tf.logical_and(i < 10, tf.reduce_sum(y) < 100.0), body, [0, x])

    return graphlab.trace(tf.function(steps), "float32[?,3]")


@pytest.fixture(scope="session")
def twins():
    """A model whose layer is called twice."""
    import keras

    import graphlab

    encode = keras.layers.Dense(4, name="encode")
    ends = [keras.Input((8,), name="left"), keras.Input((8,), name="right")]
    return graphlab.trace(keras.Model(ends, keras.layers.Add()([encode(end) for end in ends])))


@pytest.fixture(scope="module")
def file_of(drawn_by_one, tmp_path_factory):
    """Writes a graph once for each choice, and tells where."""
    folder = tmp_path_factory.mktemp("html")
    written = {}

    def write(graph, choice=None):
        key = id(graph), choice
        if key not in written:
            path = folder / f"graph {len(written)}.html"
            export(graph, path, choice or PictureOptions())
            written[key] = path.as_uri()
        return written[key]

    return write


@pytest.fixture
def offline(browser):
    """A page of 1440x900 pixels on which every request but for the file itself fails the test, as errors do."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems = watch(context)
    context.on("request", lambda it: None if is_local(it.url) else problems.append(it.url))
    yield context.new_page()
    context.close()
    assert problems == []


def is_local(url):
    return url.startswith(("file:", "data:", "blob:"))


def go(page, address, fragment=""):
    page.goto(f"{address}#{fragment}")
    page.wait_for_selector("#graph.graph-view[data-drawn]")
    rest(page)


def scene_of(folded, state):
    """The scene that the page draws."""
    with layout() as engine:
        return engine.lay_out(view(folded, state)).to_json()


def ids_of(view):
    return sorted([*(box.id for box in view.boxes), *(frame.id for frame in view.frames)])


def some_states(folded):
    """Everything closed, what is open at first, some of the groups with those around them, everything."""
    paths = {group_id: path[: path.index(group_id) + 1] for path in folded.paths.values() for group_id in path}
    step = len(paths) // SOME + 1
    some = [frozenset(path) for path in list(paths.values())[::step]]
    return list(dict.fromkeys([frozenset(), default_open(folded), *some, frozenset(folded.groups)]))


# The same graph


@pytest.mark.browser
@pytest.mark.parametrize(("name", "detail"), [*DRAWN, pytest.param("twins", "quiet", marks=pytest.mark.tf)])
def test_every_state_has_the_boxes_and_links_of_the_view(request, offline, file_of, name, detail):
    graph = request.getfixturevalue(name)
    folded = fold_quiet(graph) if detail == "quiet" else fold_nothing(graph)
    go(offline, file_of(graph))

    for state in some_states(folded):
        scene, wanted = offline.evaluate(COMPOSE, [detail, sorted(state)]), view(folded, state)

        assert sorted(it["id"] for it in [*scene["boxes"], *scene["frames"]]) == ids_of(wanted)
        assert sorted((it["src"], it["dst"], it["style"], it["n"]) for it in scene["links"]) == sorted(
            (link.src, link.dst, link.style, len(link.wires)) for link in wanted.links
        )


@pytest.mark.browser
def test_words_of_a_view_open_in_the_browser_what_they_open_on_the_server(offline, file_of, train_step):
    go(offline, file_of(train_step))
    around = {group: group.rstrip("/").rpartition("/")[0] + "/" for group in GROUPS}
    groups = [{"id": group, "parent": GROUPS.index(around[group]) if around[group] != "/" else -1} for group in GROUPS]
    spell = """([words, groups]) => [...graphlab.modules["graph_view/groups/opened"].spelledOut(words, groups)]"""

    for words, wanted in SPELLED.items():
        places = offline.evaluate(spell, [words.split(), groups])

        assert " ".join(sorted(GROUPS[place] for place in places)) == wanted, words


@pytest.mark.browser
def test_boxes_inside_groups_are_counted_as_on_the_page(offline, file_of, train_step):
    folded = fold_quiet(train_step)
    go(offline, file_of(train_step))

    counted = offline.evaluate(COMPOSE, ["quiet", ["*9"]])["inside"]

    assert counted == {group: list(counts) for group, counts in boxes_within(folded).items() if len(counts) > 1}


@pytest.mark.browser
def test_boxes_say_what_they_say_on_the_page(offline, file_of, train_step):
    folded = fold_quiet(train_step)
    go(offline, file_of(train_step))
    words = ("title", "subtitle", "kind", "family", "opType", "groupKind", "parent", "label", "folded", "depth")

    for state in (frozenset(), frozenset({MODEL, DENSE}), frozenset(folded.groups)):
        scene = offline.evaluate(COMPOSE, ["quiet", sorted(state)])
        wanted = scene_of(folded, state)

        for kind in ("boxes", "frames"):
            said = {it["id"]: {word: it.get(word) for word in words} for it in scene[kind]}
            assert said == {it["id"]: {word: it.get(word) for word in words} for it in wanted[kind]}


@pytest.mark.browser
@pytest.mark.parametrize(
    "choice", [PictureOptions(), PictureOptions(open=("dense",)), PictureOptions(open=("dense_2", "loss"))]
)
def test_the_first_sight_is_the_scene_of_the_page(offline, file_of, train_step, choice):
    content = picture_content(train_step, choice)
    go(offline, file_of(train_step, choice))
    wanted = scene_of(content.folded, content.opened)

    scene = offline.evaluate(COMPOSE, ["quiet", sorted(content.opened)])

    places = {it["id"]: [it[side] for side in "xywh"] for it in [*scene["boxes"], *scene["frames"]]}
    for it in [*wanted["boxes"], *wanted["frames"]]:
        assert places[it["id"]] == pytest.approx([it[side] for side in "xywh"], abs=1)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["train_step", pytest.param("twins", marks=pytest.mark.tf)])
def test_links_of_the_first_sight_are_labelled_as_on_the_page(request, offline, file_of, name):
    graph = request.getfixturevalue(name)
    folded = fold_quiet(graph)
    go(offline, file_of(graph))

    scene = offline.evaluate(COMPOSE, ["quiet", sorted(default_open(folded))])

    wanted = scene_of(folded, default_open(folded))
    assert sorted(it["label"] for it in scene["links"]) == sorted(it["label"] for it in wanted["links"])
    assert told_tensors(scene) == told_tensors(wanted)


def told_tensors(scene):
    """What is said of each link's tensors but the ops they feed: in the file another may stand for one of those."""
    words = scene["tensors"]
    return {
        (link["src"], link["dst"], link["style"]): (
            [[words[it[0]] if it[0] >= 0 else "", *it[1:3]] for it in link["tensors"]],
            link.get("more", 0),
        )
        for link in scene["links"]
    }


@pytest.mark.browser
def test_the_file_opens_with_the_boxes_of_the_real_page(page, app, offline, file_of, train_step):
    show_mnist(page, app, graph="train_step", open=[MODEL, DENSE])
    go(offline, file_of(train_step, PictureOptions(open=("dense",))))

    assert box_ids(offline) == box_ids(page)


@pytest.mark.browser
def test_the_file_opens_as_it_was_asked_to(offline, file_of, train_step):
    address = file_of(train_step, PictureOptions(depth=0, all_ops=True, theme="dark"))
    go(offline, address)

    assert box_ids(offline) == ids_of(view(fold_nothing(train_step), frozenset()))
    expect(offline.locator("html")).to_have_attribute("data-theme", "dark")
    expect(offline.locator("#quiet")).to_have_attribute("aria-checked", "false")


# The picture


@pytest.mark.browser
@pytest.mark.parametrize(("name", "detail"), DRAWN)
def test_nothing_overlaps_in_any_state(request, offline, file_of, name, detail):
    graph = request.getfixturevalue(name)
    folded = fold_quiet(graph) if detail == "quiet" else fold_nothing(graph)
    go(offline, file_of(graph))

    for state in some_states(folded):
        scene = offline.evaluate(COMPOSE, [detail, sorted(state)])

        assert overlaps(scene) == []
        assert label_collisions(scene) == []
        assert coinciding_links(scene) == []
        assert outside(scene) == []
        assert through_boxes(scene) == []


def overlaps(scene):
    """Pairs of things in one scope that lie upon each other."""
    inside = {}
    for it in [*scene["boxes"], *scene["frames"]]:
        inside.setdefault(it["parent"], []).append(it)
    return [(a["id"], b["id"]) for things in inside.values() for a, b in combinations(things, 2) if meet(a, b)]


def meet(a, b, margin=0.5):
    return all(
        a[side] + margin < b[side] + b[size] and b[side] + margin < a[side] + a[size] for side, size in ("xw", "yh")
    )


def outside(scene):
    """What reaches beyond its frame's inside, or beyond the scene."""
    frames = {frame["id"]: frame for frame in scene["frames"]}
    whole = {"x": 0, "y": -34, "w": scene["width"], "h": scene["height"] + 34}
    found = []
    for it in [*scene["boxes"], *scene["frames"]]:
        frame = frames.get(it["parent"], whole)
        right, bottom = frame["x"] + frame["w"] - it["x"] - it["w"], frame["y"] + frame["h"] - it["y"] - it["h"]
        if min(it["x"] - frame["x"], it["y"] - frame["y"] - 34, right, bottom) < -0.5:
            found.append(it["id"])
    return found


def through_boxes(scene):
    """Links with a point well inside a box that is none of their ends."""
    ids = [it["id"] for it in scene["boxes"]]
    left, top, width, height = np.array([[it[side] for side in "xywh"] for it in scene["boxes"]]).T
    found = []
    for link in scene["links"]:
        x, y = np.array(sample(tuple(link["points"]), 6))[:, :, None].transpose(1, 0, 2)
        inside = (left + 3 < x) & (x < left + width - 3) & (top + 3 < y) & (y < top + height - 3)
        hit = {ids[place] for place in np.flatnonzero(inside.any(axis=0))} - {link["src"], link["dst"]}
        if hit:
            found.append((link["src"], link["dst"], sorted(hit)))
    return found


def many_branches():
    """Twelve like groups between an input and a sum, each with a variable of its own that only it reads."""
    floats = Tensor("float32", (None, 3))
    ops, groups = [Op("x", "Placeholder", outputs=(floats,))], {}
    for name in (f"branch_{number}" for number in range(12)):
        groups[f"{name}/"] = Group(f"{name}/", name, "scope")
        path = (f"{name}/",)
        ops += [
            Op(f"{name}/mul", "Mul", path, (("x", 0), ("x", 0)), (floats,)),
            Op(f"{name}/relu", "Relu", path, ((f"{name}/mul", 0),), (floats,)),
        ]
    ops.append(Op("sum", "AddN", inputs=tuple((f"{group_id}relu", 0) for group_id in groups), outputs=(floats,)))
    return build_graph(ops, [], GraphFacts(name="branches", kind="function", groups=groups, inputs=("x",)))


def side_by_side():
    """Three variables at the side of a group that alone reads them."""
    floats, names = Tensor("float32", (3,)), ("gamma", "beta", "mean")
    ops = [
        Op(name, "VarHandleOp", outputs=(floats,), variable=Variable(name, (3,), "float32", True, 3)) for name in names
    ]
    ops.append(Op("x", "Placeholder", outputs=(floats,)))
    last = "x"
    for name in names:
        ops.append(Op(f"norm/{name}", "AddV2", ("norm/",), ((last, 0), (name, 0)), (floats,)))
        last = f"norm/{name}"
    ops.append(Op("y", "Relu", inputs=((last, 0),), outputs=(floats,)))
    return build_graph(
        ops, [], GraphFacts(name="side", kind="function", groups={"norm/": Group("norm/", "norm")}, inputs=("x",))
    )


@pytest.mark.browser
@pytest.mark.parametrize("make", [many_branches, side_by_side])
def test_nothing_overlaps_when_what_stands_in_a_cell_opens(offline, file_of, make):
    graph = make()
    go(offline, file_of(graph))
    ids = sorted(graph.groups)

    for state in ([], ids[:1], ids[3:4], ids[1:7:3], ids):
        scene = offline.evaluate(COMPOSE, ["quiet", state])

        assert sorted(it["id"] for it in [*scene["boxes"], *scene["frames"]]) == ids_of(
            view(fold_quiet(graph), frozenset(state))
        )
        assert overlaps(scene) == []
        assert outside(scene) == []
        assert through_boxes(scene) == []
        assert loose_ends(scene) == []


@pytest.mark.browser
def test_links_end_at_their_boxes(offline, file_of, train_step):
    go(offline, file_of(train_step))

    scene = offline.evaluate(COMPOSE, ["quiet", sorted(fold_quiet(train_step).groups)])

    assert loose_ends(scene) == []


def loose_ends(scene):
    """Links that do not begin or end at their boxes."""
    boxes = {it["id"]: it for it in scene["boxes"]}
    found = []
    for link in scene["links"]:
        for end, (x, y) in ((link["src"], link["points"][:2]), (link["dst"], link["points"][-2:])):
            it = boxes[end]
            inside_x, inside_y = -1 <= x - it["x"] <= it["w"] + 1, -1 <= y - it["y"] <= it["h"] + 1
            if not (inside_x and inside_y):
                found.append((end, x, y))
    return found


# What a reader does


@pytest.mark.browser
def test_groups_open_and_close_in_place(offline, file_of, train_step):
    go(offline, file_of(train_step))
    closed = box_ids(offline)

    box(offline, MODEL).dblclick()
    opened(offline, MODEL)
    box(offline, DENSE).focus()
    offline.keyboard.press("Enter")
    opened(offline, DENSE)
    rest(offline)
    assert box_ids(offline) == ids_of(view(fold_quiet(train_step), frozenset({MODEL, DENSE})))

    area = box(offline, MODEL).bounding_box()
    offline.mouse.click(area["x"] + area["width"] - 12, area["y"] + area["height"] / 2)
    expect(box(offline, MODEL)).to_have_attribute("aria-expanded", "false")
    assert box_ids(offline) == closed


@pytest.mark.browser
def test_the_address_reopens_the_view(offline, file_of, train_step):
    address = file_of(train_step)
    go(offline, address)
    box(offline, MODEL).dblclick()
    opened(offline, MODEL)
    box(offline, DENSE).click()
    inspected(offline, DENSE)
    expect(offline).to_have_url(f"{address}#open={MODEL}&select={DENSE}")

    other = offline.context.new_page()
    go(other, *offline.url.split("#"))
    inspected(other, DENSE)

    assert box_ids(other) == box_ids(offline)
    assert selection(other) == [DENSE]
    offline.go_back()
    expect(box(offline, MODEL)).to_have_attribute("aria-expanded", "false")


@pytest.mark.browser
def test_search_finds_what_the_app_finds_and_opens_what_is_around(offline, file_of, train_step):
    go(offline, file_of(train_step))
    offline.keyboard.press("/")
    offline.keyboard.type("dense matmul")
    wanted = search(train_step, "dense matmul")
    expect(offline.locator("#results .result")).to_have_text(
        [f"{match.title}{match.subtitle}" for match in wanted[:40]]
    )

    offline.keyboard.press("Enter")

    opened(offline, DENSE)
    assert selection(offline) == [MATMUL]
    assert box(offline, MATMUL).bounding_box()["y"] > 48


@pytest.mark.browser
def test_matches_are_marked_and_stepped_through_as_in_the_app(offline, file_of, train_step):
    go(offline, file_of(train_step))
    offline.locator("#search").fill("matmul")
    wanted = search(train_step, "matmul")
    folded = fold_quiet(train_step)
    expect(offline.locator("#match-count")).to_have_text(f"{len(wanted)} found")
    for state in (frozenset(), frozenset({MODEL, DENSE})):
        counts = found_counts(folded, wanted, state)
        for box_id, count in counts.items():
            words = f"{count} found inside" if box_id.endswith("/") else "found"
            expect(box(offline, box_id)).to_have_attribute("aria-label", re.compile(f", {words}$"))
        offline.keyboard.press("F3")
        opened(offline, DENSE)

    expect(offline.locator("#match-count")).to_have_text(f"2 of {len(wanted)}")
    offline.keyboard.press("Shift+F3")
    inspected(offline, MATMUL)
    assert selection(offline) == [MATMUL]


@pytest.mark.browser
def test_search_finds_ops_that_were_folded_away(offline, file_of, train_step):
    go(offline, file_of(train_step))
    offline.locator("#search").fill("mnist_mlp_1/dense_1/Cast/ReadVariableOp")
    offline.locator("#results .result", has_text="ReadVariableOp").first.click()

    opened(offline, DENSE)
    inspected(offline, KERNEL)
    assert selection(offline) == [KERNEL]


@pytest.mark.browser
@pytest.mark.parametrize("box_id", [MATMUL, KERNEL, DENSE])
def test_the_inspector_says_what_the_app_says(offline, file_of, train_step, box_id):
    go(offline, file_of(train_step), f"open={MODEL}&open={DENSE}&select={box_id}")
    inspected(offline, box_id)

    told = inspect(fold_quiet(train_step), box_id)

    assert isinstance(told[0], Heading)
    for section in told:
        if isinstance(section, Section):
            wanted = [(row.label, row.value) for row in section.parts if isinstance(row, Row)]
            assert rows(offline, section.title) == wanted


@pytest.mark.browser
def test_the_inspector_has_the_height_of_the_panel(offline, file_of, train_step):
    go(offline, file_of(train_step), f"open={MODEL}&open={DENSE}&select={MATMUL}")
    heights = [offline.locator(name).bounding_box()["height"] for name in ("aside > .inspect", "aside.panel")]
    assert heights[0] == heights[1] > 300


@pytest.mark.browser
def test_links_of_the_inspector_lead_to_other_boxes(offline, file_of, train_step):
    go(offline, file_of(train_step), f"open={MODEL}&open={DENSE}&select={MATMUL}")
    part(offline, "Gradient").get_by_role("button").first.click()

    expect(offline.locator("#inspect h2 code")).not_to_have_text(MATMUL)
    opened(offline, "gradients/mnist_mlp/dense/")


@pytest.mark.browser
def test_the_switch_shows_every_op(offline, file_of, train_step):
    go(offline, file_of(train_step))
    offline.locator("#quiet").click()
    expect(offline.locator("#quiet")).to_have_attribute("aria-checked", "false")
    rest(offline)

    assert box_ids(offline) == ids_of(view(fold_nothing(train_step), default_open(fold_nothing(train_step))))
    assert offline.url.endswith("#all=1")


@pytest.mark.browser
def test_the_theme_follows_the_system_until_one_is_chosen(browser, file_of, train_step):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    go(page, file_of(train_step))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    context.close()


# Safe and alone


@pytest.mark.browser
def test_first_elements_of_a_pipeline_are_in_the_file(offline, file_of):
    image = {"name": "[0]", "tensor": "uint8[8,8]", "image": png_data_uri(np.zeros((8, 8), np.uint8))}
    elements = [[image, {"name": "['label']", "tensor": "int64[]", "text": "7"}]]
    samples = [{"title": "train", "elements": elements, "problem": "the pipeline raised: no more"}]
    op = Op("range", "RangeDataset", outputs=(Tensor("variant", (), (Tensor("int64", ()),)),))
    graph = build_graph([op], [], GraphFacts(name="data", kind="pipeline", outputs=("range",), samples=tuple(samples)))

    go(offline, file_of(graph))

    element = offline.locator("#inspect .element")
    expect(element.locator("img")).to_have_attribute("alt", "image uint8[8,8]")
    expect(element.locator("figcaption")).to_have_text("label 7")
    expect(offline.locator("#inspect .problem")).to_have_text("the pipeline raised: no more")


@pytest.mark.browser
def test_names_cannot_break_out_of_the_page(offline, file_of):
    floats = Tensor("float32", (None, 3))
    group_id = f"{HOSTILE}/"
    ops = [
        Op("x", "Placeholder", outputs=(floats,)),
        Op(f"{group_id}{HOSTILE}", HOSTILE, (group_id,), (("x", 0),), (floats,), problem=HOSTILE),
        Op("lone \ud800 surrogate", "Relu", (group_id,), ((f"{group_id}{HOSTILE}", 0),), (floats,)),
    ]
    groups = {group_id: Group(group_id, HOSTILE, "layer", HOSTILE)}
    graph = build_graph(ops, [], GraphFacts(name=f"{HOSTILE}\ud800", kind="function", groups=groups, inputs=("x",)))
    go(offline, file_of(graph, PictureOptions(depth=9)))
    offline.locator("[data-kind=op]").first.click()
    offline.locator("#search").fill("script")
    expect(offline.locator("#results .result")).not_to_have_count(0)

    assert offline.evaluate("window.broken") is None
    assert f"{group_id}{HOSTILE}" in box_ids(offline)


@pytest.mark.browser
def test_nothing_runs_but_what_the_file_says(browser, file_of, train_step):
    page = browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    go(page, file_of(train_step))
    page.evaluate(
        """() => {
          setTimeout("window.broken = 1");
          document.body.append(Object.assign(document.createElement("script"), { textContent: "window.broken = 1" }));
          document.body.append(Object.assign(document.createElement("img"), { src: "https://example.org/a.png" }));
        }"""
    )
    while len(refused) < 3:  # the test's own time limit ends this
        page.wait_for_timeout(50)

    assert page.evaluate("window.broken") is None
    assert len(refused) == 3
    assert all("Content Security Policy" in words for words in refused)
    page.close()


def test_the_file_names_no_other_address(file_of, train_step):
    text = Path(file_of(train_step).removeprefix("file://").replace("%20", " ")).read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]

    assert "default-src &#x27;none&#x27;" in policy
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="(?!data:)[^"]*"', text)
    assert set(re.findall(r"https?://[^\s\"')%]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_a_file_is_small(file_of, train_step):
    assert len(Path(file_of(train_step).removeprefix("file://").replace("%20", " ")).read_bytes()) < 1_000_000


def test_a_module_that_no_bundle_can_hold_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "offline"
    folder.mkdir()
    monkeypatch.setattr(bundle, "packaged_dir", lambda _name: tmp_path)
    (folder / "a.mjs").write_text("export default function a() {}\n")
    (folder / "b.mjs").write_text('import {c} from "./c.mjs";\nexport const b = 1;\n')
    (folder / "c.mjs").write_text('import {b} from "./b.mjs";\nexport const c = 1;\n')
    (folder / "d.mjs").write_text("export const d = `a\n  b`;\n")

    with pytest.raises(GraphlabError, match="export default"):
        bundle_modules("offline/a")
    with pytest.raises(GraphlabError, match="import each other"):
        bundle_modules("offline/b")
    with pytest.raises(GraphlabError, match="const d = `a"):
        bundle_modules("offline/d")


def test_a_bundle_has_the_value_of_a_json_file(tmp_path, monkeypatch):
    (tmp_path / "offline").mkdir()
    monkeypatch.setattr(bundle, "packaged_dir", lambda _name: tmp_path)
    (tmp_path / "sizes.json").write_text('{\n  "GAP_PX": 4\n}\n')
    module = 'import sizes from "../sizes.json" with { type: "json" };\nexport const gap = sizes.GAP_PX;\n'
    (tmp_path / "offline" / "a.mjs").write_text(module)

    assert 'modules["sizes.json"] = {"GAP_PX":4};\nmodules["offline/a"]' in bundle_modules("offline/a")
    assert 'const sizes = modules["sizes.json"];\n' in bundle_modules("offline/a")


def test_a_bundle_has_neither_comments_nor_indentation(tmp_path, monkeypatch):
    (tmp_path / "offline").mkdir()
    monkeypatch.setattr(bundle, "packaged_dir", lambda _name: tmp_path)
    module = '/** What. */\n// Why.\nexport const a = "http://b"; // a place\n\nexport const c = [\n  1, // one\n];\n'
    (tmp_path / "offline" / "a.mjs").write_text(module)

    assert '= (() => {\nconst a = "http://b";\nconst c = [\n1,\n];\n' in bundle_modules("offline/a")


def test_the_bundle_holds_each_module_once():
    text = bundle_modules(MAIN)

    names = re.findall(r'^modules\["([^"]+)"\]', text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert names[-1] == MAIN


def test_the_viewer_draws_every_part_of_the_inspector():
    text = (ROOT / "assets" / "offline" / "inspector.mjs").read_text()

    assert set(re.findall(r'^    case "(\w+)":', text, re.MULTILINE)) == {part.__name__ for part in get_args(Detail)}

"""Pictures of graphs: the same boxes as on the page, in files that other programs open."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import graphlab
from graphlab.errors import FormatError, GraphlabError
from graphlab.explain import FAMILIES
from graphlab.export import check
from graphlab.export import save as export
from graphlab.formats.node_link import from_node_link
from graphlab.graph import Group, Op, Tensor, build_graph
from graphlab.layout.scene import PlacedBox, Scene
from graphlab.pictures import Choice, choose_look
from graphlab.pictures.drawing import draw_scene
from graphlab.pictures.groups import find_group
from graphlab.pictures.scene import layout, scene_of
from graphlab.pictures.shapes import Font
from graphlab.pictures.svg import to_svg
from graphlab.pictures.theme import BARS, parse_theme, read_theme
from graphlab.pictures.words import estimate, fit
from graphlab.view import Box, fold_nothing, fold_quiet
from tests.app_driver import DENSE, show_mnist

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = 'a:b"c;<script>alert(1)</script>\x00\x1b\\N ünïcode 图 \ud800'


@pytest.fixture(scope="module")
def train_step():
    return stored("mnist_mlp.model/train_step")


@pytest.fixture(scope="module")
def forward():
    return stored("mnist_mlp.model/forward")


def stored(name):
    with gzip.open(ROOT / "examples" / "traces" / f"{name}.json.gz") as file:
        return from_node_link(json.load(file))


def awkward_graph():
    """Names that break what is careless with them."""
    floats, group_id = Tensor("float32", (None, 3)), f"{AWKWARD}/"
    long = "x" * 10_000
    ops = [
        Op("<b>in</b>", "Placeholder", outputs=(floats,)),
        Op(f"{group_id}{AWKWARD}", "A&B<i>", (group_id,), (("<b>in</b>", 0),), (floats,), problem="no & such <op>"),
        Op(long, "Relu", inputs=((f"{group_id}{AWKWARD}", 0),), outputs=(floats,)),
        Op("const", "Const", outputs=(floats,), attrs={"value": "<&>\n\x01"}),
    ]
    groups = {group_id: Group(group_id, AWKWARD, "layer", long)}
    return build_graph(ops, [("const", long)], name=AWKWARD, kind="function", groups=groups, inputs=["<b>in</b>"])


def scene_for(graph, choice):
    with layout() as engine:
        return scene_of(choose_look(graph, choice), engine)


def described(file):
    """What an SVG holds: (id, kind, op type) of each box."""
    root = ElementTree.parse(file).getroot()
    found = [element.attrib for element in root.iter(f"{SVG}g") if "data-box" in element.attrib]
    return {(it["data-box"], it["data-kind"], it.get("data-op-type", "")) for it in found}


def drawn(scene):
    boxes = {(placed.id, placed.box.kind, placed.box.op_type) for placed in scene.boxes}
    return boxes | {(placed.id, "group", "") for placed in scene.frames}


@pytest.mark.parametrize(
    ("typed", "group_id"),
    [
        ("mnist_mlp/dense/", "mnist_mlp/dense/"),
        ("mnist_mlp/dense", "mnist_mlp/dense/"),
        ("dense", "mnist_mlp/dense/"),  # the layer, before its gradients and the optimizer's slots
        ("loss", "loss/"),  # the outer one
        ("adam/dense/kernel", "adam/dense/kernel/"),
        ("dense/bias", "adam/dense/bias/"),
        ("reshape", "mnist_mlp/reshape/"),  # one op in the quiet view
    ],
)
def test_a_group_is_found_by_what_a_person_types(train_step, typed, group_id):
    assert find_group(fold_quiet(train_step), typed) == group_id


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dens", "no group 'dens' in this graph; near it are"),
        ("zzz", "it has mnist_mlp, loss, metrics, gradients, adam"),
        ("", "no group ''"),
        ("kernel", "names 3 groups; give more of the path: adam/dense/kernel, adam/dense_1/kernel"),
        ("x" * 10_000, "xxx..."),
    ],
)
def test_an_unknown_group_gets_one_sentence(train_step, typed, words):
    with pytest.raises(GraphlabError, match=re.escape(words)) as caught:
        find_group(fold_quiet(train_step), typed)
    assert len(str(caught.value)) < 700


def test_a_graph_without_groups_says_so():
    plain = build_graph([Op("x", "Placeholder", outputs=(Tensor("float32", ()),))], [], groups={})
    with pytest.raises(GraphlabError, match="it has no groups"):
        find_group(fold_nothing(plain), "dense")


@pytest.mark.parametrize(
    ("choice", "opened"),
    [
        (Choice(), {"mnist_mlp/"}),
        (Choice(depth=0), set()),
        (Choice(depth=1), {"mnist_mlp/"}),
        (Choice(depth=9), {"mnist_mlp/", DENSE, "mnist_mlp/dense_1/", "mnist_mlp/dense_2/"}),
        (Choice(("dense",)), {"mnist_mlp/", DENSE}),
        (Choice(("dense",), depth=0), {"mnist_mlp/", DENSE}),
        (Choice(("reshape",), depth=0), {"mnist_mlp/"}),
        (Choice(("dense/Cast",), all_ops=True), {"mnist_mlp/", DENSE, "mnist_mlp/dense/Cast/"}),
    ],
)
def test_what_is_open_is_what_was_chosen(forward, choice, opened):
    assert choose_look(forward, choice).opened == opened


@pytest.mark.parametrize(
    "choice", [Choice(), Choice(("dense",)), Choice(depth=0), Choice(depth=9), Choice(all_ops=True, depth=9)]
)
def test_an_svg_holds_the_boxes_of_the_scene(train_step, tmp_path, choice):
    said = export(train_step, tmp_path / "train.svg", choice)
    scene = scene_for(train_step, choice)

    assert described(tmp_path / "train.svg") == drawn(scene)
    assert said == f"{len(scene.boxes)} boxes, {len(scene.frames)} open groups, {len(scene.links)} links"


@pytest.mark.browser
def test_an_svg_holds_the_boxes_of_the_page(app, page, train_step, tmp_path):
    export(train_step, tmp_path / "train.svg", Choice(("dense",)))
    show_mnist(page, app, graph="train_step", open=["mnist_mlp/", DENSE])
    on_page = page.eval_on_selector_all(
        "[data-box]", "found => found.map((it) => [it.dataset.box, it.dataset.kind, it.dataset.opType ?? ''])"
    )

    assert described(tmp_path / "train.svg") == {tuple(it) for it in on_page}


def test_an_svg_is_valid_and_harmless_whatever_the_names(tmp_path):
    graph = awkward_graph()
    for choice in (Choice(), Choice(depth=1), Choice(depth=1, all_ops=True)):
        graphlab.save(graph, tmp_path / "odd.svg", depth=choice.depth, all_ops=choice.all_ops)
        root = ElementTree.parse(tmp_path / "odd.svg").getroot()

        assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
            "svg",
            "title",
            "rect",
            "g",
            "path",
            "text",
        }
        assert not [name for element in root.iter() for name in element.attrib if name.startswith(("on", "{", "href"))]
        assert max(len(element.text or "") for element in root.iter(f"{SVG}text")) < 60
    problems = [element.get("data-problem") for element in root.iter() if element.get("data-problem")]
    assert problems == ["no & such <op>"]
    assert "!" in [element.text for element in root.iter(f"{SVG}text")]


def test_every_box_of_an_svg_has_a_title(train_step, tmp_path):
    export(train_step, tmp_path / "train.svg")
    root = ElementTree.parse(tmp_path / "train.svg").getroot()
    titles = {it.get("data-box"): it.findtext(f"{SVG}title") for it in root.iter(f"{SVG}g") if it.get("data-box")}

    assert titles["mnist_mlp/"] == "group mnist_mlp, Sequential · 235,146 parameters"
    assert all(titles.values())
    assert root.findtext(f"{SVG}title") == "mnist_mlp"


@pytest.mark.parametrize(
    ("theme", "ground", "variable"), [("light", "#f7f8fa", "#fdf3dd"), ("dark", "#11141a", "#37290e")]
)
def test_colours_are_those_of_the_theme_file(theme, ground, variable):
    values = read_theme(theme)

    assert (values["ground"], values["variable-fill"]) == (ground, variable)
    assert values["size-box"] == "12px"
    assert {f"family-{family}" for family in FAMILIES} <= set(values)


def test_a_later_rule_of_the_theme_file_wins():
    css = ':root { --a: 1px; --b: "x"; } /* :root { --a: no; } */ :root, :root[data-theme="dark"] { --a: 2px; }'

    assert parse_theme(css, "light") == {"a": "2px", "b": '"x"'}
    assert parse_theme(":root[data-theme='x'] { --a: 1; }", "light") == {}


def test_the_bars_have_the_patterns_of_the_page():
    written = (ROOT / "assets" / "graph_view" / "theme.mjs").read_text(encoding="utf-8")
    table = written[written.index("BARS = {") :].partition("}")[0]

    assert {name: tuple(json.loads(dashes)) for name, dashes in re.findall(r"(\w+): (\[.*?\])", table)} == BARS


def test_kinds_of_boxes_are_told_apart():
    kinds = ("op", "group", "variable", "input", "output", "constant")
    boxes = [Box(kind, kind, "title", "subtitle", family="math", op_type="Op") for kind in kinds]
    placed = [PlacedBox(box, 10, 60 * at, 120, 36) for at, box in enumerate(boxes)]
    theme = read_theme("light")
    picture = draw_scene(Scene(140, 360, tuple(placed), (), ()), theme, estimate)
    rects = {
        part.data["kind"]: [shape for shape in part.shapes if hasattr(shape, "radius_px")] for part in picture.parts
    }

    assert [len(rects[kind]) for kind in kinds] == [1, 3, 1, 1, 1, 1]
    assert [rects[kind][-1].radius_px for kind in kinds] == [6, 6, 18, 18, 18, 6]
    assert rects["variable"][0].paint.fill == theme["variable-fill"]
    assert rects["constant"][0].paint.dash == (3, 2)
    assert [len(part.shapes) for part in picture.parts] == [4, 6, 3, 3, 3, 3]
    to_svg(picture, theme)


def test_text_is_cut_to_its_room():
    font = Font(10)

    assert fit("MatMul", font, 200, estimate) == "MatMul"
    assert fit("categorical crossentropy", font, 60, estimate) == "categoric…"
    assert fit("x" * 10_000, font, 60, estimate).endswith("x…")
    assert fit("MatMul", font, 1, estimate) == ""
    assert estimate("图图", font) >= 2 * font.size_px


@pytest.mark.parametrize("choice", [Choice(("dense",)), Choice(depth=0), Choice(all_ops=True), Choice(theme="dark")])
def test_a_choice_with_a_data_format_is_refused_in_one_sentence(choice):
    check(Path("x.svg"), choice)
    with pytest.raises(FormatError, match=r"\.json files hold the whole graph: .* choose what a picture \(\.svg"):
        check(Path("x.json"), choice)


def test_bad_choices_are_refused(train_step, tmp_path):
    with pytest.raises(FormatError, match="no theme 'sepia'; it is one of light, dark"):
        graphlab.save(train_step, tmp_path / "x.svg", theme="sepia")
    with pytest.raises(FormatError, match="the depth -1 is below 0"):
        graphlab.save(train_step, tmp_path / "x.svg", depth=-1)
    with pytest.raises(GraphlabError, match="no group 'dens'"):
        graphlab.save(train_step, tmp_path / "x.svg", open="dens")
    with pytest.raises(GraphlabError, match=r"cannot write .*: No such file"):
        graphlab.save(train_step, tmp_path / "nowhere" / "x.svg")
    with pytest.raises(GraphlabError, match="nothing to draw: 'empty' has no ops"):
        graphlab.save(build_graph([], [], name="empty", groups={}), tmp_path / "x.svg")

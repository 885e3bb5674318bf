"""Pictures of graphs: the same boxes as on the page, in files that other programs can open."""

from __future__ import annotations

import logging
import math
import re
import warnings
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageColor

import graphlab
from graphlab.errors import FormatError, GraphlabError
from graphlab.explain import FAMILIES
from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.layout.scene import PlacedBox, Scene
from graphlab.pictures import PictureOptions, picture_content
from graphlab.pictures.drawing import draw_scene
from graphlab.pictures.export import check
from graphlab.pictures.export import save as export
from graphlab.pictures.named_group import find_group
from graphlab.pictures.scene import layout, scene_of, scene_summary
from graphlab.pictures.shapes import Font
from graphlab.pictures.svg import to_svg
from graphlab.pictures.theme import ground_at, parse_theme, read_theme
from graphlab.pictures.words import clean, estimate, fit
from graphlab.shared_constants import CATEGORY_DASHES, FRAME_GROUNDS, SCALE_STEPS, SMALL_FONT_PX, TITLE_FONT_PX
from graphlab.view import Box, View, fold_nothing, view
from tests.support.app_driver import DENSE, show_mnist
from tests.support.example_graphs import MNIST, example_graph, quiet_example
from tests.support.places import ROOT

pytestmark = pytest.mark.usefixtures("drawn_by_one")

SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = 'a:b"c;<script>alert(1)</script>\x00\x1b\\N ünïcode 图 \ud800'


@pytest.fixture(scope="module")
def train_step():
    return example_graph(MNIST, "train_step")


@pytest.fixture(scope="module")
def forward():
    return example_graph(MNIST, "forward")


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
    return build_graph(
        ops, [("const", long)], GraphFacts(name=AWKWARD, kind="function", groups=groups, inputs=("<b>in</b>",))
    )


def scene_for(graph, choice):
    with layout() as engine:
        return scene_of(picture_content(graph, choice), engine)


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
def test_a_group_is_found_by_what_a_person_types(typed, group_id):
    assert find_group(quiet_example(MNIST, "train_step"), typed) == group_id


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "dens",
            "no group 'dens' in this graph; similar: mnist_mlp/dense, mnist_mlp/dense_1, mnist_mlp/dense_2, adam/",
        ),
        ("Dense", "similar: mnist_mlp/dense, adam/dense, gradients/mnist_mlp/dense, mnist_mlp/dense_1"),
        ("mnist", "similar: mnist_mlp, gradients/mnist_mlp"),
        ("gradients/dense", "no group 'gradients/dense' in this graph; similar: gradients/mnist_mlp/dense"),
        ("kernal", "similar: adam/dense/kernel, adam/dense_1/kernel, adam/dense_2/kernel"),
        ("relu", "the groups are: mnist_mlp, loss, metrics, gradients, adam"),
        ("zzz", "the groups are: mnist_mlp, loss, metrics, gradients, adam"),
        ("", "no group ''"),
        ("kernel", "names 3 groups; use more of the path: adam/dense/kernel, adam/dense_1/kernel"),
        ("x" * 10_000, "xxx..."),
    ],
)
def test_an_unknown_group_gets_one_sentence(typed, words):
    with pytest.raises(GraphlabError, match=re.escape(words)) as caught:
        find_group(quiet_example(MNIST, "train_step"), typed)
    assert len(str(caught.value)) < 700


def test_several_groups_of_a_name_are_listed_by_their_paths():
    inner = ["m/", "m/dense/", "m/block/", "m/block/dense/", *(f"m/{place}/x/" for place in range(20))]
    outer = ["adam/", "adam/dense/"]
    kinds = {"adam/": "optimizer"}
    groups = {name: Group(name, name.split("/")[-2], kinds.get(name, "layer")) for name in (*inner, *outer)}
    folded = fold_nothing(build_graph([], [], GraphFacts(groups=groups)))

    with pytest.raises(GraphlabError) as caught:
        find_group(folded, "dense")
    assert str(caught.value) == "'dense' names 2 groups; use more of the path: m/dense, m/block/dense"
    with pytest.raises(GraphlabError, match=r"'x' names 20 groups; .* m/0/x, .*, m/11/x, and 8 more$"):
        find_group(folded, "x")
    assert find_group(folded, "m/dense") == "m/dense/"
    assert find_group(folded, "block/dense") == "m/block/dense/"


def test_a_graph_without_groups_says_so():
    plain = build_graph([Op("x", "Placeholder", outputs=(Tensor("float32", ()),))], [])
    with pytest.raises(GraphlabError, match="it has no groups"):
        find_group(fold_nothing(plain), "dense")


@pytest.mark.parametrize(
    ("choice", "opened"),
    [
        (PictureOptions(), {"mnist_mlp/"}),
        (PictureOptions(depth=0), set()),
        (PictureOptions(depth=1), {"mnist_mlp/"}),
        (PictureOptions(depth=9), {"mnist_mlp/", DENSE, "mnist_mlp/dense_1/", "mnist_mlp/dense_2/"}),
        (PictureOptions(("dense",)), {"mnist_mlp/", DENSE}),
        (PictureOptions(("dense",), depth=0), {"mnist_mlp/", DENSE}),
        (PictureOptions(("reshape",), depth=0), {"mnist_mlp/"}),
        (PictureOptions(("dense/Cast",), all_ops=True), {"mnist_mlp/", DENSE, "mnist_mlp/dense/Cast/"}),
    ],
)
def test_what_is_open_is_what_was_chosen(forward, choice, opened):
    assert picture_content(forward, choice).opened == opened


def test_a_group_without_ops_opens_nothing():
    ops = [Op("x", "Placeholder", outputs=(Tensor("float32", ()),))]
    graph = build_graph(ops, [], GraphFacts(groups={"empty/": Group("empty/", "empty", "layer")}))

    assert picture_content(graph, PictureOptions(("empty",))).opened == frozenset()


@pytest.mark.parametrize(
    ("counts", "words"),
    [((1, 1, 1), "1 box, 1 open group, 1 link"), ((1000, 0, 2), "1,000 boxes, 0 open groups, 2 links")],
)
def test_one_of_a_kind_is_counted_in_the_singular(counts, words):
    assert scene_summary(View(*(tuple(range(count)) for count in counts))) == words


@pytest.mark.parametrize(
    "choice",
    [
        PictureOptions(),
        PictureOptions(("dense",)),
        PictureOptions(depth=0),
        PictureOptions(depth=9),
        PictureOptions(all_ops=True, depth=9),
    ],
)
def test_an_svg_holds_the_boxes_of_the_scene(train_step, tmp_path, choice):
    said = export(train_step, tmp_path / "train.svg", choice)
    scene = scene_for(train_step, choice)

    assert described(tmp_path / "train.svg") == drawn(scene)
    counts = [int(part.split()[0]) for part in said.split(", ")]
    assert counts == [len(scene.boxes), len(scene.frames), len(scene.links)]


@pytest.mark.browser
def test_an_svg_holds_the_boxes_of_the_page(app, page, train_step, tmp_path):
    export(train_step, tmp_path / "train.svg", PictureOptions(("dense",)))
    show_mnist(page, app, graph="train_step", open=["mnist_mlp/", DENSE])
    on_page = page.eval_on_selector_all(
        "[data-box]", "found => found.map((it) => [it.dataset.box, it.dataset.kind, it.dataset.opType ?? ''])"
    )

    assert described(tmp_path / "train.svg") == {tuple(it) for it in on_page}


def test_an_svg_is_valid_and_harmless_whatever_the_names(tmp_path):
    graph = awkward_graph()
    for choice in (PictureOptions(), PictureOptions(depth=1), PictureOptions(depth=1, all_ops=True)):
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
    assert (values["size-box"], values["size-small"]) == (f"{TITLE_FONT_PX}px", f"{SMALL_FONT_PX}px")
    assert {f"frame-{depth}" for depth in range(FRAME_GROUNDS)} <= set(values)
    assert {f"slot-{slot}" for slot in range(len(CATEGORY_DASHES))} <= set(values)
    assert {f"slot-r{step}" for step in range(SCALE_STEPS)} <= set(values)
    assert {f"family-{family}" for family in FAMILIES} <= set(values)


def test_a_later_rule_of_the_theme_file_wins():
    css = ':root { --a: 1px; --b: "x"; } /* :root { --a: no; } */ :root, :root[data-theme="dark"] { --a: 2px; }'

    assert parse_theme(css, "light") == {"a": "2px", "b": '"x"'}
    assert parse_theme(":root[data-theme='x'] { --a: 1; }", "light") == {}


def test_a_frame_is_told_from_the_one_around_it():
    theme = read_theme("light")
    grounds = [ground_at(theme, depth) for depth in range(-1, FRAME_GROUNDS + 4)]

    assert all(inner != outer for inner, outer in pairwise(grounds))


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


def test_a_png_has_two_dots_to_a_pixel_and_the_colours_of_the_theme(train_step, tmp_path):
    scene = scene_for(train_step, PictureOptions(("dense",)))
    for name in ("light", "dark"):
        said = export(train_step, tmp_path / f"{name}.png", PictureOptions(("dense",), theme=name))
        image, theme = Image.open(tmp_path / f"{name}.png"), read_theme(name)
        colours = {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in image.getcolors(1 << 20)}

        assert image.size == (math.ceil(2 * scene.width_px), math.ceil(2 * scene.height_px))
        assert f"{image.width:,} × {image.height:,} pixels" in said
        assert image.getpixel((1, 1)) == ImageColor.getrgb(theme["ground"])
        used = ("frame-0", "frame-1", "variable-fill", "box", "link", "family-math", "family-io", "ink")
        assert {theme[name] for name in used} <= colours


def test_a_png_shows_each_box_at_its_place(train_step, tmp_path):
    export(train_step, tmp_path / "x.png", PictureOptions(("dense",)))
    image, theme = Image.open(tmp_path / "x.png"), read_theme("light")
    grounds = {"variable": theme["variable-fill"]}
    for placed in scene_for(train_step, PictureOptions(("dense",))).boxes:
        x, y = placed.x_px + placed.width_px / 2, placed.y_px + 3
        assert image.getpixel((int(2 * x), int(2 * y))) == ImageColor.getrgb(grounds.get(placed.box.kind, theme["box"]))


def test_a_large_png_has_fewer_dots_and_an_unreadable_one_is_refused(forward, tmp_path, monkeypatch):
    from graphlab.pictures import png

    choice = PictureOptions(depth=2)
    scene = scene_for(forward, choice)
    pixels = scene.width_px * scene.height_px
    monkeypatch.setattr(png, "MOST_DOTS", int(pixels))
    export(forward, tmp_path / "x.png", choice)
    assert Image.open(tmp_path / "x.png").width == pytest.approx(scene.width_px, abs=1.5)

    monkeypatch.setattr(png, "MOST_DOTS", int(pixels * 0.3))
    words = (
        r"a PNG of [\d,]+ × [\d,]+ pixels is too large to read; expand fewer groups \(everything down to depth 1 "
        r"fits\), or write \."
    )
    with pytest.raises(GraphlabError, match=words):
        export(forward, tmp_path / "y.png", choice)
    monkeypatch.setattr(png, "MOST_DOTS", 100)
    with pytest.raises(GraphlabError, match=r"too large to read; write \.svg or \.pdf"):
        export(forward, tmp_path / "y.png", choice)
    assert not (tmp_path / "y.png").exists()


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_awkward_names_are_painted(tmp_path, suffix):
    export(awkward_graph(), tmp_path / f"x{suffix}", PictureOptions(depth=1, all_ops=True))

    assert (tmp_path / f"x{suffix}").stat().st_size > 5_000


def test_painting_leaves_the_users_matplotlib_alone(tmp_path):
    import matplotlib

    before = dict(matplotlib.rcParams)
    level = logging.getLogger("matplotlib").level
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", UserWarning)
        export(awkward_graph(), tmp_path / "x.png")

    assert dict(matplotlib.rcParams) == before
    assert logging.getLogger("matplotlib").level == level
    assert [warning for warning in warned if warning.category is UserWarning] == []


def test_a_letter_that_dejavu_lacks_is_looked_for_in_the_installed_fonts(monkeypatch):
    from matplotlib.font_manager import get_font

    from graphlab.pictures import fonts
    from graphlab.pictures.fonts import families_for

    assert families_for(["MatMul 784 × 256 … Größe Привет"]) == ()
    others = [(name, file) for name, file in fonts.installed() if get_font(file).get_char_index(ord("ཀ"))]
    assert families_for(["ཀ"]) == tuple(name for name, _ in others[:1])
    monkeypatch.setattr(fonts, "installed", lambda: [("Broken", str(ROOT / "README.md"))])
    assert families_for(["ཀ"]) == ()


def dot_of(graph, file, choice):
    import pygraphviz

    export(graph, file, choice)
    return pygraphviz.AGraph(str(file))


def test_a_dot_file_holds_the_boxes_links_and_open_groups(train_step, tmp_path):
    choice = PictureOptions(("dense",))
    read = dot_of(train_step, tmp_path / "x.dot", choice)
    content = picture_content(train_step, choice)
    seen = view(content.folded, content.opened)
    id_of = {str(node): node.attr["id"] for node in read.nodes()}

    assert sorted(id_of.values()) == sorted(box.id for box in seen.boxes)
    assert sorted((id_of[src], id_of[dst]) for src, dst in read.edges()) == sorted(
        (it.src, it.dst) for it in seen.links
    )
    (outer,) = read.subgraphs()
    (inner,) = outer.subgraphs()
    assert [part.graph_attr["id"] for part in (outer, inner)] == ["mnist_mlp/", DENSE]
    assert sorted(id_of[node].rpartition("/")[2] for node in inner.nodes()) == [
        "BiasAdd",
        "MatMul",
        "resource",
        "resource",
    ]
    labels = {node.attr["label"] for node in read.nodes()}
    assert {r"kernel\n784 × 256", r"Reshape\nreshape · to [?,784]"} <= labels
    assert "float32[?,28,28,1]" in {edge.attr["label"] for edge in read.edges()}
    dashed = [link for link in seen.links if link.style != "data"]
    assert sum(edge.attr["style"] == "dashed" for edge in read.edges()) == len(dashed) > 0


def test_a_dot_file_holds_names_of_any_kind(tmp_path):
    graph = awkward_graph()
    read = dot_of(graph, tmp_path / "x.dot", PictureOptions(depth=1, all_ops=True))
    ids = {node.attr["id"] for node in read.nodes()}

    assert ids == {clean(op.id).replace("\\", "\\\\") for op in graph.ops()}
    assert len(read.edges()) == 3
    (cluster,) = read.subgraphs()
    assert cluster.graph_attr["label"].startswith('a:b"c;<script>alert(1)</script>')
    read.layout("dot")  # Graphviz can draw it too


def test_a_dot_file_needs_no_dot_program(forward, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    export(forward, tmp_path / "x.dot")

    assert (tmp_path / "x.dot").read_text(encoding="utf-8").startswith("digraph {")


def test_text_is_cut_to_its_room():
    font = Font(10)

    assert fit("MatMul", font, 200, estimate) == "MatMul"
    assert fit("categorical crossentropy", font, 60, estimate) == "categoric…"
    assert fit("x" * 10_000, font, 60, estimate).endswith("x…")
    assert fit("MatMul", font, 1, estimate) == ""
    assert estimate("图图", font) >= 2 * font.size_px


@pytest.mark.parametrize(
    "choice",
    [PictureOptions(("dense",)), PictureOptions(depth=0), PictureOptions(all_ops=True), PictureOptions(theme="dark")],
)
def test_a_choice_with_a_data_format_is_refused_in_one_sentence(choice):
    check(Path("x.svg"), choice)
    with pytest.raises(FormatError, match=r"\.json files contain the whole graph; .* are options of pictures \(\.svg"):
        check(Path("x.json"), choice)


def test_bad_choices_are_refused(train_step, tmp_path):
    with pytest.raises(FormatError, match="no theme 'sepia'; the themes are light, dark"):
        graphlab.save(train_step, tmp_path / "x.svg", theme="sepia")
    with pytest.raises(FormatError, match="the depth -1 is below 0"):
        graphlab.save(train_step, tmp_path / "x.svg", depth=-1)
    with pytest.raises(GraphlabError, match="no group 'dens'"):
        graphlab.save(train_step, tmp_path / "x.svg", open="dens")
    with pytest.raises(GraphlabError, match=r"cannot write .*: No such file"):
        graphlab.save(train_step, tmp_path / "nowhere" / "x.svg")
    with pytest.raises(GraphlabError, match="nothing to draw: 'empty' has no ops"):
        graphlab.save(build_graph([], [], GraphFacts(name="empty")), tmp_path / "x.svg")

import json
from collections.abc import Iterator
from itertools import combinations

import pytest

from graphlab.layout.curves import sample
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import PlacedBox, PlacedFrame, Scene
from graphlab.layout.sizes import label_width
from graphlab.shared_constants import LABEL_HEIGHT_PX, TITLE_BAR_PX
from graphlab.view import View
from tests.support.layout_views import VIEWS, by_layers, cycle, fan, link, mlp, op, residual, train_step

Rectangle = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def engine(layout_engine: LayoutEngine) -> LayoutEngine:
    return layout_engine


@pytest.fixture(scope="module")
def fresh_engine() -> Iterator[LayoutEngine]:
    """An engine with a worker and a cache of its own."""
    engine = LayoutEngine(scope_timeout_s=30)
    yield engine
    engine.close()


@pytest.fixture(params=VIEWS, scope="module")
def view(request: pytest.FixtureRequest) -> View:
    return VIEWS[request.param]()


@pytest.fixture(params=["dot", "layers"], scope="module")
def scene(request: pytest.FixtureRequest, engine: LayoutEngine, view: View) -> Scene:
    return engine.lay_out(view) if request.param == "dot" else by_layers(view)


def edges_of(placed: PlacedBox | PlacedFrame) -> Rectangle:
    return placed.x_px, placed.y_px, placed.x_px + placed.width_px, placed.y_px + placed.height_px


def overlap(a: Rectangle, b: Rectangle, slack: float = 0.5) -> bool:
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack


def parent_of(placed: PlacedBox | PlacedFrame) -> str:
    return placed.box.parent if isinstance(placed, PlacedBox) else placed.frame.parent


def test_every_part_has_a_place_when_laid_out(view: View, scene: Scene) -> None:
    assert [placed.box for placed in scene.boxes] == list(view.boxes)
    assert {placed.frame for placed in scene.frames} == set(view.frames)
    assert [placed.link for placed in scene.links] == list(view.links)
    for placed in (*scene.boxes, *scene.frames):
        left, top, right, bottom = edges_of(placed)
        assert left >= 0
        assert top >= 0
        assert right <= scene.width_px
        assert bottom <= scene.height_px


def test_siblings_do_not_overlap(scene: Scene) -> None:
    for a, b in combinations((*scene.boxes, *scene.frames), 2):
        assert parent_of(a) != parent_of(b) or not overlap(edges_of(a), edges_of(b)), (a.id, b.id)


def test_children_lie_below_the_title_inside_their_frame(scene: Scene) -> None:
    frames = {frame.id: edges_of(frame) for frame in scene.frames}
    for placed in (*scene.boxes, *scene.frames):
        if parent_of(placed):
            outer, inner = frames[parent_of(placed)], edges_of(placed)
            assert outer[0] + 8 <= inner[0]
            assert inner[2] + 8 <= outer[2]
            assert outer[1] + TITLE_BAR_PX <= inner[1]
            assert inner[3] + 8 <= outer[3]


def test_links_start_and_end_on_the_borders_of_their_boxes(scene: Scene) -> None:
    boxes = {box.id: edges_of(box) for box in scene.boxes}
    for placed in scene.links:
        assert (len(placed.points) - 2) % 6 == 0
        for end, box_id in ((placed.points[:2], placed.link.src), (placed.points[-2:], placed.link.dst)):
            assert distance_to_border(end, boxes[box_id]) < 1.5, placed.link


def distance_to_border(point: tuple[float, ...], box: Rectangle) -> float:
    x, y = point
    outside = max(box[0] - x, x - box[2], box[1] - y, y - box[3])
    return abs(outside)


def test_links_pass_through_no_other_box(view: View, scene: Scene) -> None:
    boxes = {box.id: edges_of(box) for box in scene.boxes}
    frames = {frame.id: edges_of(frame) for frame in scene.frames}
    parents = {part.id: part.parent for part in (*view.boxes, *view.frames)}
    for placed in scene.links:
        around = {*ancestors(placed.link.src, parents), *ancestors(placed.link.dst, parents)}
        strangers = [rectangle for name, rectangle in (boxes | frames).items() if name not in around]
        for point in sample(placed.points):
            for box in strangers:
                assert not inside(point, box), (placed.link.src, placed.link.dst, point, box)


def inside(point: tuple[float, float], box: Rectangle) -> bool:
    return box[0] + 2 < point[0] < box[2] - 2 and box[1] + 2 < point[1] < box[3] - 2


def ancestors(name: str, parents: dict[str, str]) -> list[str]:
    found = [name]
    while parents[found[-1]]:
        found.append(parents[found[-1]])
    return found


def test_labels_lie_on_no_box_and_no_other_label(scene: Scene) -> None:
    labels = [
        (
            placed.label_x_px - label_width(placed.label) / 2,
            placed.label_y_px - LABEL_HEIGHT_PX / 2,
            placed.label_x_px + label_width(placed.label) / 2,
            placed.label_y_px + LABEL_HEIGHT_PX / 2,
        )
        for placed in scene.links
        if placed.label
    ]
    for label in labels:
        assert not any(overlap(label, edges_of(box)) for box in scene.boxes)
    assert not any(overlap(a, b) for a, b in combinations(labels, 2))


def test_same_view_gives_the_same_scene_in_a_fresh_engine(
    engine: LayoutEngine, fresh_engine: LayoutEngine, view: View
) -> None:
    assert fresh_engine.lay_out(view) == engine.lay_out(view)


def test_chain_runs_straight_down_with_its_variables_at_the_left(engine: LayoutEngine) -> None:
    scene = engine.lay_out(mlp())
    boxes = {box.id: box for box in scene.boxes}
    column = [boxes[name] for name in ("image", "dense/MatMul", "dense/BiasAdd", "dense_1/MatMul", "dense_1/BiasAdd")]
    middles = [box.x_px + box.width_px / 2 for box in column]
    assert max(middles) - min(middles) < 2
    assert [box.y_px for box in column] == sorted(box.y_px for box in column)
    for layer in ("dense", "dense_1"):
        kernel, matmul = boxes[f"{layer}/kernel"], boxes[f"{layer}/MatMul"]
        assert kernel.x_px + kernel.width_px < matmul.x_px
        assert kernel.y_px + kernel.height_px / 2 == pytest.approx(matmul.y_px + matmul.height_px / 2, abs=1)


def test_links_of_a_chain_show_their_tensors(engine: LayoutEngine) -> None:
    shown = {placed.link.dst: placed.label for placed in engine.lay_out(mlp()).links if placed.label}
    assert shown == {
        "dense/MatMul": "float32[32,784]",
        "dense/BiasAdd": "float32[32,256]",
        "dense_1/MatMul": "float32[32,784]",
        "dense_1/BiasAdd": "float32[32,256]",
    }


def test_same_label_of_one_box_shows_once(engine: LayoutEngine) -> None:
    labels = [placed.label for placed in engine.lay_out(fan()).links if placed.link.src == "x" and placed.label]
    assert labels == ["float32[32,10]"]


def test_many_like_siblings_stand_in_a_grid(engine: LayoutEngine) -> None:
    scene = engine.lay_out(fan(60))
    assert 0.4 < scene.width_px / scene.height_px < 2.5


def test_data_flows_down_and_updates_flow_up_when_a_train_step_is_open(engine: LayoutEngine) -> None:
    scene = engine.lay_out(train_step())
    y = {box.id: box.y_px for box in scene.boxes}
    order = ["image", "mlp/Reshape", "mlp/dense/MatMul", "mlp/dense/BiasAdd", "mlp/Relu", "mlp/dense_1/"]
    order += ["mlp/Softmax", "loss/", "gradients/", "adam/"]
    assert [y[name] for name in order] == sorted(y[name] for name in order)
    assert y["label"] > y["mlp/Softmax"]  # beside the tall model it sinks to what it feeds
    updates = [placed for placed in scene.links if placed.link.style == "update"]
    assert len(updates) == 3
    assert all(placed.points[1] > placed.points[-1] for placed in updates)


def test_skip_connection_keeps_clear_of_the_chain(engine: LayoutEngine) -> None:
    scene = engine.lay_out(residual())
    boxes = {box.id: box for box in scene.boxes}
    skip = next(placed for placed in scene.links if (placed.link.src, placed.link.dst) == ("m/add0", "m/add1"))
    passed = boxes["m/conv1_a/"]
    beside = [x for x, y in sample(skip.points) if passed.y_px < y < passed.y_px + passed.height_px]
    assert beside
    assert all(x < passed.x_px or x > passed.x_px + passed.width_px for x in beside)


def test_groups_that_feed_each_other_get_two_separate_curves(engine: LayoutEngine) -> None:
    scene = engine.lay_out(cycle())
    pair = [placed for placed in scene.links if {placed.link.src, placed.link.dst} == {"c/", "d/"}]
    down, up = sorted(pair, key=lambda placed: placed.points[1])
    assert down.points[1] < down.points[-1]
    assert up.points[1] > up.points[-1]
    assert down.points != tuple(reversed(up.points))


def test_link_of_a_box_to_itself_is_a_loop_at_its_side(engine: LayoutEngine) -> None:
    scene = engine.lay_out(View((op("a"), op("b")), (), (link("a", "a"), link("a", "b"))))
    box = next(box for box in scene.boxes if box.id == "a")
    assert scene.links[0].points[0] == box.x_px + box.width_px == scene.links[0].points[-2]
    assert max(scene.links[0].points[::2]) <= scene.width_px


def test_empty_view_has_an_empty_scene(engine: LayoutEngine) -> None:
    scene = engine.lay_out(View((), (), ()))
    assert (scene.boxes, scene.frames, scene.links) == ((), (), ())


def test_json_of_a_scene_has_the_browser_fields(engine: LayoutEngine) -> None:
    told = json.loads(json.dumps(engine.lay_out(train_step()).to_json()))
    assert set(told) == {"width", "height", "boxes", "frames", "links", "tensors"}
    kernel = next(box for box in told["boxes"] if box["id"] == "mlp/dense/kernel")
    assert kernel | {"x": 0, "y": 0, "w": 0} == {
        "id": "mlp/dense/kernel",
        "kind": "variable",
        "title": "kernel",
        "subtitle": "784 × 256",
        "family": "",
        "opType": "",
        "groupKind": "",
        "parent": "mlp/dense/",
        "label": "",
        "folded": 0,
        "x": 0,
        "y": 0,
        "w": 0,
        "h": 36,
    }
    frame = next(frame for frame in told["frames"] if frame["id"] == "mlp/dense/")
    assert (frame["depth"], frame["parent"], frame["groupKind"]) == (1, "mlp/", "layer")
    first = told["links"][0]
    assert (first["src"], first["dst"], first["style"], first["n"]) == ("image", "mlp/Reshape", "data", 1)
    assert all(number == round(number, 1) for number in first["points"])
    assert first["weight"] == 1.39  # 8,192 numbers: 3.9 of 8 digits

"""The colours of boxes, against the graph itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graphlab.explain import total_work
from graphlab.graph import GraphFacts, Group, Op, Tensor, Variable, build_graph
from graphlab.overlay import COLOURS
from graphlab.report import report
from graphlab.view import Folded, default_open, fold_nothing, fold_quiet, open_to_depth, view
from tests.support.example_graphs import MNIST, XRAY, example_graph, quiet_example
from tests.support.overlays import paint

EXAMPLES = [(MNIST, "forward"), (MNIST, "train_step"), (XRAY, "forward"), (XRAY, "train_step")]


def everything(folded: Folded, by: str) -> dict[str, Any]:
    """The paint of all boxes, with the groups around them: everything open, and everything closed."""
    return paint(folded, by, open_to_depth(folded, 99))


def shown(folded: Folded, found: dict[str, Any]) -> dict[str, Any]:
    return {op_id: found["boxes"][op_id] for op_id in folded.paths}


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {entry["name"]: entry["count"] for entry in found["entries"]}


@pytest.mark.parametrize(("source", "name"), EXAMPLES)
@pytest.mark.parametrize("by", COLOURS)
def test_every_box_and_group_is_painted_from_the_legend(source: str, name: str, by: str) -> None:
    folded = quiet_example(source, name)
    found = everything(folded, by)
    slots = {entry["slot"] for entry in found["entries"]}
    if by != "type":
        assert found["boxes"].keys() == {*folded.paths, *folded.groups}
    for mark in found["boxes"].values():
        assert ("level" in mark) != ("slots" in mark)
        assert {slot for slot, _ in mark.get("slots", [])} <= slots
        assert 0 <= mark.get("level", 0) <= 1


@pytest.mark.parametrize("by", ["layer", "class", "device", "dtype", "depth"])
def test_a_group_holds_as_many_of_each_as_there_are_boxes_in_it(by: str) -> None:
    folded = quiet_example(MNIST, "train_step")
    found = everything(folded, by)
    for group_id in folded.groups:
        inside = [op_id for op_id, path in folded.paths.items() if group_id in path]
        expected = Counter(found["boxes"][op_id]["slots"][0][0] for op_id in inside)
        assert dict(found["boxes"][group_id]["slots"]) == expected


def test_what_is_painted_is_what_is_visible() -> None:
    folded = quiet_example(MNIST, "train_step")
    found = paint(folded, "layer", frozenset({"mnist_mlp/"}))
    assert {"image", "mnist_mlp/", "mnist_mlp/dense/", "adam/"} <= found["boxes"].keys()
    assert not any(box.startswith(("mnist_mlp_1/dense", "adam/d")) for box in found["boxes"])


def test_an_unknown_colour_is_the_usual_one() -> None:
    folded = quiet_example(MNIST, "forward")
    assert paint(folded, "nonsense", frozenset())["title"] == "Op type"


# Categories


def test_dtypes_and_devices_are_those_of_the_ops() -> None:
    graph = example_graph(MNIST, "train_step")
    dtypes = Counter(
        op.variable.dtype if op.variable else op.outputs[0].dtype if op.outputs else "no output" for op in graph.ops()
    )
    assert counts(everything(fold_nothing(graph), "dtype")) == dtypes
    assert counts(everything(fold_nothing(graph), "device")) == {"no device": graph.number_of_nodes()}


def test_a_device_is_named_without_its_host() -> None:
    ops = [Op("a", "Relu", device="/job:localhost/replica:0/task:0/device:GPU:1"), Op("b", "Relu", device="")]
    found = everything(fold_nothing(build_graph(ops, [])), "device")
    assert counts(found) == {"GPU:1": 1, "no device": 1}


def test_gradients_are_in_the_colour_of_their_layer() -> None:
    folded = quiet_example(MNIST, "train_step")
    boxes = everything(folded, "layer")["boxes"]
    forward, gradient = "mnist_mlp_1/dense_1/MatMul", "gradient_tape/mnist_mlp_1/dense_1/MatMul/MatMul"
    assert boxes[forward]["words"] == boxes[gradient]["words"] == "dense"
    assert boxes[forward]["slots"] == boxes[gradient]["slots"]
    assert boxes["image"]["words"] == "no layer"


def test_of_many_layers_the_largest_have_colours_of_their_own() -> None:
    names = [f"part{number}" for number in range(14)]
    ops = [Op(f"{name}/{i}", "Relu", layer=_layer(f"m/{name}")) for name in names for i in range(1 + (name == "part9"))]
    found = everything(fold_nothing(build_graph(ops, [])), "layer")
    assert [entry["slot"] for entry in found["entries"]] == [*map(str, range(10)), "other"]
    assert counts(found)["part9"] == 2
    assert found["entries"][-1] == {"slot": "other", "name": "other layers (4)", "count": 4}


def test_many_layers_are_known_by_what_their_names_begin_with() -> None:
    names = [f"conv{stage}_block{block}_{kind}" for stage in (2, 3) for block in (1, 2, 3) for kind in ("conv", "bn")]
    ops = [Op(name, "Relu", layer=_layer(f"m/{name}")) for name in [*names, "head"]]
    found = everything(fold_nothing(build_graph(ops, [])), "layer")
    blocks = {f"conv{stage}_block{block}_…": 2 for stage in (2, 3) for block in (1, 2, 3)}
    assert counts(found) == {**blocks, "head": 1}


def _layer(path: str) -> Any:
    from graphlab.graph import Layer

    return Layer(path, "Activation")


# Amounts


@pytest.mark.parametrize(("source", "name"), EXAMPLES)
def test_parameters_add_up_to_those_of_the_model(source: str, name: str) -> None:
    graph = example_graph(source, name)
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        boxes = everything(folded, "parameters")["boxes"]
        total = sum(_number(boxes[op_id]) for op_id in folded.paths)
        assert total == report(graph).parameters == graph.parameters


def _number(mark: dict[str, Any]) -> int:
    return int(mark.get("text", "0").replace(",", ""))


@pytest.mark.parametrize(("source", "name"), EXAMPLES)
def test_flops_of_the_whole_are_those_of_the_report(source: str, name: str) -> None:
    from graphlab.overlay.amounts import work

    graph = example_graph(source, name)
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        found = work(folded)
        assert found.values[""] == total_work(graph).flops
        assert sum(found.values[op_id] for op_id in folded.paths) == total_work(graph).flops


def test_closed_groups_show_their_sum() -> None:
    folded = quiet_example(XRAY, "forward")
    found = paint(folded, "parameters", default_open(folded))
    texts = {box: mark["text"] for box, mark in found["boxes"].items() if "text" in mark}
    assert texts["xray_cnn/"] == "23,553"
    assert texts["xray_cnn/conv2d_2/"] == "18,496"
    assert found["boxes"]["xray_cnn/"]["level"] == 1
    assert found["boxes"]["image"] == {"slots": (("none", 1),), "words": "without parameters"}
    assert found["ends"] == ("≤ 2", "23,553")


def test_output_bytes_are_sizes_times_dtypes_per_example() -> None:
    tensors = [Tensor("float32", (None, 784)), Tensor("bfloat16", (8,)), Tensor("bool", (3,)), Tensor("resource", ())]
    ops = [Op(f"op{i}", "Placeholder", outputs=(tensor,)) for i, tensor in enumerate(tensors)]
    ops.append(Op("words", "Placeholder", outputs=(Tensor("string", (2,)),)))
    ops.append(Op("any", "Placeholder", outputs=(Tensor("float32", None),)))
    found = everything(fold_nothing(build_graph(ops, [], GraphFacts(inputs=("op0",)))), "bytes")
    assert [mark.get("text", mark["words"]) for mark in found["boxes"].values()] == [
        "3.1 kB",
        "16 B",
        "3 B",
        "no numbers",
        "unknown",
        "unknown",
    ]
    assert found["note"] == "per example"


def test_an_unknown_amount_differs_from_zero() -> None:
    group = Group("g/", "g")
    ops = [Op("g/a", "Frobnicate", ("g/",)), Op("g/b", "Reshape", ("g/",)), Op("c", "Frobnicate")]
    found = paint(fold_nothing(build_graph(ops, [], GraphFacts(groups={"g/": group}))), "flops", frozenset({"g/"}))
    assert found["boxes"]["g/a"] == {"slots": (("unknown", 1),), "words": "unknown"}
    assert found["boxes"]["g/b"] == {"slots": (("none", 1),), "words": "no arithmetic"}
    assert found["boxes"]["g/"]["words"] == "unknown"
    assert counts(found) == {"no arithmetic": 1, "unknown": 2}


def test_a_variable_of_unknown_size_has_unknown_parameters() -> None:
    variable = Variable("w", None, "float32", True, 0)
    found = everything(fold_nothing(build_graph([Op("w", "VarHandleOp", variable=variable)], [])), "parameters")
    assert found["boxes"]["w"]["words"] == "unknown"


# Identical structure


def blocks(*sizes: int, last: str = "Relu") -> Folded:
    """A chain of groups, each of a MatMul and an activation, with so many units; the last one's activation is given."""
    ops = [Op("x", "Placeholder", outputs=(Tensor("float32", (None, 8)),))]
    groups = {}
    for number, size in enumerate(sizes):
        group_id = f"block_{number}/"
        groups[group_id] = Group(group_id, f"block_{number}", "layer", "Dense")
        before, out = ops[-1].id, (Tensor("float32", (None, size)),)
        kind = last if number == len(sizes) - 1 else "Relu"
        ops.append(Op(f"{group_id}w", "Const", (group_id,), outputs=(Tensor("float32", (8, size)),)))
        ops.append(Op(f"{group_id}m", "MatMul", (group_id,), ((before, 0), (ops[-1].id, 0)), out))
        ops.append(Op(f"{group_id}r", kind, (group_id,), ((ops[-1].id, 0),), out))
    return fold_nothing(build_graph(ops, [], GraphFacts(groups=groups)))


def test_repeated_layers_are_alike() -> None:
    found = paint(blocks(8, 8, 8, 8), "structure", frozenset())
    groups = [mark for box, mark in found["boxes"].items() if box.endswith("/")]
    assert [mark["words"] for mark in groups] == [f"{number} of 4 alike" for number in (1, 2, 3, 4)]
    assert len({mark["alike"] for mark in groups}) == 1
    assert {mark["slots"] for mark in groups} == {(("0", 1),)}
    assert counts(found) == {"Dense": 4, "not repeated": 1}


@pytest.mark.parametrize("folded", [blocks(8, 8, 8, 4), blocks(8, 8, 8, 8, last="Tanh")], ids=["units", "type"])
def test_other_units_or_types_are_not_alike(folded: Folded) -> None:
    boxes = paint(folded, "structure", frozenset())["boxes"]
    assert "alike" not in boxes["block_3/"]
    assert boxes["block_2/"]["words"] == "3 of 3 alike"


def test_what_is_inside_an_open_repeated_group_has_its_colour() -> None:
    boxes = paint(blocks(8, 8), "structure", frozenset({"block_0/"}))["boxes"]
    assert boxes["block_0/m"]["slots"] == boxes["block_1/"]["slots"] == (("0", 1),)
    assert boxes["x"]["slots"] == (("none", 1),)


def test_only_the_focus_is_painted_when_one_group_is_shown() -> None:
    folded = quiet_example(MNIST, "train_step")
    opened = frozenset({"mnist_mlp/", "mnist_mlp/dense/", "adam/"})
    whole = paint(folded, "dtype", opened)
    painted = paint(folded, "dtype", opened, focus="mnist_mlp/")
    shown = view(folded, opened, focus="mnist_mlp/")
    assert painted["entries"] == whole["entries"]
    assert painted["boxes"].keys() == {
        *(box.id for box in shown.boxes if box.kind != "stub"),
        *(frame.id for frame in shown.frames),
    }

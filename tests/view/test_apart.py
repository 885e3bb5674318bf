"""The parts of one scope have distinct names."""

from __future__ import annotations

import pytest

from graphlab.graph import Graph, GraphFacts, Group, Op, Source, Tensor, Variable, build_graph
from graphlab.view import Folded, default_open, fold_nothing, fold_quiet, view
from graphlab.view.apart import groups_apart

NUMBERS = Tensor("float32", (3,))
HANDLE = Tensor("resource", ())


@pytest.mark.parametrize(
    ("groups", "labels"),
    [
        ([Group("a/", "mse", "loss", settings={"output": name}) for name in ("left", "right")], ["left", "right"]),
        (
            [Group("a/", "step", "code", settings={"line": f"{file}.py:4"}) for file in ("net", "block")],
            ["net.py:4", "block.py:4"],
        ),
        (
            [Group("a/", "norm", "layer", source=Source("/nets/net.py", line)) for line in (4, 9)],
            ["line 4", "line 9"],
        ),
        ([Group("a/", "head", "layer", name) for name in ("Dense", "Conv2D")], ["Dense", "Conv2D"]),
        ([Group("a/", "head", "layer", "Dense") for _ in range(2)], ["1 of 2", "2 of 2"]),
    ],
)
def test_groups_of_one_label_are_told_apart_by_what_differs(groups: list[Group], labels: list[str]) -> None:
    told = {f"{name}/": group for name, group in zip("ab", groups, strict=True)}
    found = groups_apart([("a/",), ("b/",)], told)
    assert [group.label for group in found.values()] == [f"{groups[0].label} · {words}" for words in labels]


def test_groups_of_one_label_in_different_scopes_keep_it() -> None:
    groups = {group_id: Group(group_id, label) for group_id, label in (("a/", "a"), ("b/", "b"), ("a/x/", "x"))}
    groups["b/x/"] = Group("b/x/", "x")
    assert groups_apart([("a/", "a/x/"), ("b/", "b/x/")], groups) == groups


@pytest.mark.parametrize("fold", [fold_nothing, fold_quiet])
def test_boxes_of_one_scope_have_different_labels(fold: object) -> None:
    folded: Folded = fold(two_layers())  # type: ignore[operator]
    shown = view(folded, default_open(folded))
    labels = [box.label for box in shown.boxes]
    assert len(set(labels)) == len(labels)
    titles = {box.id: box.title for box in shown.boxes}
    assert (titles["v0"], titles["v1"], titles["sum0"]) == ("left/kernel", "right/kernel", "AddV2")
    told = {box.id: box.label for box in shown.boxes}
    assert told["sum1"].startswith("AddV2, float32[3]")
    assert told["sum1"].endswith(", sum1")


def two_layers() -> Graph:
    """Two variables of one name with a sum each, in no group."""
    ops = [Op("x", "Placeholder", outputs=(NUMBERS,))]
    for place, owner in enumerate(("left", "right")):
        kernel = Variable(f"net/{owner}/kernel", (3,), "float32", True, 3)
        ops += [
            Op(f"v{place}", "Placeholder", outputs=(HANDLE,), variable=kernel),
            Op(f"read{place}", "ReadVariableOp", inputs=((f"v{place}", 0),), outputs=(NUMBERS,)),
            Op(f"sum{place}", "AddV2", inputs=(("x", 0), (f"read{place}", 0)), outputs=(NUMBERS,)),
        ]
    ops.append(Op("all", "Mul", inputs=(("sum0", 0), ("sum1", 0)), outputs=(NUMBERS,)))
    return build_graph(ops, [], GraphFacts(inputs=("x",), outputs=("all",), kind="function"))


def inside(folded: Folded, scope: str) -> list[Group]:
    return [group for group_id, group in folded.groups.items() if group.parent_id == scope]


@pytest.mark.tf
@pytest.mark.usefixtures("fresh_names")
def test_losses_and_metrics_of_several_outputs_name_them() -> None:
    from graphlab.tracing.models.graphs import trace_train_step
    from tests.truth.shapes import several_outputs

    graph = trace_train_step(several_outputs())
    folded = fold_quiet(graph)
    labels = {group.label for group in folded.groups.values() if group.kind in ("loss", "metrics")}
    assert {"mse · left", "mse · middle", "mse · right", "mae"} <= labels
    assert {"mse · left", "mse · middle", "mae"} <= {group.label for group in inside(folded, "loss/")}
    assert {"mse · left", "mse · middle", "mae"} == {group.label for group in inside(folded, "gradients/loss/")}


@pytest.mark.tf
@pytest.mark.usefixtures("fresh_names")
def test_another_layer_of_the_same_name_is_no_second_call() -> None:
    import keras

    from graphlab.tracing.models.graphs import trace_forward

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.parts = [keras.layers.Dense(3, name="part"), keras.layers.LayerNormalization(name="part")]

        def call(self, x: object) -> object:
            for part in self.parts:
                x = part(x)
            return self.parts[0](x)

    model = Own()
    model(keras.ops.zeros((2, 3)))
    folded = fold_quiet(trace_forward(model))
    labels = [group.label for group in folded.groups.values() if group.kind == "layer"]
    assert labels == ["part · Dense", "part · LayerNormalization", "part (call 2)"]

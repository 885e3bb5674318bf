"""The totals of groups that only a view has: the sums over what they gather."""

from __future__ import annotations

from dataclasses import replace

from graphlab.graph import Graph, GraphFacts, Group, Op, Tensor, Variable, build_graph
from graphlab.inspector import Row, Section
from graphlab.inspector import inspect as inspect_box
from graphlab.overlay.amounts import output_bytes, parameters, work
from graphlab.view import fold_quiet, view
from tests.support.overlays import paint

VECTOR = Tensor("float32", (4, 3))
LAYERS = 260


def test_a_part_holds_the_parameters_and_ops_of_its_layers() -> None:
    folded = fold_quiet(stack())
    parts = {group_id: group for group_id, group in folded.groups.items() if group.kind == "run"}
    assert [group.label for group in parts.values()] == ["1–100", "101–200", "201–260"]
    first = folded.totals["net/1–100/"]
    assert (first.ops, first.variables, first.parameters, first.trainable_parameters) == (400, 100, 900, 900)
    assert sum(folded.totals[part].ops for part in parts) == folded.totals["net/"].ops == 4 * LAYERS
    assert sum(folded.totals[part].parameters for part in parts) == folded.totals["net/"].parameters == 9 * LAYERS


def test_a_part_says_its_numbers_on_its_box_and_in_the_inspector() -> None:
    folded = fold_quiet(stack())
    box = next(box for box in view(folded, frozenset({"net/"})).boxes if box.id == "net/201–260/")
    assert box.subtitle == "540 parameters · 240 ops"
    holds = next(part for part in inspect_box(folded, box.id) if isinstance(part, Section) and part.title == "Contents")
    rows = {row.label: row.value for row in holds.parts if isinstance(row, Row)}
    assert (rows["ops"], rows["parameters"], rows["in the quiet view"]) == ("240", "540", "180")


def test_colours_of_parts_are_sums() -> None:
    folded = fold_quiet(stack())
    children = [f"net/layer{place}/" for place in range(100)]
    for amounts in (parameters(folded), work(folded), output_bytes(folded)):
        assert amounts.values["net/1–100/"] == sum(amounts.values[child] for child in children) > 0
    marks = paint(folded, "parameters", frozenset({"net/"}))["boxes"]
    assert marks["net/1–100/"]["text"] == "900"


def test_like_ops_in_one_box_count_what_they_absorbed() -> None:
    folded = fold_quiet(sums())
    (run,) = [group_id for group_id, group in folded.groups.items() if group.kind == "run"]
    assert run == "f/AddV2 ×48/"
    assert folded.totals[run].ops == 96  # each with the constant that is written on it


def stack() -> Graph:
    """So many layers after each other, each with a variable of 3 × 3, a read, a product and an activation."""
    groups = {"net/": Group("net/", "net", "model", "Sequential")}
    ops = [Op("x", "Placeholder", outputs=(VECTOR,))]
    for place in range(LAYERS):
        path = ("net/", f"net/layer{place}/")
        groups[path[1]] = Group(path[1], f"layer{place}", "layer", "Dense")
        kernel = Variable(f"layer{place}/kernel", (3, 3), "float32", True, 9)
        name, last = f"layer{place}", ops[-1].id
        handle, value = Tensor("resource", ()), Tensor("float32", (3, 3))
        ops += [
            Op(f"{name}/kernel", "Placeholder", path, outputs=(handle,), variable=kernel),
            Op(f"{name}/read", "ReadVariableOp", path, ((f"{name}/kernel", 0),), (value,)),
            Op(f"{name}/MatMul", "MatMul", path, ((last, 0), (f"{name}/read", 0)), (VECTOR,)),
            Op(f"{name}/Tanh", "Tanh", path, ((f"{name}/MatMul", 0),), (VECTOR,)),
        ]
    return build_graph(ops, [], GraphFacts(groups=groups, inputs=("x",), outputs=(ops[-1].id,), kind="forward"))


def sums() -> Graph:
    """A function with many sums of its argument and a constant, and one product of all of them."""
    groups = {"f/": Group("f/", "f", "function")}
    ops = [Op("x", "Placeholder", outputs=(VECTOR,))]
    for place in range(48):
        one = Op(f"one{place}", "Const", ("f/",), outputs=(Tensor("float32", ()),), attrs={"value": float(place)})
        ops += [one, Op(f"sum{place}", "AddV2", ("f/",), (("x", 0), (one.id, 0)), (VECTOR,))]
    read = tuple((f"sum{place}", 0) for place in range(48))
    ops.append(Op("all", "AddN", ("f/",), read, (VECTOR,)))
    return build_graph(ops, [], GraphFacts(groups=groups, inputs=("x",), outputs=("all",), kind="function"))


def test_a_layer_that_is_called_again_in_one_part_counts_once() -> None:
    graph = stack()
    layers = [group for group in graph.groups.values() if group.kind == "layer"]
    for place, group in enumerate(layers):
        graph.groups[group.id] = replace(group, label=f"{layers[place % 50].label} (call {place // 50 + 1})")
    counts = {group.id: (12, 9) for group in layers} | {"net/": (600, 450)}
    graph.facts = replace(graph.facts, counts=counts)
    totals = fold_quiet(graph).totals["net/1–100/"]
    assert (totals.parameters, totals.trainable_parameters, totals.ops) == (600, 450, 400)

"""The quiet view and the visible boxes, on real traces and on small handmade graphs."""

from __future__ import annotations

from random import Random

import pytest

from graphlab.errors import GraphlabError
from graphlab.graph import GraphFacts, Group, Layer, Op, Tensor, Variable, build_graph
from graphlab.view import (
    default_open,
    fold_nothing,
    fold_quiet,
    reveal,
    view,
)
from graphlab.view.links import styled_wires
from tests.support.example_graphs import MNIST, example_graph

FLOATS = Tensor("float32", (None, 4))


@pytest.fixture(scope="module")
def mnist():
    return {name: example_graph(MNIST, name) for name in ("forward", "train_step")}


def made(ops, groups=(), controls=(), **attributes):
    found = {group.id: group for group in groups}
    return build_graph(ops, list(controls), GraphFacts(name="g", kind="function", groups=found, **attributes))


def boxes(shown):
    return {box.id: box for box in shown.boxes}


def titles(shown):
    return sorted((box.kind, box.title) for box in shown.boxes)


def test_quiet_train_step_opens_as_a_handful_of_boxes(mnist):
    folded = fold_quiet(mnist["train_step"])
    shown = view(folded, default_open(folded))

    assert titles(shown) == [
        ("group", "adam"),
        ("group", "gradients"),
        ("group", "loss"),
        ("group", "metrics"),
        ("group", "mnist_mlp"),
        ("input", "image"),
        ("input", "label"),
        ("output", "accuracy"),
        ("output", "loss"),
    ]
    links = {(link.src, link.dst): link for link in shown.links}
    assert links["mnist_mlp/", "loss/"].label == "float32[?,10]"
    assert links["gradients/", "adam/"].label == "6 tensors"
    assert links["adam/", "mnist_mlp/"].style == "update"


@pytest.mark.tf
def test_weights_of_a_layer_called_twice_are_told_from_data():
    import keras

    import graphlab

    encode = keras.layers.Dense(4, name="encode")
    ends = [keras.Input((8,), name="left"), keras.Input((8,), name="right")]
    model = keras.Model(ends, keras.layers.Add(name="sum")([encode(end) for end in ends]), name="twins")
    folded = fold_quiet(graphlab.trace(model))

    closed = view(folded, default_open(folded))
    names = {box.id: box.title for box in closed.boxes}
    assert {(names[link.src], names[link.dst], link.label) for link in closed.links if link.style != "data"} == {
        ("encode", "encode (call 2)", "shared weights")
    }
    opened = view(folded, frozenset(folded.groups))
    names = {box.id: box.title for box in opened.boxes}
    styles = sorted((names[link.src], names[link.dst], link.style) for link in opened.links)
    assert [it for it in styles if it[0] in ("kernel", "bias")] == [
        ("bias", "BiasAdd", "data"),
        ("bias", "BiasAdd", "shared"),
        ("kernel", "MatMul", "data"),
        ("kernel", "MatMul", "shared"),
    ]


def walked(folded, opened):
    """The visible boxes, frames and wires by a walk over the whole graph."""
    place = {
        op_id: next((group for group in path if group not in opened), op_id) for op_id, path in folded.paths.items()
    }
    frames = dict.fromkeys(
        group
        for path in folded.paths.values()
        for depth, group in enumerate(path)
        if opened.issuperset(path[: depth + 1])
    )
    links = {}
    for style, wire in styled_wires(folded):
        src, dst = place[folded.stands_for[wire.src]], place[folded.stands_for[wire.dst]]
        if src != dst:
            links.setdefault((src, dst, style), []).append(wire)
    return list(dict.fromkeys(place.values())), list(frames), links


@pytest.mark.parametrize("fold", [fold_quiet, fold_nothing])
def test_a_view_is_what_a_walk_over_the_graph_finds(mnist, fold):
    folded = fold(mnist["train_step"])
    random = Random(1)

    for share in [0, 0.2, 0.5, 0.7, 0.9, 0.95, 1] * 3:
        opened = frozenset(group for group in folded.groups if random.random() < share)
        shown = view(folded, opened)

        boxes, frames, links = walked(folded, opened)
        assert [box.id for box in shown.boxes] == boxes
        assert [frame.id for frame in shown.frames] == frames
        assert {(link.src, link.dst, link.style): list(link.wires) for link in shown.links} == links
        assert [(link.src, link.dst, link.style) for link in shown.links] == list(links)


def test_quiet_forward_opens_its_only_group(mnist):
    folded = fold_quiet(mnist["forward"])

    assert default_open(folded) == {"mnist_mlp/"}
    assert [box.title for box in view(folded, default_open(folded)).boxes] == [
        "image",
        "Reshape",
        "dense",
        "Relu",
        "dense_1",
        "Relu",
        "dense_2",
        "Softmax",
        "output",
    ]


def test_an_open_dense_holds_its_weights_matmul_and_biasadd(mnist):
    folded = fold_quiet(mnist["forward"])
    shown = view(folded, frozenset({"mnist_mlp/", "mnist_mlp/dense/"}))

    inside = [box for box in shown.boxes if box.parent == "mnist_mlp/dense/"]
    assert [(box.kind, box.title, box.subtitle) for box in inside] == [
        ("variable", "kernel", "784 × 256"),
        ("op", "MatMul", "401.4 kFLOP"),
        ("variable", "bias", "256"),
        ("op", "BiasAdd", ""),
    ]
    kernel = inside[0]
    assert [folded.graph.op(op_id).type for op_id in kernel.folded] == ["ReadVariableOp"]
    labels = {(link.src, link.dst): link.label for link in shown.links}
    assert labels[kernel.id, inside[1].id] == "float32[784,256]"
    assert labels[inside[1].id, inside[3].id] == "float32[?,256]"


@pytest.mark.parametrize("name", ["forward", "train_step"])
def test_every_op_is_shown_or_absorbed_by_a_shown_one(mnist, name):
    folded = fold_quiet(mnist[name])

    assert set(folded.stands_for) == set(mnist[name])
    assert set(folded.stands_for.values()) == set(folded.paths)
    absorbed = [op_id for ids in folded.absorbed.values() for op_id in ids]
    assert len(absorbed) + len(folded.paths) == len(mnist[name])


def test_the_view_of_every_op_has_every_op_and_edge(mnist):
    graph = mnist["train_step"]
    folded = fold_nothing(graph)
    shown = view(folded, frozenset(folded.groups))

    assert {box.id for box in shown.boxes} == set(graph)
    assert sum(len(link.wires) for link in shown.links) == graph.number_of_edges()


def test_slots_of_the_optimizer_are_named_without_their_variable(mnist):
    folded = fold_quiet(mnist["train_step"])
    shown = view(folded, frozenset({"adam/", "adam/dense/", "adam/dense/kernel/"}))

    names = [box.title for box in shown.boxes if box.kind == "variable"]

    assert sorted(names) == ["iteration", "learning_rate", "momentum", "velocity"]


def test_shape_arithmetic_is_folded_into_the_reshape_it_feeds(mnist):
    folded = fold_quiet(mnist["forward"])
    reshape = next(op_id for op_id in folded.paths if folded.graph.op(op_id).type == "Reshape")

    assert {folded.graph.op(op_id).type for op_id in folded.absorbed[reshape]} == {
        "Shape",
        "StridedSlice",
        "Const",
        "Pack",
    }


def test_small_constants_are_written_on_the_op_that_uses_them():
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("two", "Const", outputs=(Tensor("float32", ()),), attrs={"value": 2.0}),
        Op("sum", "AddV2", inputs=(("x", 0), ("two", 0)), outputs=(FLOATS,)),
        Op("rest", "Sub", inputs=(("two", 0), ("sum", 0)), outputs=(FLOATS,)),
    ]
    shown = boxes(view(fold_quiet(made(ops, inputs=["x"])), frozenset()))

    assert set(shown) == {"x", "sum", "rest"}
    assert shown["sum"].subtitle == "+ 2"
    assert shown["rest"].subtitle == "2 − x"


def test_arithmetic_on_shapes_that_is_returned_stays():
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("shape", "Shape", inputs=(("x", 0),), outputs=(Tensor("int32", (2,)),)),
        Op("out", "Identity", inputs=(("shape", 0),), outputs=(Tensor("int32", (2,)),)),
    ]
    shown = view(fold_quiet(made(ops, inputs=["x"], outputs=["out"])), frozenset())

    assert {box.id for box in shown.boxes} == {"x", "shape", "out"}
    assert {(link.src, link.dst) for link in shown.links} == {("x", "shape"), ("shape", "out")}


def test_how_a_layer_shapes_its_variable_is_folded_into_the_variable():
    bias = Variable("conv/bias", (4,), "float32", True, 4)
    conv = {"path": ("conv/",), "layer": Layer("conv", "Conv2D")}
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("bias", "Placeholder", outputs=(Tensor("resource", ()),), variable=bias, **conv),
        Op("read", "ReadVariableOp", inputs=(("bias", 0),), outputs=(Tensor("float32", (4,)),), **conv),
        Op("sizes", "Const", outputs=(Tensor("int32", (2,)),), attrs={"value": [1, 4]}, **conv),
        Op("shape", "Reshape", inputs=(("read", 0), ("sizes", 0)), outputs=(Tensor("float32", (1, 4)),), **conv),
        Op("add", "BiasAdd", inputs=(("x", 0), ("shape", 0)), outputs=(FLOATS,), **conv),
        Op("out", "Identity", inputs=(("add", 0),), outputs=(FLOATS,)),
    ]
    folded = fold_quiet(made(ops, [Group("conv/", "conv", "layer", "Conv2D")], inputs=["x"], outputs=["out"]))

    assert set(folded.paths) == {"x", "bias", "add", "out"}
    assert set(folded.absorbed["bias"]) == {"read", "sizes", "shape"}


def test_a_small_constant_is_titled_by_its_value_where_every_op_is_shown():
    ops = [
        Op("c", "Const", outputs=(Tensor("int32", (2,)),), attrs={"value": [1, 4]}),
        Op("large", "Const", outputs=(Tensor("float32", (900,)),)),
    ]

    assert [box.title for box in view(fold_nothing(made(ops)), frozenset()).boxes] == ["[1, 4]", "large"]


def test_a_random_generators_step_is_folded_into_its_state_and_the_random_op():
    pair = Tensor("int64", (2,))
    state = Variable("seed_generator_state", (2,), "int64", False, 0)
    drop = {"path": ("drop/",), "layer": Layer("drop", "Dropout")}
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("state", "Placeholder", outputs=(Tensor("resource", ()),), variable=state, **drop),
        Op("read", "ReadVariableOp", inputs=(("state", 0),), outputs=(pair,), **drop),
        Op("one", "Const", outputs=(pair,), attrs={"value": [0, 1]}, **drop),
        Op("next", "AddV2", inputs=(("read", 0), ("one", 0)), outputs=(pair,), **drop),
        Op("write", "AssignVariableOp", inputs=(("state", 0), ("next", 0)), **drop),
        Op("seed", "Cast", inputs=(("read", 0),), outputs=(Tensor("int32", (2,)),), **drop),
        Op("shape", "Shape", inputs=(("x", 0),), outputs=(Tensor("int32", (2,)),), **drop),
        Op("key", "StatelessRandomGetKeyCounter", inputs=(("seed", 0),), outputs=(pair, pair), **drop),
        Op("noise", "StatelessRandomUniformV2", (("drop/"),), (("shape", 0), ("key", 0), ("key", 1)), (FLOATS,)),
        Op("out", "Mul", ("drop/",), (("x", 0), ("noise", 0)), (FLOATS,)),
    ]
    folded = fold_quiet(made(ops, [Group("drop/", "drop", "layer", "Dropout")], inputs=["x"]))

    assert set(folded.paths) == {"x", "state", "noise", "out"}
    assert set(folded.absorbed["state"]) == {"read", "next", "write", "one"}
    assert set(folded.absorbed["noise"]) == {"seed", "shape", "key"}
    into = {
        (folded.stands_for[wire.src], wire.tensor) for wire in folded.wires if folded.stands_for[wire.dst] == "noise"
    }
    assert into == {("state", None), ("x", None)}


def test_a_layer_that_computes_nothing_is_not_shown():
    idle = {"path": ("idle/",), "layer": Layer("idle", "RandomFlip")}
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("shape", "Shape", inputs=(("x", 0),), outputs=(Tensor("int32", (2,)),), **idle),
        Op("out", "Identity", inputs=(("x", 0),), outputs=(FLOATS,)),
    ]
    folded = fold_quiet(made(ops, [Group("idle/", "idle", "layer", "RandomFlip")], inputs=["x"], outputs=["out"]))

    assert set(folded.paths) == {"x", "out"}
    assert folded.absorbed == {"out": ("shape",)}


def test_a_layer_of_one_op_is_drawn_as_that_op_with_its_name():
    ops = [Op("relu", "Relu", ("net/", "net/act/"), outputs=(FLOATS,)), Op("exp", "Exp", ("net/",), (("relu", 0),))]
    groups = [Group("net/", "net", "model"), Group("net/act/", "act", "layer", "ReLU")]
    folded = fold_quiet(made(ops, groups))

    assert "net/act/" not in folded.groups
    assert boxes(view(folded, frozenset({"net/"})))["relu"].subtitle == "act"


def test_an_identity_that_is_all_of_a_layer_stays():
    ops = [
        Op("x", "Placeholder", outputs=(FLOATS,)),
        Op("same", "Identity", ("act/",), (("x", 0),), (FLOATS,)),
        Op("copy", "Identity", (), (("same", 0),), (FLOATS,)),
        Op("end", "Exp", (), (("copy", 0),), (FLOATS,)),
    ]
    folded = fold_quiet(made(ops, [Group("act/", "act", "layer", "Activation")], inputs=["x"]))

    assert set(folded.paths) == {"x", "same", "end"}
    assert [(wire.src, wire.dst) for wire in folded.wires] == [("x", "same"), ("same", "end")]


def test_long_runs_of_like_siblings_are_one_group():
    ops = [Op("x", "Placeholder", outputs=(FLOATS,))]
    ops += [Op(f"add{n}", "AddN", inputs=(("x", 0),), outputs=(FLOATS,)) for n in range(114)]
    shown = view(fold_quiet(made(ops, inputs=["x"])), frozenset())

    assert titles(shown) == [("group", "AddN ×114"), ("input", "x")]


def test_layers_of_one_op_are_never_gathered():
    groups = [Group(f"act_{n}/", f"act_{n}", "layer", "ReLU") for n in range(60)]
    ops = [Op(f"act_{n}/Relu", "Relu", (f"act_{n}/",), outputs=(FLOATS,)) for n in range(60)]

    assert len(view(fold_quiet(made(ops, groups)), frozenset()).boxes) == 60


def test_a_layer_that_is_called_again_and_again_is_one_group():
    groups = [Group("net/", "net", "layer", "TimeDistributed")]
    ops = []
    for n in range(1, 51):
        group = f"net/dense#{n}/"
        groups.append(Group(group, "dense" if n == 1 else f"dense (call {n})", "layer", "Dense"))
        ops += [Op(f"{group}{name}", name, ("net/", group), outputs=(FLOATS,)) for name in ("MatMul", "BiasAdd")]
    ops.append(Op("net/end", "Pack", ("net/",), outputs=(FLOATS,)))

    shown = view(fold_quiet(made(ops, groups)), frozenset({"net/"}))

    assert titles(shown) == [("group", "dense ×50"), ("op", "Pack")]


def test_more_than_250_children_are_split():
    groups = [Group(f"block_{n}/", f"block_{n}", "layer", "Block") for n in range(300)]
    ops = []
    for n in range(300):
        ops += [Op(f"block_{n}/{name}", "Exp", (f"block_{n}/",), outputs=(FLOATS,)) for name in "ab"]
    shown = view(fold_quiet(made(ops, groups)), frozenset())

    assert [box.title for box in shown.boxes] == ["1–100", "101–200", "201–300"]


def test_a_crowded_scope_inside_a_group_is_gathered_in_its_own_group():
    groups = [Group("net/", "net", "model")]
    ops = [Op(f"net/add{n}", "AddN", ("net/",), outputs=(FLOATS,)) for n in range(60)]
    ops += [Op("end", "Exp", outputs=(FLOATS,)), Op("net/end", "Exp", ("net/",), outputs=(FLOATS,))]
    folded = fold_quiet(made(ops, groups))

    assert set(folded.groups) == {"net/", "net/AddN ×60/"}
    assert folded.paths["net/add7"] == ("net/", "net/AddN ×60/")
    assert folded.paths["end"] == ()


def test_a_long_run_is_cut_and_closed_at_first_sight():
    ops = [Op(f"sin{n}", "Sin", outputs=(FLOATS,)) for n in range(600)]
    folded = fold_quiet(made(ops))

    assert default_open(folded) == frozenset()
    opened = view(folded, frozenset({"Sin ×600/"}))
    assert [box.title for box in opened.boxes] == [f"{start}–{start + 99}" for start in range(1, 600, 100)]


def test_an_optimizers_last_part_of_one_layer_is_not_wrapped_and_the_count_of_steps_is_no_layer():
    groups = [Group("adam/", "adam", "optimizer"), Group("adam/count/", "count", "code")]
    groups += [Group(f"adam/d{n}/", f"d{n}", "scope") for n in range(41)]
    ops = [
        Op(f"adam/d{n}/{name}", "Sub", ("adam/", f"adam/d{n}/"), outputs=(FLOATS,)) for n in range(41) for name in "ab"
    ]
    ops += [Op(f"adam/count/{name}", "Sub", ("adam/", "adam/count/"), outputs=(FLOATS,)) for name in "ab"]
    folded = fold_quiet(made(ops, groups))

    shown = view(folded, frozenset({"adam/"}))

    assert [box.title for box in shown.boxes] == ["d0 … d19", "d20 … d39", "d40", "count"]
    assert [frame.id for frame in shown.frames] == ["adam/"]


def test_parts_of_layers_with_one_name_have_ids_of_their_own():
    groups = [Group("adam/", "adam", "optimizer")]
    groups += [Group(f"adam/d#{n}/", "d", "scope") for n in range(60)]
    ops = [
        Op(f"adam/d#{n}/{name}", "Sub", ("adam/", f"adam/d#{n}/"), outputs=(FLOATS,))
        for n in range(60)
        for name in "ab"
    ]
    folded = fold_quiet(made(ops, groups))

    assert [(box.id, box.title) for box in view(folded, frozenset({"adam/"})).boxes] == [
        ("adam/d/", "d · 1 of 3"),
        ("adam/d#60/", "d · 2 of 3"),
        ("adam/d#61/", "d · 3 of 3"),
    ]


def chained(*kinds, count):
    """Ops of these types in turn, each fed by the one before."""
    ops = [Op("x", "Placeholder", outputs=(FLOATS,))]
    for place in range(count):
        for kind in kinds:
            ops.append(Op(f"{kind}{place}", kind, inputs=((ops[-1].id, 0),), outputs=(FLOATS,)))
    return ops


def test_like_siblings_with_others_between_them_are_no_group():
    folded = fold_quiet(made(chained("MatMul", "Relu", count=40), inputs=["x"]))

    assert folded.groups == {}


def test_like_siblings_in_two_rows_with_others_between_are_two_groups():
    ops = [Op("x", "Placeholder", outputs=(FLOATS,))]
    ops += [Op(f"a{n}", "AddN", inputs=(("x", 0),), outputs=(FLOATS,)) for n in range(20)]
    ops.append(Op("all", "Pack", inputs=tuple((f"a{n}", 0) for n in range(20)), outputs=(FLOATS,)))
    ops += [Op(f"b{n}", "AddN", inputs=(("all", 0),), outputs=(FLOATS,)) for n in range(30)]

    shown = view(fold_quiet(made(ops, inputs=["x"])), frozenset())

    assert [(box.title, box.id) for box in shown.boxes] == [
        ("x", "x"),
        ("AddN ×20", "AddN ×50 · 1 of 2/"),
        ("Pack", "all"),
        ("AddN ×30", "AddN ×50 · 2 of 2/"),
    ]
    assert linked(shown) == {
        ("x", "AddN ×50 · 1 of 2/"),
        ("AddN ×50 · 1 of 2/", "all"),
        ("all", "AddN ×50 · 2 of 2/"),
    }


def test_parts_of_a_long_chain_follow_the_data_whatever_the_order_of_the_ops():
    ops = [Op("x", "Placeholder", outputs=(FLOATS,)), *reversed(chained("MatMul", "Relu", count=130)[1:])]
    shown = view(fold_quiet(made(ops, inputs=["x"])), frozenset())

    assert sorted(box.title for box in shown.boxes) == ["101–200", "1–100", "201–261"]
    assert linked(shown) == {("1–100/", "101–200/"), ("101–200/", "201–261/")}


def test_a_round_of_a_loop_is_no_reason_to_divide_what_is_alike():
    ops = chained("Exp", count=20)
    ops.append(Op("more", "NextIteration", inputs=(("Exp19", 0),), outputs=(FLOATS,)))
    ops.append(Op("again", "Merge", inputs=(("more", 0),), outputs=(FLOATS,)))
    ops += [Op(f"tan{n}", "Tan", inputs=(("again", 0),), outputs=(FLOATS,)) for n in range(20)]
    ops.append(Op("all", "Pack", inputs=tuple((f"tan{n}", 0) for n in range(20)), outputs=(FLOATS,)))
    ops[1] = Op("Exp0", "Exp", inputs=(("x", 0), ("all", 0)), outputs=(FLOATS,))
    folded = fold_quiet(made(ops, inputs=["x"]))

    assert {group.label for group in folded.groups.values()} == {"Exp ×20", "Tan ×20"}


def linked(shown):
    return {(link.src, link.dst) for link in shown.links}


def test_two_groups_that_feed_each_other_are_linked_both_ways():
    ops = [
        Op("a/1", "Exp", ("a/",), outputs=(FLOATS,)),
        Op("b/1", "Exp", ("b/",), (("a/1", 0),), (FLOATS,)),
        Op("a/2", "Exp", ("a/",), (("b/1", 0),), (FLOATS,)),
        Op("b/2", "Exp", ("b/",), (("a/2", 0),), (FLOATS,)),
    ]
    shown = view(fold_quiet(made(ops, [Group("a/", "a", "model"), Group("b/", "b", "model")])), frozenset())

    assert {(link.src, link.dst) for link in shown.links} == {("a/", "b/"), ("b/", "a/")}


def test_several_tensors_between_two_boxes_are_counted():
    ops = [
        Op("a/1", "Exp", ("a/",), outputs=(FLOATS,)),
        Op("a/2", "Exp", ("a/",), outputs=(Tensor("int32", ()),)),
        Op("b/1", "Exp", ("b/",), (("a/1", 0),)),
        Op("b/2", "Exp", ("b/",), (("a/2", 0), ("a/1", 0))),
    ]
    shown = view(fold_quiet(made(ops, [Group("a/", "a", "model"), Group("b/", "b", "model")])), frozenset())

    assert [(link.label, len(link.wires)) for link in shown.links] == [("2 tensors", 3)]


def test_reveal_opens_what_is_around_an_op_and_finds_the_box_of_an_absorbed_one():
    ops = [
        Op(
            "read",
            "Exp",
            ("net/", "net/dense/"),
            outputs=(FLOATS,),
        ),
        Op("net/copy", "Identity", ("net/", "net/dense/"), (("read", 0),), (FLOATS,)),
        Op("other", "Exp", ("net/", "net/dense/"), (("net/copy", 0),), (FLOATS,)),
    ]
    folded = fold_quiet(made(ops, [Group("net/", "net", "model"), Group("net/dense/", "dense", "layer")]))

    assert reveal(folded, "net/copy", frozenset()) == ({"net/", "net/dense/"}, "read")
    assert reveal(folded, "net/dense/", frozenset()) == ({"net/"}, "net/dense/")
    assert reveal(folded, "nothing", frozenset()) is None


@pytest.mark.parametrize("fold", [fold_quiet, fold_nothing])
def test_a_group_without_ops_is_not_there(fold):
    groups = {"g/": Group("g/", "g"), "empty/": Group("empty/", "empty")}
    ops = [Op("g/a", "Sin", ("g/",), (), (Tensor("float32", ()),))]
    folded = fold(build_graph(ops, [], GraphFacts(name="f", kind="function", groups=groups)))
    assert "empty/" not in folded.groups
    assert reveal(folded, "empty/", frozenset()) is None


def test_the_wrapper_of_a_saved_signature_and_what_it_calls_are_drawn_as_what_they_hold():
    outer, inner = Group("signature_wrapper_f/", "signature_wrapper_f", "function"), "signature_wrapper_f/__call__/"
    graph = made(
        [
            Op("x", "Placeholder", outputs=(FLOATS,)),
            Op("a", "Relu", (outer.id, inner), (("x", 0),), (FLOATS,)),
            Op("b", "Tanh", (outer.id, inner), (("a", 0),), (FLOATS,)),
        ],
        [outer, Group(inner, "__call__", "function")],
    )

    assert fold_quiet(graph).groups == {}
    assert set(fold_nothing(graph).groups) == {outer.id, inner}


def test_the_cast_of_a_frozen_weight_is_folded_into_it():
    weight = Variable("w weights", (4, 4), "float32", False, 16)
    square = Tensor("float32", (4, 4))
    graph = made(
        [
            Op("x", "Placeholder", outputs=(FLOATS,)),
            Op("w", "Const", outputs=(square,), variable=weight),
            Op("read", "Identity", (), (("w", 0),), (square,)),
            Op("cast", "Cast", (), (("read", 0),), (Tensor("float16", (4, 4)),)),
            Op("product", "MatMul", (), (("x", 0), ("cast", 0)), (FLOATS,)),
        ]
    )

    assert set(fold_quiet(graph).paths) == {"x", "w", "product"}


@pytest.mark.parametrize(
    "paths",
    [
        {"op": ("a/", "a/")},
        {"op": ("a/", "b/", "a/")},
        {"one": ("a/", "b/"), "two": ("b/", "a/")},
        {"one": ("a/", "c/"), "two": ("b/", "c/")},
    ],
)
def test_a_group_in_itself_or_in_two_groups_is_refused_in_words(paths):
    groups = [Group(group_id, group_id, "scope") for group_id in ("a/", "b/", "c/")]
    folded = fold_nothing(made([Op(op_id, "Exp", path, outputs=(FLOATS,)) for op_id, path in paths.items()], groups))

    with pytest.raises(GraphlabError, match="is in itself or in two groups, so it cannot be drawn; retrace the source"):
        view(folded, frozenset())

"""What a box depends on and reaches, and the paths between two, against networkx on real and on generated graphs."""

from __future__ import annotations

import time
from random import Random

import networkx as nx
import pytest

from graphlab.graph import Body, GraphFacts, Group, Op, Tensor, Variable, build_graph
from graphlab.overlay.flow import flow_of
from graphlab.overlay.lineage import BOTH, CURRENT_PATH, DOWN, ON, START, UP, paths_between, reach
from graphlab.overlay.paths import shortest_paths
from graphlab.view import fold_nothing, fold_quiet, view
from tests.bench.generated import scoped_graph
from tests.support.example_graphs import MNIST, XRAY, example_graph, quiet_example
from tests.support.overlays import lineage_marks

FLOAT = Tensor("float32", ())
QUADRATIC = "examples/quadratic.py:f"
KERNEL = "mnist_mlp_1/dense_1/Cast/ReadVariableOp/resource"
GRAPHS = [(QUADRATIC, "function"), (MNIST, "forward"), (MNIST, "train_step"), (XRAY, "forward"), (XRAY, "train_step")]


@pytest.fixture(scope="module")
def train_step():
    return quiet_example(MNIST, "train_step")


def wired(folded):
    """The drawn wires as a graph of networkx: data, and a written variable beside its old value."""
    found = nx.DiGraph()
    found.add_nodes_from(folded.paths)
    shown = folded.stands_for
    written = {shown[wire.dst]: wire.src for wire in folded.updates if shown[wire.dst] not in folded.carried}
    for wire in folded.wires:
        source, target = shown[wire.src], shown[wire.dst]
        if source != target and (wire.tensor or not folded.quiet):
            found.add_edge(source, target)
    for wire in folded.updates:
        target = shown[wire.dst]
        found.add_edge(shown[wire.src], (target, "new") if target in written else target)
    return found


def port(graph, op_id, number):
    """The op; of one that passes on several tensors unchanged, only what passes on that one."""
    return (op_id, number) if graph.op(op_id).type == "IdentityN" else op_id


def loop():
    """x → while (carried value i: i + x) → y, and z that stands aside."""
    ops = [
        Op("x", "Placeholder", (), (), (FLOAT,)),
        Op("z", "Placeholder", (), (), (FLOAT,)),
        Op("while", "StatelessWhile", ("while/",), (("x", 0), ("x", 0)), (FLOAT, FLOAT)),
        Op("i", "Placeholder", ("while/", "while/body/"), (), (FLOAT,)),
        Op("step", "Placeholder", ("while/", "while/body/"), (), (FLOAT,)),
        Op("add", "AddV2", ("while/", "while/body/"), (("i", 0), ("step", 0)), (FLOAT,)),
        Op("sin", "Sin", ("while/", "while/body/"), (("add", 0),), (FLOAT,)),
        Op("y", "Cos", (), (("while", 0),), (FLOAT,)),
    ]
    groups = {"while/": Group("while/", "while", "loop"), "while/body/": Group("while/body/", "body", "body")}
    bodies = (Body("while", "body", "while/body/", ("i", "step"), (("sin", 0), ("step", 0))),)
    return build_graph(
        ops,
        [],
        GraphFacts(name="g", kind="function", groups=groups, bodies=tuple(bodies), inputs=("x", "z"), outputs=("y",)),
    )


def random_graph(seed, count=14):
    random = Random(seed)
    ops = [
        Op(f"o{i}", "AddN", (), tuple((f"o{j}", 0) for j in range(i) if random.random() < 0.25), (FLOAT,))
        for i in range(count)
    ]
    return build_graph(ops, [], GraphFacts(name="g", kind="function"))


def of_side(trace, *sides):
    return {op_id for op_id, side in trace.sides.items() if side in sides}


@pytest.mark.parametrize(("source", "name"), GRAPHS)
@pytest.mark.parametrize("fold", [fold_quiet, fold_nothing])
def test_reach_is_what_networkx_finds_on_the_drawn_wires(source, name, fold):
    folded = fold(example_graph(source, name))
    oracle = wired(folded)
    fresh = name == "train_step" and folded.quiet  # there a variable may be read after it was written
    for op_id in list(folded.paths)[:: max(1, len(folded.paths) // 40)]:
        trace = reach(folded, op_id, up=True, down=True)
        assert trace.sides[op_id] == START
        ahead = {node[0] if isinstance(node, tuple) else node for node in nx.descendants(oracle, op_id)} - {op_id}
        if fresh:
            assert ahead <= of_side(trace, DOWN, BOTH)
        else:
            assert of_side(trace, DOWN, BOTH) == ahead
            assert of_side(trace, UP, BOTH) == nx.ancestors(oracle, op_id)


def test_reach_in_a_train_step_is_what_tensorflow_runs_after_an_op(train_step):
    graph, shown = train_step.graph, train_step.stands_for
    oracle = nx.DiGraph()
    for source, target, data in graph.edges(data=True):
        writes = graph.op(target).type.startswith("Assign")
        handle = writes and data["dst_port"] == 0
        reads = graph.op(source).type.startswith("Assign") and graph.op(target).type == "ReadVariableOp"
        reads_new = reads and graph.op(source).inputs[0] == graph.op(target).inputs[0]
        if not handle and (not data["control"] or reads_new):
            oracle.add_edge(port(graph, source, data["src_port"]), port(graph, target, data["dst_port"]))
    gradient = next(op_id for op_id in train_step.paths if op_id.endswith("dense_2_1/MatMul/MatMul_1"))
    after = {node if isinstance(node, str) else node[0] for node in nx.descendants(oracle, gradient)}
    after = {op_id for op_id in after if graph.op(op_id).type != "IdentityN"}
    written = {graph.op(op_id).inputs[0][0] for op_id in after if graph.op(op_id).type.startswith("Assign")}
    expected = {shown[op_id] for op_id in after | written} - {gradient}
    assert of_side(reach(train_step, gradient, up=False, down=True), DOWN) == expected
    assert {graph.op(op_id).variable.name for op_id in written} == {
        "mnist_mlp/dense_2/kernel",
        "adam/mnist_mlp_dense_2_kernel_momentum",
        "adam/mnist_mlp_dense_2_kernel_velocity",
    }


def test_reach_of_a_gradient_ends_at_the_new_value_of_its_variable(train_step):
    kernel = "mnist_mlp_1/dense_2_1/Cast/ReadVariableOp/resource"
    gradient = next(op_id for op_id in train_step.paths if op_id.endswith("dense_2_1/MatMul/MatMul_1"))
    trace = reach(train_step, gradient, up=False, down=True)
    assert kernel in trace.updated_variables
    assert "mnist_mlp_1/dense_2_1/MatMul" not in trace.sides  # which reads the kernel in the next step
    assert gradient in of_side(reach(train_step, kernel, up=True, down=False), UP)


def test_reach_of_a_kernel_is_the_outputs_and_its_own_update(train_step):
    trace = reach(train_step, KERNEL, up=False, down=True)
    assert set(train_step.graph.output_ids) <= trace.sides.keys()
    assert KERNEL in trace.updated_variables
    assert trace.sides[KERNEL] == START


def test_reach_goes_round_a_loop_and_out_of_it():
    folded = fold_quiet(loop())
    assert of_side(reach(folded, "add", up=False, down=True), DOWN) == {"sin", "i", "y"}
    assert of_side(reach(folded, "y", up=True, down=False), UP) == {"i", "x", "sin", "add"}
    assert of_side(reach(folded, "z", up=True, down=True), UP, DOWN) == set()


def test_reach_to_a_depth_is_as_far_as_the_steps_of_networkx():
    folded = quiet_example(MNIST, "forward")
    output = folded.graph.output_ids[0]
    lengths = nx.single_source_shortest_path_length(wired(folded).reverse(), output)
    full = reach(folded, output, up=True, down=False)
    assert full.deepest == max(lengths.values())
    for depth in range(1, full.deepest + 1):
        cut = type(full)(full.flow, full.up, full.down, depth)
        assert of_side(cut, UP) == {op_id for op_id, steps in lengths.items() if 0 < steps <= depth}


def test_a_layer_does_not_depend_on_what_writes_its_variables(train_step):
    trace = reach(train_step, "mnist_mlp/dense/", up=True, down=False)
    assert of_side(trace, UP) == {"image", "mnist_mlp_1/reshape_1/Reshape"}


def test_the_reach_of_a_group_is_outside_it():
    folded = quiet_example(MNIST, "forward")
    trace = reach(folded, "mnist_mlp/dense_1/", up=True, down=True)
    assert of_side(trace, START) == {op_id for op_id, path in folded.paths.items() if "mnist_mlp/dense_1/" in path}
    oracle = wired(folded)
    inside = of_side(trace, START)
    assert of_side(trace, UP) == set().union(*(nx.ancestors(oracle, op_id) for op_id in inside)) - inside


@pytest.mark.parametrize("seed", range(12))
def test_paths_are_all_simple_paths_shortest_first(seed):
    folded = fold_nothing(random_graph(seed))
    oracle = wired(folded)
    found = paths_between(folded, "o0", "o13")
    expected = list(nx.all_simple_paths(oracle, "o0", "o13"))
    named = [[found.flow.ops[node] for node in path] for path in found.path_set.paths]
    assert [len(path) for path in named] == sorted(map(len, expected))[:100]
    assert all(path in expected for path in named)
    assert found.path_set.complete == (len(expected) <= 100)
    assert of_side(found, ON, CURRENT_PATH) == {node for path in expected for node in path} - {"o0", "o13"}


def test_paths_in_a_train_step_are_those_of_networkx(train_step):
    loss = train_step.graph.output_ids[0]
    found = paths_between(train_step, KERNEL, loss)
    oracle = nx.DiGraph((node, after) for node, several in enumerate(found.flow.after) for after in several)
    (start,), (end,) = found.first, found.last
    expected = sorted(map(len, nx.all_simple_paths(oracle, start, end)))
    assert [len(path) for path in found.path_set.paths] == expected == [21, 23, 25]


@pytest.mark.parametrize("seed", range(12))
def test_paths_through_loops_are_simple(seed):
    random = Random(seed)
    graph = nx.gnp_random_graph(9, 0.3, seed=seed, directed=True)
    ops = [Op(f"o{node}", "NoOp", (), (), ()) for node in graph]
    controls = [(f"o{a}", f"o{b}") for a, b in graph.edges]
    folded = fold_nothing(build_graph(ops, controls, GraphFacts(name="g", kind="function")))
    a, b = random.sample(range(9), 2)
    found = shortest_paths(flow_of(folded), {a}, {b}, most=10_000)
    expected = {tuple(path) for path in nx.all_simple_paths(graph, a, b)}
    assert set(found.paths) == expected
    assert len(found.paths) == len(expected)
    assert [len(path) for path in found.paths] == sorted(map(len, expected))


def test_paths_turn_round_where_only_the_way_back_exists():
    folded = quiet_example(QUADRATIC, "function")
    there = paths_between(folded, "x", folded.graph.output_ids[0])
    back = paths_between(folded, folded.graph.output_ids[0], "x")
    assert (there.is_reversed, back.is_reversed) == (False, True)
    assert back.path_set == there.path_set


def test_there_are_no_paths_between_a_group_and_its_contents():
    folded = quiet_example(MNIST, "forward")
    assert paths_between(folded, "mnist_mlp/", "mnist_mlp/dense/") is None


def test_a_search_for_paths_ends_when_very_many_lead_nowhere():
    layers = [[f"l{depth}_{i}" for i in range(8)] for depth in range(30)]
    ops = [Op("a", "NoOp"), *(Op(name, "NoOp") for layer in layers for name in layer), Op("b", "NoOp")]
    controls = [
        (a, b) for before, layer in zip([["a"], *layers], [*layers, ["b"]], strict=True) for a in before for b in layer
    ]
    controls += [(b, a) for a, b in controls]
    folded = fold_nothing(build_graph(ops, controls, GraphFacts(name="g", kind="function")))
    begun = time.monotonic()
    found = paths_between(folded, "a", "b")
    assert time.monotonic() - begun < 4
    assert len(found.path_set.paths) == 100
    assert not found.path_set.complete


def test_a_search_for_paths_ends_in_a_maze_with_few_exits():
    maze = [f"m{number}" for number in range(14)]
    ops = [Op(name, "NoOp") for name in ("a", "gate", *maze, "b")]
    controls = [("a", "gate"), ("gate", "b"), *((m, other) for m in maze for other in maze if m != other)]
    controls += [pair for m in maze for pair in (("gate", m), (m, "gate"))]
    folded = fold_nothing(build_graph(ops, controls, GraphFacts(name="g", kind="function")))
    nodes = flow_of(folded).node_of
    found = shortest_paths(flow_of(folded), {nodes["a"]}, {nodes["b"]}, most_s=0.1)
    assert [[ops[node].id for node in path] for path in found.paths] == [["a", "gate", "b"]]
    assert not found.complete


def test_marks_say_of_a_closed_group_how_many_of_its_ops_are_traced(train_step):
    trace = reach(train_step, train_step.graph.output_ids[0], up=True, down=False)
    boxes, links = lineage_marks(train_step, trace, view(train_step, frozenset()))
    by_id = {mark[0]: mark for mark in boxes}
    inside = [op_id for op_id, path in train_step.paths.items() if path[:1] == ("mnist_mlp/",)]
    assert by_id["mnist_mlp/"][1:] == (UP, len(of_side(trace, UP) & set(inside)), len(inside))
    assert all(by_id[link.src][1] and by_id[link.dst][1] for link, _ in links)
    assert not any(box == "adam/" for box, *_ in boxes)


def test_marks_of_links_are_what_was_walked():
    folded = quiet_example(QUADRATIC, "function")
    trace = reach(folded, "y", up=True, down=True)
    _, links = lineage_marks(folded, trace, view(folded, frozenset()))
    oracle = wired(folded)
    assert {(link.src, link.dst) for link, _ in links} == {
        edge for edge in oracle.edges if edge[0] == "y" or edge[0] in nx.descendants(oracle, "y")
    }
    assert {side for _, side in links} == {DOWN}


def test_marks_of_a_focus_are_on_its_stubs_too():
    folded = quiet_example(MNIST, "forward")
    trace = reach(folded, "image", up=False, down=True)
    shown = view(folded, frozenset({"mnist_mlp/"}), focus="mnist_mlp/")
    boxes, links = lineage_marks(folded, trace, shown)
    sides = {box: side for box, side, *_ in boxes}
    assert (sides["→ image"], sides["Identity →"]) == (START, DOWN)
    assert sum(link.src == "→ image" for link, _ in links) == 1


def test_what_has_a_variable_written_in_it_keeps_the_old_value_apart():
    variable = Variable("v", (), "float32", True, 1)
    ops = [
        Op("v", "Placeholder", (), (), (Tensor("resource", ()),), variable=variable),
        Op("read", "ReadVariableOp", (), (("v", 0),), (FLOAT,)),
        Op("sin", "Sin", (), (("read", 0),), (FLOAT,)),
        Op("assign", "AssignVariableOp", (), (("v", 0), ("sin", 0)), ()),
        Op("again", "ReadVariableOp", (), (("v", 0),), (FLOAT,)),
        Op("cos", "Cos", (), (("again", 0),), (FLOAT,)),
    ]
    graph = build_graph(ops, [("assign", "again")], GraphFacts(name="g", kind="function", outputs=("cos",)))
    folded = fold_quiet(graph)
    assert of_side(reach(folded, "cos", up=True, down=False), UP) == {"v", "assign", "sin"}
    assert of_side(reach(folded, "sin", up=False, down=True), DOWN) == {"assign", "v", "cos"}
    assert of_side(reach(folded, "sin", up=True, down=False), UP) == {"v"}


def test_a_graph_of_30_000_ops_answers_at_once():
    folded = fold_quiet(scoped_graph(30_000))
    lineage_marks(folded, reach(folded, "x", up=True, down=False), view(folded, frozenset()))  # kept
    ops = list(folded.paths)
    begun = time.thread_time()
    trace = reach(folded, ops[len(ops) // 2], up=True, down=True)
    lineage_marks(folded, trace, view(folded, frozenset()))
    assert time.thread_time() - begun < 0.5
    assert trace.sides

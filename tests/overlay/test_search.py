"""Finding ops and groups by words, in the packaged network's train step."""

from __future__ import annotations

import pytest

from graphlab.graph import Graph, GraphFacts, Op, Tensor, build_graph
from graphlab.overlay.query import FIELDS, QueryError, field_hint, parse_query
from graphlab.overlay.search import search
from graphlab.view import fold_quiet, open_to_depth, view
from tests.support.example_graphs import MNIST, example_graph
from tests.support.overlays import found_counts


@pytest.fixture(scope="module")
def graph() -> Graph:
    return example_graph(MNIST, "train_step")


def found(graph: Graph, words: str) -> list[tuple[str, str]]:
    return [(match.title, match.subtitle) for match in search(graph, words)]


def test_model_layer_comes_before_its_namesakes_and_its_ops_when_layer_is_named(graph: Graph) -> None:
    assert found(graph, "dense_1")[:5] == [
        ("dense_1", "Dense in mnist_mlp"),
        ("dense_1", "scope in adam"),
        ("dense_1", "Dense in gradients/mnist_mlp"),
        ("MatMul", "mnist_mlp/dense_1"),
        ("BiasAdd", "mnist_mlp/dense_1"),
    ]


def test_forward_ops_come_first_when_type_is_named(graph: Graph) -> None:
    assert found(graph, "matmul")[:4] == [
        ("MatMul", "mnist_mlp/dense"),
        ("MatMul", "mnist_mlp/dense_1"),
        ("MatMul", "mnist_mlp/dense_2"),
        ("MatMul", "gradients/mnist_mlp/dense"),
    ]


def test_every_word_counts_when_several_are_given(graph: Graph) -> None:
    assert found(graph, "kernel dense_2")[0] == ("kernel", "mnist_mlp/dense_2")
    assert found(graph, "Kernel nowhere") == []


def test_nothing_is_found_when_there_are_no_words(graph: Graph) -> None:
    assert found(graph, "  ") == []


@pytest.fixture(scope="module")
def forward() -> Graph:
    return example_graph(MNIST, "forward")


def ids(graph: Graph, words: str) -> list[str]:
    return [match.target for match in search(graph, words)]


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        ("type:matmul shape:[?,128]", ["mnist_mlp_1/dense_1_2/MatMul"]),
        ("type:MatMul float32[?,10]", ["mnist_mlp_1/dense_2_1/MatMul"]),
        ("type:matmul shape:*,256", ["mnist_mlp_1/dense_1/MatMul"]),
        ("type:reshape shape:[?,..]", ["mnist_mlp_1/reshape_1/Reshape"]),
        ("dtype:resource variable:dense/k", ["mnist_mlp_1/dense_1/Cast/ReadVariableOp/resource"]),
        ("class:Activation type:Softmax", ["mnist_mlp_1/activation_2_1/Softmax"]),
        ("attr:transpose_b=false layer:dense_2", ["mnist_mlp_1/dense_2_1/MatMul"]),
        ("type:/^(soft|re)max$/", ["mnist_mlp_1/activation_2_1/Softmax"]),
        ("/dense_[2-9]/ type:/add$/", ["mnist_mlp_1/dense_2_1/BiasAdd"]),
        ("class:/^dense/ name:/dense_1.$/", ["mnist_mlp/dense_1/"]),
        ('"no such words" type:matmul', []),
        ("shape:[784]", []),
    ],
)
def test_keys_and_expressions_find_what_fits_all_of_them(forward: Graph, words: str, targets: list[str]) -> None:
    assert ids(forward, words) == targets


def test_every_operand_of_a_shape_is_found_by_numpy_rules(forward: Graph) -> None:
    wanted = [op.id for op in forward.ops() if any(tensor.shape == (None, 256) for tensor in op.outputs)]

    assert sorted(ids(forward, "[?,256]")) == sorted(wanted)


def test_a_line_is_found_by_its_number_alone(forward: Graph) -> None:
    lines = {op.source.line for op in forward.ops() if op.source}
    line = min(lines)

    assert {forward.op(found).source.line for found in ids(forward, f"line:{line}") if found in forward} == {line}
    assert ids(forward, f"line:mnist_mlp.py:{line}") == ids(forward, f"line:{line}")


def test_an_invalid_expression_is_reported(forward: Graph) -> None:
    with pytest.raises(QueryError, match=r"/\(/ is not a regular expression: missing"):
        search(forward, "/(/")


def test_an_expression_that_would_never_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphlab.overlay.query.MATCH_S", 0.1)
    op = Op("a" * 5_000 + "!", "Relu", outputs=(Tensor("float32", ()),))
    graph = build_graph([op], [], GraphFacts(kind="function"))

    with pytest.raises(QueryError, match="takes too long"):
        search(graph, "/(a|a|aa)+$/")


def test_a_search_that_takes_long_in_all_is_given_up(forward: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphlab.overlay.search.MOST_S", -1.0)

    with pytest.raises(QueryError, match="takes too long"):
        search(forward, "relu")


def test_a_query_that_is_not_finished_finds_what_its_beginning_finds(forward: Graph) -> None:
    assert ids(forward, "matmul dtype:") == ids(forward, "matmul")
    assert ids(forward, 'matmul "dense') == ids(forward, "matmul dense")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("type:", "After type: enter the beginning of an op type, such as type:MatMul."),
        ("Shape:", "After Shape: enter a shape, such as shape:[?,784]."),
        (
            "foo:bar",
            "There is no field foo: in a search; the fields are name:, type:, layer:, class:, dtype:, shape:, attr:, "
            "line:, variable:.",
        ),
        ("dense", ""),
        ("nowhere dtype:", ""),
        ("line:model.py:12", ""),
        ("/a:b/", ""),
        ("", ""),
    ],
)
def test_a_field_without_a_value_or_that_is_unknown_is_explained(words: str, hint: str) -> None:
    assert field_hint(words) == hint


def test_every_field_is_explained_by_a_search_for_it() -> None:
    examples = {field: text.rpartition("such as ")[2] for field, text in FIELDS.items()}

    assert {field: parse_query(example)[0].key for field, example in examples.items()} == {f: f for f in FIELDS}


def test_marks_show_where_in_the_view_the_matches_are(forward: Graph) -> None:
    folded = fold_quiet(forward)
    found = search(forward, "type:matmul")

    assert found_counts(folded, found, frozenset()) == {"mnist_mlp/": 3}
    assert found_counts(folded, found, frozenset({"mnist_mlp/", "mnist_mlp/dense/"})) == {
        "mnist_mlp_1/dense_1/MatMul": 1,
        "mnist_mlp/dense_1/": 1,
        "mnist_mlp/dense_2/": 1,
    }


@pytest.mark.parametrize("words", ["dense", "type:matmul", "kernel", "mnist", "ReadVariableOp"])
def test_marks_are_those_of_a_walk_over_all_that_was_found(forward: Graph, words: str) -> None:
    folded = fold_quiet(forward)
    found = search(forward, words)
    for depth in range(4):
        opened = open_to_depth(folded, depth)
        shown = view(folded, opened)
        boxes = {box.id: set(box.folded) | {box.id} for box in shown.boxes}
        inside = {box: [op for op, path in folded.paths.items() if box in path] for box in boxes}
        hidden = {
            box: ops.union(*((op, *folded.absorbed.get(op, ())) for op in inside[box])) for box, ops in boxes.items()
        }
        targets = {match.target for match in found}
        expected = {box: len(targets & (ops - folded.groups.keys())) for box, ops in hidden.items()}
        expected |= {frame.id: 0 for frame in shown.frames}
        assert found_counts(folded, found, opened) == {
            box: count for box, count in expected.items() if count or box in targets
        }

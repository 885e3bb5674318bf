"""Lineage queries from an address, and their answers in words."""

from __future__ import annotations

import pytest

from graphlab.errors import GraphlabError
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from graphlab.overlay import lineage_query as tracing
from graphlab.overlay.lineage_query import answer, opened_around, parse_lineage_query
from graphlab.overlay.lineage_words import chip, note, sentence, sentence_of
from graphlab.view import fold_nothing
from tests.support.example_graphs import MNIST, quiet_example

KERNEL = "mnist_mlp_1/dense_1/Cast/ReadVariableOp/resource"
FLOAT = Tensor("float32", ())


@pytest.fixture(scope="module")
def train_step():
    return quiet_example(MNIST, "train_step")


def made(**inputs):
    """A graph of ops with these inputs."""
    ops = [Op(name, "AddN", (), tuple((source, 0) for source in sources), (FLOAT,)) for name, sources in inputs.items()]
    return build_graph(ops, [], GraphFacts(name="g", kind="function"))


def said(folded, question):
    return sentence(folded, answer(folded, question))


@pytest.mark.parametrize("text", ["x" * 60_000, "up:" + "x" * 60_000, "paths:" + ".." * 5_000])
def test_a_question_of_any_length_is_answered_by_a_sentence(train_step, text):
    with pytest.raises(GraphlabError) as raised:
        answer(train_step, text)
    said = sentence_of(raised.value)
    assert said.endswith(".")
    assert len(said) < 1_500


@pytest.mark.parametrize("text", ["up:image", "down12:mnist_mlp/", "both:label", "from:image", "paths3:image..label"])
def test_a_question_is_written_as_it_was_read(train_step, text):
    assert str(parse_lineage_query(train_step, text)) == text


def test_a_query_for_a_folded_op_uses_the_op_that_represents_it(train_step):
    read = "mnist_mlp_1/dense_1/Cast/ReadVariableOp"
    assert parse_lineage_query(train_step, f"up:{read}").box == KERNEL


def test_paths_between_ops_with_dots_in_their_names():
    graph = fold_nothing(made(**{"a..b": [], "c": ["a..b"]}))
    question = parse_lineage_query(graph, "paths:a..b..c")
    assert (question.box, question.other) == ("a..b", "c")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("up:nowhere", "this graph has no 'nowhere'"),
        ("sideways:image", "'sideways:image' does not name a lineage"),
        ("paths:image", "use paths:BOX..BOX"),
        ("paths:image..nowhere", "this graph has no 'nowhere'"),
        ("up99999999999999:image", "does not name a lineage"),
        ("up:", "does not name a lineage"),
    ],
)
def test_an_invalid_query_is_refused_with_the_reason(train_step, text, words):
    with pytest.raises(GraphlabError, match=words):
        answer(train_step, text)


def test_what_a_kernel_reaches_is_counted(train_step):
    found = answer(train_step, f"down:{KERNEL}")
    assert sentence(train_step, found) == (
        "kernel reaches 139 ops in 18 groups: the loss, 2 outputs and 20 updated variables."
    )
    assert chip(train_step, found) == "Downstream of kernel · 139 ops"
    assert note(found) == "Reads in the next step, after these variables are updated, are not included."


def test_what_a_variable_depends_on_is_what_its_new_value_does(train_step):
    assert said(train_step, f"up:{KERNEL}").startswith("The new value of kernel depends on ")
    assert said(train_step, "up:adam/Cast/ReadVariableOp/resource") == (
        "Nothing flows into learning_rate: it depends on no other op."
    )


def test_a_depth_is_reported_with_the_greatest_depth(train_step):
    found = answer(train_step, f"down2:{KERNEL}")
    assert sentence(train_step, found) == "Within 2 steps of 20, kernel reaches 2 ops in 1 group."
    assert chip(train_step, found) == "Downstream of kernel · 2 steps · 2 ops"
    assert answer(train_step, f"down99:{KERNEL}").lineage.depth is None


def test_paths_are_reported_by_number_and_direction(train_step):
    assert said(train_step, f"paths:{KERNEL}..Identity") == "3 paths lead from kernel to accuracy."
    assert said(train_step, f"paths:Identity..{KERNEL}") == (
        "No path leads from accuracy to kernel; 3 paths lead from kernel to accuracy."
    )
    found = answer(train_step, f"paths9:Identity..{KERNEL}")
    assert chip(train_step, found) == "kernel → accuracy · path 3 of 3"


def test_missing_paths_are_reported_with_the_reason(train_step):
    assert said(train_step, "paths:image..label") == (
        "There is no path between image and label: neither depends on the other."
    )
    assert (
        said(train_step, "paths:image..image") == "Paths lead from one box to another: select a box other than image."
    )
    assert said(train_step, f"paths:mnist_mlp/..{KERNEL}") == (
        "One of mnist_mlp and kernel contains the other: select two separate boxes."
    )


def test_only_the_shortest_of_very_many_paths_are_reported():
    steps = {f"a{i}": [f"a{i - 1}", f"b{i - 1}"] for i in range(1, 12)}
    beside = {f"b{i}": [f"a{i - 1}", f"b{i - 1}"] for i in range(1, 12)}
    pairs = {name: sources for pair in zip(steps.items(), beside.items(), strict=True) for name, sources in pair}
    folded = fold_nothing(made(a0=[], b0=["a0"], **pairs))
    found = answer(folded, "paths:a0..a11")
    assert sentence(folded, found) == "These are the 100 shortest paths from a0 to a11; there are more."
    assert chip(folded, found) == "a0 → a11 · path 1 of 100 or more"


def test_groups_around_a_trace_open_from_outside_while_there_is_room(train_step, monkeypatch):
    found = answer(train_step, f"paths:{KERNEL}..Identity")
    before = {"adam/"}
    assert opened_around(train_step, found, before) == {
        *("adam/", "metrics/", "metrics/accuracy/"),
        *("mnist_mlp/", "mnist_mlp/dense/", "mnist_mlp/dense_1/", "mnist_mlp/dense_2/"),
    }
    assert before == {"adam/"}
    monkeypatch.setattr(tracing, "MOST_OPENED", 30)
    assert opened_around(train_step, found, frozenset()) == {"metrics/", "mnist_mlp/"}


def test_only_groups_in_the_picture_are_opened_around_the_lineage(train_step):
    found = answer(train_step, "down:image")
    focus = frozenset({"mnist_mlp/"})
    assert opened_around(train_step, found, focus, "mnist_mlp/") == {
        *("mnist_mlp/", "mnist_mlp/dense/", "mnist_mlp/dense_1/", "mnist_mlp/dense_2/")
    }


def test_the_last_answers_are_kept(train_step):
    first = answer(train_step, "both:image")
    assert answer(train_step, "both:image") is first
    for box in ("label", "mnist_mlp/", KERNEL, "Identity"):
        answer(train_step, f"both:{box}")
    assert answer(train_step, "both:image") is not first

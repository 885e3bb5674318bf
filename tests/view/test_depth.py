from graphlab.graph import Graph, GraphFacts, Group, Op, build_graph
from graphlab.view import Folded, boxes_within, fold_nothing, open_to_depth, spelled_out
from tests.support.words_of_views import GROUPS, SPELLED


def nested() -> Folded:
    groups = {group: Group(group, group.split("/")[-2], "scope", "/".join(group.split("/")[:-2])) for group in GROUPS}
    paths = {group: tuple(outer for outer in GROUPS if group.startswith(outer)) for group in GROUPS}
    ops = [Op(f"{group}op", "NoOp", paths[group]) for group in GROUPS]
    graph: Graph = build_graph(ops, [], GraphFacts(kind="function", groups=groups))
    return fold_nothing(graph)


def test_words_open_what_they_say_and_the_innermost_counts() -> None:
    folded = nested()
    assert {words: " ".join(sorted(spelled_out(folded, words.split()))) for words in SPELLED} == SPELLED


def test_depths_of_the_page_are_spelled_out_as_opened() -> None:
    folded = nested()
    for depth in range(4):
        assert spelled_out(folded, [f"*{depth}"]) == open_to_depth(folded, depth)


def test_boxes_within_a_group_are_counted_by_levels() -> None:
    within = boxes_within(nested())
    assert within == {"a/": (3, 4, 4), "a/b/": (2, 2), "a/b/c/": (1,), "a/d/": (1,), "e/": (2, 2), "e/f/": (1,)}

"""Which groups of code a view shows."""

from __future__ import annotations

from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.view import fold_quiet, view

FLOATS = Tensor("float32", (None, 4))


def nested(*counts):
    """A layer with a code group for each count, which holds that many ops."""
    groups = [Group("net/", "net", "layer")]
    ops = []
    for place, count in enumerate(counts):
        groups.append(Group(f"net/f{place}/", f"f{place}", "code"))
        ops += [Op(f"net/f{place}/{n}", "Exp", ("net/", f"net/f{place}/"), outputs=(FLOATS,)) for n in range(count)]
    graph = build_graph(ops, [], GraphFacts(name="g", kind="function", groups={group.id: group for group in groups}))
    return fold_quiet(graph)


def test_code_groups_dissolve_where_there_is_room_for_all():
    assert set(nested(10, 12).groups) == {"net/"}


def test_the_smallest_code_groups_dissolve_where_there_is_no_room_for_all():
    folded = nested(3, 30, 2)

    assert set(folded.groups) == {"net/", "net/f1/"}
    assert [box.title for box in view(folded, frozenset({"net/"})).boxes] == ["Exp"] * 3 + ["f1"] + ["Exp"] * 2


def test_the_only_code_group_dissolves_however_full():
    assert set(nested(30).groups) == {"net/"}

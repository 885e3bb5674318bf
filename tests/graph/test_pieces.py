"""Inferred groups are divided so that none of them closes a cycle that the graph does not have."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest

from graphlab.graph.pieces import cycles_of, divide, in_order, paths_by_op, tangle


def chain(*names):
    return list(pairwise(names))


def test_a_group_that_no_path_leaves_and_enters_again_stays_whole():
    paths = {"x": (), "a": ("g/",), "b": ("g/",), "y": ()}

    found = divide(paths, chain("x", "a", "b", "y"), {"g/"})

    assert found == {"x": (), "a": (("g/", 1, 1),), "b": (("g/", 1, 1),), "y": ()}


def test_calls_of_a_helper_become_one_piece_each_in_the_order_of_data():
    paths = {f"{op}{call}": ("step/",) if op in "ab" else () for call in range(3) for op in "abt"}
    edges = chain(*(f"{op}{call}" for call in range(3) for op in "abt"))

    found = divide(dict(reversed(paths.items())), edges, {"step/"})

    assert dict(sorted(found.items())) == {
        "a0": (("step/", 1, 3),),
        "a1": (("step/", 2, 3),),
        "a2": (("step/", 3, 3),),
        "b0": (("step/", 1, 3),),
        "b1": (("step/", 2, 3),),
        "b2": (("step/", 3, 3),),
        "t0": (),
        "t1": (),
        "t2": (),
    }


def test_a_piece_of_one_is_left_out():
    paths = {"a": ("g/",), "t": (), "b": ("g/",), "c": ("g/",)}

    found = divide(paths, chain("a", "t", "b", "c"), {"g/"})

    assert found == {"a": (), "t": (), "b": (("g/", 0, 2),), "c": (("g/", 0, 2),)}


def test_of_two_groups_that_feed_each_other_the_first_stays_whole():
    paths = {"a1": ("a/",), "b1": ("b/",), "b2": ("b/",), "a2": ("a/",)}

    found = divide(paths, [("a1", "b1"), ("b2", "a2")], {"a/", "b/"})

    assert found == {"a1": (("a/", 1, 1),), "a2": (("a/", 1, 1),), "b1": (), "b2": ()}


def test_a_group_inside_a_divided_one_is_two_groups():
    paths = {
        "a": ("f/", "f/g/"), "b": ("f/", "f/g/"), "c": ("f/",), "t": (),
        "d": ("f/", "f/g/"), "e": ("f/", "f/g/"), "h": ("f/",),
    }  # fmt: skip

    found = divide(paths, chain("a", "b", "c", "t", "d", "e", "h"), {"f/", "f/g/"})
    taken = []
    ids = paths_by_op(found, lambda around, inside: taken.append((around, inside[-1])) or f"{len(taken)}/")

    assert found["a"] == found["b"] == (("f/", 1, 2), ("f/g/", 1, 1))
    assert found["d"] == found["e"] == (("f/", 2, 2), ("f/g/", 1, 1))
    assert taken == [
        ((), ("f/", 1, 2)),
        (("1/",), ("f/g/", 1, 1)),
        ((), ("f/", 2, 2)),
        (("3/",), ("f/g/", 1, 1)),
    ]
    assert ids["a"] == ("1/", "2/")
    assert ids["h"] == ("3/",)


def test_a_group_of_somebody_stays_whatever_leaves_it_and_takes_what_it_tangles_out_of_inferred_ones():
    paths = {"a1": ("user/",), "b": ("g/",), "a2": ("user/",), "c": ("g/",), "d": ("g/",)}

    found = divide(paths, chain("a1", "b", "a2", "c", "d"), {"g/"})

    assert found == {
        "a1": (("user/", 1, 1),),
        "b": (),
        "a2": (("user/", 1, 1),),
        "c": (("g/", 1, 1),),
        "d": (("g/", 1, 1),),
    }


def test_a_path_through_the_outside_of_the_scope_around_divides_a_group():
    paths = dict.fromkeys("abcd", ("user/", "user/g/")) | {"out": ()}

    found = divide(paths, chain("a", "b", "out", "c", "d"), {"user/g/"})

    assert {op: pieces[1:] for op, pieces in found.items()} == {
        "a": (("user/g/", 1, 2),),
        "b": (("user/g/", 1, 2),),
        "c": (("user/g/", 2, 2),),
        "d": (("user/g/", 2, 2),),
        "out": (),
    }


def test_groups_of_a_tangle_that_would_take_too_long_are_left_out(monkeypatch):
    groups = ("a/", "b/", "c/")
    paths = {f"{group[0]}{turn}{op}": (group,) for turn in range(4) for group in groups for op in "xy"}
    whole = divide(paths, chain(*paths), set(groups))
    monkeypatch.setattr(tangle, "MOST_STEPS", len(paths) - 4)  # what the first group spans

    found = divide(paths, chain(*paths), set(groups))

    assert {op: pieces for op, pieces in found.items() if op[0] == "a"} == {
        f"a{turn}{op}": (("a/", turn + 1, 4),) for turn in range(4) for op in "xy"
    }
    assert {pieces for op, pieces in found.items() if op[0] != "a"} == {()}
    assert whole["c3y"] == (("c/", 4, 4),)


def test_a_group_of_a_tangle_costs_what_it_spans(monkeypatch):
    monkeypatch.setattr(tangle, "MOST_STEPS", 20_000)  # all groups of this tangle together span some 9,000 ops
    paths = {}
    for turn in range(500):  # each group waits for a part of the next one, so that all are one tangle
        paths |= {f"{turn}a": (f"{turn}/",), f"{turn}b": (f"{turn}/",), f"{turn}t": ()}
        paths |= {f"{turn - 1}{op}": (f"{turn - 1}/",) for op in "cd" if turn}

    found = divide(paths, chain(*paths), {path[0] for path in paths.values() if path})

    assert found["0a"] == (("0/", 1, 2),)
    assert found["498d"] == (("498/", 2, 2),)
    assert found["499b"] == (("499/", 1, 1),)


def test_an_order_stays_close_to_the_given_one():
    after = {"d": [], "c": ["a"], "b": [], "a": []}

    assert in_order(after, after) == ["d", "c", "b", "a"]
    assert in_order("abcd", after) == ["b", "c", "a", "d"]


def test_cycles_are_found_whole():
    after = {"a": ["b"], "b": ["c"], "c": ["b", "d"], "d": ["e"], "e": ["d", "f"], "f": []}

    assert sorted(map(sorted, cycles_of(after, after))) == [["b", "c"], ["d", "e"]]


def random_case(seed):
    """A random acyclic graph with random groups, made and inferred, in each other."""
    rng = random.Random(seed)
    count = rng.randint(4, 40)
    edges = [
        (f"o{tail}", f"o{head}")
        for head in range(1, count)
        for tail in rng.sample(range(max(0, head - 6), head), k=min(head, rng.randint(0, 2)))
    ]
    groups = [""]
    for number in range(rng.randint(1, 7)):
        groups.append(f"{rng.choice(groups)}{rng.choice('iiu')}{number}/")
    home = {f"o{place}": rng.choice(groups) for place in range(count)}
    for place in range(1, count):  # what follows often stands in the same group
        if rng.random() < 0.6:
            home[f"o{place}"] = home[f"o{place - 1}"]
    ends = {group: [at + 1 for at, letter in enumerate(group) if letter == "/"] for group in groups}
    paths = {op: tuple(group[:end] for end in ends[group]) for op, group in home.items()}
    inferred = {group for group in groups if group and group.split("/")[-2].startswith("i")}
    return paths, edges, inferred


def view_edges(paths, edges, opened):
    """The boxes that each edge joins while these groups are open."""
    box = {op: next((group for group in path if group not in opened), op) for op, path in paths.items()}
    return [(box[tail], box[head]) for tail, head in edges if box[tail] != box[head]]


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_no_box_of_an_inferred_group_is_on_a_cycle_in_any_view(start):
    divided = 0
    for seed in range(start, start + 100):
        paths, edges, inferred = random_case(seed)
        found = divide(paths, edges, inferred)
        pieces_of = {}

        def name(around, inside, pieces_of=pieces_of):
            group = f"{len(pieces_of)}/{inside[-1][0]}"
            pieces_of[group] = inside[-1][0]
            return group

        now = paths_by_op(found, name)
        divided += any(count > 1 for pieces in found.values() for _, _, count in pieces)
        for op, path in paths.items():
            made = [group for group in path if group not in inferred]
            assert [pieces_of[group] for group in now[op] if pieces_of[group] not in inferred] == made
            assert len(set(now[op])) == len(now[op])
        rng = random.Random(seed)
        for _ in range(12):
            opened = {group for group in pieces_of if rng.random() < 0.5}
            shown = nx.DiGraph(view_edges(now, edges, opened))
            for cycle in nx.strongly_connected_components(shown):
                assert len(cycle) == 1 or all(pieces_of.get(box, "") not in inferred for box in cycle), seed
    assert divided > 20

"""Unused names and ids."""

from __future__ import annotations

from graphlab.graph.free_names import Names, free_id, free_name


def test_a_name_is_numbered_where_it_is_taken():
    assert free_name("loss", {"x"}) == "loss"
    assert free_name("loss", {"loss", "loss (2)"}) == "loss (3)"


def test_an_id_is_numbered_before_the_slash_of_a_group():
    assert free_id("dense", {"dense/"}) == "dense"
    assert free_id("dense", {"dense", "dense#2"}) == "dense#3"
    assert free_id("dense/", {"dense", "dense/"}) == "dense#2/"


def test_names_are_given_once_here_and_around():
    around = Names()
    names = Names(around)
    around.free("x")

    assert [names.free("x") for _ in range(3)] == ["x#2", "x#3", "x#4"]
    assert [names.free(wanted) for wanted in ("y/", "y", "", "/")] == ["y", "y#2", "unnamed", "unnamed#2"]
    assert "x" in names
    assert "y#2" not in around

"""Sizes that follow from the inputs: the same for all threads that ask, and bounded in any file."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from time import perf_counter

import pytest

from graphlab.explain.sizes.graph_sizes import Sizes
from graphlab.explain.sizes.terms import BATCH, LARGEST, MOST_NAMES, OF_DATA, Size, plus, times
from graphlab.explain.sizes.values import MOST_NUMBERS
from graphlab.graph import GraphFacts, Op, Tensor, build_graph

NUMBERS = Tensor("int32", (None,))


def graph_of(ops):
    return build_graph(ops, [], GraphFacts(name="g", kind="forward", inputs=(ops[0].id,), outputs=(ops[-1].id,)))


def number(op_id, value):
    return Op(op_id, "Const", outputs=(Tensor("int32", ()),), attrs={"value": value})


def chain(start, op_type, count, *more):
    """Ops that each read the one before twice."""
    before = [start, *(f"{op_type}{place}" for place in range(count))]
    return [
        Op(f"{op_type}{place}", op_type, inputs=((before[place], 0), (before[place], 0), *more), outputs=(NUMBERS,))
        for place in range(count)
    ]


def test_threads_that_ask_at_the_same_time_read_the_same_shapes():
    ops = [Op("x", "Placeholder", outputs=(Tensor("float32", (None, 3)),))]
    for place in range(3000):
        ops.append(Op(f"r{place}", "Relu", inputs=((ops[-1].id, 0),), outputs=(Tensor("float32", None),)))
    graph = graph_of(ops)
    ends = [(f"r{place}", 0) for place in range(2999, 0, -499)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            sizes = Sizes(graph)
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(sizes.shape, ends * 4))
            assert found == [(Size(Fraction(1), (BATCH,)), 3)] * len(found)
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("start", ["batch", "three"])
def test_sixty_squares_in_a_row_are_some_function_of_the_batch(start):
    given = [Op("x", "Placeholder", outputs=(Tensor("float32", (None,)),)), number("three", 3)]
    given.append(Op("batch", "Shape", inputs=(("x", 0),), outputs=(Tensor("int32", (1,)),)))
    sizes = Sizes(graph_of([*given, *chain(start, "Mul", 60)]))

    began = perf_counter()
    found = sizes.value(("Mul59", 0))

    assert perf_counter() - began < 1
    assert found == ((Size(None, (BATCH,)),) if start == "batch" else (OF_DATA,))
    assert sizes.value(("Mul2", 0)) == ((Size(Fraction(1), (BATCH,) * 8),) if start == "batch" else (3**8,))


def test_sixty_joins_in_a_row_are_unknown():
    given = [Op("x", "Placeholder", outputs=(Tensor("float32", (None,)),)), number("three", 3), number("axis", 0)]
    sizes = Sizes(graph_of([*given, *chain("three", "ConcatV2", 60, ("axis", 0)), *chain("three", "Pack", 60)]))

    began = perf_counter()
    found = [sizes.value((op_id, 0)) for op_id in ("ConcatV259", "Pack59")]

    assert perf_counter() - began < 1
    assert found == [None, None]
    assert sizes.value(("ConcatV25", 0)) == (3,) * MOST_NUMBERS


def test_products_and_sums_end_where_int64_does():
    half = Size(Fraction(1, 2), (BATCH,))

    assert times(2**31, 2**31) == 2**62
    assert times(2**32, 2**31) == plus(LARGEST - 1, 1) == OF_DATA
    assert times(Size(Fraction(2**40), (BATCH,)), 2**40) == Size(None, (BATCH,))
    assert times(half, 2) == Size(Fraction(1), (BATCH,))
    assert times(Size(Fraction(1), (BATCH,) * MOST_NAMES), half) == Size(None, (BATCH,))

"""What a number was computed from and what it reaches, on the boxes of a view."""

from __future__ import annotations

import pytest

from graphlab.overlay import LiftedOverlay, lift, visible_in_view
from graphlab.overlay.field import PartSizes, field_overlay
from graphlab.view import fold_quiet, view
from tests.support.example_graphs import MNIST, example_graph

MODEL, DENSE, SECOND = "mnist_mlp/", "mnist_mlp/dense/", "mnist_mlp/dense_1/"


@pytest.mark.parametrize(
    ("sizes", "shape", "text", "words"),
    [
        ((1, 5, 5, 16), (1, 28, 28, 16), "5×5×16", "400 of these 12,544 numbers"),
        ((1, 1), (1, 10), "1", "1 of these 10 numbers"),
        ((1, 1200), (1, 5000), "1,200", "1,200 of these 5,000 numbers"),
        ((1, 10), (1, 10), "all", "10 of these 10 numbers"),
        ((), (), "1", "this number"),
    ],
)
def test_a_part_is_a_few_characters(sizes: tuple[int, ...], shape: tuple[int, ...], text: str, words: str) -> None:
    part = PartSizes(sizes, shape)
    assert part.text == text
    assert part.words("from").endswith(words)


def lifted(opened: set[str]) -> LiftedOverlay:
    """The field of a number of the first layer's MatMul: the image and its kernel."""
    folded = fold_quiet(example_graph(MNIST, "forward"))
    [image] = folded.graph.input_ids
    product = next(op_id for op_id in folded.paths if op_id.endswith("dense_1/MatMul"))
    parts = {product: PartSizes((1, 1), (1, 256)), image: PartSizes((1, 28, 28), (1, 28, 28))}
    overlay = field_overlay(folded, parts, product, "from", "key")
    return lift(overlay, folded, visible_in_view(view(folded, frozenset(opened))))


def test_boxes_outside_of_the_field_are_pale_and_open_groups_have_no_badge() -> None:
    overlay = lifted({MODEL, DENSE})
    texts = {mark.box: mark.text for mark in overlay.marks}
    assert overlay.style.dims
    assert set(texts.values()) == {"all", "1", ""}
    assert [box for box, text in texts.items() if not text] == [MODEL, DENSE]
    assert SECOND not in texts


def test_a_closed_group_with_a_part_inside_is_marked() -> None:
    marks = {mark.box: mark for mark in lifted({MODEL}).marks}
    assert marks[DENSE].slots
    assert "contains numbers" in marks[DENSE].words
    assert SECOND not in marks

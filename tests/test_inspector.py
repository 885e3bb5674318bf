"""What the inspector says, as plain parts."""

from __future__ import annotations

import pytest

from graphlab.graph import Op, Tensor, build_graph
from graphlab.inspector import Row, Section, inspect
from graphlab.view import fold_nothing


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([None, 3], "[?, 3]"),
        (["null", "nullable", 'a "null"', None], '["null", "nullable", "a \\"null\\"", ?]'),
        ("null", "null"),
        ("x" * 130, "x" * 130),
        (["x" * 130], '["' + "x" * 117 + "…"),
    ],
)
def test_an_attribute_is_written_as_people_read_it(value, shown):
    op = Op("a", "Relu", outputs=(Tensor("float32", ()),), attrs={"key": value})
    parts = inspect(fold_nothing(build_graph([op], [], groups={}, code={}, bodies=[])), "a")

    assert Section("Attributes", (Row("key", shown, mono=True),)) in parts

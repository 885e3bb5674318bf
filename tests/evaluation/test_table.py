"""Values as a table in the terminal."""

from __future__ import annotations

from graphlab.evaluation.table import ValueRow, table_of

SUMMARY = {"mean": 0.25, "minimum": -1.0, "maximum": 2.0, "not_finite": 0}
ROW: ValueRow = {
    "op": "model/encoder/dense/MatMul",
    "type": "MatMul",
    "layer": "model/encoder/dense",
    "tensor": "float32[32,128]",
    "runs": 1,
    "value": None,
    "summary": SUMMARY,
    "gradient": None,
    "gradient_summary": None,
    "problem": "",
    "is_cause": False,
}


def test_a_table_is_as_wide_as_its_cells_without_a_width():
    assert table_of([ROW], "").splitlines() == [
        "OP                          TYPE    TENSOR           VALUE",
        "model/encoder/dense/MatMul  MatMul  float32[32,128]  mean 0.25, -1 to 2",
    ]


def test_a_table_is_cut_to_the_width_of_the_terminal():
    lines = table_of([ROW], "", 60).splitlines()

    assert lines[1] == "…el/encoder/dense/MatMul  MatMul  float32[32,…  mean 0.25, …"
    assert max(map(len, lines)) <= 60


def test_columns_stay_readable_in_a_very_narrow_terminal():
    assert table_of([ROW], "", 10).splitlines()[1] == "…er/dense/MatMul  MatMul  float32…  mean 0.…"

"""The drawer's page of a tensor: the slice, averages of large ones, statistics, search, and NumPy's formats."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from graphlab.errors import GraphlabError
from graphlab.evaluation.tensors import (
    find_numbers,
    npy_bytes,
    numpy_text,
    tensor_page,
    tensor_request,
    tensor_statistics,
)

IMAGE = ("batch", "height", "width", "channel")


def page(array, axes=(), **body):
    names = axes or ("",) * array.ndim
    return tensor_page(array, names, tensor_request(body, array.shape, names))


def test_the_last_two_axes_are_shown_at_first():
    array = np.arange(24, dtype="float32").reshape(2, 3, 4)

    shown = page(array, at=[1, 0, 0])

    assert (shown.row_axis, shown.column_axis, shown.rows, shown.columns) == (1, 2, 3, 4)
    assert shown.cells == tuple(map(tuple, array[1].tolist()))
    assert shown.own == (12.0, 23.0)
    assert shown.statistics is None


def test_height_and_width_are_shown_where_they_are_known():
    array = np.zeros((1, 5, 6, 3))

    shown = page(array, IMAGE)

    assert (shown.row_axis, shown.column_axis, shown.rows, shown.columns) == (1, 2, 5, 6)


@pytest.mark.parametrize(("rows", "columns"), [(0, 2), (2, 0), (1, 0), (-1, 1), (2, -1)])
def test_any_two_axes_can_be_shown(rows, columns):
    array = np.arange(24).reshape(2, 3, 4)

    shown = page(array, row_axis=rows, column_axis=columns, at=[1, 1, 1])

    where = tuple(slice(None) if axis in (rows, columns) else 1 for axis in range(3))
    part = array[where]
    want = part.T if rows > columns >= 0 else part.reshape(-1, 1) if columns < 0 else np.atleast_2d(part)
    assert np.array_equal(shown.cells, want)


def test_a_single_number_is_one_cell():
    assert page(np.array(2.5)).cells == ((2.5,),)


def test_a_window_is_cut_to_the_tensor():
    array = np.arange(12).reshape(3, 4)

    shown = page(array, top=1, left=2, height=10, width=10)

    assert (shown.top, shown.left, shown.height, shown.width) == (1, 2, 2, 2)
    assert shown.cells == ((6, 7), (10, 11))


def test_a_large_slice_is_averaged_and_never_sent_whole():
    array = np.arange(1_000_000, dtype="float32").reshape(1000, 1000)
    array[0, 0] = np.nan

    shown = page(array)

    cells = [cell for row in shown.cells for cell in row]
    assert len(cells) <= 16_384
    assert (shown.row_step, shown.column_step) == (8, 8)
    assert shown.cells[0][0] == "nan"
    assert shown.cells[1][1] == pytest.approx(float(array[8:16, 8:16].mean()))
    assert len(json.dumps(shown.to_json(), allow_nan=False)) < 400_000


@pytest.mark.parametrize("shape", [(1, 100_000), (100_000, 1), (700, 3), (300, 300)])
def test_no_page_has_more_cells_than_can_be_drawn(shape):
    shown = page(np.zeros(shape))

    assert sum(map(len, shown.cells)) <= 16_384


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"row_axis": 1, "column_axis": 1}, "cannot be shown"),
        ({"row_axis": 5, "column_axis": 1}, "cannot be shown: the tensor has 3 axes"),
        ({"at": [9, 0, 0]}, r"indices \[9, 0, 0\] are outside of a tensor of shape \[2, 3, 4\]"),
        ({"at": [0]}, "outside of a tensor"),
        ({"top": "x"}, "whole numbers"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(body, message):
    with pytest.raises(GraphlabError, match=message):
        page(np.zeros((2, 3, 4)), **body)


def test_statistics_leave_out_what_is_not_finite_and_count_it():
    array = np.array([0.0, 1.0, 3.0, np.nan, np.inf, -np.inf], dtype="float32")

    numbers = tensor_statistics(array)

    assert (numbers.size, numbers.nan, numbers.infinite, numbers.zeros) == (6, 1, 2, 1)
    assert (numbers.minimum, numbers.maximum) == (0.0, 3.0)
    assert numbers.mean == pytest.approx(4 / 3)
    assert (sum(numbers.counts), numbers.counted, len(numbers.counts)) == (3, 3, 40)


@pytest.mark.parametrize(
    "array",
    [
        np.full(5, np.nan),
        np.empty((0, 3)),
        np.full(3, 2.0),
        np.array([-1.7e308, 1.7e308]),
        np.array([True, False]),
        np.array([2**62, -(2**62)]),
        np.array(5),
    ],
    ids=str,
)
def test_every_tensor_of_numbers_has_a_page(array):
    shown = page(array, statistics=True)

    assert shown.statistics.size == array.size
    json.dumps(shown.to_json(), allow_nan=False)


def test_outliers_are_trimmed():
    array = np.concatenate([np.linspace(-1, 1, 1000), [1e6]])

    low, high = tensor_statistics(array).trimmed

    assert -1 <= low < -0.9
    assert 0.9 < high <= 1


def test_texts_are_cells_without_statistics():
    array = np.array([[b"a", "é".encode()]], dtype=object)

    shown = page(array, statistics=True)

    assert (shown.dtype, shown.cells, shown.own, shown.statistics) == ("string", (("a", "é"),), None, None)


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("0.25", ((0, 1), (1, 0))),
        ("0.2500", ((0, 1),)),
        ("−3", ((1, 1),)),
        ("> 0.25", ((1, 0),)),
        ("<=0.25", ((0, 1), (1, 1))),
        ("nan", ((0, 0),)),
        ("max", ((1, 0),)),
        ("MIN", ((1, 1),)),
        ("inf", ()),
    ],
)
def test_a_number_is_found_as_it_is_written(typed, positions):
    array = np.array([[np.nan, 0.25], [0.2541, -3.0]], dtype="float32")

    assert find_numbers(array, typed).positions == positions


def test_only_the_first_matches_are_listed():
    matches = find_numbers(np.zeros(1000), "0")

    assert (matches.count, len(matches.positions), matches.words) == (1000, 200, "equal to 0")


def test_a_match_that_is_not_equal_is_said():
    array = np.array([0.4565, 2.0], dtype="float32")

    assert find_numbers(array, "0.5").words == "numbers that round to 0.5"
    near = find_numbers(array, "7")
    assert (near.positions, near.words) == (((1,),), "nearest to 7, which is not there")
    assert find_numbers(np.array([np.nan]), "7").positions == ()


def test_a_vector_has_each_number_on_one_page():
    assert page(np.zeros((1, 784))).column_step == 1
    assert page(np.zeros((2, 784))).column_step == 2


def test_texts_are_searched():
    assert find_numbers(np.array([b"abc", b"xyz"], dtype=object), "bc").positions == ((0,),)


@pytest.mark.parametrize("typed", ["", "abc", "1e999", "> x", "0x10"])
def test_a_search_that_is_not_a_number_is_refused(typed):
    with pytest.raises(GraphlabError, match="is not a number"):
        find_numbers(np.zeros(3), typed)


ARRAYS = [
    np.array([[0.1, np.nan], [np.inf, -np.inf]], dtype="float32"),
    np.arange(3000).reshape(30, 100),
    np.array(1.5),
    np.array([True, False]),
    np.empty((0, 2), dtype="float32"),
    np.array([1e-30, 1e30, 1 / 3]),
    np.array([1 + 2j]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.dtype) + str(array.shape))
def test_numpy_code_builds_the_same_array(array):
    copy = eval(numpy_text(array), {"np": np})

    assert copy.dtype == array.dtype
    np.testing.assert_array_equal(copy, array)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.dtype) + str(array.shape))
def test_a_npy_file_has_the_same_array(array):
    copy = np.load(io.BytesIO(npy_bytes(array)), allow_pickle=False)

    assert copy.dtype == array.dtype
    np.testing.assert_array_equal(copy, array)


def test_texts_and_foreign_types_are_saved_without_python_objects():
    import ml_dtypes

    texts = np.load(io.BytesIO(npy_bytes(np.array([b"a", b"bcd"], dtype=object))), allow_pickle=False)
    brief = np.load(io.BytesIO(npy_bytes(np.array([1.5], dtype=ml_dtypes.bfloat16))), allow_pickle=False)

    assert texts.tolist() == [b"a", b"bcd"]
    assert (brief.dtype, brief.tolist()) == (np.dtype("float32"), [1.5])


def test_too_many_numbers_are_not_copied_as_text():
    with pytest.raises(GraphlabError, match=r"1,000,000 numbers are too many to copy .* save a .npy file"):
        numpy_text(np.zeros(1_000_000))


def test_the_statistics_of_a_large_tensor_are_those_of_numpy():
    array = np.random.default_rng(0).normal(3.0, 2.0, size=200_001).astype("float32")
    array[[5, 70_000]] = [np.nan, np.inf]
    finite = array[np.isfinite(array)].astype("float64")

    numbers = tensor_statistics(array)

    assert (numbers.nan, numbers.infinite, numbers.counted) == (1, 1, 199_999)
    want = (finite.mean(), finite.std(), finite.min(), finite.max())
    assert (numbers.mean, numbers.std, numbers.minimum, numbers.maximum) == pytest.approx(want, rel=1e-9)
    assert numbers.counts == tuple(np.histogram(finite, bins=40)[0])

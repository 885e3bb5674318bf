"""The fields of the page's form: what it offers for each input of a graph, and what is set at first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.evaluation.form.images import ImageRange, image_kind
from graphlab.evaluation.form.places import InputPlace
from graphlab.evaluation.form.rows import Row
from graphlab.evaluation.form.types import InputField, InputSetting, RowPreview, SettingKind, Widget
from graphlab.evaluation.result import Array
from graphlab.evaluation.settings import supply
from graphlab.json_value import JsonValue, finite
from graphlab.shared_constants import MOST_GRID_CELLS
from graphlab.sources.thumbnails import is_image, png_data_uri

USUAL_LENGTH = 3  # of a vector of unknown length
USUAL_SIZE = 4  # of any other unknown axis but the batch, of which there is one
USUAL_SIDE = 32  # of an image of unknown size
MOST_SUMMARY = 4  # numbers of a row that are written
SLIDER_END = 10.0
SLIDER_STEPS = 200
WIDGETS: Mapping[SettingKind, Widget] = {
    "number": "number",
    "grid": "grid",
    "text": "text",
    "row": "rows",
    "drawing": "image",
    "image": "image",
}


def fields_of(places: Sequence[InputPlace]) -> list[InputField]:
    """The field of each input of a graph, in order."""
    scalars = [place.name for place in places if place.tensor.shape == ()]
    return [_field(place, scalars.index(place.name) + 1 if place.name in scalars else 1) for place in places]


def _field(place: InputPlace, number: int) -> InputField:
    """`number` is the first value of a scalar: 1, 2, 3 for the first ones."""
    levels = _levels(place)
    ways = _ways(place)
    setting, problem = _first_setting(place, ways, number)
    try:
        words = supply(setting, place)[1]
    except SourceError:  # such as a resource, which nobody can set: the evaluation says so
        words = ""
    field = InputField(
        name=place.name,
        label=place.label,
        dtype=place.tensor.dtype,
        shape=place.tensor.shape,
        widget=WIDGETS.get(setting.kind, WIDGETS.get(ways[0], "random")),
        ways=ways,
        setting=setting,
        words=words,
        rows=tuple(_preview(row, place) for row in place.rows),
        darkest=levels.darkest,
        brightest=levels.brightest,
        sizes=_usual_sizes(place),
        problem=problem,
    )
    return _with_slider(field) if field.widget == "number" else field


def _ways(place: InputPlace) -> tuple[SettingKind, ...]:
    shape, dtype = place.tensor.shape, tf.as_dtype(place.tensor.dtype)
    image = image_kind(shape) if dtype.is_floating or dtype.is_integer else None
    ways: list[SettingKind] = ["row"] if place.rows else []
    if dtype == tf.string:
        return (*ways, "text")
    if shape == ():
        ways.append("number")
    elif image is not None:
        ways += ["drawing", "image"] if image.can_be_drawn else ["image"]
    elif _grid_sizes(shape) is not None:
        ways.append("grid")
    if place.example is not None and not {"number", "grid"} & {*ways}:
        ways.insert(0, "example")
    return (*ways, "random") if shape == () else (*ways, "npy", "random")


def _grid_sizes(shape: tuple[int | None, ...] | None) -> tuple[int, ...] | None:
    """The sizes that a grid has at first; None for tensors that are not a small vector or matrix."""
    if shape is None or len(shape) not in (1, 2):
        return None
    usual = (USUAL_LENGTH,) if len(shape) == 1 else (1, USUAL_LENGTH)
    sizes = tuple(first if size is None else size for size, first in zip(shape, usual, strict=True))
    return sizes if 0 < math.prod(sizes) <= MOST_GRID_CELLS else None


def _first_setting(place: InputPlace, ways: Sequence[SettingKind], number: int) -> tuple[InputSetting, str]:
    """The example of the source, else the first row of its data, else small or random numbers."""
    problem = ""
    if place.example is not None:
        try:
            return _of_example(place, ways), ""
        except SourceError as error:
            problem = f"example_inputs is not used: {error}"
    if "row" in ways:
        return InputSetting("row", row=place.rows[0].number), problem
    if "text" in ways:
        return InputSetting("text", "text"), problem
    if "number" in ways:
        return InputSetting("number", "true" if place.tensor.dtype == "bool" else str(number)), problem
    if "grid" in ways:
        sizes = _grid_sizes(place.tensor.shape)
        numbers = supply(InputSetting("random", sizes=sizes), place)[0].numpy()
        return InputSetting("grid", _texts(np.round(numbers, 2) if numbers.dtype.kind == "f" else numbers)), problem
    levels, sizes = _levels(place), _usual_sizes(place)
    is_open = place.tensor.shape is None or None in place.tensor.shape[1:]
    setting = InputSetting("random", darkest=levels.darkest, brightest=levels.brightest)
    return replace(setting, sizes=sizes if is_open else None), problem


def _usual_sizes(place: InputPlace) -> tuple[int, ...]:
    """The sizes of random numbers at first: 1 for an unknown batch, a few for other unknown axes."""
    shape = place.tensor.shape
    if shape is None:
        return (USUAL_SIZE,)
    usual = USUAL_SIZE if image_kind(shape) is None else USUAL_SIDE
    return tuple(size if size is not None else 1 if axis == 0 else usual for axis, size in enumerate(shape))


def _of_example(place: InputPlace, ways: Sequence[SettingKind]) -> InputSetting:
    """The example as something that can be edited where it is small; raises SourceError if it does not fit."""
    value = np.asarray(supply(InputSetting("example"), place)[0].numpy())
    if "number" in ways:
        return InputSetting("number", _text(value.item()))
    if "grid" in ways and value.size <= MOST_GRID_CELLS:
        return InputSetting("grid", _texts(value))
    if "text" in ways and value.size == 1:
        return InputSetting("text", value.astype(object).reshape(-1)[0].decode("utf-8", errors="replace"))
    return InputSetting("example")


def _texts(array: Array) -> JsonValue:
    """The numbers of a vector or matrix as they are written in a grid."""
    if array.ndim == 1:
        return [_text(number) for number in array.tolist()]
    return [[_text(number) for number in row] for row in array.tolist()]


def _text(number: object) -> str:
    if isinstance(number, bool):
        return "true" if number else "false"
    if isinstance(number, float):
        return f"{number:.6g}"
    return f"{number:.3g}" if isinstance(number, complex) else str(number)


def _levels(place: InputPlace) -> ImageRange:
    """Which numbers are black and white: as in the data, else from 0 to 1, or to 255 for whole numbers."""
    whole = not tf.as_dtype(place.tensor.dtype).is_floating
    values = [row.values[place.op_id] for row in place.rows]
    if image_kind(place.tensor.shape) is None or not values or values[0].dtype.kind not in "iuf":
        return ImageRange(0.0, 255.0 if whole else 1.0)
    least, most = min(float(value.min()) for value in values), max(float(value.max()) for value in values)
    if -1 <= least < 0 and most <= 1:
        return ImageRange(-1.0, 1.0)
    return ImageRange(0.0, 255.0 if whole or most > 1 else 1.0)


def _preview(row: Row, place: InputPlace) -> RowPreview:
    value = row.values[place.op_id]
    shape = place.tensor.shape
    single = value[0] if shape is not None and value.ndim == len(shape) and value.ndim > 0 else value
    if single.dtype.kind in "iufb" and is_image(single.shape):
        return RowPreview(row.number, png_data_uri(single), "", row.label)
    first = [_text(number) if single.dtype.kind != "O" else str(number) for number in single.reshape(-1)[:4].tolist()]
    more = ", …" if single.size > MOST_SUMMARY else ""
    return RowPreview(row.number, "", ", ".join(first) + more, row.label)


def _with_slider(field: InputField) -> InputField:
    """The field with a range around its value; without one for truth values and complex numbers."""
    dtype = tf.as_dtype(field.dtype)
    if dtype == tf.bool or dtype.is_complex:
        return field
    value = float(str(field.setting.value))
    if not math.isfinite(value):
        value = 0.0
    end = SLIDER_END
    while end < abs(value):
        end *= 10
    if not dtype.is_integer:
        end = min(end, float(dtype.max))
        return replace(field, minimum=-end, maximum=end, step=2 * end / SLIDER_STEPS)
    return replace(field, minimum=max(-end, float(dtype.min)), maximum=min(end, float(dtype.max)), step=1.0)


def form_json(fields: Sequence[InputField]) -> JsonValue:
    """The fields as JSON without numbers that JSON does not have."""
    return finite([field.to_json() for field in fields])

"""The tensors that a user's settings of the inputs of a graph become."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.evaluation.form.arrays import npy_array
from graphlab.evaluation.form.images import ImageKind, ImageRange, drawing_array, image_array, image_kind
from graphlab.evaluation.form.numbers import numpy_dtype, typed_grid, typed_number
from graphlab.evaluation.form.places import InputPlace
from graphlab.evaluation.form.types import InputSetting, SettingKind
from graphlab.evaluation.inputs import FROM_EXAMPLES, Argument, random_tensor, tensor_words, to_tensor
from graphlab.graph import Tensor
from graphlab.json_value import JsonValue

MOST_NUMBERS = 2**26  # of an input


def arguments_from(
    places: Sequence[InputPlace], settings: Mapping[str, JsonValue]
) -> tuple[list[Argument], dict[str, str]]:
    """The arguments of a graph in order, and for each input whose setting is wrong one sentence, by name.

    With a sentence there are no arguments to use. `settings` are InputSettings as JSON, by the inputs' names.
    """
    arguments, sentences = [], {}
    for place in places:
        try:
            if place.name not in settings:
                raise SourceError(f"{place.name} has no value; set one")
            value, words = supply(InputSetting.from_json(settings[place.name]), place)
            arguments.append(Argument(place.op_id, place.name, value, words))
        except SourceError as error:
            sentences[place.name] = str(error)
    return arguments, sentences


def unequal_batches(places: Sequence[InputPlace], arguments: Sequence[Argument]) -> dict[str, str]:
    """For each input whose number of rows is not that of the first one, a sentence, by name.

    Only inputs whose first size is unknown count: a model takes them as one batch.
    """
    rows = {
        place.name: int(argument.value.shape[0])
        for place, argument in zip(places, arguments, strict=True)
        if place.tensor.shape and place.tensor.shape[0] is None
    }
    first = next(iter(rows), "")
    return {
        name: f"{first} has {_rows(rows[first])}, {name} has {count}: give both the same number"
        for name, count in rows.items()
        if count != rows[first]
    }


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def supply(setting: InputSetting, place: InputPlace) -> tuple[tf.Tensor, str]:
    """The tensor of a setting, which fits the input, and in words where it is from. Raises SourceError."""
    if place.tensor.dtype in ("resource", "variant"):
        raise SourceError(f"{place.name} is a {place.tensor.dtype}, which cannot be set")
    value, words = SUPPLIERS[setting.kind](setting, place)
    if isinstance(value, tf.Tensor):
        return value, words
    if isinstance(value, np.ndarray) and value.size > MOST_NUMBERS:
        raise SourceError(f"{place.name} would have {value.size:,} numbers; the most is {MOST_NUMBERS:,}")
    return to_tensor(value, place.tensor, place.name), words


def _number(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    dtype = tf.as_dtype(place.tensor.dtype)
    number = typed_number(setting.value, dtype)
    return np.array(number, numpy_dtype(dtype)), str(setting.value)


def _grid(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    array = typed_grid(setting.value, tf.as_dtype(place.tensor.dtype))
    return array, "typed"


def _text(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    """One text, or a line for each entry of a vector of texts."""
    if not isinstance(setting.value, str):
        raise SourceError(f"{place.name} takes text; write it into the field")
    shape = place.tensor.shape
    if shape == ():
        return np.array(setting.value, object), "typed"
    lines = setting.value.split("\n")
    shape = (None,) if shape is None else shape
    fixed = math.prod(size for size in shape if size is not None)
    count, rest = divmod(len(lines), fixed) if fixed else (0, 1)
    if rest or (count != 1 and None not in shape):
        raise SourceError(f"{place.name} takes {fixed} texts, one on each line; there are {len(lines)}")
    first = shape.index(None) if None in shape else -1
    sizes = [count if axis == first else 1 if size is None else size for axis, size in enumerate(shape)]
    return np.array(lines, object).reshape(sizes), "typed"


def _row(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    row = next((row for row in place.rows if row.number == setting.row), None)
    if row is None:
        count = len(place.rows)
        raise SourceError(
            f"there is no row {setting.row} for {place.name}; the rows are 0 to {count - 1}"
            if count
            else f"the data has no rows for {place.name}; set it in another way"
        )
    what = "image" if image_kind(place.tensor.shape) else "row"
    return row.values[place.op_id], f"{row.part} {what} {row.number}{f' · label {row.label}' if row.label else ''}"


def _random(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    tensor = Tensor(place.tensor.dtype, chosen_sizes(setting, place))
    # Each input has numbers of its own, also where the seeds are equal.
    generator = np.random.default_rng([setting.seed, sum(place.op_id.encode())])
    value = random_tensor(tensor, place.name, generator)
    return value, f"random {tensor_words(value)}, seed {setting.seed}"


def chosen_sizes(setting: InputSetting, place: InputPlace) -> tuple[int, ...]:
    """The shape of a random input: known sizes, those in the setting, 1 for an unknown batch size.

    Raises SourceError for sizes that are missing or do not fit.
    """
    shape, sizes = place.tensor.shape, setting.sizes
    if shape is None and sizes is None:
        raise SourceError(f"{place.name} has an unknown shape; enter its sizes")
    if shape is None:
        shape = tuple(None for _ in sizes or ())
    if sizes is None:
        sizes = tuple(1 if size is None and axis == 0 else size for axis, size in enumerate(shape))
    if len(sizes) != len(shape) or any(a is not None and b not in (a, None) for a, b in zip(shape, sizes, strict=True)):
        raise SourceError(f"{place.name} takes {place.tensor}; the sizes {list(sizes)} do not fit")
    full = [own if own is not None else size for own, size in zip(shape, sizes, strict=True)]
    missing = [str(axis) for axis, size in enumerate(full) if size is None]
    if missing:
        raise SourceError(f"{place.name} takes {place.tensor}; enter the size of axis {', '.join(missing)}")
    numbers = tuple(size for size in full if size is not None)
    if math.prod(numbers) > MOST_NUMBERS:
        raise SourceError(f"{place.name} would have {math.prod(numbers):,} numbers; the most is {MOST_NUMBERS:,}")
    return numbers


def _image(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    kind, levels, whole = _picture(setting, place)
    return image_array(_bytes(setting, place), setting.file, kind, levels, setting.resize, whole=whole)


def _drawing(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    kind, levels, whole = _picture(setting, place)
    if not kind.can_be_drawn:
        raise SourceError(f"{place.name} is {place.tensor}: too large to draw by hand; upload an image")
    return drawing_array(_bytes(setting, place), kind, levels, whole=whole)


def _picture(setting: InputSetting, place: InputPlace) -> tuple[ImageKind, ImageRange, bool]:
    kind, dtype = image_kind(place.tensor.shape), tf.as_dtype(place.tensor.dtype)
    if kind is None or not (dtype.is_floating or dtype.is_integer):
        raise SourceError(f"{place.name} takes {place.tensor}, which is not one image")
    return kind, ImageRange(setting.darkest, setting.brightest), bool(dtype.is_integer)


def _npy(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    array = npy_array(_bytes(setting, place), setting.file)
    sizes = ",".join(map(str, array.shape))
    return array, f"{setting.file or 'a .npy file'}, {array.dtype.name}[{sizes}]"


def _bytes(setting: InputSetting, place: InputPlace) -> bytes:
    try:
        data = base64.b64decode(setting.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SourceError(f"the file for {place.name} did not arrive whole; choose it again") from error
    if not data:
        what = "drawing is" if setting.kind == "drawing" else f"file {setting.file or ''} is".replace("  ", " ")
        raise SourceError(f"the {what} empty; choose another")
    return data


def _example(setting: InputSetting, place: InputPlace) -> tuple[object, str]:
    if place.example is None:
        raise SourceError(f"the source has no example_inputs for {place.name}; set it in another way")
    return place.example, FROM_EXAMPLES


SUPPLIERS: Mapping[SettingKind, Callable[[InputSetting, InputPlace], tuple[object, str]]] = {
    "number": _number,
    "grid": _grid,
    "text": _text,
    "row": _row,
    "drawing": _drawing,
    "image": _image,
    "npy": _npy,
    "random": _random,
    "example": _example,
}

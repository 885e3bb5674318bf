"""The fields of the page's form and what a user sets in them, as both sides know them. Knows no TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal, TypeAlias, cast, get_args

from graphlab.errors import SourceError, shortened
from graphlab.json_value import JsonObject, JsonValue

Widget: TypeAlias = Literal["number", "grid", "image", "rows", "text", "random"]
SettingKind: TypeAlias = Literal["number", "grid", "text", "row", "drawing", "image", "npy", "random", "example"]
KINDS = get_args(SettingKind)
SEED = 7
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class InputSetting:
    """What a user set for one input. `kind` says which of the other fields count."""

    kind: SettingKind
    value: JsonValue = None
    """The typed text of a number, the rows of a grid, or a text."""
    row: int = 0
    seed: int = SEED
    data: str = ""
    """In base64: a file, or a drawing's bytes of grey, row by row."""
    file: str = ""
    """The file's name."""
    resize: str = ""
    """How an image of another size is fitted: "crop", "pad", "stretch", or "" for not at all."""
    darkest: float = 0.0
    brightest: float = 1.0
    sizes: tuple[int | None, ...] | None = None
    """The whole shape of a random input whose own shape has unknown sizes."""

    def to_json(self) -> JsonObject:
        """The setting as JSON, without fields that are as usual."""
        usual = InputSetting(self.kind)
        values = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        return {name: value for name, value in values.items() if name == "kind" or value != getattr(usual, name)}

    @staticmethod
    def from_json(value: JsonValue) -> InputSetting:
        """The setting in JSON. Raises SourceError for JSON that is not one."""
        if not isinstance(value, Mapping) or value.get("kind") not in KINDS:
            raise SourceError(f"{shortened(repr(value), 60)} does not set an input; use one of {', '.join(KINDS)}")
        names = {spec.name for spec in fields(InputSetting)}
        wrong = [name for name, part in value.items() if name not in names or not _is_valid(name, part)]
        if wrong:
            raise SourceError(f"{wrong[0]} cannot be {shortened(repr(value[wrong[0]]), 60)}")
        sizes = value.get("sizes")
        setting = InputSetting(**cast("dict[str, object]", {**value, "sizes": None}))  # type: ignore[arg-type]
        return replace(setting, sizes=tuple(cast("Sequence[int | None]", sizes)) if sizes is not None else None)


def _is_valid(name: str, value: JsonValue) -> bool:
    if name == "value":
        return True
    if name in ("row", "seed"):
        return _is_whole(value) and 0 <= cast(int, value) <= LARGEST_SEED
    if name in ("darkest", "brightest"):
        return isinstance(value, int | float) and math.isfinite(value)
    if name == "sizes":
        return value is None or (
            isinstance(value, list | tuple)
            and all(one is None or (_is_whole(one) and cast(int, one) > 0) for one in value)
        )
    return isinstance(value, str)


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class RowPreview:
    """A row of the data in the form: a PNG data URI, or for other data its first numbers as text."""

    row: int
    picture: str
    text: str
    label: str


@dataclass(frozen=True)
class InputField:
    """What the page offers for one input: `ways` are the kinds of setting, the usual one first.

    `shape` is None for unknown rank; a None in it is an unknown size. The slider's range is for numbers. `darkest` and
    `brightest` are the numbers of black and white in an image. `sizes` are those of random numbers at first. `problem`
    says what is wrong with the source's own example.
    """

    name: str
    label: str
    dtype: str
    shape: tuple[int | None, ...] | None
    widget: Widget
    ways: tuple[SettingKind, ...]
    setting: InputSetting
    words: str
    rows: tuple[RowPreview, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    darkest: float = 0.0
    brightest: float = 1.0
    sizes: tuple[int, ...] = ()
    problem: str = ""

    def to_json(self) -> JsonObject:
        """The field as JSON."""
        return {**asdict(self), "setting": self.setting.to_json()}

"""Values for inputs as people write them: x=3, x=[1,2], x=digit.npy. Knows nothing about TensorFlow."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import SourceError, shortened
from graphlab.sources.inputs import DTYPES

FORM = "use --input NAME=VALUE, for example --input x=3, --input 'x=[1,2]' or --input x=values.npy"
MOST_BYTES = 2**30  # of a .npy file
_MAGIC = b"\x93NUMPY"
_WITH_NAME = re.compile(r"(?P<name>[^=\[\]{}\"']+?)\s*=\s*(?P<value>.*)", re.DOTALL)
_NOT_FINITE = re.compile(r"nan|[+-]?inf(inity)?", re.IGNORECASE)
_COMPLEX = re.compile(r"[-+\d.e ]+j", re.IGNORECASE)
_SPEC = re.compile(r"\s*(?P<dtype>[A-Za-z]\w*)\s*(\[[^\]]*\])?\s*")


@dataclass(frozen=True)
class InputValue:
    """A value for an input; `name` is None if it is given by position."""

    name: str | None
    value: object


def split_inputs(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[InputValue, ...]]:
    """The texts that are specs, such as x=float32[3], and the values of the others.

    >>> split_inputs(["x=float32[3]", "y=4"])
    (('x=float32[3]',), (InputValue(name='y', value=4),))
    """
    specs = [text for text in texts if _is_spec(text)]
    values = [parse_value(text) for text in texts if not _is_spec(text)]
    names = [value.name for value in values if value.name]
    for name in names:
        if names.count(name) > 1:
            raise SourceError(f"the input {name!r} is given twice; use each --input once")
    return tuple(specs), tuple(values)


def _is_spec(text: str) -> bool:
    match = _WITH_NAME.fullmatch(text.strip())
    spec = _SPEC.fullmatch(match["value"] if match else text)
    return spec is not None and spec["dtype"] in DTYPES


def parse_value(text: str) -> InputValue:
    """The value in a text: a number, a list, a text in quotes, or an array from a .npy file."""
    match = _WITH_NAME.fullmatch(text.strip())
    name, words = (match["name"].strip(), match["value"].strip()) if match else (None, text.strip())
    if not words:
        raise SourceError(f"{text!r} has no value; {FORM}")
    if words.endswith(".npy"):
        return InputValue(name, _read_array(Path(words).expanduser()))
    if _NOT_FINITE.fullmatch(words):
        return InputValue(name, float(words))
    try:
        if _COMPLEX.fullmatch(words):
            return InputValue(name, complex(words.replace(" ", "")))
        return InputValue(name, json.loads(words, parse_float=_finite))
    except (ValueError, RecursionError):
        raise SourceError(
            f"{shortened(words)!r} is neither a number, a list nor a .npy file; {FORM}, "
            "or for text --input 'x=\"some text\"'; in a list, write NaN and Infinity"
        ) from None


def _finite(text: str) -> float:
    """A number; NaN and Infinity are words of their own and do not come here."""
    number = float(text)
    if math.isinf(number):
        raise SourceError(f"{shortened(text)} is too large: numbers go up to 1.8e308; for infinity write Infinity")
    return number


def _read_array(path: Path) -> NDArray[np.generic]:
    try:
        if not path.is_file():
            raise SourceError(f"{str(path)!r} does not exist, or is not a file")
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{str(path)!r} is larger than 1 GB")
        array: NDArray[np.generic] = np.load(path, allow_pickle=False)
    except MemoryError:
        raise SourceError(f"{str(path)!r} declares an array that does not fit into memory") from None
    except OSError as error:
        raise SourceError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except (ValueError, EOFError) as error:
        with path.open("rb") as file:
            is_array = file.read(len(_MAGIC)) == _MAGIC
        damaged = "is truncated or damaged" if is_array else "is not a .npy file"
        what = "contains Python objects, which are never read" if is_array and "allow_pickle" in str(error) else damaged
        raise SourceError(f"{str(path)!r} {what}; save it with numpy.save(path, array)") from error
    return array

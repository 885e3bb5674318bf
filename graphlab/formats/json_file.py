"""A JSON file as plain data."""

from __future__ import annotations

import json
import math
from pathlib import Path

from graphlab.errors import FormatError
from graphlab.formats.faults import json_fault
from graphlab.graph import JsonValue


def load_json(path: Path) -> JsonValue:
    """The file's contents. Raises FormatError if it cannot be read or is not JSON."""
    try:
        return parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except RecursionError as error:
        raise FormatError(f"{str(path)!r} is nested too deeply for a graph") from error
    except ValueError as error:
        raise FormatError(f"{str(path)!r} is not valid JSON{json_fault(error)}") from error


def parse_json(text: str) -> JsonValue:
    """The value of a JSON text, with NaN and infinity as text so that the value is valid JSON when written again."""
    value: JsonValue = _DECODER.decode(text)
    return value


def _number(text: str) -> JsonValue:
    """The number; one too large for a float stays text."""
    number = float(text)
    return number if math.isfinite(number) else text


_DECODER = json.JSONDecoder(parse_constant=str, parse_float=_number)

"""A JSON file as plain data."""

from __future__ import annotations

import json
from pathlib import Path

from graphlab.errors import FormatError
from graphlab.graph import JsonValue


def load_json(path: Path) -> JsonValue:
    """What the file holds; raises FormatError where it cannot be read or is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except RecursionError as error:
        raise FormatError(f"{str(path)!r} is nested too deeply for a graph") from error
    except ValueError as error:
        raise FormatError(f"{str(path)!r} is no JSON: {error}") from error

"""Reads TensorFlow Lite's FlatBuffer schema within bounds: FlatBuffers' Python package has no verifier."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from graphlab.errors import FormatError

Table: TypeAlias = Any  # of TensorFlow Lite's schema: the classes are generated and untyped
MOST_TABLES = 1_000_000
_SCHEMA_FILE = "lite/python/schema_py_generated.py"


@lru_cache(maxsize=1)
def schema() -> ModuleType:
    """TensorFlow's generated schema module (checked on 2.21), loaded alone: importing TensorFlow takes seconds."""
    tensorflow = importlib.util.find_spec("tensorflow")
    folder = next(iter(tensorflow.submodule_search_locations or ()), "") if tensorflow else ""
    spec = importlib.util.spec_from_file_location("_graphlab_tflite_schema", Path(folder) / _SCHEMA_FILE)
    if spec is None or spec.loader is None:
        raise FormatError("this TensorFlow has no TensorFlow Lite schema; install tensorflow 2.21")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=64)
def enum_names(name: str) -> dict[int, str]:
    """The names of an enum's values: {3: "CONV_2D"} of BuiltinOperator."""
    return {value: key for key, value in vars(getattr(schema(), name)).items() if isinstance(value, int)}


def snake_case(name: str) -> str:
    """`fused_activation_function`, the schema's own spelling, for the generated fusedActivationFunction."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class Bounds:
    """Counts how much of a file is read: more than its size means that its offsets are wrong."""

    def __init__(self, size_bytes: int) -> None:
        self._left = 4 * size_bytes + 1024
        self._tables_left = min(MOST_TABLES, size_bytes // 4)

    def spend(self, count: int) -> None:
        """Count numbers or bytes as read. Raises FormatError beyond the file's size."""
        self._left -= count
        if self._left < 0:
            raise FormatError("its lists are longer than the file")

    def tables(self, table: Table, name: str) -> Iterator[Table]:
        """The tables of a vector: `tables(graph, "Operators")`."""
        count = getattr(table, f"{name}Length")()
        self._tables_left -= count
        if self._tables_left < 0:
            raise FormatError("its lists are longer than the file")
        member = getattr(table, name)
        return (member(index) for index in range(count))

    def numbers(self, table: Table, name: str) -> list[int]:
        """The numbers of a vector, [] if there is none."""
        array = getattr(table, f"{name}AsNumpy")()
        if isinstance(array, int):  # what the generated code returns for no vector
            return []
        self.spend(len(array))
        numbers: list[int] = array.tolist()
        return numbers

    def text(self, value: bytes | None) -> str:
        """A string of the file."""
        self.spend(len(value or b""))
        return (value or b"").decode("utf-8", errors="replace")

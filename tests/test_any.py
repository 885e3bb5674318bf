"""`Any` appears only where another library has no types, or where a table holds functions of several types."""

from __future__ import annotations

from tests.measure_house import any_count
from tests.support.package_code import FILES, PACKAGE

MOST = 10
# Module → why.
EDGES = {
    "__init__.py": "names are imported when they are asked for",
    "formats/tflite/flatbuffer.py": "TensorFlow Lite's generated classes",
    "loading/environment.py": "a class whose base is known when it runs",
    "loading/watch.py": "what Python's audit events hold",
    "processes/worker.py": "JSON between processes, each kind of request with its own fields",
    "sources/run.py": "what a stream of the user's has",
    "tracing/attributes.py": "a table of functions, by the field of a TensorFlow attribute",
    "tracing/datasets/convert.py": "SciPy's sparse matrices",
    "tracing/targets.py": "a table of functions, by the kind of object that each traces",
    "training/checkpoints.py": "NumPy's savez",
}


def test_any_is_rare_and_written_only_at_the_edges():
    counts = {file.relative_to(PACKAGE).as_posix(): any_count(file) for file in FILES}

    assert {module for module, count in counts.items() if count} == EDGES.keys()
    assert sum(counts.values()) <= MOST

"""Who may import whom: one direction through the house."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "graphlab"

# Room → rooms it may import. A room is a module or a folder of graphlab.
ALLOWED = {
    "errors": set(),
    "paths": {"errors"},
    "command_line": set(),
    "worker": {"errors"},
    "later": set(),
    "tensorflow_start": {"errors", "later", "source"},
    "devices": set(),
    "free_names": set(),
    "number_text": set(),
    "dependencies": set(),
    "versions": set(),
    "graph": {"errors"},
    "graph_names": {"errors", "graph"},
    "pieces": {"graph"},
    "source": {"errors", "paths", "source_names"},
    "source_names": set(),
    "source_objects": {"errors", "source", "source_names"},
    "source_packages": set(),
    "source_refused": {"errors"},
    "source_run": {"errors", "source", "source_packages"},
    "inputs": {"errors", "graph"},
    "stages": set(),
    "thumbnails": set(),
    "datasets": {"errors", "paths", "source"},
    "explain": {"number_text", "graph", "stages"},
    "given": {"errors", "graph", "explain", "inputs"},
    "formats": {"errors", "free_names", "graph", "inputs", "paths", "tracing", "tensorflow_start", "worker"},
    "inspector": {"number_text", "graph", "explain", "view"},
    "pictures": {"errors", "graph", "source", "explain", "inspector", "view", "layout", "formats"},
    "export": {"errors", "graph", "formats", "pictures"},
    "notebook": {"errors", "graph", "graph_names", "layout", "pictures"},
    "traces": {"errors", "graph", "source", "formats", "dependencies", "versions"},
    "docs": {"traces", "versions"},
    "view": {"number_text", "errors", "free_names", "graph", "explain", "stages", "pieces"},
    "layout": {"errors", "view", "graph", "worker"},
    "tracing": {
        "errors",
        "number_text",
        "free_names",
        "graph",
        "source",
        "inputs",
        "stages",
        "thumbnails",
        "datasets",
        "devices",
        "source_objects",
        "source_refused",
        "source_run",
        "tensorflow_start",
        "pieces",
    },
    "loading": {
        "errors",
        "graph",
        "given",
        "inputs",
        "source",
        "datasets",
        "formats",
        "traces",
        "dependencies",
        "versions",
        "tracing",
        "worker",
        "tensorflow_start",
    },
    "runs": {"errors", "source", "datasets", "worker"},
    "training": {
        "errors",
        "source",
        "source_objects",
        "source_refused",
        "source_run",
        "number_text",
        "datasets",
        "devices",
        "runs",
        "tensorflow_start",
        "thumbnails",
        "tracing",  # which notes what a source trains while it is loaded
    },
    "report": {"graph", "explain"},
}
ANYTHING = {"app", "cli", "cli_runs", "commands", "api", "__init__", "__main__"}
WITHOUT_TENSORFLOW = {
    "number_text",
    "free_names",
    "graph",
    "graph_names",
    "pieces",
    "inspector",
    "view",
    "layout",
    "explain",
    "paths",
    "source",
    "source_names",
    "source_objects",
    "source_packages",
    "source_refused",
    "source_run",
    "inputs",
    "traces",
    "app",
    "report",
    "pictures",
    "export",
    "notebook",
    "stages",
    "thumbnails",
}


def room_of(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(file):
    """The full names of what a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports name no room"
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_rooms_import_each_other_in_one_direction():
    assert list(TopologicalSorter(ALLOWED).static_order())


FILES = sorted(PACKAGE.rglob("*.py"))


def files_of(rooms):
    return [file for file in FILES if room_of(file) in rooms]


def test_every_room_has_its_files():
    assert {room_of(file) for file in FILES} == ALLOWED.keys() | ANYTHING
    assert ALLOWED.keys() | ANYTHING > WITHOUT_TENSORFLOW


@pytest.mark.parametrize("file", files_of(ALLOWED), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(file):
    room = room_of(file)
    used = {name.split(".")[1] for name in imports_of(file) if name.startswith("graphlab.")}

    assert used - {room} <= ALLOWED[room]


@pytest.mark.parametrize("file", files_of(WITHOUT_TENSORFLOW), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_the_page_needs_never_imports_tensorflow(file):
    assert not [name for name in imports_of(file) if name.split(".")[0] in ("tensorflow", "keras")]


@pytest.mark.parametrize("file", files_of({"runs"}), ids=lambda file: file.name)
def test_runs_are_read_without_tensorflow(file):
    # The examples' images are the exception: Keras downloads MNIST, and users' files import them by this name.
    used = [name for name in imports_of(file) if name.split(".")[0] in ("tensorflow", "keras")]

    assert not used or file.name == "datasets.py"


@pytest.mark.parametrize("file", files_of({"formats"}), ids=lambda file: file.name)
def test_a_format_imports_tensorflow_only_when_it_is_used(file):
    top = [
        node
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name for node in top]

    assert not [name for name in names if name.startswith(("tensorflow", "keras", "h5py", "onnx", "graphlab.tracing"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_has_at_most_300_lines(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300

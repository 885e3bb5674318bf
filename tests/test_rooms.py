"""Who may import whom: one direction through the house."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter

from tests.support.package_code import FILES, PACKAGE, nodes_of, text_of, tree_of
from tests.support.places import ASSETS, ROOT

BASE = {"errors", "packaged", "number_text", "cache", "json_value", "shared_constants"}
# Room → rooms it may import, besides those of BASE. A room is a module or a folder of graphlab.
ALLOWED = {
    **{room: set() for room in BASE},
    "number_text": {"shared_constants"},
    "shared_constants": {"packaged"},
    "graph": set(),
    "sources": {"graph"},
    "processes": set(),
    "explain": {"graph"},
    "report": {"graph", "explain"},
    "view": {"graph", "explain"},
    "overlay": {"graph", "explain", "view"},
    "layout": {"graph", "processes", "view"},
    "inspector": {"graph", "explain", "view"},
    "tracing": {"graph", "sources", "processes"},
    "formats": {"graph", "sources", "processes", "tracing"},
    "evaluation": {*("formats", "graph", "sources", "processes", "tracing", "loading", "overlay", "store", "view")},
    "store": {"graph", "sources", "formats"},
    "loading": {"graph", "explain", "sources", "processes", "tracing", "formats", "store"},
    "runs": {"sources"},
    "training": {"graph", "sources", "processes", "tracing", "runs"},
    "pictures": {"graph", "formats", "inspector", "layout", "overlay", "view"},
    "notebook": {"graph", "layout", "pictures"},
}
ANYTHING = {"app", "cli", "api", "__init__", "__main__"}
WITHOUT_TENSORFLOW = BASE | {
    *("app", "explain", "graph", "inspector", "layout", "notebook", "overlay", "pictures"),
    *("report", "runs", "sources", "store", "view"),
}
# Inside app/: the page's parts know neither the server nor the callbacks, and the server knows no callbacks.
APP_ALLOWED = {"page": set(), "server": {"page"}, "callbacks": {"page", "server"}}


def room_of(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports_of(file):
    """The full names of what a file imports."""
    names = []
    for node in nodes_of(file):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports name no room"
            names += (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            names += (name.name for name in node.names)
    return names


def test_rooms_import_each_other_in_one_direction():
    assert list(TopologicalSorter(ALLOWED).static_order())


def test_the_architectures_table_is_the_one_that_is_enforced():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", text, re.MULTILINE)

    table = {room: {name for name in allowed.split(", ") if name != "–"} for room, allowed in rows}
    assert table == {room: allowed for room, allowed in ALLOWED.items() if room not in BASE}


def files_of(rooms):
    return [file for file in FILES if room_of(file) in rooms]


def name_of(file):
    return str(file.relative_to(PACKAGE))


def test_every_room_has_its_files():
    assert {room_of(file) for file in FILES} == ALLOWED.keys() | ANYTHING
    assert ALLOWED.keys() | ANYTHING > WITHOUT_TENSORFLOW


def test_a_room_imports_only_what_it_may():
    bad = {}
    for file in files_of(ALLOWED):
        room = room_of(file)
        used = {name.split(".")[1] for name in imports_of(file) if name.startswith("graphlab.")}
        # What is in BASE imports only what stands before it.
        bad[name_of(file)] = used - {room} - ALLOWED[room] - (BASE if room not in BASE else set())

    assert {file: rooms for file, rooms in bad.items() if rooms} == {}


def test_what_the_page_needs_never_imports_tensorflow():
    assert [
        (name_of(file), name)
        for file in files_of(WITHOUT_TENSORFLOW)
        for name in imports_of(file)
        if name.split(".")[0] in ("tensorflow", "keras")
    ] == []


def test_the_apps_rooms_import_each_other_in_one_direction():
    bad = {}
    for file in (file for file in FILES if file.parent.parent == PACKAGE / "app"):
        room = file.parent.name
        used = {name.split(".")[2] for name in imports_of(file) if name.startswith("graphlab.app.")}
        bad[name_of(file)] = used - {room} - APP_ALLOWED[room] - {"DEFAULT_PORT"}

    assert {file: rooms for file, rooms in bad.items() if rooms} == {}


def test_trainings_are_launched_without_tensorflow():
    """The page and the terminal start, follow and stop trainings; only the child process loads TensorFlow."""
    code = (
        "import sys, pkgutil, importlib, graphlab.training.launch as launch\n"
        "for module in pkgutil.iter_modules(launch.__path__):\n"
        "    importlib.import_module(f'{launch.__name__}.{module.name}')\n"
        "print('tensorflow' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"


def test_a_folder_has_at_most_20_modules():
    counts = Counter(file.parent for file in FILES)

    assert not {str(folder): count for folder, count in counts.items() if count > 20}


def test_a_folder_of_assets_has_at_most_20_modules_and_style_sheets():
    files = [file for file in ASSETS.rglob("*") if file.suffix in {".mjs", ".js", ".css"}]
    counts = Counter(file.parent for file in files)

    assert not {str(folder): count for folder, count in counts.items() if count > 20}


def test_a_format_imports_tensorflow_only_when_it_is_used():
    heavy = ("tensorflow", "keras", "h5py", "onnx", "graphlab.tracing")
    tops = {
        name_of(file): [node for node in tree_of(file).body if isinstance(node, ast.Import | ast.ImportFrom)]
        for file in files_of({"formats"})
    }

    assert [
        (file, name)
        for file, top in tops.items()
        for node in top
        if (name := node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).startswith(heavy)
    ] == []


def test_a_module_has_at_most_300_lines():
    counts = {name_of(file): len(text_of(file).splitlines()) for file in FILES}

    assert {file: count for file, count in counts.items() if count > 300} == {}

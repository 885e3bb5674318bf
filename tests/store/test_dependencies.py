"""A stored graph is used only while everything that it depends on is unchanged."""

from __future__ import annotations

import ast
import os
import sys
import time
from pathlib import Path
from subprocess import run

import pytest

from graphlab.graph import Graph
from graphlab.loading.ask import graphs_of
from graphlab.loading.environment import watched_environment
from graphlab.sources import parse_source
from graphlab.store import dependencies
from graphlab.store.dependencies import LARGE_BYTES, are_unchanged, changed, digest
from graphlab.store.stored_graphs import find_stored
from graphlab.store.versions import CODE, PACKAGE, are_current, code_version, installed, tracing_modules, versions_of

pytestmark = pytest.mark.usefixtures("traced_by_one")

MODEL = """
import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
"""


def say_nothing(stage: str) -> None:
    pass


def own(tmp_path: Path, code: str) -> str:
    """A source whose Dense layer has as many units as the code says."""
    folder = tmp_path / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "net.py").write_text(f"import os, pathlib\nhere = pathlib.Path(__file__).parent\n{code}{MODEL}")
    return f"{folder}/net.py:model"


def units(source: str, *, retrace: bool = False) -> int:
    graph: Graph = graphs_of(parse_source(source), say_nothing, retrace=retrace)["forward"]
    shape = graph.op(graph.output_ids[0]).outputs[0].shape
    return int(shape[1])


def is_stored(source: str) -> bool:
    return find_stored(parse_source(source)) is not None


CONTENT = {
    "a config file": "import json\nunits = json.loads((here / 'asked').read_text())\n",
    "TensorFlow's own reader": "import tensorflow as tf\nunits = int(tf.io.gfile.GFile(str(here / 'asked')).read())\n",
    "an op that reads": "import tensorflow as tf\nunits = int(tf.io.read_file(str(here / 'asked')).numpy())\n",
    "np.loadtxt": "import numpy as np\nunits = int(np.loadtxt(here / 'asked'))\n",
}


@pytest.mark.tf
@pytest.mark.parametrize("code", CONTENT.values(), ids=CONTENT)
def test_a_file_that_was_read_is_a_dependency(tmp_path, code):
    source = own(tmp_path, code)
    (tmp_path / "own" / "asked").write_text("3")
    assert units(source) == 3
    assert is_stored(source)

    (tmp_path / "own" / "asked").write_text("5")

    assert not is_stored(source)
    assert units(source) == 5


PRESENCE = {
    "looked for": "units = 5 if (here / 'asked').exists() else 3\n",
    "opened in vain": "try:\n    open(here / 'asked')\n    units = 5\nexcept OSError:\n    units = 3\n",
    "among the names": "units = 5 if 'asked' in os.listdir(here) else 3\n",
    "found by a pattern": "units = 5 if [*here.glob('ask*')] else 3\n",
    "a module": "try:\n    import asked_settings\n    units = 5\nexcept ImportError:\n    units = 3\n",
}


@pytest.mark.tf
@pytest.mark.parametrize("code", PRESENCE.values(), ids=PRESENCE)
def test_a_file_that_was_not_there_is_a_dependency(tmp_path, code):
    source = own(tmp_path, code)
    assert units(source) == 3
    assert is_stored(source)

    (tmp_path / "own" / ("asked_settings.py" if "import asked" in code else "asked")).write_text("")

    assert units(source) == 5


ASKING = {
    "[]": "units = int(os.environ['GRAPHLAB_TEST_UNITS']) if 'GRAPHLAB_TEST_UNITS' in os.environ else 3\n",
    "get": "units = int(os.environ.get('GRAPHLAB_TEST_UNITS', 3))\n",
    "getenv": "units = int(os.getenv('GRAPHLAB_TEST_UNITS') or 3)\n",
    "imported": "from os import environ\nunits = int(environ.get('GRAPHLAB_TEST_UNITS', 3))\n",
}


@pytest.mark.tf
@pytest.mark.parametrize("code", ASKING.values(), ids=ASKING)
def test_an_environment_variable_that_was_asked_for_is_a_dependency(tmp_path, monkeypatch, code):
    source = own(tmp_path, code)
    assert units(source) == 3
    assert is_stored(source)

    monkeypatch.setenv("GRAPHLAB_TEST_UNITS", "5")  # the process of these tests keeps the environment it started with

    assert not is_stored(source)
    monkeypatch.delenv("GRAPHLAB_TEST_UNITS")
    assert is_stored(source)
    text = (find_stored(parse_source(source)).folder / "trace.json").read_text()
    assert os.environ["PATH"] not in text  # values may be secrets


def test_a_question_for_every_variable_is_told_apart_from_one_for_some(monkeypatch):
    asked: list[str] = []
    written: list[str] = []
    from os import environ

    with watched_environment(asked.append, written.append):
        environ.get("GRAPHLAB_A")
        os.environ["GRAPHLAB_B"] = "1"
        del environ["GRAPHLAB_B"]
        assert asked == ["GRAPHLAB_A"]
        assert os.environ.copy()["PATH"] == os.environ["PATH"]

    assert asked[1] == "*"
    assert written == ["GRAPHLAB_B", "GRAPHLAB_B"]
    before = {"$GRAPHLAB_*": digest("$GRAPHLAB_*"), "$*": digest("$*")}
    monkeypatch.setenv("SHLVL", "7")  # another terminal
    assert are_unchanged(before)
    monkeypatch.setenv("GRAPHLAB_C", "1")
    assert changed(before) == [*before]


@pytest.mark.tf
def test_the_working_directory_is_a_dependency_where_it_mattered(tmp_path, monkeypatch):
    fixed, relative = tmp_path / "fixed", tmp_path / "relative"
    for folder, code in ((fixed, "units = 3\n"), (relative, "units = 3 if os.path.exists('asked') else 4\n")):
        folder.mkdir()
        units(own(folder, code))

    monkeypatch.chdir(tmp_path)

    assert is_stored(f"{fixed}/own/net.py:model")
    assert not is_stored(f"{relative}/own/net.py:model")


@pytest.mark.tf
def test_what_the_code_writes_itself_is_no_dependency(tmp_path):
    code = """
import time
(here / "log.txt").write_text(str(time.time_ns()))
(here / "log.txt").read_text()
os.listdir(here)
os.environ["GRAPHLAB_TEST_OWN"] = "1"
os.environ["GRAPHLAB_TEST_OWN"]
units = 3
"""
    source = own(tmp_path, code)
    assert units(source) == 3
    assert is_stored(source)

    (tmp_path / "own" / "log.txt").write_text("")

    assert is_stored(source)


@pytest.mark.tf
def test_a_trace_that_is_asked_for_again_replaces_the_stored_one(tmp_path):
    source = own(tmp_path, "import time\nunits = time.time_ns() % 1_000_003 + 1\n")
    first = units(source)
    assert units(source) == first

    second = units(source, retrace=True)

    assert second != first
    assert units(source) == second


@pytest.mark.tf
def test_the_version_of_an_imported_distribution_is_a_dependency(tmp_path, monkeypatch):
    site = tmp_path / "site"
    (site / "fakelayers").mkdir(parents=True)
    (site / "fakelayers" / "__init__.py").write_text("UNITS = 3\n")
    info = site / "fakelayers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakelayers\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("fakelayers\n")
    monkeypatch.syspath_prepend(str(site))
    source = own(tmp_path, f"import sys\nsys.path.insert(0, {str(site)!r})\nfrom fakelayers import UNITS as units\n")
    assert units(source) == 3
    assert is_stored(source)

    info.rename(site / "fakelayers-1.1.dist-info")

    assert installed()["fakelayers"] == "1.1"
    assert not is_stored(source)


@pytest.mark.tf
def test_a_file_that_opens_very_many_files_is_checked_quickly(tmp_path):
    (tmp_path / "own" / "data").mkdir(parents=True)
    for place in range(6_000):
        (tmp_path / "own" / "data" / f"{place}.txt").write_text("1")
    source = own(tmp_path, "units = sum(1 for file in (here / 'data').iterdir() if file.read_text()) // 2_000\n")
    assert units(source) == 3
    assert is_stored(source)

    started = time.process_time()
    assert is_stored(source)
    seconds = time.process_time() - started

    assert seconds < 0.25  # of processor time; some 20 ms
    (tmp_path / "own" / "data" / "more.txt").write_text("1")
    assert not is_stored(source)


def test_digests_tell_what_is_there(tmp_path):
    file = tmp_path / "file"
    file.write_text("1")
    large = tmp_path / "large"
    large.write_bytes(b"1" * (LARGE_BYTES + 1))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert [digest(f"state:{path}") for path in (tmp_path / "no", tmp_path, pipe)] == ["", "folder", "other"]
    assert digest(str(tmp_path / "no")) == digest(str(pipe)) == ""  # a pipe is not read
    before = {name: digest(name) for name in (str(file), str(large), f"names:{tmp_path}")}
    assert are_unchanged(before)
    file.write_text("2")
    os.utime(large, ns=(1, 1))
    assert changed(before) == [str(file), str(large)]


def test_a_folder_with_more_names_than_are_read_is_told_by_its_time(tmp_path, monkeypatch):
    monkeypatch.setattr(dependencies, "MOST_FILES", 20)
    for place in range(21):
        (tmp_path / str(place)).touch()
    before = {f"names:{tmp_path}": digest(f"names:{tmp_path}")}

    (tmp_path / "more").touch()

    assert changed(before)


def test_versions_are_those_that_python_tells():
    from importlib.metadata import version

    found = versions_of(["keras", "tensorflow", "ml_dtypes", "no-such-package"])

    assert found == {
        CODE: code_version(),
        "keras": version("keras"),
        "ml_dtypes": version("ml_dtypes"),
        "no-such-package": "",
        "tensorflow": version("tensorflow"),
    }
    assert are_current(found)
    assert not are_current({**found, "keras": "0"})
    assert not are_current({**found, CODE: ""})


def test_the_version_of_the_tracing_code_is_found_within_milliseconds():
    code_version.cache_clear()
    started = time.process_time()
    code_version()

    assert time.process_time() - started < 0.1  # of processor time; 3 ms


def test_the_version_of_the_tracing_code_covers_the_rules_that_sizes_follow():
    found, waiting = {}, ["explain/sizes/graph_sizes.py"]
    while waiting:
        name = waiting.pop()
        tree = ast.parse(Path(PACKAGE, name).read_text("utf-8"))
        modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        found[name] = [f"{module.removeprefix('graphlab.').replace('.', '/')}.py" for module in modules]
        waiting += [inner for inner in found[name] if inner.startswith("explain/") and inner not in found]

    assert "explain/sizes/windows.py" in found
    assert found.keys() - {*tracing_modules()} == set()


@pytest.mark.tf
def test_the_version_of_the_tracing_code_covers_every_module_that_traces():
    code = """
import sys
from graphlab.loading.tracing_worker import answer_trace
answer_trace({"source": "examples/mnist_mlp.py:model", "inputs": []}, lambda stage: None)
print(*[m.__file__ for name, m in sys.modules.items() if name.startswith("graphlab") and m.__file__], sep="\\n")
"""
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    files = {Path(line) for line in done.stdout.splitlines() if line.endswith(".py")}
    loaded = {file.relative_to(PACKAGE).as_posix() for file in files if file.is_relative_to(PACKAGE)}
    of_example = {"training/__init__.py", "training/example_data.py", "__init__.py"}  # its own data
    assert "tracing/convert.py" in loaded
    assert loaded - of_example - {*tracing_modules()} == set()

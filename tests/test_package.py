"""The contents of the wheel, and that it works when installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile

import pytest

from graphlab.store.versions import code_version
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = built.glob("graphlab-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_the_front_end_the_examples_and_their_traces(unpacked):
    for folder in ("assets", "examples"):
        ours = {file.relative_to(ROOT / folder) for file in (ROOT / folder).rglob("*") if file.is_file()}
        theirs = {
            file.relative_to(unpacked / "graphlab" / folder) for file in (unpacked / "graphlab" / folder).rglob("*")
        }
        assert {file for file in ours if "__pycache__" not in file.parts} <= theirs


def test_the_wheel_holds_the_licence_and_the_notices(unpacked):
    names = {file.name for file in unpacked.glob("graphlab-*.dist-info/licenses/*")}

    assert names == {"LICENSE", "NOTICE.md"}


def test_the_sdist_holds_what_the_wheel_is_built_from(built):
    (archive,) = built.glob("graphlab-*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}

    for folder in ("graphlab", "assets", "examples", "tests"):
        files = {str(file.relative_to(ROOT)) for file in (ROOT / folder).rglob("*") if file.is_file()}
        assert {name for name in files if "__pycache__" not in name} <= names
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE.md"} <= names


def test_the_wheel_knows_its_examples_from_any_folder(unpacked, tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "graphlab", "info", "examples/mnist_mlp.py:model", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked), "XDG_CACHE_HOME": str(tmp_path)},
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["graphs"]["forward"]["parameters"] == 235_146


def test_the_wheel_uses_the_traces_that_it_ships(unpacked, tmp_path):
    code = "from graphlab.store.versions import code_version; print(code_version())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
    )

    assert done.stdout.strip() == code_version()


@pytest.fixture(scope="module")
def loaded():
    """The top-level modules that are loaded after each of these imports, in one process and in this order."""
    imports = (
        "graphlab",
        "graphlab.layout.engine",
        "graphlab.pictures.export, graphlab.pictures.svg",
        "graphlab.app.server.front",
        "graphlab.app.dash_app, graphlab.app.serve",
    )
    lines = [f"import {names}; print(json.dumps([{names!r}, [*sys.modules]]))" for names in imports]
    code = "\n".join(("import json, sys", *lines))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return dict(map(json.loads, done.stdout.splitlines()))


def test_importing_graphlab_loads_nothing_heavy(loaded):
    assert {"tensorflow", "keras", "dash", "networkx"}.isdisjoint(loaded["graphlab"])


def test_the_layout_engine_leaves_drawing_to_its_worker(loaded):
    assert {"pygraphviz", "tensorflow", "numpy"}.isdisjoint(loaded["graphlab.layout.engine"])


def test_a_picture_of_one_kind_loads_nothing_of_the_others(loaded):
    assert {"matplotlib", "tensorflow", "PIL"}.isdisjoint(loaded["graphlab.pictures.export, graphlab.pictures.svg"])


def test_the_first_graph_waits_for_nothing_that_it_does_not_need(loaded):
    heavy = {"tensorflow", "dash", "fastapi", "plotly", "regex"}
    assert heavy.isdisjoint(loaded["graphlab.app.server.front"])


def test_the_page_starts_without_tensorflow(loaded):
    modules = loaded["graphlab.app.dash_app, graphlab.app.serve"]
    assert "tensorflow" not in modules
    assert "dash" in modules


def test_the_readme_holds_the_two_commands_that_ci_runs():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/graphlab" in lines
    assert '.venv/bin/pip install ".[test]" && .venv/bin/python -m pytest' in lines

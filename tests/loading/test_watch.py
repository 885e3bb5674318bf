"""What is recorded while code runs. For what a trace does with it, see test_dependencies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest
from platformdirs import user_cache_dir

from graphlab.loading import ask, watch
from graphlab.loading.foreign import is_foreign
from graphlab.loading.native_readers import searched_folders
from graphlab.loading.watch import START_VARIABLES, watching
from graphlab.sources import parse_source
from graphlab.store import dependencies
from graphlab.store.dependencies import are_unchanged, changed, digest, is_too_full
from graphlab.store.stored_graphs import find_stored


def read_each(folder, count):
    for place in range(count):
        (folder / f"{place}.txt").write_text("1")
    with watching() as seen:
        for place in range(count):
            (folder / f"{place}.txt").read_text()
        seen.module(str(folder / "net.py"))
    return seen


def test_every_file_of_many_is_a_dependency(tmp_path):
    seen = read_each(tmp_path, 1_600)
    before = seen.result()
    assert seen.is_complete

    (tmp_path / "1599.txt").write_text("11")

    assert changed(before) == [f"state:{tmp_path}/1599.txt"]


def test_more_files_than_are_looked_at_leave_the_modules_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "MOST", 20)
    seen = read_each(tmp_path, 21)

    assert not seen.is_complete
    assert str(tmp_path / "net.py") in seen.result()
    assert read_each(tmp_path, 20).is_complete


def test_a_trace_with_unknown_dependencies_is_not_stored(tmp_path, own_cache):
    (tmp_path / "f.py").write_text("")
    spec = parse_source(f"{tmp_path}/f.py:f")
    answer = {"graphs": {}, "files": {}, "distributions": []}

    assert not ask.keep_answer(spec, {**answer, "complete": False})
    assert find_stored(spec) is None
    assert ask.keep_answer(spec, {**answer, "complete": True})
    assert find_stored(spec) is not None


def test_the_digest_of_a_folder_covers_all_files_below_it_unless_too_full(tmp_path, monkeypatch):
    inside, linked = tmp_path / "data" / "deep", tmp_path / "elsewhere"
    for folder in (inside, linked):
        folder.mkdir(parents=True)
        for place in range(1_100):
            (folder / f"{place:04}.txt").touch()
    (tmp_path / "data" / "link").symlink_to(linked)
    (linked / "round").symlink_to(linked)
    name = str(tmp_path / "data")

    for folder in (inside, linked):
        before = {name: digest(name)}
        (folder / "1099.txt").write_text("1")
        assert changed(before) == [name]
    assert not is_too_full(name)
    monkeypatch.setattr(dependencies, "MOST_BELOW", 2_200)
    assert not is_too_full(name)
    monkeypatch.setattr(dependencies, "MOST_BELOW", 2_199)
    assert is_too_full(name)


PATTERNS = {
    "data/*.png": {"data"},
    "data/*/*.png": {"data", "data/a", "data/b", "data/.c"},
    "data/[!b]/x/*.png": {"data", "data/a", "data/b", "data/a/x"},
    "data/*/x": {"data", "data/a", "data/b", "data/.c"},
    "no/*/*.png": {"no"},
    "data/a/one.png": {"data/a"},
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_depends_on_the_folders_that_it_looks_through(tmp_path, pattern):
    for folder in ("a/x", "b", ".c"):
        (tmp_path / "data" / folder).mkdir(parents=True)

    found = {os.path.relpath(folder, tmp_path) for folder in searched_folders(f"{tmp_path}/{pattern}")}

    assert found == PATTERNS[pattern]


@pytest.mark.tf
@pytest.mark.parametrize("kind", ["glob", "list_files"])
def test_a_file_that_a_pattern_of_tensorflows_finds_later_is_noticed(tmp_path, kind):
    import tensorflow as tf

    find = {"glob": tf.io.gfile.glob, "list_files": tf.data.Dataset.list_files}[kind]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").touch()
    with watching() as seen:
        find(f"{tmp_path}/*/*.png")
    before = seen.result()
    assert are_unchanged(before)

    (tmp_path / "b" / "2.png").touch()

    assert changed(before) == [f"names:{tmp_path}/b"]


@pytest.mark.tf
def test_checking_for_a_folder_does_not_depend_on_its_contents(tmp_path):
    import tensorflow as tf

    with watching() as seen:
        assert tf.io.gfile.exists(str(tmp_path))
        assert tf.io.gfile.isdir(str(tmp_path))
    (tmp_path / "new").touch()

    assert seen.result() == {f"state:{tmp_path}": "folder"}
    assert are_unchanged(seen.result())


@pytest.mark.tf
def test_a_saved_model_that_was_loaded_is_a_dependency_with_its_variables(tmp_path):
    import tensorflow as tf

    module = tf.Module()
    module.weight = tf.Variable(1.0)
    tf.saved_model.save(module, str(tmp_path / "saved"))
    with watching() as seen:
        tf.saved_model.load(str(tmp_path / "saved"))
    before = seen.result()

    (values,) = (tmp_path / "saved" / "variables").glob("*.data*")
    os.utime(values, ns=(1, 1))

    assert str(tmp_path / "saved") in changed(before)


def test_settings_of_other_tools_are_dependencies_unlike_graphlabs_cache():
    cache = user_cache_dir("graphlab")

    assert is_foreign(os.path.join(cache, "traces", "x", "trace.json"))
    assert not is_foreign(os.path.join(os.path.dirname(cache), "other", "settings.json"))
    assert is_foreign(os.__file__)


def test_what_python_reads_when_it_starts_is_a_dependency():
    assert {"PYTHONPATH", "PYTHONHASHSEED", "PYTHONOPTIMIZE"} <= {*START_VARIABLES}


def rows(path, text):
    with closing(sqlite3.connect(path, uri=str(path).startswith("file:"))) as database, database:
        return database.execute(text).fetchall()


@pytest.mark.parametrize("named", ["{}", "file:{}?mode=ro"])
def test_a_database_that_was_read_is_a_dependency(tmp_path, named):
    file = str(tmp_path / "rows.db")
    rows(file, "create table units (count)")
    with watching() as seen:
        assert rows(named.format(file), "select * from units") == []
        rows(":memory:", "select 1")
    before = seen.result()
    assert before.keys() == {file, f"{file}-wal"}
    assert are_unchanged(before)

    rows(file, "insert into units values (3)")

    assert changed(before) == [file]


def test_a_database_that_the_code_writes_is_no_dependency(tmp_path):
    file = str(tmp_path / "log.db")
    with watching() as seen:
        rows(file, "create table log (line)")

    assert file not in seen.result()

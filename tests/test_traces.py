"""Stored traces: when they are found, and that the shipped ones are true."""

from __future__ import annotations

import pytest

from graphlab.app.examples import example_specs
from graphlab.formats.node_link import to_node_link
from graphlab.source import parse_source
from graphlab.traces import find_trace, keep_trace, read_graph, shipped_folder
from tests.test_formats import small_graph


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def stored(tmp_path):
    file = tmp_path / "model.py"
    file.write_text("model = 1\n")
    spec = parse_source(f"{file}:model")
    assert keep_trace(spec, {"forward": to_node_link(small_graph())}, [str(file)])
    return file, spec


def test_a_kept_trace_is_found_while_its_files_are_unchanged(tmp_path):
    file, spec = stored(tmp_path)

    trace = find_trace(spec)

    assert trace.names == ("forward",)
    assert trace.current
    assert list(read_graph(trace, "forward")) == list(small_graph())
    file.write_text("model = 2\n")
    assert find_trace(spec) is None


def test_other_inputs_are_another_trace(tmp_path):
    _, spec = stored(tmp_path)

    assert find_trace(parse_source(spec.text, ("x=float32[]",))) is None


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    (tmp_path / "model.py").write_text("model = 1\n")
    spec = parse_source(f"{tmp_path}/model.py:model")

    assert keep_trace(spec, {"forward": to_node_link(small_graph())}, []) is False


def test_every_example_is_on_screen_without_tracing():
    for spec in example_specs():
        assert find_trace(spec) is not None, f"run python -m tests.ship_traces: {spec.text} changed"


@pytest.mark.tf
@pytest.mark.parametrize("spec", example_specs(), ids=lambda spec: spec.text)
def test_a_shipped_trace_is_what_tracing_gives(spec):
    from graphlab.tracing.targets import trace_source

    graphs = trace_source(spec)
    trace = find_trace(spec)

    assert trace.folder == shipped_folder(spec)
    assert set(trace.names) == set(graphs)
    for name, graph in graphs.items():
        shipped, fresh = to_node_link(read_graph(trace, name)), to_node_link(graph)
        for data in (shipped, fresh):
            del data["graph"]["versions"]
        assert shipped == fresh

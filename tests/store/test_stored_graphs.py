"""Stored traces: when they are found, and that the shipped ones are up to date."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graphlab.app.page.examples import example_specs
from graphlab.formats import save
from graphlab.formats.node_link import to_node_link
from graphlab.loading.ask import graphs_of
from graphlab.sources import parse_source
from graphlab.store.dependencies import digest
from graphlab.store.stored_graphs import (
    DamagedStoredGraphs,
    drop,
    find_stored,
    read_graph,
    shipped_folder,
    store_graphs,
    take,
    to_send,
)
from tests.formats.test_node_link import small_graph

pytestmark = pytest.mark.usefixtures("own_cache")


def stored(tmp_path):
    file = tmp_path / "model.py"
    file.write_text("model = 1\n")
    spec = parse_source(f"{file}:model")
    assert store_graphs(spec, {"forward": to_node_link(small_graph())}, {str(file): digest(str(file))})
    return file, spec


def test_a_kept_trace_is_found_while_its_files_are_unchanged(tmp_path):
    file, spec = stored(tmp_path)

    trace = find_stored(spec)

    assert trace.names == ("forward",)
    assert list(read_graph(trace, "forward")) == list(small_graph())
    file.write_text("model = 2\n")
    assert find_stored(spec) is None


def test_the_trace_of_a_trusted_file_is_not_kept(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"")
    spec = parse_source(str(tmp_path / "model.keras"), trust=True)

    assert not store_graphs(spec, {"layers": to_node_link(small_graph())}, {})

    assert find_stored(spec) is None


def test_other_inputs_are_another_trace(tmp_path):
    _, spec = stored(tmp_path)

    assert find_stored(parse_source(spec.text, ("x=float32[]",))) is None


def test_other_arguments_of_a_script_are_another_trace(tmp_path):
    _, spec = stored(tmp_path)

    assert find_stored(parse_source(spec.text, arguments=("--units", "3"))) is None


def test_a_file_edited_after_it_was_loaded_makes_the_trace_invalid(tmp_path):
    file = tmp_path / "model.py"
    file.write_text("model = 1\n")
    spec = parse_source(f"{file}:model")
    loaded = {str(file): digest(str(file))}
    file.write_text("model = 2\n")

    assert not store_graphs(spec, {"forward": to_node_link(small_graph())}, loaded)

    assert find_stored(spec) is None


def test_modules_of_one_name_in_two_folders_have_traces_of_their_own(tmp_path, monkeypatch):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "netmodule.py").write_text("f = 1\n")
    spec = parse_source("netmodule:f")
    monkeypatch.chdir(tmp_path / "one")
    store_graphs(spec, {"function": to_node_link(small_graph())}, {})

    assert find_stored(spec) is not None
    monkeypatch.chdir(tmp_path / "two")
    assert find_stored(spec) is None


DAMAGES = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "no gzip": lambda data: b"{}",
    "flipped": lambda data: data[:40] + bytes([data[40] ^ 255]) + data[41:],
    "no JSON": lambda data: gzip.compress(b"{"),
    "no graph": lambda data: gzip.compress(b"[1]"),
    "no UTF-8": lambda data: gzip.compress(b"\xff"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_trace_is_told_and_dropped(tmp_path, damage):
    _, spec = stored(tmp_path)
    trace = find_stored(spec)
    file = trace.folder / "forward.json.gz"
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(DamagedStoredGraphs, match=r"the stored graph 'forward' in .* is damaged"):
        read_graph(trace, "forward")

    assert find_stored(spec) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"names": 1, "files": [], "versions": {}}'])
def test_a_trace_whose_description_is_damaged_is_not_found(tmp_path, text):
    _, spec = stored(tmp_path)
    (find_stored(spec).folder / "trace.json").write_text(text)

    assert find_stored(spec) is None


@pytest.mark.tf
@pytest.mark.usefixtures("traced_by_one")
def test_graphs_are_traced_again_when_the_stored_ones_are_damaged(tmp_path):
    file = tmp_path / "model.py"
    file.write_text("def f(x):\n    return x + 1\n")
    spec = parse_source(f"{file}:f", ("x=float32[2]",))
    ops = list(graphs_of(spec, lambda stage: None)["function"])
    (find_stored(spec).folder / "function.json.gz").write_bytes(b"")

    assert list(graphs_of(spec, lambda stage: None)["function"]) == ops

    assert list(read_graph(find_stored(spec), "function")) == ops


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    (tmp_path / "model.py").write_text("model = 1\n")
    spec = parse_source(f"{tmp_path}/model.py:model")

    assert store_graphs(spec, {"forward": to_node_link(small_graph())}, {}) is False


def test_every_example_is_on_screen_without_tracing():
    for spec in example_specs():
        assert find_stored(spec) is not None, (
            f"run python -m tests.ship_traces: {spec.text} or the tracing code changed"
        )


@pytest.mark.tf
@pytest.mark.parametrize("spec", example_specs(), ids=lambda spec: spec.text)
def test_a_shipped_trace_is_what_tracing_gives(spec):
    from graphlab.tracing.targets import trace_source

    graphs = trace_source(spec)
    trace = find_stored(spec)

    assert trace.folder == shipped_folder(spec)
    assert set(trace.names) == set(graphs)
    for name, graph in graphs.items():
        shipped, fresh = to_node_link(read_graph(trace, name)), to_node_link(graph)
        for data in (shipped, fresh):
            del data["graph"]["versions"]
        assert shipped == fresh


def test_a_large_graph_goes_from_process_to_process_as_a_file(own_cache, tmp_path, monkeypatch):
    monkeypatch.setattr("graphlab.store.stored_graphs.LARGE_OPS", 2)
    file = tmp_path / "large.json"
    save(small_graph(), file)
    spec = parse_source(str(file))

    sent = {"function": to_send(small_graph())}
    assert store_graphs(spec, sent, {str(file): digest(str(file))})
    taken = take(sent["function"])
    drop(sent)

    assert not Path(sent["function"]["file"]).exists()
    assert to_node_link(taken) == to_node_link(small_graph())
    assert to_node_link(read_graph(find_stored(spec), "function")) == to_node_link(small_graph())

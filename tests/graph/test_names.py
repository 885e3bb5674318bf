"""Which of a source's graphs a name refers to, and what the terminal prints about the others."""

from __future__ import annotations

import json

import pytest

from graphlab.errors import GraphlabError
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from graphlab.graph.names import find_name
from graphlab.loading import ask

MODEL = ("forward", "train_step", "pipeline")
TRACES = ("f(float32[2,3])", "f(1)", "f(-1, deep=True)")


def graph(name, kind="function", **more):
    op = Op("x", "Placeholder", outputs=(Tensor("float32", ()),))
    return build_graph([op], [], GraphFacts(name=name, kind=kind, **more))


@pytest.fixture
def run(monkeypatch, command, tmp_path):
    """Runs a command on a source with these graphs; gives the exit code, what it said and the complaints."""
    (tmp_path / "own.py").write_text("f = model = None\n")
    monkeypatch.chdir(tmp_path)

    def run_on(graphs, *arguments, data=None):
        monkeypatch.setattr(ask, "graphs_of", lambda spec, on_stage, **_options: dict(graphs))
        monkeypatch.setattr(
            ask, "data_graphs_of", lambda spec, data, on_stage, **_options: {"pipeline": graph("datasets")}
        )
        return command(*arguments)

    return run_on


@pytest.mark.parametrize(
    ("typed", "names", "found"),
    [
        ("train_step", MODEL, "train_step"),
        ("Train step", MODEL, "train_step"),
        ("train-step", MODEL, "train_step"),
        ("FORWARD", MODEL, "forward"),
        ("Data", MODEL, "pipeline"),
        ("data", MODEL, "pipeline"),
        ("validation data", ("train", "validation"), "validation"),
        ("F(float32[2, 3])", TRACES, "f(float32[2,3])"),
        ("f(-1,deep=true)", TRACES, "f(-1, deep=True)"),
    ],
)
def test_a_graph_is_found_by_its_name_and_by_what_its_tab_says(typed, names, found):
    assert find_name(typed, names, "own.py:f", of_file=False) == found


def test_a_model_files_graph_is_not_called_by_a_data_sets_title():
    with pytest.raises(GraphlabError, match=r"it has train$"):
        find_name("Training data", ("train",), "model.tflite", of_file=True)


def test_an_unknown_graph_is_refused_with_all_names_as_a_shell_takes_them():
    with pytest.raises(GraphlabError) as caught:
        find_name("g", ("f(1)", "it's", *map(str, range(20))), "own.py:f", of_file=False)

    assert str(caught.value).startswith("""'own.py:f' has no graph 'g'; it has 'f(1)', 'it'"'"'s', 0, 1, """)
    assert str(caught.value).endswith(", 13, and 6 more")


def test_the_data_beside_a_model_is_among_its_names(run):
    graphs = {"forward": graph("m", "forward", has_data=True), "train_step": graph("m", "train_step", has_data=True)}

    code, _, said = run(graphs, "info", "own.py:model", "--graph", "backward")
    assert (code, said) == (
        2,
        "graphlab: 'own.py:model' has no graph 'backward'; it has forward, train_step, pipeline\n",
    )
    code, out, _ = run(graphs, "info", "own.py:model", "--graph", "Data", "--json")
    assert (code, list(json.loads(out)["graphs"])) == (0, ["pipeline"])


def test_a_graph_that_could_not_be_made_is_reported_and_not_written(run, tmp_path):
    why = "tracing the train step of 'm' failed: ValueError: no step (net.py:3)"
    graphs = {"forward": graph("m", "forward", failures={"train_step": why})}

    code, out, _ = run(graphs, "info", "own.py:model")
    assert (code, out.splitlines()[-1].strip()) == (0, f"train_step: not shown, {why}")
    _, out, _ = run(graphs, "info", "own.py:model", "--json")
    assert json.loads(out)["failures"] == {"train_step": why}
    code, _, said = run(graphs, "export", "own.py:model", "--graph", "Train step", "-o", str(tmp_path / "out.json"))
    assert (code, said) == (2, f"graphlab: {why}\n")
    assert not (tmp_path / "out.json").exists()


def test_export_says_which_trace_it_wrote_and_how_to_write_another(run, tmp_path):
    graphs = {name: graph("f", notes=["traced first"]) for name in ("f(1)", "f(2)", "f(3)")}

    code, out, said = run(graphs, "export", "own.py:f", "-o", "out.json")

    assert (code, out) == (0, "out.json: 1 ops, 0 edges\n")
    assert said == "graphlab: wrote 'f(1)', the first of 3 graphs; use --graph for another: 'f(2)', 'f(3)'\n"
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["graph"]["notes"] == ["f(1): trace 1 of 3 of f", "traced first"]


def test_export_of_the_graph_that_was_named_says_nothing_more(run, tmp_path):
    graphs = {name: graph("f") for name in ("f(1)", "f(2)")}

    code, _, said = run(graphs, "export", "own.py:f", "--graph", "f(2)", "-o", "out.json")

    assert (code, said) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text())["graph"]["notes"] == ["f(2): trace 2 of 2 of f"]


def test_export_of_an_only_graph_says_nothing_more(run, tmp_path):
    code, _, said = run({"function": graph("f", notes=[])}, "export", "own.py:f", "-o", "out.json")

    assert (code, said) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text())["graph"]["notes"] == []

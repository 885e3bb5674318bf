"""The Python names."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

import graphlab
from graphlab.errors import GraphlabError, SourceError
from tests.support.app_driver import ROOT, answer_at, environment_in, free_port


@pytest.mark.tf
def test_trace_takes_a_function_and_specs_as_text():
    graph = graphlab.trace(lambda x, scale: x * scale, "float32[?,3]", scale="float32[]")

    assert isinstance(graph, graphlab.Graph)
    assert [str(graph.op(op_id).outputs[0]) for op_id in graph.input_ids] == ["float32[?,3]", "float32[]"]


@pytest.mark.tf
def test_trace_of_a_compiled_model_gives_either_graph():
    import keras

    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")

    assert graphlab.trace(model).kind == "forward"
    assert graphlab.trace(model, graph="train_step").kind == "train_step"
    with pytest.raises(SourceError, match="no graph 'backward'; the graphs are: forward, train_step"):
        graphlab.trace(model, graph="backward")


@pytest.mark.tf
def test_save_and_load_give_the_same_graph(tmp_path):
    graph = graphlab.trace(lambda x: x + 1.0, "float32[2]")
    graphlab.save(graph, tmp_path / "graph.json")

    read = graphlab.load(tmp_path / "graph.json")

    assert list(read.ops()) == list(graph.ops())
    with pytest.raises(GraphlabError, match="cannot write"):
        graphlab.save(graph, tmp_path / "graph.xyz")
    with pytest.raises(GraphlabError, match="cannot save a str"):
        graphlab.save("model", tmp_path / "graph.json")


@pytest.mark.tf
def test_show_serves_a_live_function_from_an_unguarded_script(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import graphlab\n"
        "print('started once', flush=True)\n"
        "def triple(x):\n    return x * 3.0\n"
        f"graphlab.show(triple, 'float32[2]', port={free_port()}, browser=False)\n"
        "print('went on', flush=True)\n"
    )
    environment = environment_in(tmp_path) | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout.readline() == "started once\n"
            url = process.stdout.readline().split(" at ")[1].split()[0]
            assert url.endswith("?source=triple")
            assert b"graphlab" in answer_at(url)
        finally:
            process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "went on\n"


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        graphlab.nothing  # noqa: B018

"""The graphlab command as a user runs it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import networkx as nx
import pytest

from graphlab.app import serve
from graphlab.errors import GraphlabError
from graphlab.formats import save
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from graphlab.loading.ask import ask_trace
from graphlab.sources import parse_source
from tests.support.app_driver import answer_at, environment_in, free_port, start_app
from tests.support.places import ROOT

BAD_SOURCES = """
import keras
import tensorflow as tf

number = 3

class Unbuilt(keras.Model):
    def call(self, x):
        return x

unbuilt = Unbuilt()

def raises(x):
    return tf.matmul(x, tf.zeros((3, 3)))

def add(a, b):
    return a + b
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return environment_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    file = tmp_path_factory.mktemp("sources") / "bad.py"
    file.write_text(BAD_SOURCES)
    return file


def graphlab(*arguments, env, cwd=ROOT, timeout=120):
    command = [sys.executable, "-m", "graphlab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, timeout=timeout)


def assert_one_line(done, *words):
    """The command ended with exit code 2 and complained with these words, in one line."""
    code, said, complaint = done
    assert (code, said) == (2, "")
    assert_has(complaint, words)


def assert_has(line, words):
    assert len(line.strip().splitlines()) == 1, line
    for word in words:
        assert word in line


@pytest.mark.tf
def test_info_counts_the_ops_layers_and_parameters_of_the_mnist_network(environment):
    done = graphlab("info", "examples/mnist_mlp.py:model", "--json", env=environment)
    told = json.loads(done.stdout)

    forward, train = told["graphs"]["forward"], told["graphs"]["train_step"]
    assert (forward["ops"], forward["parameters"], forward["variables"]) == (32, 235_146, 6)
    assert (train["ops"], train["parameters"]) == (389, 235_146)
    assert [layer["path"] for layer in forward["layers"]][1:3] == ["mnist_mlp/reshape", "mnist_mlp/dense"]
    assert told["untraced"] == ["pipeline"]
    # 2·(784·256 + 256·128 + 128·10) for the products, one addition per bias, and the activations
    assert 469_504 < forward["flops"] < 475_000


@pytest.mark.tf
def test_info_in_words_names_graphs_and_layers(environment):
    done = graphlab("info", "examples/mnist_mlp.py:model", env=environment)

    assert done.returncode == 0
    assert "235,146" in done.stdout
    assert "mnist_mlp/dense_2" in done.stdout
    assert "train_step" in done.stdout
    assert "pipeline: not traced yet; use --graph pipeline" in done.stdout.splitlines()


@pytest.mark.tf
def test_info_writes_no_control_characters_of_a_file(environment, tmp_path):
    op = Op("a", "Relu", outputs=(Tensor("float32", ()),))
    notes = ["half a letter \ud800, and \x1b[2J to clear the screen"]
    save(build_graph([op], [], GraphFacts(kind="function", notes=tuple(notes))), tmp_path / "odd.json")

    done = graphlab("info", str(tmp_path / "odd.json"), env=environment)

    assert done.returncode == 0
    assert "half a letter \ufffd, and \ufffd[2J to clear the screen" in done.stdout


def test_export_writes_what_networkx_reads(environment, tmp_path):
    out = tmp_path / "out.json"
    done = graphlab("export", "examples/mnist_mlp.py:model", "--graph", "train_step", "-o", str(out), env=environment)

    assert done.returncode == 0, done.stderr
    graph = nx.node_link_graph(json.loads(out.read_text()))
    assert graph.number_of_nodes() == 389
    assert "389 ops" in done.stdout


@pytest.mark.tf
def test_export_draws_a_picture_with_the_groups_that_were_named_open(environment, tmp_path):
    out = tmp_path / "out.svg"
    options = ["--graph", "train_step", "--open", "dense", "--open", "adam", "--theme", "dark", "-o", str(out)]
    done = graphlab("export", "examples/mnist_mlp.py:model", *options, env=environment)

    assert done.returncode == 0, done.stderr
    assert " boxes, 3 open groups, " in done.stdout
    written = out.read_text(encoding="utf-8")
    assert [group for group in ("mnist_mlp/dense/", "adam/dense/", "loss/") if f'"{group}"' in written] == [
        "mnist_mlp/dense/",
        "adam/dense/",
        "loss/",
    ]
    assert "adam/dense/kernel/" not in written


SCRIPT = """
import argparse
import keras
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, required=True)
units = parser.parse_args().units
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units), keras.layers.Dense(1)])
model.compile("sgd", "mse")


def datasets():
    data = tf.data.Dataset.from_tensor_slices((tf.ones([8, 4]), tf.ones([8, 1]))).batch(4)
    return data, data
"""


@pytest.mark.tf
@pytest.mark.usefixtures("traced_by_one")
def test_a_script_is_opened_and_trained_with_its_arguments(command, monkeypatch, tmp_path):
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    (tmp_path / "net.py").write_text(SCRIPT)
    source = f"{tmp_path}/net.py:model"

    _, told, _ = command("info", source, "--json", "--", "--units", "64")
    _, trained, complaint = command("train", source, "--epochs", "1", "--", "--units", "3")

    assert json.loads(told)["graphs"]["forward"]["parameters"] == 5 * 64 + 65
    assert trained.splitlines()[-1].startswith("epoch 1 of 1 loss="), complaint


@pytest.mark.tf
@pytest.mark.parametrize(
    ("name", "inputs", "words"),
    [
        ("nothing", [], ["no 'nothing' in bad.py", "unbuilt"]),
        ("number", [], ["'number' is an int, not a function, model or dataset"]),
        ("unbuilt", [], ["never built", "--input"]),
        ("raises", ["x=float32[2,5]"], ["Dimensions must be equal", "bad.py:14"]),
        ("add", [], ["no input signature", '--input "a=float32', '--input "b=float32']),
        ("add", ["c=float32[]"], ["no parameter 'c'", "a, b"]),
        ("add", ["a=float31[]"], ["'float31'", "is not a dtype"]),
        ("add", ["a=float32["], ["is not an input spec"]),
    ],
)
def test_a_bad_source_is_told_in_one_line(tracing_worker, bad, name, inputs, words):
    with pytest.raises(GraphlabError) as told:
        ask_trace(tracing_worker, parse_source(f"{bad}:{name}", inputs), lambda stage: None)

    assert_has(str(told.value), words)


@pytest.mark.tf
@pytest.mark.usefixtures("traced_by_one")
def test_a_bad_source_ends_the_command_with_exit_code_2(command, bad):
    done = command("info", f"{bad}:raises", "--input", "x=float32[2,5]")

    assert_one_line(done, "Dimensions must be equal", "bad.py:14")


@pytest.mark.tf
@pytest.mark.usefixtures("traced_by_one")
def test_a_missing_module_ends_the_command_with_exit_code_2(command):
    assert_one_line(command("info", "no_such_package.module:f"), "no module 'no_such_package'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["open", "nowhere.py:f"], ["no such file: 'nowhere.py'"]),
        (["open", "examples/quadratic.py:g", "--no-browser"], ["no 'g' in quadratic.py", "f"]),
        (["open", "examples/quadratic.py"], ["use examples/quadratic.py:NAME (found: f, NUMBER)"]),
        (["open", "--port", "70000"], ["70000", "65535"]),
        (["open", "--port", "0"], ["--port"]),
        (["open", "--host", "no.such.host.invalid", "--no-browser"], ["is not an address of this machine"]),
        (["export", "examples/quadratic.py:f", "-o", "out.xyz"], ["cannot write", ".json"]),
        (["export", "examples/quadratic.py:f", "--graph", "forward", "-o", "out.json"], ["no graph 'forward'"]),
        (["export", "examples/quadratic.py:f", "-o", "o.json", "--open", "x"], ["contain the whole graph", ".svg"]),
        (["export", "examples/quadratic.py:f", "-o", "o.json", "--depth", "0"], ["contain the whole graph", ".svg"]),
        (["export", "examples/quadratic.py:f", "-o", "o.svg", "--theme", "sepia"], ["sepia", "light", "dark"]),
        (["export", "examples/quadratic.py:f", "-o", "o.svg", "--depth", "-1"], ["--depth"]),
        (["export", "examples/quadratic.py:f", "-o", "o.svg", "--open", "x"], ["no group 'x'", "no groups"]),
        (["train", "examples/mnist_mlp.py:model", "--epochs", "0"], ["--epochs"]),
        (["train", "examples/mnist_mlp.py:model", "--data", "/no/such/folder"], ["/no/such/folder"]),
        (["train", "examples/traces"], ["contains no data", "FILE.py:NAME with datasets()"]),
        (["frobnicate"], ["frobnicate"]),
        (["--port", "70000"], ["70000", "65535"]),
        (["--no-browser", "info", "examples/quadratic.py:f"], ["options must follow the command: graphlab info"]),
        (["open", "examples/quadratic.py:f", "nowhere.py:f"], ["no such file: 'nowhere.py'"]),
        (["open", "--input", "x=float32[3]"], ["--input needs a SOURCE"]),
        (["open", "examples/quadratic.py:f", "examples/neuron.py:neuron", "--input", "x=float32[]"], ["one SOURCE"]),
        (["open", "--allow-host", "*", "--no-browser", "--port", str(free_port())], ["'*' is not the name of a host"]),
    ],
)
def test_bad_arguments_get_one_line_and_exit_code_2(command, monkeypatch, arguments, words):
    monkeypatch.chdir(ROOT)

    assert_one_line(command(*arguments), *words)


@pytest.mark.parametrize("command_name", [[], ["open"]])
@pytest.mark.parametrize(
    "arguments", [[], ["--port", "8060"], ["--port=8060", "--no-browser", "--allow-host", "b.example"]]
)
def test_options_of_open_without_a_command(command, monkeypatch, command_name, arguments):
    told = []
    monkeypatch.setattr(serve, "serve_sources", lambda specs, **options: told.append((specs, options)))

    assert command(*command_name, *arguments) == (0, "", "")
    ((specs, options),) = told
    assert specs == []
    assert options["port"] == (8060 if arguments else 8050)
    assert options["browser"] is (len(arguments) < 3)
    assert options["allowed_hosts"] == (("b.example",) if len(arguments) > 3 else ())


def test_sources_of_open(command, monkeypatch):
    told = []
    monkeypatch.setattr(serve, "serve_sources", lambda specs, **options: told.extend(spec.text for spec in specs))
    sources = ["examples/quadratic.py:f", "examples/neuron.py:neuron"]

    assert command("--no-browser", "open", *sources)[0] == 0
    assert command("--no-browser", *sources)[0] == 0
    assert told == [*sources, *sources]


def test_help_names_the_commands_and_the_options_of_open(command):
    code, said, _ = command("--help")

    assert code == 0
    for words in ("Commands:", "  export", "--version", "--allow-host NAME", "--port INTEGER RANGE"):
        assert words in said
    assert "[SOURCE]" not in said


@pytest.mark.tf
def test_what_cannot_be_trained_gets_one_line(command, monkeypatch, tmp_path):
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))

    done = command("train", "examples/mnist_mlp.py:model", "--data", str(tmp_path))

    assert_one_line(done, "no mnist.npz in the data folder")


@pytest.mark.tf
def test_a_module_source_is_found_in_the_current_folder(environment, tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "nets.py").write_text("def double(x):\n    return x * 2\n")
    env = environment | {"PYTHONPATH": str(ROOT)}
    done = graphlab("info", "pack.nets:double", "--input", "x=float32[3]", "--json", env=env, cwd=tmp_path)

    assert json.loads(done.stdout)["graphs"]["function"]["ops"] == 4


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """A port that was taken, and the app that was asked to listen there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start_app(tmp_path_factory.mktemp("gallery"), port=port) as running:
            yield port, running


def test_open_takes_the_next_free_port_and_says_so(gallery):
    port, app = gallery

    assert app.printed[0].startswith(f"port {port} is in use, using ")
    assert "127.0.0.1" in app.url
    assert b"graphlab" in answer_at(app.url)


def test_another_hosts_name_is_refused(gallery):
    _, app = gallery
    get = urllib.request.Request(app.url, headers={"Host": "elsewhere.example"})
    headers = {"Origin": "http://elsewhere.example"}
    post = urllib.request.Request(f"{app.url}_dash-update-component", data=b"{}", headers=headers)

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(get, timeout=20)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(post, timeout=20)

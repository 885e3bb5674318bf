"""Tracing in the worker: files edited meanwhile, other people's packages, code that ends Python, damaged traces."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import replace

import pytest

from graphlab.app.page.examples import example_specs
from graphlab.app.server import scenes
from graphlab.app.server.answers import SceneRequest, answer
from graphlab.app.server.jobs import MOST_WAITING, TraceJob, TraceJobs
from graphlab.app.server.library import Library
from graphlab.app.server.progress import Progress
from graphlab.app.server.view_state import read_state
from graphlab.errors import GraphlabError, TraceError
from graphlab.formats.node_link import from_node_link, to_node_link
from graphlab.layout.engine import LayoutEngine
from graphlab.loading.ask import SILENCE_S, ask_trace
from graphlab.loading.fresh import WORKER_MODULE
from graphlab.processes.worker import Worker
from graphlab.sources import parse_source
from graphlab.store.dependencies import digest
from graphlab.store.stored_graphs import find_stored, store_graphs
from tests.formats.test_node_link import small_graph
from tests.support.shared_processes import OneWorker, running

FAILURE = "tracing the train step of 'm' failed: ValueError: no step (net.py:3)"
NAMES = ("forward", "train_step")
INPUTS = ("x=float32[2]",)
FUNCTION = "def f(x):\n    return x + helper.STEP\n"


pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of installed packages."""
    folder = tmp_path_factory.mktemp("venv") / "site-packages"
    (folder / "edited").mkdir(parents=True)
    (folder / "edited" / "__init__.py").write_text("import theirs\n")
    (folder / "edited" / "net.py").write_text("def f(x):\n    return x\n")
    (folder / "theirs.py").write_text("LOADED = []\n")
    return folder


@pytest.fixture(scope="module")
def worker(site):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(site))  # a trace depends on it
        worker = Worker(WORKER_MODULE)
        yield worker
        worker.close()


@pytest.fixture
def library(tmp_path, worker):
    """A library with one function of the user's; its worker is the one of all these tests."""
    (tmp_path / "own.py").write_text("def f(x):\n    return x + 1\n")
    return Library([parse_source(f"{tmp_path}/own.py:f", INPUTS)], lambda words: None, workers=OneWorker(worker))


@pytest.fixture
def engine():
    engine = LayoutEngine()
    yield engine
    engine.close()


def say_nothing(stage):
    pass


def test_a_graph_that_could_not_be_made_has_a_tab_that_says_why(library, engine, tmp_path):
    text = f"{tmp_path}/own.py:f"
    graph = small_graph()
    graph.facts = replace(graph.facts, failures={"train_step": FAILURE})
    store_graphs(library.sources.spec(text), {"forward": to_node_link(graph)}, {})

    told = [answer_to(library, engine, read_state({"source": text, "graph": name})) for name in NAMES]

    assert [one["graphs"] for one in told] == [["forward", "train_step"]] * 2
    assert told[0]["message"] is None
    assert (told[1]["scene"], told[1]["message"]["detail"]) == (None, FAILURE)


def asked(worker, spec):
    request = {"do": "trace", "source": spec.text, "inputs": list(spec.inputs)}
    return worker.ask(request, timeout_s=SILENCE_S)


def paths(files):
    """The files of the user's that a trace depended on for what is in them."""
    return sorted(file for file in files if file.startswith("/") and not file.endswith("keras.json"))


def own_source(tmp_path, name, text, helper="STEP = 1\n"):
    (tmp_path / "helper.py").write_text(helper)
    (tmp_path / f"{name}.py").write_text(text)
    return parse_source(f"{tmp_path}/{name}.py:f", INPUTS)


def write_helper(tmp_path, value, *, once):
    """Code that edits the helper while its importer is being loaded."""
    path = str(tmp_path / "helper.py")
    condition = f"if 'STEP = {value}' not in open({path!r}).read():\n    " if once else ""
    return f"import helper, time\n{condition}open({path!r}, 'w').write(f'STEP = {value}')\n{FUNCTION}"


@pytest.mark.tf
def test_files_have_the_digests_they_were_loaded_with_when_edited_meanwhile(tmp_path, worker):
    spec = own_source(tmp_path, "edits", write_helper(tmp_path, 2, once=True))
    loaded = digest(str(tmp_path / "helper.py"))

    files = asked(worker, spec)["files"]

    assert {file: files[file] for file in paths(files)} == {
        str(tmp_path / "helper.py"): loaded,
        str(spec.file): digest(str(spec.file)),
    }
    assert digest(str(tmp_path / "helper.py")) != loaded


@pytest.mark.tf
def test_graph_is_of_the_edited_helper_when_it_was_edited_meanwhile(tmp_path, worker):
    spec = own_source(tmp_path, "once", write_helper(tmp_path, 2, once=True))

    answer = ask_trace(worker, spec, say_nothing)

    assert answer["files"][str(tmp_path / "helper.py")] == digest(str(tmp_path / "helper.py"))
    assert 2.0 in constants(answer)


def constants(answer):
    ops = from_node_link(answer["graphs"]["function"]).ops()
    return [op.attrs["value"] for op in ops if op.type == "Const"]


@pytest.mark.tf
def test_tracing_gives_up_in_words_when_files_change_each_time(tmp_path, worker):
    spec = own_source(tmp_path, "always", write_helper(tmp_path, "{time.monotonic_ns()}", once=False))

    with pytest.raises(TraceError, match="changed during each of 3 traces"):
        ask_trace(worker, spec, say_nothing)


@pytest.mark.tf
def test_installed_packages_are_not_the_users_files(tmp_path, worker):
    spec = own_source(tmp_path, "uses", f"import helper, theirs\ntheirs.LOADED.append(1)\n{FUNCTION}")
    counted = own_source(tmp_path, "counts", f"import helper, theirs\nhelper.STEP = len(theirs.LOADED)\n{FUNCTION}")

    assert paths(asked(worker, spec)["files"]) == [str(tmp_path / "helper.py"), str(spec.file)]
    assert 1.0 in constants(asked(worker, counted))  # the package was not loaded again


@pytest.mark.tf
def test_a_package_is_the_users_when_it_is_the_source(worker, site):
    files = asked(worker, parse_source("edited.net:f", INPUTS))["files"]

    assert paths(files) == [str(site / "edited" / "__init__.py"), str(site / "edited" / "net.py")]


@pytest.mark.tf
@pytest.mark.parametrize("when", ["import sys\nsys.exit(3)", "import sys\ndef f():\n    sys.exit(3)"])
def test_code_that_ends_python_is_reported_with_its_line(tmp_path, worker, when):
    spec = own_source(tmp_path, "leaves", f"{when}\n{'' if 'def' in when else FUNCTION}")
    worker.ask({"do": "start"}, timeout_s=SILENCE_S)
    pid = worker.pid

    with pytest.raises(GraphlabError, match=r"the code called sys\.exit\(3\) \(.*leaves\.py:[23]\)"):
        asked(worker, dataclasses.replace(spec, inputs=()))

    assert worker.pid == pid


def answer_to(library, engine, state):
    return answer(library, engine, SceneRequest(state), Progress()).to_json()


def traced(library, text):
    deadline = time.monotonic() + 60
    while isinstance(found := library.open(text), TraceJob) and not found.error:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    while not library.jobs.last(text).done:  # it is stored a moment before
        time.sleep(0.01)
    return found


@pytest.mark.tf
def test_page_waits_for_another_trace_when_the_stored_one_is_damaged(library, engine, tmp_path):
    text = f"{tmp_path}/own.py:f"
    state = read_state({"source": text})
    trace = traced(library, text)
    (trace.folder / "function.json.gz").write_bytes(b"")
    # The app is started again.
    later = Library([library.sources.spec(text)], lambda words: None, workers=library.workers)

    first = answer_to(later, engine, state)

    assert "scene" not in first
    assert first["again"]
    assert first["message"]["kind"] == "waiting"
    traced(later, text)
    assert answer_to(later, engine, state)["scene"]["boxes"]


@pytest.mark.tf
def test_page_says_so_when_what_was_just_stored_is_damaged(library, engine, tmp_path):
    text = f"{tmp_path}/own.py:f"
    state = read_state({"source": text})
    trace = traced(library, text)
    (trace.folder / "function.json.gz").write_bytes(b"")

    answer_to(library, engine, state)
    said = answer_to(library, engine, state)["message"]

    assert said["kind"] == "error"
    assert "is damaged" in said["detail"]
    assert find_stored(library.sources.spec(text)) is None


def test_nothing_is_complained_of_when_the_app_ends_during_a_trace(tmp_path):
    (tmp_path / "own.py").write_text("f = None\n")
    spec = parse_source(f"{tmp_path}/own.py:f")
    complaints = []
    library = Library([spec], complaints.append)
    tracing = library.open(spec.text)
    while not running(library.workers):
        time.sleep(0.01)

    library.close()
    while not tracing.done:
        time.sleep(0.01)

    assert "ended before it answered" in tracing.error
    assert complaints == []


def test_traces_with_other_inputs_are_refused_while_too_many_wait(library, tmp_path, monkeypatch):
    source = f"{tmp_path}/own.py:f"
    monkeypatch.setattr(TraceJobs, "_trace", lambda *_: None)  # they never end
    texts = [f"{source} --input x=float32[{size}]" for size in range(1, MOST_WAITING + 2)]
    for text in texts[:-1]:
        library.open(text)

    with pytest.raises(TraceError, match=f"^{MOST_WAITING} graphs with other inputs or data are already being traced"):
        library.open(texts[-1])
    assert library.jobs.last(texts[-1]) is None
    assert not library.open(texts[0]).done
    assert not library.open(source).done


def test_a_view_is_drawn_when_enough_of_what_is_too_much_is_hidden(engine, monkeypatch):
    monkeypatch.setattr(scenes, "MOST_BOXES", 60)
    library = Library(example_specs(), print)
    asked = {"source": "examples/mnist_mlp.py:model", "graph": "train_step", "open": ["*9"]}
    try:
        assert "can be drawn" in answer_to(library, engine, read_state(asked))["message"]["detail"]
        hidden = {**asked, "hide": ["adam/", "gradients/", "metrics/"]}
        assert answer_to(library, engine, read_state(hidden))["scene"]["boxes"]
    finally:
        library.close()

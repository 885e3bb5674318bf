"""The app's server: which hosts it answers, what it reports about runs, and that no request blocks the others."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from graphlab.app.page.examples import example_specs
from graphlab.app.server import answers
from graphlab.app.server.access import access_to
from graphlab.app.server.front import LateApp, make_front
from graphlab.app.server.library import Library
from graphlab.explain import FAMILIES
from graphlab.runs.events import EndEvent
from graphlab.runs.find import runs_dir
from graphlab.runs.log import RunLog
from graphlab.runs.settings import TrainSettings
from graphlab.shared_constants import BAR_DASHES
from graphlab.sources import parse_source
from graphlab.training.launch.process import new_run_dir
from tests.support.places import ASSETS

PATHS = ("/", "/scene", "/layout/page", "/assets/favicon.svg", "/assets/page/head/load_dash.js", "/_dash-page")
LONG_NAME = "a" * 300
LOOPBACK = access_to("127.0.0.1", "127.0.0.1", 8050)


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for name in ("GRAPHLAB_RUNS", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def never():
    raise AssertionError("this is not called")


def server_of(library, engine, host):
    from graphlab.app.dash_app import make_app

    later = LateApp(lambda: make_app(library, data=None).server, failed=never)
    return make_front(library, engine, later, access=access_to(host, host, 8050), on_answer=later.begin)


@pytest.fixture(scope="module")
def server_at(layout_engine):
    """Gives the server of the examples that listens on a host: one for all tests, which only ask."""
    return cache(lambda host: server_of(Library(example_specs(), print), layout_engine, host))


def ask(server, path, *, method="GET", body=b"", **headers):
    """(status, text) of the server's answer."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"once=1",
        "root_path": "",
        "scheme": "http",
        "headers": Headers(headers).raw,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8050),
    }
    sent = []
    received = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive():
        for message in received:
            return message
        return await asyncio.Future()  # the browser stays connected and says nothing more

    async def send(message):
        sent.append(message)

    # In a thread of its own: the browser of other tests keeps this one's loop running.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, server(scope, receive, send)).result()
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


@pytest.fixture
def ended_run():
    run_dir = new_run_dir(TrainSettings("examples/mnist_mlp.py:model"))
    log = RunLog(run_dir)
    log.write(EndEvent("finished"))
    log.close()
    return run_dir


@pytest.mark.parametrize("listens_on", ["127.0.0.1", "127.0.0.2", "::1"])
def test_answer_when_the_app_is_only_for_this_machine(server_at, listens_on):
    server = server_at(listens_on)

    for path in PATHS:
        for host in ("127.0.0.1:8050", "localhost", "LOCALHOST:8050", "[::1]:8050", "[::1]", "127.0.0.2:8050"):
            assert ask(server, path, host=host)[0] == 200, host
        for host in ("elsewhere.example", "elsewhere.example:8050", "192.168.0.7:8050", "[2001:db8::1]:8050", "[::1"):
            assert ask(server, path, host=host)[0] == 400, host
        assert ask(server, path, host="")[0] == 400
        assert ask(server, path)[0] == 400


@pytest.mark.parametrize("listens_on", ["127.0.0.1", "::1"])
def test_answer_when_another_sites_page_posts(server_at, listens_on):
    server = server_at(listens_on)

    for path in ("/scene", "/outline", "/_dash-update-component"):
        for origin in ("null", "http://elsewhere.example", "http://localhost:9000", "http://[", ""):
            status, _ = ask(server, path, method="POST", host="localhost:8050", origin=origin)
            assert status == 403, (path, origin)
    for origin in ("http://localhost:8050", "https://localhost:8050"):
        status, _ = ask(server, "/nowhere", method="POST", body=b"{}", host="localhost:8050", origin=origin)
        assert status != 403, origin


def outline_of(server, asked):
    return ask(server, "/outline", method="POST", body=json.dumps(asked).encode(), host="localhost")


def test_outline_when_the_same_scope_is_asked_for_often(server_at):
    asked = {"source": "examples/quadratic.py:f", "graph": None, "of": ["", "nowhere/"] * 10_000}
    status, text = outline_of(server_at("127.0.0.1"), asked)

    assert status == 200
    assert "x" in [child["title"] for child in json.loads(text)[""]]
    assert json.loads(text)["nowhere/"] == []


def scene_of(server, asked):
    return ask(server, "/scene", method="POST", body=json.dumps(asked).encode(), host="localhost")


def test_scene_and_its_marks_alone(server_at):
    server = server_at("127.0.0.1")
    asked = {"view": {"source": "examples/quadratic.py:f"}, "emphasis": {"colour": "dtype"}, "search": "mul"}
    answer = json.loads(scene_of(server, asked)[1])
    marks = json.loads(scene_of(server, {**asked, "marks": True})[1])

    assert [answer["message"], answer["again"], answer["graphs"]] == [None, False, ["function"]]
    assert answer["ready"].startswith("examples/quadratic.py:f|")
    colour, found = answer["overlays"]
    assert (colour["name"], colour["key"], found["name"]) == ("colour", "dtype", "search")
    assert {mark["count"] for mark in found["marks"]} == {1}
    assert {mark["box"] for mark in found["marks"]} < {box["id"] for box in answer["scene"]["boxes"]}
    assert marks == {name: answer[name] for name in ("overlays", "lineage")}


def test_a_view_asked_for_ahead_is_the_one_that_is_asked_for_then(server_at):
    server = server_at("127.0.0.1")
    asked = {"view": {"source": "examples/quadratic.py:f"}, "emphasis": {}}
    now = json.loads(scene_of(server, asked)[1])

    assert json.loads(scene_of(server, {**asked, "ahead": True})[1]) == now


def test_a_view_with_many_boxes_is_not_worked_out_ahead(server_at, monkeypatch):
    server = server_at("127.0.0.1")
    asked = {"view": {"source": "examples/quadratic.py:f"}, "emphasis": {}}
    scene_of(server, asked)
    monkeypatch.setattr(answers, "MOST_AHEAD", 2)

    assert scene_of(server, {**asked, "ahead": True}) == (200, "{}")


def test_an_unknown_address_is_refused(server_at):
    assert ask(server_at("127.0.0.1"), "/nowhere", host="localhost")[0] == 404


def test_scene_when_its_emphasis_is_no_words(server_at):
    asked = {"view": {"source": "examples/quadratic.py:f"}, "emphasis": {"colour": ["dtype"], "lineage": 3}}
    status, text = scene_of(server_at("127.0.0.1"), asked)

    assert status == 200
    assert json.loads(text)["lineage"]["text"].startswith("'3' does not name a lineage; use up:BOX, down:BOX")


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        {},
        {"view": {}},
        {"view": 1, "emphasis": {}},
        {"view": {"open": 3}, "emphasis": {}},
        {"view": {}, "emphasis": 3},
    ],
)
def test_scene_when_nothing_is_asked_for(server_at, asked):
    status, words = scene_of(server_at("127.0.0.1"), asked)

    assert status == 400
    assert "JSON with a `view`" in words


@pytest.mark.parametrize("asked", [None, [], {}, {"of": 3}, {"of": ""}])
def test_outline_when_nothing_is_asked_for(server_at, asked):
    assert outline_of(server_at("127.0.0.1"), asked)[0] == 400


def test_outline_when_the_source_is_unknown_or_not_traced_yet(layout_engine, tmp_path):
    source = tmp_path / "later.py"
    source.write_text("def f():\n    return 1\n")
    library = Library([parse_source(f"{source}:f")], lambda words: None)
    server = server_of(library, layout_engine, "127.0.0.1")
    try:
        for text in ("nowhere", f"{source}:f"):
            assert outline_of(server, {"source": text, "graph": None, "of": [""]}) == (200, "{}")
    finally:
        library.close()


def test_callbacks_when_the_real_app_is_made():
    from graphlab.app.dash_app import make_app

    app = make_app(Library(example_specs(), print), data=None)
    app._setup_server()
    on_server = {name: entry["callback"] for name, entry in app.callback_map.items() if "callback" in entry}

    assert len(on_server) > 5
    assert [name for name, callback in on_server.items() if not inspect.iscoroutinefunction(callback)] == []


def test_the_page_and_its_scenes_need_no_dash(layout_engine):
    answered = []
    library = Library(example_specs(), print)
    later = LateApp(never, failed=never)
    front = make_front(library, layout_engine, later, access=LOOPBACK, on_answer=lambda: answered.append(True))

    assert ask(front, "/", host="localhost")[1].startswith("<!DOCTYPE html>")
    assert answered == []
    assert scene_of(front, {"view": {"source": "examples/quadratic.py:f"}, "emphasis": {}})[0] == 200
    assert answered == [True]


def test_a_late_app_is_made_once_for_all_who_ask():
    made = []
    all_begun = threading.Barrier(5, timeout=20)

    def make():
        made.append(True)
        all_begun.wait()
        return PlainTextResponse("here")

    later = LateApp(make, failed=never)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(lambda: (later.begin(), all_begun.wait()))

    assert [ask(later, path)[1] for path in ("/one", "/two")] == ["here", "here"]
    assert made == [True]
    later.check()


def test_a_late_app_when_it_cannot_be_made():
    told = threading.Event()

    def make():
        raise ImportError("no module named dash")

    later = LateApp(make, failed=told.set)
    later.check()

    assert ask(later, "/one") == (503, "graphlab could not start; see the terminal for the reason")
    assert told.wait(20)
    with pytest.raises(ImportError, match="no module named dash"):
        later.check()


def test_nothing_is_said_when_the_server_ends_while_it_answers(caplog):
    asked = threading.Event()

    async def app(scope, receive, send):
        if scope["type"] == "http":
            asked.set()
            await asyncio.Future()

    from graphlab.app.serve import quiet_server

    server = quiet_server(app)
    server.config.timeout_graceful_shutdown = 0.1
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        ended = pool.submit(server.run, sockets=[listener])
        with socket.create_connection(listener.getsockname()) as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert asked.wait(20)
            server.should_exit = True
            ended.result(20)

    assert caplog.records == []


def test_snapshot_when_a_run_is_asked_for(server_at, ended_run):
    status, text = ask(server_at("127.0.0.1"), f"/runs/{ended_run.name}/events", host="localhost")

    assert status == 200
    assert json.loads(text)["status"] == "finished"


@pytest.mark.parametrize("name", ["nothing", LONG_NAME, "..", "."])
def test_answer_when_there_is_no_such_run(server_at, name):
    from graphlab.app.server.run_stream import run_dir_of

    runs_dir().mkdir()
    (runs_dir().parent / "run.json").write_text("{}")

    assert run_dir_of(name) is None
    assert ask(server_at("127.0.0.1"), f"/runs/{name}/events", host="localhost")[0] == 404


def test_answer_when_the_settings_of_a_run_are_broken(server_at, ended_run):
    (ended_run / "run.json").write_text("{")

    assert ask(server_at("127.0.0.1"), f"/runs/{ended_run.name}/events", host="localhost")[0] == 404


@pytest.mark.parametrize("name", ["nothing", LONG_NAME, "..", "a/b"])
def test_stop_when_there_is_no_such_run(name):
    from graphlab.app.callbacks.training_form import stop_at

    runs_dir().mkdir()
    (runs_dir().parent / "run.json").write_text("{}")

    assert stop_at(f"/runs/{name}/events") == f"there is no run {name!r}"


def test_stream_when_its_run_is_asked_for_again(ended_run):
    from graphlab.app.server.run_stream import SnapshotStreams

    streams = SnapshotStreams()
    first = streams.of(ended_run)

    assert streams.of(ended_run) is first
    first.text()
    assert first.has_ended
    assert streams.of(ended_run) is not first


def test_families_of_the_page_when_compared_with_those_of_the_ops():
    script = (ASSETS / "graph_view" / "theme.mjs").read_text(encoding="utf-8")
    style = (ASSETS / "styles" / "theme.css").read_text(encoding="utf-8")
    [names] = re.findall(r"FAMILY_NAMES = \{(.*?)\n\};", script, re.DOTALL)

    assert set(re.findall(r"^  (\w+):", names, re.MULTILINE)) == set(FAMILIES)
    assert set(BAR_DASHES) == set(FAMILIES)
    assert sorted(re.findall(r"--family-(\w+):", style)) == sorted([*FAMILIES, *FAMILIES])


@pytest.mark.parametrize("file", sorted(ASSETS.rglob("*.css")), ids=lambda file: file.name)
def test_a_style_sheet_has_at_most_about_300_lines(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 320

"""Which requests the server accepts and how it answers them, over real connections."""

from __future__ import annotations

import atexit
import html
import http.client
import json
import logging
import queue
import re
import socket
import stat
import threading
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from graphlab.app.page.examples import example_specs
from graphlab.app.server.access import Access, access_to, own_addresses, plain, tokens_in, without_token
from graphlab.app.server.address import Door, listen, open_door
from graphlab.app.server.browser import open_in_browser
from graphlab.app.server.front import LateApp, make_front
from graphlab.app.server.guards import FAILED, HEADERS, MOST_BODY_BYTES
from graphlab.app.server.library import Library
from graphlab.errors import GraphlabError
from graphlab.layout.engine import LayoutEngine
from tests.support.app_driver import free_port

QUADRATIC = "/scene?source=examples/quadratic.py:f"
ASSET = "/assets/page/head/load_dash.js"
PATHS = (
    "/",
    "/help",
    QUADRATIC,
    "/assets/favicon.svg",
    ASSET,
    "/_dash-page",
    "/_dash-layout",
    "/runs/x/events",
)
POST = {"method": "POST", "accept": "application/json"}
CALLBACK = "/_dash-update-component"


def never():
    raise AssertionError("this is not called")


@contextmanager
def running(host, *allowed):
    """A server that listens there, as its door."""
    from graphlab.app.dash_app import make_app
    from graphlab.app.serve import quiet_server

    listener = listen(host, free_port(), lambda words: None)
    door = open_door(listener, host, allowed)
    library = Library(example_specs(), print)
    later = LateApp(lambda: make_app(library, data=None).server, failed=never)
    server = quiet_server(make_front(library, LayoutEngine(), later, access=door.access, on_answer=later.begin))
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(server.run, sockets=[listener])
        yield door
        server.should_exit = True
        ended.result(20)
    library.close()
    listener.close()


@pytest.fixture(scope="module")
def local():
    with running("127.0.0.1") as door:
        yield door


@pytest.fixture(scope="module")
def everywhere():
    with running("0.0.0.0", "graphs.example") as door:
        yield door


def ask(door: Door, path, body=None, *, method="GET", at="127.0.0.1", host=None, **headers):
    """(status, headers in small letters, text) of the answer."""
    connection = http.client.HTTPConnection(at, door.port, timeout=30)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": host or f"127.0.0.1:{door.port}", **more})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def cookie_of(door: Door):
    return f"{door.access.cookie}={door.access.token}"


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/assets/nothing.js"])
def test_every_answer_has_the_headers(local, path):
    for status, headers, _ in (ask(local, path), ask(local, path, host="elsewhere.example")):
        assert status in (200, 400, 404)
        assert {name: headers[name.lower()] for name in HEADERS} | {"Content-Security-Policy": ""} == HEADERS | {
            "Content-Security-Policy": ""
        }
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"].partition("script-src")[2].partition(";")[0]


def test_each_answer_with_the_page_has_a_nonce_of_its_own(local):
    pages = [ask(local, "/") for _ in range(2)]
    nonces = [headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0] for _, headers, _ in pages]

    assert len(set(nonces)) == 2
    for nonce, (_, _, text) in zip(nonces, pages, strict=True):
        assert text.count("<script") == text.count(f'<script nonce="{nonce}"') == 3


def test_loopback_needs_no_token(local):
    assert local.access.token == ""
    assert local.url("a.py:f") == f"http://127.0.0.1:{local.port}/?source=a.py:f"
    assert [ask(local, path)[0] for path in PATHS] == [200, 200, 200, 200, 200, 200, 200, 404]


@pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
def test_answer_without_the_token_when_others_can_reach_it(everywhere, path):
    for more in ({}, {"cookie": f"{everywhere.access.cookie}=guess"}, {"cookie": "graphlab=x; {"}):
        status, headers, text = ask(everywhere, path, accept="text/html", **more)
        assert status == 401
        assert "the line that begins with <b>graphlab is at</b>" in text
        assert "set-cookie" not in headers
    for wrong in ("guess", "", everywhere.access.token[:-1], "%ff%00"):
        assert ask(everywhere, f"{path}{'&' if '?' in path else '?'}token={wrong}")[0] == 401
    assert ask(everywhere, path, accept="text/event-stream")[2].startswith("open the address in graphlab's terminal")


def test_the_first_visit_leaves_a_cookie_in_place_of_the_token(everywhere):
    token, cookie = everywhere.access.token, cookie_of(everywhere)
    status, headers, _ = ask(everywhere, f"/?token={token}&source=a.py%3Af&open=x%26y")

    assert len(token) >= 32
    assert status == 303
    assert headers["location"] == "/?source=a.py%3Af&open=x%26y"
    assert headers["set-cookie"] == f"{cookie}; HttpOnly; Path=/; SameSite=strict"
    assert [ask(everywhere, path, cookie=f"theme=dark; {cookie}")[0] for path in PATHS] == [200] * 7 + [404]
    asked = json.dumps({"view": {"source": "examples/quadratic.py:f"}, "emphasis": {}})
    assert ask(everywhere, "/scene", asked, **POST)[0] == 401
    assert ask(everywhere, "/scene", asked, cookie=cookie, **POST)[0] == 200
    assert ask(everywhere, f"/scene?token={token}", asked, **POST)[0] == 200


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/%5Celsewhere.example", "/\\elsewhere.example", "///x"])
def test_the_first_visit_leads_to_this_server_only(everywhere, path):
    place = ask(everywhere, f"{path}?token={everywhere.access.token}")[1]["location"]

    assert place[0] == "/"
    assert place[1] not in "/\\"


def test_names_a_server_for_all_answers_to(everywhere):
    own = [
        *own_addresses("0.0.0.0"),
        "127.0.0.1",
        "localhost",
        socket.gethostname(),
        "graphs.example",
        "GRAPHS.example.",
    ]
    for host in own:
        at = host if host[0].isdigit() else "127.0.0.1"
        assert ask(everywhere, "/", at=at, host=f"{host}:{everywhere.port}", cookie=cookie_of(everywhere))[0] == 200, (
            host
        )
    for host in ("elsewhere.example", "192.0.2.77", "x.graphs.example", "0.0.0.0", "[::2]"):
        status, _, text = ask(everywhere, "/", host=f"{host}:{everywhere.port}", cookie=cookie_of(everywhere))
        assert status == 400, host
        assert f"--allow-host {host.strip('[]')}" in text


def test_a_server_of_ipv6_for_all():
    with running("::") as door:
        for at in ("::1", "127.0.0.1"):
            host = f"[{at}]" if ":" in at else at
            assert ask(door, "/", at=at, host=f"{host}:{door.port}")[0] == 401
            assert ask(door, "/", at=at, host=f"{host}:{door.port}", cookie=cookie_of(door))[0] == 200
        assert ask(door, "/", at="::1", host="[::2]", cookie=cookie_of(door))[0] == 400
    with running("::1") as door:
        assert door.url() == f"http://[::1]:{door.port}/"
        assert ask(door, "/", at="::1", host=f"[::1]:{door.port}")[0] == 200


def test_a_name_that_is_passed_on_to_loopback_needs_the_token():
    with running("127.0.0.1", "https://graphs.example:443/") as door:
        assert door.url() == f"http://127.0.0.1:{door.port}/"
        assert door.access.token in door.warning
        assert ask(door, "/")[0] == 200
        assert ask(door, "/", host="graphs.example")[0] == 401
        assert ask(door, "/", host="graphs.example", cookie=cookie_of(door))[0] == 200


def test_the_terminal_says_who_can_reach_the_app(everywhere, local):
    first = own_addresses("0.0.0.0")[0]

    assert local.warning == ""
    assert everywhere.warning.startswith(f"other machines can reach graphlab at {first}")
    assert "graphs.example" in everywhere.warning
    assert "\n" not in everywhere.warning
    assert (
        everywhere.url("m.keras") == f"http://{first}:{everywhere.port}/?token={everywhere.access.token}&source=m.keras"
    )
    alone = Door(access_to("0.0.0.0", "0.0.0.0", 1), "127.0.0.1", 1)
    assert alone.access.token != everywhere.access.token


@pytest.mark.parametrize("name", ["*", "", "a b", "http://", "*.example", "https://*"])
def test_allowed_host_when_it_is_no_name(name):
    with pytest.raises(GraphlabError, match="is not the name of a host"):
        access_to("0.0.0.0", "0.0.0.0", 8050, [name])


@pytest.mark.parametrize("host", ["a" * 70, "\u00e4" * 80, "no.such.host.invalid"])
def test_listen_when_the_host_is_no_address(host):
    with pytest.raises(GraphlabError, match="is not a"):
        listen(host, 8050, print)


def test_the_token_is_not_in_the_command_line_of_the_browser(everywhere, local, monkeypatch):
    opened = queue.Queue()
    monkeypatch.setattr(webbrowser, "open", opened.put)
    removed = []
    monkeypatch.setattr(atexit, "register", lambda act, **options: removed.append(lambda: act(**options)))

    for door in (everywhere, local):
        open_in_browser(door.url("examples/quadratic.py:f"), is_secret=door.is_secret)
        url = opened.get(timeout=10)
        if door is local:
            assert url == door.url("examples/quadratic.py:f")
            continue
        page = Path(unquote(urlsplit(url).path))
        assert door.access.token not in url
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        address = html.unescape(re.search('url=(.*?)"', page.read_text())[1])
        assert address == door.url("examples/quadratic.py:f")
        for remove in removed:
            remove()
        assert not page.exists()


def test_spellings_of_addresses():
    assert plain("[::1]") == plain("0:0:0:0:0:0:0:1") == "::1"
    assert plain("::ffff:10.0.0.1") == "10.0.0.1"
    assert plain("FE80::1%eth0") == "fe80::1"
    assert without_token("a=1&token=x&b=&token=y") == "a=1&b="
    assert tokens_in("token=a&token=b%20c", "x=1; graphlab-1=t", "graphlab-1") == ("b c", "t")
    assert Access("127.0.0.1", token="t").knows("t\u00e4") is False


@pytest.mark.parametrize(
    "path", ["/nowhere", "/assets/nothing.js", "/runs/nothing/events", "/_dash-component-suites/x/y"]
)
def test_an_unknown_address_leads_home(local, path):
    status, headers, text = ask(local, path, accept="text/html,*/*;q=0.8")

    assert status == 404
    assert headers["content-type"].startswith("text/html")
    assert '<a href="/">' in text
    status, headers, text = ask(local, path, accept="application/json")
    assert (status, headers["content-type"][:10]) == (404, "text/plain")


def test_an_address_is_quoted_in_the_page_that_leads_home(local):
    text = ask(local, "/runs/%3Cscript%3Ealert(1)%3C/script%3E/events")[2]

    assert "<script>alert" not in text.lower()


def chunked(size):
    """A body of that size as it comes where its length is not told."""
    for _ in range(size // 100_000):
        yield b" " * 100_000


@pytest.mark.parametrize("path", ["/scene", "/outline", CALLBACK, "/nowhere", "/"])
def test_a_body_that_is_too_large(local, path):
    for body in (b" " * (MOST_BODY_BYTES + 1), chunked(MOST_BODY_BYTES + 100_000)):
        status, _, text = ask(local, path, body, **POST)
        assert (status, text) == (413, "the body of this request is too large: the limit is 4,000,000 bytes")


def test_a_body_that_is_just_not_too_large(local):
    asked = json.dumps({"view": {"source": "examples/quadratic.py:f"}, "emphasis": {}}).encode()

    assert ask(local, "/scene", asked.ljust(MOST_BODY_BYTES), **POST)[0] == 200
    assert ask(local, "/scene", iter([asked, b" " * (MOST_BODY_BYTES - len(asked))]), **POST)[0] == 200


def send_for_ever(client):
    while True:
        client.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")


def test_a_body_without_an_end(local):
    with socket.create_connection(("127.0.0.1", local.port), timeout=60) as client:
        client.sendall(b"POST /scene HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_for_ever(client)


@pytest.mark.parametrize("path", ["/scene", "/outline", CALLBACK])
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff\xfe", b"nothing", b"null", b"3", b"[]", b"{}", b'{"output": 3}'),
        *(b"[" * 1_000_000, b"1" * 5000, b'{"view": {"source": "\\ud800"}, "emphasis": {}}', b'{"of": ["\\udfff"]}'),
        *(b'{"of": ' + b"[" * depth + b"]" * depth + b"}" for depth in (50, 965, 975)),
    ],
    ids=range(16),
)
def test_a_body_that_the_page_does_not_send(local, caplog, path, body):
    assert ask(local, path, body, content_type="application/json", **POST)[0] == 400
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/runs/x/events?once=abc", "/scalars"])
def test_an_address_with_a_value_of_the_wrong_kind(local, path):
    assert ask(local, path)[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/runs/a%00b/events",
            "/runs/%ff/events",
            "/scalars?source=%00",
            "/assets/..%2fpyproject.toml",
            "/assets/%00",
        ),
        *("/assets/" + "a" * 5000, "/_dash-component-suites/dash/%2e%2e/x", "/_dash-ws-callback", "/%"),
    ],
)
def test_an_odd_address(local, caplog, path):
    assert ask(local, path)[0] == 404
    assert caplog.records == []


def callback_of(door, name):
    """The output of a callback that has this input, with what the page would send."""
    told = json.loads(ask(door, "/_dash-dependencies")[2])
    return next(one for one in told if any(it["id"] == name for it in one["inputs"]) and not one["clientside_function"])


@pytest.mark.parametrize("value", [3, "x", [], [[]], {"open": 3}, {"hide": True}, {"source": "\x00"}])
def test_a_callback_with_values_that_the_page_does_not_send(local, caplog, value):
    dependency = callback_of(local, "graph")
    whole = {"output": dependency["output"], "changedPropIds": [], "outputs": []}
    parts = {
        "inputs": [{**it, "value": value} for it in dependency["inputs"]],
        "state": [{**it, "value": value} for it in dependency["state"]],
    }
    for broken in (parts, {**parts, "inputs": []}, {**parts, "state": {}}, {**parts, "inputs": [3]}):
        status, _, _ = ask(local, CALLBACK, json.dumps({**whole, **broken}), content_type="application/json", **POST)
        assert status in (200, 204, 400)
    assert status == 400
    assert caplog.records == []


def test_an_error_in_a_callback_is_reported_in_the_terminal(local, caplog, monkeypatch):
    from graphlab.app.callbacks import graph as callbacks

    def broken(*_):
        raise TypeError("a fault")

    monkeypatch.setattr(callbacks, "_tabs", broken)
    dependency = callback_of(local, "graph")
    asked = {"output": dependency["output"], "changedPropIds": [], "outputs": []} | {
        name: [{**it, "value": None} for it in dependency[name]] for name in ("inputs", "state")
    }

    status, _, text = ask(local, CALLBACK, json.dumps(asked), content_type="application/json", **POST)

    assert (status, text) == (500, FAILED)
    assert "TypeError: a fault" in caplog.text


BROKEN_OFF = (
    b"POST /scene HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
    b"POST /scene HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    b"GET /_dash-component-suites/plotly/package_data/plotly.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /scene?source=examples/mnist_mlp.py:model HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # what a browser says to https
    b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
)


def test_nothing_is_printed_when_clients_go_away(local, caplog, capfd):
    caplog.set_level(logging.WARNING)
    for linger in (b"\x01\0\0\0\0\0\0\0", b"\0" * 8):  # cut off, and closed in order
        clients = []
        for request_text in BROKEN_OFF:
            client = socket.create_connection(("127.0.0.1", local.port))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.sendall(request_text)
            clients.append(client)
        time.sleep(0.1)
        for client in clients:
            client.close()
    time.sleep(0.2)
    assert ask(local, "/assets/favicon.svg")[0] == 200
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_starts_no_trace(local, site):
    def status_of(path, mode, dest):
        return ask(local, path, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest)[0]

    assert status_of(f"{QUADRATIC}%20--input%20x=float32[7]", "no-cors", "image") == 403
    assert status_of(QUADRATIC, "navigate", "document") == status_of("/_dash-layout", "cors", "empty") == 403
    assert status_of("/", "navigate", "iframe") == 403
    assert status_of("/?source=examples/quadratic.py:f", "navigate", "document") == 200
    assert status_of("/help/keys", "navigate", "document") == 200
    for own in ("same-origin", "none"):
        assert ask(local, QUADRATIC, sec_fetch_site=own, sec_fetch_mode="cors", sec_fetch_dest="empty")[0] == 200


def test_a_failure_is_answered_with_the_headers():
    async def broken(scope, receive, send):
        raise ZeroDivisionError

    from graphlab.app.serve import quiet_server
    from graphlab.app.server.guards import guarded

    server = quiet_server(guarded(broken, access_to("127.0.0.1", "127.0.0.1", 1)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        door = Door(access_to("127.0.0.1", "127.0.0.1", 1), "127.0.0.1", listener.getsockname()[1])
        status, headers, text = ask(door, "/")
        server.should_exit = True
        thread.join(20)

    assert (status, text) == (500, "graphlab could not answer this request; see the terminal for the reason")
    assert headers["x-content-type-options"] == "nosniff"

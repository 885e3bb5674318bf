"""A source's module runs as `python FILE` runs it."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from graphlab.errors import SourceError
from graphlab.sources import parse_source
from graphlab.sources.objects import find_object
from graphlab.sources.run import load_module


@pytest.fixture(autouse=True)
def own_state(monkeypatch):
    """What a script may change of its process is put back."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setattr(sys, "path", list(sys.path))


def opened(text, *arguments):
    """What `graphlab open TEXT -- ARGUMENTS` finds."""
    spec = parse_source(str(text), arguments=arguments)
    return find_object(spec, load_module(spec))


SCRIPT = """
import argparse
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, default=4)
units = parser.parse_args().units
argv = list(sys.argv)
usage = parser.format_usage()
"""


def test_a_script_finds_its_own_name_and_its_arguments(tmp_path, monkeypatch):
    (tmp_path / "net.py").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)

    assert opened("net.py:units", "--units", "64") == 64
    assert opened("net.py:units") == 4
    assert opened("net.py:argv", "--units", "3") == ["net.py", "--units", "3"]
    assert opened("net.py:usage").startswith("usage: net.py [-h]")
    assert opened("net:usage").startswith("usage: net.py [-h]")
    assert opened(f"{tmp_path}/net.py:argv") == [f"{tmp_path}/net.py"]


def test_a_model_file_takes_no_arguments(tmp_path):
    (tmp_path / "net.json").write_text("{}")

    with pytest.raises(SourceError, match="accepts no arguments; omit --units"):
        parse_source(f"{tmp_path}/net.json", arguments=("--units", "64"))


def test_arguments_that_a_script_refuses_are_told_in_its_own_words(tmp_path, capfd):
    (tmp_path / "net.py").write_text(SCRIPT.replace("default=4", "required=True"))

    with pytest.raises(SourceError) as told:
        opened(f"{tmp_path}/net.py:units")

    assert str(told.value) == (
        f"'{tmp_path}/net.py:units' rejects its arguments: net.py: error: the following arguments are required: "
        "--units (usage: net.py [-h] --units UNITS); put them after --"
    )
    assert capfd.readouterr().err == ""  # once is enough
    with pytest.raises(SourceError, match=r"argument --units: invalid int value: 'many' \(usage: "):
        opened(f"{tmp_path}/net.py:units", "--units", "many")


@pytest.mark.parametrize("end", ["sys.exit(0)", "sys.exit()", "raise SystemExit", "exit()", "sys.exit(main())"])
def test_a_script_may_end_once_it_has_made_its_object(tmp_path, monkeypatch, end):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ending.py").write_text(f"import sys\ndef main():\n    pass\nmade = 3\n{end}\nlate = 4\n")

    assert opened("ending.py:made") == 3
    assert opened("ending:made") == 3
    with pytest.raises(SourceError, match=r"before 'late' was created: the code called sys\.exit\(0\) \(.*ending.py:5"):
        opened("ending.py:late")


def test_a_script_that_fails_by_exiting_is_reported_with_its_message(tmp_path):
    (tmp_path / "net.py").write_text('import sys\nmade = 3\nprint("no licence", file=sys.stderr)\nsys.exit(3)\n')
    (tmp_path / "other.py").write_text('import sys\nmade = 3\nsys.exit("no licence")\n')

    with pytest.raises(SourceError, match=r"called sys\.exit\(3\) \(.*net.py:4\); it printed: no licence$"):
        opened(f"{tmp_path}/net.py:made")
    with pytest.raises(SourceError, match=r"called sys\.exit: no licence \(.*other.py:3\)$"):
        opened(f"{tmp_path}/other.py:made")


def test_a_file_in_a_package_imports_relatively(tmp_path):
    inner = tmp_path / "shop" / "nets"
    inner.mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text("NAME = 'shop'\n")
    (tmp_path / "shop" / "blocks.py").write_text("def block(x):\n    return 2 * x\n")
    (inner / "__init__.py").write_text("")
    (inner / "beside.py").write_text("THREE = 3\n")
    (inner / "small.py").write_text(
        "from .. import NAME, blocks\nfrom ..blocks import block\nfrom .beside import THREE\n"
        "value = (NAME, block(THREE), __name__)\n"
    )
    (inner / "script.py").write_text("import beside\nvalue = (beside.THREE, __name__)\n")

    assert opened(f"{inner}/small.py:value") == ("shop", 6, "shop.nets.small")
    assert opened(f"{inner}/script.py:value")[0] == 3
    assert opened(f"{tmp_path}/shop/__init__.py:NAME") == "shop"
    assert opened(f"{tmp_path}/shop:NAME") == "shop"


def test_a_package_without_init_files_reaches_as_far_as_the_imports(tmp_path):
    inner = tmp_path / "plain store" / "nets"
    inner.mkdir(parents=True)
    (tmp_path / "plain store" / "blocks.py").write_text("TWO = 2\n")
    (inner / "small.py").write_text("from ..blocks import TWO\n")

    assert opened(f"{inner}/small.py:TWO") == 2


def test_nothing_waits_for_a_person(tmp_path):
    (tmp_path / "asks.py").write_text("made = 1\nname = input('your name? ')\n")
    (tmp_path / "debugs.py").write_text("import pdb\nmade = 1\npdb.Pdb().set_trace()\n")
    (tmp_path / "plots.py").write_text(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nmade = plt.get_backend().lower()\n"
    )

    with pytest.raises(SourceError, match=r"EOFError: .*asks.py:2\); the code calls input\(\)"):
        opened(f"{tmp_path}/asks.py:made")
    with pytest.raises(SourceError, match="stops in the debugger"):
        opened(f"{tmp_path}/debugs.py:made")
    assert opened(f"{tmp_path}/plots.py:made") == "agg"


@pytest.mark.parametrize("place", ["my nets/net.py", "сети/сеть.py", "types.py", "random.py", "keras.py"])
def test_a_file_may_have_any_name(tmp_path, place):
    file = tmp_path / place
    file.parent.mkdir(exist_ok=True)
    file.write_text("made = 5\n")
    (tmp_path / "link.py").symlink_to(file)

    assert opened(f"{file}:made") == 5
    assert opened(f"{tmp_path}/link.py:made") == 5


NOT_CODE = [
    ("book.ipynb:model", "'book.ipynb' is a notebook: call graphlab.show(...) in one of its cells, or save it as a"),
    ("book.ipynb", "'book.ipynb' is a notebook"),
    ("net.pyc:model", "'net.pyc' is compiled Python: use its .py file"),
    ("nets:model", "'nets' is a folder: use a file in it, such as nets/small.py:model"),
    ("nets/:model", "'nets/' is a folder: use a file in it, such as nets/small.py:model"),
    ("net.txt:model", "'net.txt' is not a Python file"),
]


@pytest.mark.parametrize(("text", "words"), NOT_CODE)
def test_what_is_not_a_python_file_is_told_with_the_way_out(tmp_path, monkeypatch, text, words):
    monkeypatch.chdir(tmp_path)
    for name in ("book.ipynb", "net.pyc", "net.txt"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "small.py").write_text("model = 1\n")

    with pytest.raises(SourceError) as told:
        parse_source(text)

    assert str(told.value).startswith(words)


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "GeneratorExit", "Own('no more')"])
def test_what_only_python_itself_catches_is_told_with_its_line(tmp_path, monkeypatch, raised):
    (tmp_path / "stops.py").write_text(f"class Own(BaseException): pass\nraise {raised}\nmade = 3\n")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in the process that traces
    try:
        with pytest.raises(SourceError) as told:
            opened(f"{tmp_path}/stops.py:made")
    finally:
        signal.signal(signal.SIGINT, before)

    words = {"Own('no more')": "Own: no more"}.get(raised, raised)
    assert str(told.value).endswith(f"failed: the code raised {words} ({tmp_path}/stops.py:2)")


def test_a_script_may_take_its_streams_away(tmp_path):
    (tmp_path / "silent.py").write_text(
        "import sys\nfrom graphlab.processes.tensorflow_start import _muted_stderr\n"
        "sys.stdout = None\nsys.stderr = None\nprint('unheard')\nwith _muted_stderr():\n    made = 3\n"
    )
    before = sys.stdout, sys.stderr

    assert opened(f"{tmp_path}/silent.py:made") == 3
    assert (sys.stdout, sys.stderr) == before


def test_a_script_may_close_its_streams():
    lines = ["sys.stdout.close()", "sys.stderr.close()", "os.close(1)", "os.close(2)", "with _muted_stderr(): pass"]
    script = "import os, sys\nfrom graphlab.processes.tensorflow_start import _muted_stderr\n" + "\n".join(lines)

    ended = subprocess.run([sys.executable, "-c", f"{script}\nos._exit(7)"], timeout=60, check=False)

    assert ended.returncode == 7


def test_a_usage_that_a_script_goes_on_after_is_heard(tmp_path, capfd):
    (tmp_path / "net.py").write_text(SCRIPT + "parser.print_usage(sys.stderr)\n")

    assert opened(f"{tmp_path}/net.py:units") == 4
    assert capfd.readouterr().err == "usage: net.py [-h] [--units UNITS]\n"


def test_the_line_of_a_syntax_error_is_told_once(tmp_path):
    (tmp_path / "n_syntax.py").write_text("x = 1\ny = (\n")

    with pytest.raises(SourceError) as told:
        opened(f"{tmp_path}/n_syntax.py:x")
    assert str(told.value).endswith(f"failed: SyntaxError: '(' was never closed ({tmp_path}/n_syntax.py:2)")


def test_a_long_message_is_told_by_its_beginning_and_end(tmp_path):
    (tmp_path / "long.py").write_text("raise ValueError('first ' + 'many ' * 600 + 'last')\n")

    with pytest.raises(SourceError) as told:
        opened(f"{tmp_path}/long.py:x")
    _, _, words = str(told.value).partition("failed: ")
    assert words.startswith("ValueError: first many")
    assert words.endswith(f"many last ({tmp_path}/long.py:1)")
    assert len(words) < 400 + len(str(tmp_path))


IN_A_TERMINAL = """
import sys
from graphlab.errors import SourceError
from graphlab.sources import parse_source
from graphlab.sources.run import load_module
try:
    load_module(parse_source(sys.argv[1] + ":f"))
except SourceError as error:
    print("TOLD", error)
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import getpass; key = getpass.getpass()", "EOFError: .*; the code calls input() or getpass()"),
        ("from getpass import getpass; key = getpass()", "EOFError: .*; the code calls input() or getpass()"),
        ("key = open('/dev/tty').readline()", "No such device or address: '/dev/tty'"),
        ("key = input()", "EOFError: .*; the code calls input() or getpass()"),
    ],
)
def test_a_script_cannot_ask_the_terminal_that_it_is_opened_from(tmp_path, line, words):
    pty = pytest.importorskip("pty")
    file = tmp_path / "asks.py"
    file.write_text(f"{line}\nf = None\n")
    child, terminal = pty.fork()
    if not child:
        done = subprocess.run([sys.executable, "-c", IN_A_TERMINAL, str(file)])  # as a shell starts it
        os._exit(done.returncode)
    said, ends = b"", time.monotonic() + 60
    with contextlib.suppress(OSError):  # what a terminal reads as once its program has ended
        while select.select([terminal], [], [], max(ends - time.monotonic(), 0))[0] and (
            more := os.read(terminal, 4096)
        ):
            said += more
    os.close(terminal)
    in_time = time.monotonic() < ends
    if not in_time:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert in_time
    assert re.search(f"TOLD .*{words}".replace("()", r"\(\)"), " ".join(said.decode().split()))
    assert "asks.py:1" in said.decode()


FORKING = """
import os
import sys

number = os.fork()
if number == 0:
    END
said = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
"""
LOADS = """
import sys
from graphlab.sources import parse_source
from graphlab.sources.run import load_module
print("LOADED", load_module(parse_source(sys.argv[1] + ":said")).said)
"""


@pytest.mark.parametrize(
    ("end", "code", "err"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no more')", 1, "no more"),
        ("raise ValueError('wrong')", 1, "ValueError: wrong"),
    ],
)
def test_a_process_that_a_script_forks_ends_where_the_script_ends(tmp_path, end, code, err):
    (tmp_path / "forks.py").write_text(FORKING.replace("END", end))

    done = subprocess.run([sys.executable, "-c", LOADS, f"{tmp_path}/forks.py"], capture_output=True, text=True)

    assert done.stdout == f"LOADED {code}\n"
    assert done.stderr.strip().endswith(err)
    assert bool(done.stderr) == bool(err)


def test_a_forked_process_that_runs_the_script_to_its_end_loads_nothing(tmp_path):
    (tmp_path / "forks.py").write_text("import os\nsaid = os.fork()\nif said:\n    os.waitpid(said, 0)\n")

    done = subprocess.run([sys.executable, "-c", LOADS, f"{tmp_path}/forks.py"], capture_output=True, text=True)

    assert done.stdout.count("LOADED") == 1
    assert "LOADED 0" not in done.stdout

"""Paths of any length and kind: what is neither a file nor a folder is refused without reading it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from graphlab.errors import DataError, FormatError, SourceError
from graphlab.formats import read, read_weights
from graphlab.sources import parse_source
from graphlab.sources.data_folders import data_folder
from graphlab.sources.objects import check_name

LONG = "a" * 300
NOBODY = 65_534
DATA_LIMIT = 200_000_000
UNDER_LIMIT = """
import sys
from pathlib import Path
from graphlab.errors import FormatError
from graphlab.formats import read
from graphlab.loading.limits import limited_memory
try:
    with limited_memory(int(sys.argv[2])):
        read(Path(sys.argv[1]))
except FormatError as error:
    print(error)
"""


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """A folder, gone to, with one of each kind that has no end or no bytes."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    os.mkfifo("pipe.keras")
    os.mkfifo("pipe.py")
    Path("zero.onnx").symlink_to("/dev/zero")
    Path("loop.keras").symlink_to("loop.keras")
    Path("loop.py").symlink_to("loop.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.tflite")
        yield tmp_path


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/dev/zero", "'/dev/zero' is a device, not a file or a folder"),
        ("/dev/zero:f", "'/dev/zero' is not a Python file"),
        ("zero.onnx", "'zero.onnx' is a device"),
        ("pipe", "'pipe' is a named pipe"),
        ("pipe.keras", "'pipe.keras' is a named pipe"),
        ("pipe.py:f", "'pipe.py' is a named pipe"),
        ("pipe.py", "'pipe.py' is a named pipe"),
        ("socket.tflite", "'socket.tflite' is a socket"),
        ("loop.keras", "'loop.keras' is a symbolic link to itself"),
        ("loop.py:f", "'loop.py' is a symbolic link to itself"),
        (f"{LONG}.keras", "aaa' is too long for a path"),
        (f"{LONG}.py:f", "is too long for a path"),
        (f"{LONG}.py", "is too long for a path"),
        ("x/" * 3000 + "m.keras", "is too long for a path"),
        ("a\0b.keras", r"no such file or folder: 'a\x00b.keras'"),
        ("a\0b.py:f", r"no such file: 'a\x00b.py'"),
        ("~nosuchuser/x.py:f", "no such file: '~nosuchuser/x.py'"),
        ("~nosuchuser/x.keras", "no such file or folder: '~nosuchuser/x.keras'"),
        ("./:f", "'./' is a folder: use a file in it"),
        ("", "is not a source"),
    ],
)
def test_source_of_an_odd_kind(odd, text, words):
    with pytest.raises(SourceError) as told:
        parse_source(text)
    assert words.replace("aaa'", "a.keras'") in str(told.value)
    assert len(str(told.value)) < 600


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["pipe", "pipe.keras", "zero.onnx", "socket.tflite", "/dev/zero", "loop.keras"])
def test_reading_what_is_of_an_odd_kind(odd, name):
    for act in (lambda: read(Path(name)), lambda: read_weights(Path(name), "x")):
        with pytest.raises(FormatError, match=r"is a (device|named pipe|socket|symbolic link)"):
            act()


@pytest.mark.timeout(20)
def test_reading_a_log_with_a_pipe_in_it(odd):
    os.mkfifo("events.out.tfevents.1")

    with pytest.raises(FormatError, match=r"is not a model: a SavedModel contains saved_model\.pb"):
        read(odd)


@pytest.mark.parametrize("folder", [LONG, "loop.keras", "pipe", "/dev/zero", "a\0b", "~nosuchuser/x", "nowhere"])
def test_data_folder_of_an_odd_kind(odd, folder):
    with pytest.raises(DataError):
        data_folder(folder)


@contextmanager
def as_nobody():
    """Do it as a user who owns nothing."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def forbidden():
    """A folder that anybody finds, with a model, a script and a folder that nobody may read."""
    home = Path(tempfile.mkdtemp(dir="/tmp"))
    home.chmod(0o755)
    (home / "m.json").write_text("{}")
    (home / "code.py").write_text("def f(x):\n    return x\n")
    (home / "saved").mkdir()
    (home / "saved" / "saved_model.pb").write_bytes(b"\x08\x01")
    (home / "open").mkdir()
    (home / "open" / "saved_model.pb").write_bytes(b"\x08\x01")
    for name in ("m.json", "code.py", "saved", "open/saved_model.pb"):
        (home / name).chmod(0)
    yield home
    shutil.rmtree(home)


@pytest.mark.parametrize("name", ["m.json", "code.py:f", "saved", "saved/saved_model.pb", "saved/x.py:f"])
def test_source_that_may_not_be_read(forbidden, name):
    with as_nobody(), pytest.raises(SourceError, match="cannot be read: permission denied"):
        parse_source(f"{forbidden}/{name}")


@pytest.mark.parametrize("name", ["m.json", "saved", "open"])
def test_reading_what_may_not_be_read(forbidden, name):
    with as_nobody(), pytest.raises(FormatError, match=r"(?i)cannot (be )?read.*permission denied"):
        read(forbidden / name)


def test_a_script_that_is_no_script(tmp_path):
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(5_000_000_000)  # a hole: it takes no room
    (tmp_path / "deep.py").write_text("x = " + "(" * 100_000)

    with pytest.raises(SourceError, match="too large for a Python file: it has 5,000,000,000 bytes"):
        parse_source(f"{tmp_path}/huge.py:f")
    with pytest.raises(SourceError, match=r"loading .* failed"):
        check_name(parse_source(f"{tmp_path}/deep.py:f"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("m.json", r"'.*m.json' is too large to read with 0.2 GB of memory"),
        ("m.keras", "is not|is no |damaged|holds no model"),  # it is told by its first bytes
    ],
)
def test_a_file_that_is_too_large_is_not_called_damaged(tmp_path, name, words):
    with (tmp_path / name).open("wb") as file:
        file.write(b'{"nodes": [' if name == "m.json" else b"nothing")
        file.truncate(500_000_000)
    command = [sys.executable, "-c", UNDER_LIMIT, str(tmp_path / name), str(DATA_LIMIT)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert told.stderr == ""
    assert re.search(words, told.stdout)


@pytest.mark.parametrize("name", ["m.pb", "m.onnx", "m.pbtxt"])
def test_a_message_of_more_than_two_gigabytes(tmp_path, name):
    with (tmp_path / name).open("wb") as file:
        file.write(b"\x0a\x00")
        file.truncate(3_000_000_000)

    with pytest.raises(FormatError, match="2 GB"):
        read(tmp_path / name)

"""A source's module runs as `python FILE` runs it."""

from __future__ import annotations

import sys

import pytest

from graphlab.errors import SourceError
from graphlab.source import find_object, parse_source
from graphlab.source_run import load_module


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

    with pytest.raises(SourceError, match="takes no arguments; leave out --units"):
        parse_source(f"{tmp_path}/net.json", arguments=("--units", "64"))

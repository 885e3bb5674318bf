"""The words that the glossary of ARCHITECTURE.md retires are not names in the code, Python or JavaScript."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from tests.support.package_code import FILES, PACKAGE, nodes_of
from tests.support.places import ROOT

ASSETS = ROOT / "assets"
SCRIPTS = sorted([*ASSETS.rglob("*.mjs"), *ASSETS.rglob("*.js")])
# What a script declares: variables, functions, classes, and the names that JSDoc gives a type to.
DECLARED = re.compile(
    r"\b(?:(?:const|let|class) (?P<name>[\w$]+)|function (?P<function>[\w$]+)\()"
    r"|\b(?:const|let) [{\[](?P<names>[^=\n]*)[}\]] ="
    r"|@(?:param|property) \{.*?\} \[?(?P<documented>[\w$]+)"
    r"|@typedef \{.*\} (?P<type>[\w$]+)"
)
# The rooms that work with graphs after TensorFlow's tracing. To them a trace is how a graph came about.
AFTER_TRACING = ("app", "overlay", "view", "layout")
TRACE = re.compile(r"(^|_)(traces?|tracings?)(_|[A-Z]|$)|(^|_)TRAC(E|ES|ING)(_|$)|(Traces?|Tracing)([A-Z]|$)")
# Names with the word `trace` or `tracing` there and in the scripts, and what they mean by it.
TRACES = {
    "TraceJob": "a source that is being traced",
    "TraceJobs": "the sources that are being traced",
    "tracing": "a TraceJob",
    "_tracings": "the TraceJobs",
    "_trace": "traces a source",
    "_trace_name": "tells a graph from the one that is traced later",
    "plotlyTrace": "Plotly's word for a curve",
}


@cache
def retired_words() -> dict[str, str]:
    """The retired words of the glossary, each with what to use instead."""
    table = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("### Retired words")[2]
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", table, re.MULTILINE)
    return {word: better for words, better in rows for word in re.findall(r"`(\w+)`", words)}


def names_bound_in(file: Path) -> Iterator[str]:
    """The names of a module's functions, classes, arguments, variables and fields."""
    for node in nodes_of(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def names_declared_in(script: Path) -> Iterator[str]:
    """The names that a script declares, and those that its JSDoc documents."""
    for match in DECLARED.finditer(script.read_text("utf-8")):
        yield from re.findall(r"[\w$]+", " ".join(filter(None, match.groups())))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def retired_in(names: Iterable[str]) -> dict[str, str]:
    """The retired words among names, each with what to use instead."""
    used = {name.strip("_").lower() for name in names}
    return {word: better for word, better in retired_words().items() if word in used}


def test_the_glossary_retires_words():
    assert len(retired_words()) >= 10


def test_no_module_is_a_retired_word():
    retired = retired_in(file.stem for file in (*FILES, *SCRIPTS))

    assert retired == {}


def test_no_group_is_of_a_retired_kind():
    texts = {node.value for file in FILES for node in nodes_of(file) if isinstance(node, ast.Constant)}

    assert texts & {"choice", "choices"} == set()


def test_no_name_is_a_retired_word():
    retired = {name_of(file): retired_in(names_bound_in(file)) for file in FILES}

    assert {file: words for file, words in retired.items() if words} == {}


def test_no_name_in_a_script_is_a_retired_word():
    retired = {name_of(script): retired_in(names_declared_in(script)) for script in SCRIPTS}

    assert {script: words for script, words in retired.items() if words} == {}


def test_a_trace_is_only_what_tensorflow_gives():
    modules = [file for room in AFTER_TRACING for file in (PACKAGE / room).rglob("*.py")]
    names = chain(*map(names_bound_in, modules), *map(names_declared_in, SCRIPTS))

    assert {name for name in names if TRACE.search(name)} == TRACES.keys()

"""The words of the page, the terminal and the trainings: for one thing always the same, as the style guide has it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.places import ROOT

# What a learner should not have to read, by the word that is used instead.
AVOIDED = {
    "dataset": r"\bdata[ -]sets?\b",
    "variable update": r"written back",
    "control dependency": r"\border only\b|\border or shape\b|\bonly orders?\b",
    "is not a": r"(?<!here )\b(is|are) no (?!longer|more)\w",
    "iteration": r"\b(each|one) round\b|\bround to round\b",
    "unpin": r"take (the|a) pin|take it away",
    "continue": r"\bgoes on by itself\b|\bit goes on\b",
    "everything inside": r"\bOpen .* whole\b|\bClose .* whole\b",
}
PYTHON = [
    *sorted((ROOT / "graphlab" / "app").glob("*.py")),
    *sorted((ROOT / "graphlab").glob("cli*.py")),
    *sorted((ROOT / "graphlab" / "training").glob("*.py")),
    *sorted((ROOT / "graphlab" / "runs").glob("*.py")),
]
SCRIPTS = sorted([*(ROOT / "assets").rglob("*.js"), *(ROOT / "assets").rglob("*.mjs")])
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def texts_of_python(file):
    """Every text in a Python file but docstrings; of an f-string its fixed parts."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)]
    docs = {id(node.body[0].value) for node in blocks if node.body and isinstance(node.body[0], ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in docs]


def texts_of_script(file):
    return QUOTED.findall(COMMENT.sub("", file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", [*PYTHON, *SCRIPTS], ids=lambda file: file.name)
def test_texts_use_the_words_of_the_style_guide(file):
    texts = texts_of_python(file) if file.suffix == ".py" else texts_of_script(file)

    bad = [(text, better) for text in texts for better, avoided in AVOIDED.items() if re.search(avoided, text)]

    assert bad == []


def test_the_words_are_looked_for_in_what_a_reader_sees(tmp_path):
    (tmp_path / "a.py").write_text('"""A data set."""\nwords = f"the data set {1}"\n')
    (tmp_path / "a.js").write_text('/* "written back" */\nconst words = `Open ${name} whole`; // "data set"\n')

    assert texts_of_python(tmp_path / "a.py") == ["the data set "]
    assert texts_of_script(tmp_path / "a.js") == ["`Open ${name} whole`"]


def test_comments_and_documents_say_dataset():
    folders = ("graphlab", "tests", "examples")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / "README.md", ROOT / "CHANGELOG.md"]

    said = re.compile(AVOIDED["dataset"], re.IGNORECASE)
    assert [path.name for path in files if path != Path(__file__) and said.search(path.read_text("utf-8"))] == []

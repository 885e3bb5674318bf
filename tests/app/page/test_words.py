"""Every text that a person reads uses the usual word, and the same word for the same thing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.package_code import FILES, nodes_of
from tests.support.places import ROOT

# What a reader should not have to read, by the word that is used instead.
AVOIDED = {
    "dataset": r"\bdata[ -]sets?\b",
    "variable update": r"written back",
    "control dependency": r"\border only\b|\border or shape\b|\bonly orders?\b",
    "is not a": r"(?<!here )\b(is|are) no (?!longer|more)\w",
    "iteration": r"\b(each|one|every) round\b|\bround to round\b|\bafter the other round\b",
    "conditional": r"\b[Ll]oops?,? (and )?choices\b|\bchoices? and (loops?|calls?)\b",
    "unpin": r"take (the|a) pin|take it away",
    "continue": r"\bgoes on\b|\bgo on\b|\bstill going\b",
    "expand everything inside": r"\bOpen .* whole\b|\bClose .* whole\b",
    "upstream, downstream, paths": r"\b(what|all) is traced\b|\btraced ops\b|\b[Ee]nd (of )?the trace\b|is not a trace",
    "retraced": r"\btraced again because\b",
    "reports, checks": r"\b([Tt]ells?|told) (whether|that|how|what|which|where|of)\b|\bwhat is said of\b",
    "contains": r"\bholds? (none|nothing|no|more than|something|files|Python|weights)\b",
    "requires": r"\b(takes|needs) the \w+ package\b|\bwhat it takes\b",
    "use": r"\b[Gg]ive (it|one|another|--|FILE)",
    "truncated": r"\b(is|it is|file) (cut off|cut short|torn)\b",
    "reports a reason": r"\bwithout a word\b|\bterminal says why\b",
    "fix, correct": r"\bmend(s|ed)?\b",
    "instead of": r"\bin place of\b",
}
HELP = [*sorted((ROOT / "assets" / "help").glob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]
SCRIPTS = sorted([*(ROOT / "assets").rglob("*.js"), *(ROOT / "assets").rglob("*.mjs")])
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def texts_of_python(file):
    """Every text in a Python file but docstrings; of an f-string its fixed parts."""
    nodes = nodes_of(file)
    blocks = [node for node in nodes if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)]
    docs = {id(node.body[0].value) for node in blocks if node.body and isinstance(node.body[0], ast.Expr)}
    found = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in docs]


def texts_of_script(file):
    return QUOTED.findall(COMMENT.sub("", file.read_text(encoding="utf-8")))


def texts_of_document(file):
    """The paragraphs, each in one line."""
    return [" ".join(text.split()) for text in file.read_text(encoding="utf-8").split("\n\n")]


TEXTS = {".py": texts_of_python, ".js": texts_of_script, ".mjs": texts_of_script, ".md": texts_of_document}


def test_texts_use_the_usual_words():
    texts = {file: TEXTS[file.suffix](file) for file in (*FILES, *SCRIPTS, *HELP)}
    everything = "\n".join(text for file in texts for text in texts[file])

    bad = [
        (str(file.relative_to(ROOT)), text, f"use {better}")
        for better, avoided in AVOIDED.items()
        if re.search(avoided, everything)
        for file in texts
        for text in texts[file]
        if re.search(avoided, text)
    ]

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

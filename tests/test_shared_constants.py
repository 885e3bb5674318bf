"""What Python and the browser both need to know is in one file, and neither side has it a second time."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from graphlab import shared_constants
from tests.support.package_code import FILES, text_of
from tests.support.places import ASSETS, ROOT

SHARED = json.loads((ASSETS / "shared_constants.json").read_text(encoding="utf-8"))
PYTHON = {str(file.relative_to(ROOT)): text_of(file) for file in FILES if file.name != "shared_constants.py"}
BROWSER = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in sorted(ASSETS.rglob("*.mjs"))}
DRAWING = ("graphlab/app/", "graphlab/layout/", "graphlab/overlay/", "graphlab/pictures/", "assets/")

_PYTHON_CONSTANT = re.compile(r"^([A-Z][A-Z0-9_]*)(?:: [^=\n]+)? = ([\[({]?[-\d][^#\n]*)", re.MULTILINE)
_BROWSER_CONSTANT = re.compile(r"^(?:export )?const ([A-Z][A-Z0-9_]*) = ([\[{]?[-\d][^;\n]*);", re.MULTILINE)


def constants_of(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, object]]:
    """The constants of a module that are numbers or lists of numbers, written out on one line."""
    for name, value in pattern.findall(text):
        try:
            number_or_list = ast.literal_eval(value.strip())
        except (SyntaxError, ValueError):
            continue
        yield name, list(number_or_list) if isinstance(number_or_list, tuple) else number_or_list


def names_used_in(texts: dict[str, str]) -> set[str]:
    return {name for text in texts.values() for name in re.findall(r"\b[A-Z][A-Z0-9_]+\b", text)}


def test_every_shared_constant_has_a_name_in_python():
    assert {name for name in vars(shared_constants) if name.isupper() and name != "_SHARED"} == set(SHARED)


def test_every_shared_constant_is_used_on_both_sides():
    assert set(SHARED) - names_used_in(PYTHON) == set()
    assert set(SHARED) - names_used_in(BROWSER) == set()


def test_no_shared_constant_has_a_second_value_where_it_is_drawn_by():
    texts = {name: text for name, text in (PYTHON | BROWSER).items() if name.startswith(DRAWING)}
    bound = r"^(?:export )?(?:const )?({})(?:: [^=\n]+)? = (?!constants\.|new Set\(constants\.)".format(
        "|".join(SHARED)
    )

    assert {
        name: re.findall(bound, text, re.MULTILINE) for name, text in texts.items() if re.search(bound, text, re.M)
    } == {}


def test_no_other_constant_is_written_on_both_sides():
    def without_unit(name: str) -> str:
        return re.sub("_(PX|MS|S)$", "", name)

    python = [constant for text in PYTHON.values() for constant in constants_of(text, _PYTHON_CONSTANT)]
    browser = [constant for text in BROWSER.values() for constant in constants_of(text, _BROWSER_CONSTANT)]

    assert len(python) > 100
    assert len(browser) > 30
    known = [(without_unit(name), value) for name, value in python]
    assert [name for name, value in browser if (without_unit(name), value) in known] == []

"""The ids of the page's components: the same in Python and in JavaScript."""

from __future__ import annotations

import re

from graphlab.app.page import ids
from tests.support.places import ASSETS

WRITTEN = dict(re.findall(r'^export const (\w+) = "([^"]+)";', (ASSETS / "ids.mjs").read_text("utf-8"), re.MULTILINE))
SCRIPTS = sorted(ASSETS.rglob("*.mjs"))


def test_ids_of_scripts_are_those_of_the_page():
    assert {name: getattr(ids, name, None) for name in WRITTEN} == WRITTEN


def test_no_script_spells_an_id_that_has_a_name():
    call = r'(?:getElementById|setProps|set_props)\("([^"]+)"'
    spelled = [
        (str(file.relative_to(ASSETS)), name) for file in SCRIPTS for name in re.findall(call, file.read_text("utf-8"))
    ]

    assert [(file, name) for file, name in spelled if name in WRITTEN.values()] == []

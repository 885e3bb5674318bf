"""The rules of ops as TeX: formulas and derivatives by op type, and the MathML that TeX becomes at build time."""

from __future__ import annotations

import json
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from graphlab.evaluation.words.plain_text import MathNode

FOLDER = Path(__file__).parent
MATHML_FILE = FOLDER / "mathml.json"
ELEMENTWISE = ("arithmetic", "activations", "comparisons")
UPDATES = "updates"


@dataclass(frozen=True)
class Rule:
    """How an op computes its output, and its derivatives, in TeX with placeholders such as @a.

    `derivatives` and `chain` have one entry for each input; "" for an input without a gradient. `linear` lists the
    inputs in which the op is linear; `additive` says that these are added, not multiplied.
    """

    value: str = ""
    arrays: str = ""
    cell: str = ""
    derivatives: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    linear: tuple[int, ...] = ()
    additive: bool = False
    is_elementwise: bool = False

    def for_input(self, texts: tuple[str, ...], port: int) -> str:
        """The entry for an input; an op with any number of inputs has one entry for all."""
        return texts[port] if port < len(texts) else texts[-1] if self.additive and texts else ""


@cache
def rules() -> dict[str, Rule]:
    """The rule of each op type; "Pow 2" is the rule of a special case of Pow."""
    return {
        key: rule for file in sorted(FOLDER.glob("*.toml")) if file.stem != UPDATES for key, rule in _read(file).items()
    }


@cache
def update_rules() -> dict[str, list[tuple[str, str]]]:
    """The formulas of each optimizer's update in order, each with the letter of what it computes."""
    tables = tomllib.loads((FOLDER / f"{UPDATES}.toml").read_text(encoding="utf-8"))
    return {key: [(letter, tex) for letter, tex in table["steps"]] for key, table in tables.items()}


def all_tex() -> Iterator[str]:
    """Every TeX text of the rules."""
    for rule in rules().values():
        texts = (rule.value, rule.arrays, rule.cell, *rule.derivatives, *rule.chain)
        yield from (text for text in texts if text)
    yield from (tex for steps in update_rules().values() for _, tex in steps)


@cache
def template(tex: str) -> MathNode:
    """The MathML of one of the rules' texts as a tree; a placeholder @a is the text "@a"."""
    [row] = ET.fromstring(_mathml()[tex])
    return _node(row)


@cache
def _mathml() -> dict[str, str]:
    return cast("dict[str, str]", json.loads(MATHML_FILE.read_text(encoding="utf-8")))


def _node(element: ET.Element) -> MathNode:
    """The element as a tree without its namespace. The formulas are few levels deep."""
    text = [element.text] if element.text else []
    tag = element.tag.rpartition("}")[2]
    return {"tag": tag, "attributes": dict(element.attrib), "children": [*text, *map(_node, element)]}


def _read(file: Path) -> dict[str, Rule]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        key: Rule(
            value=table["value"],
            arrays=table.get("arrays", ""),
            cell=table.get("cell", ""),
            derivatives=tuple(table["derivatives"]),
            chain=tuple(table.get("chain", ())),
            linear=tuple(table.get("linear", ())),
            additive=table.get("additive", False),
            is_elementwise=file.stem in ELEMENTWISE,
        )
        for key, table in tables.items()
    }

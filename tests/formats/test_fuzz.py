"""Damaged versions of every format are read as far as possible, or refused in one sentence; a limited number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.damage import damaged
from tests.fuzz.reading import keep_seeds, read_all, shares, slug

pytestmark = pytest.mark.tf

EACH = 25


def test_a_damaged_file_gives_a_graph_or_a_sentence(tmp_path: Path) -> None:
    from tests.fuzz.seeds import FORMATS, make_seeds

    good, kept = tmp_path / "good", tmp_path / "kept"
    good.mkdir()
    kept.mkdir()
    keep_seeds(kept, make_seeds(good))
    told = read_all(kept, [(slug(name), 0, EACH) for name in FORMATS], jobs=1, on_share=lambda _told: None)

    assert told.bad == []
    assert {sum(counts.values()) for counts in told.outcomes.values()} == {EACH}
    assert {name for name, counts in told.outcomes.items() if counts["read"] and counts["refused"]} == set(
        map(slug, FORMATS)
    )


def test_shares_hold_each_number_of_each_format_once() -> None:
    names = (".a", ".keras", ".b")
    given = list(shares(names, 1_201, first=7))
    numbers = {name: [n for other, first, last in given if other == name for n in range(first, last)] for name in names}

    assert numbers == {".a": list(range(7, 542)), ".keras": list(range(7, 140)), ".b": list(range(7, 540))}


def test_the_same_number_gives_the_same_damage() -> None:
    good = b'{"nodes": [1, 2, {"id": "a", "path": [3, 4, 5]}], "edges": [], "graph": {"name": "net"}}'
    assert [damaged(number, good) for number in range(50)] == [damaged(number, good) for number in range(50)]
    assert len({damaged(number, good) for number in range(50)}) > 40

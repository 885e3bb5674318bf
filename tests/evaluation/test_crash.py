"""What remains of an evaluation when native code ends its process: the op that it was running."""

from __future__ import annotations

from pathlib import Path

from graphlab.evaluation.limits.last_op import OpRecord, crash_words

HOW = "was ended by SIGSEGV, a crash in native code"


def test_the_op_that_is_running_is_named(tmp_path: Path) -> None:
    record = OpRecord()
    record.note("before there is a file")
    record.begin(tmp_path / "op")
    record.note("while/body/a_long_name")
    record.note("while/body/é")

    assert crash_words(HOW, tmp_path / "op") == f"{HOW} while it ran while/body/é, perhaps because memory ran out"


def test_nothing_is_added_between_ops(tmp_path: Path) -> None:
    record = OpRecord()
    assert crash_words(HOW, tmp_path / "op") == HOW
    record.begin(tmp_path / "op")
    record.note("x" * 10_000)
    record.note("")
    assert crash_words(HOW, tmp_path / "op") == HOW

"""A few answers that are kept."""

from __future__ import annotations

import threading

from graphlab.view import Few


def test_an_answer_is_made_once_when_several_ask_at_the_same_time():
    few = Few(2)
    made = []
    asked = threading.Barrier(4)

    def ask():
        asked.wait()
        assert few.find("a", lambda: made.append("a") or "answer") == "answer"

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"]


def test_the_answer_that_was_asked_for_longest_ago_goes_when_there_are_too_many():
    few = Few(2)
    for key in ("a", "b", "a", "c"):
        few.find(key, lambda key=key: key)
    assert [few.find(key, lambda: "made again") for key in ("a", "c", "b")] == ["a", "c", "made again"]


def test_an_answer_may_be_made_from_another_one():
    few = Few(2)
    assert few.find("whole", lambda: few.find("part", lambda: 1) + 1) == 2
    assert few.find("part", lambda: 0) == 1

"""The caches."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphlab.app.page.examples import example_specs
from graphlab.app.server.library import Library
from graphlab.cache import LruCache
from graphlab.view import fold_quiet, once
from tests.support.example_graphs import MNIST, example_graph


def test_an_answer_is_made_once_when_several_ask_at_the_same_time():
    few = LruCache(2)
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
    few = LruCache(2)
    for key in ("a", "b", "a", "c"):
        few.find(key, lambda key=key: key)
    assert [few.find(key, lambda: "made again") for key in ("a", "c", "b")] == ["a", "c", "made again"]


def test_computing_one_value_does_not_block_others():
    few = LruCache(2)
    assert few.find("slow", lambda: asked_beside(few)) == "quick"


def asked_beside(few):
    """What another thread gets meanwhile."""
    found = []
    thread = threading.Thread(target=lambda: found.append(few.find("quick", lambda: "quick")))
    thread.start()
    thread.join(timeout=5)
    return found[0]


def test_an_answer_that_failed_is_made_anew():
    few = LruCache(2)
    with pytest.raises(ZeroDivisionError):
        few.find("a", lambda: 1 // 0)
    assert few.find("a", lambda: 1) == 1


def test_threads_that_ask_the_same_of_a_graph_get_the_same():
    made = []

    @once
    def found(folded):
        made.append(folded)
        return object()

    folded = fold_quiet(example_graph(MNIST, "forward"))
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(found, [folded] * 8))
    assert len(answers) == len(made) == 1


def test_a_graph_is_read_and_folded_once_when_several_ask_for_it():
    library = Library(example_specs(), print)
    try:
        library.open(MNIST)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: library.folded(MNIST, "train_step", False), range(8)))
        assert len(set(found)) == 1
    finally:
        library.close()

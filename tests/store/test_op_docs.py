"""Op documentation: requested once, from many threads, without blocking known types."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphlab.app.server.newest import Newest
from graphlab.store.op_docs import Docs

pytestmark = pytest.mark.usefixtures("own_cache")


def about(op_types):
    return {op_type: f"about {op_type}" for op_type in op_types}


def test_doc_is_asked_for_once_when_it_is_kept():
    assert Docs(about).doc("Add") == "about Add"

    assert Docs(lambda op_types: {}).doc("Add") == "about Add"
    assert Docs(lambda op_types: {}).lookup("Add") == "about Add"
    assert Docs(about).lookup("Mul") is None


def test_doc_is_empty_when_the_answer_leaves_it_out():
    assert Docs(lambda op_types: {}).doc("Add") == ""


def test_docs_are_whole_when_many_threads_ask():
    docs = Docs(about)
    types = [f"Op{number}" for number in range(40)] * 6

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(docs.doc, types))

    assert found == [f"about {op_type}" for op_type in types]
    assert all(Docs(about).lookup(op_type) for op_type in types)


def test_known_doc_is_told_at_once_while_another_is_asked_for():
    asked, go_on = threading.Event(), threading.Event()

    def ask(op_types):
        if op_types == ["Slow"]:
            asked.set()
            assert go_on.wait(20)
        return about(op_types)

    docs = Docs(ask)
    docs.doc("Add")
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(docs.doc, "Slow")
        assert asked.wait(20)
        assert docs.doc("Add") == "about Add"
        assert not slow.done()
        go_on.set()
        assert slow.result(20) == "about Slow"


def test_only_the_newest_is_asked_for_when_many_wait_and_other_threads_stay_free():
    go_on = threading.Event()
    asked = []

    def ask(number):
        asked.append(number)
        assert go_on.wait(20)
        return number

    async def select_forty():
        newest = Newest()
        waiting = []
        for number in range(40):
            waiting.append(asyncio.create_task(newest.run(lambda number=number: ask(number))))
            await asyncio.sleep(0.01)
        started = time.monotonic()
        await asyncio.to_thread(time.sleep, 0)
        waited_s = time.monotonic() - started
        go_on.set()
        return await asyncio.gather(*waiting), waited_s

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop running in this one
        answers, waited_s = thread.submit(lambda: asyncio.run(select_forty())).result(60)

    assert asked == [0, 39]
    assert answers == [0, *[None] * 38, 39]
    assert waited_s < 10  # not the 20 s that an asked one waits

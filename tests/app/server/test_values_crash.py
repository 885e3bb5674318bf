"""A process of values that ends in the middle of its work: one sentence, and the next evaluation starts a new one."""

from __future__ import annotations

import time

import pytest

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.app.server.values.answers import answer_to
from graphlab.sources import parse_source

pytestmark = pytest.mark.tf

PROGRAM = """
import os
import signal

import numpy as np
import tensorflow as tf


def leave(x):
    if x < 0:
        os._exit(3)
    if x > 100:
        os.kill(os.getpid(), signal.SIGSEGV)
    return np.float32(x + 1)


@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
def f(x):
    return tf.numpy_function(leave, [x], tf.float32, stateful=False) * 2.0
"""


def number(value):
    return {"x": {"kind": "number", "value": str(value)}}


def test_a_process_that_ends_is_a_sentence_and_the_next_evaluation_starts_a_new_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    source = f"{file}:f"
    library = Library([parse_source(source)], pytest.fail)

    def ask(act, **body):
        view = {"source": source, "graph": None, "open": None, "values": True}
        end = time.monotonic() + 240
        while (answer := answer_to(library, act, {"view": view, **body})).get("again"):
            assert time.monotonic() < end, answer
            time.sleep(0.05)
        return answer

    try:
        while isinstance(library.open(source), TraceJob):
            time.sleep(0.05)
        first = ask("evaluate", settings=number(1))["evaluation"]
        assert first["output"][0]["numbers"] == [4.0]

        ended = ask("evaluate", settings=number(-1))["error"]
        assert "exited with os._exit(3)" in ended
        assert "change an input" in ended
        assert "error" in ask("tensor", evaluation=first["id"], op="mul")

        assert ask("evaluate", settings=number(2))["evaluation"]["output"][0]["numbers"] == [6.0]
        assert "SIGSEGV" in ask("evaluate", settings=number(200))["error"]
        assert ask("evaluate", settings=number(3))["evaluation"]["output"][0]["numbers"] == [8.0]
    finally:
        library.close()

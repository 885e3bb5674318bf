"""A worker whose answers show how the process behaves: `python -m tests.support.odd_worker`. Imports no pytest."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from graphlab.errors import SourceError
from graphlab.processes.worker import Message, serve


def echo(request: Message, progress: Callable[[str], None]) -> Message:
    return {"text": request["text"], "pid": os.getpid()}


def chatter(request: Message, progress: Callable[[str], None]) -> Message:
    print("a user's print")
    os.write(1, b"from C\n")
    return {"read": sys.stdin.read(), "env": os.environ.get("GRAPHLAB_TEST", "")}


def count(request: Message, progress: Callable[[str], None]) -> Message:
    for number in range(request["to"]):
        time.sleep(request["every_s"])
        progress(str(number))
    return {}


def refuse(request: Message, progress: Callable[[str], None]) -> Message:
    raise SourceError("no such file: 'x.py'")


def fail(request: Message, progress: Callable[[str], None]) -> Message:
    raise ZeroDivisionError("division by zero")


class OddError(Exception):
    def __str__(self) -> str:
        raise KeyboardInterrupt


def fail_oddly(request: Message, progress: Callable[[str], None]) -> Message:
    raise OddError("a picture")


def leave(request: Message, progress: Callable[[str], None]) -> Message:
    sys.exit(3)


def fork(request: Message, progress: Callable[[str], None]) -> Message:
    if os.fork() == 0:
        progress("from the forked process")
        return {"forked": True}
    os.wait()  # so that an answer of the forked process would be the first
    return {"forked": False}


def die(request: Message, progress: Callable[[str], None]) -> Message:
    if "signal" in request:
        os.kill(os.getpid(), request["signal"])
    os._exit(request.get("code", 3))


if __name__ == "__main__":
    serve(
        {
            "echo": echo,
            "chatter": chatter,
            "count": count,
            "refuse": refuse,
            "fail": fail,
            "fail_oddly": fail_oddly,
            "leave": leave,
            "fork": fork,
            "die": die,
        }
    )

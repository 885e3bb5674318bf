"""One line on why a training failed. Independent of logs."""

from __future__ import annotations

import re
from pathlib import Path

from graphlab.errors import words_of
from graphlab.sources.failures import describe_failure
from graphlab.sources.ownership import is_user_file

TRAINING_DIR = Path(__file__).resolve().parent
GRAPH_FAILURE = "Graph execution error:"


def describe_training_failure(error: BaseException) -> str:
    """`training failed: Type: message (file.py:12)`; for an op that failed, its own message and name."""
    words = words_of(error)
    if GRAPH_FAILURE not in words:
        return describe_failure("training failed", error)
    # TensorFlow's message for an op: its name, a traceback if there is one, the reason, then where it was called.
    account = words.split("\n\t [[")[0]
    reason = next(line.strip() for line in reversed(account.splitlines()) if line.strip())
    location = _user_line(account) or _op_name(account)
    return f"training failed: {reason}{f' ({location})' if location else ''}"


def is_raised_by_user(error: BaseException) -> bool:
    """Whether the user's own code raised the error, here or in an op that calls it."""
    if GRAPH_FAILURE in words_of(error) or "Traceback (most recent call last)" in words_of(error):
        return bool(_user_line(words_of(error)))
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and is_user_file(traceback.tb_frame.f_code.co_filename)


def _user_line(account: str) -> str:
    """The innermost line of the user's code, without the code that called this package."""
    lines = re.findall(r'File "([^"]+)", line (\d+)', account)
    own_indices = [index for index, (file, _) in enumerate(lines) if Path(file).is_relative_to(TRAINING_DIR)]
    inner = lines[own_indices[-1] + 1 :] if own_indices else lines
    return next((f"{file}:{line}" for file, line in reversed(inner) if is_user_file(file)), "")


def _op_name(account: str) -> str:
    match = re.search(r"Detected at node (\S+) defined at", account)
    return f"op {match[1]}" if match else ""

"""What the process answers to the terminal, by the name of the request."""

from __future__ import annotations

from collections.abc import Mapping

from graphlab.evaluation.terminal.picture import answer_picture, answer_picture_readouts
from graphlab.evaluation.terminal.table import answer_table
from graphlab.processes.worker import Handler

ANSWERS: Mapping[str, Handler] = {
    "table": answer_table,
    "picture": answer_picture,
    "picture_readouts": answer_picture_readouts,
}

"""The process that runs graphs: once for the terminal, or for as long as a page shows values. `python -m` runs it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from graphlab.loading.tracing_worker import HANDLERS
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.processes.worker import Handler, Message, serve

SESSION = ("open", "evaluate", "readouts", "tensor", "cell", "field", "find", "npy", "words", "check")
# Modules that load TensorFlow, each with a table ANSWERS.
MODULES = {
    **dict.fromkeys(SESSION, "graphlab.evaluation.session.answers"),
    **dict.fromkeys(("table", "picture", "picture_readouts"), "graphlab.evaluation.terminal.answers"),
}


def handler(name: str) -> Handler:
    """An answer of a module that loads TensorFlow."""

    def answer(request: Message, progress: Callable[[str], None]) -> Message:
        progress("Starting TensorFlow")
        start_tensorflow()
        answers: dict[str, Handler] = import_module(MODULES[name]).ANSWERS
        return answers[name](request, progress)

    return answer


if __name__ == "__main__":
    serve({**HANDLERS, **{name: handler(name) for name in MODULES}})

"""A process that times calls of a source, compiled or eager. Of graphlab it uses the pipe and the quiet start."""

from __future__ import annotations

import runpy
import statistics
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.processes.worker import Message, serve

WARM_UPS = 2
CALLS = 9


def answer_time(request: Message, _progress: Callable[[str], None]) -> Message:
    """The median of the times of a few calls, in milliseconds, for numbers that were drawn before."""
    call = _calls(request["source"])[request["kind"]]
    times = [_time_ms(call) for _ in range(WARM_UPS + CALLS)]
    return {"ms": statistics.median(times[WARM_UPS:])}


def _time_ms(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call().numpy()
    return 1000 * (time.perf_counter() - start)


@cache
def _calls(source: str) -> dict[str, Callable[[], Any]]:
    """The call of a source by its kind, each with the same arguments: a tf.function, a model or what makes a model."""
    start_tensorflow()
    import keras
    import tensorflow as tf

    file, _, name = source.rpartition(":")
    made = runpy.run_path(file)[name]
    if hasattr(made, "input_signature"):
        arguments = [tf.random.normal(spec.shape) for spec in made.input_signature]
        return {"compiled": partial(made, *arguments), "eager": partial(made.python_function, *arguments)}
    model = made if isinstance(made, keras.Model) else made()
    images = [tf.random.normal((1, *one.shape[1:])) for one in model.inputs]
    run = partial(model, training=False)
    return {"compiled": partial(tf.function(run), *images), "eager": partial(run, *images)}


if __name__ == "__main__":
    serve({"time": answer_time})

"""Warns about a first epoch that may never end because its data has no known length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlab.runs.events import EventSink, WarningEvent

if TYPE_CHECKING:
    import keras

MANY_STEPS = 10_000


def length_watch(emit: EventSink, *, training: bool, validation: bool) -> keras.callbacks.Callback:
    """A Keras callback that warns after many steps, and again at each tenfold, until the first epoch has ended.

    `training`, `validation`: whether the length of that data is unknown.
    """
    import keras

    watched = {"training": training, "validation": validation}
    next_steps = dict.fromkeys(watched, MANY_STEPS)

    def see(part: str, batch: int) -> None:
        steps = batch + 1
        if watched[part] and steps >= next_steps[part]:
            next_steps[part] *= 10
            emit(WarningEvent(_words(part, steps)))

    return keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: see("training", batch),
        on_test_batch_end=lambda batch, logs=None: see("validation", batch),
        on_epoch_end=lambda epoch, logs: watched.update(training=False, validation=False),
    )


def _words(part: str, steps: int) -> str:
    return (
        f"the length of the {part} data is unknown: {steps:,} steps so far in this epoch; if the data never ends, stop "
        "the run and limit the data, for example with dataset.take(n)"
    )

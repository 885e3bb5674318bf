"""One call of Keras' fit, with the user's callbacks and graphlab's own. Independent of folders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlab.runs.events import EventSink, WarningEvent
from graphlab.training.data.endless import length_watch
from graphlab.training.data.training_data import TrainingData
from graphlab.training.model import learning_rate_of
from graphlab.training.nan import BadLoss, Diverged, LossWatch, way_out
from graphlab.training.reporter import Reporter
from graphlab.training.why import Blame

if TYPE_CHECKING:
    import keras

KEEP_ON = "to keep it running: --no-stop-on-nan, or turn off 'Stop on NaN or infinite loss' on the page"


@dataclass(frozen=True)
class Plan:
    """Which epochs to train, whether a bad loss ends training, and what to do once the callbacks have begun."""

    epochs: int
    epochs_done: int
    stop_on_nan: bool
    begin: Callable[[], None]


@dataclass(frozen=True)
class Ending:
    """How a training ended: "finished" or "diverged", the reason if not obvious, the epoch and step if known."""

    reason: str
    message: str
    location: Mapping[str, int] = field(default_factory=dict)


class _Watched:
    """What is watched during a training: a loss that is not finite, and who ended the training."""

    def __init__(self, plan: Plan, emit: EventSink) -> None:
        self._plan = plan
        self._emit = emit
        self.bad: BadLoss | None = None

    def on_bad(self, bad: BadLoss) -> None:
        self.bad = self.bad or bad
        if self._plan.stop_on_nan and bad.part == "loss":
            raise Diverged(bad)
        self._emit(WarningEvent(str(bad)))


def fit(
    model: keras.Model,
    training_data: TrainingData,
    callbacks: Sequence[keras.callbacks.Callback],
    plan: Plan,
    emit: EventSink,
    after_epoch: Callable[[int], None],
) -> Ending:
    """Train the model, and return how it ended. Errors of the user's code pass through."""
    blame, watched = Blame(), _Watched(plan, emit)
    watch = LossWatch(watched.on_bad, prompt=_is_on_cpu())
    per_step = (
        training_data.train_size / training_data.steps if training_data.train_size and training_data.steps else None
    )
    reporter = Reporter(emit, per_step, after_epoch, watch, watched.on_bad)
    length = length_watch(emit, training=training_data.steps is None, validation=training_data.validation_steps is None)
    try:
        _run(model, training_data, plan, [length, *_all_callbacks(reporter, blame, callbacks, plan, model)])
    except Diverged as diverged:
        _end_callbacks(callbacks)
        bad = diverged.bad
        words = f"{bad}; {way_out(learning_rate_of(model))}; {KEEP_ON}"
        return Ending("diverged", words, {"epoch": bad.epoch, "step": bad.step})
    epoch = reporter.epoch
    bad_loss = watched.bad if watched.bad and watched.bad.part == "loss" else None
    by_nan = bad_loss is not None and type(blame.culprit).__name__ == "TerminateOnNaN"
    if not model.stop_training or (epoch >= plan.epochs and not by_nan):
        return Ending("finished", "")
    words = blame.words(epoch, bad_loss)
    return Ending("diverged", f"{words}; {way_out(learning_rate_of(model))}") if by_nan else Ending("finished", words)


def _all_callbacks(
    reporter: Reporter, blame: Blame, callbacks: Sequence[keras.callbacks.Callback], plan: Plan, model: keras.Model
) -> list[keras.callbacks.Callback]:
    import keras

    first = keras.callbacks.LambdaCallback(
        # The rate used for the epoch: a callback after this one may set the next epoch's.
        on_epoch_end=lambda epoch, logs: reporter.note_rate(learning_rate_of(model)),
    )
    last = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: plan.begin(),
        on_epoch_begin=reporter.begin_epoch,
        on_epoch_end=reporter.end_epoch,
        on_train_batch_end=reporter.end_batch,
        on_test_begin=reporter.begin_validation,
    )
    return [first, *blame.between(callbacks), last]


def _run(
    model: keras.Model, training_data: TrainingData, plan: Plan, callbacks: list[keras.callbacks.Callback]
) -> None:
    import tensorflow as tf

    model.fit(
        training_data.train,
        validation_data=training_data.validation,
        epochs=plan.epochs,
        initial_epoch=plan.epochs_done,
        class_weight=dict(training_data.class_weight) if training_data.class_weight else None,
        shuffle=not isinstance(training_data.train, tf.data.Dataset),
        verbose=0,
        callbacks=callbacks,
    )


def _is_on_cpu() -> bool:
    """Whether reading a number is free because there is no other device to wait for."""
    import tensorflow as tf

    return not any(tf.config.list_physical_devices(kind) for kind in ("GPU", "TPU"))


def _end_callbacks(callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """Let the user's callbacks close their files, as fit would have done."""
    for callback in callbacks:
        with contextlib.suppress(Exception):  # training is over; its outcome is already known
            callback.on_train_end()

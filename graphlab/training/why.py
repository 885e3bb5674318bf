"""Why a training ended before its last epoch: which callback requested it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphlab.number_text import setting_text

if TYPE_CHECKING:
    import keras


class Blame:
    """Finds the callback that set the model's `stop_training`, by checking after each of them."""

    def __init__(self) -> None:
        self.culprit: keras.callbacks.Callback | None = None
        self._epoch = 0

    def between(self, callbacks: Sequence[keras.callbacks.Callback]) -> list[keras.callbacks.Callback]:
        """The callbacks, each followed by one that checks whether it has just stopped the training."""
        return [one for callback in callbacks for one in (callback, self._look_after(callback))]

    def _look_after(self, callback: keras.callbacks.Callback) -> keras.callbacks.Callback:
        import keras

        def check(index: int, logs: object = None) -> None:
            if self.culprit is None and callback.model.stop_training:
                self.culprit = callback

        return keras.callbacks.LambdaCallback(on_epoch_begin=check, on_epoch_end=check, on_train_batch_end=check)

    def words(self, epoch: int, bad: object | None) -> str:
        """`EarlyStopping ended the run after epoch 3: loss had not improved for 1 epoch`; `bad`: a non-finite loss."""
        if self.culprit is None:
            return f"the model's stop_training ended the run in epoch {epoch}"
        kind = type(self.culprit).__name__
        describe = REASONS.get(kind)
        return f"{kind} ended the run after epoch {epoch}{describe(self.culprit, bad) if describe else ''}"


def _not_improved(callback: keras.callbacks.Callback, bad: object | None) -> str:
    least = abs(float(callback.min_delta))  # Keras stores it with the sign of the direction
    by = f" by {setting_text(least)}" if least else ""
    of = (
        "" if callback.baseline is None else f" on its best value and on the baseline {setting_text(callback.baseline)}"
    )
    epochs = max(int(callback.patience), 1)  # with 0, one epoch without improvement ends it too
    since = f" for {epochs} epoch{'' if epochs == 1 else 's'}"
    weights_text = ""
    if callback.restore_best_weights and callback.best_weights is not None:
        weights_text = f"; the model has the weights of epoch {callback.best_epoch + 1}"
    return f": {callback.monitor} had not improved{by}{of}{since}{weights_text}"


def _nan(callback: keras.callbacks.Callback, bad: object | None) -> str:
    return f": {bad}" if bad else ""


REASONS = {"EarlyStopping": _not_improved, "TerminateOnNaN": _nan}

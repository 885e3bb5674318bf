"""A run's numbers as TensorBoard event files; both parts' epochs overlay in one chart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.runs.events import EpochEvent, Event, EventSink, StepEvent

if TYPE_CHECKING:
    import tensorflow as tf

TENSORBOARD_DIR = "tensorboard"


def scalar_writer(run_dir: Path, *, steps_before: int = 0) -> EventSink:
    """Writes step and epoch events as scalars. May raise TensorFlow's errors if the disk is full."""
    import tensorflow as tf

    folder = run_dir / TENSORBOARD_DIR
    writers = {part: tf.summary.create_file_writer(str(folder / part)) for part in ("train", "validation")}

    def write(event: Event) -> None:
        nonlocal steps_before
        if isinstance(event, StepEvent):
            for name, value in event.logs.items():
                _write_scalar(writers["train"], f"step_{name}", value, steps_before + event.step)
        elif isinstance(event, EpochEvent):
            steps_before += event.steps
            for name, value in event.logs.items():
                part = "validation" if name.startswith("val_") else "train"
                _write_scalar(writers[part], f"epoch_{name.removeprefix('val_')}", value, event.epoch)
            if event.learning_rate is not None:
                _write_scalar(writers["train"], "epoch_learning_rate", event.learning_rate, event.epoch)
            for writer in writers.values():
                writer.flush()

    return write


def _write_scalar(writer: tf.summary.SummaryWriter, tag: str, value: float, step: int) -> None:
    import tensorflow as tf

    # tf.summary.scalar needs TensorBoard itself, which TensorFlow no longer installs; it would write this record.
    scalars = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=scalars, data_class=1)  # DATA_CLASS_SCALAR
    with writer.as_default(step=step):
        tf.summary.write(tag, value, metadata=metadata)

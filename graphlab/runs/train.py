"""Trains a source's Keras model in this process and tells how it goes in events. Knows nothing about pages."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from graphlab.datasets import FILE_HAS_NONE
from graphlab.errors import GraphlabError, RunError
from graphlab.runs.device import device_name
from graphlab.runs.failures import describe_training_failure
from graphlab.runs.feed import Feed, load_feed
from graphlab.runs.log import Event, EventSink, make_event
from graphlab.runs.reporter import Reporter
from graphlab.runs.samples import predict, take_images
from graphlab.runs.settings import TrainSettings
from graphlab.source import describe_failure, parse_source
from graphlab.source_objects import find_object
from graphlab.source_refused import refuse
from graphlab.source_run import load_module
from graphlab.tensorflow_start import check_backend, start_tensorflow

SEED = 7
CHECKPOINT_DIR = "checkpoints"
TENSORBOARD_DIR = "tensorboard"
KEPT_CHECKPOINTS = 5


def train(settings: TrainSettings, run_dir: Path, on_event: EventSink) -> None:
    """Train to the end; `on_event` gets every event, the last one says how it ended. Raises GraphlabError on failure.

    Checkpoints and TensorBoard files go to `run_dir`; the log is the caller's. KeyboardInterrupt passes through.
    """
    try:
        _train(settings, run_dir, on_event)
    except KeyboardInterrupt:
        on_event(make_event("end", reason="stopped", message=""))
        raise
    except GraphlabError as error:
        on_event(make_event("end", reason="failed", message=str(error)))
        raise
    except (Exception, SystemExit) as error:  # the user's code may call sys.exit
        message = describe_training_failure(error)
        on_event(make_event("end", reason="failed", message=message))
        raise RunError(message) from error
    on_event(make_event("end", reason="finished", message=""))


def find_model(settings: TrainSettings, module: ModuleType) -> Any:
    """The source's compiled Keras model, or what its function without arguments returns; raises RunError otherwise."""
    import keras

    found = find_object(parse_source(settings.source, settings.inputs, arguments=settings.arguments), module)
    if not isinstance(found, keras.Model):
        refuse(found, settings.source)
    if not isinstance(found, keras.Model) and callable(found) and _takes_nothing(found):
        try:
            found = found()
        except Exception as error:
            raise RunError(describe_failure(f"calling {settings.source!r} failed", error)) from error
    if not isinstance(found, keras.Model):
        kind = type(found).__name__
        raise RunError(
            f"{settings.source!r} is no Keras model but a {kind}; only a compiled keras.Model can be trained"
        )
    if not found.compiled:
        raise RunError(f"the model {found.name!r} is not compiled; call its compile(optimizer=..., loss=...) first")
    return found


def set_learning_rate(model: Any, learning_rate: float) -> None:
    """Give the compiled optimizer another learning rate; raises RunError where it follows a schedule."""
    try:
        model.optimizer.learning_rate = learning_rate
    except TypeError as error:
        kind = type(model.optimizer).__name__
        raise RunError(
            f"{kind} follows a learning-rate schedule; leave the learning rate {learning_rate} out"
        ) from error


def _train(settings: TrainSettings, run_dir: Path, on_event: EventSink) -> None:
    spec = parse_source(settings.source, settings.inputs, arguments=settings.arguments)
    if spec.path is not None:
        raise RunError(FILE_HAS_NONE)
    on_event(make_event("stage", stage="loading TensorFlow"))
    start_tensorflow()
    import keras

    on_event(make_event("stage", stage="loading the model"))
    keras.utils.set_random_seed(SEED)  # the same settings give the same run
    module = load_module(spec)
    check_backend(f"{spec.text!r} sets ")
    model = find_model(settings, module)
    if settings.learning_rate is not None:
        set_learning_rate(model, settings.learning_rate)
    on_event(make_event("stage", stage="loading data"))
    feed = load_feed(module, model, settings)
    on_event(_start_event(model, feed))
    on_event(make_event("stage", stage="compiling the first step"))
    write_scalars = _tensorboard(run_dir)

    def emit(event: Event) -> None:
        on_event(event)
        write_scalars(event)

    _fit(model, feed, settings.epochs, emit, _after_epoch(module, model, feed, run_dir, emit))


def _start_event(model: Any, feed: Feed) -> Event:
    return make_event(
        "start",
        model=model.name,
        device=device_name(model),  # read now: the user's code may have set devices
        data=feed.description,
        train_size=feed.train_size,
        validation_size=feed.validation_size,
        steps=feed.steps,
    )


def _fit(model: Any, feed: Feed, epochs: int, emit: EventSink, after_epoch: Callable[[int], None]) -> None:
    import keras

    per_step = feed.train_size / feed.steps if feed.train_size and feed.steps else None
    reporter = Reporter(emit, per_step, after_epoch)
    callback = keras.callbacks.LambdaCallback(
        on_epoch_begin=reporter.begin_epoch,
        on_epoch_end=reporter.end_epoch,
        on_train_batch_end=reporter.end_batch,
        on_test_begin=reporter.begin_validation,
    )
    model.fit(feed.train, validation_data=feed.validation, epochs=epochs, verbose=0, callbacks=[callback])


def _after_epoch(module: ModuleType, model: Any, feed: Feed, run_dir: Path, emit: EventSink) -> Callable[[int], None]:
    """What follows each epoch: a checkpoint, and the validation images with what the model says of them."""
    images = take_images(feed.validation)
    names: Sequence[str] = getattr(module, "CLASS_NAMES", ())

    def after_epoch(epoch: int) -> None:
        save_checkpoint(model, run_dir / CHECKPOINT_DIR, epoch)
        samples = predict(model, images, names) if images else ()
        if samples:
            emit(make_event("samples", epoch=epoch, samples=[vars(sample) for sample in samples]))

    return after_epoch


def save_checkpoint(model: Any, folder: Path, epoch: int) -> Path:
    """The weights' file of this epoch, written whole or not at all; of older ones the newest few stay."""
    folder.mkdir(exist_ok=True)
    path = folder / f"epoch-{epoch:05d}.weights.h5"
    draft = folder / "draft.weights.h5"
    model.save_weights(draft)
    os.replace(draft, path)
    for old in sorted(folder.glob("epoch-*.weights.h5"))[:-KEPT_CHECKPOINTS]:
        old.unlink()
    return path


def _tensorboard(run_dir: Path) -> EventSink:
    """Writes step and epoch events as TensorBoard scalars; both parts' epochs overlay in one chart."""
    import tensorflow as tf

    folder = run_dir / TENSORBOARD_DIR
    writers = {part: tf.summary.create_file_writer(str(folder / part)) for part in ("train", "validation")}
    steps_before = 0

    def write(event: Event) -> None:
        nonlocal steps_before
        if event["event"] == "step":
            for name, value in event["logs"].items():
                _write_scalar(writers["train"], f"step_{name}", value, steps_before + event["step"])
        elif event["event"] == "epoch":
            steps_before += event["steps"]
            for name, value in event["logs"].items():
                part = "validation" if name.startswith("val_") else "train"
                _write_scalar(writers[part], f"epoch_{name.removeprefix('val_')}", value, event["epoch"])
            for writer in writers.values():
                writer.flush()

    return write


def _write_scalar(writer: Any, tag: str, value: float, step: int) -> None:
    import tensorflow as tf

    # tf.summary.scalar needs TensorBoard itself, which TensorFlow no longer brings; the record it writes is this one.
    scalars = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=scalars, data_class=1)  # DATA_CLASS_SCALAR
    with writer.as_default(step=step):
        tf.summary.write(tag, value, metadata=metadata)


def _takes_nothing(function: Any) -> bool:
    """Whether the function can be called without arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(one.default is not one.empty or one.kind in optional for one in parameters)

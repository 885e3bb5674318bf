"""Trains a source's Keras model in this process and reports events. Independent of pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.errors import GraphlabError, RunError, words_of
from graphlab.number_text import value_text
from graphlab.processes.tensorflow_start import check_backend, start_tensorflow
from graphlab.runs.disk import is_full, no_space
from graphlab.runs.events import (
    CheckpointEvent,
    EndEvent,
    Event,
    EventSink,
    SamplesEvent,
    StageEvent,
    StartEvent,
    WarningEvent,
)
from graphlab.runs.settings import TrainSettings
from graphlab.sources import parse_source
from graphlab.sources.class_names import find_class_names
from graphlab.sources.data_folders import FILE_HAS_NONE
from graphlab.sources.run import load_module
from graphlab.training.beside import find_callbacks, find_class_weight
from graphlab.training.checkpoints import CHECKPOINT_DIR, Checkpoint, forgets, save_checkpoint, save_state, settle
from graphlab.training.data.baseline import baseline_words
from graphlab.training.data.misfit import misfit_words
from graphlab.training.data.samples import predict, take_images
from graphlab.training.data.training_data import TrainingData, load_training_data
from graphlab.training.device import device_name
from graphlab.training.failures import describe_training_failure, is_raised_by_user
from graphlab.training.fit import Ending, Plan, fit
from graphlab.training.model import find_model, learning_rate_of, set_learning_rate
from graphlab.training.randoms import Passes
from graphlab.training.tensorboard import scalar_writer

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Trainee:
    """What is trained, and what belongs to it."""

    module: ModuleType
    model: keras.Model
    callbacks: Sequence[keras.callbacks.Callback]
    uses: Sequence[str]
    passes: Passes


def train(settings: TrainSettings, run_dir: Path, on_event: EventSink, *, resume: bool = False) -> str:
    """Train to the end: "finished" or "diverged". `on_event` receives every event; the last one says how it ended.

    With `resume`, continues from the folder's checkpoint. Checkpoints and TensorBoard files go to `run_dir`; the caller
    writes the log. Raises GraphlabError on failure. Only a source raises KeyboardInterrupt, never a caller's signal.
    """
    try:
        ending = _train(settings, run_dir, on_event, resume=resume)
    except GraphlabError as error:
        _tell_failure(on_event, run_dir, str(error))
        raise
    except BaseException as error:  # the user's code may call sys.exit
        full = is_full(error) and str(run_dir) in words_of(error)
        message = no_space(run_dir) if full else describe_training_failure(error)
        _tell_failure(on_event, run_dir, message)
        raise RunError(message) from error
    on_event(EndEvent(ending.reason, ending.message, **ending.location))
    return ending.reason


def _tell_failure(on_event: EventSink, run_dir: Path, message: str) -> None:
    if run_dir.is_dir():  # otherwise the error would reach nobody
        on_event(EndEvent("failed", message))


def _train(settings: TrainSettings, run_dir: Path, on_event: EventSink, *, resume: bool) -> Ending:
    spec = parse_source(settings.source, settings.inputs, arguments=settings.arguments)
    if spec.path is not None:
        raise RunError(FILE_HAS_NONE)
    if settings.data:  # the source may change to another folder
        settings = replace(settings, data=os.path.abspath(settings.data))
    on_event(StageEvent("loading TensorFlow"))
    start_tensorflow()
    import keras

    from graphlab.tracing.models.early_training import note_training

    on_event(StageEvent("loading the model"))
    keras.utils.set_random_seed(settings.seed)  # the same settings give the same run

    def tell(progress: str) -> None:
        on_event(StageEvent(progress))

    with note_training(tell) as early:
        module = load_module(spec)
        check_backend(f"{spec.text!r} sets ")
        model = find_model(spec, module)
    find_class_names(module)  # report invalid ones before training
    class_weight = find_class_weight(module)
    callbacks = find_callbacks(module)
    if settings.learning_rate is not None and not resume:
        set_learning_rate(model, settings.learning_rate)
    on_event(StageEvent("loading data"))
    training_data = load_training_data(module, model, settings, class_weight)
    uses = [f"class weights {_weights_words(class_weight)}"] if class_weight else []
    baseline = baseline_words(module, model, training_data)
    used = [*uses, *(type(one).__name__ for one in callbacks)]
    trainee = Trainee(module, model, callbacks, used, Passes(training_data.train))
    checkpoint = _restore(trainee, training_data, settings, run_dir, on_event) if resume else None
    on_event(_start_event(settings, trainee, training_data, baseline))
    if early.words():
        on_event(WarningEvent(early.words()))
    on_event(StageEvent("compiling the first step"))
    plan = Plan(
        epochs=settings.epochs,
        epochs_done=checkpoint.epoch if checkpoint else 0,
        stop_on_nan=settings.stop_on_nan,
        begin=_begin(trainee, checkpoint),
    )
    emit = _with_scalars(run_dir, on_event, (training_data.steps or 0) * plan.epochs_done)
    try:
        return fit(model, training_data, callbacks, plan, emit, _after_epoch(trainee, training_data, run_dir, emit))
    except Exception as error:
        words = _refused_words(model, training_data) if _is_of_data(error) else ""
        if words:
            raise RunError(words) from error
        raise


def _refused_words(model: keras.Model, training_data: TrainingData) -> str:
    try:
        return misfit_words(model, training_data)
    except Exception:  # the data itself fails: the first error says why
        return ""


def _is_of_data(error: Exception) -> bool:
    """Whether Keras or an op may have rejected the data; False if the user's own code failed for another reason."""
    import tensorflow as tf

    refusals = (ValueError, TypeError, LookupError, tf.errors.InvalidArgumentError, tf.errors.UnimplementedError)
    return isinstance(error, refusals) and not is_raised_by_user(error)


def _begin(trainee: Trainee, checkpoint: Checkpoint | None) -> Callable[[], None]:
    """What is restored once fit has begun, after it has read a batch and the callbacks have been reset."""

    def begin() -> None:
        if checkpoint is not None:
            checkpoint.restore_randoms(trainee.model, trainee.module)
            checkpoint.restore_callbacks(trainee.callbacks)

    return begin


def _restore(
    trainee: Trainee, training_data: TrainingData, settings: TrainSettings, run_dir: Path, on_event: EventSink
) -> Checkpoint:
    """Restore everything to the end of the checkpoint's epoch, except what `_begin` restores."""
    on_event(StageEvent("restoring the checkpoint"))
    checkpoint = Checkpoint(run_dir / CHECKPOINT_DIR)
    if not settle(trainee.model):
        trainee.model(_one_input(training_data), training=False)
    checkpoint.restore_model(trainee.model)
    if settings.learning_rate is not None and learning_rate_of(trainee.model) != settings.learning_rate:
        set_learning_rate(trainee.model, settings.learning_rate)
    trainee.passes.skip(checkpoint.passes)
    forgotten = forgets(trainee.callbacks)
    if forgotten:
        words = f"resumed without the state of {', '.join(forgotten)}, which Keras cannot save"
        on_event(WarningEvent(words))
    return checkpoint


def _one_input(training_data: TrainingData) -> object:
    import tensorflow as tf

    first = (
        next(iter(training_data.train)) if isinstance(training_data.train, tf.data.Dataset) else training_data.train[0]
    )
    return first[0] if isinstance(first, tuple | list) else first


def _weights_words(class_weight: dict[int, float]) -> str:
    words = [f"{index}: {value_text(weight)}" for index, weight in class_weight.items()]
    return ", ".join(words[:4]) + (", …" if len(words) > 4 else "")


def _start_event(settings: TrainSettings, trainee: Trainee, training_data: TrainingData, baseline: str) -> StartEvent:
    return StartEvent(
        model=trainee.model.name,
        device=device_name(trainee.model),
        data=training_data.description,
        train_size=training_data.train_size,
        validation_size=training_data.validation_size,
        steps=training_data.steps,
        batch_size=training_data.batch_size,
        learning_rate=learning_rate_of(trainee.model),
        seed=settings.seed,
        baseline=baseline,
        uses=tuple(trainee.uses),
    )


def _with_scalars(run_dir: Path, on_event: EventSink, steps_before: int) -> EventSink:
    """Events for the log and for TensorBoard; only for the log if TensorBoard's file cannot be written."""
    import tensorflow as tf

    write: EventSink | None = scalar_writer(run_dir, steps_before=steps_before)

    def emit(event: Event) -> None:
        nonlocal write
        on_event(event)
        if write is None:
            return
        try:
            write(event)
        except (tf.errors.OpError, OSError) as error:
            write = None
            on_event(WarningEvent(_not_written("the TensorBoard files", run_dir, error)))

    return emit


def _after_epoch(
    trainee: Trainee, training_data: TrainingData, run_dir: Path, emit: EventSink
) -> Callable[[int], None]:
    """What follows each epoch: a checkpoint, and the validation images with the model's predictions."""
    images = (
        take_images(training_data.validation)
        if training_data.validation is not None and not training_data.once
        else None
    )
    names = find_class_names(trainee.module)
    folder = run_dir / CHECKPOINT_DIR

    def after_epoch(epoch: int) -> None:
        try:
            save_checkpoint(trainee.model, folder, epoch)
            module, callbacks, passes = trainee.module, trainee.callbacks, trainee.passes.count
            save_state(trainee.model, folder, epoch, module=module, callbacks=callbacks, passes=passes)
            emit(CheckpointEvent(epoch))
        except (OSError, RuntimeError, ValueError) as error:  # a full disk, in h5py or Keras
            emit(WarningEvent(_not_written(f"the checkpoint of epoch {epoch}", run_dir, error)))
        samples = predict(trainee.model, images, names) if images else ()
        if samples:
            emit(SamplesEvent(tuple(samples), epoch))

    return after_epoch


def _not_written(what: str, run_dir: Path, error: BaseException) -> str:
    why = no_space(run_dir) if is_full(error) else " ".join(words_of(error).split())
    return f"{what} could not be written: {why}"

"""Checkpoints: an epoch's weights, and everything else that a resumed training needs."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import RunError, words_of
from graphlab.training.randoms import random_state, seed_states, set_random_state

if TYPE_CHECKING:
    import h5py
    import keras

CHECKPOINT_DIR = "checkpoints"
RESUME_FILE = "resume.npz"
KEPT_CHECKPOINTS = 5
HEADROOM = 1.2  # from a file to the arrays in it
LEAST_FREE_BYTES = 262_144
# What these callbacks know about earlier epochs. Their on_train_begin resets it, and Keras has no other way to keep it.
CALLBACK_STATE = {
    "EarlyStopping": ("wait", "best", "best_epoch"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "ModelCheckpoint": ("best",),
}


def save_checkpoint(model: keras.Model, folder: Path, epoch: int) -> Path:
    """The weights file of this epoch, written completely or not at all. Of older ones, the newest few are kept."""
    folder.mkdir(exist_ok=True)
    settle(model)
    _check_space(model, folder)
    path, draft = weights_file(folder, epoch), folder / "draft.weights.h5"
    try:
        model.save_weights(draft)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    for old in sorted(folder.glob("epoch-*.weights.h5"))[:-KEPT_CHECKPOINTS]:
        old.unlink()
    return path


def settle(model: keras.Model) -> bool:
    """Whether the model is built; it counts as built if all its layers are.

    Keras saves and loads weights only for a built model, and a model whose layers are called individually, such as a
    GAN, is never built.
    """
    inner = list(model._flatten_layers(include_self=False))  # private: Keras 3.15
    if not model.built and inner and all(layer.built for layer in inner):
        model.built = True
    return bool(model.built)


def _check_space(model: keras.Model, folder: Path) -> None:
    """Raise the error of a full disk early: HDF5 cannot close a file that it failed to write, and may crash."""
    arrays = [*model.weights, *model.optimizer.variables]
    needed = 4 * sum(int(np.prod(one.shape)) for one in arrays)
    if shutil.disk_usage(folder).free < needed * HEADROOM + LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def save_state(
    model: keras.Model,
    folder: Path,
    epoch: int,
    *,
    module: ModuleType,
    callbacks: Sequence[keras.callbacks.Callback],
    passes: int,
) -> None:
    """Beside the weights: optimizer, seed generators, random generators, callbacks, and how often the data was read.

    Written completely or not at all.
    """
    arrays: dict[str, Any] = {
        f"optimizer/{index}": _storable(one) for index, one in enumerate(model.optimizer.variables)
    }
    arrays |= {f"seed/{index}": np.asarray(one) for index, one in enumerate(seed_states(model, module))}
    states = [_callback_state(one) for one in callbacks]
    facts = {"epoch": epoch, "random": random_state(module), "callbacks": states, "passes": passes}
    facts["optimizers"] = _own_optimizers(model)
    draft = folder / "draft.npz"
    try:
        np.savez(draft, facts=np.array(json.dumps(facts)), **arrays)
        os.replace(draft, folder / RESUME_FILE)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _own_optimizers(model: keras.Model) -> dict[str, list[int]]:
    """The model's other built optimizers, which are its attributes, and which of its weights each one trains.

    Their variables are in the weights file, but only a built optimizer loads them. The weights may be frozen by now.
    """
    import keras

    places = {id(weight): index for index, weight in enumerate(model.weights)}
    return {
        name: [places[id(weight)] for weight in value._trainable_variables]  # private: Keras 3.15
        for name, value in vars(model).items()
        if isinstance(value, keras.optimizers.Optimizer) and value is not model.optimizer and value.built
        if all(id(weight) in places for weight in value._trainable_variables)
    }


def _storable(variable: keras.Variable) -> NDArray[np.generic]:
    """The variable's numbers. NumPy's files do not support bfloat16 and float8; float32 represents both exactly."""
    array = np.asarray(variable)
    return array.astype(np.float32) if array.dtype.kind == "V" else array


def weights_file(folder: Path, epoch: int) -> Path:
    """The weights file of an epoch."""
    return folder / f"epoch-{epoch:05d}.weights.h5"


class Checkpoint:
    """What a run saved at the end of an epoch. Raises RunError if its files are missing or damaged."""

    def __init__(self, folder: Path) -> None:
        path = folder / RESUME_FILE
        try:
            with np.load(path, allow_pickle=False) as file:
                self._arrays = {name: file[name] for name in file.files if name != "facts"}
                self._facts = json.loads(str(file["facts"]))
            self.epoch, self.passes = int(self._facts["epoch"]), int(self._facts["passes"])
        except Exception as error:  # whatever a damaged archive raises
            raise RunError(f"cannot read the checkpoint {str(path)!r}: {error}; start the run again") from error
        self._weights = weights_file(folder, self.epoch)

    def restore_model(self, model: keras.Model) -> None:
        """Restore the built model's weights and its optimizer's numbers."""
        if f"optimizer/{len(model.optimizer.variables)}" in self._arrays:  # one that no step used was never built
            model.optimizer.build(model.trainable_variables)
        weights = model.weights
        try:
            for name, places in self._facts.get("optimizers", {}).items():
                getattr(model, name).build([weights[index] for index in places])
            model.load_weights(self._weights)
        except Exception as error:
            words = " ".join(words_of(error).split())
            raise RunError(f"the model no longer fits the checkpoint {str(self._weights)!r}: {words}") from error
        self._assign("optimizer", model.optimizer.variables)

    def restore_randoms(self, model: keras.Model, module: ModuleType) -> None:
        """Restore all seeds and random generators to their state at the end of that epoch.

        Called after fit has begun: it first reads a batch, for which the data may have drawn numbers.
        """
        self._assign("seed", seed_states(model, module))
        set_random_state(module, self._facts["random"])

    def restore_callbacks(self, callbacks: Sequence[keras.callbacks.Callback]) -> None:
        """Restore the state of Keras' own callbacks. Called after their on_train_begin."""
        for callback, state in zip(callbacks, self._facts["callbacks"], strict=False):
            if state and state["kind"] == type(callback).__name__:
                for name, value in state["values"].items():
                    setattr(callback, name, value)

    def _assign(self, what: str, variables: Sequence[keras.Variable]) -> None:
        saved = [self._arrays.get(f"{what}/{index}") for index in range(len(variables))]
        if not all(_fits(one, variable) for one, variable in zip(saved, variables, strict=True)):
            raise RunError(f"the model's {what} no longer fits the checkpoint in {str(self._weights.parent)!r}")
        for variable, value in zip(variables, saved, strict=True):
            variable.assign(value)


def _fits(saved: h5py.Dataset, variable: keras.Variable) -> bool:
    """Whether the saved array contains numbers in the variable's shape."""
    return saved is not None and saved.dtype.kind != "V" and saved.shape == tuple(variable.shape)


def forgets(callbacks: Sequence[keras.callbacks.Callback]) -> list[str]:
    """The names of the callbacks whose state a resumed run cannot restore, because Keras offers no way."""
    import keras

    # A Keras callback without a row in the table keeps nothing that later epochs depend on.
    names = (type(one).__name__ for one in callbacks if not type(one).__module__.startswith("keras."))
    best = (
        "EarlyStopping's best weights"
        for one in callbacks
        if isinstance(one, keras.callbacks.EarlyStopping) and one.restore_best_weights
    )
    return list(dict.fromkeys([*names, *best]))


def _callback_state(callback: keras.callbacks.Callback) -> dict[str, object] | None:
    kind = type(callback).__name__
    names = CALLBACK_STATE.get(kind, ()) if type(callback).__module__.startswith("keras.") else ()
    values = {name: _number(getattr(callback, name)) for name in names if hasattr(callback, name)}
    return {"kind": kind, "values": values} if values else None


def _number(value: float | np.number | None) -> int | float | None:
    """JSON has only ints and floats; Python's JSON can read back infinity."""
    return None if value is None else int(value) if isinstance(value, int | np.integer) else float(value)

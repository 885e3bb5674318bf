"""Rebuilds the model of a Keras file from its config if all its objects are Keras' own. Reads no weights."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphlab.errors import FormatError, words_of
from graphlab.formats.keras.archive import Archive
from graphlab.formats.keras.calls import input_name
from graphlab.formats.keras.config import LAMBDA, Checked, Unknown, check
from graphlab.formats.keras.legacy import upgrade
from graphlab.formats.keras.private import rebuild
from graphlab.graph import JsonValue

if TYPE_CHECKING:
    import keras

_MOST_TOLD = 3
_INNER = "Exception encountered:"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TRAINING_MODULES = ("keras.losses", "keras.metrics", "keras.optimizers")


def own_config(archive: Archive, config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The config of the model alone, in Keras 3's form, without its compile settings."""
    own = {key: value for key, value in config.items() if key != "compile_config"}
    return upgrade(own) if archive.is_old else own


def rebuild_model(config: Mapping[str, JsonValue]) -> keras.Model:
    """The model without variable values. Raises FormatError with the reason if it cannot be built."""
    unknown = check(config).unknown
    if unknown:
        raise FormatError(_unknown_words(unknown))
    try:
        with quiet():
            model = rebuild(check(config).config)
    except Exception as error:  # whatever Keras raises for a config that is invented or of another version
        raise FormatError(f"Keras cannot rebuild the model ({first_words(error)})") from error
    if not hasattr(model, "layers"):
        raise FormatError(f"the config describes a {type(model).__name__}, not a model")
    if not model.built:
        raise FormatError("the model was saved before it was built, so its inputs are unknown")
    return unnamed_inputs(model)


def unnamed_inputs(model: keras.Model) -> keras.Model:
    """The model, with unnamed inputs named as in the live model."""
    for tensor in getattr(model, "inputs", None) or ():
        if input_name(tensor.name) == "input":
            tensor.name = "keras_tensor"
    return model


def compile_model(model: keras.Model, archive: Archive) -> None:
    """Compile the model as it was when saved. Raises FormatError with the reason if that is impossible."""
    if not archive.training:
        return
    checked = check_training(archive)
    if checked.unknown:
        raise FormatError(_unknown_words(checked.unknown))
    try:
        with quiet():
            model.compile_from_config(checked.config)
    except Exception as error:  # as above
        raise FormatError(f"Keras cannot compile the model again ({first_words(error)})") from error


def check_training(archive: Archive) -> Checked:
    """The model's compile settings, in the form of a .keras file."""
    return check(_compile_config(archive), _TRAINING_MODULES)


def _compile_config(archive: Archive) -> Mapping[str, JsonValue]:
    training = archive.training or {}
    if archive.is_old:
        training = upgrade(training)
    if "optimizer_config" not in training:
        return training
    keys = ("loss", "metrics", "weighted_metrics", "loss_weights")
    return {"optimizer": training["optimizer_config"], **{key: training.get(key) for key in keys}}


def _unknown_words(unknown: tuple[Unknown, ...]) -> str:
    """A short list of what is unknown. A Lambda layer's function is not mentioned."""
    lambdas = {one.layer for one in unknown if one.name == "Lambda"}
    words = [_words(one) for one in unknown if one.name != LAMBDA or one.layer not in lambdas]
    phrases = list(dict.fromkeys(words))
    more = f" and {len(phrases) - _MOST_TOLD} more" if len(phrases) > _MOST_TOLD else ""
    return ", ".join(phrases[:_MOST_TOLD]) + more


def _words(one: Unknown) -> str:
    return f"{one.what}{f' of the layer {one.layer!r}' if one.layer else ''} {one.why}"


def first_words(error: Exception) -> str:
    """Keras' error in one short line: its own message, without the context that outer objects add."""
    words = " ".join(_COLOUR.sub("", words_of(error)).rpartition(_INNER)[2].split())
    return f"{type(error).__name__}: {words[:200]}"


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Python's warnings: Keras' warnings address the author of the model, not its reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

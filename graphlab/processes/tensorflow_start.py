"""Starts TensorFlow without its start-up messages. The user's code can still configure the devices."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.packaged import SITE_NAMES
from graphlab.processes.lazy_modules import imported_later

BACKEND = "KERAS_BACKEND"
# Keras 3.15 imports scikit-learn, and with it SciPy, only for these, which few use; it costs a seventh of the start.
RARELY_USED = ("keras.wrappers",)


def start_tensorflow() -> None:
    """Import TensorFlow and Keras with standard error muted; TensorFlow does not look for devices yet.

    Threads and logical devices can be configured only before TensorFlow starts its devices, so that is left to
    the user's code or the first op. TensorFlow's native code writes to file descriptor 2 before its log level is read;
    without muting, these lines would hide the one clear error line for the user.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault(BACKEND, "tensorflow")
    check_backend()
    if "tensorflow" in sys.modules:
        return
    with _muted_stderr():
        try:
            with imported_later(RARELY_USED):
                import keras
                import tensorflow
        except Exception as error:
            raise GraphlabError(_hidden() or f"TensorFlow cannot be imported: {error}") from error
        if not hasattr(keras, "Model") or not hasattr(tensorflow, "function"):
            raise GraphlabError(
                _hidden() or "the modules that Python finds under these names are not Keras or TensorFlow"
            )
        _start_devices_quietly()


def _hidden() -> str:
    """What to do if a file of the user's hides a package of the same name; "" if none does."""
    for name in ("tensorflow", "keras", "numpy"):
        module_spec = PathFinder.find_spec(name)
        if (
            module_spec is not None
            and module_spec.origin
            and not SITE_NAMES.intersection(Path(module_spec.origin).parts)
        ):
            return (
                f"Python finds {name} in {module_spec.origin!r}: rename that file, or remove its folder from PYTHONPATH"
            )
    return ""


def check_backend(who: str = "") -> None:
    """Raise GraphlabError if Keras uses a backend other than TensorFlow; `who` requires TensorFlow."""
    backend = os.environ.get(BACKEND, "tensorflow")
    if backend != "tensorflow":
        raise GraphlabError(
            f"{who}{BACKEND}={backend}{'' if who else ' is set'}, and graphlab shows what TensorFlow computes: "
            f"{'remove that' if who else 'unset it'}, or use {BACKEND}=tensorflow"
        )


def _start_devices_quietly() -> None:
    """Mute standard error while TensorFlow starts its devices, whenever that is. Private: TensorFlow 2.21."""
    from tensorflow.python.eager.context import Context

    for name, is_done in (
        ("ensure_initialized", "_initialized"),
        ("_initialize_physical_devices", "_physical_devices"),
    ):
        setattr(Context, name, _quiet(getattr(Context, name), is_done))


def _quiet(start: Callable[..., object], is_done: str) -> Callable[..., object]:
    def start_quietly(self: object, *args: object, **kwargs: object) -> object:
        if getattr(self, is_done):
            return start(self, *args, **kwargs)
        with _muted_stderr():
            return start(self, *args, **kwargs)

    return start_quietly


@contextmanager
def _muted_stderr() -> Iterator[None]:
    with suppress(AttributeError, ValueError, OSError):  # a script may have none, or has closed it
        sys.stderr.flush()
    try:
        stderr_copy = os.dup(2)
    except OSError:  # closed: nothing is written there
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(stderr_copy, 2)
        os.close(stderr_copy)
        os.close(nothing)

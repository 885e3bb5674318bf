"""Starting TensorFlow without its start-up chatter on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def start_tensorflow() -> None:
    """Import TensorFlow and Keras and let them look for devices, with standard error muted meanwhile.

    TensorFlow's native code writes to file descriptor 2 before its log level is read; a user's one clear error line
    must not drown in it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "tensorflow" in sys.modules:
        return
    with _muted_stderr():
        import keras  # noqa: F401
        import tensorflow as tf

        tf.config.list_logical_devices()


@contextmanager
def _muted_stderr() -> Iterator[None]:
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)

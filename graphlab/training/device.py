"""The name of the device that TensorFlow computes on, after the user's code has configured it."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.tracing.devices import device_settings, strategy_words

if TYPE_CHECKING:
    import keras

CPU_INFO = Path("/proc/cpuinfo")


def device_name(model: keras.Model = None) -> str:
    """`NVIDIA H100 (GPU:0)` or a TPU if TensorFlow may use one, else `CPU: <its model>`; then the user's settings.

    Call it after the user's code has run: that code's device settings and the model's strategy follow the name.
    """
    parts = [_main_device(), *device_settings(), strategy_words(model)]
    return ", ".join(filter(None, parts))


def _main_device() -> str:
    import tensorflow as tf

    for kind in ("TPU", "GPU"):
        devices = tf.config.get_visible_devices(kind)
        if devices:
            details = tf.config.experimental.get_device_details(devices[0])
            return f"{details.get('device_name', kind)} ({kind}:0)"
    return f"CPU: {cpu_name(CPU_INFO)}"


def cpu_name(cpu_info: Path) -> str:
    """The processor's name from Linux, else from Python."""
    lines = cpu_info.read_text(encoding="utf-8").splitlines() if cpu_info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(filter(None, names), "") or platform.processor() or platform.machine()

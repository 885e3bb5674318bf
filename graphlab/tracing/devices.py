"""How the user's code configured TensorFlow's devices, in words. Does not start the devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

KINDS = ("CPU", "GPU", "TPU")


def device_settings() -> list[str]:
    """Settings of threads and devices: `1 intra-op thread`, `2 logical CPUs`; [] if all are defaults."""
    import tensorflow as tf

    threads = {
        "intra-op": tf.config.threading.get_intra_op_parallelism_threads(),
        "inter-op": tf.config.threading.get_inter_op_parallelism_threads(),
    }
    settings = [_counted(number, f"{kind} thread") for kind, number in threads.items() if number]
    for kind in KINDS:
        settings += _settings_of(kind)
    return settings


def strategy_words(model: keras.Model) -> str:
    """`MirroredStrategy with 2 replicas (CPU:0, CPU:1)` for a model created in a strategy's scope; "" for any other."""
    import tensorflow as tf

    strategy = getattr(model, "distribute_strategy", None)
    if not isinstance(strategy, tf.distribute.Strategy) or _is_default(strategy):
        return ""
    devices = [device.rpartition("device:")[2] for device in strategy.extended.worker_devices]
    return f"{type(strategy).__name__} with {_counted(strategy.num_replicas_in_sync, 'replica')} ({', '.join(devices)})"


def _is_default(strategy: tf.distribute.Strategy) -> bool:
    """Whether this is TensorFlow's default strategy, outside of every scope."""
    return type(strategy).__name__ == "_DefaultDistributionStrategy"


def _settings_of(kind: str) -> list[str]:
    import tensorflow as tf

    every = tf.config.list_physical_devices(kind)
    visible = tf.config.get_visible_devices(kind)
    settings = [f"{len(visible)} of {_counted(len(every), kind)} visible"] if len(visible) != len(every) else []
    configured = [tf.config.get_logical_device_configuration(device) for device in visible]
    parts = [part for configuration in configured for part in configuration or ()]
    if len(parts) > 1 or any(part.memory_limit for part in parts):
        settings.append(_counted(sum(len(configuration or "1") for configuration in configured), f"logical {kind}"))
    limits = sorted({part.memory_limit for part in parts if part.memory_limit})
    settings += [f"at most {limit:,.0f} MB of memory on each of them" for limit in limits[:1]]
    if kind == "GPU" and any(tf.config.experimental.get_memory_growth(device) for device in visible):
        settings.append("GPU memory that grows as needed")
    return settings


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""The counts of TensorFlow's own profiler."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def profile(graph: Any) -> dict[str, int]:
    """FLOPs of each op of a TensorFlow graph, by its name."""
    options = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    found = tf.compat.v1.profiler.profile(graph, options=options.with_empty_output().build())
    counts: dict[str, int] = {}
    waiting = [found]
    while waiting:
        node = waiting.pop()
        counts[node.name] = node.float_ops
        waiting.extend(node.children)
    return {name: count for name, count in counts.items() if name != "_TFProfRoot"}

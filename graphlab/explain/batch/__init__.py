"""Which axis of a tensor is the batch."""

from graphlab.explain.batch.axes import batch_axes

__all__ = ["batch_axes"]

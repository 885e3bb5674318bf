"""A tensor for the tensor drawer: one slice at a time, its statistics, a search, and NumPy's formats."""

from graphlab.evaluation.tensors.answers import DRAWER_ACTS
from graphlab.evaluation.tensors.axes import axis_names
from graphlab.evaluation.tensors.files import npy_bytes, numpy_text
from graphlab.evaluation.tensors.page import TensorPage, TensorRequest, tensor_page, tensor_request
from graphlab.evaluation.tensors.search import TensorMatches, find_numbers
from graphlab.evaluation.tensors.statistics import TensorStatistics, tensor_statistics

__all__ = [
    "DRAWER_ACTS",
    "TensorMatches",
    "TensorPage",
    "TensorRequest",
    "TensorStatistics",
    "axis_names",
    "find_numbers",
    "npy_bytes",
    "numpy_text",
    "tensor_page",
    "tensor_request",
    "tensor_statistics",
]

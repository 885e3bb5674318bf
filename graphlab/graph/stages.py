"""The stages of tf.data pipelines by their Python names. Works on names only."""

from __future__ import annotations

import re
from functools import lru_cache

# Stages that only carry settings for the others.
WRAPPERS = frozenset(
    f"{name}Dataset{version}"
    for name in ("Options", "Model", "Optimize", "Finalize", "PrivateThreadPool", "ThreadPool", "AutoShard")
    for version in ("", "V2")
) | {"MaxIntraOpParallelismDataset", "LatencyStatsDataset", "BytesProducedStatsDataset"}
SELECTING = frozenset({"Filter", "TakeWhile", "GroupByWindow"})  # their functions decide; the elements pass by
# The roles of the functions that a stage calls, which its group contains.
ROLES = ("element", "key", "reduce", "window size")

_PATTERN = re.compile(r"(?:Experimental|Legacy)?(?:Parallel)?(?P<name>[A-Z]\w*?)Dataset(?:V\d+)?")
_NAMES = {
    "TensorSlice": "from_tensor_slices",
    "SparseTensorSlice": "from_sparse_tensor_slices",
    "Tensor": "from_tensors",
    "Generator": "from_generator",
    "DirectedInterleave": "choose_from_datasets",
    "Options": "with_options",
    "CSV": "CsvDataset",
    **{name: f"{name}Dataset" for name in ("TextLine", "TFRecord", "FixedLengthRecord", "Sql")},
}


@lru_cache(maxsize=1024)
def stage_kind(op_type: str) -> str:
    """`Map` for MapDataset and ParallelMapDatasetV2; "" if it is not a stage."""
    match = _PATTERN.fullmatch(op_type)
    return match["name"] if match else ""


def stage_name(op_type: str) -> str:
    """`map`, `from_tensor_slices`: the method of tf.data.Dataset or the class that makes the stage; "" without one."""
    kind = stage_kind(op_type)
    return _NAMES.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()

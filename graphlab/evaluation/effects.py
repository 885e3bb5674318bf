"""Which ops may be run without side effects. Knows op types, not graphs."""

from __future__ import annotations

import re

READS = frozenset(
    {
        *("ReadVariableOp", "VarIsInitializedOp", "VariableShape", "ResourceGather", "ResourceGatherNd"),
        *("LookupTableFindV2", "LookupTableSizeV2", "LookupTableExportV2"),
    }
)
_WRITES = re.compile(
    r"Assign(Add|Sub)?VariableOp|Resource(Sparse)?(Apply|Scatter|StridedSliceAssign).*"
    r"|Stateful(Uniform|StandardNormal|TruncatedNormal|RandomBinomial).*|Rng(Skip|ReadAndSkip).*"
)
_RANDOM = re.compile(
    r"Random(?!Dataset).*|TruncatedNormal|Multinomial|ParameterizedTruncatedNormal|.*CandidateSampler"
    r"|SampleDistortedBoundingBox.*"
)
_HARMLESS = re.compile(
    r"Placeholder.*|Assert|CheckNumerics(V2)?|Empty|EmptyTensorMap|PyFuncStateless|StatelessRandomGetAlg|Timestamp"
)
_WORDS = (
    (re.compile(r"(Eager)?PyFunc"), "it runs Python code, which may have side effects"),
    (re.compile(r".*Iterator.*|.*Dataset.*"), "it takes elements from an iterator, which would be missing later"),
    (re.compile(r"Print.*|.*Summar.*|Write.*|Save.*|.*Checkpoint.*"), "it writes"),
    (re.compile(r"Read.*|MatchingFiles|.*Reader.*|Restore.*"), "it reads files"),
)


def writes_variable(op_type: str) -> bool:
    """Whether an op writes a new value to the variable whose handle it reads."""
    return _WRITES.fullmatch(op_type) is not None


def is_random(op_type: str) -> bool:
    """Whether an op draws numbers from a state that its kernel keeps."""
    return _RANDOM.fullmatch(op_type) is not None


def why_not(op_type: str, *, is_stateful: bool, has_resource: bool) -> str:
    """Why an op is not run: it may change something that stays; "" for one that may be run."""
    if op_type in READS or writes_variable(op_type):
        return ""
    if has_resource or (is_stateful and not _HARMLESS.fullmatch(op_type) and not is_random(op_type)):
        words = next((words for pattern, words in _WORDS if pattern.fullmatch(op_type)), "it may change something")
        return f"{op_type} is not run to look at its value: {words}"
    return ""

"""Texts for segments, scattering, sets, ragged rows and copies, as in op_texts."""

_SEGMENTS = {
    "Sum": "Adds up",
    "Mean": "Averages",
    "Prod": "Multiplies",
    "Max": "Takes the largest of",
    "Min": "Takes the smallest of",
}
_SPARSE_SEGMENTS = {
    "Sum": "adds up those of each segment",
    "Mean": "averages those of each segment",
    "SqrtN": "adds up those of each segment and divides by the root of their number",
}

ARRAY_TEXTS: dict[str, tuple[str, str]] = {
    # segments
    **{
        f"Segment{name}": (f"{verb} the rows that share a segment number (sorted): {{out}}.", "")
        for name, verb in _SEGMENTS.items()
    },
    **{
        f"UnsortedSegment{name}": (f"{verb} the rows that share a segment number, in any order: {{out}}.", "")
        for name, verb in _SEGMENTS.items()
        if name != "Mean"
    },
    "UnsortedSegmentJoin": ("Joins the texts that share a segment number.", ""),
    **{
        f"SparseSegment{name}{more}": (f"Picks rows by their index and {verb}: {{out}}.", "")
        for name, verb in _SPARSE_SEGMENTS.items()
        for more in ("", "WithNumSegments")
    },
    **{
        f"SparseSegment{name}Grad": ("Hands the gradient of each segment back to the rows it was made of.", "")
        for name in _SPARSE_SEGMENTS
    },
    # scattering into tensors
    "TensorScatterSub": ("Subtracts numbers at given positions: {out}.", ""),
    "TensorScatterMax": ("Keeps the larger of the old and the new number at given positions: {out}.", ""),
    "TensorScatterMin": ("Keeps the smaller of the old and the new number at given positions: {out}.", ""),
    "ScatterNdNonAliasingAdd": ("Adds numbers to a tensor at given positions: {out}.", ""),
    "TensorStridedSliceUpdate": ("Replaces a slice of a tensor: {out}.", ""),
    "InplaceUpdate": ("Replaces some rows of a tensor.", ""),
    "InplaceAdd": ("Adds to some rows of a tensor.", ""),
    "InplaceSub": ("Subtracts from some rows of a tensor.", ""),
    "ParallelDynamicStitch": ("Joins several tensors into one at given positions.", ""),
    "ParallelConcat": ("Joins {k_tensors} along the first axis: {out}.", ""),
    # sets and positions
    "UniqueV2": ("Lists each value, or each slice along an axis, once, with its position in that list.", ""),
    "UniqueWithCounts": ("Lists each value once, with its position in that list and its number of occurrences.", ""),
    "UniqueWithCountsV2": ("Lists each value once, with its position in that list and its number of occurrences.", ""),
    "ListDiff": ("Lists the values of the first input that the second does not contain, and their positions.", ""),
    "SetSize": ("Counts the different values in each row of a set.", ""),
    **dict.fromkeys(
        ("DenseToDenseSetOperation", "DenseToSparseSetOperation", "SparseToSparseSetOperation"),
        ("Takes the union, the intersection or the difference of two sets in each row.", ""),
    ),
    "UnravelIndex": ("Turns positions in a flat list into positions along each axis: {out}.", ""),
    "EditDistance": ("Counts the insertions, deletions and replacements that turn one sequence into another.", ""),
    "ComputeAccidentalHits": ("Finds sampled classes that are really true ones, so that they can be left out.", ""),
    "TileGrad": ("Adds up the gradients of the copies that tiling made: {out}.", ""),
    "MirrorPadGrad": ("Cuts off the mirrored border and adds its gradient to the numbers that it mirrored: {out}.", ""),
    "Gather": ("Picks out rows by their index: {out}.", "{a}[{b}] → {out}"),
    "Concat": ("Joins {joined_tensors} one after the other: {out}.", ""),
    "Reverse": ("Reverses the order along the axes that its second input marks.", ""),
    "Empty": ("Makes a tensor of this shape with arbitrary content: {out}.", ""),
    "Copy": ("Copies its input: {n}.", ""),
    "CopyHost": ("Copies its input to the host's memory: {n}.", ""),
    "DeepCopy": ("Makes a separate copy of its input: {n}.", ""),
    "Snapshot": ("Copies its input as it is at this moment: {n}.", ""),
    "GuaranteeConst": ("Passes its input on and promises that it never changes.", ""),
    "ImmutableConst": ("A constant that is read from memory or a file: {n}.", ""),
    "DataFormatDimMap": ("Converts axis numbers from one order of axes to another, such as NHWC to NCHW.", ""),
    "DataFormatVecPermute": ("Reorders sizes from one order of axes to another, such as NHWC to NCHW.", ""),
    "SpaceToBatch": ("Moves blocks of each image into the batch: {a} becomes {out}.", ""),
    "BatchToSpace": ("Moves blocks from the batch back into each image: {a} becomes {out}.", ""),
    "ExtractVolumePatches": ("Cuts each volume into patches and lines up the numbers of each patch: {out}.", ""),
    # ragged rows
    "RaggedRange": ("Counts from a start to a limit, once for each row.", ""),
    "RaggedGather": ("Picks out rows of different lengths by their index.", ""),
    "RaggedCross": ("Combines features into crossed features, row by row.", ""),
    "RaggedFillEmptyRows": ("Puts a default value into each row that is empty.", ""),
    "RaggedFillEmptyRowsGrad": ("Computes the gradient of filling empty rows.", ""),
    "RaggedTensorToSparse": ("Turns rows of different lengths into a sparse tensor.", ""),
    "RaggedTensorToVariant": ("Packs rows of different lengths into one opaque value.", ""),
    "RaggedTensorFromVariant": ("Unpacks rows of different lengths from an opaque value.", ""),
    "RaggedTensorToVariantGradient": ("Computes the gradient of packing rows of different lengths.", ""),
    **dict.fromkeys(
        ("DenseCountSparseOutput", "SparseCountSparseOutput", "RaggedCountSparseOutput"),
        ("Counts how often each whole number occurs and lists only those that do.", ""),
    ),
}

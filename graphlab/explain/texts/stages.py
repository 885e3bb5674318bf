"""Sentences for rare pipeline stages, by their kind."""

_SAME = "the elements pass unchanged"

RARE_STAGES: dict[str, str] = {
    **dict.fromkeys(("AssertNext", "AssertPrev"), f"Checks which stages are next to it; {_SAME}."),
    "AutoShard": "Gives one worker's share of the elements.",
    **dict.fromkeys(("BytesProducedStats", "LatencyStats", "SetStatsAggregator"), f"Measures the pipeline; {_SAME}."),
    **dict.fromkeys(
        ("ChooseFastest", "ChooseFastestBranch"), "Tries several ways to compute the elements and keeps the fastest."
    ),
    **dict.fromkeys(
        (
            "Finalize",
            "MaxIntraOpParallelism",
            "NonSerializable",
            "Optimize",
            "PrivateThreadPool",
            "Rewrite",
            "ThreadPool",
        ),
        f"Carries settings for the whole pipeline; {_SAME}.",
    ),
    "DataService": "Gets its elements from tf.data service, which prepares them on other machines.",
    "DenseToSparseBatch": "Puts elements of different sizes into one batch, as a sparse tensor.",
    "FilterByLastComponent": "Keeps the elements whose last part is true.",
    "GlobalShuffle": "Gives the elements in a random order over the whole dataset.",
    "GroupByReducer": "Sorts elements by the key that your function gives and reduces those of one key to one.",
    "IndexFlatMap": "Makes a dataset of each element and gives their elements, by index.",
    "InitializeTableFrom": "Fills a table from the elements of a dataset.",
    "LMDB": "Reads the records of LMDB databases one by one.",
    "List": "Gives the elements of a list one by one.",
    "ListSnapshotChunks": "Gives the names of the files of a snapshot.",
    "Load": "Reads elements that were saved to disk.",
    "MapAndBatch": "Calls your function on each element and puts the results into batches.",
    "MatchingFiles": "Gives the names of the files that match a pattern, one by one.",
    "ParseExample": "Reads the features of serialized examples.",
    "Reduce": "Combines all elements into one by calling your function on each.",
    "Register": "Makes a dataset known to tf.data service.",
    "Sampling": "Keeps each element with a given probability.",
    "Save": "Writes the elements to disk.",
    "ShuffleAndRepeat": "Keeps a buffer and draws from it at random, over several epochs.",
    "Sleep": f"Waits before each element; {_SAME}.",
    "SlidingWindow": "Gives windows that slide over the elements, as batches.",
    "SnapshotChunk": "Reads one file of a snapshot.",
    "SparseTensorSlice": "Takes a sparse tensor apart along the first axis and gives one slice at a time.",
    "Sql": "Reads the rows that a database query gives, one by one.",
    "WeightedFlatMap": "Mixes the elements of several datasets by given weights.",
}

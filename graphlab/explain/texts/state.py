"""Texts for lists, tables, queues, iterators and control flow, as in op_texts."""

STATE_TEXTS: dict[str, tuple[str, str]] = {
    # lists of tensors
    "TensorListConcat": ("Joins the tensors of a list along their first axis: {out}.", ""),
    "TensorListConcatLists": ("Puts two lists one after the other.", ""),
    "TensorListGather": ("Picks out entries of a list and stacks them: {out}.", ""),
    "TensorListPushBackBatch": ("Adds a tensor to the end of each of a batch of lists.", ""),
    "TensorListResize": ("Changes how many entries a list has.", ""),
    "TensorListScatter": ("Makes a list and puts the slices of a tensor at given places.", ""),
    "TensorListScatterIntoExistingList": ("Puts the slices of a tensor at given places of a list.", ""),
    "TensorListSplit": ("Cuts a tensor along its first axis into a list of parts of given lengths.", ""),
    "TensorArray": ("Makes an array of tensors.", ""),
    "TensorArrayRead": ("Reads one entry of an array of tensors: {out}.", ""),
    "TensorArrayWrite": ("Writes a tensor into one place of an array.", ""),
    "TensorArrayGather": ("Stacks entries of an array of tensors: {out}.", ""),
    "TensorArrayScatter": ("Spreads a tensor over the places of an array, slice by slice.", ""),
    "TensorArrayConcat": ("Joins the tensors of an array along their first axis.", ""),
    "TensorArraySplit": ("Cuts a tensor into parts and writes them into an array.", ""),
    "TensorArraySize": ("Counts the entries of an array of tensors.", ""),
    "TensorArrayGrad": ("Makes the array for the gradients of another array.", ""),
    "TensorArrayGradWithShape": ("Makes the array for the gradients of another array.", ""),
    "TensorArrayPack": ("Stacks the entries of an array of tensors: {out}.", ""),
    "TensorArrayUnpack": ("Spreads a tensor over the places of an array, slice by slice.", ""),
    "TensorArrayClose": ("Deletes an array of tensors.", ""),
    "EmptyTensorMap": ("Makes an empty map from tensors to tensors.", ""),
    "TensorMapInsert": ("Puts a tensor into a map under a key.", ""),
    "TensorMapLookup": ("Looks up the tensor of a key in a map: {out}.", ""),
    "TensorMapErase": ("Removes a key from a map.", ""),
    "TensorMapHasKey": ("Checks whether a map has a key.", ""),
    "TensorMapSize": ("Counts the entries of a map.", ""),
    "TensorMapStackKeys": ("Stacks the keys of a map: {out}.", ""),
    "Stack": ("Makes a stack of tensors.", ""),
    "StackPush": ("Puts a tensor onto a stack.", ""),
    "StackPop": ("Takes the top tensor from a stack: {out}.", ""),
    "StackClose": ("Deletes a stack.", ""),
    # tables
    **dict.fromkeys(("HashTable", "AnonymousHashTable"), ("A table that values are looked up in.", "")),
    **dict.fromkeys(
        (
            "MutableHashTable",
            "MutableHashTableOfTensors",
            "MutableDenseHashTable",
            "AnonymousMutableHashTable",
            "AnonymousMutableHashTableOfTensors",
            "AnonymousMutableDenseHashTable",
        ),
        ("A table that values are looked up in and that can change.", ""),
    ),
    "LookupTableFind": ("Looks each value up in a table: {out}.", ""),
    "LookupTableInsert": ("Puts keys and values into a table.", ""),
    "LookupTableRemoveV2": ("Removes keys from a table.", ""),
    "LookupTableImport": ("Replaces the contents of a table.", ""),
    "LookupTableExport": ("Lists the keys and values of a table.", ""),
    "LookupTableSize": ("Counts the entries of a table.", ""),
    "InitializeTable": ("Fills a table with keys and values.", ""),
    "InitializeTableFromTextFile": ("Fills a table from the lines of a text file.", ""),
    "InitializeTableFromDataset": ("Fills a table from the elements of a dataset.", ""),
    # queues and staging
    **{
        f"{kind}Queue": (f"A queue of tensors{how}.", "")
        for kind, how in (
            ("FIFO", ": first in, first out"),
            ("PaddingFIFO", ": first in, first out, padded to one size when taken together"),
            ("Priority", " ordered by priority"),
            ("RandomShuffle", " in random order"),
        )
    },
    "FakeQueue": ("Stands for a queue.", ""),
    "QueueEnqueue": ("Puts tensors into a queue.", ""),
    "QueueEnqueueMany": ("Puts the slices of tensors into a queue.", ""),
    "QueueDequeue": ("Takes tensors from a queue.", ""),
    "QueueDequeueMany": ("Takes a number of elements from a queue, as one batch.", ""),
    "QueueDequeueUpTo": ("Takes up to a number of elements from a queue, as one batch.", ""),
    "QueueClose": ("Closes a queue.", ""),
    "QueueIsClosed": ("Checks whether a queue is closed.", ""),
    "QueueSize": ("Counts the elements of a queue.", ""),
    **{
        f"{kind}{name}": (f"{words} {store}.", "")
        for kind, store in (("", "a staging area"), ("Map", "a staging map"), ("OrderedMap", "an ordered staging map"))
        for name, words in (
            ("Stage", "Puts tensors into"),
            ("Unstage", "Takes tensors from"),
            ("UnstageNoKey", "Takes any tensors from"),
            ("Size", "Counts the elements of"),
            ("IncompleteSize", "Counts the incomplete elements of"),
            ("Clear", "Empties"),
            ("Peek", "Reads an element without taking it from"),
        )
        if kind or name in ("Stage", "Unstage")
    },
    "StagePeek": ("Reads an element without taking it from a staging area.", ""),
    "StageSize": ("Counts the elements of a staging area.", ""),
    "StageClear": ("Empties a staging area.", ""),
    "Barrier": ("A store that gives elements out when all their parts have arrived.", ""),
    "BarrierInsertMany": ("Puts parts of elements into a barrier.", ""),
    "BarrierTakeMany": ("Takes complete elements from a barrier.", ""),
    "BarrierClose": ("Closes a barrier.", ""),
    "BarrierReadySize": ("Counts the complete elements of a barrier.", ""),
    "BarrierIncompleteSize": ("Counts the incomplete elements of a barrier.", ""),
    "Batch": ("Gathers calls into one batch.", ""),
    "BatchFunction": ("Gathers calls into one batch and runs a function on it.", ""),
    "Unbatch": ("Hands each call its part of a batch.", ""),
    "UnbatchGrad": ("Computes the gradient of taking a batch apart.", ""),
    # iterators and datasets as values
    **dict.fromkeys(
        ("Iterator", "IteratorV2", "AnonymousIterator", "OneShotIterator"), ("An iterator over a dataset.", "")
    ),
    **dict.fromkeys(
        ("MultiDeviceIterator", "AnonymousMultiDeviceIterator"), ("An iterator that feeds several devices.", "")
    ),
    "MakeIterator": ("Starts an iterator over a dataset.", ""),
    **dict.fromkeys(
        ("IteratorGetNext", "IteratorGetNextSync"), ("Takes the next element of a dataset: {l_tensors}.", "")
    ),
    "IteratorGetNextAsOptional": ("Takes the next element of a dataset, or reports that there is none.", ""),
    "MultiDeviceIteratorInit": ("Starts an iterator that feeds several devices.", ""),
    "MultiDeviceIteratorGetNextFromShard": ("Takes the next element for one device.", ""),
    "DeleteIterator": ("Deletes an iterator.", ""),
    "DeleteMultiDeviceIterator": ("Deletes an iterator.", ""),
    **dict.fromkeys(
        ("IteratorToStringHandle", "MultiDeviceIteratorToStringHandle"), ("Gives the name of an iterator.", "")
    ),
    **dict.fromkeys(
        ("IteratorFromStringHandle", "MultiDeviceIteratorFromStringHandle"), ("Finds an iterator by its name.", "")
    ),
    "IteratorGetDevice": ("Reports the device of an iterator.", ""),
    "IteratorGetModelProto": ("Describes how an iterator is tuned.", ""),
    "SerializeIterator": ("Saves the state of an iterator.", ""),
    "DeserializeIterator": ("Sets an iterator to a saved state.", ""),
    "DatasetCardinality": ("Counts the elements of a dataset without running it; -1 for endless, -2 for unknown.", ""),
    "DatasetFingerprint": ("Hashes the stages of a dataset.", ""),
    "DatasetToSingleElement": ("Takes the only element of a dataset: {l_tensors}.", ""),
    "DatasetToTFRecord": ("Writes the elements of a dataset to a TFRecord file.", ""),
    "DatasetToGraph": ("Describes the stages of a dataset as a graph.", ""),
    "DatasetFromGraph": ("Makes a dataset from its description.", ""),
    "GetElementAtIndex": ("Takes the element at a given position of a dataset.", ""),
    "GetOptions": ("Reads the settings of a dataset.", ""),
    "WrapDatasetVariant": ("Wraps a dataset so that other devices can pass it on.", ""),
    "UnwrapDatasetVariant": ("Unwraps a dataset.", ""),
    "ComputeBatchSize": ("Returns the batch size of a dataset, or -1 if it is unknown.", ""),
    "CompressElement": ("Compresses an element of a dataset.", ""),
    "UncompressElement": ("Unpacks a compressed element of a dataset: {l_tensors}.", ""),
    "WindowOp": ("Makes a dataset of the elements of a window.", ""),
    **dict.fromkeys(
        ("AnonymousMemoryCache", "DummyMemoryCache"), ("The memory that a cached dataset keeps its elements in.", "")
    ),
    "DeleteMemoryCache": ("Frees the memory that a cached dataset kept its elements in.", ""),
    "DummyIterationCounter": ("Counts the epochs of a dataset.", ""),
    **dict.fromkeys(("ThreadPoolHandle", "StatsAggregatorHandle"), ("A handle for the settings of a pipeline.", "")),
    # optional values and composite ones
    "OptionalFromValue": ("Wraps a value that may also be missing.", ""),
    "OptionalGetValue": ("Takes the value out of an optional: {out}.", ""),
    "OptionalHasValue": ("Checks whether an optional has a value.", ""),
    "OptionalNone": ("Makes an optional without a value.", ""),
    "CompositeTensorVariantFromComponents": ("Packs the tensors of a composite value into one.", ""),
    "CompositeTensorVariantToComponents": ("Unpacks the tensors of a composite value.", ""),
    # control flow and functions
    "For": ("Runs its body once for each number of a range.", "for each number: body"),
    "RemoteCall": ("Calls a function on another device.", ""),
    "SymbolicGradient": ("Computes the gradient of a function.", ""),
    "MapDefun": ("Calls a function on each slice along the first axis.", ""),
    "PyFuncStateless": ("Calls a Python function; TensorFlow cannot see what happens inside.", ""),
    "FakeParam": ("Stands for a value that is never used: {out}.", ""),
    "DeviceIndex": ("Reports which of some devices the op runs on.", ""),
    "ControlTrigger": ("Computes nothing; it only makes some ops wait until others are done.", ""),
    "Abort": ("Stops the program.", ""),
    "Send": ("Sends a tensor to another device.", ""),
    "Recv": ("Receives a tensor from another device.", ""),
    "SyncDevice": ("Waits until a device has finished its work.", ""),
    "MutexV2": ("A lock that one op can hold at a time.", ""),
    "MutexLock": ("Takes a lock.", ""),
    "ConsumeMutexLock": ("Gives a lock back.", ""),
    **{
        f"Ref{name}": (words, "")
        for name, words in (
            ("Enter", "Brings a variable into a loop."),
            ("Exit", "Takes a variable out of a loop."),
            ("NextIteration", "Hands a variable to the next iteration of a loop."),
            ("Merge", "Passes on whichever of its inputs arrives."),
            ("Switch", "Sends its input one of two ways, depending on a condition."),
            ("Select", "Passes on one of its inputs, by a number."),
            ("Identity", "Passes a variable on unchanged."),
        )
    },
    # debugging and devices
    "CheckNumericsV2": ("Passes its input on; stops the program where a number is infinite or undefined.", ""),
    **dict.fromkeys(
        ("DebugIdentity", "DebugGradientIdentity", "DebugGradientRefIdentity"),
        ("Passes its input on unchanged and lets a debugger see it.", ""),
    ),
    "DebugNanCount": ("Counts the undefined numbers of its input for a debugger.", ""),
    "DebugNumericSummary": ("Summarises the numbers of its input for a debugger.", ""),
    "CollectiveReduce": ("Combines the tensors of all devices into one that each of them gets.", ""),
    "CollectiveGather": ("Joins the tensors of all devices and gives the result to each of them.", ""),
    "CollectiveBcastSend": ("Sends a tensor to all devices.", ""),
    "CollectiveBcastRecv": ("Receives a tensor that was sent to all devices.", ""),
    "CollectivePermute": ("Exchanges tensors between pairs of devices.", ""),
    "CollectiveReduceScatter": ("Combines the tensors of all devices and gives each of them a part.", ""),
    "CollectiveReduceScatterV2": ("Combines the tensors of all devices and gives each of them a part.", ""),
    "CollectiveAllToAll": ("Exchanges parts of tensors between all devices.", ""),
    "CollectiveAllToAllV2": ("Exchanges parts of tensors between all devices.", ""),
    "NcclAllReduce": ("Combines the tensors of all GPUs into one that each of them gets.", ""),
    "NcclReduce": ("Combines the tensors of all GPUs into one.", ""),
    "NcclBroadcast": ("Sends a tensor to all GPUs.", ""),
    "CrossReplicaSum": ("Adds up the tensors of all replicas.", ""),
    # variables
    "Variable": ("A variable: numbers that stay from one run to the next.", ""),
    "VariableV2": ("A variable: numbers that stay from one run to the next.", ""),
    "VarHandleOp": ("A variable: numbers that stay from one run to the next.", ""),
    "TemporaryVariable": ("A variable for a part of one run.", ""),
    "DestroyTemporaryVariable": ("Reads a temporary variable for the last time and deletes it.", ""),
    "DestroyResourceOp": ("Deletes a variable, a table or another resource.", ""),
    "IsVariableInitialized": ("Checks whether a variable has a value yet.", ""),
    "DisableCopyOnRead": ("Lets {var} be read without a copy.", ""),
    "GetSessionHandle": ("Keeps a tensor for a later run and gives a name for it.", ""),
    "GetSessionTensor": ("Takes a tensor that an earlier run kept: {out}.", ""),
    "DeleteSessionTensor": ("Deletes a tensor that an earlier run kept.", ""),
    "ConditionalAccumulator": ("Collects gradients until there are enough of them.", ""),
    "ResourceConditionalAccumulator": ("Collects gradients until there are enough of them.", ""),
    "SparseConditionalAccumulator": ("Collects sparse gradients until there are enough of them.", ""),
    **{
        f"{kind}Accumulator{name}": (words, "")
        for kind in ("", "Resource", "Sparse")
        for name, words in (
            ("ApplyGradient", "Adds a gradient to those collected so far."),
            ("TakeGradient", "Takes the average of the collected gradients."),
            ("NumAccumulated", "Counts the collected gradients."),
            ("SetGlobalStep", "Reports the step to the collector."),
        )
        if kind != "Sparse" or name in ("ApplyGradient", "TakeGradient")
    },
}

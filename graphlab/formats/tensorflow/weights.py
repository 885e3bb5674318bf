"""The values of TensorFlow's variables and constants, read one at a time."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.tensorflow.protos import read_node
from graphlab.processes.tensorflow_start import start_tensorflow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphlab.tracing.tensorflow_types import NodeDef

VARIABLE = "variable:"  # prefix of the place of a variable's values; a constant's begins with "constant:"


def constant_in(path: Path, where: str) -> NDArray[np.generic]:
    """The values of the constant at `constant:FUNCTION:NAME` in a file; FUNCTION is "" in the graph itself."""
    return values_of(read_node(path, *place_of(where)), where, path)


def place_of(where: str) -> tuple[str, str]:
    """(function, name) of the constant at `constant:FUNCTION:NAME`."""
    function, _, name = where.partition(":")[2].partition(":")
    return function, name


def values_of(node: NodeDef, where: str, path: Path) -> NDArray[np.generic]:
    """The values of a constant's NodeDef. Raises FormatError if it is None or not a constant."""
    import tensorflow as tf

    if node is None or node.op != "Const":
        raise FormatError(f"{str(path)!r} contains no constant {place_of(where)[1]!r} any longer; open it again")
    values: NDArray[np.generic] = tf.make_ndarray(node.attr["value"].tensor)
    return values


def variable_in(checkpoint: Path, where: str, path: Path) -> NDArray[np.generic]:
    """The values of the variable at `variable:KEY` in the checkpoint with these files."""
    start_tensorflow()
    import tensorflow as tf

    key = where.removeprefix(VARIABLE)
    missing = missing_file(checkpoint)
    if missing:
        raise FormatError(f"{str(path)!r} has no values: {missing} is missing beside it")
    _keep_inside(checkpoint, path)
    # Not tf.train.load_checkpoint: if the prefix is a folder, a `checkpoint` file in it may name any other file.
    reader = tf.compat.v1.train.NewCheckpointReader(str(checkpoint))
    if not reader.has_tensor(key):
        raise FormatError(f"the checkpoint {str(checkpoint)!r} contains no {key!r}")
    values: NDArray[np.generic] = reader.get_tensor(key)
    return values


def _keep_inside(checkpoint: Path, path: Path) -> None:
    """Raise FormatError if a file of the checkpoint links to somewhere else."""
    home = (path if path.is_dir() else path.parent).resolve()
    for file in checkpoint.parent.glob(f"{glob.escape(checkpoint.name)}.*"):
        if not file.resolve().is_relative_to(home):
            raise FormatError(f"{str(file)!r} is outside {str(home)!r}; graphlab reads only values beside the model")


def has_values(checkpoint: Path) -> bool:
    """Whether the checkpoint's files are there."""
    return not missing_file(checkpoint)


def missing_file(checkpoint: Path) -> str:
    """The name of a file that the checkpoint lacks; "" if it is complete."""
    if not checkpoint.with_name(f"{checkpoint.name}.index").is_file():
        return f"{checkpoint.name}.index"
    parts = checkpoint.parent.glob(f"{glob.escape(checkpoint.name)}.data-*")
    return "" if next(parts, None) else f"{checkpoint.name}.data-00000-of-00001"

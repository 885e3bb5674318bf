"""The values of TensorFlow's variables and constants, read one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphlab.errors import FormatError
from graphlab.tensorflow_start import start_tensorflow

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIABLE = "variable:"  # how the place of a variable's values begins; that of a constant's begins with "constant:"


def constant_in(graph_defs: Iterable[Any], where: str, path: Path) -> NDArray[Any]:
    """The values of the constant at `constant:FUNCTION:NAME`; FUNCTION is "" in the graph itself."""
    import tensorflow as tf

    _, _, rest = where.partition(":")
    function, _, name = rest.partition(":")
    for graph_def in graph_defs:
        library = {proto.signature.name: proto for proto in graph_def.library.function}
        nodes = library[function].node_def if function in library else () if function else graph_def.node
        for node in nodes:
            if node.name == name and node.op == "Const":
                values: NDArray[Any] = tf.make_ndarray(node.attr["value"].tensor)
                return values
    raise FormatError(f"{str(path)!r} holds no constant {name!r} any more; open it again")


def variable_in(checkpoint: Path, where: str, path: Path) -> NDArray[Any]:
    """The values of the variable at `variable:KEY` in the checkpoint with these files."""
    start_tensorflow()
    import tensorflow as tf

    key = where.removeprefix(VARIABLE)
    if not has_values(checkpoint):
        raise FormatError(f"{str(path)!r} came without its values: there is no {checkpoint.name}.index beside it")
    reader = tf.train.load_checkpoint(str(checkpoint))
    if not reader.has_tensor(key):
        raise FormatError(f"the checkpoint {str(checkpoint)!r} holds no {key!r}")
    values: NDArray[Any] = reader.get_tensor(key)
    return values


def has_values(checkpoint: Path) -> bool:
    """Whether the checkpoint's files are there."""
    return checkpoint.with_name(f"{checkpoint.name}.index").is_file()

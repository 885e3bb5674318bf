"""The user's names for the values of loops, from private functions of TensorFlow 2.21."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from tensorflow.python.autograph.operators import control_flow
from tensorflow.python.ops import while_v2

_ADDED = {"break_": "break", "continue_": "continue", "do_return": "return", "retval_": "return value"}
_ADDED |= {"<internal has_next>": "has next"}


@contextmanager
def loop_values(note: Callable[[str, object], None]) -> Iterator[None]:
    """Call `note(name, value)` for each loop variable, as the body receives it, with its name in the code.

    In a graph, tf.while_loop calls `tensorflow.python.ops.while_v2.while_loop`: the names are the parameters of
    the body. `tensorflow.python.autograph.operators.control_flow.verify_tf_loop_vars` has those of a Python loop.
    """
    looping, verifying = while_v2.while_loop, control_flow.verify_tf_loop_vars

    def naming(cond: object, body: Callable[..., object], *rest: object, **kwargs: object) -> object:
        def noting_body(*values: object) -> object:
            for name, value in _bound(body, values):
                note(name, value)
            return body(*values)

        return looping(cond, noting_body, *rest, **kwargs)

    def verified(
        init_vars: Sequence[object],
        entry_vars: Sequence[object],
        exit_vars: object,
        names: Sequence[str],
        opts: Mapping[str, object],
        *rest: object,
        **kwargs: object,
    ) -> object:
        for name, value, first in zip(names, entry_vars, init_vars, strict=False):
            note(_in_code(name, first, str(opts.get("iterate_names", ""))), value)
        return verifying(init_vars, entry_vars, exit_vars, names, opts, *rest, **kwargs)

    while_v2.while_loop, control_flow.verify_tf_loop_vars = naming, verified
    try:
        yield
    finally:
        while_v2.while_loop, control_flow.verify_tf_loop_vars = looping, verifying


def _bound(body: Callable[..., object], values: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """The values by the parameters of a loop's body that take one each; none if the body is a library's."""
    if str(getattr(body, "__module__", "")).startswith(("tensorflow.", "keras.")):
        return
    try:
        signature = inspect.signature(body)
        bound = signature.bind(*values).arguments
    except (TypeError, ValueError):
        return
    for name, value in bound.items():
        if signature.parameters[name].kind is not inspect.Parameter.VAR_POSITIONAL:
            yield name, value


def _in_code(name: str, first: object, iterate: str) -> str:
    """The name of a loop variable; for one that AutoGraph adds, its purpose.

    In a `for` over a range, AutoGraph adds the number itself, else the position in the iterated value, from 0.
    """
    if name == "<internal iterate>":
        return "index" if isinstance(first, int) else iterate
    return _ADDED.get(re.sub(r"_\d+$", "", name), name)

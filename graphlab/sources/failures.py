"""Why the user's code failed, in one line with the innermost line of the code. Independent of TensorFlow."""

from __future__ import annotations

import re

from graphlab.errors import exit_words, shortened, words_of
from graphlab.sources.ownership import is_user_file

MOST_OWN_WORDS = 360  # characters of an error message from the user's code
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NO_NAME = re.compile(r"'([^\n]*?)' is not a valid (?:root )?(?:scope|node) name")
# What TensorFlow adds around the message of a failed op: the functions that it wrapped it in, and its own names.
_TENSORFLOW_OWN = re.compile(
    r"\{\{function_node [^{}]*\}\}|\[\[\{\{node [^{}]*\}\}\]\]|\[Op:\w+\](?: name:[ \t]*\S*)?"
    r"|Error in user-defined function passed to \w+(?::\d+)? transformation with iterator: \S+:(?= )"
)
_ADVICE = " You can attempt the following resolutions"  # TensorFlow's own message, without what was requested
# Parts of error messages, and what they mean for the user.
_HINTS = {
    "OperatorNotAllowedInGraphError": "; to branch or loop on a tensor, use tf.cond, tf.where or "
    "tf.while_loop, or put @tf.function on the function with the if, for or while: Keras traces without AutoGraph",
    "'SymbolicTensor' object has no attribute 'numpy'": "; .numpy() does not work in a graph",
    "EOFError: EOF when reading a line": "; the code calls input() or getpass(), and nobody can answer: read "
    "sys.argv instead, which contains the arguments after --, or ask under if __name__ == '__main__':",
    "BdbQuit: ": "; the code stops in the debugger, which is not available here: remove breakpoint()",
}
_STACK_LINE = re.compile(r'File "([^"]+)", line (\d+)')


def describe_failure(what: str, error: BaseException) -> str:
    """`what: Type: message (file.py:12)` in one line, naming the innermost line of the user's own code."""
    line = innermost_user_line(error)
    location = f" ({line[0]}:{line[1]})" if line else ""
    hint = next((words for part, words in _HINTS.items() if part in f"{type(error).__name__}: {words_of(error)}"), "")
    return f"{what}: {shortened(_own_words(error), MOST_OWN_WORDS)}{location}{hint}"


def _own_words(error: BaseException) -> str:
    """`Type: message` without the context that AutoGraph and Keras add around an error's own message."""
    if isinstance(error, SystemExit):
        return exit_words(error)
    if not isinstance(error, Exception):  # KeyboardInterrupt, GeneratorExit, or a class of the user's
        message = " ".join(words_of(error).split())
        return f"the code raised {type(error).__name__}{message and f': {message}'}"
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{type(error).__name__}: {error.msg}"  # its text repeats the line
    refused = _NO_NAME.search(_COLOUR.sub("", words_of(error)))
    if refused:
        return (
            f"TensorFlow does not accept the name {refused[1]!r}: a name may contain A-Z, a-z, digits "
            "and _ . - / > and must begin with a letter, a digit or a dot; rename the model, layer or function"
        )
    words = _TENSORFLOW_OWN.sub(" ", _COLOUR.sub("", words_of(error)))
    words = words.partition(_ADVICE)[0].rstrip(".") if _ADVICE in words else words
    parts = [part.strip() for part in words.strip().split("\n\n") if part.strip()]
    if parts and parts[0] == "in user code:":
        # AutoGraph: the stack, then "Type: message" of the error itself, which may include Keras' context.
        inner = [part for part in parts[1:] if not part.startswith("File ")] or parts
        return " ".join(inner[1 if inner[0].endswith("call().") and len(inner) > 1 else 0].split())
    if len(parts) > 1 and parts[0].startswith("Exception encountered when calling"):
        parts = parts[1:]
    own = parts[0].partition("\nTraceback (most recent call last):")[0] if parts else "no message"  # of a py_function
    return f"{type(error).__name__}: {' '.join(own.split())}"


def innermost_user_line(error: BaseException) -> tuple[str, int] | None:
    """(file, line) of the deepest frame of a traceback that is in the user's code."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return error.filename, error.lineno
    locations = [(file, int(line)) for file, line in _STACK_LINE.findall(words_of(error)) if is_user_file(file)]
    if locations:  # AutoGraph runs generated code; its error context has the lines as the user wrote them
        return locations[-1]
    location = None
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if is_user_file(file):
            location = file, traceback.tb_lineno
        traceback = traceback.tb_next
    return location

"""The errors that a user can fix. Each message states the fact, the value and what to do."""

MOST_SAID = 1_200  # characters of a message


class GraphlabError(Exception):
    """Something the user passed or asked for cannot be used; the message says how to continue."""


class SourceError(GraphlabError):
    """A SOURCE does not name a file or object, or names an object that cannot be traced."""


class MissingInputsError(SourceError):
    """A function cannot be traced before somebody says for which inputs."""


class TraceError(GraphlabError):
    """Tracing the user's function or model raised; the message contains the error's words and its line."""


class FormatError(GraphlabError):
    """A file's format is not supported, or the file is damaged."""


class LayoutError(GraphlabError):
    """The requested engine could not lay out a view."""


class DataError(GraphlabError):
    """A data folder or dataset lacks something that it should contain."""


class RunError(GraphlabError):
    """A training run cannot be started, found or read."""


def words_of(raised: object) -> str:
    """The result of str() for an exception. If its class fails, str() of its arguments; "" if that fails too.

    Never raises: an exception of a user's class has the `__str__` that the user wrote.
    """
    for make in (str, BaseException.__str__):
        try:
            return make(raised)  # type: ignore[arg-type]
        except BaseException:  # whatever the user's code raises, KeyboardInterrupt too
            continue
    return ""


def exit_words(error: SystemExit) -> str:
    """`the code called sys.exit(3)`, or with the message for Python to print: `the code called sys.exit: WORDS`."""
    if error.code is None or isinstance(error.code, int):
        return f"the code called sys.exit({int(error.code or 0)})"
    words = words_of(error.code)
    return (
        f"the code called sys.exit{f': {words}' if words else f' with an object of type {type(error.code).__name__}'}"
    )


def shortened(words: str, most: int = MOST_SAID) -> str:
    """The words without their middle if they are long: they may quote an address of any length."""
    half = most // 2
    return words if len(words) <= most else f"{words[:half]} … {words[-half:]}"

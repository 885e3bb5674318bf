"""The errors that a user can fix. Each message states the fact, the value and what to do."""

MOST_SAID = 1_200  # characters of a message


class GraphlabError(Exception):
    """Something the user gave or asked for cannot be used; the message says how to continue."""


class SourceError(GraphlabError):
    """A SOURCE names no file, no object, or an object that cannot be traced."""


class TraceError(GraphlabError):
    """Tracing the user's function or model raised; the message holds its words and its line."""


class FormatError(GraphlabError):
    """A file is of no format that can be read or written, or it is damaged."""


class LayoutError(GraphlabError):
    """A view could not be laid out by the engine that was asked."""


class DataError(GraphlabError):
    """A data folder or dataset lacks what it should hold."""


class RunError(GraphlabError):
    """A training run cannot be started, found or read."""


def words_of(raised: object) -> str:
    """What str() of an exception gives. Where its class cannot tell, str() of its arguments; "" if these cannot.

    Never raises: an exception of a user's class has the `__str__` that the user gave it.
    """
    for make in (str, BaseException.__str__):
        try:
            return make(raised)  # type: ignore[arg-type]
        except BaseException:  # whatever the user's code raises, KeyboardInterrupt too
            continue
    return ""


def exit_words(error: SystemExit) -> str:
    """`the code called sys.exit(3)`, or with the words that Python was to say: `the code called sys.exit: WORDS`."""
    if error.code is None or isinstance(error.code, int):
        return f"the code called sys.exit({int(error.code or 0)})"
    words = words_of(error.code)
    return (
        f"the code called sys.exit{f': {words}' if words else f' with an object of type {type(error.code).__name__}'}"
    )


def shortened(words: str, most: int = MOST_SAID) -> str:
    """The words without their middle where they are many: they may quote an address, which is of any length."""
    half = most // 2
    return words if len(words) <= most else f"{words[:half]} … {words[-half:]}"

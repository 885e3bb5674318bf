"""The errors that a user can mend. Each message states the fact, the value and the way out."""

MOST_SAID = 1_200  # characters of a message


class GraphlabError(Exception):
    """Something the user gave or asked for cannot be used; the message says how to go on."""


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


def shortened(words: str, most: int = MOST_SAID) -> str:
    """The words without their middle where they are many: they may quote an address, which is of any length."""
    half = most // 2
    return words if len(words) <= most else f"{words[:half]} … {words[-half:]}"

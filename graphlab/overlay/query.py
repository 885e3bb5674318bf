"""A parsed search: words, `key:value` and regular expressions between slashes, all of which must match."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlab.errors import GraphlabError
from graphlab.graph import Group, JsonValue, Op, Tensor, format_shape

if TYPE_CHECKING:
    import regex

# The fields of a search: what to enter after the colon, with an example.
FIELDS = {
    "name": "part of a name, such as name:dense_1",
    "type": "the beginning of an op type, such as type:MatMul",
    "layer": "part of a layer's path, such as layer:dense",
    "class": "part of a layer's class, such as class:Conv2D",
    "dtype": "the beginning of a dtype, such as dtype:float16",
    "shape": "a shape, such as shape:[?,784]",
    "attr": "part of an attribute, such as attr:strides=[1,2,2,1]",
    "line": "a line of your code, such as line:model.py:12",
    "variable": "part of a variable's name, such as variable:kernel",
}
MATCH_S = 1.0  # the time limit of a regular expression per text
_ANY = frozenset({"*", ".."})


class QueryError(GraphlabError):
    """A search that cannot be answered."""


@dataclass(frozen=True)
class Term:
    """One part of a query: a value to look for under a key ("" everywhere), or a regular expression for it."""

    key: str
    value: str
    pattern: regex.Pattern[str] | None = None

    def fits(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts contains the value, or matches the expression."""
        if self.pattern is not None:
            return any(self.pattern.search(text, timeout=MATCH_S) for text in texts)
        return any(self.value in text.lower() for text in texts)

    def is_one_of(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts begins with the value, or the expression matches part of it."""
        if self.pattern is not None:
            return self.fits(texts)
        return any(text.lower().startswith(self.value) for text in texts)


def parse_query(text: str) -> tuple[Term, ...]:
    """The terms of a query; () for none. Quotes keep spaces together; `key:` alone does not search yet.

    Raises QueryError for an invalid expression.
    """
    return tuple(term for word in _words(text) if (term := _term(word)) is not None)


def field_hint(text: str) -> str:
    """What to enter after a field without a value, or which fields there are; "" if the fields are not at fault."""
    keys = [key for word in _words(text) for key, colon, _ in [word.partition(":")] if colon and key.isidentifier()]
    unknown = [key for key in keys if key.lower() not in FIELDS]
    if unknown:
        return f"There is no field {unknown[0]}: in a search; the fields are {', '.join(f'{key}:' for key in FIELDS)}."
    if keys and not parse_query(text):
        return f"After {keys[-1]}: enter {FIELDS[keys[-1].lower()]}."
    return ""


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape, lexer.quotes = True, "", "", '"'
    try:
        return list(lexer)
    except ValueError:  # a quote that is not closed yet
        return text.replace('"', " ").split()


def _term(word: str) -> Term | None:
    key, colon, value = word.partition(":")
    if not colon or key.lower() not in FIELDS:
        key, value = "", word
    if not value:
        return None
    if len(value) > 2 and value[0] == value[-1] == "/":
        return Term(key.lower(), value, _expression(value[1:-1]))
    return Term(key.lower(), value.lower())


def _expression(pattern: str) -> regex.Pattern[str]:
    import regex  # takes as long to import as everything that the page needs for its first graph

    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except regex.error as error:
        raise QueryError(f"/{pattern}/ is not a regular expression: {error}") from error


def op_fits(op: Op, terms: Sequence[Term]) -> bool:
    """Whether every term fits an op."""
    return all(_op_fits(op, term) for term in terms)


def _op_fits(op: Op, term: Term) -> bool:
    if term.key in ("shape", "dtype"):
        return any(_tensor_fits(tensor, term) for output in op.outputs for tensor in (output.elements or (output,)))
    if term.key == "attr":
        return term.fits(f"{name}={_attribute(value)}" for name, value in op.attrs.items())
    if term.key == "type":
        return term.is_one_of([op.type])
    if not term.key:
        if term.value.endswith("]") and "[" in term.value and term.pattern is None:
            return any(_tensor_fits(tensor, term) for tensor in op.outputs) or term.value in op.id.lower()
        return term.fits([" ".join((op.id, op.type, *_layer_texts(op), op.variable.name if op.variable else ""))])
    return _texts_fit(_texts(op, term.key), term)


def _texts_fit(texts: Iterable[str], term: Term) -> bool:
    """As `Term.fits`, but a line number must match a whole number."""
    if term.key == "line" and term.value.isdigit():
        return any(text.endswith(f":{term.value}") for text in texts)
    return term.fits(texts)


def _layer_texts(op: Op) -> tuple[str, ...]:
    return (op.layer.path, op.layer.class_name) if op.layer else ()


def _texts(op: Op, key: str) -> tuple[str, ...]:
    if key == "name":
        return (op.id,)
    if key == "layer":
        return (op.layer.path,) if op.layer else ()
    if key == "class":
        return (op.layer.class_name,) if op.layer else ()
    if key == "line":
        return (f"{op.source.file}:{op.source.line}",) if op.source else ()
    return (op.variable.name,) if op.variable else ()


def _attribute(value: JsonValue) -> str:
    return str(value).replace("None", "?").replace(" ", "").replace("'", "")


def _tensor_fits(tensor: Tensor, term: Term) -> bool:
    """`float32[?,784]`, `[?,784]`, `?,784` or, under its key, a dtype; `*` is any size, `..` any sizes."""
    if term.pattern is not None:
        return term.fits([tensor.dtype if term.key == "dtype" else f"[{format_shape(tensor.shape)}]"])
    if term.key == "dtype":
        return tensor.dtype.startswith(term.value)
    dtype, _, sizes = term.value.rpartition("[")
    if dtype and tensor.dtype != dtype:
        return False
    return _shape_fits(tensor.shape, [size for size in sizes.rstrip("]").replace(" ", "").split(",") if size])


def _shape_fits(shape: tuple[int | None, ...] | None, pattern: Sequence[str]) -> bool:
    if list(pattern) == [".."]:
        return True
    sizes = format_shape(shape).split(",") if shape else [] if shape is not None else [".."]
    if ".." in pattern:
        cut = pattern.index("..")
        prefix, suffix = pattern[:cut], pattern[cut + 1 :]
        enough = shape is not None and len(sizes) >= len(prefix) + len(suffix)
        last_sizes = sizes[len(sizes) - len(suffix) :]
        return enough and _sizes_fit(sizes[:cut], prefix) and _sizes_fit(last_sizes, suffix)
    return len(sizes) == len(pattern) and _sizes_fit(sizes, pattern)


def _sizes_fit(sizes: Sequence[str], pattern: Sequence[str]) -> bool:
    return all(want in _ANY or size == want for size, want in zip(sizes, pattern, strict=True))


def group_fits(group: Group, terms: Sequence[Term]) -> bool:
    """Whether every term fits a group; terms that only ops have, such as a shape, fit none."""
    return all(_texts_fit(_group_texts(group, term.key), term) for term in terms)


def _group_texts(group: Group, key: str) -> tuple[str, ...]:
    if not key:
        return (f"{group.id} {group.label} {group.class_name}",)
    if key == "name":
        return (group.id, group.label)
    if key == "layer":
        return (group.id,) if group.kind in ("layer", "model") else ()
    if key == "class":
        return (group.class_name,) if group.class_name else ()
    return (f"{group.source.file}:{group.source.line}",) if key == "line" and group.source else ()

"""Parses a source: FILE.py:NAME, package.module:NAME or a model file. Runs nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from importlib.machinery import PathFinder
from pathlib import Path

from graphlab.errors import SourceError
from graphlab.packaged import packaged_dir
from graphlab.sources.names import listed, names_in
from graphlab.sources.paths import expanded, is_there, quoted

LARGEST_CODE_BYTES = 64_000_000
# Files that contain code in another form, and what to do with them.
_NOT_CODE = {
    ".ipynb": "is a notebook: call graphlab.show(...) in one of its cells, or save it as a script with "
    "jupyter nbconvert --to script and use FILE.py:NAME",
    ".pyc": "is compiled Python: use its .py file",
}


@dataclass(frozen=True)
class SourceSpec:
    """A parsed SOURCE. Exactly one of `file`, `module` and `path` is set. `inputs` are the --input texts.

    `arguments` are the script's sys.argv. `data` is set for the datasets() in a model's file: their data folder, "" if
    none was named.

    `path` is a model file or folder, which is read and never run, unless `trust` allows its code to run.
    """

    text: str
    name: str
    file: Path | None = None
    module: str | None = None
    path: Path | None = None
    inputs: tuple[str, ...] = ()
    trust: bool = False
    data: str | None = None
    arguments: tuple[str, ...] = ()


def parse_source(
    text: str, inputs: tuple[str, ...] = (), *, trust: bool = False, arguments: tuple[str, ...] = ()
) -> SourceSpec:
    """The parts of FILE.py:NAME or package.module:NAME, or the path of a model file or folder.

    Raises SourceError if the form or the file is wrong.
    """
    if other := _not_code(text):
        raise SourceError(other)
    saved = _saved(text)
    if saved is not None:
        if arguments:
            raise SourceError(f"{text!r} is a model file, which accepts no arguments; omit {listed([*arguments])}")
        return SourceSpec(text, saved.name, path=saved, inputs=inputs, trust=trust)
    where, colon, name = text.rpartition(":")
    if not colon or not where or not all(part.isidentifier() for part in name.split(".")):
        if ("/" in text or Path(text).suffix) and not text.endswith(".py") and not colon:
            raise SourceError(f"no such file or folder: {quoted(text)}")
        file = text.rstrip(":")
        if file.endswith(".py") and is_there(expanded(file), SourceError, text=file) and expanded(file).is_file():
            names = names_in(Path(file))
            has = f" (found: {listed(names)})" if names else ""
            raise SourceError(f"{text!r} needs an object name: use {file}:NAME{has}")
        raise SourceError(
            f"{quoted(text)} is not a source, and there is no such file or folder; "
            "use FILE.py:NAME, package.module:NAME or a model file"
        )
    if where.endswith(".py") or "/" in where or "\\" in where:
        return SourceSpec(text, name, file=_existing_file(where), inputs=inputs, arguments=arguments)
    return SourceSpec(text, name, module=where, inputs=inputs, arguments=arguments)


def _not_code(text: str) -> str:
    """What to do with an existing file or folder that is not a source, whatever name follows it; "" for others."""
    where, colon, name = text.rpartition(":")
    path = where if colon else text
    if Path(path).suffix in _NOT_CODE and _exists(path):
        return f"{path!r} {_NOT_CODE[Path(path).suffix]}"
    if not colon or not _exists(path) or path.endswith(".py"):
        return ""
    if not Path(path).is_dir():
        return "" if _exists(text) else f"{path!r} is not a Python file; use FILE.py:NAME"
    inside = sorted(Path(path).glob("*.py"))
    if not inside or (Path(path) / "__init__.py").is_file():
        return ""
    return f"{path!r} is a folder: use a file in it, such as {inside[0]}:{name}"


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):  # too long for a path, or it contains a NUL
        return False


def data_source(spec: SourceSpec, data: str | None) -> SourceSpec:
    """The datasets() beside a source, with their data folder."""
    where = spec.text.rpartition(":")[0]
    return replace(spec, text=f"{where}:datasets", name="datasets", inputs=(), data=data or "")


def _saved(text: str) -> Path | None:
    """The model file or folder at that path; None if the text is another kind of source, or nothing."""
    path = expanded(text)
    if not text or path.suffix == ".py" or not is_there(path, SourceError, text=text):
        return None
    return path.resolve()


def source_key(spec: SourceSpec) -> str:
    """One name for all spellings of a source: its file and its object. A module that is not found keeps its name."""
    if spec.path is not None:
        return f"{spec.path}{' trusted' if spec.trust else ''}"
    return f"{spec.file or module_file(spec.module or '') or spec.module}:{spec.name}"


def module_file(module: str) -> Path | None:
    """The file that `load_module` would run, found without running any of it; None if there is none."""
    folders = [str(Path.cwd()), *sys.path]
    origin = None
    for part in module.split("."):
        module_spec = PathFinder.find_spec(part, folders)
        if module_spec is None:
            return None
        folders = list(module_spec.submodule_search_locations or ())
        origin = module_spec.origin
    return Path(origin).resolve() if origin else None


def _existing_file(where: str) -> Path:
    path, exists = expanded(where), is_there(expanded(where), SourceError, text=where)
    if not exists and not path.is_absolute() and path.parts[:1] == ("examples",):
        # `graphlab open examples/...` works from any folder: the examples are part of the package.
        path = packaged_dir("examples").joinpath(*path.parts[1:])
        exists = is_there(path, SourceError, text=where)
    if not exists:
        raise SourceError(f"no such file: {quoted(where)}")
    if (path / "__init__.py").is_file():  # a package by its path
        path = path / "__init__.py"
    if path.is_dir():
        raise SourceError(f"{quoted(where)} is a folder, not a Python file; use FILE.py:NAME")
    if path.stat().st_size > LARGEST_CODE_BYTES:
        raise SourceError(f"{quoted(where)} is too large for a Python file: it has {path.stat().st_size:,} bytes")
    return path.resolve()

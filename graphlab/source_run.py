"""Runs a source's module as `python FILE` would. Knows nothing about TensorFlow."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from graphlab.errors import SourceError
from graphlab.source import SourceSpec, describe_failure, module_file


def load_module(spec: SourceSpec) -> ModuleType:
    """Run the source's module afresh and return it; raises SourceError with the user's own line where it fails."""
    sys.dont_write_bytecode = True
    sys.argv = [_script_name(spec), *spec.arguments]
    try:
        if spec.file is not None:
            return _run_file(spec.file)
        if str(Path.cwd()) not in sys.path:
            sys.path.insert(0, str(Path.cwd()))
        return importlib.import_module(spec.module or "")
    except ModuleNotFoundError as error:
        if spec.module and error.name and (spec.module == error.name or spec.module.startswith(error.name + ".")):
            raise SourceError(f"no module {error.name!r}; is it on PYTHONPATH or in this folder?") from error
        raise SourceError(describe_failure(f"loading {spec.text!r} failed", error)) from error
    except (Exception, SystemExit) as error:
        raise SourceError(describe_failure(f"loading {spec.text!r} failed", error)) from error


def _script_name(spec: SourceSpec) -> str:
    """What the script finds in sys.argv[0]: its path as it was typed, as `python FILE` gives it."""
    typed = spec.text.rpartition(":")[0]
    if spec.file is None:
        return str(module_file(spec.module or "") or spec.module)
    return typed if Path(typed).exists() else str(spec.file)


def _run_file(file: Path) -> ModuleType:
    """A module of its own for each call, so that an edited file is never served from sys.modules."""
    digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(f"_graphlab_{file.stem}_{digest}", file)
    if spec is None or spec.loader is None:
        raise SourceError(f"{str(file)!r} is no Python file; give FILE.py:NAME")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    spec.loader.exec_module(module)
    return module

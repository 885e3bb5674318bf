"""Files that are not dependencies of a trace, because they have a version or are not the user's."""

from __future__ import annotations

import os
import site
import sys
import sysconfig

from platformdirs import user_cache_dir

from graphlab.packaged import PACKAGE_DIR, SITE_NAMES, packaged_dir


def is_foreign(path: str) -> bool:
    """Whether a file belongs to Python, to an installed package, to graphlab or to the system."""
    if path.endswith(".pyc") or "__pycache__" in path:
        return True
    if path.startswith(_EXAMPLES):
        return False
    inside = f"{path}{os.sep}"
    return inside.startswith(_FOREIGN) or path in _ZIPS or any(f"{os.sep}{name}" in path for name in SITE_NAMES)


def _folder(folder: str | os.PathLike[str]) -> str:
    return os.path.join(os.path.normpath(folder), "")


PYTHON, GRAPHLAB = _folder(sysconfig.get_path("stdlib")), _folder(PACKAGE_DIR)
_EXAMPLES = _folder(packaged_dir("examples"))
_FOREIGN = tuple(
    _folder(folder)
    for folder in {
        *(sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")),
        *(site.getusersitepackages(), str(PACKAGE_DIR), user_cache_dir("graphlab"), "/proc", "/sys", "/dev"),
    }
)
_ZIPS = frozenset(entry for entry in sys.path if entry.endswith(".zip"))  # where Python itself searches

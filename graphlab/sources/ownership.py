"""Whether a file is the user's own, or belongs to Python, a framework or an installed package."""

from __future__ import annotations

import site
import sysconfig
from pathlib import Path

from graphlab.packaged import PACKAGE_DIR, SITE_NAMES, packaged_dir

FRAMEWORKS = frozenset({"tensorflow", "keras", "numpy", "ml_dtypes", "optree", "absl", "wrapt"})


def is_user_file(file: str) -> bool:
    """Whether the file is the user's own code: not Python's, a framework's or this package's."""
    if not file or file.startswith("<"):
        return False
    path = Path(file)
    if path.is_relative_to(packaged_dir("examples")):
        return True
    if path.is_relative_to(PACKAGE_DIR):
        return False
    for key in ("purelib", "platlib"):
        installed = Path(sysconfig.get_path(key))
        if path.is_relative_to(installed):
            return path.relative_to(installed).parts[0] not in FRAMEWORKS
    return not path.is_relative_to(sysconfig.get_path("stdlib")) and "__autograph_generated_file" not in path.name


def is_installed_file(file: str) -> bool:
    """Whether the file belongs to an installed package rather than to the user's project."""
    path = Path(file)
    if path.is_relative_to(packaged_dir("examples")):
        return False
    sites = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), site.getusersitepackages()]
    return not SITE_NAMES.isdisjoint(path.parts) or any(path.is_relative_to(folder) for folder in sites)

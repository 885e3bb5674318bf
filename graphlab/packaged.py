"""The folders of the files that come with graphlab: its modules, the examples, the assets."""

from __future__ import annotations

from pathlib import Path

PACKAGE_DIR = Path(__file__).resolve().parent
# The folders of installed packages, including graphlab's.
SITE_NAMES = frozenset({"site-packages", "dist-packages"})


def packaged_dir(name: str) -> Path:
    """The folder `name` ("examples", "assets"): inside the installed package, or beside it in a checkout."""
    inside = PACKAGE_DIR / name
    return inside if inside.is_dir() else PACKAGE_DIR.parent / name

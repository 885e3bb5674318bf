"""Opens the browser at the app's address, hidden from other users who can read the command line."""

from __future__ import annotations

import atexit
import os
import tempfile
import threading
import webbrowser
from html import escape
from pathlib import Path


def open_in_browser(url: str, *, is_secret: bool) -> None:
    """Open the address in the background. A secret one is passed on by a page that only this user can read."""
    target_url = write_redirect(url).as_uri() if is_secret else url
    threading.Thread(target=webbrowser.open, args=(target_url,), daemon=True).start()


def write_redirect(url: str) -> Path:
    """A page for this user alone that redirects to the address; it is removed when Python exits."""
    number, name = tempfile.mkstemp(prefix="graphlab-", suffix=".html")  # with mode 0600
    path = Path(name)
    atexit.register(path.unlink, missing_ok=True)
    href = escape(url)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(
            f'<!DOCTYPE html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>graphlab</title>'
            f'<meta http-equiv="refresh" content="0; url={href}"><p><a href="{href}">Open graphlab</a></p>'
        )
    return path

"""What the words for open groups expand to, for both implementations: Python's and the browser's."""

from __future__ import annotations

GROUPS = ("a/", "a/b/", "a/b/c/", "a/d/", "e/", "e/f/")
SPELLED = {
    "a/ e/f/": "a/ e/f/",
    "*1": "a/ e/",
    "*2 -a/b/": "a/ a/d/ e/ e/f/",
    "a/*": "a/ a/b/ a/b/c/ a/d/",
    "a/*1": "a/",
    "a/*2": "a/ a/b/ a/d/",
    "a/*2 a/b/*": "a/ a/b/ a/b/c/ a/d/",
    "a/* -a/b/*": "a/ a/d/",
    "a/* -a/b/": "a/ a/b/c/ a/d/",
    "*3 -a/*": "e/ e/f/",
    "*3 -a/* a/": "a/ e/ e/f/",
    "*3 -a/* a/b/*": "a/b/ a/b/c/ e/ e/f/",
    "nothing/* a/*12345": "",
}

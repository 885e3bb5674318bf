"""The front end's modules and styles as one script and one style sheet: a page is there sooner than with many files.

Each module becomes a function that is called in place, after those it imports from. That takes modules in our own
style: `import {name} from "graphlab/..."` and `export` before a function, a class or a constant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.packaged import packaged_dir

FOLDERS = {"graphlab/offline/": "offline", "graphlab/": "graph_view"}  # by the beginning of a module's name
STYLES = (
    "theme.css",
    "page.css",
    "page_tabs.css",
    "page_search.css",
    "page_choice.css",
    "panel.css",
    "panel_data.css",
    "graph_view.css",
    "graph_overhead.css",
    "graph_overlay.css",
    "graph_legend.css",
    "graph_zoom.css",
    "graph_trace.css",
    "offline/offline.css",
)

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_ANY = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle_modules(*mains: str) -> str:
    """These modules with all that they import, as one script; raises GraphlabError for what it cannot take in."""
    texts: dict[str, str] = {}
    waiting = [*mains]
    while waiting:
        name = waiting.pop()
        if name not in texts:
            texts[name] = _path_of(name).read_text(encoding="utf-8")
            waiting += [imported for _, imported in _IMPORT.findall(texts[name])]
    ordered = dict.fromkeys(name for main in mains for name in _ordered(main, texts))
    wrapped = "\n".join(_wrap(name, texts[name]) for name in ordered)
    given = "window.graphlab = { ...window.graphlab, modules };"
    return f'(() => {{\n"use strict";\nconst modules = {{}};\n{wrapped}\n{given}\n}})();\n'


def bundle_styles() -> str:
    """The page's style sheets, one after the other."""
    return "\n".join((packaged_dir("assets") / name).read_text(encoding="utf-8") for name in STYLES)


def _path_of(name: str) -> Path:
    prefix = next(prefix for prefix in FOLDERS if name.startswith(prefix))
    return packaged_dir("assets") / FOLDERS[prefix] / f"{name.removeprefix(prefix)}.mjs"


def _ordered(main: str, texts: dict[str, str]) -> list[str]:
    """The modules, each after those it imports from."""
    done: list[str] = []
    stack = [main]
    while stack:
        name = stack[-1]
        missing = [imported for _, imported in _IMPORT.findall(texts[name]) if imported not in done]
        if set(missing) & set(stack):
            raise GraphlabError(f"the modules {', '.join(stack)} import each other in a circle")
        if missing:
            stack.append(missing[0])
            continue
        done.append(stack.pop())
    return done


def _wrap(name: str, text: str) -> str:
    exported = _EXPORT.findall(text)
    taken = _IMPORT.sub(r'const {\1} = modules["\2"];\n', text)
    inside = _EXPORT.sub("", taken)
    left = _ANY.search(inside)
    if left or "</script" in inside.lower():
        raise GraphlabError(
            f"the module {name!r} has {(left or [''])[0] or 'a script end'!r}, which no bundle can hold"
        )
    return f'modules["{name}"] = (() => {{\n{inside}\nreturn {{{_listed(exported)}}};\n}})();'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

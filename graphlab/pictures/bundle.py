"""The front end's modules and styles as one script and one style sheet, which load faster than many files.

A module is identified by its path below assets/ ("graph_view/main") and becomes a function that is called in place,
after those it imports from. This supports modules in our own style: `import {name} from "./other.mjs"` and `export`
function, a class or a constant. Of a JSON file they import the whole value, with
`import name from "./file.json" with { type: "json" }`. Comments, which also hold the types, and indentation are left
out; a text between backticks must therefore end on its line.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from graphlab.errors import GraphlabError
from graphlab.packaged import packaged_dir

STYLES = (
    "theme.css",
    "page/page.css",
    "page/page_tabs.css",
    "page/page_search.css",
    "page/page_choice.css",
    "panel/panel.css",
    "panel/panel_data.css",
    "graph/graph_view.css",
    "graph/graph_overhead.css",
    "graph/graph_overlay.css",
    "graph/graph_legend.css",
    "graph/graph_zoom.css",
    "graph/graph_lineage.css",
    "offline.css",
)

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_IMPORT_JSON = re.compile(r'^import (\w+) from "([^"]+\.json)" with \{ type: "json" \};\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_DOCUMENTATION = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)  # if it has its own lines
_COMMENT = re.compile(r"^[ \t]*// .*\n|(?<=[;,{}()\[\]]) +// .*", re.MULTILINE)  # on a line of its own, or after code
_INDENTATION = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)  # and empty lines
_OPEN_TEXT = re.compile(r"^[^`\n]*`(?:[^`\n]*`[^`\n]*`)*[^`\n]*$", re.MULTILINE)  # an odd number of backticks
_ANY = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle_modules(*mains: str) -> str:
    """These modules with all that they import, as one script. Raises GraphlabError for what it does not support."""
    texts: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    waiting = [*mains]
    while waiting:
        name = waiting.pop()
        if name not in texts:
            texts[name] = _read(name)
            imports[name] = _imported(name, texts[name])
            waiting += imports[name]
    ordered = dict.fromkeys(name for main in mains for name in _ordered(main, imports))
    wrapped = "\n".join(_wrap(name, texts[name]) for name in ordered)
    export = "window.graphlab = { ...window.graphlab, modules };"
    return f'(() => {{\n"use strict";\nconst modules = {{}};\n{wrapped}\n{export}\n}})();\n'


def bundle_styles() -> str:
    """The page's style sheets, one after the other."""
    return "\n".join((packaged_dir("assets") / "styles" / name).read_text(encoding="utf-8") for name in STYLES)


def _read(name: str) -> str:
    is_json = name.endswith(".json")
    text = (packaged_dir("assets") / (name if is_json else f"{name}.mjs")).read_text(encoding="utf-8")
    return json.dumps(json.loads(text), separators=(",", ":")) if is_json else _without_comments(text)


def _without_comments(text: str) -> str:
    return _INDENTATION.sub("", _COMMENT.sub("", _DOCUMENTATION.sub("", text)))


def _imported(name: str, text: str) -> list[str]:
    """The names of the modules and JSON files that a module imports from."""
    specifiers = [specifier for _, specifier in (*_IMPORT.findall(text), *_IMPORT_JSON.findall(text))]
    return [_resolve(name, specifier) for specifier in specifiers]


def _resolve(name: str, specifier: str) -> str:
    """The name of the module that `name` imports as `specifier`, such as "../dom.mjs"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), specifier)).removesuffix(".mjs")


def _ordered(main: str, imports: Mapping[str, Sequence[str]]) -> list[str]:
    """The modules, each after those it imports from."""
    done: dict[str, None] = {}
    stack = [main]
    while stack:
        name = stack[-1]
        missing = [imported for imported in imports[name] if imported not in done]
        if set(missing) & set(stack):
            raise GraphlabError(f"the modules {', '.join(stack)} import each other")
        if missing:
            stack.append(missing[0])
            continue
        done[stack.pop()] = None
    return [*done]


def _wrap(name: str, text: str) -> str:
    if name.endswith(".json"):
        return f'modules["{name}"] = {text};'
    exported = _EXPORT.findall(text)
    linked_text = _IMPORT.sub(lambda match: _link(name, f"{{{match[1]}}}", match[2]), text)
    linked_text = _IMPORT_JSON.sub(lambda match: _link(name, match[1], match[2]), linked_text)
    inside = _EXPORT.sub("", linked_text)
    leftover = _ANY.search(inside) or _OPEN_TEXT.search(inside)
    if leftover or "</script" in inside.lower():
        raise GraphlabError(
            f"the module {name!r} has {(leftover or [''])[0] or 'a script end'!r}, which cannot be bundled"
        )
    return f'modules["{name}"] = (() => {{\n{inside}\nreturn {{{_listed(exported)}}};\n}})();'


def _link(name: str, bound: str, specifier: str) -> str:
    """What stands for an import in the module `name`."""
    return f'const {bound} = modules["{_resolve(name, specifier)}"];\n'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

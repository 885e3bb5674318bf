"""Pictures of a graph, drawn from the scene that the page draws, without a window or a browser.

A writer takes (graph, path, look) and returns what it wrote in words; `look` says what the picture shows. Writers are
named in a table by suffix and imported at their first use.
"""

from graphlab.pictures.look import THEMES, Choice, Look, choose_look

PICTURES = {
    ".svg": "graphlab.pictures.svg:save_svg",
}

__all__ = ["PICTURES", "THEMES", "Choice", "Look", "choose_look"]

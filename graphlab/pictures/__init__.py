"""Pictures of a graph, drawn from the same scene as the page, without a window or a browser.

A writer takes (graph, path, content) and returns what it wrote in words; `content` says what the picture shows. Writers
are named in a table by suffix and imported at their first use.
"""

from graphlab.pictures.content import THEMES, PictureContent, PictureOptions, picture_content

PICTURES = {
    ".svg": "graphlab.pictures.svg:save_svg",
    ".png": "graphlab.pictures.png:save_png",
    ".pdf": "graphlab.pictures.pdf:save_pdf",
    ".dot": "graphlab.pictures.dot:save_dot",
    ".html": "graphlab.pictures.html:save_html",
}

__all__ = ["PICTURES", "THEMES", "PictureContent", "PictureOptions", "picture_content"]

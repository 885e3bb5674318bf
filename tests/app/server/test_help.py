"""The app's help: its chapters, their links, and their lists of keys and address parameters."""

from __future__ import annotations

import re

import pytest

from graphlab.app.page.help_pages import CHAPTERS, FIRST, chapter_href, chapter_html, slug, title_of
from tests.app.server.test_guards import ask, running
from tests.support.places import ASSETS, ROOT

FILES = sorted((ASSETS / "help").glob("*.md"))
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def local():
    with running("127.0.0.1") as door:
        yield door


def test_every_chapter_is_in_the_list_of_chapters():
    assert {file.stem for file in FILES} == {FIRST, *CHAPTERS}
    assert [link.removesuffix(".md") for link in LINK.findall((ASSETS / "help" / "index.md").read_text("utf-8"))] == [
        *CHAPTERS
    ]


@pytest.mark.parametrize("name", [FIRST, *CHAPTERS])
def test_a_chapter_is_a_page_that_needs_nothing_else(local, name):
    status, headers, text = ask(local, chapter_href(name))

    assert status == 200
    assert f"<title>{title_of(name)} - graphlab</title>" in text
    assert f'<a href="{chapter_href(name)}" aria-current="page">' in text
    assert re.findall(r"src=|@import|<link(?! rel=\"icon\")|url\(", text.replace('<img src="data:', "")) == []
    nonce = re.findall(r"'nonce-(\w+)'", headers["content-security-policy"])[0]
    assert text.count("<script") == text.count(f'<script nonce="{nonce}">') == 2


@pytest.mark.parametrize("path", ["/help/nothing", "/help/..%2Fstyles", "/help//", "/help/keys/more"])
def test_an_unknown_chapter_is_not_found(local, path):
    assert ask(local, path, accept="text/html")[0] == 404


def test_help_with_a_slash_leads_to_help(local):
    status, headers, _ = ask(local, "/help/", accept="text/html")

    assert (status, headers["location"]) == (307, "/help")


def test_links_between_chapters_lead_to_headings_that_are_there():
    for file in FILES:
        for link in LINK.findall(file.read_text("utf-8")):
            if link.startswith("https://"):
                continue
            target, _, heading = link.partition("#")
            assert (ASSETS / "help" / target).is_file(), f"{file.name}: {link}"
            name = target.removesuffix(".md")
            assert not heading or f'id="{heading}"' in chapter_html(name), f"{file.name}: {link}"
            assert f'href="{chapter_href(name)}' in chapter_html(file.stem)


def test_readme_links_lead_to_files_that_are_there():
    links = [link.partition("#")[0] for link in LINK.findall((ROOT / "README.md").read_text("utf-8"))]

    assert {f"assets/help/{name}.md" for name in CHAPTERS} <= set(links)
    assert [link for link in links if not link.startswith("https://") and not (ROOT / link).is_file()] == []


def test_html_in_a_chapter_is_shown_and_not_obeyed():
    assert slug("Upstream, Downstream and Paths") == "upstream-downstream-and-paths"
    assert "<script" not in "".join(map(chapter_html, CHAPTERS))


def test_the_chapter_on_keys_lists_the_keys_of_the_dialog():
    from graphlab.app.page.parts import KEYS

    text = (ASSETS / "help" / "keys.md").read_text("utf-8")
    lines = re.findall(r"^(?:### .*|\| (?!key|---|parameter).*\|)$", text.partition("## Links")[0], re.MULTILINE)

    told = [line.replace("`", "") for line in lines if line != "|---|---|"]
    assert told == [
        line
        for title, keys in KEYS.items()
        for line in (f"### {title}", *(f"| {key} | {words} |" for key, words in keys))
    ]


def test_the_chapter_on_links_lists_the_parameters_of_the_address():
    parameters = re.search(r"const OWN = \[(.*?), \.\.\.EMPHASIS\]", _script("url.mjs"))[1]
    emphasis = re.search(r"const EMPHASIS = \[(.*?)\]", _script("url.mjs"))[1]
    names = re.findall(r'"(\w+)"', f"{parameters}, {emphasis}")

    table = (ASSETS / "help" / "keys.md").read_text("utf-8").partition("## Links")[2]
    assert sorted(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == sorted(names)


def _script(name):
    (file,) = ASSETS.rglob(name)
    return file.read_text("utf-8")

"""The page shows when its graph was traced, and retraces it when asked."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import MNIST, App, box, open_graph

COUNTED = """
import pathlib
import keras
counter = pathlib.Path(__file__).with_suffix(".count")  # which the file itself writes: nothing to go by
count = int(counter.read_text()) + 1 if counter.exists() else 1
counter.write_text(str(count))
assert count != {fails}, "the network is away"
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(count, name="first")], name="own")
"""
CONFIGURED = """
import json, pathlib
import keras
units = json.loads(pathlib.Path(__file__).with_name("config.json").read_text())["units"]
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, name="first")], name="own")
"""


def write(app: App, text: str) -> str:
    app.file.with_suffix(".count").unlink(missing_ok=True)
    app.file.write_text(text)
    return app.address(app.own)


def first(page: Page, units: int) -> None:
    expect(box(page, "own/first/")).to_have_attribute("aria-label", re.compile(f"Dense {units}"), timeout=60_000)


@pytest.mark.browser
@pytest.mark.tf
def test_page_says_when_its_graph_was_traced_and_traces_it_again(page: Page, app: App) -> None:
    open_graph(page, write(app, COUNTED.format(fails=0)))
    first(page, 1)
    expect(page.locator("#traced-at")).to_have_text(re.compile(r"^Traced \d\d:\d\d$"))
    expect(page.locator("#traced-at")).to_have_attribute("title", re.compile(rf"{datetime.now().year}, at \d\d:\d\d:"))
    page.reload()
    first(page, 1)

    page.get_by_role("button", name="Retrace").click()

    first(page, 2)
    page.reload()
    first(page, 2)


@pytest.mark.browser
@pytest.mark.tf
def test_what_failed_can_be_tried_again_on_the_page(page: Page, app: App) -> None:
    page.goto(write(app, COUNTED.format(fails=1)))
    expect(page.locator(".message-detail")).to_contain_text("the network is away", timeout=60_000)
    expect(page.locator("#traced-at")).to_have_text("Not traced")

    page.get_by_role("button", name="Retrace").click()

    first(page, 2)
    expect(page.locator("#traced-at")).to_have_text(re.compile("^Traced "))


@pytest.mark.browser
@pytest.mark.tf
def test_page_shows_the_new_graph_when_a_file_that_was_read_changes(page: Page, app: App) -> None:
    config = app.file.with_name("config.json")
    config.write_text('{"units": 5}')
    open_graph(page, write(app, CONFIGURED))
    first(page, 5)

    config.write_text('{"units": 6}')
    page.reload()

    first(page, 6)


@pytest.mark.browser
def test_page_says_that_an_example_is_shipped(page: Page, app: App) -> None:
    open_graph(page, app.address(MNIST))

    expect(page.locator("#traced-at")).to_have_text("Traced in advance")
    page.locator(".box[data-kind=group], [data-kind=group]").first.click()
    expect(page.get_by_role("button", name="Retrace")).to_be_visible()


def test_the_time_of_a_trace_is_short_today_and_whole_in_the_tip():
    from graphlab.app.callbacks.retrace import time_words

    traced = datetime(2026, 11, 30, 14, 32, 7)

    assert time_words("Traced", traced.timestamp(), datetime(2026, 11, 30, 23, 0)) == (
        "Traced 14:32",
        "Traced on Monday, 30 Nov 2026, at 14:32:07",
    )
    assert time_words("Read", traced.timestamp(), datetime(2026, 12, 1))[0] == "Read 30 Nov 2026"

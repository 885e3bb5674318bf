"""The app's page in a real browser with a model file as its source: what the file says of itself, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from graphlab.formats import save
from graphlab.graph import Group, Op, Tensor, build_graph
from tests.app_driver import App, box, inspected, open_graph, part, rows, start_app

pytestmark = pytest.mark.browser

VECTOR = Tensor("float32", (3,))


@pytest.fixture(scope="module")
def bad_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a file in which one op inside a group is wrong."""
    home = tmp_path_factory.mktemp("file")
    ops = [
        Op("x", "Placeholder", outputs=(VECTOR,)),
        Op("block/bad", "Frobnicate", ("block/",), (("x", 0),), (VECTOR,), problem="TensorFlow knows no 'Frobnicate'"),
        Op("block/relu", "Relu", ("block/",), (("block/bad", 0),), (VECTOR,)),
        Op("y", "Tanh", (), (("block/relu", 0),), (VECTOR,)),
    ]
    graph = build_graph(
        ops,
        [],
        name="small",
        kind="function",
        groups={"block/": Group("block/", "block")},
        inputs=["x"],
        outputs=["y"],
        code={},
        notes=["This file was made by hand."],
    )
    save(graph, home / "bad.json")
    with start_app(home, str(home / "bad.json")) as running:
        yield running


def test_bad_op_is_marked_in_its_closed_group_and_in_the_inspector(page: Page, bad_file: App) -> None:
    open_graph(page, bad_file.address(str(bad_file.file.parent / "bad.json"), open=""))

    expect(box(page, "block/")).to_have_attribute("data-problem", "1 with a problem")
    expect(part(page, "About this graph")).to_contain_text("This file was made by hand.")
    assert rows(page, "Problems") == [("Frobnicate", "TensorFlow knows no 'Frobnicate'")]

    part(page, "Problems").get_by_role("button", name="Frobnicate").click()
    inspected(page, "block/bad")
    expect(box(page, "block/bad")).to_have_attribute("data-problem", "TensorFlow knows no 'Frobnicate'")
    expect(page.locator("#inspect .problem")).to_have_text("TensorFlow knows no 'Frobnicate'")

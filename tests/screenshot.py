"""Takes the README's pictures: `python -m tests.screenshot` walks through the first steps with the MNIST example.

The digits come from mnist.npz in GRAPHLAB_DATA.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import CHROMIUM_ARGUMENTS, find_chromium
from tests.support.app_driver import DENSE, MATMUL, MNIST, QUADRATIC, ROOT, App, open_graph, rest, start_app

SIZE = {"width": 1440, "height": 900}
SMALL = {"width": 1080, "height": 600}  # of the home page
WIDE = {"width": 1300, "height": 680}  # of the other first steps
EPOCHS = 5
PATIENCE_MS = 600_000  # until TensorFlow has been loaded
SHOWN_PROGRESS = 0.68  # in the fourth epoch: three validations are on the charts


def take_home(page: Page, app: App, folder: Path) -> None:
    """The cards of the examples."""
    page.set_viewport_size(SMALL)
    page.goto(app.url)
    expect(page.locator(".card").first).to_be_visible()
    page.screenshot(path=folder / "first-steps-home.png")


def take_inspect(page: Page, app: App, folder: Path) -> None:
    """A layer that is open, and one of its ops selected."""
    page.set_viewport_size(WIDE)
    open_graph(page, app.address(MNIST, open=["mnist_mlp/", DENSE], select=MATMUL))
    rest(page)
    page.screenshot(path=folder / "first-steps-inspect.png")


def take_upstream(page: Page, app: App, folder: Path) -> None:
    """What the loss depends on."""
    page.set_viewport_size(WIDE)
    view = {"graph": "train_step", "open": ["mnist_mlp/"], "select": "loss/", "lineage": "up:loss/"}
    open_graph(page, app.address(MNIST, **view))
    expect(page.locator(".chip")).to_be_visible()
    rest(page)
    page.screenshot(path=folder / "first-steps-upstream.png")


def take_values(page: Page, app: App, folder: Path) -> None:
    """The polynomial for x = 3 and y = 4, with gradients, in the step that multiplies."""
    page.set_viewport_size(WIDE)
    page.goto(app.address(QUADRATIC, values="1"))
    page.get_by_text("Both", exact=True).click(timeout=PATIENCE_MS)
    for _ in range(2):
        page.get_by_role("button", name="Step forward").click(timeout=PATIENCE_MS)
    expect(page.locator(".op-words")).to_contain_text("36")
    rest(page)
    page.screenshot(path=folder / "first-steps-values.png")


def take_training(page: Page, app: App, folder: Path) -> None:
    """The fourth of five epochs of a training, beside its train step."""
    page.set_viewport_size(SIZE)
    page.goto(app.address(MNIST, graph="train_step", open=["mnist_mlp/", DENSE], select=MATMUL))
    page.locator("#train-epochs").fill(str(EPOCHS))
    page.locator("#train-start").click()
    expect(page.locator("#live-status")).to_have_text("Running", timeout=PATIENCE_MS)
    while float(page.locator("#live-bar").get_attribute("value") or 0) < SHOWN_PROGRESS:
        page.wait_for_timeout(200)
    rest(page)
    page.screenshot(path=folder / "screenshot.png")
    page.locator("#train-stop").click()
    expect(page.locator("#live-status")).to_have_text("Stopped")


PICTURES = {
    "home": take_home,
    "inspect": take_inspect,
    "upstream": take_upstream,
    "values": take_values,
    "training": take_training,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(PICTURES)), help="Take this picture.  [default: all]")
@click.option("--folder", default=ROOT / "assets", type=click.Path(path_type=Path), help="[default: assets/]")
def main(only: tuple[str, ...], folder: Path) -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        home = Path(place)
        (home / "keras" / "datasets").mkdir(parents=True)
        shutil.copy(Path(os.environ["GRAPHLAB_DATA"]) / "mnist.npz", home / "keras" / "datasets")
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_ARGUMENTS))
        with start_app(home, MNIST) as app:
            page = chromium.new_page(viewport=SIZE)
            for name in only or PICTURES:
                PICTURES[name](page, app, folder)
                click.echo(name)
        chromium.close()


if __name__ == "__main__":
    main()

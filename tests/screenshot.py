"""Takes the README's picture: `python -m tests.screenshot` trains the MNIST example and shows it beside its train step.

The digits come from mnist.npz in GRAPHLAB_DATA.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click
from playwright.sync_api import expect, sync_playwright

from tests.conftest import CHROMIUM_ARGUMENTS, find_chromium
from tests.support.app_driver import DENSE, MATMUL, MNIST, ROOT, rest, start_app

PICTURE = ROOT / "assets" / "screenshot.png"
SIZE = {"width": 1440, "height": 900}
EPOCHS = 5
PATIENCE_MS = 600_000  # until TensorFlow has been loaded
SHOWN_PROGRESS = 0.68  # in the fourth epoch: three validations are on the charts


@click.command()
@click.option("--output", default=PICTURE, type=click.Path(path_type=Path), help="[default: assets/screenshot.png]")
def main(output: Path) -> None:
    """Take the picture in the fourth of five epochs."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        (home / "keras" / "datasets").mkdir(parents=True)
        shutil.copy(Path(os.environ["GRAPHLAB_DATA"]) / "mnist.npz", home / "keras" / "datasets")
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_ARGUMENTS))
        with start_app(home, MNIST) as app:
            page = chromium.new_page(viewport=SIZE)
            page.goto(app.address(MNIST, graph="train_step", open=["mnist_mlp/", DENSE], select=MATMUL))
            page.locator("#train-epochs").fill(str(EPOCHS))
            page.locator("#train-start").click()
            expect(page.locator("#live-status")).to_have_text("Running", timeout=PATIENCE_MS)
            while float(page.locator("#live-bar").get_attribute("value") or 0) < SHOWN_PROGRESS:
                page.wait_for_timeout(200)
            rest(page)
            page.screenshot(path=output)
            page.locator("#train-stop").click()
            expect(page.locator("#live-status")).to_have_text("Stopped")
        chromium.close()
    click.echo(output)


if __name__ == "__main__":
    main()

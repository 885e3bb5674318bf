"""Pictures as PDF, each with a layout engine of its own: the same graph gives the same file."""

from __future__ import annotations

import pytest

from graphlab.pictures import PictureOptions, picture_content
from graphlab.pictures.export import save as export
from graphlab.pictures.scene import layout, scene_of
from tests.support.example_graphs import MNIST, example_graph


@pytest.fixture(scope="module")
def train_step():
    return example_graph(MNIST, "train_step")


@pytest.fixture(scope="module")
def forward():
    return example_graph(MNIST, "forward")


def only_page(file):
    import pypdf

    (page,) = pypdf.PdfReader(file).pages
    return page


def test_a_layout_ends_its_worker():
    with layout() as engine:
        engine.start()
        assert engine.worker_pid is not None
    assert engine.worker_pid is None


def test_a_pdf_is_one_page_with_the_words_of_the_boxes(layout_engine, train_step, tmp_path):
    export(train_step, tmp_path / "x.pdf", PictureOptions(("dense",)))
    export(train_step, tmp_path / "y.pdf", PictureOptions(("dense",)))
    written = (tmp_path / "x.pdf").read_bytes()
    page = only_page(tmp_path / "x.pdf")
    scene = scene_of(picture_content(train_step, PictureOptions(("dense",))), layout_engine)

    assert written.startswith(b"%PDF")
    assert written == (tmp_path / "y.pdf").read_bytes()
    assert float(page.mediabox.width) == pytest.approx(scene.width_px * 0.75, abs=0.01)
    text = page.extract_text()
    assert not page.images
    for words in ("MatMul", "kernel", "784 × 256", "Dense 256 · 200,960 parameters", "float32[?,28,28,1]"):
        assert words in text


def test_a_pdf_that_is_too_large_for_a_page_is_made_smaller(forward, tmp_path, monkeypatch):
    from graphlab.pictures import pdf

    monkeypatch.setattr(pdf, "LONGEST_SIDE_PT", 300.0)
    export(forward, tmp_path / "x.pdf")
    page = only_page(tmp_path / "x.pdf")

    assert max(float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(300, abs=0.01)
    assert "dense_1" in page.extract_text()

"""The app's page in a real browser: the selection in the inspector, the path above the graph and the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import (
    DENSE,
    FORWARD,
    KERNEL,
    MATMUL,
    App,
    box,
    box_ids,
    boxes,
    inspected,
    open_graph,
    opened,
    part,
    rows,
    selection,
    show_mnist,
)

pytestmark = pytest.mark.browser

BIAS_ADD = "mnist_mlp_1/dense_1/BiasAdd"
GRADIENT = "gradient_tape/mnist_mlp_1/dense_1/MatMul/MatMul"


def test_inspector_describes_op_when_selected(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    box(page, MATMUL).click()
    inspected(page, MATMUL)
    expect(page.locator("#inspect .prose").first).to_have_text(
        "Multiplies each input row (784 numbers) by the weights: one sum for each of the 256 neurons."
    )
    expect(page.locator("#inspect .formula")).to_have_text("[?,784] · [784,256] → [?,256]")
    expect(page.locator("#inspect .formula")).to_have_css("display", "block")
    assert rows(page, "Inputs") == [("Reshape", "float32[?,784]"), ("kernel", "float32[784,256]")]
    assert rows(page, "Output") == [("BiasAdd", "float32[?,256]")]
    assert {("T", "float32"), ("transpose_a", "false")} <= set(rows(page, "Attributes"))
    layer = rows(page, "Layer")
    assert {("dense", "mnist_mlp/dense"), ("class", "Dense 256"), ("units", "256"), ("use bias", "true")} <= set(layer)
    expect(part(page, "Made by").locator(".place")).to_have_text("mnist_mlp.py:16")
    expect(part(page, "Made by").locator("code")).to_have_text("layers.Dense(256),")


def test_documentation_of_tensorflow_appears_when_op_is_selected(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE], select=MATMUL)
    page.get_by_text("TensorFlow's documentation").click(timeout=60_000)
    expect(page.locator("#doc")).to_contain_text('Multiply the matrix "a" by the matrix "b".')


def test_links_of_inspector_lead_to_ops_when_clicked(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE], select=MATMUL)
    part(page, "Inputs").get_by_role("button", name="kernel").click()
    inspected(page, KERNEL)
    assert selection(page) == [KERNEL]
    assert {("shape", "float32[784,256]"), ("parameters", "200,704"), ("trained", "yes")} <= set(rows(page, "Variable"))
    folded = part(page, "Folded into this box")
    folded.locator("summary").click()
    expect(folded.locator("li")).to_have_text(["ReadVariableOp mnist_mlp_1/dense_1/Cast/ReadVariableOp"])
    part(page, "Output").get_by_role("button", name="MatMul").click()
    inspected(page, MATMUL)
    part(page, "Output").get_by_role("button", name="BiasAdd").click()
    inspected(page, BIAS_ADD)
    expect(page).to_have_url(re.compile(f"select={BIAS_ADD}$"))


def test_inspector_sums_up_group_when_selected(page: Page, app: App) -> None:
    show_mnist(page, app)
    box(page, DENSE).click()
    inspected(page, DENSE)
    assert {("ops", "6"), ("parameters", "200,960"), ("trainable", "200,960")} <= set(rows(page, "Contents"))
    assert {("units", "256"), ("activation", "linear")} <= set(rows(page, "Settings"))
    assert [row[0] for row in rows(page, "Variables")] == ["kernel", "bias"]
    expect(part(page, "Made by").locator("code")).to_have_text("layers.Dense(256),")
    part(page, "Variables").get_by_role("button", name="bias").click()
    opened(page, DENSE)
    inspected(page, "mnist_mlp_1/dense_1/BiasAdd/ReadVariableOp/resource")


def test_gradient_op_and_forward_op_lead_to_each_other_when_clicked(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step", select=MATMUL, open=["mnist_mlp/", DENSE])
    link = part(page, "Gradient").get_by_role("button")
    assert link.get_attribute("title") == GRADIENT
    link.click()
    opened(page, "gradients/mnist_mlp/dense/")
    inspected(page, GRADIENT)
    part(page, "Gradient").get_by_role("button").click()
    inspected(page, MATMUL)
    assert selection(page) == [MATMUL]


def test_copied_link_gives_same_view_when_opened(page: Page, app: App) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show_mnist(page, app, graph="train_step")
    box(page, "mnist_mlp/").dblclick()
    opened(page, "mnist_mlp/")
    box(page, DENSE).dblclick()
    opened(page, DENSE)
    box(page, MATMUL).click()
    inspected(page, MATMUL)
    page.locator("#share").click()
    expect(page.locator("#share")).to_have_text("Link copied")
    other = page.context.new_page()
    open_graph(other, page.evaluate("navigator.clipboard.readText()"))
    inspected(other, MATMUL)
    assert box_ids(other) == box_ids(page)
    assert selection(other) == selection(page) == [MATMUL]
    assert other.url == page.url


def test_back_undoes_when_group_was_opened(page: Page, app: App) -> None:
    show_mnist(page, app)
    closed = box_ids(page)
    box(page, DENSE).dblclick()
    opened(page, DENSE)
    page.go_back()
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "false")
    assert box_ids(page) == closed
    page.go_forward()
    opened(page, DENSE)


def test_view_is_the_usual_one_when_address_names_unknown_things(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", "no such group/"], select="no such op")
    assert boxes(page) == FORWARD
    expect(page.locator("#inspect")).to_contain_text("This graph has no 'no such op'.")


def test_breadcrumbs_show_place_and_lead_back_when_op_is_selected(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE], select=MATMUL)
    expect(page.locator(".crumb")).to_have_text(["Forward", "mnist_mlp", "dense"])
    page.get_by_role("button", name="Go to mnist_mlp").click()
    inspected(page, "mnist_mlp/")
    assert selection(page) == ["mnist_mlp/"]
    expect(page.locator(".crumb")).to_have_text(["Forward", "mnist_mlp"])


def test_legend_names_families_when_they_occur(page: Page, app: App) -> None:
    show_mnist(page, app)
    names = page.locator(".legend-name")
    expect(names).to_have_text(["math", "activation", "shape", "variable", "input, output"])
    expect(page.locator(".legend-count")).to_have_text(["6", "3", "1", "6", "2"])


def test_legend_names_dashed_links_when_they_occur(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step")
    expect(page.locator(".legend li:has(.dashes)")).to_have_text(["variable update", "dependency without data"])

"""What is measured: a table of names, budgets (on two quiet cores) and samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.samples import (
    Bench,
    lay_out,
    load_to_graph,
    open_everything,
    open_group,
    pan_everything,
    typed_to_graph,
)

DENSE = "mnist_mlp/dense/"
STAGE = "stage_3/"
RESNET_LAYER = "resnet50/conv2_block1_1_conv/"  # one of about 170 siblings


@dataclass(frozen=True)
class Measurement:
    """One line of the result. `budget_ms` is None where there is none; `quick` ones are taken by `--quick`."""

    name: str
    what: str
    budget_ms: float | None
    sample: Callable[[Bench], float]
    quick: bool = False


MEASUREMENTS = (
    Measurement(
        "typed",
        "command typed → first graph: MNIST MLP",
        1200,
        lambda bench: typed_to_graph(bench, bench.subjects.mnist),
        quick=True,
    ),
    Measurement(
        "load-mnist",
        "page load → graph: MNIST MLP",
        600,
        lambda bench: load_to_graph(bench, bench.subjects.mnist),
        quick=True,
    ),
    Measurement(
        "load-train-step",
        "page load → graph: MNIST train step",
        600,
        lambda bench: load_to_graph(bench, bench.subjects.mnist_train_step),
    ),
    Measurement(
        "load-resnet50",
        "page load → graph: ResNet50",
        700,
        lambda bench: load_to_graph(bench, bench.subjects.resnet50),
    ),
    Measurement(
        "open-dense",
        "open a group: dense of the MNIST MLP",
        100,
        lambda bench: open_group(bench, bench.subjects.mnist, DENSE),
        quick=True,
    ),
    Measurement(
        "open-dense-train-step",
        "open a group: dense in the train step",
        100,
        lambda bench: open_group(bench, bench.subjects.mnist_train_step, DENSE, opened=["mnist_mlp/"]),
    ),
    Measurement(
        "open-resnet50-layer",
        "open a group: a layer of ResNet50",
        100,
        lambda bench: open_group(bench, bench.subjects.resnet50, RESNET_LAYER),
    ),
    Measurement(
        "all-train-step",
        "open everything: MNIST train step",
        500,
        lambda bench: open_everything(bench, bench.subjects.mnist_train_step),
    ),
    Measurement(
        "all-resnet50",
        "open everything: ResNet50",
        1000,
        lambda bench: open_everything(bench, bench.subjects.resnet50),
    ),
    Measurement(
        "pan-resnet50",
        "mean frame while panning ResNet50, all open",
        20,
        lambda bench: pan_everything(bench, bench.subjects.resnet50),
    ),
    Measurement(
        "load-10k",
        "page load → graph: 10,000 ops",
        800,
        lambda bench: load_to_graph(bench, bench.subjects.ops_10k),
    ),
    Measurement(
        "open-10k",
        "open a group of 10,000 ops' 10",
        100,
        lambda bench: open_group(bench, bench.subjects.ops_10k, STAGE),
    ),
    Measurement(
        "all-10k",
        "open everything: 10,000 ops",
        5000,
        lambda bench: open_everything(bench, bench.subjects.ops_10k),
    ),
    Measurement(
        "load-100k",
        "page load → graph: 100,000 ops",
        1500,
        lambda bench: load_to_graph(bench, bench.subjects.ops_100k),
    ),
    Measurement(
        "open-100k",
        "open a group of 100,000 ops' 100",
        100,
        lambda bench: open_group(bench, bench.subjects.ops_100k, STAGE),
    ),
    Measurement(
        "layout-mnist",
        "view + layout alone: MNIST MLP",
        None,
        lambda bench: lay_out(bench, bench.subjects.mnist, everything=False),
        quick=True,
    ),
    Measurement(
        "layout-resnet50",
        "view + layout alone: ResNet50",
        None,
        lambda bench: lay_out(bench, bench.subjects.resnet50, everything=False),
    ),
    Measurement(
        "layout-all-train-step",
        "view + layout alone: train step, all open",
        None,
        lambda bench: lay_out(bench, bench.subjects.mnist_train_step, everything=True),
    ),
    Measurement(
        "layout-all-resnet50",
        "view + layout alone: ResNet50, all open",
        None,
        lambda bench: lay_out(bench, bench.subjects.resnet50, everything=True),
    ),
)

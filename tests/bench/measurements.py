"""What is measured: a table of names, subjects, budgets (on two quiet cores) and samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.bench.samples import (
    Bench,
    lay_out,
    load_to_graph,
    memory_of_page,
    memory_of_server,
    open_everything,
    open_group,
    pan_everything,
    typed_to_graph,
    zoom_everything,
)
from tests.bench.subjects import Subject
from tests.bench.values_samples import memory_of_values, time_of_call, values_redrawn

MS, MB = "ms", "MB"
DENSE = "mnist_mlp/dense/"
STAGE = "stage_3/"
RESNET_LAYER = "resnet50/conv2_block1_1_conv/"  # one of about 170 siblings

Sample = Callable[[Bench, Subject], float]


@dataclass(frozen=True)
class Measurement:
    """One line of the result. `budget` is None where there is none; `quick` ones are taken by `--quick`.

    `huge` ones are taken when asked for. `once`: one sample does, as it varies little. `after` names one that this
    begins with: too long there is too long here. `beside` names one whose median this is given as a ratio to.
    """

    name: str
    what: str
    subject: str
    budget: float | None
    sample: Sample
    unit: str = MS
    quick: bool = False
    huge: bool = False
    once: bool = False
    after: str = ""
    beside: str = ""


def _typed(subject: str, called: str, budget_ms: float | None, **more: bool) -> Measurement:
    what = f"command typed → first graph: {called}"
    return Measurement(f"typed-{subject}", what, subject, budget_ms, typed_to_graph, **more)


def _load(subject: str, called: str, budget_ms: float | None, **more: bool) -> Measurement:
    what = f"page load → graph: {called}"
    return Measurement(f"load-{subject}", what, subject, budget_ms, load_to_graph, **more)


def _open(name: str, subject: str, what: str, group: str, opened: list[str] | None = None, **more: bool) -> Measurement:
    sample = partial(open_group, group=group, opened=opened)
    return Measurement(f"open-{name}", f"open a group: {what}", subject, 100, sample, **more)


def _open_at_once(name: str, subject: str, what: str, group: str) -> Measurement:
    """The same, the key pressed in the moment in which the group has the focus: nothing can be computed ahead."""
    sample = partial(open_group, group=group, rest_ms=0)
    return Measurement(f"open-{name}-at-once", f"open a group at once: {what}", subject, None, sample)


def _all(subject: str, called: str, budget_ms: float | None, **more: bool) -> Measurement:
    what = f"open everything: {called}"
    return Measurement(f"all-{subject}", what, subject, budget_ms, open_everything, **more)


def _frames(subject: str, called: str, pan_ms: float | None, *, quick: bool = False) -> tuple[Measurement, Measurement]:
    pan, zoom = (f"mean frame while {act}: {called}, all open" for act in ("panning", "zooming"))
    after = f"all-{subject}"
    return (
        Measurement(f"pan-{subject}", pan, subject, pan_ms, pan_everything, quick=quick, after=after),
        Measurement(f"zoom-{subject}", zoom, subject, None, zoom_everything, after=after),
    )


def _memory(
    subject: str, called: str, page_mb: float | None, server_mb: float | None = None, **more: bool
) -> tuple[Measurement, Measurement]:
    page, server = f"memory of the page: {called}", f"memory of the server: {called}"
    return (
        Measurement(f"page-{subject}", page, subject, page_mb, memory_of_page, unit=MB, once=True, **more),
        Measurement(f"server-{subject}", server, subject, server_mb, memory_of_server, unit=MB, once=True, **more),
    )


def _values(subject: str, called: str, budget_ms: float | None, *, quick: bool = False) -> tuple[Measurement, ...]:
    """Values on the boxes, beside TensorFlow's calls of the same source for an input of that size."""
    name = f"values-{subject}"
    what = f"input changed → every value redrawn: {called}"
    calls = (
        Measurement(
            f"{kind}-{subject}",
            f"TensorFlow's {kind} call: {called}",
            subject,
            None,
            partial(time_of_call, kind=kind),
            quick=quick,
            beside=name,
        )
        for kind in ("compiled", "eager")
    )
    return (Measurement(name, what, subject, budget_ms, values_redrawn, quick=quick), *calls)


def _layout(subject: str, called: str, *, everything: bool, quick: bool = False) -> Measurement:
    name = f"layout-all-{subject}" if everything else f"layout-{subject}"
    what = f"view + layout alone: {called}" + (", all open" if everything else "")
    return Measurement(name, what, subject, None, partial(lay_out, everything=everything), quick=quick)


# Those of a subject stand together: its servers are ended when the next subject begins.
MEASUREMENTS = (
    _load("quadratic", "x²y+y+2", 600, quick=True),
    *_values("quadratic", "x²y+y+2", 100, quick=True),
    _typed("mnist", "MNIST MLP", 1200, quick=True),
    _load("mnist", "MNIST MLP", 600, quick=True),
    _open("dense", "mnist", "dense of the MNIST MLP", DENSE, quick=True),
    _layout("mnist", "MNIST MLP", everything=False, quick=True),
    *_values("mnist", "MNIST MLP", 100, quick=True),
    _load("mnist_train_step", "MNIST train step", 600, quick=True),
    _open("dense-train-step", "mnist_train_step", "dense in the train step", DENSE, ["mnist_mlp/"]),
    _all("mnist_train_step", "MNIST train step", 500, quick=True),
    *_frames("mnist_train_step", "MNIST train step", None, quick=True),
    *_memory("mnist_train_step", "MNIST train step", None, quick=True),
    _layout("mnist_train_step", "MNIST train step", everything=True),
    *_values("xray", "X-ray CNN", 100, quick=True),
    _load("cnn_train_step", "CNN train step", 600),
    _all("cnn_train_step", "CNN train step", None),
    _load("resnet50", "ResNet50", 700),
    _open("resnet50-layer", "resnet50", "a layer of ResNet50", RESNET_LAYER),
    _open_at_once("resnet50-layer", "resnet50", "a layer of ResNet50", RESNET_LAYER),
    _all("resnet50", "ResNet50", 1000),
    *_frames("resnet50", "ResNet50", 20),
    *_memory("resnet50", "ResNet50", None),
    _layout("resnet50", "ResNet50", everything=False),
    _layout("resnet50", "ResNet50", everything=True),
    *_values("resnet50", "ResNet50, one image", None),
    Measurement(
        "memory-of-values-resnet50",
        "memory of the process that computes values: ResNet50, one image",
        "resnet50",
        None,
        memory_of_values,
        unit=MB,
        once=True,
    ),
    _load("efficientnet_b7", "EfficientNetB7", None),
    _all("efficientnet_b7", "EfficientNetB7", None),
    _load("transformer", "transformer encoder, 12 layers", None),
    _all("transformer", "transformer encoder, 12 layers", None),
    _load("ops_10k", "10,000 ops", 800),
    _open("10k", "ops_10k", "one of 10,000 ops' 10", STAGE),
    _all("ops_10k", "10,000 ops", 5000),
    _load("ops_100k", "100,000 ops", 1500),
    _open("100k", "ops_100k", "one of 100,000 ops' 100", STAGE),
    *_memory("ops_100k", "100,000 ops", 400),
    _load("ops_1m", "1,000,000 ops", None, huge=True),
    *_memory("ops_1m", "1,000,000 ops", None, 8000, huge=True),
)

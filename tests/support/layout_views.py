"""Handmade views, shaped like those of the examples, and their scenes without dot."""

from __future__ import annotations

from itertools import pairwise

from graphlab.graph import Tensor
from graphlab.layout.compose import compose
from graphlab.layout.layered import draw_by_layers
from graphlab.layout.plan import resolve_items
from graphlab.layout.scene import Scene
from graphlab.layout.solve import solve
from graphlab.layout.tasks import plan_job
from graphlab.view import Box, Frame, Link, View, Wire


def op(box_id: str, parent: str = "", *, kind: str = "op", subtitle: str = "") -> Box:
    return Box(box_id, kind, box_id.rstrip("/").rsplit("/", 1)[-1], subtitle, parent)


def link(src: str, dst: str, label: str = "", style: str = "data") -> Link:
    return Link(src, dst, (Wire(src, 0, dst, 0, Tensor("float32", (32, 256))),), style, label)


def mlp() -> View:
    boxes, links, last = [op("image", kind="input")], [], "image"
    for layer in ("dense", "dense_1"):
        boxes += [
            op(f"{layer}/kernel", kind="variable", subtitle="784 × 256"),
            op(f"{layer}/MatMul", subtitle="12.8 MFLOP"),
            op(f"{layer}/bias", kind="variable", subtitle="256"),
            op(f"{layer}/BiasAdd"),
        ]
        links += [
            link(f"{layer}/kernel", f"{layer}/MatMul", "float32[784,256]"),
            link(last, f"{layer}/MatMul", "float32[32,784]"),
            link(f"{layer}/bias", f"{layer}/BiasAdd", "float32[256]"),
            link(f"{layer}/MatMul", f"{layer}/BiasAdd", "float32[32,256]"),
        ]
        last = f"{layer}/BiasAdd"
    return View(tuple(boxes), (), tuple(links))


def train_step() -> View:
    """The model and its first layer open, the rest closed."""
    frames = (
        Frame("mlp/", "mlp", "Sequential · 235,146 parameters", "", 0, "model"),
        Frame("mlp/dense/", "dense", "Dense 256 · 200,960 parameters", "mlp/", 1, "layer"),
    )
    boxes = (
        op("image", kind="input"),
        op("label", kind="input"),
        op("mlp/Reshape", "mlp/", subtitle="to [32,784]"),
        op("mlp/dense/kernel", "mlp/dense/", kind="variable", subtitle="784 × 256"),
        op("mlp/dense/MatMul", "mlp/dense/", subtitle="12.8 MFLOP"),
        op("mlp/dense/bias", "mlp/dense/", kind="variable", subtitle="256"),
        op("mlp/dense/BiasAdd", "mlp/dense/"),
        op("mlp/Relu", "mlp/", subtitle="activation"),
        op("mlp/dense_1/", "mlp/", kind="group", subtitle="Dense 10 · 2,570 parameters"),
        op("mlp/Softmax", "mlp/"),
        op("loss/", kind="group", subtitle="sparse categorical crossentropy"),
        op("metrics/", kind="group"),
        op("gradients/", kind="group"),
        op("adam/", kind="group", subtitle="updates 4 variables"),
    )
    chain = ("image", "mlp/Reshape", "mlp/dense/MatMul", "mlp/dense/BiasAdd", "mlp/Relu", "mlp/dense_1/", "mlp/Softmax")
    links = [link(src, dst, "float32[32,256]") for src, dst in pairwise(chain)]
    links += [
        link("mlp/dense/kernel", "mlp/dense/MatMul"),
        link("mlp/dense/bias", "mlp/dense/BiasAdd"),
        link("mlp/Softmax", "loss/", "float32[32,10]"),
        link("label", "loss/", "int64[32]"),
        link("mlp/Softmax", "metrics/", "float32[32,10]"),
        link("label", "metrics/", "int64[32]"),
        link("loss/", "gradients/", "float32[]"),
        link("gradients/", "adam/", "4 tensors"),
    ]
    links += [link(src, "gradients/") for src in ("mlp/Reshape", "mlp/dense/kernel", "mlp/Relu", "mlp/dense_1/")]
    links += [link("adam/", dst, style="update") for dst in ("mlp/dense/kernel", "mlp/dense/bias", "mlp/dense_1/")]
    return View(boxes, frames, tuple(links))


def residual() -> View:
    """Three blocks of two convolutions with a skip connection, in one open model."""
    boxes, links, last = [op("x", kind="input")], [], "x"
    for block in range(3):
        start = last
        for name in (f"m/conv{block}_a/", f"m/conv{block}_b/"):
            boxes.append(op(name, "m/", kind="group", subtitle="Conv2D 64 3×3"))
            links.append(link(last, name, "float32[32,56,56,64]"))
            last = name
        boxes.append(op(f"m/add{block}", "m/"))
        links += [link(last, f"m/add{block}", "float32[32,56,56,64]"), link(start, f"m/add{block}")]
        last = f"m/add{block}"
    return View(tuple(boxes), (Frame("m/", "resnet", "Functional"),), tuple(links))


def fan(count: int = 60) -> View:
    """Like groups side by side, fed by one box and gathered by one."""
    names = [f"w/branch_{index}/" for index in range(count)]
    boxes = (op("x", kind="input"), *(op(name, "w/", kind="group") for name in names), op("w/concat", "w/"))
    links = [link("x", name, "float32[32,10]") for name in names] + [link(name, "w/concat") for name in names]
    return View(boxes, (Frame("w/", "branches"),), tuple(links))


def cycle() -> View:
    """Two open groups that feed each other, and two closed ones."""
    frames = (Frame("a/", "encoder"), Frame("b/", "decoder"))
    boxes = [op(f"{scope}/op{index}", f"{scope}/") for scope in "ab" for index in range(3)]
    boxes += [op("c/", kind="group"), op("d/", kind="group")]
    links = [link(f"{scope}/op{index}", f"{scope}/op{index + 1}", "float32[8]") for scope in "ab" for index in (0, 1)]
    links += [link("a/op0", "b/op0"), link("b/op1", "a/op2"), link("a/op1", "b/op2", style="control")]
    links += [link("c/", "d/", "float32[1]"), link("d/", "c/", "float32[2]"), link("b/op2", "c/")]
    return View(tuple(boxes), frames, tuple(links))


def chain(count: int, parent: str = "") -> View:
    """`count` ops in a row, each also feeding the one seven further on."""
    boxes = tuple(op(f"{parent}op{index}", parent) for index in range(count))
    links = [
        link(f"{parent}op{index}", f"{parent}op{index + step}", f"float32[{index}]")
        for index in range(count)
        for step in (1, 7)
        if index + step < count
    ]
    frames = (Frame(parent, parent.rstrip("/")),) if parent else ()
    return View(boxes, frames, tuple(links))


def nested(depth: int) -> View:
    """An input and an op `depth` frames deep."""
    paths = ["".join(f"g{level}/" for level in range(end + 1)) for end in range(depth)]
    frames = tuple(
        Frame(path, f"g{level}", "", paths[level - 1] if level else "", level) for level, path in enumerate(paths)
    )
    boxes = (op("x", kind="input"), op(f"{paths[-1]}MatMul", paths[-1]), op("y", kind="output"))
    return View(boxes, frames, (link("x", boxes[1].id, "float32[1]"), link(boxes[1].id, "y", "float32[2]")))


def beside() -> View:
    """A tall frame with an op and its constant at each side: one that nothing feeds, one that feeds nothing."""
    names = [f"relu/op{index}" for index in range(5)]
    boxes = [op("x", kind="input"), *(op(name, "relu/") for name in names), op("greater")]
    links = [link(src, dst, "float32[8]") for src, dst in pairwise(("x", *names, "greater"))]
    for name in ("cast", "sum"):
        boxes += [op(f"{name}/const", kind="constant", subtitle="float32[784,256]"), op(name, subtitle="to int32")]
        links.append(link(f"{name}/const", name))
    links += [link("cast", "greater", "float32[]"), link("x", "sum", "float32[8]")]
    return View(tuple(boxes), (Frame("relu/", "relu"),), tuple(links))


VIEWS = {
    "beside": beside,
    "mlp": mlp,
    "train_step": train_step,
    "residual": residual,
    "fan": fan,
    "cycle": cycle,
    "chain": lambda: chain(40, "net/"),
    "nested": lambda: nested(5),
}


def by_layers(view: View) -> Scene:
    """The scene without dot: each scope layer by layer."""
    job = plan_job(view)
    plans = {}
    for scope_task in job.scope_tasks.values():
        task = scope_task.task
        plans[task.digest] = solve(task, resolve_items(task, plans), draw_by_layers)
    return compose(view, job, plans)

"""Every optimizer of keras.optimizers in a train step, against the optimizer's own variables."""

from __future__ import annotations

import inspect

import pytest

from graphlab.inspector import Section
from graphlab.inspector import inspect as inspect_box
from graphlab.inspector.trained import trained
from graphlab.view import default_open, fold_quiet, view

pytestmark = [pytest.mark.tf, pytest.mark.usefixtures("fresh_names")]

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.tracing.models.graphs import trace_train_step  # noqa: E402

optimizers = keras.optimizers
CLASSES = sorted(name for name in dir(optimizers) if inspect.isclass(getattr(optimizers, name)))
NOT_ALONE = {
    "Optimizer": "the base class updates nothing",
    "OptimizerMap": "only tells a MultiOptimizer which optimizer is for which variable",
}
MADE = {
    "LossScaleOptimizer": lambda: optimizers.LossScaleOptimizer(optimizers.Adam()),
    "MultiOptimizer": lambda: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.SGD(), {"first/.*": optimizers.Adam()})
    ),
}
OPTIONS = {
    "SGD momentum": lambda: optimizers.SGD(momentum=0.9),
    "SGD nesterov": lambda: optimizers.SGD(momentum=0.9, nesterov=True),
    "RMSprop centered": lambda: optimizers.RMSprop(momentum=0.5, centered=True),
    "Adam amsgrad": lambda: optimizers.Adam(amsgrad=True),
    "Adam clipnorm": lambda: optimizers.Adam(clipnorm=1.0),
    "Adam global_clipnorm": lambda: optimizers.Adam(global_clipnorm=1.0),
    "Adam clipvalue": lambda: optimizers.Adam(clipvalue=1.0),
    "Adam use_ema": lambda: optimizers.Adam(use_ema=True, ema_overwrite_frequency=5),
    "Adam gradient_accumulation_steps": lambda: optimizers.Adam(gradient_accumulation_steps=4),
    "Adam weight_decay": lambda: optimizers.Adam(weight_decay=0.1),
    "Adam schedule": lambda: optimizers.Adam(optimizers.schedules.CosineDecay(0.1, 100, warmup_steps=9)),
}
CASES = {name: MADE.get(name, getattr(optimizers, name)) for name in CLASSES if name not in NOT_ALONE} | OPTIONS


def compiled(optimizer, **options):
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")], name="net"
    )
    model.compile(optimizer, "mse", **options)
    return model


def boxes_in(folded, group_id):
    shown = view(folded, default_open(folded) | {group_id})
    return [box for box in shown.boxes if box.parent == group_id]


def read_by(model):
    """The paths of the optimizer's variables that TensorFlow's own trace of the train step reads or writes."""
    specs = tf.TensorSpec((None, 4), tf.float32), tf.TensorSpec((None, 2), tf.float32)
    theirs = tf.function(lambda x, y: model.train_step((x, y))).get_concrete_function(*specs)
    handles = {id(handle) for handle in theirs.captured_inputs}
    return [variable for variable in model.optimizer.variables if id(variable.value.handle) in handles]


def check(model):
    graph = trace_train_step(model)
    folded = fold_quiet(graph)
    links = trained(graph)
    (group,) = [one for one in graph.groups.values() if one.kind == "optimizer" and not one.parent_id]
    own = {group.id, *(one.id for one in graph.groups.values() if one.label == "loss scale")}  # before the gradients
    kept = [op.variable.name for op in graph.ops() if op.variable and not own.isdisjoint(op.path)]

    assert sorted(kept) == sorted(variable.path for variable in read_by(model))
    updated = {one.settings["variable"] for one in graph.groups.values() if one.kind == "update"}
    assert updated == {weight.path for weight in model.trainable_variables}
    assert len(boxes_in(folded, group.id)) <= 25
    for weight in model.trainable_variables:
        variable = next(op.id for op in graph.ops() if op.variable and op.variable.name == weight.path)
        assert links.gradients[variable]
        assert links.updates[variable]
        for part in (*links.gradients[variable], *links.updates[variable], *links.slots.get(variable, ())):
            assert links.variable_of[part] == variable
        own = links.slots.get(variable, ())
        start = weight.path.replace("/", "_") + "_"
        named = {one.path for one in model.optimizer.variables if one.path.rpartition("/")[2].startswith(start)}
        assert named <= {graph.op(slot).variable.name for slot in own}
    return graph, folded, group


@pytest.mark.parametrize("name", CASES)
def test_an_optimizer_is_one_group_folded_per_variable(name):
    _, _, group = check(compiled(CASES[name]()))

    assert group.class_name == name.partition(" ")[0]


def test_mixed_precision_scales_the_loss_before_the_gradients():
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        graph, folded, group = check(compiled("adam"))
    finally:
        keras.mixed_precision.set_global_policy("float32")

    assert group.class_name == "LossScaleOptimizer"
    roots = {box.title for box in view(folded, default_open(folded)).boxes}
    assert roots == {"input", "target", "net", "loss", "metrics", "gradients", "loss scale", "loss_scale_optimizer"}
    assert any(op.outputs and op.outputs[0].dtype == "float16" for op in graph.ops())


def test_the_inspector_leads_from_a_variable_to_its_training_and_back():
    folded = fold_quiet(trace_train_step(compiled("adam")))
    kernel = next(op.id for op in folded.graph.ops() if op.variable and op.variable.name == "net/first/kernel")

    found = sections(folded, kernel)

    assert [row.label for row in found["Optimizer slots"].parts] == [
        "net_first_kernel_momentum",
        "net_first_kernel_velocity",
    ]
    assert [row.label for row in found["Gradient"].parts] == ["MatMul"]
    assert [row.label for row in found["Updated by"].parts] == ["AssignSubVariableOp"]
    for title in ("Optimizer slots", "Gradient", "Updated by"):
        for row in found[title].parts:
            assert [back.target for back in sections(folded, row.target)["Trains"].parts] == [kernel]


def test_the_inspector_leads_from_a_group_of_the_optimizer_to_its_variable():
    folded = fold_quiet(trace_train_step(compiled("adam")))
    kernel = next(op.id for op in folded.graph.ops() if op.variable and op.variable.name == "net/first/kernel")

    (row,) = sections(folded, "adam/first/kernel/")["Updates"].parts

    assert (row.label, row.value, row.target) == ("kernel", "net/first/kernel", kernel)


def sections(folded, op_id):
    return {part.title: part for part in inspect_box(folded, op_id) if isinstance(part, Section)}


def test_an_optimizer_of_many_layers_opens_in_a_few_parts():
    layers = [keras.Input((4,))]
    for place in range(40):
        layers.append(keras.layers.Dense(4, name=f"dense_{place}"))
    model = keras.Sequential(layers, name="deep")
    model.compile("adam", "mse")
    folded = fold_quiet(trace_train_step(model))

    titles = [box.title for box in boxes_in(folded, "adam/")]

    assert [title for title in titles if "…" in title] == [f"dense_{n} … dense_{n + 19}" for n in range(0, 40, 20)]
    assert len(titles) <= 6  # the rest: learning rate, iteration, and how it is counted
    assert len(boxes_in(folded, "adam/dense_0 … dense_19/")) <= 20

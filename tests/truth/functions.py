"""Random functions: nested blocks of control flow, nested tf.functions, helpers called in Python loops."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import tensorflow as tf

Block = Callable[[Any], Any]  # of a float32[2, 2]
DEEPEST = 3


def _mixed(a: Any) -> Any:
    return tf.matmul(a, tf.eye(2)) + 1.0


def _scaled(a: Any, by: float) -> Any:
    with tf.name_scope("scaled"):
        return a * by - tf.reduce_mean(a)


def _squared(a: Any) -> Any:
    return tf.nn.relu(a @ a + 1.0)


def _halved(a: Any) -> Any:
    return _scaled(a, 0.5)


def _plain(rng: random.Random, inner: Block) -> Block:
    return rng.choice([_squared, _mixed, _halved, tf.nn.softmax])


def _unrolled(rng: random.Random, inner: Block) -> Block:
    rounds = rng.choice([2, 8, 20])

    def unrolled(x: Any) -> Any:
        for _ in range(rounds):
            x = tf.tanh(_mixed(x))
        return inner(x)

    return unrolled


def _unrolled_inner(rng: random.Random, inner: Block) -> Block:
    rounds = rng.choice([2, 3])

    def several(x: Any) -> Any:
        for _ in range(rounds):
            x = inner(x) + x
        return x

    return several


def _ranged(rng: random.Random, inner: Block) -> Block:
    rounds = rng.choice([2, 5])

    def ranged(x: Any) -> Any:
        total = tf.zeros([2, 2])
        for i in tf.range(rounds):
            x = inner(x)
            total += x * tf.cast(i, tf.float32)
        return total

    return ranged


def _while(rng: random.Random, inner: Block) -> Block:
    def waiting(x: Any) -> Any:
        while tf.reduce_sum(x) < 10.0:
            x = inner(x) + 1.0
        return x

    return waiting


def _while_loop(rng: random.Random, inner: Block) -> Block:
    def looping(x: Any) -> Any:
        return tf.while_loop(lambda i, a: i < 4, lambda i, a: (i + 1, inner(a)), (tf.constant(0), x))[1]

    return looping


def _cond(rng: random.Random, inner: Block) -> Block:
    def choosing(x: Any) -> Any:
        if tf.reduce_sum(x) > 1.0:
            y = inner(x)
            z = x
        else:
            y = x - 1.0
            z = tf.exp(x)
        return y + z

    return choosing


def _tf_cond(rng: random.Random, inner: Block) -> Block:
    return lambda x: tf.cond(tf.reduce_max(x) > 0.0, lambda: inner(x), lambda: x * 3.0)


def _case(rng: random.Random, inner: Block) -> Block:
    def switching(x: Any) -> Any:
        number = tf.cast(tf.reduce_sum(x), tf.int32) % 3
        return tf.switch_case(number, [lambda: inner(x), lambda: x + 1.0, lambda: _scaled(x, 2.0)])

    return switching


def _called(rng: random.Random, inner: Block) -> Block:
    calls = rng.choice([1, 2])
    function = tf.function(inner)

    def calling(x: Any) -> Any:
        y = x
        for _ in range(calls):
            y = function(y) + x
        return y

    return calling


def _gathered(rng: random.Random, inner: Block) -> Block:
    def gathering(x: Any) -> Any:
        found = tf.TensorArray(tf.float32, size=3)
        for i in tf.range(3):
            x = inner(x)
            found = found.write(i, x)
        return tf.reduce_mean(found.stack(), axis=0)

    return gathering


def _scoped(rng: random.Random, inner: Block) -> Block:
    def scoped(x: Any) -> Any:
        with tf.name_scope("naming"):
            y = inner(x)
        z = tf.sin(y)
        with tf.name_scope("naming"):
            return tf.cos(z) + y

    return scoped


def _differentiated(rng: random.Random, inner: Block) -> Block:
    def differentiating(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = inner(x)
        return tape.gradient(y, x, unconnected_gradients="zero") + y

    return differentiating


def _mapped(rng: random.Random, inner: Block) -> Block:
    return lambda x: tf.map_fn(lambda row: tf.reduce_sum(inner(row * tf.ones([2, 2])), axis=0), x)


MAKERS = (
    _unrolled,
    _unrolled_inner,
    _ranged,
    _while,
    _while_loop,
    _cond,
    _tf_cond,
    _case,
    _called,
    _gathered,
    _scoped,
    _differentiated,
    _mapped,
)


def random_function(rng: random.Random) -> tuple[Any, str]:
    """A function of one or two matrices, and words for it."""
    parts: list[Block] = []
    words: list[str] = []
    for _ in range(rng.randint(1, 4)):
        block: Block = _plain(rng, tf.identity)
        names = []
        for _ in range(rng.randint(0, DEEPEST)):
            maker = rng.choice(MAKERS)
            block = maker(rng, block)
            names.append(maker.__name__.strip("_"))
        parts.append(block)
        words.append(" in ".join(names) or "plain")
    weight = tf.Variable(tf.ones([2, 2]), name="weight")
    writes, branches = rng.random() < 0.3, rng.random() < 0.4

    def program(x: Any, y: Any) -> Any:
        first = x
        for part in parts:
            x = part(x) @ weight if writes else part(x)
            if branches:
                x = x + first
        if writes:
            weight.assign_add(x * 0.1)
        return {"x": x, "sum": x + y}

    spec = tf.TensorSpec([2, 2], tf.float32)
    return tf.function(program, input_signature=[spec, spec]), "; ".join(words)

"""Scores of attention on boxes: a map of queries and keys for each head."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")

from graphlab.evaluation.model.mode import ModelMode  # noqa: E402
from graphlab.evaluation.rules import Rules  # noqa: E402
from graphlab.evaluation.session.evaluations import Evaluations, WantedReadout  # noqa: E402
from tests.evaluation.words.live import live_values  # noqa: E402


def test_attention_is_a_map_for_each_head():
    x = keras.Input((6, 8))
    model = keras.Model(x, keras.layers.MultiHeadAttention(3, 4)(x, x, use_causal_mask=True))
    live, values = live_values(model, np.random.default_rng(1).normal(size=(1, 6, 8)).astype(np.float32), gradient="")
    softmax = next(op.id for op in values.graph.ops() if op.type == "Softmax")
    evaluations = Evaluations()
    mode = ModelMode(live, Rules())
    evaluation = evaluations.run(
        mode, "forward", values.arguments, gradient="", stop_file=None, progress=lambda _: None
    )

    [[readout]] = evaluations.readouts(evaluation, [WantedReadout(softmax, 0, True)], show="value", step=None, back=0)
    picture = Image.open(io.BytesIO(base64.b64decode(readout.picture.partition(",")[2]))).convert("L")
    shades = np.asarray(picture)
    assert shades.shape == (6, 3 * 6 + 2 * 2)
    assert not shades[0, 1:6].any()  # the first query looks at no later key
    assert shades[0, 0] == 255

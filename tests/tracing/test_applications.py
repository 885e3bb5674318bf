"""Models of keras.applications against TensorFlow; `python -m tests.sweep` goes through all of them.

How long tracing takes is for the sweep to say.
"""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tf

pytest.importorskip("tensorflow")

from tests.support.applications import application_names, report  # noqa: E402


@pytest.mark.parametrize("name", ["MobileNetV2", "EfficientNetB0", "ConvNeXtTiny"])
def test_an_application_is_what_tensorflow_and_its_layers_say(name):
    found = report(name, rounds=1)

    assert found.ops[0] == found.ops[1]
    assert found.edges[0] == found.edges[1]
    assert found.parameters[0] == found.parameters[1]
    assert found.strangers == ()
    assert found.untyped == 0


def test_the_sweep_knows_every_application():
    names = application_names()

    assert len(names) >= 38
    assert {"ResNet50", "VGG16", "NASNetMobile", "EfficientNetV2L"} <= set(names)

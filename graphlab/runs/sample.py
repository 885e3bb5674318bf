"""An image of the validation data with the model's prediction for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from graphlab.json_value import JsonObject


@dataclass(frozen=True)
class Sample:
    """A validation image (a PNG data URI) with the model's prediction; `confidence` is from 0 to 1, or NaN."""

    image: str
    predicted: str
    true: str
    correct: bool
    confidence: float

    def to_json(self) -> JsonObject:
        """The sample as JSON; a confidence that is not finite stays unchanged."""
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}

    @staticmethod
    def from_json(value: object) -> Sample:
        """The sample in JSON, where null is a confidence that was not finite. Raises TypeError for other values."""
        if not isinstance(value, dict) or value.keys() != {spec.name for spec in fields(Sample)}:
            raise TypeError(value)
        confidence = math.nan if value["confidence"] is None else value["confidence"]
        texts = (value["image"], value["predicted"], value["true"])
        is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
        if not all(isinstance(text, str) for text in texts) or not isinstance(value["correct"], bool) or not is_number:
            raise TypeError(value)
        return Sample(*texts, value["correct"], float(confidence))

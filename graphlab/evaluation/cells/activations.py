"""Functions of one number, such as ReLU: the function's curve with the tensor's numbers on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from graphlab.evaluation.cells.numbers import place_text, plain, source, text
from graphlab.evaluation.cells.types import (
    CellArithmetic,
    Curve,
    Family,
    Numbers,
    OpCall,
    Position,
    Reach,
    Region,
    Term,
    wide,
)
from graphlab.evaluation.result import Array
from graphlab.json_value import JsonValue

CURVE_STEPS = 120
MOST_POINTS = 200
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # https://arxiv.org/abs/1706.02515

_erf = np.vectorize(math.erf, otypes=[np.float64])
_erfc = np.vectorize(math.erfc, otypes=[np.float64])
_lgamma = np.vectorize(math.lgamma, otypes=[np.float64])


@dataclass(frozen=True)
class _Function:
    """`form` writes it with the number as {0}; further settings are attributes of the op by name."""

    form: str
    compute: Callable[..., Array]
    settings: Mapping[str, float] | None = None


def _elu(x: Numbers) -> Numbers:
    return np.where(x < 0, np.expm1(np.minimum(x, 0)), x)


def _selu(x: Numbers) -> Numbers:
    return np.where(x < 0, SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(x, 0)), SELU_SCALE * x)


def _leaky(x: Numbers, *, alpha: float) -> Numbers:
    return np.where(x < 0, alpha * x, x)


def _sigmoid(x: Numbers) -> Numbers:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


_FUNCTIONS = {
    "Relu": _Function("max(0, {0})", lambda x: np.maximum(x, 0)),
    "Relu6": _Function("min(max(0, {0}), 6)", lambda x: np.clip(x, 0, 6)),
    "LeakyRelu": _Function("{0} if it is positive, else {alpha} × {0}", _leaky, {"alpha": 0.2}),
    "Elu": _Function("{0} if it is positive, else e^({0}) − 1", _elu),
    "Selu": _Function("1.0507 × {0} if it is positive, else 1.7581 × (e^({0}) − 1)", _selu),
    "Sigmoid": _Function("1 / (1 + e^(−({0})))", _sigmoid),
    "Tanh": _Function("tanh({0})", np.tanh),
    "Softplus": _Function("ln(1 + e^({0}))", lambda x: np.logaddexp(0, x)),
    "Softsign": _Function("{0} / (1 + |{0}|)", lambda x: x / (1 + np.abs(x))),
    "Erf": _Function("erf({0})", _erf),
    "Erfc": _Function("erfc({0})", _erfc),
    "Exp": _Function("e^({0})", np.exp),
    "Expm1": _Function("e^({0}) − 1", np.expm1),
    "Log": _Function("ln({0})", np.log),
    "Log1p": _Function("ln(1 + {0})", np.log1p),
    "Lgamma": _Function("lgamma({0})", _lgamma),
    "Sqrt": _Function("√({0})", np.sqrt),
    "Rsqrt": _Function("1 / √({0})", lambda x: 1 / np.sqrt(x)),
    "Square": _Function("({0})²", np.square),
    "Abs": _Function("|{0}|", np.abs),
    "Neg": _Function("−({0})", np.negative),
    "Sign": _Function("sign of {0}", np.sign),
    "Reciprocal": _Function("1 / ({0})", lambda x: 1 / x),
    "Inv": _Function("1 / ({0})", lambda x: 1 / x),
    "Sin": _Function("sin({0})", np.sin),
    "Cos": _Function("cos({0})", np.cos),
    "Tan": _Function("tan({0})", np.tan),
    "Asin": _Function("arcsin({0})", np.arcsin),
    "Acos": _Function("arccos({0})", np.arccos),
    "Atan": _Function("arctan({0})", np.arctan),
    "Sinh": _Function("sinh({0})", np.sinh),
    "Cosh": _Function("cosh({0})", np.cosh),
    "Floor": _Function("{0} rounded down", np.floor),
    "Ceil": _Function("{0} rounded up", np.ceil),
    "Round": _Function("{0} rounded to the nearest even number", np.rint),
    "Rint": _Function("{0} rounded to the nearest even number", np.rint),
    "LogicalNot": _Function("not {0}", np.logical_not),
    "IsNan": _Function("whether {0} is NaN", np.isnan),
    "IsInf": _Function("whether {0} is infinite", np.isinf),
    "IsFinite": _Function("whether {0} is finite", np.isfinite),
}


def _settings(call: OpCall) -> dict[str, JsonValue]:
    return {name: call.attrs.get(name, usual) for name, usual in (_FUNCTIONS[call.type].settings or {}).items()}


def _compute(call: OpCall, numbers: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(_FUNCTIONS[call.type].compute(wide(numbers), **_settings(call)))


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    array = call.inputs[0]
    number = array[position]
    result = plain(_compute(call, array[position].reshape(1))[0])
    settings = {name: text(value) for name, value in _settings(call).items()}
    formula = f"{_FUNCTIONS[call.type].form.format(text(number), **settings)} = {text(result)}"
    x_form = _FUNCTIONS[call.type].form.format("x", **settings)
    return CellArithmetic(
        title=x_form,
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=result,
        terms=(Term(position, formula, plain(number), None, result),),
        note=f"from {place_text(position) or 'the number'} of the input",
        curve=_curve(call, position, x_form),
        sources=(source(0, position),),
    )


def _curve(call: OpCall, position: Position, name: str) -> Curve | None:
    """The function over the range of the tensor's numbers, a sample of these on it, and the cell's own point."""
    array = call.inputs[0]
    if array.dtype.kind not in "fV":
        return None
    flat = array.reshape(-1)
    sample = flat[:: -(-flat.size // MOST_POINTS)].astype(np.float64)
    sample = sample[np.isfinite(sample)]
    here = float(array[position])
    ends = [*sample.tolist(), here] if math.isfinite(here) else sample.tolist()
    if not ends:
        return None
    margin = 0.1 * (max(ends) - min(ends)) or 1.0
    xs = np.linspace(min(ends) - margin, max(ends) + margin, CURVE_STEPS)
    points = zip(sample.tolist(), _compute(call, sample).tolist(), strict=True)
    return Curve(
        name,
        tuple(map(plain, xs)),
        tuple(map(plain, _compute(call, xs))),
        tuple((plain(x), plain(y)) for x, y in points),
        (plain(here), plain(_compute(call, np.array([here]))[0])),
    )


def reach_same(call: OpCall, port: int, position: Position) -> Reach:
    """The element of the output at the same position."""
    return Reach((Region(call.output, source(port, position).axes),))


FAMILIES = dict.fromkeys(_FUNCTIONS, Family(_arithmetic, reach_same))

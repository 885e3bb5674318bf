"""The derivatives of ops that compute each output number from one number of each input. Knows arrays only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Of inputs, output and the op's setting, the derivatives with respect to each input; None: it has no gradient.
Positions = NDArray[np.int64]
Slopes = Sequence["NDArray[np.floating] | float | None"]
Derivative = Callable[[Sequence[Floats], Floats, float], Slopes]

_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772  # of Selu (Klambauer et al. 2017)


def _pow(x: Sequence[Floats], y: Floats, p: float) -> Slopes:
    base, exponent = x
    logarithm = np.log(np.where(base > 0, base, 1))
    return exponent * base ** (exponent - 1), np.where(base > 0, y * logarithm, 0)


def _erf(x: Sequence[Floats], y: Floats, p: float) -> Slopes:
    return (2 / np.sqrt(np.pi) * np.exp(-(x[0] ** 2)),)


def _select(x: Sequence[Floats], y: Floats, p: float) -> Slopes:
    return None, np.where(x[0] != 0, 1.0, 0.0), np.where(x[0] != 0, 0.0, 1.0)


def _divide_no_nan(x: Sequence[Floats], y: Floats, p: float) -> Slopes:
    divisor = np.where(x[1] != 0, x[1], np.inf)
    return 1 / divisor, -x[0] / divisor**2


DERIVATIVES: dict[str, Derivative] = {
    "Add": lambda x, y, p: (1.0, 1.0),
    "AddV2": lambda x, y, p: (1.0, 1.0),
    "Sub": lambda x, y, p: (1.0, -1.0),
    "Mul": lambda x, y, p: (x[1], x[0]),
    "RealDiv": lambda x, y, p: (1 / x[1], -x[0] / x[1] ** 2),
    "DivNoNan": _divide_no_nan,
    "MulNoNan": lambda x, y, p: (x[1], x[0]),
    "FloorMod": lambda x, y, p: (1.0, -np.floor(x[0] / x[1])),
    "Pow": _pow,
    "Neg": lambda x, y, p: (-1.0,),
    "Square": lambda x, y, p: (2 * x[0],),
    "Sqrt": lambda x, y, p: (1 / (2 * y),),
    "Rsqrt": lambda x, y, p: (-(y**3) / 2,),
    "Reciprocal": lambda x, y, p: (-(y**2),),
    "Exp": lambda x, y, p: (y,),
    "Log": lambda x, y, p: (1 / x[0],),
    "Log1p": lambda x, y, p: (1 / (1 + x[0]),),
    "Expm1": lambda x, y, p: (y + 1,),
    "Sign": lambda x, y, p: (0.0,),
    "Sinh": lambda x, y, p: (np.cosh(x[0]),),
    "Cosh": lambda x, y, p: (np.sinh(x[0]),),
    "Tan": lambda x, y, p: (1 + y**2,),
    "Atan": lambda x, y, p: (1 / (1 + x[0] ** 2),),
    "Sin": lambda x, y, p: (np.cos(x[0]),),
    "Cos": lambda x, y, p: (-np.sin(x[0]),),
    "Abs": lambda x, y, p: (np.sign(x[0]),),
    "Maximum": lambda x, y, p: ((x[0] >= x[1]) * 1.0, (x[0] < x[1]) * 1.0),
    "Minimum": lambda x, y, p: ((x[0] <= x[1]) * 1.0, (x[0] > x[1]) * 1.0),
    "SquaredDifference": lambda x, y, p: (2 * (x[0] - x[1]), -2 * (x[0] - x[1])),
    "Identity": lambda x, y, p: (1.0,),
    "ReadVariableOp": lambda x, y, p: (1.0,),
    "Cast": lambda x, y, p: (1.0,),
    "Select": _select,
    "SelectV2": _select,
    "Relu": lambda x, y, p: ((x[0] > 0) * 1.0,),
    "Relu6": lambda x, y, p: (((x[0] > 0) & (x[0] < 6)) * 1.0,),
    "LeakyRelu": lambda x, y, p: (np.where(x[0] > 0, 1.0, p),),
    "Elu": lambda x, y, p: (np.where(x[0] > 0, 1.0, y + 1),),
    "Selu": lambda x, y, p: (np.where(x[0] > 0, _SCALE, y + _SCALE * _ALPHA),),
    "Sigmoid": lambda x, y, p: (y * (1 - y),),
    "Tanh": lambda x, y, p: (1 - y**2,),
    "Erf": _erf,
    "Erfc": lambda x, y, p: (-2 / np.sqrt(np.pi) * np.exp(-(x[0] ** 2)),),
    "Softplus": lambda x, y, p: (1 / (1 + np.exp(-x[0])),),
    "Softsign": lambda x, y, p: (1 / (1 + np.abs(x[0])) ** 2,),
}


def derivatives(op_type: str, inputs: Sequence[Floats], output: Floats, setting: float) -> list[Floats | None]:
    """For each input the derivative of each output number, in the output's shape; None for an input without one."""
    with np.errstate(all="ignore"):
        parts = DERIVATIVES[op_type](inputs, output, setting)
        return [
            None if part is None else np.broadcast_to(np.asarray(part, np.float64), output.shape).copy()
            for part in parts
        ]


def reached(position: tuple[int, ...], shape: tuple[int, ...], output_shape: tuple[int, ...]) -> Positions:
    """The output positions, one a row, to which broadcasting copies one number of an input of this shape."""
    lead = len(output_shape) - len(shape)
    axes = [
        range(size) if axis < lead or shape[axis - lead] != size else [position[axis - lead]]
        for axis, size in enumerate(output_shape)
    ]
    return np.array(np.meshgrid(*axes, indexing="ij")).reshape(len(axes), -1).T if axes else np.empty((1, 0), np.int64)


def source_of(place: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The input position that broadcasting copies to an output position."""
    own = place[len(place) - len(shape) :] if len(place) >= len(shape) else ()
    return tuple(0 if size == 1 else index for index, size in zip(own, shape, strict=False))

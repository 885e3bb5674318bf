"""Texts for ops that change variables: an optimizer's steps in one op, scattered updates; as in op_texts."""

# What each optimizer's op does; follows "Moves VARIABLE".
_STEPS = {
    "GradientDescent": "a step against its gradient",
    "ProximalGradientDescent": "a step against its gradient, then towards 0 by a penalty on large numbers",
    "Momentum": "against its gradient, keeping some of its speed",
    "KerasMomentum": "against its gradient, keeping some of its speed",
    "Adam": "against a running mean of its gradient, divided by the root of a running mean of its square (Adam)",
    "AdamWithAmsgrad": "as Adam does, dividing by the largest such root so far (AMSGrad)",
    "AdaMax": "against a running mean of its gradient, divided by a decaying maximum of its size (Adamax)",
    "Adagrad": "against its gradient, divided by the root of the sum of all its squares so far (Adagrad)",
    "AdagradDA": "by all its gradients so far, divided by the root of the sum of their squares (Adagrad)",
    "ProximalAdagrad": "as Adagrad does, then towards 0 by a penalty on large numbers",
    "Adadelta": "against its gradient, scaled by the usual size of its steps over that of its gradients (Adadelta)",
    "RMSProp": "against its gradient, divided by the root of a running mean of its square (RMSprop)",
    "CenteredRMSProp": "against its gradient, divided by a running estimate of its standard deviation (RMSprop)",
    "Ftrl": "by all its gradients so far, with penalties that keep many numbers at 0 (FTRL)",
    "AddSign": "against its gradient, further where the gradient agrees in sign with its running mean",
    "PowerSign": "against its gradient, further where the gradient agrees in sign with its running mean",
}
_CHANGES = {
    "Add": "Adds to",
    "Sub": "Subtracts from",
    "Mul": "Multiplies",
    "Div": "Divides",
    "Max": "Raises to larger numbers",
    "Min": "Lowers to smaller numbers",
    "Update": "Replaces",
}

UPDATE_TEXTS: dict[str, tuple[str, str]] = {
    **{
        f"{kind}Apply{name}": (f"Moves {{var}} {step}.", "")
        for name, step in _STEPS.items()
        for kind in ("", "Resource")
    },
    **{
        f"{kind}SparseApply{name}": (f"Moves some rows of {{var}}: each goes {step}.", "")
        for name, step in _STEPS.items()
        for kind in ("", "Resource")
    },
    **{
        f"{kind}Scatter{name}": (f"{words} some rows of {{var}}.", "")
        for name, words in _CHANGES.items()
        for kind in ("", "Resource")
    },
    **{
        f"{kind}ScatterNd{name}": (f"{words} some entries of {{var}}, at given positions.", "")
        for name, words in _CHANGES.items()
        for kind in ("", "Resource")
        if name not in ("Mul", "Div")
    },
    "ResourceGatherNd": ("Picks out entries of {var} at given positions: {out}.", "{target}[{b}] → {out}"),
    "ResourceStridedSliceAssign": ("Replaces a slice of {var}.", ""),
    "StridedSliceAssign": ("Replaces a slice of {var}.", ""),
    "ResourceCountUpTo": ("Adds 1 to {var}, up to a limit, and returns the value before.", ""),
    "CountUpTo": ("Adds 1 to {var}, up to a limit, and returns the value before.", ""),
    "Assign": ("Writes a new value into {var}.", "{target} ← {b}"),
    "AssignAdd": ("Adds {b_numbers} to {var}.", "{target} ← {target} + {b}"),
    "AssignSub": ("Subtracts {b_numbers} from {var}.", "{target} ← {target} - {b}"),
}

"""Piecewise linear activations, s z + alpha (1 - s) z with s = step(z): ReLU, leaky and parametric ReLU, and the threshold."""

from symbackprop.activations.activation import Activation
from symbackprop.symbols import alpha, step, z

_s = step(z)
_CONVENTION = "the slope at z = 0 is taken from the left"

relu = Activation(
    "relu",
    value=z * _s,
    slope=_s,
    kinks=(0,),
    convention="the slope at z = 0 is taken as 0",
    range=(0, float("inf")),
    source="max(z, 0)",
    letter=r"\operatorname{relu}",
)

leaky_relu = Activation(
    "leaky_relu",
    value=z * _s + alpha * z * (1 - _s),
    slope=_s + alpha * (1 - _s),
    parameters={"alpha": z * (1 - _s)},
    kinks=(0,),
    convention=_CONVENTION,
    source="Maas et al. 2013: max(z, 0) + alpha min(z, 0), alpha fixed (1/100 unless given)",
    letter=r"\operatorname{lrelu}",
)

parametric_relu = Activation(
    "parametric_relu",
    value=z * _s + alpha * z * (1 - _s),
    slope=_s + alpha * (1 - _s),
    parameters={"alpha": z * (1 - _s)},
    learnt=("alpha",),
    kinks=(0,),
    convention=_CONVENTION,
    source="He et al. 2015: max(z, 0) + alpha min(z, 0), alpha learnt; d/d alpha = min(z, 0)",
    letter=r"\operatorname{prelu}",
)

threshold = Activation(
    "threshold",
    value=_s,
    slope=0 * z,
    kinks=(0,),
    convention="1 where z > 0, else 0",
    range=(0, 1),
    differentiable=False,
    source="perceptron; it has no useful derivative, so gradient training is refused",
    letter=r"\operatorname{step}",
)

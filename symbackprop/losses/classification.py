"""Cross-entropies, for one sigmoid output and for a softmax layer."""

from sympy import log

from symbackprop.losses.loss import Loss
from symbackprop.symbols import a, y

binary_cross_entropy = Loss(
    "binary_cross_entropy",
    value=-(y * log(a) + (1 - y) * log(1 - a)),
    slope=(a - y) / (a * (1 - a)),
    formula="-(y log a + (1 - y) log(1 - a))",
    fused={"sigmoid": a - y},
    output_range=(0, 1),
    target_range=(0, 1),
    source="Nielsen, eq. (57); with a sigmoid output the slope of the sigmoid cancels",
)

softmax_cross_entropy = Loss(
    "softmax_cross_entropy",
    value=-y * log(a),
    slope=-y / a,
    formula="-sum_k y_k log a_k",
    fused={"softmax": a - y},
    output_range=(0, 1),
    target_range=(0, 1),
    targets_sum_to_one=True,
    needs_softmax=True,
    source="Bridle 1990; delta = a - y holds where the targets sum to 1, and only there",
)

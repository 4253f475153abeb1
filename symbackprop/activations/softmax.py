"""Softmax: a_i = exp(z_i) / sum_j exp(z_j) over the units of one group."""

from symbackprop.activations.activation import Activation

softmax = Activation(
    "softmax",
    value=None,
    slope=None,
    vector=True,
    range=(0, 1),
    source="Bridle 1990; da_i/dz_j = a_i ([i = j] - a_j)",
    letter=r"\operatorname{softmax}",
)

"""Smooth activations of one variable: identity, logistic sigmoid, tanh, softplus, and the undefined sigma."""

from sympy import Integer, exp, log, oo

from symbackprop.activations.activation import Activation
from symbackprop.symbols import a, z

identity = Activation("identity", value=z, slope=Integer(1), source="linear unit", letter=r"\operatorname{id}")

sigmoid = Activation(
    "sigmoid",
    value=1 / (1 + exp(-z)),
    slope=a * (1 - a),
    stable=(("z >= 0", 1 / (1 + exp(-z))), ("z < 0", exp(z) / (1 + exp(z)))),
    range=(0, 1),
    source="logistic function; Winston, 6.034 note, 'The sigmoid function'; Nielsen, ch. 1, eq. (3)",
)

tanh = Activation(
    "tanh",
    value=(exp(z) - exp(-z)) / (exp(z) + exp(-z)),
    slope=1 - a**2,
    stable=(
        ("z >= 0", (1 - exp(-2 * z)) / (1 + exp(-2 * z))),
        ("z < 0", (exp(2 * z) - 1) / (exp(2 * z) + 1)),
    ),
    range=(-1, 1),
    source="hyperbolic tangent; tanh z = 2 sigma(2z) - 1",
    letter=r"\tanh",
)

softplus = Activation(
    "softplus",
    value=log(1 + exp(z)),
    slope=1 / (1 + exp(-z)),
    stable=(("z >= 0", z + log(1 + exp(-z))), ("z < 0", log(1 + exp(z)))),
    range=(0, oo),
    source="Dugas et al. 2001; its slope is the logistic sigmoid",
    letter=r"\operatorname{softplus}",
)

undefined = Activation(
    "undefined", value=None, slope=None, source="any differentiable sigma; sigma' stays symbolic (Nielsen ch. 2)"
)

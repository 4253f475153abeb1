"""Squared differences, with each document's own sign and factor."""

from sympy import Rational

from symbackprop.losses.loss import Loss
from symbackprop.symbols import a, y

performance = Loss(
    "performance",
    value=-Rational(1, 2) * (y - a) ** 2,
    slope=y - a,
    sense="maximise",
    letter="P",
    formula="-1/2 (d - o)^2",
    source="Winston, 6.034 note, 'The performance function': P = -1/2 (d - o)^2, maximised by gradient ascent",
)

half_squared = Loss(
    "half_squared",
    value=Rational(1, 2) * (y - a) ** 2,
    slope=a - y,
    formula="1/2 (y - a)^2",
    source="Nielsen, eq. (6), for one example; Gordon's C u v = 1/2 (u - v)^2",
)

squared = Loss(
    "squared",
    value=(y - a) ** 2,
    slope=2 * (a - y),
    formula="(y - a)^2",
    source="the squared difference without 1/2, whose derivative carries a factor 2",
)

undefined = Loss(
    "undefined", value=None, slope=None, formula="C(a, y)", source="any differentiable cost C of the outputs"
)

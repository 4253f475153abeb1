"""Identities, bounds and limits of the textbook functions: exact identities by the kernel, inequalities by what they equal.

An inequality is proved by an identity whose right side is visibly not negative: a square, or a quotient of sums of products of
positive things such as exp(-z). A limit is proved by a bound that tends to it: 0 < 1 - sigma(z) < exp(-z).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

from symbackprop import symbols
from symbackprop.activations import table
from symbackprop.claims.claim import Claim, counted, equation
from symbackprop.claims.question import Question, matrix
from symbackprop.discovery import pick
from symbackprop.proofs.signs import dense, never_negative, plus, times, value_at
from symbackprop.proofs.verdict import Proved, Refuted, Undecided, Verdict
from symbackprop.symbols import Expr, real

z, w, alpha = real("z"), real("w"), real("alpha")
o, d = real("o"), real("d")


def sigma(x: Expr) -> Expr:
    """The logistic function.

    >>> sigma(sp.Integer(0))
    1/2
    """
    return 1 / (1 + sp.exp(-x))


_SLOPE = sigma(z) * (1 - sigma(z))
_E = sp.exp(-z)
_P = -sp.Rational(1, 2) * (d - o) ** 2


def all_of(parts: Sequence[tuple[Expr, Expr, str]], conclusion: str) -> Verdict:
    """Proved where every identity is; else the verdict on the first that is not."""
    notes: list[str] = []
    certificates = []
    for left, right, words in parts:
        verdict = equation(left, right)
        if not isinstance(verdict, Proved):
            return verdict
        certificates.append(verdict.certificate)
        notes += [*verdict.notes, words]
    return Proved(engine="kernel", scope="all real z", certificate=certificates[0], notes=(*notes, conclusion))


def tanh_claim(factor: int = 2) -> Verdict:
    """tanh(x) = 2 sigma(factor x) - 1."""
    return equation(sp.tanh(z), 2 * sigma(factor * z) - 1, scope="all real z")


def bound(largest: Expr) -> Verdict:
    """sigma' <= largest, with equality at 0 only, as largest - sigma' = (1/2 - sigma)^2."""
    parts = [
        (
            largest - _SLOPE,
            (sp.Rational(1, 2) - sigma(z)) ** 2,
            "a square is not negative, and 0 only where sigma = 1/2: z = 0",
        )
    ]
    return all_of(parts, f"so sigma'(z) <= {largest}, reached at z = 0 alone")


def limits() -> Verdict:
    """sigma tends to 1 at +infinity and to 0 at -infinity."""
    parts = [
        (1 - sigma(z), _E / (1 + _E), "positive"),
        (_E - (1 - sigma(z)), _E**2 / (1 + _E), "positive, so 0 < 1 - sigma(z) < exp(-z), which tends to 0"),
        (sigma(-z), 1 - sigma(z), "so the limit at -infinity is 1 less that at +infinity"),
    ]
    return all_of(parts, "sigma -> 1 at +infinity, sigma -> 0 at -infinity, sigma(0) = 1/2")


def saturation(power: int = 1) -> Verdict:
    """0 < sigma'(z) < exp(-|z|)."""
    parts = [
        (_SLOPE, _E / (1 + _E) ** 2, "positive"),
        (_E**power - _SLOPE, _E**2 * (2 + _E) / (1 + _E) ** 2, "positive, so sigma'(z) < exp(-z)"),
        (_SLOPE, sigma(-z) * (1 - sigma(-z)), "sigma' is even, so the bound holds with |z|"),
    ]
    return all_of(parts, "0 < sigma'(z) < exp(-|z|): the slope dies off exponentially away from 0")


def sigma_lines(last: Expr) -> Verdict:
    """The derivative of the sigmoid in seven lines, each equal to the first."""
    y, e = sigma(z), _E
    lines = [
        (1 + e) ** -2 * e, e / (1 + e) ** 2, (1 + e - 1) / (1 + e) ** 2, (1 + e) / (1 + e) ** 2 - 1 / (1 + e) ** 2,
        1 / (1 + e) - 1 / (1 + e) ** 2, 1 / (1 + e) * (1 - 1 / (1 + e)), last,
    ]  # fmt: skip
    for line in lines:
        verdict = equation(y, line, by="z", scope="all real z")
        if not isinstance(verdict, Proved):
            return verdict
    return Proved(
        engine="kernel", scope="all real z", notes=(f"{len(lines)} lines, each the derivative of 1/(1 + exp(-z))",)
    )


def maximum(best: Expr) -> Verdict:
    """P(o) = -1/2 (d - o)^2 is largest at o = best, as P(d) - P(o) = 1/2 (d - o)^2."""
    at_best = _P.subs(o, best)
    parts = [(at_best - _P, (best - o) ** 2 / 2, "a square is not negative, and 0 only at o = d")]
    return all_of(parts, "so P is largest at o = d and nowhere else, where it is 0")


def ascent(sign: int = -1) -> Verdict:
    """w + alpha dP/dw = w - alpha dE/dw with E = -P: two sign changes cancel, for o any function of w."""
    slope = real("slope")
    by_p, by_e = _P.diff(o) * slope, (sp.Rational(1, 2) * (d - o) ** 2).diff(o) * slope
    note = "P = -1/2 (d - o)^2 is maximised, E = 1/2 (d - o)^2 minimised; do/dw is any number"
    return equation(w + alpha * by_p, w + sign * alpha * by_e, notes=(note,))


def tangent(step: int = -1) -> Verdict:
    """On the tangent plane a step of -eta grad changes the height by -eta |grad|^2, which is below 0."""
    eta, r1, r2 = real("eta"), real("r1"), real("r2")
    change = r1 * (step * eta * r1) + r2 * (step * eta * r2)
    return equation(
        change, -eta * (r1**2 + r2**2), notes=("below 0 for eta > 0 unless both partial derivatives are 0",)
    )


def large_step(eta: Fraction = Fraction(2)) -> Verdict:
    """From p = 1 on phi = p^2 the step -eta phi' with a large eta ends higher than it began."""
    before, after = 1, (1 - eta * 2 * 1) ** 2
    return counted("phi rises, as 1 for true", 1, int(after > before))


def both_at_once(first: int, second: int) -> Verdict:
    """(w1 + w2)^2 at (1, 1): each change alone lowers it, do both together raise it?"""

    def height(w1: int, w2: int) -> int:
        return (w1 + w2) ** 2

    alone = height(1 + first, 1) < height(1, 1) and height(1, 1 + second) < height(1, 1)
    together = height(1 + first, 1 + second)
    return counted("each alone lowers, both together raise, as 1 for true", 1, int(alone and together > height(1, 1)))


def halved(claimed: Expr) -> Verdict:
    """The cost C u v = 1/2 (u - v)^2 does not depend on the order of its arguments."""
    u, v = real("u"), real("v")
    return equation(sp.Rational(1, 2) * (u - v) ** 2, claimed.subs({o: u, d: v}), scope="all real u, v")


TANH = Claim("tanh", "tanh(z) = 2 sigma(2z) - 1", tanh_claim, ("tanh(z) = 2 sigma(z) - 1", lambda: tanh_claim(1)))
BOUND = Claim(
    "slope-bound",
    "sigma'(z) <= 1/4, with equality only at 0",
    lambda: bound(sp.Rational(1, 4)),
    ("1/5 - sigma' is that square too", lambda: bound(sp.Rational(1, 5))),
)
LIMITS = Claim(
    "sigma-limits",
    "sigma tends to 1 and to 0, and sigma(0) = 1/2",
    limits,
    ("sigma(-z) = -sigma(z)", lambda: equation(sigma(-z), -sigma(z))),
)
SATURATION = Claim(
    "saturation",
    "0 < sigma'(z) < exp(-|z|): far from 0 the gradient is too small",
    saturation,
    ("exp(-2z) - sigma'(z) is that positive quotient", lambda: saturation(2)),
)
SEVEN_LINES = Claim(
    "sigmoid-derivative",
    "each of the seven lines from d/dz 1/(1 + exp(-z)) to y (1 - y) is its derivative",
    lambda: sigma_lines(_SLOPE),
    ("the last line is y (1 + y)", lambda: sigma_lines(sigma(z) * (1 + sigma(z)))),
)
MAXIMUM = Claim(
    "performance-maximum",
    "P = -1/2 (d - o)^2 is largest exactly at o = d",
    lambda: maximum(d),
    ("P is largest at o = d + 1", lambda: maximum(d + 1)),
)
ASCENT = Claim(
    "ascent-is-descent",
    "climbing P and descending E = -P are the same update",
    ascent,
    ("climbing P and climbing E are the same update", lambda: ascent(1)),
)
TANGENT = Claim(
    "descent-step",
    "on the tangent plane the step -eta grad lowers the height by eta |grad|^2",
    tangent,
    ("the step +eta grad lowers it", lambda: tangent(1)),
)
LARGE_STEP = Claim(
    "large-step",
    "descent may climb where the step size is too large: phi = p^2 from p = 1 with eta = 2 goes to 9",
    large_step,
    ("it climbs with eta = 1/2 too", lambda: large_step(Fraction(1, 2))),
)
TOGETHER = Claim(
    "weights-together",
    "changes that each lower the loss alone may raise it together",
    lambda: both_at_once(-3, -3),
    ("the changes -1 and -1 raise it together", lambda: both_at_once(-1, -1)),
)
SYMMETRIC = Claim(
    "cost-symmetric",
    "1/2 (u - v)^2 = 1/2 (v - u)^2",
    lambda: halved((d - o) ** 2 / 2),
    ("1/2 (u - v)^2 = 1/2 (u + v)^2", lambda: halved((d + o) ** 2 / 2)),
)


def slope_at_most(name: str, most: str) -> tuple[str, Verdict]:
    """Is the slope of an activation nowhere larger? Where it is a polynomial in the output, by Sturm's theorem on its range."""
    known, bound_ = pick(table(), "activation", name), matrix(most, "BOUND")[0][0]
    said = f"the slope of {name} is at most {bound_} everywhere"
    if not known.slope_is_polynomial or known.slope is None:
        return said, Undecided(engine="Sturm", reason=f"the slope of {name} is no polynomial in its output")
    slope = dense([Fraction(int(c.p), int(c.q)) for c in reversed(sp.Poly(known.slope, symbols.a).all_coeffs())])
    above = plus(dense([bound_]), times(slope, dense([-1])))
    low, high = (None if sp.S(end).is_infinite else Fraction(int(end)) for end in known.range)
    scope = f"all outputs a from {known.range[0]} to {known.range[1]}"
    if never_negative(above, low, high):
        return said, Proved(engine="Sturm, exact", scope=scope, notes=(f"{bound_} - ({known.slope}) has no sign change there",))
    first, last = low if low is not None else Fraction(-9), high if high is not None else Fraction(9)
    value, at = max((value_at(slope, x), x) for x in (first + (last - first) * Fraction(k, 240) for k in range(1, 240)))
    if value > bound_:
        return said, Refuted(engine="exact evaluation", scope=scope, witness={"a": str(at)}, left=str(value), right=str(bound_),
                             reason=f"where the output is {at} the slope is {value}")  # fmt: skip
    return said, Undecided(engine="Sturm", scope=scope, reason="larger somewhere, but between the points tried")


SLOPE = Question("slope-at-most", "ACTIVATION BOUND", "the slope of an activation is nowhere larger", "tanh 1", "sigmoid 1/5", slope_at_most)

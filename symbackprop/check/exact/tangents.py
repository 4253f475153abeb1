"""The derivative of a value in a direction: sum, product and quotient rule, and one rule for each kind of atom."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symbackprop.check.exact.algebra import ZERO, Algebra, Key, Scalar, number
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly

MAX_DIVIDED = 2_000  # terms: a longer derivative inside a logarithm is left over what the logarithm is taken of


def differentiate(algebra: Algebra, value: Scalar, tangent: Callable[[Key], Scalar | None]) -> Scalar:
    """The derivative in the direction where a named generator moves by `tangent(key)` (None: not at all)."""
    memo = dict[int, Scalar]()

    def of_generator(g: int) -> Scalar:
        found = memo.get(g)
        if found is None:
            found = memo[g] = _atom_tangent(algebra, g, tangent, of_value)
        return found

    def of_poly(poly: Poly) -> Scalar:
        parts = list[Scalar]()
        moving = {g for monomial in poly for g in monomial if of_generator(g).num}
        for g in moving:
            partial: Poly = {}
            for monomial, coefficient in poly.items():
                count = monomial.count(g)
                if count:
                    at = monomial.index(g)
                    share = coefficient * count
                    if isinstance(share, Fraction) and share.denominator == 1:
                        share = share.numerator  # whole numbers multiply much faster
                    P.add_into(partial, {monomial[:at] + monomial[at + 1 :]: share})
            parts.append(algebra.mul(Scalar(partial, P.ONE), of_generator(g)))
        return algebra.add(*parts)

    def of_value(each: Scalar) -> Scalar:
        top = of_poly(each.num)
        if each.den == P.ONE:
            return top
        bottom = of_poly(each.den)
        den = Scalar(each.den, P.ONE)
        if not bottom.num:
            return algebra.mul(top, algebra.inverse(den))
        num = algebra.sub(algebra.mul(top, den), algebra.mul(Scalar(each.num, P.ONE), bottom))
        return algebra.mul(num, algebra.inverse(algebra.mul(den, den)))

    return of_value(value)


def _atom_tangent(
    algebra: Algebra, g: int, tangent: Callable[[Key], Scalar | None], of_value: Callable[[Scalar], Scalar]
) -> Scalar:
    key, arguments = algebra.keys[g], algebra.arguments.get(g, ())
    if not arguments:
        return tangent(key) or ZERO
    here = Scalar(P.generator(g), P.ONE)
    if key[0] == "exp":
        return algebra.mul(here, of_value(arguments[0]))
    if key[0] == "log":
        inner = of_value(arguments[0])
        smooth = arguments[0].den == P.ONE and not algebra.generators(arguments[0]) & algebra.steps
        if smooth and len(arguments[0].num) > 1 and 0 < len(inner.num) <= MAX_DIVIDED:
            whole = P.divide(inner.num, arguments[0].num)  # as for the last output of a softmax layer, 1 - a_1 - a_2
            if whole is not None:
                return Scalar(whole, inner.den)
        return algebra.mul(inner, algebra.inverse(arguments[0])) if inner.num else ZERO
    if key[0] == "root":
        inner = of_value(arguments[0])
        return algebra.mul(inner, algebra.inverse(algebra.mul(number(2), here))) if inner.num else ZERO
    if key[0] == "act":
        inner = of_value(arguments[0])
        return algebra.mul(algebra.slopes[key[1]](here), inner) if inner.num else ZERO
    if key[0] in ("sin", "cos"):
        inner = of_value(arguments[0])
        return algebra.mul(inner, algebra.cos(arguments[0]) if key[0] == "sin" else algebra.neg(algebra.sin(arguments[0])))
    if key[0] == "fn":
        parts = list[Scalar]()
        for at, each in enumerate(arguments):
            inner = of_value(each)
            if inner.num:
                orders = tuple(order + (place == at) for place, order in enumerate(key[2]))
                parts.append(algebra.mul(algebra.atom(("fn", key[1], orders), *arguments), inner))
        return algebra.add(*parts)
    algebra.kinked = algebra.kinked or bool(of_value(arguments[0]).num)
    return ZERO  # step

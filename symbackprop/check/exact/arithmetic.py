"""Quotients over the generators of one formula: sums, products, powers, equality of normal forms, substitution.

Equal normal forms are equal functions, because evaluation is a ring homomorphism; that is the only direction PROVED relies on.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symbackprop.check.exact.scalars import ONE, ZERO, Impossible, Key, Scalar, TooLarge, bits, lowest, number
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly

MAX_PRODUCT = 400_000  # terms by terms: past this a formula is left undecided rather than swallowed
MAX_POWER = 64
MAX_DIVIDED = 2_000  # terms of what is divided exactly
MAX_DEGREE = 256
MAX_BITS = 20_000  # of one number
MAX_WORK = 800_000  # products of terms for one instance of a formula: about half a second
MAX_TOTAL = 2_000_000  # and for all its instances


class Arithmetic:
    """The generators of one formula, and the operations that know nothing of what they stand for."""

    def __init__(self) -> None:
        self.ids: dict[Key, int] = {}
        self.keys: list[Key] = []
        self.arguments: dict[int, tuple[Scalar, ...]] = {}
        self.steps: set[int] = set()
        self.implied: dict[int, set[int]] = {}  # where x > 1, x > 0 as well
        self.roots: dict[int, Poly] = {}  # square roots, with what their squares are
        self.positive: set[int] = set()  # generators whose value is positive wherever it exists
        self.known_positive: set[object] = set()  # and polynomials: 1 - a for a sigmoid's output
        self.kinked = False  # something was differentiated through a kink
        self.work = self.total = 0
        self.known_exponentials: dict[object, Scalar] = {}
        self.units: dict[tuple[str, object], Scalar] = {}  # outputs by activation and weighted input
        self.open_units: dict[object, str] = {}  # units with an undefined activation, by weighted input
        self.slopes: dict[str, Callable[[Scalar], Scalar]] = {}
        self.parts = 1  # exp(m) is written exp(m / parts)^parts, so that exp(x/2)^2 and exp(x) can be compared
        self.finest = 1  # the parts that would do for every exponential met

    # -- generators -----------------------------------------------------------------------------------------------

    def index(self, key: Key, *arguments: Scalar) -> int:
        """The number of the generator `key`, made on first use."""
        found = self.ids.get(key)
        if found is None:
            found = self.ids[key] = len(self.keys)
            self.keys.append(key)
            if arguments:
                self.arguments[found] = arguments
        return found

    def name(self, *key: Any) -> Scalar:
        """A generator without inner structure."""
        return Scalar(P.generator(self.index(key)), P.ONE)

    def atom(self, kind: Key, *arguments: Scalar) -> Scalar:
        """A generator that stands for a function of other values; equal arguments give the same generator."""
        key = (*kind, *(self.frozen(each) for each in arguments))
        return Scalar(P.generator(self.index(key, *arguments)), P.ONE)

    def frozen(self, value: Scalar) -> tuple[frozenset[Any], frozenset[Any]]:
        """A hashable normal form, the denominator's leading coefficient made 1 (and a true polynomial divided out)."""
        if value.den != P.ONE:
            whole = self.whole(value)
            if whole is not None:
                value = Scalar(whole, P.ONE)
        lead = Fraction(value.den[max(value.den, key=lambda m: (len(m), m))])
        if lead == 1:
            return frozenset(value.num.items()), frozenset(value.den.items())
        return frozenset(P.scale(value.num, 1 / lead).items()), frozenset(P.scale(value.den, 1 / lead).items())

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """A new formula: the budget of products is full again."""
        self.work = self.total = 0

    def times(self, one: Poly, other: Poly) -> Poly:
        """The product of two polynomials, refused when it, or all products of a formula together, would be enormous."""
        if one is P.ONE or other is P.ONE:
            return other if one is P.ONE else one
        size = len(one) * len(other)
        if size > 1:
            degree = max(map(len, one)) + max(map(len, other))
            if degree > MAX_DEGREE:
                raise TooLarge(f"a polynomial of degree {degree} (at most {MAX_DEGREE})")
            size = size * (8 + degree) // 8  # long monomials take their time
        self.work += size
        self.total += size
        if size > MAX_PRODUCT or self.work > MAX_WORK or self.total > MAX_TOTAL:
            raise TooLarge(f"a product of {len(one)} by {len(other)} terms, or too many of them")
        product = _by_one_term(one, other) if len(one) == 1 else _by_one_term(other, one) if len(other) == 1 else P.multiply(one, other)
        if len(product) == 1:
            (coefficient,) = product.values()
            if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > MAX_BITS:
                raise TooLarge("a number of thousands of digits")
        return product

    def tidy(self, poly: Poly) -> Poly:
        """step^2 = step, a step that another implies is 1 beside it, and the square of a root is what it is the root of."""
        while self.roots:
            double = next((g for m in poly for g in m if g in self.roots and m.count(g) > 1), None)
            if double is None:
                break
            square: Poly = {}
            for monomial, coefficient in poly.items():
                pairs, rest = monomial.count(double) // 2, monomial
                for _ in range(2 * pairs):
                    at = rest.index(double)
                    rest = rest[:at] + rest[at + 1 :]
                term: Poly = {rest: coefficient}
                for _ in range(pairs):
                    term = self.times(term, self.roots[double])
                P.add_into(square, term)
            poly = square
        if self.steps:
            self.work += len(poly)
            self.total += len(poly)
            if any(a == b and a in self.steps for m in poly if len({*m}) < len(m) for a, b in pairwise(m)):
                poly = P.reduce_idempotent(poly, self.steps)
        if self.implied:
            kept: Poly = {}
            for monomial, coefficient in poly.items():
                sure = {v for u in monomial for v in self.implied.get(u, ())}
                P.add_into(kept, {tuple(g for g in monomial if g not in sure) if sure else monomial: coefficient})
            poly = kept
        return poly

    def add(self, *values: Scalar) -> Scalar:
        """The sum."""
        total, own = ZERO, False  # own: the numerator was made here, so that more may be added into it
        for each in values:
            if not each.num:
                continue
            if not total.num:
                total, own = each, False
            elif total.den is each.den or total.den == each.den:
                if not own:
                    total, own = Scalar(dict(total.num), total.den), True
                P.add_into(total.num, each.num)
            else:
                num = P.add(self.times(total.num, each.den), self.times(each.num, total.den))
                total, own = Scalar(self.tidy(num), self.tidy(self.times(total.den, each.den))), False
        return total

    def mul(self, *values: Scalar) -> Scalar:
        """The product."""
        total = ONE
        for each in values:
            a, b, c, d = total.num, total.den, each.num, each.den
            if not a or not c:
                return ZERO
            if b is P.ONE and d is P.ONE:
                total = Scalar(self.tidy(self.times(a, c)), P.ONE)
                continue
            if a == d:  # the cancellations that keep textbook quotients small
                a = d = P.ONE
            if c == b:
                c = b = P.ONE
            num, den = self.tidy(self.times(a, c)), self.tidy(self.times(b, d))
            total = Scalar(num, P.ONE) if den is P.ONE else lowest(num, den)
        return total

    def dot(self, pairs: Iterable[tuple[Scalar, Scalar]]) -> Scalar:
        """The sum of products of two, those of a number or a name by a name in one pass."""
        total: Poly = {}
        others = list[Scalar]()
        for one, other in pairs:
            if one.den is P.ONE and other.den is P.ONE and _is_simple(one.num) and _is_simple(other.num):
                P.add_into(total, _by_one_term(one.num, other.num))
            else:
                others.append(self.mul(one, other))
        return self.add(Scalar(total, P.ONE), *others)

    def neg(self, value: Scalar) -> Scalar:
        """Minus the value."""
        return Scalar({monomial: -coefficient for monomial, coefficient in value.num.items()}, value.den)

    def sub(self, one: Scalar, other: Scalar) -> Scalar:
        """The difference."""
        return self.add(one, self.neg(other))

    def inverse(self, value: Scalar) -> Scalar:
        """1 / value; Impossible for zero."""
        if not value.num:
            raise Impossible("a division by something that is 0 everywhere")
        kink = next((g for monomial in value.num for g in monomial if g in self.steps), None)
        if kink is not None:
            sides = [self.substitute(value, kink, each) for each in (ZERO, ONE)]
            if not all(each.num for each in sides):
                raise Impossible("a division by something that is 0 on one side of a kink")
            step = Scalar(P.generator(kink), P.ONE)
            low, high = (self.inverse(each) for each in sides)
            return self.add(self.mul(self.sub(ONE, step), low), self.mul(step, high))
        return Scalar(value.den, value.num)

    def power(self, value: Scalar, exponent: int) -> Scalar:
        """A whole power; large ones are refused."""
        if abs(exponent) > MAX_POWER:
            raise TooLarge(f"a power of {exponent} (at most {MAX_POWER} is computed)")
        base = self.inverse(value) if exponent < 0 else value
        if bits(base) * abs(exponent) > MAX_BITS:
            raise TooLarge(f"a power of {exponent} of a number of {bits(base)} bits")
        total = ONE
        for _ in range(abs(exponent)):
            total = self.mul(total, base)
        return total

    def equal(self, one: Scalar, other: Scalar) -> bool:
        """Whether the normal forms agree: True is a proof, False is no answer."""
        if one.den == other.den:
            return one.num == other.num
        return self.tidy(self.times(one.num, other.den)) == self.tidy(self.times(other.num, one.den))

    def whole(self, value: Scalar) -> Poly | None:
        """The polynomial that a quotient comes to, if it does; a very long one is not divided, which takes the square of its terms."""
        if value.den is P.ONE or value.den == P.ONE:
            return value.num
        return P.divide(value.num, value.den) if len(value.num) <= MAX_DIVIDED else None

    def constant(self, value: Scalar) -> Fraction | None:
        """The rational number that a value is, if it is one."""
        whole = self.whole(value)
        if whole is None or any(monomial for monomial in whole):
            return None
        return Fraction(whole.get((), 0))

    def ratio(self, one: Scalar, other: Scalar) -> Fraction | None:
        """The number c with one = c other, if there is one; nothing is divided by, so that steps may occur."""
        left, right = (self.tidy(self.times(a.num, b.den)) for a, b in ((one, other), (other, one)))
        if not right or left.keys() != right.keys():
            return None
        found = {Fraction(left[each]) / Fraction(right[each]) for each in right}
        return found.pop() if len(found) == 1 else None

    # -- substitution-------------------- -------------------------------------------------------------------------

    def substitute(self, value: Scalar, index: int, by: Scalar) -> Scalar:
        """The value with generator `index` replaced, inside atoms too."""
        return self.rebuild(value, {index: by})

    def rebuild(self, value: Scalar, known: Mapping[int, Scalar]) -> Scalar:
        """The value with generators replaced as `known` says; atoms are built again from replaced arguments."""
        memo = dict(known)

        def of_generator(g: int) -> Scalar:
            found = memo.get(g)
            if found is None:
                arguments = self.arguments.get(g)
                if not arguments or not any(self.uses(each, known) for each in arguments):
                    found = Scalar(P.generator(g), P.ONE)
                else:
                    found = self.remake(self.keys[g], tuple(self.rebuild(each, known) for each in arguments))
                memo[g] = found
            return found

        if not self.uses(value, known):
            return value
        return self.mul(self._map(value.num, of_generator), self.inverse(self._map(value.den, of_generator)))

    def _map(self, poly: Poly, image: Callable[[int], Scalar]) -> Scalar:
        parts = [self.mul(number(Fraction(c)), *(image(g) for g in m)) for m, c in poly.items()]
        return self.add(*parts)

    def uses(self, value: Scalar, names: Mapping[int, Any]) -> bool:
        """Whether any of the generators occurs in the value, inside atoms too."""
        for g in self.generators(value):
            if g in names or any(self.uses(each, names) for each in self.arguments.get(g, ())):
                return True
        return False

    def generators(self, value: Scalar) -> set[int]:
        """The generators of a value, atoms not opened."""
        return {g for poly in (value.num, value.den) for monomial in poly for g in monomial}

    def remake(self, key: Key, arguments: tuple[Scalar, ...]) -> Scalar:
        """An atom built again from new arguments."""
        raise NotImplementedError


def _is_simple(poly: Poly) -> bool:
    """One term of at most one generator."""
    return len(poly) == 1 and len(next(iter(poly))) < 2


def _by_one_term(term: Poly, poly: Poly) -> Poly:
    """The product with a single term: no two products meet."""
    ((one, first),) = term.items()
    if not one:
        return P.scale(poly, first) if first != 1 else poly
    low, high = one[0], one[-1]
    if len(one) == 1 and first == 1:  # by a name: its place in each monomial is found, nothing is sorted
        return {other[: (at := bisect(other, low))] + one + other[at:]: second for other, second in poly.items()}
    return {
        (one + other if not other or high <= other[0] else other + one if other[-1] <= low else tuple(sorted(one + other))): first * second
        for other, second in poly.items()
    }

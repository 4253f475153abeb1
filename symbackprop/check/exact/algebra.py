"""Exact values: arithmetic over generators that are names (a weight, an output, a free variable) or functions of other values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from symbackprop.check.exact.arithmetic import MAX_POWER, Arithmetic
from symbackprop.check.exact.factors import factored, leading, primes, square_root_of
from symbackprop.check.exact.scalars import ONE, ZERO, Impossible, Key, Scalar, TooLarge, number
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected


class Algebra(Arithmetic):
    """Arithmetic with exponentials, logarithms, roots, steps, activations and undefined functions."""

    def exp(self, value: Scalar) -> Scalar:
        """exp, a product over monomials, so that exp(u + v) = exp u exp v holds by construction."""
        if not value.num:
            return ONE
        key = self.frozen(value)
        if key in self.known_exponentials:
            return self.known_exponentials[key]
        minus = self.frozen(self.neg(value))
        if minus in self.known_exponentials:
            return self.inverse(self.known_exponentials[minus])
        poly = self.whole(value)
        if poly is None:  # of a quotient and its opposite one is the generator, so that exp v exp(-v) = 1 holds here too
            first, last = (Fraction(each[max(each, key=lambda m: (len(m), m))]) for each in (value.num, value.den))
            return self._exp(value) if first / last > 0 else self.inverse(self._exp(self.neg(value)))
        total = ONE
        for monomial, coefficient in poly.items():
            share = Fraction(coefficient)
            inner = self.arguments.get(monomial[0]) if len(monomial) == 1 else None
            if inner and self.keys[monomial[0]][0] == "log" and share.denominator == 1:
                total = self.mul(total, self.power(inner[0], share.numerator))  # exp log v = v
                continue
            parts = lcm(share.denominator, self.parts)
            if abs(share * parts) > MAX_POWER:  # 1.23 times something: a generator of its own
                one = self._exp(Scalar({monomial: abs(share)}, P.ONE))
                total = self.mul(total, one if share > 0 else self.inverse(one))
                continue
            self.finest = lcm(parts, self.finest)
            base = Scalar({monomial: Fraction(1, parts) if parts > 1 else 1}, P.ONE)
            total = self.mul(total, self.power(self._exp(base), int(share * parts)))
        return total

    def _exp(self, value: Scalar) -> Scalar:
        atom = self.atom(("exp",), value)
        self.positive.add(next(iter(atom.num))[0])
        return atom

    def sin(self, value: Scalar) -> Scalar:
        """The sine."""
        return self.atom(("sin",), value) if value.num else ZERO

    def cos(self, value: Scalar) -> Scalar:
        """The cosine."""
        return self.atom(("cos",), value) if value.num else ONE

    def log(self, value: Scalar) -> Scalar:
        """The natural logarithm; a product comes apart at the factors that are known to be positive."""
        if not value.num:
            raise Impossible("the logarithm of 0")
        if self.equal(value, ONE):
            return ZERO
        if value.den != P.ONE and (value.num == P.ONE or self.is_positive(value.num) or self.is_positive(value.den)):
            return self.sub(self.log(Scalar(value.num, P.ONE)), self.log(Scalar(value.den, P.ONE)))
        if value.den != P.ONE:
            return self.atom(("log",), value)
        content, shared, rest = factored(value.num)
        if rest == P.ONE and not shared and content < 0:
            raise Impossible("the logarithm of a negative number")
        known = tuple(g for g in shared if g in self.positive)
        left = tuple(g for g in shared if g not in self.positive)
        apart = [rest] if rest != P.ONE and self.is_positive(rest) else []
        whole = P.scale(self.times({left: 1}, P.ONE if apart else rest), 1 if content > 0 else -1)
        parts = [self.atom(("log",), Scalar(each, P.ONE)) for each in (*apart, whole) if each != P.ONE]
        numbers = [self.mul(number(count), self.atom(("log",), number(prime))) for prime, count in primes(abs(content)).items()]
        return self.add(*parts, *numbers, *(self._log_of(g) for g in known))

    def _log_of(self, g: int) -> Scalar:
        return self.arguments[g][0] if self.keys[g][0] == "exp" else self.atom(("log",), Scalar(P.generator(g), P.ONE))

    def is_positive(self, poly: Poly) -> bool:
        """Whether a polynomial is known to be positive: a sum of products of positive things, or 1 - g with g below 1."""
        if poly and all(c > 0 and all(g in self.positive for g in m) for m, c in poly.items()):
            return True
        return bool(poly) and frozenset(P.scale(poly, 1 / abs(Fraction(poly[leading(poly)]))).items()) in self.known_positive

    def square_root(self, value: Scalar) -> Scalar:
        """The square root where it exists: squares come out as absolute values, numbers as roots of primes."""
        if not value.num:
            return ZERO
        if value.den != P.ONE:  # sqrt(n/d) = sqrt(n d) / |d|
            below = Scalar(value.den, P.ONE)
            return self.mul(self.square_root(Scalar(self.times(value.num, value.den), P.ONE)), self.inverse(self.magnitude(below)))
        content, shared, rest = factored(value.num)
        out = [number(Fraction(prime) ** (count // 2)) for prime, count in primes(abs(content)).items() if count > 1 or count < 0]
        out += [self._root({(): prime}) for prime, count in primes(abs(content)).items() if count % 2]
        even = [g for g in set(shared) for _ in range(shared.count(g) // 2)]
        odd = tuple(g for g in sorted(set(shared)) if shared.count(g) % 2)
        out += [self.magnitude(Scalar(P.generator(g), P.ONE)) for g in even]
        inner = P.scale(self.times({odd: 1}, rest), 1 if content > 0 else -1)
        exact = square_root_of(inner)
        if inner == {(): -1}:
            raise Impossible("the square root of a negative number")
        return self.mul(*out, self.magnitude(Scalar(exact, P.ONE)) if exact is not None else self._root(inner))

    def _root(self, poly: Poly) -> Scalar:
        found = self.atom(("root",), Scalar(poly, P.ONE))
        ((g,),) = found.num
        self.roots[g] = poly
        self.positive.add(g)  # or 0, where neither its logarithm nor its reciprocal exists
        return found

    def magnitude(self, value: Scalar) -> Scalar:
        """The absolute value: (2 step(v) - 1) v for each factor whose sign is not known."""
        if value.den != P.ONE:  # |n/d| = |n d| / d^2
            below = Scalar(value.den, P.ONE)
            square = self.mul(below, below)
            return self.mul(self.magnitude(Scalar(self.times(value.num, value.den), P.ONE)), self.inverse(square))
        if not value.num:
            return ZERO
        content, shared, rest = factored(value.num)
        parts = [number(abs(content))]
        for g in sorted(set(shared)):
            count, factor = shared.count(g), Scalar(P.generator(g), P.ONE)
            parts += [self.power(factor, count)] + ([self._sign(factor)] if count % 2 and g not in self.positive else [])
        whole = Scalar(rest, P.ONE)
        if rest != P.ONE and not self.is_positive(rest):
            minus = P.scale(rest, -1)
            whole = Scalar(minus, P.ONE) if self.is_positive(minus) else self.mul(whole, self._sign(whole))
        return self.mul(*parts, whole)

    def _sign(self, value: Scalar) -> Scalar:
        return self.sub(self.mul(number(2), self.step(value)), ONE)

    def activation(self, kind: str, slope: Callable[[Scalar], Scalar], value: Scalar) -> Scalar:
        """phi of a value as one generator, with its slope as a polynomial in itself; a unit's output where it is one."""
        self.slopes[kind] = slope
        found = self.units.get((kind, self.frozen(value)))
        if found is not None:
            return found
        atom = self.atom(("act", kind), value)
        if kind == "sigmoid":
            self.between(atom)
        return atom

    def between(self, value: Scalar) -> None:
        """Remember that a value lies between 0 and 1."""
        for each in (value.num, self.sub(ONE, value).num):
            self.remember_positive(each)

    def remember_positive(self, poly: Poly) -> None:
        """Remember that a polynomial is positive wherever it is met."""
        if len(poly) == 1:
            ((monomial, _),) = poly.items()
            self.positive |= set(monomial) if len(monomial) == 1 else set()
        top = abs(Fraction(poly[leading(poly)]))
        self.known_positive.add(frozenset(P.scale(poly, 1 / top).items()))

    def step(self, value: Scalar) -> Scalar:
        """1 where the value is positive, 0 where it is negative; step(-v) = 1 - step(v) off the kink."""
        known = self.constant(value)
        if known is not None:
            return ONE if known > 0 else ZERO if known else self.name("kink")  # a convention: nothing that hangs on it is decided
        poly = self.whole(value)
        if poly is None:  # n/d has the sign of n d
            poly = self.times(value.num, value.den)
        lead = Fraction(poly[max(poly, key=lambda m: (len(m), m))])
        result = self.atom(("step",), Scalar(P.scale(poly, 1 / abs(lead)) if lead > 0 else P.scale(poly, -1 / abs(lead)), P.ONE))
        g = next(iter(result.num))[0]
        if g not in self.steps:
            self.steps.add(g)
            self._compare_steps(g)
        return result if lead > 0 else self.sub(ONE, result)

    def _compare_steps(self, fresh: int) -> None:
        """Two steps whose arguments differ by a number: the later one implies the earlier one."""
        for other in self.steps - {fresh}:
            gap = self.constant(self.sub(self.arguments[fresh][0], self.arguments[other][0]))
            if gap:
                later, earlier = (other, fresh) if gap > 0 else (fresh, other)
                self.implied.setdefault(later, set()).add(earlier)

    def remake(self, key: Key, arguments: tuple[Scalar, ...]) -> Scalar:
        """An atom built again from new arguments."""
        if key[0] == "exp":
            return self.exp(arguments[0])
        if key[0] == "log":
            return self.log(arguments[0])
        if key[0] == "step":
            return self.step(arguments[0])
        if key[0] == "root":
            return self.square_root(arguments[0])
        if key[0] in ("sin", "cos"):
            return self.sin(arguments[0]) if key[0] == "sin" else self.cos(arguments[0])
        if key[0] == "act":
            return self.activation(key[1], self.slopes[key[1]], arguments[0])
        open_unit = self.open_units.get(self.frozen(arguments[0])) if key[:2] == ("fn", "sigma") else None
        if open_unit is not None:  # an undefined sigma at a unit's weighted input is that unit's output, or one of its slopes
            (order,) = key[2]
            return self.name("slope", open_unit, order) if order else self.name("out", open_unit)
        return self.atom(key[: len(key) - len(arguments)], *arguments)


__all__ = ["ONE", "ZERO", "Algebra", "Impossible", "Key", "Rejected", "Scalar", "TooLarge", "number"]

"""Deciding equations between terms: the rules of differentiation and the normal form of rational exponential terms.

Derivative           d(t + u) = dt + du     d(t u) = t du + u dt     d(t/u) = (u dt - t du)/u^2     d t^n = n t^(n-1) dt
                     d exp t = exp t dt     d log t = dt / t         d step t = 0 (off the kink)
Normal form          a quotient of two polynomials in the symbols and in atoms exp(m), log(q), step(q), using
                     exp(t + u) = exp t exp u,   log(exp(t) q) = t + log q,   step^2 = step,   step(-q) = 1 - step(q)
Equality             t = u is accepted when the numerator of t - u is the zero polynomial. Evaluation is a ring
                     homomorphism, so that is a proof wherever no denominator vanishes and off the kinks; the converse
                     is not claimed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected, listed, require
from symbackprop.kernel.terms import Term, kinks, read, replace, symbols, words

Quotient = tuple[Poly, Poly]
NAME = re.compile(r"[\w.']{1,100}")
OUTPUT, INPUT = "a", "z"


def derivative(term: Term, symbol: str) -> Term:
    """d term / d symbol, by the rules above and nothing else.

    >>> derivative(("exp", ("*", -1, "z")), "z")
    ('*', ('exp', ('*', -1, 'z')), ('+', ('*', -1, 1), ('*', 0, 'z')))
    """
    if not isinstance(term, tuple):
        return 1 if term == symbol else 0
    head, parts = term[0], term[1:]
    if head == "+":
        return ("+", *(derivative(each, symbol) for each in parts))
    if head == "*":
        products = []
        for k, each in reversed(list(enumerate(parts))):
            products.append(("*", *parts[:k], derivative(each, symbol), *parts[k + 1 :]))
        return ("+", *products)
    if head == "/":
        top, bottom = parts
        difference = ("+", ("*", bottom, derivative(top, symbol)), ("*", -1, top, derivative(bottom, symbol)))
        return ("/", difference, ("^", bottom, 2))
    if head == "^":
        return ("*", parts[1], ("^", parts[0], parts[1] - 1), derivative(parts[0], symbol)) if parts[1] else 0
    if head == "exp":
        return ("*", term, derivative(parts[0], symbol))
    if head == "log":
        return ("/", derivative(parts[0], symbol), parts[0])
    return 0  # step


class _Finer(Exception):
    """exp needs a finer unit for some monomial; the reading starts again with it."""


class NormalForm:
    """One table of generators: terms read by the same table can be compared."""

    def __init__(self) -> None:
        self.indices: dict[object, int] = {}
        self.steps: set[int] = set()
        self.positive: set[int] = set()
        self.exponent: dict[int, Poly] = {}
        self.units: dict[P.Monomial, Fraction] = {}

    def _atom(self, key: object) -> int:
        return self.indices.setdefault(key, len(self.indices))

    def read(self, term: Term) -> Quotient:
        """The term as numerator and denominator."""
        if isinstance(term, int):
            return P.constant(term), P.ONE
        if isinstance(term, str):
            return P.generator(self._atom(("symbol", term))), P.ONE
        head, parts = term[0], term[1:]
        if head in ("+", "*"):
            total = self.read(parts[0])
            for each in parts[1:]:
                total = (self._plus if head == "+" else self._times)(total, self.read(each))
            return total
        if head == "/":
            top, bottom = self.read(parts[0]), self.read(parts[1])
            return self._times(top, self._inverse(bottom))
        if head == "^":
            value = self.read(parts[0]) if parts[1] >= 0 else self._inverse(self.read(parts[0]))
            return self._reduced(P.power(value[0], abs(parts[1]))), P.power(value[1], abs(parts[1]))
        argument = self.read(parts[0])
        return {"exp": self._exp, "log": self._log, "step": self._step}[head](argument)

    def _reduced(self, poly: Poly) -> Poly:
        return P.reduce_idempotent(poly, self.steps) if self.steps else poly

    def _plus(self, one: Quotient, other: Quotient) -> Quotient:
        if one[1] == other[1]:
            return P.add(one[0], other[0]), one[1]
        top = P.add(P.multiply(one[0], other[1]), P.multiply(other[0], one[1]))
        return self._reduced(top), P.multiply(one[1], other[1])

    def _times(self, one: Quotient, other: Quotient) -> Quotient:
        a, b, c, d = one[0], one[1], other[0], other[1]
        if a == d:  # the two cancellations that keep textbook quotients small
            a, d = P.ONE, P.ONE
        if c == b:
            c, b = P.ONE, P.ONE
        return self._reduced(P.multiply(a, c)), P.multiply(b, d)

    def _inverse(self, value: Quotient) -> Quotient:
        require(value[0], "a division by an expression that is zero everywhere")
        stepping = any(g in self.steps for monomial in value[0] for g in monomial)
        require(not stepping, "a division by an expression with a step function in it")
        return value[1], value[0]

    def _exp(self, argument: Quotient) -> Quotient:
        poly = P.divide(*argument)
        if poly is None:
            index = self._atom(("exp of", self._frozen(argument)))
            self.positive.add(index)
            return P.generator(index), P.ONE
        top, bottom = P.ONE, P.ONE
        for monomial, coefficient in poly.items():
            share = Fraction(coefficient)
            unit = self.units.setdefault(monomial, abs(share))
            count = share / unit
            if count.denominator != 1:  # all shares are whole multiples of their greatest common divisor
                self.units[monomial] = Fraction(gcd(unit.numerator * share.denominator, share.numerator * unit.denominator),
                                                unit.denominator * share.denominator)  # fmt: skip
                raise _Finer
            index = self._atom(("exp", monomial))
            self.positive.add(index)
            self.exponent[index] = {monomial: unit}
            part = P.power(P.generator(index), abs(int(count)))
            top, bottom = (P.multiply(top, part), bottom) if count > 0 else (top, P.multiply(bottom, part))
        return top, bottom

    def _log(self, argument: Quotient) -> Quotient:
        require(argument[0], "a logarithm of an expression that is zero everywhere")
        if self._manifest(argument[0]) and self._manifest(argument[1]):
            top, bottom = self._log_part(argument[0]), self._log_part(argument[1])
            return P.subtract(top, bottom), P.ONE
        return P.generator(self._atom(("log", self._frozen(argument)))), P.ONE

    def _manifest(self, poly: Poly) -> bool:
        # positive whatever the symbols are: positive coefficients on products of exponentials
        return all(c > 0 and all(g in self.positive for g in m) for m, c in poly.items())

    def _log_part(self, poly: Poly) -> Poly:
        common = min(poly, key=len)
        total: Poly = {}
        for each in dict.fromkeys(common):
            count = min(m.count(each) for m in poly)
            if count and each in self.exponent:
                P.add_into(total, self.exponent[each], count)
                for _ in range(count):
                    poly = P.divide(poly, P.generator(each)) or poly
        if poly != P.ONE:
            P.add_into(total, P.generator(self._atom(("log", self._frozen((poly, P.ONE))))))
        return total

    def _step(self, argument: Quotient) -> Quotient:
        poly = P.divide(*argument)
        if not poly:
            raise Rejected("a step function of a quotient, or of zero")
        lead = poly[max(poly)]
        key = frozenset(P.scale(poly, Fraction(1) / lead).items())
        index = self._atom(("step", key))
        self.steps.add(index)
        return (P.generator(index) if lead > 0 else {(): 1, (index,): -1}), P.ONE

    @staticmethod
    def _frozen(value: Quotient) -> object:
        lead = Fraction(value[1][max(value[1])])
        return tuple(frozenset(P.scale(each, 1 / lead).items()) for each in value)


def equal(left: Term, right: Term) -> bool:
    """Whether the normal forms agree: True is a proof; False says only that this method finds none.

    >>> equal(("exp", ("+", "x", "y")), ("*", ("exp", "x"), ("exp", "y")))
    True
    """
    form = NormalForm()
    for _ in range(20):
        try:
            (a, b), (c, d) = form.read(left), form.read(right)
            return not form._reduced(P.subtract(P.multiply(a, d), P.multiply(c, b)))
        except _Finer:
            units, form = form.units, NormalForm()
            form.units = units
    raise Rejected("the exponents of this equation have too many different denominators")


# -- what a certificate states by these rules ------------------------------------------------------------------------------


def law(name: str, entry: dict[str, Any], say: Callable[[str], None]) -> None:
    """Prove one table entry: its slope, its slopes by its parameters, its other forms."""
    value, slope, by = read(entry["value"]), read(entry["slope"]), _symbol(entry.get("by", INPUT))
    parameters = {_symbol(each): read(claimed) for each, claimed in entry.get("parameters", {}).items()}
    output = {OUTPUT: value} if by == INPUT else {}
    name, alone = bare(name), by not in parameters and output.keys().isdisjoint(symbols(value) | parameters.keys())
    require(alone, f"{name}: {by} is what it is differentiated by and {OUTPUT} its value, not something else")
    meaning = f", {OUTPUT} the value" if output.keys() & symbols(slope) else ""
    for symbol, claimed in {by: slope, **parameters}.items():
        said, output = f"{name}: d/d{symbol} {words(value)}", output if symbol == by else {}
        require(equal(derivative(value, symbol), replace(claimed, output)), f"{said} is not {words(claimed)}")
        say(f"{said} = {words(claimed)}{meaning}{_off(value, claimed)}, by the rules of differentiation")
        meaning = ""
    for form in map(read, listed(entry.get("forms", []))):
        require(equal(value, form), f"{name}: {words(value)} is not {words(form)}")
        say(f"{name}: {words(value)} = {words(form)}{_off(value, form)}")


def _symbol(data: object) -> str:
    symbol: Term = read(data)
    require(isinstance(symbol, str), f"{words(symbol)} is not a symbol")
    return str(symbol)


def _off(*terms: Term) -> str:
    places = ", ".join(kinks(*terms))
    return f", off the kinks {places}" if places else ""


def bare(name: str) -> str:
    """The name as it is printed: letters beyond ASCII by their numbers, since one may look like another."""
    return name if name.isascii() else ascii(name)


def plain_name(name: str) -> str:
    """The name, where it is one."""
    require(NAME.fullmatch(name), f"not a plain name: {name!r:.80}")
    return name


def one_law(certificate: dict[str, Any]) -> list[str]:
    """The certificate of one table entry."""
    said: list[str] = []
    law(plain_name(certificate["name"]), certificate["entry"], said.append)
    return said


def equation(certificate: dict[str, Any]) -> list[str]:
    """The certificate of left = right; with "by" the left side is differentiated first."""
    left, right = read(certificate["left"]), read(certificate["right"])
    for symbol in listed(certificate.get("by", [])):
        left = derivative(left, _symbol(symbol))
    require(equal(left, right), f"{words(left)} is not {words(right)} by the kernel's rules")
    return [f"{words(left)} = {words(right)}, wherever both sides are defined{_off(left, right)}"]

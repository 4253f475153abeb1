"""Counts of the reader's own: whole numbers made by + - * ^ ! and digits(), compared exactly, however large."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import factorial, log2

from symbackprop.claims.claim import shown
from symbackprop.claims.counting import digits_of, search_rounds
from symbackprop.claims.question import Question, whole
from symbackprop.errors import DataError, ParseError, quote
from symbackprop.proofs.verdict import Proved, Refuted, Verdict
from symbackprop.specs import read_spec

MOST_BITS = 64_000_000
MOST_DIGITS = 2_000_000  # bits of a number whose digits are counted
_TOKEN = re.compile(r"\s*(\d+|digits|<=|>=|!=|[-+*^!()=<>])")
RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "!=": lambda a, b: a != b,
}  # fmt: skip


def tokens(text: str) -> list[str]:
    """The signs of a statement.

    >>> tokens("2^(3*4) = 4096")
    ['2', '^', '(', '3', '*', '4', ')', '=', '4096']
    """
    found, at = list[str](), 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or len(found) > 200:
            raise ParseError("not a statement about whole numbers", position=at, where=quote(text), expected=_SIGNS)
        found.append(match[1])
        at = match.end()
    return found


_SIGNS = "whole numbers, + - * ^ ! ( ), digits(...), and one of = < > <= >= !="


class _Reader:
    """sum: product (+|- product)*; product: power (* power)*; power: atom [!] [^ power]; atom: number, ( sum ), digits( sum )."""

    def __init__(self, given: list[str], text: str) -> None:
        self.left, self.text = [*given[::-1]], text

    def take(self, *wanted: str) -> str:
        if self.left and (not wanted or self.left[-1] in wanted):
            return self.left.pop()
        return ""

    def sum(self) -> int:
        value = self.product()
        while sign := self.take("+", "-"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self) -> int:
        value = self.power()
        while self.take("*"):
            value = _bounded(value * self.power(), self.text)
        return value

    def power(self) -> int:
        value = self.atom()
        if self.take("!"):
            if not 0 <= value <= 10_000:
                raise _too_large(self.text)
            value = factorial(value)
        if self.take("^"):
            exponent = self.power()
            if exponent < 0 or (abs(value) > 1 and log2(abs(value)) * exponent > MOST_BITS):
                raise _too_large(self.text)
            value = int(value**exponent)
        return value

    def atom(self) -> int:
        if self.take("("):
            value = self.sum()
        elif self.take("digits"):
            self.need("(")
            value = digits_of(_bounded(self.sum(), self.text, MOST_DIGITS))
        else:
            number = self.take()
            if not number.isdigit() or len(number) > 4000:
                raise ParseError("a number is missing", where=quote(self.text), expected=_SIGNS, got=quote(number or "the end"))
            return int(number)
        self.need(")")
        return value

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise ParseError(f"a {sign} is missing", where=quote(self.text), expected=_SIGNS)


def _bounded(value: int, text: str, most: int = MOST_BITS) -> int:
    if value.bit_length() > most:
        raise _too_large(text)
    return value


def _too_large(text: str) -> DataError:
    return DataError("a number too large to be computed here", where=quote(text), expected=f"at most {MOST_BITS:,} bits")


def number(text: str) -> tuple[str, Verdict]:
    """Whether a statement about whole numbers holds."""
    reader = _Reader(tokens(text), text)
    left = reader.sum()
    relation = reader.take(*RELATIONS)
    if not relation:
        raise ParseError("no relation", where=quote(text), expected="one of " + " ".join(RELATIONS))
    right = reader.sum()
    if reader.left:
        raise ParseError("more than one statement", where=quote(text), got=quote(reader.left[-1]))
    if RELATIONS[relation](left, right):
        return text, Proved(engine="exact count", scope="these numbers", notes=(f"{shown(left)} {relation} {shown(right)}",))
    return text, Refuted(
        engine="exact count",
        scope="these numbers",
        left=shown(left),
        right=shown(right),
        reason=f"the left side is {shown(left)}, the right side {shown(right)}",
    )


def search(spec: str, bits: str, said: str) -> tuple[str, Verdict]:
    """What an exhaustive search over all weights in so many bits looks at."""
    net, each = read_spec(spec), whole(bits, "BITS", 1, 1024)
    weights = net.architecture.count() if net.architecture is not None else len(net.parameters)
    if weights * each > MOST_BITS:
        raise _too_large(f"2^({weights} * {each})")
    _, verdict = number(f"2^({weights} * {each}) = {said}")
    sentence = f"exhaustive search over {each}-bit encodings of the {weights} weights of {net.name} takes {said} rounds"
    assert not isinstance(verdict, Proved) or search_rounds(weights, each) == 1 << weights * each
    return sentence, verdict


NUMBER = Question("number", "STATEMENT", "a statement about whole numbers", "'100^1000 < 2^320000'", "'2^(12*64) = 2^767'", number)
SEARCH = Question("search", "SPEC BITS ROUNDS", "what an exhaustive search costs", "2-1 8 2^24", "2-1 8 2^23", search)

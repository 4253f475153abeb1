"""Writes a term as infix source text; the languages differ in a few names, not in the printer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symbackprop.codegen.formulas import Cases
from symbackprop.kernel.terms import Term

_FUNCTIONS = {name: name for name in ("exp", "log", "expm1", "log1p", "tanh", "fabs")}


@dataclass(frozen=True)
class Language:
    """How one language spells functions and a choice between two values."""

    functions: Mapping[str, str] = field(default_factory=lambda: _FUNCTIONS)
    choose: Callable[[str, str, str], str] = lambda test, yes, no: f"{yes} if {test} else {no}"
    ratio: Callable[[Fraction], str] = lambda value: number(value)


PYTHON = Language()
C_ONE = Language(  # for one number at a time; C itself is for loops that become vector code
    functions={
        **{name: f"{name}_" for name in _FUNCTIONS},
        "exp": "exp_one",
        "exp1p": "exp1p_one",
        "log": "floor_log",
    },
    choose=lambda test, yes, no: f"{test} ? {yes} : {no}",
    ratio=lambda value: f"RATIO({value.numerator}, {value.denominator})",
)
C = Language(
    functions={**{name: f"{name}_" for name in _FUNCTIONS}, "log": "floor_log"},
    choose=lambda test, yes, no: f"{test} ? {yes} : {no}",
    ratio=lambda value: f"RATIO({value.numerator}, {value.denominator})",
)


def _pick(test: str, yes: str, no: str) -> str:
    """A choice lane by lane; both sides are vectors."""
    return f"pick({test}, {_lanes(yes)}, {_lanes(no)})"


def _lanes(text: str) -> str:
    return text if re.search(r"[A-Za-z_]", text.replace("RATIO", "")) else f"all({text})"


C_VECTOR = Language(  # lane by lane, on whole vectors
    functions={**{name: f"{name}_v" for name in _FUNCTIONS}, "log": "floor_log_v"},
    choose=_pick,
    ratio=lambda value: f"RATIO({value.numerator}, {value.denominator})",
)


def number(value: Fraction | int) -> str:
    """A number as a float literal that reads back as exactly this number, or as a quotient of two that do.

    >>> number(Fraction(1, 10)), number(Fraction(1, 3)), number(-2)
    ('0.1', '1.0/3.0', '-2.0')
    """
    exact = Fraction(value)
    shown = repr(float(exact))
    if Fraction(shown) == exact:
        return shown
    return f"{float(exact.numerator)!r}/{float(exact.denominator)!r}"


def infix(term: Term, language: Language = PYTHON, tight: int = 0) -> str:
    """The term as source text; `tight` is 0 in a sum, 1 in a product, 2 under a power or as a divisor.

    >>> infix(("*", -1, ("+", "y", ("*", -1, "a")), "a"))
    '-(y - a)*a'
    >>> infix(("^", ("+", ("exp", ("*", -1, "z")), 1), -1))
    '1.0/(1.0 + exp(-z))'
    """
    if isinstance(term, int):
        text = number(term)
        return f"({text})" if tight and term < 0 else text
    if isinstance(term, Fraction):
        text = language.ratio(term)
        return f"({text})" if tight and (text.startswith("-") or "/" in text) else text
    if isinstance(term, str):
        return term
    head, *parts = term
    if head in language.functions:
        return _function(head, parts[0], language)
    if head == "+":
        text, level = _sum(parts, language), 0
    elif head == "^" and parts[1] > 0:
        text, level = "*".join([infix(parts[0], language, 2)] * parts[1]), 1
    else:
        text, level = _product(*_factors(term), language)
    return f"({text})" if level < tight else text


def conditional(cases: Cases, language: Language, z: str = "z") -> str:
    """Cases as one expression."""
    if cases.below is None:
        return infix(cases.above, language)
    test = f"{z} {'>' if cases.strict else '>='} 0.0"
    return language.choose(test, infix(cases.above, language, 1), infix(cases.below, language, 1))


def _function(head: str, inner: Term, language: Language) -> str:
    """exp(t); log(1 + t) as log1p(t), which keeps its digits where t is small."""
    if (
        head == "log"
        and "log1p" in language.functions
        and isinstance(inner, tuple)
        and inner[0] == "+"
        and 1 in inner[1:]
    ):
        rest = [each for each in inner[1:] if each != 1]
        return f"{language.functions['log1p']}({_sum(rest, language)})"
    return f"{language.functions[head]}({infix(inner, language)})"


def _sum(parts: list[Term], language: Language) -> str:
    """Summands, a positive one first; 1 - exp(t) as -expm1(t), which keeps its digits where t is small."""
    grown = _exponential_minus_one(parts, language)
    if grown is not None:
        return grown
    signed = [_sign(each) for each in parts]
    signed.sort(key=lambda pair: (pair[0], not isinstance(pair[1], int)))  # stable: positive numbers, then positives
    text = ""
    for negative, each in signed:
        shown = infix(each, language, 1 if negative and isinstance(each, tuple) and each[0] == "+" else 0)
        text += (" - " if negative else " + ") + shown if text else ("-" if negative else "") + shown
    return text


def _exponential_minus_one(parts: list[Term], language: Language) -> str | None:
    if len(parts) != 2 or "expm1" not in language.functions:
        return None
    by_sign = {_sign(each) for each in parts}
    grown = [each for negative, each in by_sign if not negative and isinstance(each, tuple) and each[0] == "exp"]
    if "exp1p" in language.functions and grown and (False, 1) in by_sign:
        return f"{language.functions['exp1p']}({infix(grown[0][1], language)})"
    for sign in (False, True):
        numbers = [each for negative, each in by_sign if negative is not sign and each == 1]
        powers = [
            each for negative, each in by_sign if negative is sign and isinstance(each, tuple) and each[0] == "exp"
        ]
        if numbers and powers:
            return f"{'-' if sign else ''}{language.functions['expm1']}({infix(powers[0][1], language)})"
    return None


def _sign(term: Term) -> tuple[bool, Term]:
    """Whether the term carries a minus, and the term without it."""
    if isinstance(term, int | Fraction):
        return term < 0, abs(term)
    if isinstance(term, tuple) and term[0] == "*":
        numbers = [each for each in term[1:] if isinstance(each, int | Fraction)]
        rest = [each for each in term[1:] if not isinstance(each, int | Fraction)]
        value = Fraction(1)
        for each in numbers:
            value *= each
        kept = ([] if abs(value) == 1 else [abs(value)]) + rest
        return value < 0, (kept[0] if len(kept) == 1 else ("*", *kept))
    return False, term


def _factors(term: Term) -> tuple[list[Term], list[Term]]:
    """Numerator and denominator factors of a product, quotient or negative power."""
    if isinstance(term, tuple) and term[0] == "*":
        up: list[Term] = []
        down: list[Term] = []
        for each in term[1:]:
            more, less = _factors(each)
            up, down = up + more, down + less
        return up, down
    if isinstance(term, tuple) and term[0] == "/":
        (up, under), (over, down) = _factors(term[1]), _factors(term[2])
        return up + down, under + over
    if isinstance(term, tuple) and term[0] == "^" and term[1:][1] < 0:
        return [], [term[1]] * -term[2]
    return [term], []


def _product(up: list[Term], down: list[Term], language: Language) -> tuple[str, int]:
    negative, body = _sign(("*", *up)) if up else (False, 1)
    factors = list(body[1:]) if isinstance(body, tuple) and body[0] == "*" else [body]
    factors = [each for each in factors if each != 1] or [1]
    text = "*".join(
        infix(each, language, 1 if k == 0 else 2 if isinstance(each, Fraction) else 1) for k, each in enumerate(factors)
    )
    for each in down:
        shown = infix(each, language, 2)
        composite = isinstance(each, tuple) and each[0] not in language.functions and not shown.startswith("(")
        text += f"/({shown})" if composite else f"/{shown}"
    return ("-" if negative else "") + text, 0 if negative else 1

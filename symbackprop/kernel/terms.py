"""Terms of one certificate: plain JSON in, checked trees out, and a way to say them in words.

    number    an int
    symbol    a string of letters, digits, _ and ' that starts with a letter and reads as no operator
    operator  ["+", t, ...]  ["*", t, ...]  ["/", t, u]  ["^", t, n]  ["exp", t]  ["log", t]  ["step", t]

`step` is 1 where its argument is positive and 0 where it is negative; claims that use it hold off its kink.
"""

from __future__ import annotations

import re
from typing import Any

from symbackprop.kernel.rejected import Rejected, require

Term = Any  # int | str | tuple: a checked tree is hashable and made of these alone
MAX_DEPTH = 200
MAX_NODES = 200_000
MAX_DIGITS = 4000
ARITY = {"+": None, "*": None, "/": 2, "^": 2, "exp": 1, "log": 1, "step": 1}
_SYMBOL = re.compile(r"(?!(exp|log|step)\b)[a-z][\w']*", re.ASCII | re.IGNORECASE)


def read(data: object) -> Term:
    """The checked term of plain JSON `data`; Rejected names what is not a term.

    >>> read(["+", "z", 1])
    ('+', 'z', 1)
    """
    return _read(data, MAX_DEPTH, [MAX_NODES])


def _read(data: object, depth: int, budget: list[int]) -> Term:
    budget[0] -= 1
    require(depth > 0 and budget[0] >= 0, "a term is nested or long past the kernel's limit")
    if type(data) is int:
        require(data.bit_length() <= 4 * MAX_DIGITS, "a number is past the kernel's limit")
        return data
    if isinstance(data, str) and len(data) <= 200 and _SYMBOL.fullmatch(data):
        return data
    if isinstance(data, list | tuple) and data and isinstance(data[0], str) and data[0] in ARITY:
        arity = ARITY[data[0]]
        fits = len(data) == arity + 1 if arity is not None else len(data) > 1
        require(fits, f"the operator {data[0]} got {len(data) - 1} arguments")
        if data[0] == "^":
            small = type(data[2]) is int and -64 <= data[2] <= 64
            require(small, "an exponent must be an integer between -64 and 64")
        return (data[0], *(_read(each, depth - 1, budget) for each in data[1:]))
    raise Rejected(f"not a term: {repr(data)[:80]}")


def replace(term: Term, values: dict[str, Term]) -> Term:
    """The term with each symbol of `values` replaced."""
    if isinstance(term, tuple):
        return (term[0], *(replace(each, values) for each in term[1:]))
    return values.get(term, term) if isinstance(term, str) else term


def symbols(term: Term) -> set[str]:
    """The names in the term."""
    if isinstance(term, tuple):
        return set().union(*(symbols(each) for each in term[1:]))
    return {term} if isinstance(term, str) else set()


def operators(term: Term) -> set[str]:
    """The operators in the term."""
    return {term[0]}.union(*(operators(each) for each in term[1:])) if isinstance(term, tuple) else set()


def kinks(*terms: Term) -> dict[str, None]:
    """Where the steps of the terms have their kinks, in words and in order.

    >>> list(kinks(("*", "z", ("step", ("+", "z", -1)))))
    ['z - 1 = 0']
    """
    found: dict[str, None] = {}
    for term in terms:
        if isinstance(term, tuple):
            found |= {f"{words(term[1])} = 0": None} if term[0] == "step" else {}
            found |= kinks(*term[1:])
    return found


def _product(parts: tuple[Term, ...]) -> str:
    # tanh*(z + 1) for a symbol called tanh: it is a number, not a function
    marks = ["*" if isinstance(each, str) else " " for each in parts[:-1]] + [""]
    return "".join(words(each, 2) + mark for each, mark in zip(parts, marks, strict=True))


def words(term: Term, tight: int = 0) -> str:
    """The term as a line of text.

    >>> words(("/", 1, ("+", 1, ("exp", ("*", -1, "z")))))
    '1/(1 + exp(-z))'
    """
    if not isinstance(term, tuple):
        text = str(term)
        return f"({text})" if tight and text.startswith("-") else text
    head, parts = term[0], term[1:]
    if head in ("exp", "log", "step"):
        return f"{head}({words(parts[0])})"
    if head == "+":
        text, level = " + ".join(words(each) for each in parts).replace("+ -", "- "), 1
    elif head == "*" and parts[0] == -1 and len(parts) > 1:
        text, level = "-" + _product(parts[1:]), 1
    elif head == "*":
        text, level = _product(parts), 2
    elif head == "/":
        text, level = f"{words(parts[0], 2)}/{words(parts[1], 3)}", 2
    else:
        text, level = f"{words(parts[0], 4)}^{words(parts[1], 4)}", 3
    return f"({text})" if level < tight or (level == tight == 2 and head == "/") else text

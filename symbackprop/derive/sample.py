"""The numbers of a proved line: both of its sides at one point, computed from its certificate, for a reader to try by hand.

The numbers prove nothing; they show what the claim says. The point is made from the names alone, so that it is always the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, prod
from typing import Any
from zlib import crc32

from symbackprop.kernel.terms import Term, read, symbols

SHOWN = 6  # symbols whose values are named


def sample(certificate: Mapping[str, Any] | None) -> str:
    """Both sides of an equation certificate at a point, in words; nothing where there is no equation or no number.

    >>> sample({"kind": "equation", "left": ["*", 2, "a"], "right": ["+", "a", "a"]})
    'both sides are 1.1 at a = 0.55'
    """
    if not certificate or certificate.get("kind") != "equation":
        return ""
    left, right = read(certificate["left"]), read(certificate["right"])
    names = sorted(symbols(left) | symbols(right))
    point = {name: (crc32(name.encode()) % 89 + 11) / 100 for name in names}
    try:
        one, two = value(left, point), value(right, point)
    except (ArithmeticError, ValueError):
        return ""
    said = f"both sides are {one:.6g}" if abs(one - two) <= 1e-9 * (1 + abs(one)) else f"{one:.9g} and {two:.9g}"
    where = ", ".join(f"{name} = {point[name]:g}" for name in names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return said + (f" at {where}{more}" if names else "")


def value(term: Term, point: Mapping[str, float]) -> float:
    """A kernel term in double precision."""
    if isinstance(term, str):
        return point[term]
    if not isinstance(term, tuple):
        return float(term)
    name, *rest = term
    if name == "^":
        return float(value(rest[0], point) ** rest[1])
    parts = [value(each, point) for each in rest]
    return float(OPERATORS[name](parts))


OPERATORS: Mapping[str, Any] = {
    "+": sum,
    "*": prod,
    "/": lambda parts: parts[0] / parts[1],
    "exp": lambda parts: exp(parts[0]),
    "log": lambda parts: log(parts[0]),
    "step": lambda parts: float(parts[0] > 0),
}

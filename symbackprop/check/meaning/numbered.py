"""Quantities numbered by the step of an algorithm: theta_t, m_{t-1}; and the step itself, theta_{t+1} = theta_t - ..."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.meaning.generic import is_generic
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading.syntax import Node, Sym

TIMES = ("t", "k", "n", "tau")


def time_of(symbol: Node) -> tuple[str, int] | None:
    """The letter of the step that a symbol is numbered by, and how far from it: theta_{t-1} is (t, -1)."""
    script = symbol.sub if isinstance(symbol, Sym) else None
    texts = [token.text for token in script.tokens if token.text not in "()"] if script is not None else []
    if not texts or texts[0] not in TIMES or len(texts) not in (1, 3) or (len(texts) == 3 and (texts[1] not in "+-" or not texts[2].isdigit())):
        return None
    return texts[0], int("".join(texts[1:])) if texts[1:] else 0


def parameter_of(node: Node, scope: Scope) -> str:
    """The letter of theta_t or theta, a parameter at some step; empty for anything else."""
    if not isinstance(node, Sym) or node.sup or node.primes or node.accents or not (node.sub is None or time_of(node)):
        return ""
    return node.name if is_generic(replace(node, sub=None), scope) else ""


def is_step(left: Node, right: Node, scope: Scope) -> bool:
    """theta_{t+1} = theta_t - ...: a parameter after a step, given by what it was before it."""
    letter, now = parameter_of(left, scope), time_of(left)
    if not letter or now is None:
        return False
    return any(parameter_of(each, scope) == letter and (at := time_of(each)) is not None and at[0] == now[0] and at[1] == now[1] - 1 for each in right.walk())

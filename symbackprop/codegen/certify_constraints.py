"""Certifies dropout and the norm constraint inside NumPy passes: on exact numbers, against the recursions of `certify_rules`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from symbackprop.codegen.certify import CodeRefused, CodeVerdict
from symbackprop.codegen.certify_numpy import Loaded
from symbackprop.codegen.certify_rules import ALWAYS, NEVER, POINTS, ROWS, SOME, Drawn, Judged
from symbackprop.codegen.exact import PRIME, Draw, Mod
from symbackprop.codegen.masked import hidden_units
from symbackprop.codegen.program import Dense
from symbackprop.codegen.rules import EACH, SHORT
from symbackprop.networks import Network


def certify(source: str, program: Dense, net: Network) -> CodeVerdict:
    """The verdict on passes of plain steps under masks and a norm constraint; CodeRefused where they are not their recursion."""
    at = Loaded(source, program, net)
    depth = max(at.net.depths.values()) if at.net.depths else len(at.net.units)
    plain, masked = Judged(at.net), Judged(at.net, True) if hidden_units(at.net) else None
    for point in range(POINTS):
        draw = at.holder["draw"] = Draw(f"constraints|{net.name}|{point}")
        ways = [(plain, SHORT, most) for most in (NEVER, SOME, ALWAYS)]
        ways += [(masked, flags, ALWAYS) for flags in (0, EACH, EACH | SHORT)] if masked else []
        for judged, flags, most in ways:
            try:
                _compare(at, Drawn(judged, draw, "sgd", flags, most))
            except (ArithmeticError, TypeError, ValueError, AttributeError, IndexError, NameError, StopIteration) as problem:
                raise CodeRefused("the code does not run on exact numbers", where=net.name, got=f"{type(problem).__name__}: {problem}") from None
    bound = min(1.0, float(40 * (6 * depth + 3) ** 2) / PRIME) ** POINTS
    more = ", dropout by step and by sample" if masked else ""
    said = f"plain steps under the norm constraint{more} equal their recursions at {POINTS} exact points"
    return CodeVerdict("CHECKED", bound, (said, *([at.extra] if at.extra else [])))


def _compare(at: Loaded, drawn: Drawn) -> None:
    """The passes with an order and, from rows that lie in it, without one."""
    names = drawn.judged.net.parameters
    theta = np.empty(at.program.count(), dtype=object)
    for name in names:
        theta[at.program.position(name)] = drawn.theta[name]
    again, kept = theta.copy(), _table(drawn.masks) if drawn.judged.hidden else None
    X, Y = (_table([row[k] for row in drawn.rows]) for k in (0, 1))
    most = drawn.h["max_norm"] if drawn.flags & SHORT else None
    for start, ordered in ((theta, True), (again, False)):
        losses: list[Any] = []
        calls: dict[int, Any] = {}
        masks, grad = _pieces(kept, drawn), np.empty_like(start)
        for order, rate in zip(drawn.orders, drawn.rates, strict=True):
            data = (X, Y, np.array(order)) if ordered else (X[order], Y[order], None)
            loss = at.scope["epoch"](start, grad, *data, drawn.size, rate, calls, masks=masks, most=most)
            losses.append(loss / ROWS)
        for name in names:
            drawn.check("theta", name, start[at.program.position(name)], drawn.good[0][name])
        drawn.check_losses(losses)


def _pieces(kept: Any, drawn: Drawn) -> Iterator[Any] | None:
    """The masks of one batch after the other."""
    if kept is None:
        return None
    lengths = [min(drawn.size, ROWS - at) if drawn.flags & EACH else 1 for _ in drawn.orders for at in range(0, ROWS, drawn.size)]
    ends = np.cumsum([0, *lengths]).tolist()
    return iter([kept[a:b] for a, b in pairwise(ends)])


def _table(rows: list[list[Mod]]) -> Any:
    made = np.empty((len(rows), len(rows[0])), dtype=object)
    for k, row in enumerate(rows):
        made[k, :] = row
    return made

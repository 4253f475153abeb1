"""Names that a program gives the gradients of weights and biases: grad_W2, W2_grad, dL_dW2 say that they are dW2."""

from __future__ import annotations

import re

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Impossible, TooLarge
from symbackprop.check.exact.values import Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.scope import Scope, Unresolved
from symbackprop.check.reading.syntax import Node
from symbackprop.errors import ParseError

_NAME = re.compile(
    r"(?:grads?_?|nabla_?|d[LCJE]_?d_?|d_?loss_?d_?|d_|g_)(?P<before>[Ww]|b)_?(?P<layer>[1-9])|(?P<behind>[Ww]|b)_?(?P<at>[1-9])_?(?:grads?|gradient)"
)


def gradient_named(name: str) -> str:
    """What the notations of programs call the gradient that a name promises; empty where it promises none.

    >>> gradient_named("grad_W2"), gradient_named("b1_grad"), gradient_named("dL_dW1"), gradient_named("grad_h")
    ('dW2', 'db1', 'dW1', '')
    """
    found = _NAME.fullmatch(name)
    return f"d{found['before'] or found['behind']}{found['layer'] or found['at']}" if found else ""


def is_multiple(one: Node, other: Node, scope: Scope) -> bool:
    """Whether two matrices differ by one number alone: a gradient before it is divided by the count, or with its sign turned."""
    env = environment(scope, scope.fixed_indices())
    algebra = env.view.algebra
    algebra.work = 0
    try:
        first, second = (V.as_matrix(V.simple(env.value(each))) for each in (one, other))
        pairs = [(a, b) for rows in zip(first.rows, second.rows) for a, b in zip(*rows) if a.num or b.num]
        ratios = {algebra.ratio(a, b) if a.num and b.num else None for a, b in pairs}
    except (Unresolved, NotThere, Unsupported, ParseError, TooLarge, Impossible, V.ShapeClash):
        return False
    return first.shape == second.shape and len(ratios) == 1 and None not in ratios

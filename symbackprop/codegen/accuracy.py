"""How far floating point is from the truth: the certified Python source run with 50 digits, beside a backend's numbers."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from symbackprop.codegen import emit_python
from symbackprop.codegen.backend import Compiled
from symbackprop.codegen.program import Unrolled, lower
from symbackprop.networks import Network

_FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh")


class _Digits(ast.NodeTransformer):
    """Float literals as numbers of 50 digits."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, float):
            return node
        return ast.copy_location(ast.Call(ast.Name("_digits", ast.Load()), [ast.Constant(repr(node.value))], []), node)


def gradient(net: Network, theta: Any, X: Any, Y: Any, digits: int = 50, exactly: bool = False) -> tuple[Any, list[Any]]:
    """The mean loss and gradient at these float64 numbers (`exactly`: theta has its digits already), in `digits` digits.

    Math: the text that `certify_python` judges, with exp and its kin from mpmath; no float enters after the arguments.
    """
    program = lower(net, "unrolled")
    assert isinstance(program, Unrolled)
    text = re.sub(r"^from math import .*$", "", emit_python.source(program), count=1, flags=re.MULTILINE)
    tree = ast.fix_missing_locations(_Digits().visit(ast.parse(text)))
    scope: dict[str, Any] = {name: getattr(mpmath, name) for name in _FUNCTIONS} | {"_digits": mpmath.mpf}
    exec(compile(tree, "<fifty digits>", "exec"), scope)
    with mpmath.workdps(digits):
        numbers = list(theta) if exactly else [mpmath.mpf(float(each)) for each in theta]
        rows = [tuple(mpmath.mpf(float(v)) for v in (*x, *y)) for x, y in zip(X, Y, strict=True)]
        loss, grads = scope["gradient"](numbers, rows)
        return loss / len(rows), [each / len(rows) for each in grads]


@dataclass(frozen=True)
class Accuracy:
    """The worst relative error of a backend's gradient at one point, and of its loss."""

    backend: str
    gradient: float
    loss: float


def measure(compiled: Compiled, name: str, seed: int = 0, rows: int = 5, spread: float = 1.0) -> Accuracy:
    """Compare a compiled net with 50 digits at a random point; errors are relative to the gradient's largest entry.

    `spread`: the standard deviation of the inputs; a large one saturates the units that they feed.

    >>> from symbackprop.codegen.backends import table
    >>> made = table()["numpy"].build(Network.layered([2, 2, 1]), np.dtype(float))
    >>> measure(made, "numpy").gradient < 1e-14
    True
    """
    net, rng = compiled.net, np.random.default_rng(seed)
    X, Y = rng.normal(scale=spread, size=(rows, len(net.inputs))), rng.uniform(size=(rows, len(net.outputs)))
    if net.loss.targets_sum_to_one:
        Y /= Y.sum(axis=1, keepdims=True)
    theta = rng.normal(size=len(net.parameters))
    theta, X, Y = (np.asarray(each, compiled.dtype) for each in (theta, X, Y))  # the same numbers on both sides
    good_loss, good = gradient(net, theta, X, Y)
    loss, got = compiled.gradient(theta, compiled.load(X, Y, rows))
    with mpmath.workdps(50):
        largest = max(abs(each) for each in good)
        worst = max(abs(mpmath.mpf(float(g)) - each) for g, each in zip(got, good, strict=True)) / largest
        return Accuracy(name, float(worst), float(abs(mpmath.mpf(float(loss)) - good_loss) / max(abs(good_loss), 1)))

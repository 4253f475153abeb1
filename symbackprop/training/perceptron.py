"""The perceptron and its own training rule, in exact numbers: no gradient, and non-convergence is detected, not guessed.

    o = 1 if w_0 + w.x > 0, else 0;   after each example  w <- w + rate (y - o) (1, x)

With rational data the weights live on a lattice. If the data are linearly separable the rule stops (Novikoff 1962); if they are
not, the weights stay bounded (Minsky and Papert, perceptron cycling theorem) and so come back to where they were after some
pass: coming back proves that the rule never stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbackprop.errors import DataError

Weights = tuple[Fraction, ...]


@dataclass(frozen=True)
class Learnt:
    """What became of a run: `converged`, or `cycle`, the number of passes after which the weights came back; or neither."""

    weights: Weights
    passes: int
    converged: bool
    cycle: int | None = None

    def predict(self, X: Sequence[Sequence[float]]) -> list[int]:
        """1 where w_0 + w.x > 0."""
        return [fires(self.weights, x) for x in X]


def fires(weights: Weights, x: Sequence[Any]) -> int:
    """The output for one input, x_0 = 1 put before it."""
    return int(weights[0] + sum(w * Fraction(value) for w, value in zip(weights[1:], x)) > 0)


def learn(
    X: Sequence[Sequence[float]],
    y: Sequence[int],
    rate: Fraction = Fraction(1, 10),
    start: Sequence[Fraction] | None = None,
    most: int = 1000,
) -> Learnt:
    """Run the rule until a whole pass changes nothing, the weights come back, or `most` passes are over.

    >>> learn([(0, 0), (0, 1), (1, 0), (1, 1)], [0, 0, 0, 1]).converged
    True
    >>> learn([(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]).cycle is not None
    True
    """
    if not X or len(X) != len(y) or any(len(x) != len(X[0]) for x in X):
        raise DataError("not a table of examples", where="perceptron.learn", got=f"{len(X)} inputs, {len(y)} targets")
    if any(target not in (0, 1) for target in y):
        raise DataError("a target that a threshold unit cannot put out", where="y", expected="0 or 1")
    examples = [((Fraction(1), *(Fraction(value) for value in x)), target) for x, target in zip(X, y)]
    w: Weights = tuple(start) if start is not None else (Fraction(0),) * (len(X[0]) + 1)
    seen = {w: 0}
    for number in range(1, most + 1):
        before = w
        for x, target in examples:
            wrong = target - fires(w, x[1:])
            if wrong:
                w = tuple(a + rate * wrong * b for a, b in zip(w, x))
        if w == before and all(fires(w, x[1:]) == target for x, target in examples):
            return Learnt(w, number, converged=True)
        if w in seen:
            return Learnt(w, number, converged=False, cycle=number - seen[w])
        seen[w] = number
    return Learnt(w, most, converged=False)

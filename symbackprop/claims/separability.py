"""Which boolean functions one threshold unit can compute: weights, or multipliers that add its inequalities up to 0 > 0.

    1 is put out where w_0 + w.x > 0. A function asks for w_0 + w.x >= 1 where it is 1 (strict inequalities on finitely many
    points can be scaled so) and for -(w_0 + w.x) >= 0 where it is 0. A simplex in rationals either ends with weights or with
    non-negative multipliers whose sum of the inequalities reads 0 >= something positive (Farkas 1902).
    Both kinds of end are checked by multiplying out, so the simplex itself need not be trusted.

Source: Minsky and Papert 1969 for XOR; Bland 1977 for a simplex that ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symbackprop.claims.claim import Claim, counted, enumerated
from symbackprop.claims.question import Question, bits, whole
from symbackprop.errors import ShapeError
from symbackprop.proofs.verdict import Proved, Refuted, Verdict

Row = tuple[Fraction, ...]  # coefficients of w_0, w_1, ..., then the right side: coefficients . w >= right side
Function = tuple[int, ...]  # the outputs at all inputs, in the order of `inputs`

XOR: Function = (0, 1, 1, 0)
MOST_INPUTS = 8


@dataclass(frozen=True)
class Separation:
    """Either `weights` (w_0 first) or `multipliers`, one per input, that show that there are none."""

    weights: tuple[Fraction, ...] | None
    multipliers: tuple[Fraction, ...] | None


def inputs(count: int) -> list[tuple[int, ...]]:
    """All inputs of a boolean function, 0...0 first."""
    return list(product((0, 1), repeat=count))


def inequalities(function: Function, at_least: bool = False) -> list[Row]:
    """What each input asks of the weights; `at_least` puts out 1 where w_0 + w.x >= 0 rather than > 0."""
    count = len(function).bit_length() - 1
    if len(function) != 2**count or not 1 <= count <= MOST_INPUTS:
        raise ShapeError("not a boolean function", expected=f"2, 4, 8, ... or {2**MOST_INPUTS} outputs, one per input", got=str(len(function)))
    rows = []
    for point, value in zip(inputs(count), function):
        sign = 1 if value else -1
        strict = bool(value) != at_least
        rows.append((*(Fraction(sign * c) for c in (1, *point)), Fraction(int(strict))))
    return rows


def separate(function: Function, at_least: bool = False) -> Separation:
    """Weights for a boolean function of a few inputs, or the multipliers that refute them.

    >>> separate(XOR).multipliers
    (Fraction(1, 1), Fraction(1, 1), Fraction(1, 1), Fraction(1, 1))
    >>> AND = (0, 0, 0, 1)
    >>> check_weights(AND, separate(AND).weights)
    True
    """
    rows = inequalities(function, at_least)
    multipliers, prices = _farkas(rows)
    if multipliers is not None:
        scale = min(m for m in multipliers if m)
        return Separation(None, tuple(m / scale for m in multipliers))
    return Separation(tuple(-price / prices[-1] for price in prices[:-1]), None)


def _farkas(rows: list[Row]) -> tuple[tuple[Fraction, ...] | None, list[Fraction]]:
    """Multipliers y >= 0 with sum y_i (coefficients, right side)_i = (0, ..., 0, 1), if there are any; else the prices.

    Phase one of the simplex: artificial columns, one per equation, are driven to 0. Where they cannot be, the prices p of the
    equations have p.(coefficients, right side)_i <= 0 for every i and p_last > 0, so that -p / p_last are weights.
    """
    height, width = len(rows[0]), len(rows)
    table = [[row[k] for row in rows] + [Fraction(int(k == j)) for j in range(height)] for k in range(height)]
    for k, line in enumerate(table):
        line.append(Fraction(int(k == height - 1)))
    basis = list(range(width, width + height))
    cost = [-sum((line[j] for line in table), Fraction(0)) for j in range(width)] + [Fraction(0)] * height
    cost.append(-sum((line[-1] for line in table), Fraction(0)))
    while (enters := next((j for j in range(width + height) if cost[j] < 0), None)) is not None:
        bounds = [(line[-1] / line[enters], basis[k], k) for k, line in enumerate(table) if line[enters] > 0]
        leaves = min(bounds)[2]
        pivot = table[leaves][enters]
        table[leaves] = [value / pivot for value in table[leaves]]
        for line in (*(line for k, line in enumerate(table) if k != leaves), cost):
            if factor := line[enters]:
                line[:] = [value - factor * other for value, other in zip(line, table[leaves])]
        basis[leaves] = enters
    if cost[-1] == 0:
        values = dict(zip(basis, (line[-1] for line in table)))
        return tuple(values.get(j, Fraction(0)) for j in range(width)), []
    return None, [1 - cost[width + k] for k in range(height)]


def check_weights(function: Function, weights: Sequence[Fraction] | None, at_least: bool = False) -> bool:
    """Whether the threshold unit with these weights computes the function."""
    if weights is None:
        return False
    count = len(function).bit_length() - 1
    for point, wanted in zip(inputs(count), function):
        total = weights[0] + sum(w * x for w, x in zip(weights[1:], point))
        if (total >= 0 if at_least else total > 0) != bool(wanted):
            return False
    return True


def check_multipliers(function: Function, multipliers: Sequence[Fraction] | None, at_least: bool = False) -> bool:
    """Whether the multipliers add the function's inequalities up to 0 >= something positive."""
    rows = inequalities(function, at_least)
    if multipliers is None or len(multipliers) != len(rows) or any(m < 0 for m in multipliers):
        return False
    sums = [sum((m * row[k] for m, row in zip(multipliers, rows)), Fraction(0)) for k in range(len(rows[0]))]
    return not any(sums[:-1]) and sums[-1] > 0


def inseparable(name: str, function: Function) -> Verdict:
    """PROVED where no threshold unit computes the function, REFUTED with weights where one does."""
    found = separate(function)
    if check_multipliers(function, found.multipliers):
        assert found.multipliers is not None
        points = inputs(len(function).bit_length() - 1)
        parts = [
            f"{m} x (w_0 + {_sum(p)} {'> 0' if v else '<= 0'})"
            for m, p, v in zip(found.multipliers, points, function)
            if m
        ]
        return Proved(
            engine="Farkas, exact",
            scope="all real weights",
            notes=(*parts, f"together 0 > 0, so no weights give {name}"),
        )
    assert check_weights(function, found.weights)
    witness = {f"w_{k}": str(weight) for k, weight in enumerate(found.weights or ())}
    return Refuted(
        engine="exact evaluation", scope="all real weights", witness=witness, reason=f"these weights give {name}"
    )


def _sum(point: tuple[int, ...]) -> str:
    return " + ".join(f"w_{k + 1}" for k, x in enumerate(point) if x) or "0"


def separable_functions(count: int, at_least: bool = False) -> tuple[list[Function], list[Function]]:
    """All boolean functions of some inputs: those with weights and those with multipliers, each certificate checked."""
    good, bad = [], []
    for function in product((0, 1), repeat=2**count):
        found = separate(function, at_least)
        if check_weights(function, found.weights, at_least):
            good.append(function)
        elif check_multipliers(function, found.multipliers, at_least):
            bad.append(function)
        else:
            raise AssertionError(function)  # neither certificate holds: a fault of the elimination
    return good, bad


def two_inputs(said: int) -> Verdict:
    """How many of the 16 functions of two inputs one threshold unit computes."""
    good, bad = separable_functions(2)
    verdict = counted(
        "separable functions of two inputs", said, len(good), scope="all 16 functions, weights or multipliers each"
    )
    if isinstance(verdict, Refuted):
        return verdict
    names = {XOR: "XOR", (1, 0, 0, 1): "XNOR"}
    left_out = ", ".join(names.get(function, str(function)) for function in bad)
    return Proved(engine=verdict.engine, scope=verdict.scope, notes=(f"{len(good)} have weights; not: {left_out}",))


def conventions(functions: list[Function]) -> Verdict:
    """Whether >= 0 and > 0 give one class of functions, among those given."""
    failures = [
        str(f) for f in functions if (separate(f).weights is None) != (separate(f, at_least=True).weights is None)
    ]
    return enumerated("one class for both thresholds", failures, len(functions))


def same_weights() -> Verdict:
    """Whether one set of weights gives one function under both conventions."""
    for weights in product((-1, 0, 1), repeat=3):
        values = [weights[0] + weights[1] * x + weights[2] * y for x, y in inputs(2)]
        if 0 in values:
            reason = "where w_0 + w.x is 0 the two conventions put out different values"
            witness = {f"w_{k}": str(w) for k, w in enumerate(weights)}
            return Refuted(engine="exact evaluation", witness=witness, reason=reason)
    return Proved(engine="enumeration")


XOR_CLAIM = Claim(
    "xor",
    "XOR is not linearly separable",
    lambda: inseparable("XOR", XOR),
    ("OR is not linearly separable", lambda: inseparable("OR", (0, 1, 1, 1))),
)
TWO_INPUTS = Claim(
    "two-input-functions",
    "one threshold unit computes 14 of the 16 boolean functions of two inputs",
    lambda: two_inputs(14),
    ("it computes 15 of them", lambda: two_inputs(15)),
)
CONVENTIONS = Claim(
    "threshold-conventions",
    "firing at >= 0 and firing at > 0 compute the same functions of two boolean inputs (with other weights)",
    lambda: conventions([tuple(f) for f in product((0, 1), repeat=4)]),
    ("they do so with the same weights", same_weights),
)


def one_unit(table: str) -> tuple[str, Verdict]:
    """Is there a threshold unit for this truth table?"""
    function, found = bits(table), separate(bits(table))
    said = f"one threshold unit computes {table}"
    if check_weights(function, found.weights):
        note = ", ".join(f"w_{k} = {weight}" for k, weight in enumerate(found.weights or ()))
        return said, Proved(engine="exact evaluation", scope=f"all {len(function)} inputs", notes=(note,))
    verdict = inseparable(table, function)
    reason = "; ".join(verdict.notes) if isinstance(verdict, Proved) else verdict.reason
    return said, Refuted(engine=verdict.engine, scope=verdict.scope, reason=reason)


def no_unit(table: str) -> tuple[str, Verdict]:
    """Is there none?"""
    return f"no threshold unit computes {table}", inseparable(table, bits(table))


def how_many(inputs_: str, said: str) -> tuple[str, Verdict]:
    """Of all functions of so many inputs, how many have a unit? Four inputs take minutes."""
    count, claimed = whole(inputs_, "INPUTS", 1, 4), whole(said, "COUNT", 0, 65_536)
    good, _ = separable_functions(count)
    scope = f"all {2 ** 2**count} functions, weights or multipliers each"
    sentence = f"one threshold unit computes {claimed} of the {2 ** 2**count} boolean functions of {count} inputs"
    return sentence, counted(f"separable functions of {count} inputs", claimed, len(good), scope=scope)


SEPARABLE = Question("separable", "TABLE", "one threshold unit computes this boolean function", "00010111", "0110", one_unit)
INSEPARABLE = Question("inseparable", "TABLE", "no threshold unit computes it", "01101001", "0111", no_unit)
HOW_MANY = Question(
    "separable-functions", "INPUTS COUNT", "so many of all boolean functions have a threshold unit", "3 104", "3 105", how_many
)

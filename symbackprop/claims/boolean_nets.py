"""Every boolean function of n inputs by one hidden layer of 2^n threshold units, one per input pattern; by enumeration.

Hidden unit p fires exactly at its pattern: weights +1 where p has a 1 and -1 where it has a 0, bias 1/2 - (number of ones).
The output fires where some fired pattern belongs to the function: weight 1 or 0 from each, bias -1/2. All units apply one
threshold function, and only the output weights depend on the function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from symbackprop.claims.claim import Claim, enumerated
from symbackprop.claims.separability import Function, inputs
from symbackprop.proofs.verdict import Verdict

_EXACT: Mapping[str, Callable[[Fraction], Fraction]] = {
    "identity": lambda z: z,
    "threshold": lambda z: Fraction(int(z > 0)),
    "relu": lambda z: max(z, Fraction(0)),
}


def run(net: Mapping[str, Any], weights: Mapping[str, Fraction], given: Sequence[Fraction | int]) -> list[Fraction]:
    """The outputs of a net description of identity, threshold or relu units, exactly.

    >>> net = {"inputs": ["x"], "units": [{"name": "u", "activation": "relu", "edges": [["x", "w"]]}], "outputs": ["u"]}
    >>> run(net, {"w": Fraction(1, 2)}, [3])
    [Fraction(3, 2)]
    """

    def number(weight: Any) -> Fraction:
        return weights[weight] if isinstance(weight, str) else Fraction(weight["fixed"])

    known = {name: Fraction(value) for name, value in zip(net["inputs"], given, strict=True)}
    known |= {name: Fraction(1) for name in net.get("ones", ())}
    for unit in net["units"]:
        total = sum((number(weight) * known[source] for source, weight in unit["edges"]), Fraction(0))
        total += number(unit["bias"]) if unit.get("bias") is not None else 0
        known[unit["name"]] = _EXACT[unit["activation"]](total)
    return [known[name] for name in net["outputs"]]


def construct(function: Function, hidden: int | None = None) -> dict[str, Any]:
    """The net description for a boolean function, `hidden` patterns of it (all 2^n by default).

    >>> len(construct((0, 1, 1, 0))["units"])
    5
    """
    count = len(function).bit_length() - 1
    names = [f"x{k + 1}" for k in range(count)]
    units = []
    for n, pattern in enumerate(inputs(count)[:hidden]):
        edges = [[name, {"fixed": "1" if bit else "-1"}] for name, bit in zip(names, pattern)]
        bias = {"fixed": str(Fraction(1, 2) - sum(pattern))}
        units.append({"name": f"p{n}", "activation": "threshold", "edges": edges, "bias": bias})
    last: list[list[Any]] = [[unit["name"], {"fixed": str(function[n])}] for n, unit in enumerate(units)]
    units.append({"name": "out", "activation": "threshold", "edges": last, "bias": {"fixed": "-1/2"}})
    return {
        "name": "boolean",
        "inputs": names,
        "units": units,
        "outputs": ["out"],
        "loss": "undefined",
        "targets": ["y1"],
    }


def all_functions(counts: Sequence[int], fewer: int = 0) -> Verdict:
    """Whether the construction computes every function of 1..n inputs; `fewer` leaves out that many hidden units."""
    failures, total = [], 0
    for count in counts:
        for function in product((0, 1), repeat=2**count):
            net = construct(function, 2**count - fewer)
            total += 1
            if any(run(net, {}, point) != [wanted] for point, wanted in zip(inputs(count), function)):
                failures.append(f"{function} of {count} inputs")
    return enumerated(
        "the construction", failures, total, notes=(f"2^n hidden units, n = {', '.join(map(str, counts))}",)
    )


BOOLEAN = Claim(
    "boolean-functions",
    "any boolean function of n <= 3 inputs is a net with one hidden layer of 2^n threshold units",
    lambda: all_functions([1, 2, 3]),
    ("this construction still works with one hidden unit fewer", lambda: all_functions([1, 2, 3], fewer=1)),
)

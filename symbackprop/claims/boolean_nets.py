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
from symbackprop.claims.question import Question, bits, whole
from symbackprop.claims.separability import Function, inputs
from symbackprop.errors import DataError
from symbackprop.proofs.verdict import Verdict

MOST_INPUTS = 8  # 2^8 hidden units, 2^8 cases
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


def one_function(table: str, hidden: str = "") -> tuple[str, Verdict]:
    """The construction for one truth table, with fewer hidden units where the reader says so."""
    function = bits(table)
    count = len(function).bit_length() - 1
    if not 1 <= count <= MOST_INPUTS:
        raise DataError("too many inputs to look at every case", where="TABLE", expected=f"1 to {MOST_INPUTS} inputs")
    units = whole(hidden, "HIDDEN", 1, 2**count) if hidden else 2**count
    net = construct(function, units)
    failures = [
        "".join(map(str, point)) for point, wanted in zip(inputs(count), function) if run(net, {}, point) != [wanted]
    ]
    said = f"the net with one hidden layer of {units} threshold units, one per input pattern, computes {table}"
    return said, enumerated("the net", failures, 2**count, notes=(f"right at all {2**count} inputs",))


def every_function(inputs_: str, hidden: str = "") -> tuple[str, Verdict]:
    """The construction for every function of so many inputs: each of the 2^(2^n) is run at each input."""
    count = whole(inputs_, "INPUTS", 1, 4)
    units = whole(hidden, "HIDDEN", 1, 2**count) if hidden else 2**count
    points = inputs(count)
    layer = construct((1,) * 2**count, units)
    names = [unit["name"] for unit in layer["units"][:-1]]
    outputs = [run({**layer, "outputs": names}, {}, point) for point in points]  # the hidden layer is one for all functions
    fired = [[n for n, output in enumerate(row) if output] for row in outputs]
    failures, bias = list[str](), float(Fraction(layer["units"][-1]["bias"]["fixed"]))
    for function in product((0, 1), repeat=2**count):
        for point, wanted, firing in zip(points, function, fired):
            if (sum(function[n] for n in firing) > -bias) != bool(wanted):
                failures.append(f"{''.join(map(str, function))} at {''.join(map(str, point))}")
                break
        if failures:
            break
    said = f"every boolean function of {count} inputs is a net with one hidden layer of {units} threshold units, one per pattern"
    notes = (f"{2 ** 2**count} functions, each at {2**count} inputs",)
    return said, enumerated("the construction", failures, 2 ** 2**count * 2**count, notes=notes)


ONE_FUNCTION = Question(
    "boolean-net", "TABLE [HIDDEN]", "a hidden layer of 2^n threshold units computes this boolean function",
    "0110100110010110", "0110 2", one_function,
)  # fmt: skip
EVERY_FUNCTION = Question(
    "boolean-nets", "INPUTS [HIDDEN]", "it computes every boolean function of so many inputs", "4", "3 7", every_function
)  # fmt: skip

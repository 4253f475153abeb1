"""XOR by a perceptron with one hidden layer: its four cases in exact numbers.

Notation  x_1, x_2 inputs, h_1, h_2 hidden, o output, as on the slides
Needs     linear_separability
Source    CS 540 slides, "a multilayer perceptron" (system S18)
"""

from fractions import Fraction

from symbackprop.activations import activation
from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.shown import Number, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (3, 3)

HALF = Fraction(1, 2)
# weights from the first and the second source, then the bias; "or" and "and" of the inputs, then "or and not and"
UNITS = {"h1": (Fraction(1), Fraction(1), -HALF), "h2": (Fraction(1), Fraction(1), -3 * HALF), "o": (Fraction(1), Fraction(-1), -HALF)}


def derivation() -> Derivation:
    """h_1 = x_1 or x_2, h_2 = x_1 and x_2, o = h_1 and not h_2."""
    line = Lines(Values())

    def total(unit: str, first: int, second: int) -> Shown:
        one, two, bias = UNITS[unit]
        sign = shown(first) + shown(second) if two > 0 else shown(first) - shown(second)
        assert one == 1
        return sign - Number(-bias)

    steps, right = [], True
    for x1 in (0, 1):
        for x2 in (0, 1):
            value = {}
            for unit, first, second in (("h1", x1, x2), ("h2", x1, x2), ("o", "h1", "h2")):
                a, b = (value[first], value[second]) if isinstance(first, str) else (first, second)
                one, two, bias = UNITS[unit]
                value[unit] = int(one * a + two * b + bias > 0)
                name = {"h1": "first hidden unit", "h2": "second hidden unit", "o": "output"}[unit]
                steps.append(line.compare(total(unit, a, b), ">" if value[unit] else "<=", shown(0), f"{name} for {x1}, {x2}: {value[unit]}", key=f"{unit}:{x1}{x2}"))
            right = right and value["o"] == (x1 ^ x2)
    assert right
    units = []
    for unit, sources in (("h1", ("1", "2")), ("h2", ("1", "2")), ("o", ("h1", "h2"))):
        one, two, bias = UNITS[unit]
        units.append(Unit(unit, activation("threshold"), (Edge(sources[0], one), Edge(sources[1], two)), bias))
    net = Network(["1", "2"], units, ["o"], "half_squared")
    h1, h2 = Symbol("h", "1"), Symbol("h", "2")
    rows = [Display(tuple(steps[3 * k : 3 * k + 3])) for k in range(4)]
    return Derivation(
        "XOR with a hidden layer",
        (
            Section("", (
                words("Two perceptrons in front of a third can do what one cannot. ", h1, " fires when at least one input is 1, ", h2,
                      " when both are, and the output fires for the first without the second:"),
                Figure("net", ("A net that computes XOR; the numbers are the weights, all biases are below 0.",), net),
                words("For the inputs 0, 0 the three sums, of ", h1, ", of ", h2, " and of the output, are"),
                rows[0],
                words("For 0, 1:"),
                rows[1],
                words("For 1, 0:"),
                rows[2],
                words("For 1, 1:"),
                rows[3],
                words("The output fires in the second and third case and in no other, which is XOR."),
            )),
        ),
        net,
        notation="graph",
        sources=("CS 540 slides, a multilayer perceptron",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

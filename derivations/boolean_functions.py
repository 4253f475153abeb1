"""Any function of n bits by one hidden layer of 2^n threshold neurons, one for each pattern of the inputs.

Notation  x_1, x_2 bits, h_p the hidden neuron of pattern p, o the output
Needs     xor_by_two_layers
Source    A Simple Introduction to Neural Networks, ch. II (systems S41, S143)
"""

from fractions import Fraction

from symbackprop.claims.boolean_nets import construct
from symbackprop.claims.separability import inputs
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Block, Derivation, Display, Section, Table, words
from symbackprop.derive.shown import Number, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 11)


def derivation() -> Derivation:
    """Hidden neuron p fires at p alone; the output adds those whose pattern the function maps to 1."""
    line = Lines(Values())
    net = construct((0, 1, 1, 0))
    rows, blocks = [], list[Block]()
    for unit, pattern in zip(net["units"], inputs(2)):
        weights = [Fraction(weight["fixed"]) for _, weight in unit["edges"]]
        bias = Fraction(unit["bias"]["fixed"])
        rows.append((" ".join(map(str, pattern)), *(str(each) for each in weights), str(bias)))
        steps = []
        for point in inputs(2):
            total: Shown = Number(weights[0]) * point[0] + Number(weights[1]) * point[1] + Number(bias)
            fires = sum(w * x for w, x in zip(weights, point)) + bias > 0
            assert fires == (point == pattern)
            steps.append(line.compare(total, ">" if fires else "<=", shown(0), f"at {point[0]} {point[1]}", key=f"{pattern}:{point}"))
        blocks += [words(f"The neuron of the pattern {pattern[0]} {pattern[1]}, at 0 0, 0 1, 1 0, 1 1:"), Display(tuple(steps))]
    output = (line.compare(shown(1) - Number(Fraction(1, 2)), ">", shown(0), "one that counts has fired"),
              line.compare(shown(0) - Number(Fraction(1, 2)), "<=", shown(0), "none has"))  # fmt: skip
    count = line.by(by_claim("boolean-functions"), shown(2) ** 2 + shown(2) ** 4 + shown(2) ** 8, shown(276), "functions of 1, 2 and 3 bits, each one checked", key="all")
    o = Symbol("o")
    return Derivation(
        "Any function of bits",
        (
            Section("", (
                words("Give the net one hidden threshold neuron for every pattern of the inputs: weight 1 from the bits that are 1 in it, -1 from those that are "
                      "0, and a bias half a step below the number of ones. For two bits:"),
                Table(("pattern", "from the first bit", "from the second", "bias"), tuple(rows)),
                *blocks,
                words("Each fires at its own pattern and at no other. The output ", o, " listens, with weight 1, to those whose pattern the function maps to 1, "
                      "and fires above 1/2:"),
                Display(output),
                words("The hidden layer is the same for every function; only the weights to the output differ. For all functions of up to three bits this has "
                      "been checked one by one:"),
                Display((count,)),
                words("The price is that the hidden layer doubles with every further bit. That this cannot be avoided for all functions at once is a theorem the "
                      "post quotes; it is not proved here."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

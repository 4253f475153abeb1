"""AND and OR are perceptrons, XOR is not: four inequalities that contradict each other.

Notation  w_0, w_1, w_2, x_1, x_2 as on the slides
Needs     perceptron
Source    CS 540 slides, "Representational power of perceptrons"; "XOR is not linearly separable" (systems S17, S139, S140, S141)
"""

from symbackprop.claims.separability import inputs, separate
from symbackprop.derive.book import Lines, by_claim, condition
from symbackprop.derive.derivation import Block, Derivation, Display, Section, Table, words
from symbackprop.derive.shown import Bracketed, Number, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 2)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """Weights for AND and OR; (w_0 + w_1) + (w_0 + w_2) = w_0 + (w_0 + w_1 + w_2) against XOR."""
    w0, w1, w2, x1 = Symbol("w", "0"), Symbol("w", "1"), Symbol("w", "2"), Symbol("x", "1")
    line = Lines(Values())
    boundary = line.claim(w0 + w1 * x1 + w2 * box(-((w0 + w1 * x1) / w2)), shown(0), "a straight line", under="w_2 != 0", key="boundary")
    found: list[Block] = []
    for name, function in (("AND", (0, 0, 0, 1)), ("OR", (0, 1, 1, 1))):
        weights = separate(function).weights
        assert weights is not None
        steps = []
        for point, value in zip(inputs(2), function):
            total = Number(weights[0]) + Number(weights[1]) * point[0] + Number(weights[2]) * point[1]
            steps.append(line.compare(total, ">" if value else "<=", shown(0), f"{name} of {point[0]} and {point[1]} is {value}"))
        found += [words(f"{name} is one, with these weights:"), Display(tuple(steps))]
    contradiction = (
        condition(w0, shown(0), "<=", "0 and 0 give 0"),
        condition(w0 + w2, shown(0), ">", "0 and 1 give 1"),
        condition(w0 + w1, shown(0), ">", "1 and 0 give 1"),
        condition(w0 + w1 + w2, shown(0), "<=", "1 and 1 give 0"),
    )
    together = line.by(by_claim("xor"), box(w0 + w1) + box(w0 + w2), w0 + box(w0 + w1 + w2), "the same sum", key="xor")
    rows = []
    for number in range(16):
        function = tuple((number >> (3 - k)) & 1 for k in range(4))
        weights = separate(function).weights
        shown_weights = ", ".join(map(str, weights)) if weights is not None else "none"
        rows.append((" ".join(map(str, function)), shown_weights))
    half = len(rows) // 2
    table = Table(("at 00 01 10 11", "weights", "at 00 01 10 11", "weights"), tuple((*a, *b) for a, b in zip(rows[:half], rows[half:])))
    count = line.by(by_claim("two-input-functions"), shown(16) - 2, shown(14), "counted, each with its certificate", key="count")
    return Derivation(
        "What a perceptron can separate",
        (
            Section("", (
                words("A perceptron changes its answer where its sum is 0. With two inputs that is a straight line (in higher dimensions a "
                      "hyperplane):"),
                Display((boundary,)),
                words("So it can compute exactly those functions whose ones a line parts from their zeros."),
                *found,
                words("XOR asks for"),
                Display(contradiction),
                words("Add the second and the third on one side, the first and the fourth on the other:"),
                Display((together,)),
                words("The left side would be greater than 0 and the right side not; no weights do that. Of all functions of two inputs, only XOR and "
                      "its opposite are like this. The weights in the table are ", w0, ", ", w1, ", ", w2, ":"),
                table,
                Display((count,)),
                words("Whether the perceptron fires above 0 or from 0 on makes no difference to which functions it can compute, though it does to "
                      "which weights compute them (decided for all sixteen)."),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Representational power of perceptrons",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

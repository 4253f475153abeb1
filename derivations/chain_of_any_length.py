"""In a chain of neurons of any length, each delta is the own slope times the weight and the delta to the right.

Notation  l any neuron, r the one to its right, f the final one (6.034 note); four neurons written out: g, h, m, f
Needs     deltas
Source    P. H. Winston, 6.034 note, "The simplest neural net", last part (system S2)
"""

from symbackprop.derive import shown as S
from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, Step, words
from symbackprop.derive.every_size import evidence
from symbackprop.derive.lines import Writer
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (1, 8)
G = S.Generic


def derivation() -> Derivation:
    """The recursion for every length, and a chain of four with all its deltas and derivatives."""
    P, alpha = S.Quantity("cost"), S.Quantity("rate")
    at = lambda kind, layer: G(kind, layer, ("",))  # noqa: E731  (one neuron a layer: no index)
    o, i, delta = at("output", "l"), at("input", "l"), at("delta", "l")
    final = at("output", "L")

    def every(left: S.Shown | None, right: S.Shown, name: str, rule: str) -> Step:
        return Step(
            S.Line(left, right), rule, evidence(name, "at width one, with the sigmoid's slope put in"), key=rule
        )

    net = Network.chain(4, bias=False)
    writer = Writer(net)
    line = Prover(writer.context)
    deltas = tuple(line.claim(S.Quantity("delta", u.name), writer.delta(u), "own slope, weight and delta to the right")
                   for u in writer.backwards())  # fmt: skip
    gradients = tuple(writer.gradient(name, rules=False)[0] for name in reversed(net.parameters))

    return Derivation(
        "A chain of any length",
        (
            Section("", (
                words("Put more neurons in front. The new ones are to the old left neuron what that one is to the right neuron, so "
                      "the formulas stay. For the final neuron, and for any neuron ", S.Symbol("l"), " with the neuron ",
                      S.Symbol("r"), " to its right,"),
                Display((
                    every(at("delta", "L"), S.chain(final * (1 - final), G("target", "L", ("",)) - final), "BP1", "final delta"),
                    every(delta, S.chain(o * (1 - o), at("weight", "l+1"), at("delta", "l+1")), "BP2", "recursion"),
                    every(S.Partial(P, at("weight", "l")), S.chain(i, delta), "BP4", "derivative"),
                    every(S.Change(at("weight", "l")), S.chain(alpha, i, delta), "BP4", "change"),
                )),
                words("Four neurons, written out, with the letters ", *_letters(net), " from left to right:"),
                Figure("net", ("A chain of four neurons.",), net),
                Display(deltas),
                Display(gradients),
                words("Every line of this chain was proved for itself. With every delta put into the one before it, the derivative "
                      "by the first weight has nine factors:"),
                Display((line.claim(S.Partial(P, S.Quantity("weight", "w1_1_1")), writer.product(list(net.units), "w1_1_1"),
                                    "all deltas written out", key="unwound"),)),
            )),
        ),
        net,
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The simplest neural net",),
        scope="chains of every length",
    )  # fmt: skip


def _letters(net: Network) -> list[str | S.Shown]:
    names: list[str | S.Shown] = []
    for unit in net.units:
        names += [", ", S.Quantity("output", unit.name)] if names else [S.Quantity("output", unit.name)]
    return names


if __name__ == "__main__":
    show(derivation())

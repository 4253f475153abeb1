"""Backpropagation on the first set of slides: delta_j is MINUS the derivative of E by net_j; two cases, four stages.

Notation  net_j, o_j, y_j, w_ji from i to j, delta_j = -dE/dnet_j, eta, as on the slides
Needs     single_sigmoid_unit
Source    CS 540 slides, "Backpropagation", "Backpropagation illustrated" (systems S23, S89, S94, S157)
"""

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import DEFINITION, Block, Derivation, Display, Figure, Listing, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import BigSum, Change, Generic, Line, Partial, chain
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (3, 6)


def derivation() -> Derivation:
    """Delta w_ji = eta delta_j o_i; delta_j = o_j (1 - o_j)(y_j - o_j) or o_j (1 - o_j) sum_k delta_k w_kj."""
    line, E, eta, G = Lines(), Q("cost"), Q("rate"), Generic
    o, net, delta = ((lambda at, j, kind=kind: G(kind, at, (j,))) for kind in ("output", "net_input", "delta"))
    w = lambda at, j, i: G("weight", at, (j, i))  # noqa: E731
    options = {"sign": -1, "activation": "sigmoid"}
    bp = {n: by_theorem("backprop", name) for n, name in ((1, "BP1, output delta"), (2, "BP2, recursion"), (4, "BP4, weight"))}
    meaning = line.stated(Line(delta("l", "j"), -Partial(E, net("l", "j"))), "definition", DEFINITION, key="delta")
    change = (
        line.by(bp[4], Change(w("l", "j", "i")), -chain(eta, Partial(E, w("l", "j", "i"))), "descent", **options),
        line.by(bp[4], -chain(eta, Partial(E, w("l", "j", "i"))), -chain(eta, Partial(E, net("l", "j")), Partial(net("l", "j"), w("l", "j", "i"))), "chain rule", **options),
        line.by(bp[4], Change(w("l", "j", "i")), chain(eta, delta("l", "j"), o("l-1", "i")), "the definition of delta", key="change", **options),
    )
    y = G("target", "L", ("j",))
    final = (
        line.by(bp[1], delta("L", "j"), -chain(Partial(E, o("L", "j")), Partial(o("L", "j"), net("L", "j"))), "chain rule", **options),
        line.by(bp[1], delta("L", "j"), chain(o("L", "j"), 1 - o("L", "j"), y - o("L", "j")), "the single sigmoid unit again", key="output", **options),
    )
    back = BigSum("k", "l+1", chain(Partial(E, net("l+1", "k")), Partial(net("l+1", "k"), o("l", "j")), Partial(o("l", "j"), net("l", "j"))))
    hidden = (
        line.by(bp[2], delta("l", "j"), -back, "every neuron downstream", **options),
        line.by(bp[2], delta("l", "j"), chain(o("l", "j"), 1 - o("l", "j"), BigSum("k", "l+1", chain(delta("l+1", "k"), w("l+1", "k", "j")))), "the deltas downstream", key="hidden", **options),
    )
    small = Network.layered([2, 2, 1], loss="half_squared", bias=False)
    writer = Writer(small, sign=-1)
    deltas: list[Block] = [Display(tuple(steps)) for _, steps in writer.deltas()]
    weights = Display(tuple(writer.gradient(name, rules=False)[-1] for name in small.parameters))
    stages = Listing((
        (0, ("1. errors of the output units: ", delta("L", "j"), " is ", chain(o("L", "j"), 1 - o("L", "j"), y - o("L", "j")))),
        (0, ("2. changes of the weights into them: ", chain(eta, delta("L", "j"), o("L-1", "i")))),
        (0, ("3. errors of the hidden units: ", delta("l", "j"), " is ", chain(o("l", "j"), 1 - o("l", "j"), BigSum("k", "l+1", chain(delta("l+1", "k"), w("l+1", "k", "j")))))),
        (0, ("4. changes of the weights into those: ", chain(eta, delta("l", "j"), o("l-1", "i")))),
    ))  # fmt: skip
    return Derivation(
        "Backpropagation with net and o",
        (
            Section("", (
                words("Now with hidden units, all sigmoid, one example at a time. In a weight's subscript the unit it leads to stands first. The delta "
                      "of a unit is defined with a minus:"),
                Display((meaning,)),
                words("so that the change of a weight needs none:"),
                Display(change),
                words("If the unit is an output, its delta is the error of a single sigmoid unit:"),
                Display(final),
                words("If it is hidden, nobody says what its output should have been. Its delta is what comes back from all units it feeds:"),
                Display(hidden),
                words("The four stages of one step; all deltas are found with the old weights:"),
                stages,
            )),
            Section("A small net", (
                words("Units are numbered from the inputs on."),
                Figure("net", ("Two inputs, two hidden units, one output.",), small),
                *deltas,
                weights,
            )),
        ),
        small,
        notation="slides_net",
        sources=("CS 540 slides, Backpropagation",),
        delta_sign=-1,
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

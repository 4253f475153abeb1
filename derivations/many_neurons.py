"""With many neurons in each layer a sum appears: a neuron answers for every neuron it feeds.

Notation  f_k final neurons, l_i a neuron, r_j the neurons to its right, w_{l_i -> r_j} (6.034 note)
Needs     deltas
Source    P. H. Winston, 6.034 note, "More neurons per layers" (systems S3, S4, S150)
"""

from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, Step, words
from symbackprop.derive.every_size import evidence
from symbackprop.derive.lines import Writer
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (1, 9)
G = S.Generic


def derivation() -> Derivation:
    """The two deltas with their indices, for all widths; then a net of three and two neurons written out."""
    alpha = S.Quantity("rate")
    o_f, d_f, delta_f = G("output", "L", ("k",)), G("target", "L", ("k",)), G("delta", "L", ("k",))
    o, delta = G("output", "l", ("i",)), G("delta", "l", ("i",))
    w, delta_r = G("weight", "l+1", ("j", "i")), G("delta", "l+1", ("j",))
    slope = "with the sigmoid's slope put in"

    def every(left: S.Shown, right: S.Shown, name: str, rule: str) -> Step:
        return Step(S.Line(left, right), rule, evidence(name, slope), key=rule)

    def change(source: S.Shown, delta: S.Shown) -> Step:
        return every(S.Change(S.Symbol("w")), S.chain(alpha, source, delta), "BP4", "change")

    net = Network.layered([2, 3, 2], bias=False)
    writer = Writer(net)
    deltas = [writer.prover.claim(S.Quantity("delta", u.name), writer.delta(u), "delta") for u in writer.backwards()]
    unit = net.by_name["u1_2"]
    fan = frozenset(["u1_2", "u2_1", "u2_2"])

    return Derivation(
        "More neurons per layer",
        (
            Section("", (
                words("A final neuron ", G("output", "L", ("k",)), " has a desired output of its own. Nothing else changes for it:"),
                Display((every(delta_f, S.chain(o_f * (1 - o_f), d_f - o_f), "BP1", "final delta"), change(S.Symbol("i"), delta_f))),
                words("A neuron ", o, " before it feeds every neuron to its right. Its product acts on the performance through all of "
                      "them at once, and the contributions add up:"),
                Display((every(delta, S.chain(o * (1 - o), S.BigSum("j", "l+1", S.chain(w, delta_r))), "BP2", "recursion"),
                         change(S.Symbol("i"), delta))),
                words("Here ", w, " is the weight from the neuron ", o, " to the ", S.Symbol("j"), "th neuron on its right. "
                      "The symbol ", S.Symbol("w"), " stands for any weight into the neuron, and ", S.Symbol("i"),
                      " for the input it is multiplied with."),
                Figure("net", ("One neuron and those it feeds: their deltas come back along the weights.",), net,
                       (("deltas", True), ("only", fan))),
            )),
            Section("Three neurons feeding two", (
                words("Written out for a net with two inputs, three neurons in the middle and two at the end:"),
                Figure("net", ("Every neuron of a layer feeds every neuron of the next.",), net),
                Display(tuple(deltas)),
                words("For the middle neuron ", S.Quantity("output", unit.name), " the sum comes from the chain rule through both "
                      "final neurons:"),
                Display((writer.prover.claim(S.Quantity("delta", unit.name), writer.partial_by_net_input(unit.name), "what delta means"),
                         writer.prover.claim(None, writer.delta_chain(unit), "chain rule through both"),
                         writer.prover.claim(None, writer.delta(unit), "the factors are known"))),
            )),
        ),
        net,
        notation="winston",
        sources=("P. H. Winston, 6.034 note, More neurons per layers",),
        scope="every width",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

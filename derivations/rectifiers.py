"""ReLU and its generalisations: slopes off the kink, and what learns when the leak is learnt.

Notation  z, alpha as on the slides; t(z) is 1 above 0 and 0 below, R the rectifier, G the general one
Needs     saturation
Source    CS 540 slides, "Hidden layers: ReLU" ; 6.034 note on continuity (systems S50, S51, S52, S53, S138)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import at, function
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import Applied, Bracketed, Partial, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (3, 15)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """R' = t, G = max(z, 0) + alpha min(z, 0), dG/dz = t + alpha (1 - t), dG/d alpha = min(z, 0)."""
    z, alpha, R, G, low, r = (Symbol(name) for name in ("z", "alpha", "R", "G", "m", "r"))
    line = Lines(Values({}, functions={"t": ("v", ("step", "v"))}))
    t = Applied("t", z)
    rectifier = (
        line.let(R, z * t, "max of the sum and 0"),
        line.claim(Partial(R, z), t, "1 above 0, 0 below", key="slope"),
        line.claim(R**2, z * R, "either R is 0 or it is z"),
        line.claim(Partial(R, z) ** 2, Partial(R, z), "the slope is 0 or 1"),
    )
    general = (
        line.let(low, z * (1 - t), "min of the sum and 0"),
        line.claim(R + low, z, "the two parts"),
        line.let(G, R + alpha * low, key="general"),
        line.claim(Partial(G, z), t + alpha * box(1 - t), "1 above 0, alpha below", key="slope:general"),
        line.claim(Partial(G, alpha), low, "what the leak is multiplied with", key="leak"),
    )
    sides, tiny = Lines(Values(functions={"t": ("v", ("step", "v"))})), shown(1) / 1000
    kink = (
        sides.let(r, function("z", z * t)),
        sides.claim(at(r, tiny) / tiny, shown(1), "slope of the chord to the right"),
        sides.claim(at(r, -tiny) / -tiny, shown(0), "and to the left"),
    )
    net = Network.layered([2, 2, 1], activation="parametric_relu", output_activation="identity", loss="half_squared")
    writer = Writer(net)
    learnt = tuple(writer.gradient(name, rules=False)[-1] for name in net.parameters if name.startswith("alpha"))
    collapse = (line.claim(R - Applied("t", -z) * box(-z), z, "two rectifiers make the identity", key="identity"),)
    return Derivation(
        "Rectifiers",
        (
            Section("", (
                words("A rectifier passes on what is above 0 and nothing else. With ", t, " for the step from 0 to 1:"),
                Figure("plot", ("The rectifier and its derivative.",), options=(("name", "relu"),)),
                Display(rectifier),
                words("At 0 itself there is no derivative, which the circle beside the marks says; programs take 0 there, and any number between 0 and 1 "
                      "would do. Above 0 the slope is 1 however large the sum is, so nothing saturates on that side; below, a unit that never "
                      "comes above 0 on any example no longer learns."),
                words("It is continuous there all the same. What gradient methods ask of a function is a slope, which is more than continuity: close to 0 "
                      "the chords on the two sides do not agree."),
                Display(kink),
                words("The general form lets some of the lower part through:"),
                Display(general),
                words("A small fixed ", alpha, " makes it leaky. If ", alpha, " is learnt like a weight, its derivative follows the same rule: what comes back to "
                      "the output, times the derivative of the output. In a net with two such hidden units and a linear output:"),
                Figure("net", ("Two hidden units with learnt leaks.",), net),
                Display(learnt),
                words("Two rectifiers with opposite signs add up to the identity:"),
                Display(collapse),
            )),
        ),
        net,
        notation="nielsen",
        sources=("CS 540 slides, Hidden layers",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())

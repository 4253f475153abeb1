"""Nielsen's layered notation: superscript the layer, subscript the neuron, w^l_{jk} from neuron k to neuron j."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

LAYERED = {
    "input": (Pattern("x", "{j}"), Pattern("x")),
    "target": (Pattern("y", "{j}"), Pattern("y")),
    "weight": (Pattern("w", "{j}{k}", "{l}"), Pattern("w", "", "{l}"), Pattern("W", "", "{l}"), Pattern("W", "{j}{k}", "{l}")),
    "bias": (Pattern("b", "{j}", "{l}"), Pattern("b", "", "{l}")),
    "net_input": (Pattern("z", "{j}", "{l}"), Pattern("z", "", "{l}")),
    "output": (Pattern("a", "{j}", "{l}"), Pattern("a", "", "{l}")),
    "delta": (Pattern("delta", "{j}", "{l}"), Pattern("delta", "", "{l}")),
    "cost": (Pattern("C"), Pattern("c")),
    "rate": (Pattern("eta"),),
    "activation": (Pattern("sigma"),),
}

nielsen = Notation(
    name="nielsen",
    title="Nielsen, layered",
    source="M. Nielsen, Neural Networks and Deep Learning, ch. 2; Gordon, 'Two neuron per layer example'",
    patterns=LAYERED,
    examples=(
        r"\delta^L = \nabla_a C \odot \sigma'(z^L)",
        r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)",
        r"\frac{\partial C}{\partial b^l_j} = \delta^l_j",
        r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j",
    ),
)

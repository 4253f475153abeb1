"""Part H: figures."""

from __future__ import annotations

from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import pictures
from symbackprop.catalogue.row import Probe, Run, row, run


def plot(name: str) -> Run:
    """A chart is drawn and written."""
    return run(f"plot {name} --out {name}.svg", writes=f"{name}.svg")


FIGURES = RowTable("figures", (
    row("S149", "two-neuron diagram with x and Sigmoid boxes", "6.034 note", "plot from the net",
        run("derive 1-1-1 --no-bias --notation winston --out s149.svg", writes="s149.svg"), Probe(pictures.two_neurons), plot("boxes")),
    row("S150", "weights and deltas to the right of a neuron", "6.034 note, end", "plot",
        run("derive {nets}/fan_out.toml --out s150.svg", writes="s150.svg"), Probe(pictures.fan_out)),
    row("S151", "tangents of a curve", "Gordon, Fig. 1", "plot", plot("tangents")),
    row("S152", "nets of Figs. 2, 3, 8, 9, 10", "Gordon", "plot from the net",
        run("derive 6-6-4-3-1 --out fig2.svg", writes="fig2.svg"), run("derive 1-1-1-1-1 --no-bias --out fig3.svg", writes="fig3.svg"),
        run("derive {nets}/fixed_bias.toml --out fig8.svg", writes="fig8.svg"), run("derive 1-1-1-1-1 --out fig9.svg", writes="fig9.svg"),
        run("derive 2-2-2-2-2 --out fig10.svg", writes="fig10.svg")),
    row("S153", "neuron of Fig. 4; sigmoid, logistic, tanh graphs", "Gordon, Figs. 4-7; blog", "plot",
        run("derive 3-1 --out fig4.svg", writes="fig4.svg"), plot("sigmoid"), plot("tanh")),
    row("S154", "ReLU, generalised ReLU, saturation graphs with gradient labels", "slides, blog", "plot",
        plot("relu"), plot("generalised-relu"), plot("saturation")),
    row("S155", "decision boundary, XOR points, decision regions", "slides", "plot",
        plot("boundary"), plot("xor"), plot("xor-regions"), plot("vowel-regions")),
    row("S156", "error surface over w1, w2 with descent steps", "slides", "plot", plot("surface")),
    row("S157", "backpropagation illustrated in 4 stages", "slides", "animate or step table", Probe(pictures.four_stages)),
    row("S158", "layer picture with all deltas", "slides", "plot",
        run("derive 2-2-2-2 --loss squared --notation slides_layer --out s158.svg", writes="s158.svg")),
    row("S159", "coloured graph, weights on edges, functions in nodes", "blog post", "plot",
        run("derive {nets}/nine_neurons.toml --out s159.svg", writes="s159.svg"), Probe(pictures.colours)),
    row("S160", "zoom on one neuron with weighted sum, function, output", "blog post", "plot a neighbourhood",
        Probe(pictures.neighbourhood)),
))  # fmt: skip

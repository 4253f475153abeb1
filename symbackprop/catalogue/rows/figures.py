"""Part H: figures, each read back from the file that is drawn."""

from __future__ import annotations

from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import pictures
from symbackprop.catalogue.probes.figures import chart, picture, zoom
from symbackprop.catalogue.row import Probe, row, run

FIGURES = RowTable("figures", (
    row("S149", "two-neuron diagram with x and Sigmoid boxes", "6.034 note", "plot from the net",
        picture("1-1-1 --no-bias --notation winston", "wl", "wr", "ol"), Probe(pictures.two_neurons, "plot"), run("plot boxes --out boxes.svg", writes="boxes.svg")),
    row("S150", "weights and deltas to the right of a neuron", "6.034 note, end", "plot",
        picture("{nets}/fan_out.toml --notation winston --deltas --mark w_i_l", "to be adjusted", *(f"wr{n}" for n in (1, 2, 3, 4)), *(f"δr{n}" for n in (1, 2, 3, 4)))),
    row("S151", "tangents of a curve", "Gordon, Fig. 1", "plot", chart("tangents")),
    row("S152", "nets of Figs. 2, 3, 8, 9, 10", "Gordon", "plot from the net",
        picture("6-6-4-3-1"), picture("1-1-1-1-1 --no-bias --notation gordon", "w4"), picture("{nets}/fixed_bias.toml"),
        picture("1-1-1-1-1 --notation gordon", "w1", "b4"), picture("2-2-2-2-2 --notation nielsen", "w422", "b42")),
    row("S153", "neuron of Fig. 4; sigmoid, logistic, tanh graphs", "Gordon, Figs. 4-7; blog", "plot",
        picture("3-1 --notation nielsen", "w111", "w112", "w113", "b11"), chart("sigmoid"), chart("tanh")),
    row("S154", "ReLU, generalised ReLU, saturation graphs with gradient labels", "slides, blog", "plot",
        chart("relu", "gradient 0", "gradient 1"), chart("generalised-relu", "gradient alpha", "gradient 1"),
        chart("saturation", "too small a gradient")),
    row("S155", "decision boundary, XOR points, decision regions", "slides", "plot",
        chart("boundary"), chart("xor"), chart("xor-regions"), chart("vowel-regions")),
    row("S156", "error surface over w1, w2 with descent steps", "slides", "plot", chart("surface")),
    row("S157", "backpropagation illustrated in 4 stages", "slides", "animate or step table", Probe(pictures.four_stages, "plot"),
        run("draw 2-2-1 --loss half_squared --notation slides_net --stages --out stages.svg", writes="stages.svg")),
    row("S158", "layer picture with all deltas", "slides", "plot",
        picture("2-2-2-2 --loss squared --notation slides_layer --deltas", *(f"δ({layer}){j}" for layer in (2, 3, 4) for j in (1, 2)))),
    row("S159", "coloured graph, weights on edges, functions in nodes", "blog post", "plot",
        picture("{nets}/nine_neurons.toml --notation graph", "w1→3", "w8b→9")),
    row("S160", "zoom on one neuron with weighted sum, function, output", "blog post", "plot a neighbourhood",
        zoom("6", ("3", "4", "5b"), "z6", "σ(z6)", "y6"), zoom("9", ("6", "7", "8b"), "z9", "σ(z9)", "y9"),
        zoom("4", ("1", "2b"), "z4", "σ(z4)", "y4")),
))  # fmt: skip

"""Parts F, G and I: encodings, claims with a proof or a number, the documents themselves as test material."""

from __future__ import annotations

from symbackprop.catalogue.checks import CHAIN, PAIR, SQUARE, check, free
from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import documents, encoded, figures, values
from symbackprop.catalogue.probes import structure as nets
from symbackprop.catalogue.row import Probe, row, run

FACTS = RowTable("facts", (
    row("S130", "1-of-k encoding (A, C, G, T)", "slides", "encode, decode", Probe(encoded.bases, "encode decode")),
    row("S131", "thermometer encoding (small, medium, large)", "slides", "encode, decode, order = number of ones",
        Probe(encoded.sizes, "encode decode")),
    row("S132", "real features as single inputs, scaled", "slides", "encode", Probe(encoded.scaled, "encode")),
    row("S133", "subtract mean, normalise to [-1, 1]", "slides, Input", "preprocessing option", Probe(encoded.centred, "encode")),
    row("S134", "image expanded to a vector", "slides, Input", "reshape", Probe(encoded.image, "encode")),
    row("S135", "label indicator vector", "slides", "encode targets", Probe(encoded.labels, "encode")),
    row("S136", "finite 64-bit encoding of weights", "blog post", "count, quantise",
        run("claims exhaustive-search", "2^768"), Probe(encoded.weights, "quantise")),
    row("S137", "bit vectors for images and tweets", "blog post", "count", run("claims small-images", "PROVED"),
        run("claims tweets", "PROVED"), Probe(encoded.bits, "encode count")),
    row("S138", '"continuity" is what gradient methods need', "6.034 note", "check: differentiability", Probe(values.continuity, "check")),
    row("S139", "perceptrons represent exactly the linearly separable concepts", "slides",
        "prove for 2 inputs by enumeration, plot", run("claims two-input-functions", "PROVED"), Probe(nets.boundary, "check"), figures.chart("boundary")),
    row("S140", "XOR is not linearly separable", "slides", "prove from four inequalities", run("claims xor", "0 > 0")),
    row("S141", "threshold conventions >= 0 and > 0", "slides", "check", run("claims threshold-conventions --false", "PROVED", "REFUTED")),
    row("S142", "parameter counts 2 x 14, R^12, R^8, R^6, R^2", "Gordon", "check",
        run("claims gordon-28", "PROVED"), run("claims gordon-89", "PROVED"), run("prove 6-6-4-3-1", "89 of 89")),
    row("S143", "all boolean functions with 2^n hidden neurons; lower bound", "blog post", "prove small n; cite bound",
        run("claims boolean-functions", "PROVED"), Probe(nets.bound_is_cited, "count")),
    row("S144", "number of images 2^320000, 2^32000000", "blog post", "count",
        run("claims small-images", "96330"), run("claims large-images", "32000000")),
    row("S145", "configurations of a net", "blog post", "check", run("claims configurations", "PROVED")),
    row("S146", "gradient example of the two red tangents", "Gordon, Fig. 1", "count, check orientation", run("claims red-tangents", "PROVED")),
    row("S147", "gradients add over shared or multiple paths", "Gordon, blog", "prove",
        run("theorem tied", "PROVED  shared parameter"), run("prove {nets}/successors.toml", "9 of 9")),
    row("S148", "derivative table facts", "Gordon", "derive",
        free("x", r"\frac{d}{dx} \sin(x) = \cos(x)"), free("x", r"\frac{d}{dx} x^2 = 2x"),
        free("x,a", r"\frac{d}{d a}(a x) = x"), free("x", r"\frac{d}{dx} \sin(x) = -\cos(x)", status=1)),
    row("S161", "one note in two extractions; the raw one loses signs", "6.034 note", "formulas verify; the raw ones are refused, not guessed",
        check(PAIR, r"\delta_l = o_l (1 - o_l) \times w_r \times \delta_r"), check(PAIR, r"?l = ol (1 ? ol) × wr × ?r", status=2)),
    row("S162", "five notations for the same net", "all", "one net, printable notations; formulas of each checked",
        check(PAIR, r"\frac{\partial P}{\partial w_l} = i_l \delta_l"), check(CHAIN, r"\frac{\partial c}{\partial w_4} = \delta_4 a_3"),
        check(SQUARE, r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l"),
        check("--net 2-2-1 --notation slides_net", r"\frac{\partial E}{\partial w_{ji}} = -\delta_j o_i"),
        check("--net 2-2-2-2 --notation slides_layer", r"\frac{\partial E_x}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}"),
        Probe(documents.five_notations, "document")),
    row("S163", "sign and factor conventions", "all", "conventions are part of the net, never silent",
        check("--net 2-2-2-2 --notation slides_layer", r"\delta_1^{(4)} = 2(a_1 - y_1) g'(z_1^{(4)})"),
        check("--net 2-2-2-2 --notation slides_layer", r"\delta_1^{(4)} = (a_1 - y_1) g'(z_1^{(4)})", status=1),
        Probe(documents.conventions_are_printed, "check")),
    row("S164", "literal checking of a derivation file", "Gordon", "every printed step read mechanically, each with a verdict",
        run("check {data}/derivation.md", "PROVED", "REFUTED", status=1),
        run("check {data}/article.md", "24 formulas: 22 proved, 2 refuted", "41:3: REFUTED", "61:3: REFUTED", status=1)),
    row("S165", "duplicated and reordered lines, unbalanced brackets, missing arguments", "Gordon, 6.034 note",
        "report as such, go on", check(PAIR, r"\delta_l = o_l(1-o_l \times w_r", status=2),
        run("check {data}/damaged.md", "MALFORMED", "PROVED", "5 formulas", status=2)),
))  # fmt: skip

"""Parts B and C: activations, costs and performance functions."""

from __future__ import annotations

from symbackprop.catalogue.checks import LAYERS, free, judged
from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import figures, learning, values
from symbackprop.catalogue.row import Probe, row, run

L = learning


def _trains(activation: str, **options: float) -> Probe:
    """A 2-4-1 net with hidden units of one kind and a linear output learns a plane."""
    net = L.layered([2, 4, 1], activation, "identity", "half_squared")
    return L.learns(net, L.OFF_KINKS, rate=options.get("rate", 0.1), share=options.get("share", 0.3))


FUNCTIONS = RowTable("functions", (
    row("S46", "sigmoid 1/(1+e^-x), limits 0 and 1, 1/2 at 0", "6.034 note, blog, Gordon, slides", "run, prove limits, plot",
        run("claims sigma-limits", "PROVED"), Probe(values.curve_of("sigmoid"), "run"), figures.chart("sigmoid")),
    row("S47", "its derivative y(1-y) in seven lines", "6.034 note, The sigmoid function", "document these lines, prove each",
        run("claims sigmoid-derivative", "7 lines, each the derivative")),
    row("S48", "tanh; tanh(x) = 2 sigma(2x) - 1", "Gordon, Neuron models; slides, Hidden layers", "prove, derive, train, plot",
        run("claims tanh", "PROVED"), run("prove 2-3-1 --activation tanh", "13 of 13"), _trains("tanh"),
        Probe(values.curve_of("tanh"), "run"), figures.chart("tanh")),
    row("S49", "step or threshold I[z >= 0], no useful derivative", "6.034 note, slides", "run; refuse gradient training; plot",
        run("prove 2-2-1 --activation threshold", "threshold", status=2), Probe(values.threshold_refused, "run refuse"),
        Probe(values.curve_of("threshold"), "run"), figures.chart("step")),
    row("S50", "ReLU max{z, 0}, undefined slope at 0", "slides, blog", "derive with a stated convention at 0, train, plot",
        run("prove 2-3-1 --activation relu", "off the kinks"), _trains("relu"), Probe(values.curve_of("relu"), "run"), figures.chart("relu")),
    row("S51", "generalised ReLU max(z,0) + alpha min(z,0)", "slides", "derive, plot",
        run("prove 2-3-1 --activation parametric_relu", "off the kinks"), Probe(values.generalised_relu, "run"), figures.chart("generalised-relu")),
    row("S52", "leaky ReLU, constant alpha in (0,1)", "slides", "derive, train",
        run("prove 2-3-1 --activation leaky_relu", "off the kinks"), _trains("leaky_relu")),
    row("S53", "parametric ReLU, alpha learnt", "slides", "derive d/d alpha = min(z,0), train",
        run("prove 2-3-1 --activation parametric_relu", "dP/dalpha"), free("z,a", r"\frac{\partial}{\partial a}(\max(z,0) + a \min(z,0)) = \min(z,0)"),
        free("z,a", r"\frac{\partial}{\partial a}(\max(z,0) + a \min(z,0)) = \max(z,0)", status=1),
        Probe(values.alpha_slope, "derive"), _trains("parametric_relu"), Probe(values.alpha_learns, "train")),
    row("S54", "identity (linear) units", "slides, blog", "derive, train",
        run("prove 2-3-1 --activation identity --loss half_squared", "13 of 13"), _trains("identity")),
    row("S55", "softmax", "slides", "derive Jacobian, train",
        run("theorem softmax-ce", "PROVED  Jacobian of softmax", "da_i = a_i (dz_i - sum_j a_j dz_j)"),
        run("prove 2-3-3 --loss softmax_cross_entropy", "21 of 21"),
        L.learns(L.layered([2, 4, 3], "tanh", "softmax", "softmax_cross_entropy"), L.blobs(), rate=0.5)),
    row("S56", "arbitrary sigma, sigma' left symbolic", "Gordon, Calculating bias deltas; slides (g)",
        "prove for undefined sigma; then instantiate",
        run("prove 2-3-1 --activation undefined", "13 of 13"),
        run("theorem backprop --net 2-3-1", "PROVED  BP2, recursion")),
    row("S57", "saturation: too small a gradient far from 0", "slides, Problem: saturation", "prove bound and limit, plot",
        run("claims slope-bound", "PROVED"), run("claims saturation", "PROVED"), Probe(values.slope_curve, "run"), figures.chart("saturation")),
    row("S58", "performance P = -1/2 (d - o)^2, maximised", "6.034 note", "derive, prove maximum at o = d, train by ascent",
        run("claims performance-maximum", "PROVED"), run("prove 1-1-1 --no-bias --loss performance", "dP/dw1"),
        L.learns("1-1-1", L.ONE, share=0.95)),
    row("S59", "the same with + sign, minimised; two signs cancel", "6.034 note, Gradient descent", "prove both updates equal",
        run("claims ascent-is-descent", "PROVED"), Probe(values.ascent_equals_descent, "train")),
    row("S60", "cost C u v = 1/2 (u - v)^2, symmetric", "Gordon, Neuron models", "derive of the partial application, prove symmetry",
        run("claims cost-symmetric", "PROVED"), free("u,v", r"(D(\lambda v. \frac{1}{2}(u-v)^2))v = v - u"), free("u,v", r"(D(\lambda v. \frac{1}{2}(u-v)^2))v = u - v", status=1),
        free("v", r"\frac{1}{2}(2-v)^2 = \frac{1}{2}(3-v)^2", status=1)),
    row("S61", "vector cost 1/2 ||u - v||^2, s outputs", "Gordon, Cost function", "derive, prove",
        run("prove 2-3-3 --loss half_squared", "21 of 21"), run("theorem heads", "H = 1/2 sum (y - t)^2")),
    row("S62", "arbitrary cost C (desired) (actual)", "Gordon", "prove for undefined C",
        run("prove 2-3-2 --loss undefined", "17 of 17"), run("theorem backprop", "PROVED  BP1, output delta")),
    row("S63", "squared difference without 1/2", "blog post, ch. III", "derive (factor 2)",
        run("prove 2-1 --loss squared", "3 of 3"), Probe(values.factor_two, "derive"),
        *judged("--net 2-1 --loss squared --notation nielsen", r"\delta_1^1 = 2(a_1^1 - y_1)\sigma'(z_1^1)", r"\delta_1^1 = (a_1^1 - y_1)\sigma'(z_1^1)")),
    row("S64", "E(w) = 1/2 sum over the training set (y - o)^2", "slides, Gradient descent in weight space",
        "derive batch gradient, plot surface",
        run("theorem batch", "PROVED  batch sum, weight"), Probe(values.batch_gradient_is_a_sum, "derive"), Probe(values.error_surface, "plot"), figures.chart("surface")),
    row("S65", "E = 1/2 sum_x E_x with its 1/n-averaged gradient", "slides, More Illustration, step 3", "check: factor 2/n",
        run("theorem batch", "PROVED  batch mean, weight"), Probe(values.averaged_factor, "check"),
        *judged(LAYERS, r"\delta_1^{(4)} = 2(a_1 - y_1) g'(z_1^{(4)})", r"\delta_1^{(4)} = (a_1 - y_1) g'(z_1^{(4)})")),
    row("S66", "logistic regression (implies cross-entropy)", "slides, Output layers", "derive with cross-entropy as an option",
        run("prove 2-1 --loss binary_cross_entropy", "3 of 3"), run("prove 2-3 --loss softmax_cross_entropy", "9 of 9"),
        run("theorem softmax-ce", "dC/dz = a - y", "assuming sum y = 1")),
))  # fmt: skip

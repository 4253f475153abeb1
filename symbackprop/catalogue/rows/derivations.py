"""Part D: derivations, notations, proofs."""

from __future__ import annotations

from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import derived
from symbackprop.catalogue.row import Probe, Run, row, run

CHAIN = "--net 1-1-1-1-1 --notation gordon"
SQUARE = "--net 2-2-2-2-2 --notation nielsen"
PAIR = "--net 1-1-1 --no-bias --notation winston"


def check(about: str, formula: str, status: int = 0) -> Run:
    """A formula judged by `check`: 0 proved, 1 refuted, 2 not a formula."""
    return run(f"check {about} -e '{formula.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'", status=status)


def free(letters: str, formula: str, functions: str = "", status: int = 0) -> Run:
    """A formula about numbers and functions, no net."""
    return check(f"--net none --free {letters}" + (f" --functions {functions}" if functions else ""), formula, status)


DERIVATIONS = RowTable("derivations", (
    row("S67", "chain rule expanded one factor per line", "6.034 note, Gordon, slides",
        "document with the same line structure, prove each line",
        run("derive 1-1-1 --no-bias --notation winston --detail rules --out s67.tex", "0 gaps", writes="s67.tex"),
        check(PAIR, r"\frac{\partial P}{\partial w_r} = \frac{\partial P}{\partial o_r}\frac{\partial o_r}{\partial p_r}"
                    r"\frac{\partial p_r}{\partial w_r}"),
        check(CHAIN, r"\frac{dc}{dw_4} = \frac{dc}{da_4}\frac{da_4}{dz_4}\frac{dz_4}{dw_4}")),
    row("S68", "two derivatives side by side to show shared factors", "6.034 note", "document; common subexpressions",
        check(PAIR, r"\frac{\partial P}{\partial w_l} = (d - o_r) o_r (1 - o_r) w_r o_l (1 - o_l) i_l"),
        check(PAIR, r"\frac{\partial P}{\partial w_r} = (d - o_r) o_r (1 - o_r) i_r"), Probe(derived.shared_factors)),
    row("S69", "deltas with o(1-o) and (d - o) inside", "6.034 note", "derive, prove",
        check(PAIR, r"\delta_r = o_r(1-o_r)(d-o_r)"), check(PAIR, r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r"),
        check(PAIR, r"\delta_r = o_r(1-o_r)(o_r-d)", status=1)),
    row("S70", "summary formula with cases", "6.034 note, Summary", "document with cases",
        check(PAIR, r"\delta_r = o_r(1-o_r)(d-o_r)"), check(PAIR, r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r"),
        run("prove 2-2-1 --no-bias", "6 of 6")),
    row("S71", "d_i = dc/da_i recursion", "Gordon", "derive, prove",
        check(CHAIN, r"d_3 = d_4\sigma'(z_4)w_4"), Probe(derived.gordon_d_for_every_size)),
    row("S72", "delta_i = d_i sigma'(z_i) = dc/dz_i", "Gordon, Calculating bias deltas", "prove, check",
        check(CHAIN, r"\delta_i = d_i \sigma'(z_i)"), check(CHAIN, r"\delta_i = d_i \sigma'(a_i)", status=1)),
    row("S73", "Euler notation: D, composition, lambda", "Gordon", "document and read; type errors",
        run("derive 1-1-1-1-1 --no-bias --notation euler --out s73.tex", writes="s73.tex"),
        free("x", r"D(\lambda x. x^2)x = 2x"), free("x", r"D(f \circ g)x = D f (g x) \times D g x", "f:1,g:1"),
        free("x", r"D x = 1", status=2)),
    row("S74", "Leibniz notation: quotients", "Gordon", "document and read",
        run("derive 2-2-2 --notation leibniz --out s74.tex", "0 gaps", writes="s74.tex"),
        check("--net 2-2-2-2-2 --notation leibniz", r"\frac{\partial c}{\partial a_j^l} = \sum_i \frac{\partial c}{\partial z_i^{l+1}}"
                                                    r"\frac{\partial z_i^{l+1}}{\partial a_j^l}")),
    row("S75", "claim: both calculations give the same result", "Gordon, Pseudocode algorithm", "check",
        run("prove 1-1-1-1-1", "route     sympy.diff of the composed cost", "8 of 8"), run("prove 2-2-2-2-2", "24 of 24")),
    row("S76", "Lagrange phi', Newton dot, d/dx operator notations", "Gordon, One-dimensional case", "accept as input",
        free("x", r"\frac{d}{dx} f(x) = f'(x)", "f:1"), free("x", r"\frac{d}{dx}(x^2) = 2x"), free("x", r"\dot{f}(x) = f'(x)", "f:1")),
    row("S77", "curried functions, composition, type judgements", "Gordon, Notation for functions", "read, type-check",
        free("x", r"(f \circ g) x = f (g x)", "f:1,g:1"), check("--net 1-1-1-1-1 --no-bias --notation euler", r"d_4 = D(C(g x))a_4"),
        free("x", r"(f \circ g) = x", "f:1,g:1", status=2)),
    row("S78", "gradient operator as a tuple of one-argument derivatives", "Gordon, The chain rule",
        "prove equal to the usual gradient, check the type", Probe(derived.gradient_as_a_tuple)),
    row("S79", "chain rule D(t1 o t2), three functions; x^m, x^n", "Gordon", "prove, side condition x > 0",
        free("x", r"\frac{d}{dx} f(g(x)) = f'(g(x)) g'(x)", "f:1,g:1"),
        free("x", r"\frac{d}{dx} f(g(h(x))) = f'(g(h(x))) g'(h(x)) h'(x)", "f:1,g:1,h:1"),
        free("x", r"\frac{d}{dx} (x^2)^3 = 3 (x^2)^2 \times 2x"), Probe(derived.power_rule)),
    row("S80", "splitting into equations: equation, derivative, rules used", "Gordon", "document such tables",
        run("derive 1-1 --detail rules --out s80.tex", "0 gaps", writes="s80.tex"), Probe(derived.table_of_equations)),
    row("S81", "partial derivatives of sin(x) + z^2", "Gordon", "derive",
        free("x,z", r"\frac{\partial}{\partial x}(\sin(x)+z^2) = \cos(x)"), free("x,z", r"\frac{\partial}{\partial z}(\sin(x)+z^2) = 2z")),
    row("S82", "several-variable chain rule (total derivative)", "Gordon, Partial derivatives", 'prove, check "not used here"',
        check(SQUARE, r"\frac{\partial c}{\partial a_1^3} = \frac{\partial c}{\partial a_1^4}\frac{\partial a_1^4}{\partial a_1^3}"
                      r" + \frac{\partial c}{\partial a_2^4}\frac{\partial a_2^4}{\partial a_1^3}"),
        run("theorem dag", "PROVED  all units at once")),
    row("S83", "split over both outputs, through z, into deltas", "Gordon", "document, prove all lines",
        check(SQUARE, r"\frac{\partial c}{\partial a_1^3} = \frac{\partial c}{\partial z_1^4}\frac{\partial z_1^4}{\partial a_1^3}"
                      r" + \frac{\partial c}{\partial z_2^4}\frac{\partial z_2^4}{\partial a_1^3}"
                      r" = \delta_1^4 w_{11}^4 + \delta_2^4 w_{21}^4")),
    row("S84", "derivatives of z in own and foreign parameters", "Gordon", "prove, check",
        check(SQUARE, r"\frac{\partial z_1^4}{\partial w_{12}^4} = a_2^3"), check(SQUARE, r"\frac{\partial z_1^4}{\partial w_{21}^4} = 0"),
        check(SQUARE, r"\frac{\partial z_2^3}{\partial b_2^3} = 1"), check(SQUARE, r"\frac{\partial z_1^4}{\partial w_{12}^4} = a_1^3", status=1)),
    row("S85", "full table of 8 deltas and 24 derivatives", "Gordon, Summary and vectorisation", "generate the table, prove",
        run("prove 2-2-2-2-2 --all", "delta(u1_1)", "24 of 24"),
        run("derive 2-2-2-2-2 --notation nielsen --detail summary --all --out s85.tex", "0 gaps", writes="s85.tex")),
    row("S86", "vectorisation: scalar equations = matrix equation", "Gordon", "prove entry by entry",
        check("--net 2-2-2-2-2 --notation matrix", r"\delta^l = ((W^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"),
        check(SQUARE, r"\delta_1^3 = (\delta_1^4 w_{11}^4 + \delta_2^4 w_{21}^4)\sigma'(z_1^3)"), run("theorem backprop", "PROVED  BP2")),
    row("S87", "BP1 to BP4", "Gordon, after Nielsen", "prove for any net",
        run("theorem backprop", "PROVED  BP1", "PROVED  BP2", "PROVED  BP3", "PROVED  BP4", "every width, every depth")),
    row("S88", "index order of weights; inputs x outputs order in heads", "Gordon, slides", "convert conventions, shape checks",
        run("theorem heads", "head y = W^T h + b, by W", "head y = W h + b, by W"), Probe(derived.transpose_is_seen)),
    row("S89", "delta = -dE/dnet and delta = +dE/dz in one deck", "slides", "carry the sign convention, check",
        check("--net 2-2-1 --notation slides_net", r"\frac{\partial E}{\partial w_{ji}} = -\delta_j o_i"),
        check("--net 2-2-1 --notation slides_net", r"\frac{\partial E}{\partial w_{ji}} = \delta_j o_i", status=1),
        check("--net 2-2-2-2 --notation slides_layer", r"\frac{\partial E_x}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}")),
    row("S90", "exercise: dE/db = delta for any bias", "slides, Exercise", "prove",
        run("theorem backprop", "PROVED  BP3, bias"), run("theorem dag", "PROVED  meaning of delta"),
        check("--net 2-2-2-2 --notation slides_layer", r"\frac{\partial E_x}{\partial b_j^{(l)}} = \delta_j^{(l)}")),
    row("S91", "derivative in a neuron's input first, weights afterwards", "blog post, ch. III", "derive on DAG, document the three steps",
        run("derive {nets}/nine_neurons.toml --detail summary --out s91.tex", "0 gaps", writes="s91.tex"),
        run("theorem dag --net {nets}/nine_neurons.toml", "PROVED  meaning of delta", "delta[9]", "dC/dw")),
    row("S92", '"advanced chain rule": neuron with two successors', "blog post, ch. III", "prove",
        run("prove {nets}/successors.toml", "9 of 9 partial derivatives proved"), run("theorem dag", "PROVED  meaning of delta")),
    row("S93", "unwound closed forms of all deltas", "Gordon, Instantiating", "document expanded and factored",
        check(CHAIN, r"\delta_1 = (a_4-y)\sigma'(z_4)w_4\sigma'(z_3)w_3\sigma'(z_2)w_2\sigma'(z_1)"),
        check(CHAIN, r"\delta_2 = \delta_3 w_3 \sigma'(z_2) = (a_4-y)\sigma'(z_4)w_4\sigma'(z_3)w_3\sigma'(z_2)")),
    row("S94", "what is the error signal for hidden units?", "slides", "prose; covered by S23",
        check("--net 2-2-1 --notation slides_net", r"\delta_j = o_j (1 - o_j) \sum_k \delta_k w_{kj}")),
    row("S95", "tangent line and plane and its change under a step", "Gordon, Gradient descent", "derive, prove, plot",
        run("claims descent-step", "PROVED"), Probe(derived.tangent_plane), run("plot tangents --out tangents.svg", writes="tangents.svg")),
))  # fmt: skip

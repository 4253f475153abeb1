"""Prints the online pass of a small dense program as C that holds every weight in local vectors, registers first.

Weights are held twice from the second layer on, by source and by target, so that neither way through a layer adds across
a vector. The pre-activation of the first layer is computed one sample ahead, with what the coming step will add to it:

    z' = (b + W x') + (1 + x . x') step delta

Every pass starts from the weights alone, so that a run may be cut between any two passes and ends at the same bits.
"""

from __future__ import annotations

from symbackprop.activations.activation import Activation
from symbackprop.codegen.formulas import formula, head
from symbackprop.codegen.printer import C_VECTOR, infix
from symbackprop.codegen.program import Dense
from symbackprop.kernel.terms import replace
from symbackprop.networks import LEAK

MOST_BYTES = 4096  # of vectors that hold weights; beyond it the panels of the general form are faster (measured)


def condition(program: Dense) -> str:
    """Preprocessor text that decides, from the sizes, whether the held pass is there."""
    layers = range(1, len(program.sizes))
    count = " + ".join(f"(N{k - 1} + 1) * NV{k}" for k in layers)
    count += "".join(f" + N{k} * NV{k - 1}" for k in layers if k > 1)
    return f"#ifndef HELD\n#define HELD (({count}) * BYTES <= {MOST_BYTES})\n#endif\n"


def source(program: Dense, slope: object, loss: str) -> str:
    """The function `held`, with `slope(kind)` as text in Z and A and the loss of one row as text in A, Z and y."""
    text = _Text()
    _taken_up(text, program)
    text("for (long e = 0; e < passes; e++) {")
    text.depth += 1
    text("const int *order = orders ? orders + e * n : 0;")
    text("const real rate = rates[e];")
    text("real loss = 0;")
    text("x = X + (order ? order[0] : 0) * (long)N0;")
    _product(text, "Z1", "b1", "x", 1)
    text("for (long i = 0; i < n; i++) {")
    text.depth += 1
    _forward(text, program)
    _last(text, program, slope, "" if program.loss.sense == "maximise" else "-")
    _reported(text, len(program.sizes) - 1, loss)
    for k in reversed(range(2, len(program.sizes))):
        _back(text, program.activations[k - 2], k, slope)
    _moved(text, program)
    for line in ("}", "if (losses) losses[e] = loss / (real)n;", "}"):
        text.depth -= line == "}"
        text(line)
    _put_back(text, program)
    return f"""
#if HELD
/* online passes with every weight in a local vector; the first layer is a sample ahead */
static APART void held(memory *m, const real *X, const real *Y, const int *orders, long n, long passes, const real *rates,
    real *losses) {{
{text.made}}}
#endif
"""


def _taken_up(text: _Text, program: Dense) -> None:
    """All weights from memory into local vectors."""
    for k in range(1, len(program.sizes)):
        below = k - 1
        text(f"vec W{k}[N{below} * NV{k}], b{k}[NV{k}], A{k}[NV{k}], Z{k}[NV{k}], D{k}[NV{k}];")
        text(f"real a{k}[NV{k} * VL] __attribute__((aligned(64))), d{k}[NV{k} * VL] __attribute__((aligned(64)));")
        text(f"EACH for (int k = 0; k < N{below}; k++) EACH for (int v = 0; v < NV{k}; v++)")
        text(f"    W{k}[k * NV{k} + v] = LOAD(m->W{k} + place(N{below}, NV{k}, k, v * VL));")
        text(f"EACH for (int v = 0; v < NV{k}; v++) b{k}[v] = LOAD(m->b{k} + v * VL);")
        if k > 1:
            text(f"vec T{k}[N{k} * NV{below}];")
            text(f"for (int p = 0; p < NV{below}; p += NR) turn(m->W{k}, N{below}, NV{below}, p, NV{k}, m->T + p * VL * NV{k} * VL, m->zero);")
            text(f"EACH for (int j = 0; j < N{k}; j++) EACH for (int v = 0; v < NV{below}; v++)")
            text(f"    T{k}[j * NV{below} + v] = LOAD(m->T + place(NV{k} * VL, NV{below}, j, v * VL));")
    text("vec ahead1[NV1];")
    text("const real *x;")


def _forward(text: _Text, program: Dense) -> None:
    """Forward through a sample, and the first pre-activation of the next one."""
    text("const long k = order ? order[i] : i, next = i + 1 == n ? 0 : order ? order[i + 1] : i + 1;")
    text(f"const real *y = Y + k * N{len(program.sizes) - 1}, *coming = X + next * N0;")
    text(f"real both = {'1' if program.biased else '0'};")
    text("EACH for (int k = 0; k < N0; k++) both += x[k] * coming[k];")
    _product(text, "ahead1", "b1", "coming", 1)
    for k, kind in enumerate(program.activations, start=1):
        if k > 1:
            _product(text, f"Z{k}", f"b{k}", f"a{k - 1}", k)
        _activate(text, kind, k)


def _reported(text: _Text, depth: int, loss: str) -> None:
    text("if (losses) {")
    text(f"    real z[NV{depth} * VL] __attribute__((aligned(64)));")
    text(f"    EACH for (int v = 0; v < NV{depth}; v++) STORE(z + v * VL) = Z{depth}[v];")
    text(f"    const real *A = a{depth}, *Z = z;")
    text(f"    {loss}")
    text("}")


def _moved(text: _Text, program: Dense) -> None:
    """Every weight, in both of its copies, after all deltas are known."""
    text("EACH for (int v = 0; v < NV1; v++) Z1[v] = ahead1[v] + both * D1[v];")
    for k in reversed(range(1, len(program.sizes))):
        below = k - 1
        given = "x" if k == 1 else f"a{below}"
        text(f"EACH for (int k = 0; k < N{below}; k++) {{")
        text(f"    const vec a = all({given}[k]);")
        text(f"    EACH for (int v = 0; v < NV{k}; v++) W{k}[k * NV{k} + v] += a * D{k}[v];")
        text("}")
        if program.biased:
            text(f"EACH for (int v = 0; v < NV{k}; v++) b{k}[v] += D{k}[v];")
        if k > 1:
            text(f"EACH for (int j = 0; j < N{k}; j++) {{")
            text(f"    const vec d = all(d{k}[j]);")
            text(f"    EACH for (int v = 0; v < NV{below}; v++) T{k}[j * NV{below} + v] += d * A{below}[v];")
            text("}")
    text("x = coming;")


def _put_back(text: _Text, program: Dense) -> None:
    for k in range(1, len(program.sizes)):
        text(f"EACH for (int k = 0; k < N{k - 1}; k++) EACH for (int v = 0; v < NV{k}; v++)")
        text(f"    STORE(m->W{k} + place(N{k - 1}, NV{k}, k, v * VL)) = W{k}[k * NV{k} + v];")
        text(f"EACH for (int v = 0; v < NV{k}; v++) STORE(m->b{k} + v * VL) = b{k}[v];")


class _Text:
    """Lines, indented."""

    def __init__(self) -> None:
        self.made, self.depth = "", 1

    def __call__(self, line: str) -> None:
        self.made += "    " * self.depth + line + "\n"


def _product(text: _Text, out: str, start: str, given: str, layer: int) -> None:
    """out = start + W given, in side by side sums that are joined at the end."""
    k, below = layer, layer - 1
    text("{")
    text(f"    enum {{ C = CHAINS(NV{k}) }};")
    text(f"    vec s[C][NV{k}];")
    text(
        f"    EACH for (int c = 0; c < C; c++) EACH for (int v = 0; v < NV{k}; v++) s[c][v] = c ? all(0) : {start}[v];"
    )
    text(f"    EACH for (int k = 0; k < N{below}; k++) {{")
    text(f"        const vec a = all({given}[k]);")
    text(f"        EACH for (int v = 0; v < NV{k}; v++) s[k % C][v] += a * W{k}[k * NV{k} + v];")
    text("    }")
    text(f"    EACH for (int v = 0; v < NV{k}; v++) {out}[v] = joined(&s[0][v], C, NV{k});")
    text("}")


def _activate(text: _Text, kind: Activation, layer: int) -> None:
    k = layer
    if kind.vector:
        text(f"softmax_v(A{k}, Z{k}, N{k}, NV{k});")
    else:
        extra = f", RATIO({LEAK.numerator}, {LEAK.denominator})" if formula(kind).partials else ""
        value = f"Z{k}[v]" if kind.name == "identity" else f"phi_{kind.name}_v(Z{k}[v]{extra})"
        text(f"EACH for (int v = 0; v < NV{k}; v++) A{k}[v] = first({value}, N{k} - v * VL);")
    text(f"EACH for (int v = 0; v < NV{k}; v++) STORE(a{k} + v * VL) = A{k}[v];")


def _last(text: _Text, program: Dense, slope: object, sign: str) -> None:
    """The last delta times the step."""
    assert callable(slope)
    k, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    value = infix(replace(start.above, {"a": "A", "y": "t", "z": "Z", "alpha": LEAK}), C_VECTOR)
    after = False
    if kind.vector and program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        value = "A - t"  # the targets of a row sum to 1: the trainer checks it
    elif kind.vector:
        after = True
    elif not inside:
        value = f"({value})*({slope(kind)})"
    text(f"EACH for (int v = 0; v < NV{k}; v++) {{")
    text(f"    const vec t = some(y + v * VL, N{k} - v * VL), Z = Z{k}[v], A = A{k}[v];")
    text(f"    D{k}[v] = first({sign}rate*({value}), N{k} - v * VL);")
    text("}")
    if after:
        _group(text, k)
    text(f"EACH for (int v = 0; v < NV{k}; v++) STORE(d{k} + v * VL) = D{k}[v];")


def _group(text: _Text, k: int) -> None:
    """D = Q - A * (sum of Q) of a softmax layer, where D holds Q."""
    text("{")
    text("    vec total = all(0);")
    text(f"    EACH for (int v = 0; v < NV{k}; v++) total += D{k}[v];")
    text("    total = all(sum(total));")
    text(f"    EACH for (int v = 0; v < NV{k}; v++) D{k}[v] = D{k}[v] - A{k}[v] * total;")
    text("}")


def _back(text: _Text, kind: Activation, layer: int, slope: object) -> None:
    """D of the layer below, through the weights held by target."""
    assert callable(slope)
    k, below = layer, layer - 1
    text("{")
    text(f"    enum {{ C = CHAINS(NV{below}) }};")
    text(f"    vec s[C][NV{below}];")
    text(f"    EACH for (int c = 0; c < C; c++) EACH for (int v = 0; v < NV{below}; v++) s[c][v] = all(0);")
    text(f"    EACH for (int j = 0; j < N{k}; j++) {{")
    text(f"        const vec d = all(d{k}[j]);")
    text(f"        EACH for (int v = 0; v < NV{below}; v++) s[j % C][v] += d * T{k}[j * NV{below} + v];")
    text("    }")
    text(f"    EACH for (int v = 0; v < NV{below}; v++) {{")
    text(f"        const vec Z = Z{below}[v], A = A{below}[v];")
    factor = "A" if kind.vector else slope(kind)
    text(f"        D{below}[v] = joined(&s[0][v], C, NV{below})*({factor});")
    text("    }")
    text("}")
    if kind.vector:
        _group(text, below)
    text(f"EACH for (int v = 0; v < NV{below}; v++) STORE(d{below} + v * VL) = D{below}[v];")

"""Prints a dense program as C: one text for every size, with the sizes as macros, whole passes inside.

Weights live in panels (see kernels_c), activations and deltas in rows; every delta of a step is computed from the old
weights, then all weights move in place. The step is multiplied into the last delta once, and so into every other.
"""

from __future__ import annotations

from symbackprop.activations.activation import Activation
from symbackprop.codegen.emit_c import LOSS, functions, slope
from symbackprop.codegen.formulas import Cases, formula, head
from symbackprop.codegen.kernels_c import kernels
from symbackprop.codegen.printer import C, conditional, infix
from symbackprop.codegen.program import Dense
from symbackprop.codegen.runtime_c import HEADER
from symbackprop.kernel.terms import replace
from symbackprop.networks import LEAK
from symbackprop.translate import term


def source(program: Dense, trainable: bool = True) -> str:
    """The whole C file; only the `#define N` lines know the sizes, and a compiler flag may override them."""
    depth = len(program.sizes) - 1
    sizes = "".join(f"#ifndef N{k}\n#define N{k} {n}\n#endif\n" for k, n in enumerate(program.sizes))
    derived = "".join(
        f"#define NV{k} ((N{k} + VL - 1) / VL)\n#define LD{k} ((NV{k} | 1) * VL)\n" for k in range(1, depth + 1)
    )
    text = "/* Trainer of a dense net, one matrix a layer; generated from the proved delta recursion. */\n"
    text += sizes + HEADER + kernels() + functions(list(program.activations)) + derived
    text += _memory(program) + _forward(program) + _predict(program)
    return text + (_step(program) + _passes(program) if trainable else "")


def _layers(program: Dense) -> range:
    return range(1, len(program.sizes))


def _memory(program: Dense) -> str:
    """Weights in panels, and rows of Z, A, D for a batch, in one aligned block."""
    depth = len(program.sizes) - 1
    fields = "".join(f"    real *W{k}, *b{k}, *Z{k}, *A{k}, *D{k};\n" for k in _layers(program))
    turned = [f"N{k} * NV{k - 1} * VL" for k in range(2, depth + 1)]
    widest = [f"NV{k} * VL" for k in _layers(program)]
    total = " + ".join(f"N{k - 1} * NV{k} * VL + NV{k} * VL + 3 * B * LD{k}" for k in _layers(program))
    total = " + ".join([total, *turned, *widest])
    fields += "".join(f"    real *T{k};\n" for k in range(2, depth + 1)) + "    real *zero;\n"
    places = "".join(
        f"    m->W{k} = at; at += (long)N{k - 1} * NV{k} * VL;\n    m->b{k} = at; at += NV{k} * VL;\n"
        + "".join(f"    m->{kind}{k} = at; at += B * LD{k};\n" for kind in "ZAD")
        for k in _layers(program)
    )
    turns = "".join(f"    m->T{k} = at; at += (long){room};\n" for k, room in enumerate(turned, start=2))
    moves = ""
    for k in _layers(program):
        loop = f"    for (long j = 0; j < N{k}; j++) for (long k = 0; k < N{k - 1}; k++, theta++) "
        where = f"m->W{k}[place(N{k - 1}, NV{k}, k, j)]"
        moves += loop + f"if (in) {where} = *theta; else *theta = {where};\n"
        if program.biased:
            moves += f"    for (long j = 0; j < N{k}; j++, theta++) "
            moves += f"if (in) m->b{k}[j] = *theta; else *theta = m->b{k}[j];\n"
    return f"""
typedef struct {{
{fields}    real *X, *Y;
    void *block;
}} memory;
static int reserve(memory *m, long B) {{
    const size_t count = (size_t)({total}) + (size_t)B * (N0 + N{depth});
    m->block = calloc(count * sizeof(real) + 64, 1);
    if (!m->block) return 0;
    real *at = (real *)(((uintptr_t)m->block + 63) / 64 * 64);
{places}{turns}    m->zero = at; at += {" + ".join(widest)};
    m->X = at; at += B * N0;
    m->Y = at;
    return 1;
}}
/* between the flat vector theta (W1 row by row, b1, W2, ...) and the panels */
static void move(memory *m, real *theta, const int in) {{
{moves}}}
"""


def _activation(kind: Activation, layer: int) -> str:
    if kind.vector:
        return f"    for (long b = 0; b < B; b++) softmax_row(m->A{layer} + b * LD{layer}, m->Z{layer} + b * LD{layer}, N{layer}, NV{layer} * VL);\n"
    value = (
        "Z[j]"
        if kind.name == "identity"
        else f"phi_{kind.name}(Z[j]{', RATIO' + str((LEAK.numerator, LEAK.denominator)) if formula(kind).partials else ''})"
    )
    return f"""    for (long b = 0; b < B; b++) {{
        const real *Z = m->Z{layer} + b * LD{layer};
        real *A = m->A{layer} + b * LD{layer};
        for (long j = 0; j < NV{layer} * VL; j++) A[j] = {value};
    }}
"""


def _forward(program: Dense) -> str:
    text = "\nstatic inline void ahead(memory *m, const real *X, long B) {\n"
    for layer, kind in enumerate(program.activations, start=1):
        source_, lead = ("X", "N0") if layer == 1 else (f"m->A{layer - 1}", f"LD{layer - 1}")
        text += f"    forward({source_}, {lead}, B, N{layer - 1}, NV{layer}, m->W{layer}, m->b{layer}, m->Z{layer}, LD{layer});\n"
        text += _activation(kind, layer)
    return text + "}\n"


def _predict(program: Dense) -> str:
    depth = len(program.sizes) - 1
    return f"""
API int predict(const real *theta, const real *X, long n, real *out) {{
    memory m;
    const long B = n < 256 ? n : 256;
    if (!reserve(&m, B)) return 1;
    move(&m, (real *)theta, 1);
    for (long i = 0; i < n; i += B) {{
        const long rows = n - i < B ? n - i : B;
        ahead(&m, X + i * N0, rows);
        for (long b = 0; b < rows; b++) memcpy(out + (i + b) * N{depth}, m.A{depth} + b * LD{depth}, N{depth} * sizeof(real));
    }}
    free(m.block);
    return 0;
}}
"""


def _row(kinds: str, layer: int, body: str, width: str, indent: str = "    ") -> str:
    """A loop over the rows of a layer with pointers to its Z, A, D."""
    pointers = "".join(
        f"{indent}    {'' if k == 'D' else 'const '}real *{k} = m->{k}{layer} + b * LD{layer};\n" for k in kinds
    )
    return f"{indent}for (long b = 0; b < B; b++) {{\n{pointers}{indent}    for (long j = 0; j < {width}; j++) {body}\n{indent}}}\n"


def _last(program: Dense) -> str:
    """The last delta times the step, and the loss."""
    layer, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    names = {"a": "A[j]", "y": "y[j]", "z": "Z[j]", "alpha": LEAK}
    value = conditional(Cases(replace(start.above, names)), C)
    if kind.vector and program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        value, after = "A[j] - y[j]", ""  # the targets of a row sum to 1: the trainer checks it
    elif kind.vector:
        after = _softmax_delta(layer)
    else:
        after = ""
        if not inside:
            value = f"({value})*({_slope(kind)})"
    loss = infix(replace(term(program.loss.value), names), LOSS)
    pointers = f"        const real *y = Y + b * N{layer};\n"
    body = f"D[j] = step*({value});"
    if kind.vector and after:
        body = f"D[j] = {value};"
    text = _row("ZAD", layer, body, f"N{layer}").replace("        const real *Z", pointers + "        const real *Z", 1)
    text += after
    if kind.vector and after:
        text += _row("D", layer, "D[j] *= step;", f"N{layer}")
    tracked = _row("A", layer, f"loss += {loss};", f"N{layer}", "        ").replace(
        "            const real *A", f"            const real *y = Y + b * N{layer};\n            const real *A", 1
    )
    return text + f"    if (track) {{\n{tracked}    }}\n"


def _slope(kind: Activation) -> str:
    facts = formula(kind)
    if facts.slope_of is not None:
        return f"phi_{facts.slope_of}(Z[j])"
    return slope(facts.slope, z="Z[j]", a="A[j]", alpha=LEAK)


def _softmax_delta(layer: int) -> str:
    return f"""    for (long b = 0; b < B; b++) {{
        const real *A = m->A{layer} + b * LD{layer};
        real *D = m->D{layer} + b * LD{layer}, total = 0;
        for (long j = 0; j < N{layer}; j++) total += D[j];
        for (long j = 0; j < N{layer}; j++) D[j] -= A[j]*total;
    }}
"""


def _step(program: Dense) -> str:
    """All deltas of a batch from the old weights; then the sums source * delta are added to `to`."""
    text = (
        "\n/* adds step * (sum of the gradients of B rows) to the weights in `to`; returns the sum of the losses */\n"
    )
    text += "static inline real learn(memory *m, memory *to, const real *X, const real *Y, long B, real step, const int track) {\n"
    text += "    real loss = 0;\n    ahead(m, X, B);\n" + _last(program)
    for layer in reversed(range(2, len(program.sizes))):
        below, kind = layer - 1, program.activations[layer - 2]
        text += f"    back(m->D{layer}, LD{layer}, B, N{below}, NV{layer}, N{layer}, m->W{layer}, m->D{below}, LD{below}, m->T{layer},\n        NV{below}, m->zero);\n"
        if kind.vector:
            text += _row("AD", below, "D[j] *= A[j];", f"N{below}") + _softmax_delta(below)
        elif _slope(kind) != "1.0":
            text += _row("ZAD", below, f"D[j] *= {_slope(kind)};", f"N{below}")
    for layer in _layers(program):
        source_, lead = ("X", "N0") if layer == 1 else (f"m->A{layer - 1}", f"LD{layer - 1}")
        text += f"    update({source_}, {lead}, B, N{layer - 1}, NV{layer}, m->D{layer}, LD{layer}, to->W{layer});\n"
        if program.biased:
            text += f"    add_rows(m->D{layer}, LD{layer}, B, NV{layer}, to->b{layer});\n"
    return text + "    return loss;\n}\n" + _WRAPPERS


_WRAPPERS = """
/* two copies, one for a single row with its loops gone, one for any number of rows */
static APART real learn_one(memory *m, const real *X, const real *Y, real step, const int track) {
    return learn(m, m, X, Y, 1, step, track);
}
static APART real learn_many(memory *m, memory *to, const real *X, const real *Y, long B, real step, const int track) {
    return learn(m, to, X, Y, B, step, track);
}
"""


def _passes(program: Dense) -> str:
    depth = len(program.sizes) - 1
    sign = "" if program.loss.sense == "maximise" else "-"
    return f"""
static real pass(memory *m, const real *X, const real *Y, const int *order, long n, long size, real rate,
    const int track) {{
    real loss = 0;
    for (long start = 0; start < n; start += size) {{
        const long B = n - start < size ? n - start : size;
        const real *x = X + start * N0, *y = Y + start * N{depth};
        if (order && B == 1) {{
            x = X + (long)order[start] * N0;
            y = Y + (long)order[start] * N{depth};
        }} else if (order) {{
            for (long b = 0; b < B; b++) {{
                memcpy(m->X + b * N0, X + (long)order[start + b] * N0, N0 * sizeof(real));
                memcpy(m->Y + b * N{depth}, Y + (long)order[start + b] * N{depth}, N{depth} * sizeof(real));
            }}
            x = m->X;
            y = m->Y;
        }}
        loss += B == 1 ? learn_one(m, x, y, {sign}rate, track) : learn_many(m, m, x, y, B, {sign}rate / (real)B, track);
    }}
    return loss;
}}
/* the sum of the losses and of their gradients */
API int gradient(const real *theta, const real *X, const real *Y, long n, real *grad, real *loss) {{
    memory m, g;
    const long B = n < 256 ? n : 256;
    if (!reserve(&m, B)) return 1;
    if (!reserve(&g, 1)) {{ free(m.block); return 1; }}
    move(&m, (real *)theta, 1);
    *loss = 0;
    for (long i = 0; i < n; i += B) *loss += learn_many(&m, &g, X + i * N0, Y + i * N{depth}, n - i < B ? n - i : B, 1, 1);
    move(&g, grad, 0);
    free(m.block);
    free(g.block);
    return 0;
}}
/* `passes` passes with these rates; orders: one permutation a pass, or null; losses: the mean of each pass, or null */
API int run(real *theta, const real *X, const real *Y, const int *orders, long n, long passes, long size,
    const real *rates, real *losses) {{
    memory m;
    if (!reserve(&m, size)) return 1;
    move(&m, theta, 1);
    for (long e = 0; e < passes; e++) {{
        const int *order = orders ? orders + e * n : 0;
        if (losses) losses[e] = pass(&m, X, Y, order, n, size, rates[e], 1) / (real)n;
        else pass(&m, X, Y, order, n, size, rates[e], 0);
    }}
    move(&m, theta, 0);
    free(m.block);
    return 0;
}}
"""

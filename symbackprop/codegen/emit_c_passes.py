"""Prints what a dense program does with its step as C: the passes, the sum of the gradients, and how rows are fetched."""

from __future__ import annotations

from symbackprop.codegen import rules
from symbackprop.codegen.program import Dense


def passes(program: Dense) -> str:
    """The end of the file: everything that calls `learn`."""
    depth = len(program.sizes) - 1
    sign, descent = ("", -1) if program.loss.sense == "maximise" else ("-", 1)
    steps = f"#ifdef RULES\n{rules.dense(descent, depth)}#else\n{_pass(sign)}#endif\n"
    return _fetch(depth) + steps + _gradient(depth) + _RUN


def _fetch(depth: int) -> str:
    """The rows of a batch, beside one another."""
    return f"""
/* rows start to start + B of the order, or of the data */
static void fetch(memory *m, const real **x, const real **y, const int *order, long start, long B) {{
    if (!order || B == 1) {{
        const long k = order ? order[start] : start;
        *x += k * N0;
        *y += k * N{depth};
        return;
    }}
    for (long b = 0; b < B; b++) {{
        memcpy(m->X + b * N0, *x + (long)order[start + b] * N0, N0 * sizeof(real));
        memcpy(m->Y + b * N{depth}, *y + (long)order[start + b] * N{depth}, N{depth} * sizeof(real));
    }}
    *x = m->X;
    *y = m->Y;
}}
"""


def _pass(sign: str) -> str:
    return f"""/* one pass; a batch of more than ROWS rows adds its gradient up in g first */
static real pass(memory *m, memory *g, const real *X, const real *Y, const int *order, long n, long size, real rate,
    const int track) {{
    real loss = 0;
    for (long start = 0; start < n; start += size) {{
        const long B = n - start < size ? n - start : size;
        memory *to = B > ROWS ? g : m;
        if (to == g) memset(g->W1, 0, WEIGHTS * sizeof(real));
        for (long at = 0; at < B; at += ROWS) {{
            const long rows = B - at < ROWS ? B - at : ROWS;
            const real *x = X, *y = Y;
            fetch(m, &x, &y, order, start + at, rows);
            loss += learn(m, to, x, y, rows, {sign}rate / (real)B, track);
        }}
        if (to == g) for (long k = 0; k < WEIGHTS; k += VL) STORE(m->W1 + k) += LOAD(g->W1 + k);
    }}
    return loss;
}}
"""


def _gradient(depth: int) -> str:
    return f"""/* the sum of the losses and of their gradients */
API int gradient(const real *theta, const real *X, const real *Y, long n, real *grad, real *loss) {{
    memory m, g;
    if (!reserve(&m, n < ROWS ? n : ROWS)) return 1;
    if (!reserve(&g, 0)) {{ release(&m); return 1; }}
    move(&m, (real *)theta, 1);
    *loss = 0;
    for (long i = 0; i < n; i += ROWS)
        *loss += learn(&m, &g, X + i * N0, Y + i * N{depth}, n - i < ROWS ? n - i : ROWS, 1, 1);
    move(&g, grad, 0);
    release(&m);
    release(&g);
    return 0;
}}
"""


_RUN = """#ifndef RULES
/* `passes` passes with these rates; orders: one permutation a pass, or null; losses: the mean of each pass, or null */
API int run(real *theta, const real *X, const real *Y, const int *orders, long n, long passes, long size,
    const real *rates, real *losses) {
    memory m, g;
    if (n < 1 || passes < 1) return 0;
    if (!reserve(&m, size < ROWS ? size : ROWS)) return 1;
    if (!reserve(&g, 0)) { release(&m); return 1; }
    move(&m, theta, 1);
#if HELD
    if (size == 1) {
        held(&m, X, Y, orders, n, passes, rates, losses);
        passes = 0;
    }
#endif
    for (long e = 0; e < passes; e++) {
        const int *order = orders ? orders + e * n : 0;
        if (losses) losses[e] = pass(&m, &g, X, Y, order, n, size, rates[e], 1) / (real)n;
        else pass(&m, &g, X, Y, order, n, size, rates[e], 0);
    }
    move(&m, theta, 0);
    release(&m);
    release(&g);
    return 0;
}
#endif
"""

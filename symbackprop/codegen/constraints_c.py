"""Dropout masks and the norm constraint inside generated C: units times their masks, weights into a unit brought back to a length.

Both stand only in the text with -DRULES, so that plain steps know nothing of them. A mask is a number for every hidden unit,
layer after layer; the caller draws them all. The sum of the squares may leave the floats where the weights do not: then, and
only there, the weights are divided by the largest of them first.
"""

from __future__ import annotations

from fractions import Fraction

from symbackprop.codegen.program import Unrolled

FACTOR = r"""
/* what the weights into one unit are multiplied by, `squares` the sum of theirs: 1, or what makes them `most` long */
#ifdef EXACT
#define FAR(w, apart, count, squares)
#else
#define FAR(w, apart, count, squares) if (__builtin_expect(!((squares) < INFINITY), 0)) return far(w, apart, count, most);
static APART real far(const real *w, const long apart, const long count, const real most) {
    real top = 0, squares = 0;
    for (long k = 0; k < count; k++) {
        const real size = w[k * apart] < 0 ? -w[k * apart] : w[k * apart];
        if (!(size <= top)) top = size;
    }
    if (!(top < INFINITY)) return 1; /* whoever asked for the step is told */
    for (long k = 0; k < count; k++) squares += (w[k * apart] / top) * (w[k * apart] / top);
    return most / top / root(squares);
}
#endif
static inline real factor(const real *w, const long apart, const long count, const real squares, const real most) {
    FAR(w, apart, count, squares)
    const real length = root(squares);
    return length > most ? most / length : (real)1;
}
"""

_PANELS = r"""
/* the norm constraint on a layer: the weights into every unit are at most this long; nr vectors of units at a time */
ALWAYS void short_panel(const int nr, real *W, const long K, const real most) {
    vec s[4][NR], f[NR];
    EACH for (int c = 0; c < 4; c++) EACH for (int v = 0; v < nr; v++) s[c][v] = all(0);
    long k = 0;
    for (; k + 4 <= K; k += 4)
        EACH for (int c = 0; c < 4; c++)
            EACH for (int v = 0; v < nr; v++) s[c][v] += LOAD(W + ((k + c) * nr + v) * VL) * LOAD(W + ((k + c) * nr + v) * VL);
    for (; k < K; k++) EACH for (int v = 0; v < nr; v++) s[0][v] += LOAD(W + (k * nr + v) * VL) * LOAD(W + (k * nr + v) * VL);
    int shorter = 0;
    EACH for (int v = 0; v < nr; v++) {
        const vec squares = (s[0][v] + s[1][v]) + (s[2][v] + s[3][v]);
        real at[VL], by[VL];
        memcpy((void *)at, &squares, sizeof at);
        for (int i = 0; i < VL; i++) {
            by[i] = factor(W + v * VL + i, nr * VL, K, at[i], most);
            shorter |= by[i] < (real)1 || (real)1 < by[i];
        }
        memcpy((void *)&f[v], by, sizeof by);
    }
    if (shorter) for (k = 0; k < K; k++) EACH for (int v = 0; v < nr; v++) STORE(W + (k * nr + v) * VL) *= f[v];
}
static APART void keep_short(real *W, const long K, const int NV, const real most) {
    for (int p = 0; p < NV; p += NR) {
        real *panel = W + p * VL * K;
        switch (NV - p < NR ? NV - p : NR) {
        case 1: short_panel(1, panel, K, most); break;
        case 2: short_panel(2, panel, K, most); break;
#if NR == 4
        case 3: short_panel(3, panel, K, most); break;
        case 4: short_panel(4, panel, K, most); break;
#endif
        }
    }
}
"""

_MASKS = r"""
/* what the units of a layer send on: their outputs, times the numbers of a mask where a step has one; those of row b begin
   `lead` numbers behind those of the row before */
#define HIDDEN (@HIDDEN@)
#ifdef RULES
#define MASKED(k) (long)B * LD##k
#define SENT(k) (m->mask ? m->H##k : m->A##k)
#define DROP(from, to, k, before) if (m->mask) times(m->from##k, m->to##k, LD##k, m->mask + (before), m->lead, B, N##k);
static APART void times(const real *A, real *H, const long LD, const real *mask, const long lead, const long B, const long N) {
    for (long b = 0; b < B; b++)
        for (long j = 0; j < N; j += VL) STORE(H + b * LD + j) = LOAD(A + b * LD + j) * some(mask + b * lead + j, N - j);
}
#else
#define MASKED(k) 0
#define SENT(k) m->A##k
#define DROP(from, to, k, before)
#endif
"""


def masks(sizes: tuple[int, ...]) -> str:
    """The text of masks for layers of these sizes; the sizes themselves stand in macros."""
    return _MASKS.replace("@HIDDEN@", before(len(sizes) - 1))


def before(layer: int) -> str:
    """How many hidden units come before those of a layer, as C."""
    return " + ".join(f"N{k}" for k in range(1, layer)) or "0"


def panels() -> str:
    """The norm constraint of the matrix form."""
    return FACTOR + _PANELS


def table(program: Unrolled) -> str:
    """The norm constraint of an unrolled program: which unit each parameter enters, as a table."""
    count = len(program.units)
    found: dict[str, set[int]] = {}
    for k, unit in enumerate(program.units):
        for source, weight in unit.inputs:
            if isinstance(weight, str):
                found.setdefault(weight, set()).add(count if isinstance(source, Fraction) else k)
    into = [found.get(each, {count}) for each in program.parameters.values()]
    alone = [min(each) if len(each) == 1 else count for each in into]  # the trainer refuses a net where some are shared
    return f"""{FACTOR}/* the norm constraint: the weights into every unit are at most this long; {count}: into none, as a bias */
static const int into[] = {{{", ".join(map(str, alone))}}};
static APART void keep_short(real *theta, const real most) {{
    for (int j = 0; j < {count}; j++) {{
        real squares = 0, own[{len(alone)}];
        long n = 0;
        for (int k = 0; k < {len(alone)}; k++) if (into[k] == j) own[n++] = theta[k];
        for (long k = 0; k < n; k++) squares += own[k] * own[k];
        const real by = factor(own, 1, n, squares, most);
        for (int k = 0; k < {len(alone)}; k++) if (into[k] == j) theta[k] = theta[k] * by;
    }}
}}
"""

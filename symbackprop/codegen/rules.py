"""Update rules inside compiled passes: what a step does with a mean gradient, as C text, and which arrays it remembers.

v and s are the two arrays that a rule may remember; the trainer keeps them under the rule's own names.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = ("momentum", "decay", "beta1", "beta2", "epsilon", "weight_decay", "clip", "max_norm")  # in the order in which C takes them
DECAYS, CLIPS, SHORT, EACH = 1, 2, 4, 8  # flags; SHORT: max_norm, EACH: a mask for each sample


@dataclass(frozen=True)
class Rule:
    """One rule: its place in the switch, the names of v and s (None where it has none), and the step of parameter k."""

    number: int
    v: str | None
    s: str | None
    step: str
    counts: bool = False  # whether the step depends on how many there were before


RULES = {
    "sgd": Rule(0, None, None, "theta[k] -= rate * g[k];"),
    "momentum": Rule(1, "v", None, "v[k] = momentum * v[k] + g[k]; theta[k] -= rate * v[k];"),
    "nesterov": Rule(2, "v", None, "v[k] = momentum * v[k] + g[k]; theta[k] -= rate * (g[k] + momentum * v[k]);"),
    "rmsprop": Rule(
        3, None, "s", "s[k] = decay * s[k] + rest * g[k] * g[k]; theta[k] -= rate * g[k] / (root(s[k]) + epsilon);"
    ),
    "adam": Rule(
        4,
        "m",
        "v",
        "v[k] = beta1 * v[k] + rest1 * g[k]; s[k] = beta2 * s[k] + rest2 * g[k] * g[k];\n"
        "            theta[k] -= rate * (v[k] / left1) / (root(s[k] / left2) + epsilon);",
        counts=True,
    ),
}

_TEXT = r"""
#ifdef RULES
/* update rules: g, the mean gradient to go against, moves theta; v and s are what a rule remembers. Powers of beta depend on
   the number of the step alone, so that a run that is cut in two ends at the same bits. */
#ifdef EXACT
typedef real wide;
static inline real root(real x) { return drawn("sqrt", x); }
#else
typedef double wide;
#ifdef SINGLE
#define root(x) __builtin_sqrtf(x)
#else
#define root(x) __builtin_sqrt(x)
#endif
#endif
enum { OFTEN = 64 };
typedef struct { long step; wide power1, power2; } moment;
static wide raised(wide base, long n) {
    wide made = 1;
    for (; n > 0; n >>= 1, base = base * base) if (n & 1) made = made * base;
    return made;
}
static inline void tick(moment *at, const wide *h) {
    at->step++;
    if (at->step % OFTEN == 0) {
        at->power1 = raised(h[2], at->step);
        at->power2 = raised(h[3], at->step);
    } else {
        at->power1 = at->power1 * h[2];
        at->power2 = at->power2 * h[3];
    }
}
static moment since(const wide *h, long step) {
    const long whole = step / OFTEN * OFTEN;
    moment at = {whole, raised(h[2], whole), raised(h[3], whole)};
    while (at.step < step) tick(&at, h);
    return at;
}
#define EVERY _Pragma("omp simd") for (long k = 0; k < count; k++)
static APART void advance(real *__restrict theta, real *__restrict g, real *__restrict v, real *__restrict s, const long count,
    const real rate, const wide *h, moment *at, const int rule, const int flags) {
    const real momentum = (real)h[0], decay = (real)h[1], rest = (real)(1 - h[1]), epsilon = (real)h[4];
    const real beta1 = (real)h[2], beta2 = (real)h[3], rest1 = (real)(1 - h[2]), rest2 = (real)(1 - h[3]);
    const real weight_decay = (real)h[5], clip = (real)h[6];
    tick(at, h);
    const real left1 = (real)(1 - at->power1), left2 = (real)(1 - at->power2);
    if (flags & @DECAYS@) { EVERY g[k] += weight_decay * theta[k]; }
    if (flags & @CLIPS@) {
        real squares = 0;
        _Pragma("omp simd reduction(+:squares)") for (long k = 0; k < count; k++) squares += g[k] * g[k];
        const real length = root(squares);
        if (length > clip) {
            const real factor = clip / length;
            EVERY g[k] = g[k] * factor;
        }
    }
    switch (rule) {
@CASES@    }
}
#endif
"""


def text() -> str:
    """The C text of all rules; `advance` moves so many parameters by one step."""
    cases = "".join(
        f"    case {rule.number}: /* {name} */\n        EVERY {{\n            {rule.step}\n        }}\n        break;\n"
        for name, rule in RULES.items()
    )
    return _TEXT.replace("@CASES@", cases).replace("@DECAYS@", str(DECAYS)).replace("@CLIPS@", str(CLIPS))


_DENSE = r"""
/* passes by an update rule: the mean gradient of a batch in g, then the rule on all weights, v and s in panels as they are;
   masks: one for every sample in the order of the passes, or one for every step, or null */
API int run_rule(real *theta, real *v, real *s, const real *X, const real *Y, const int *orders, long n, long passes,
    long size, const real *rates, real *losses, const wide *h, long step, int rule, int flags, const real *masks) {
    memory m, g, old[2];
    real *given[2] = {v, s};
    if (!reserve(&m, size < ROWS ? size : ROWS)) return 1;
    if (!reserve(&g, 0)) { release(&m); return 1; }
    if (!reserve(&old[0], 0)) { release(&m); release(&g); return 1; }
    if (!reserve(&old[1], 0)) { release(&m); release(&g); release(&old[0]); return 1; }
    move(&m, theta, 1);
    for (int k = 0; k < 2; k++) if (given[k]) move(&old[k], given[k], 1);
    moment at = since(h, step);
    m.lead = flags & @EACH@ ? HIDDEN : 0;
    for (long e = 0; e < passes; e++) {
        const int *order = orders ? orders + e * n : 0;
        real loss = 0;
        for (long start = 0; start < n; start += size) {
            const long B = n - start < size ? n - start : size;
            memset(g.W1, 0, WEIGHTS * sizeof(real));
            for (long from = 0; from < B; from += ROWS) {
                const long rows = B - from < ROWS ? B - from : ROWS;
                const real *x = X, *y = Y;
                fetch(&m, &x, &y, order, start + from, rows);
                m.mask = masks ? masks + from * m.lead : 0;
                loss += learn(&m, &g, x, y, rows, (real)(@DESCENT@) / (real)B, 1);
            }
            advance(m.W1, g.W1, old[0].W1, old[1].W1, WEIGHTS, rates[e], h, &at, rule, flags);
            if (flags & @SHORT@) { @SHORTEN@ }
            if (masks) masks += flags & @EACH@ ? B * HIDDEN : HIDDEN;
        }
        if (losses) losses[e] = loss / (real)n;
    }
    move(&m, theta, 0);
    for (int k = 0; k < 2; k++) if (given[k]) move(&old[k], given[k], 0);
    release(&m);
    release(&g);
    release(&old[0]);
    release(&old[1]);
    return 0;
}
"""


def dense(descent: int, layers: int) -> str:
    """The passes of the matrix form; descent: 1 for a cost, -1 for a performance."""
    shorten = " ".join(f"keep_short(m.W{k}, N{k - 1}, NV{k}, (real)h[7]);" for k in range(1, layers + 1))
    text = _DENSE.replace("@DESCENT@", str(descent)).replace("@SHORTEN@", shorten)
    return text.replace("@EACH@", str(EACH)).replace("@SHORT@", str(SHORT))

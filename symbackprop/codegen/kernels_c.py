"""Register-blocked matrix kernels as C text: forward, back and update over panels of weights."""

from __future__ import annotations

KERNEL_NOTE = r"""
/* Matrices. Activations and deltas are rows of LD numbers. The weights into a layer lie in panels of up to four vectors of
   units: panel p holds, source after source, the weights to its units, padded with zeros. A kernel keeps a block of results
   in registers; blocks are MR rows (or sources) by NR vectors. */
#define PANEL (4 * VL)
#ifdef __AVX512F__
#define MR_MAX(nr) ((nr) == 4 ? 6 : (nr) == 3 ? 7 : 8)
#else
#define MR_MAX(nr) ((nr) == 4 ? 2 : (nr) == 3 ? 2 : (nr) == 2 ? 4 : 6)
#endif
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))
"""
_ROWS = (1, 2, 4, 6, 7, 8)


def _forward(mr: int, nr: int) -> str:
    """acc[r][v] = bias[v] + sum over k of A[r][k] W[k][v]."""
    several = 2 if mr * nr < 8 else 1  # two chains of additions hide their latency; they are joined at the end
    lines = [f"static inline void forward_{mr}x{nr}(const real *A, long lda, long K, const real *W, const real *bias,"]
    lines.append("    real *Z, long ldz) {")
    for v in range(nr):
        for r in range(mr):
            lines.append(f"    vec s{r}{v} = LOAD(bias + {v} * VL)" + (f", t{r}{v} = all(0);" if several == 2 else ";"))
    lines.append("    long k = 0;")
    if several == 2:
        lines.append("    for (; k + 1 < K; k += 2) {")
        for name, step in (("s", 0), ("t", 1)):
            lines += [f"        vec w{name}{v} = LOAD(W + ((k + {step}) * {nr} + {v}) * VL);" for v in range(nr)]
            for r in range(mr):
                lines.append(f"        vec a{name}{r} = all(A[{r} * lda + k + {step}]);")
                lines += [f"        {name}{r}{v} += a{name}{r} * w{name}{v};" for v in range(nr)]
        lines.append("    }")
    lines.append("    for (; k < K; k++) {")
    lines += [f"        vec w{v} = LOAD(W + (k * {nr} + {v}) * VL);" for v in range(nr)]
    for r in range(mr):
        lines.append(f"        vec a{r} = all(A[{r} * lda + k]);")
        lines += [f"        s{r}{v} += a{r} * w{v};" for v in range(nr)]
    lines.append("    }")
    for r in range(mr):
        for v in range(nr):
            joined = f"s{r}{v} + t{r}{v}" if several == 2 else f"s{r}{v}"
            lines.append(f"    STORE(Z + {r} * ldz + {v} * VL) = {joined};")
    return "\n".join([*lines, "}"]) + "\n"


def _update(kr: int, nr: int) -> str:
    """W[k][v] += sum over b of A[b][k] D[b][v]."""
    lines = [
        f"static inline void update_{kr}x{nr}(const real *A, long lda, long B, const real *D, long ldd, real *W) {{"
    ]
    for k in range(kr):
        lines += [f"    vec s{k}{v} = LOAD(W + ({k} * {nr} + {v}) * VL);" for v in range(nr)]
    lines.append("    for (long b = 0; b < B; b++) {")
    lines += [f"        vec d{v} = LOAD(D + b * ldd + {v} * VL);" for v in range(nr)]
    for k in range(kr):
        lines.append(f"        vec a{k} = all(A[b * lda + {k}]);")
        lines += [f"        s{k}{v} += a{k} * d{v};" for v in range(nr)]
    lines.append("    }")
    for k in range(kr):
        lines += [f"    STORE(W + ({k} * {nr} + {v}) * VL) = s{k}{v};" for v in range(nr)]
    return "\n".join([*lines, "}"]) + "\n"


def _back(mr: int, kr: int) -> str:
    """E[b][k] = sum over j of D[b][j] W[k][j]."""
    lines = [
        f"static inline void back_{mr}x{kr}(const real *D, long ldd, long NV, const real *W, long K, long k0, real *E,"
    ]
    lines.append("    long lde) {")
    lines += [f"    vec s{b}{k} = all(0);" for b in range(mr) for k in range(kr)]
    lines.append("    for (long p = 0; p < NV; p += 4) {")
    lines.append("        long nr = NV - p < 4 ? NV - p : 4;")
    lines.append("        const real *w = W + p * VL * K + k0 * nr * VL;")
    lines.append("        for (long v = 0; v < nr; v++) {")
    lines += [f"            vec w{k} = LOAD(w + ({k} * nr + v) * VL);" for k in range(kr)]
    for b in range(mr):
        lines.append(f"            vec d{b} = LOAD(D + {b} * ldd + (p + v) * VL);")
        lines += [f"            s{b}{k} += d{b} * w{k};" for k in range(kr)]
    lines += ["        }", "    }"]
    lines += [f"    E[{b} * lde + {k}] = sum(s{b}{k});" for b in range(mr) for k in range(kr)]
    return "\n".join([*lines, "}"]) + "\n"


def _over(name: str, nr: int, call: str, step: str, count: str) -> str:
    """A loop over rows in blocks: the largest that fits, then smaller ones."""
    text = f"        for (; {step} + MR_MAX({nr}) <= {count}; {step} += MR_MAX({nr})) switch (MR_MAX({nr})) {{\n"
    for mr in _ROWS:
        if mr * nr <= 24 and mr > 1:
            text += f"            case {mr}: {name}_{mr}x{nr}({call}); break;\n"
    text += "        }\n"
    for mr in (4, 2, 1):
        if mr * nr <= 24:
            text += f"        for (; {step} + {mr} <= {count}; {step} += {mr}) {name}_{mr}x{nr}({call});\n"
    return text


def kernels() -> str:
    """All kernels and the three loops over them: forward, back, update."""
    text = KERNEL_NOTE
    for nr in (1, 2, 3, 4):
        for mr in _ROWS:
            if mr * nr <= 24:
                text += _forward(mr, nr) + _update(mr, nr)
    text += "".join(_back(mr, kr) for mr in (1,) for kr in (1, 4))
    forward, update = "", ""
    for nr in (4, 3, 2, 1):
        call = "A + r * lda, lda, K, w, bias + p * VL, Z + r * ldz + p * VL, ldz"
        forward += f"        if (nr == {nr}) {{\n{_over('forward', nr, call, 'r', 'B')}        }}\n"
        call = f"A + k, lda, B, D + p * VL, ldd, w + k * {nr} * VL"
        update += f"        if (nr == {nr}) {{\n{_over('update', nr, call, 'k', 'K')}        }}\n"
    return (
        text
        + f"""
static inline void forward(const real *A, long lda, long B, long K, long NV, const real *W, const real *bias, real *Z,
    long ldz) {{
    for (long p = 0; p < NV; p += 4) {{
        const long nr = NV - p < 4 ? NV - p : 4;
        const real *w = W + p * VL * K;
        long r = 0;
{forward}    }}
}}
static inline void update(const real *A, long lda, long B, long K, long NV, const real *D, long ldd, real *W) {{
    for (long p = 0; p < NV; p += 4) {{
        const long nr = NV - p < 4 ? NV - p : 4;
        real *w = W + p * VL * K;
        long k = 0;
{update}    }}
}}
/* E = D W: a few rows by inner products; many by the forward kernel, over the weights turned around in T (NT vectors a row) */
static inline void back(const real *D, long ldd, long B, long K, long NV, long J, const real *W, real *E, long lde, real *T,
    long NT, const real *zero) {{
    if (B < 4) {{
        for (long b = 0; b < B; b++) {{
            long k = 0;
            for (; k + 4 <= K; k += 4) back_1x4(D + b * ldd, ldd, NV, W, K, k, E + b * lde + k, lde);
            for (; k < K; k++) back_1x1(D + b * ldd, ldd, NV, W, K, k, E + b * lde + k, lde);
        }}
        return;
    }}
    for (long p = 0; p < NV; p += 4) {{
        const long nr = NV - p < 4 ? NV - p : 4;
        for (long k = 0; k < K; k++) {{
            const long q = k / PANEL * 4, mr = NT - q < 4 ? NT - q : 4;
            for (long j = p * VL; j < (p + nr) * VL && j < J; j++)
                T[q * VL * J + j * mr * VL + (k - q * VL)] = W[p * VL * K + k * nr * VL + (j - p * VL)];
        }}
    }}
    forward(D, ldd, B, J, NT, T, zero, E, lde);
}}
static inline void add_rows(const real *D, long ldd, long B, long NV, real *bias) {{
    for (long v = 0; v < NV; v++) {{
        vec s = LOAD(bias + v * VL);
        for (long b = 0; b < B; b++) s += LOAD(D + b * ldd + v * VL);
        STORE(bias + v * VL) = s;
    }}
}}
/* where the weight from source k to unit j stands in its panels */
static inline long place(long K, long NV, long k, long j) {{
    const long p = j / PANEL * 4, nr = NV - p < 4 ? NV - p : 4;
    return p * VL * K + k * nr * VL + (j - p * VL);
}}
"""
    )

"""The peers and limits in C: hand-written loops, the peak of fused multiply-adds, the latency chain, BLAS products alone."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from peers import Call, Work, split

_LITTLE = 100  # multiply-adds a step below which arithmetic is no limit


def _compiled(text: str, flags: tuple[str, ...]) -> ctypes.CDLL:
    """A C text as a loaded library."""
    folder = Path(tempfile.mkdtemp(prefix="hand-c-"))
    (folder / "t.c").write_text(text)
    files = ["-shared", "-fPIC", "-o", str(folder / "t.so"), str(folder / "t.c"), "-lm"]
    subprocess.run(["cc", *flags, "-march=native", *files], check=True)
    return ctypes.CDLL(str(folder / "t.so"))


def _hand_c_text(work: Work) -> str:
    """Loops with constant sizes, as one writes them by hand; libm's exp."""
    real = "float" if work.X.dtype == np.float32 else "double"
    exp = "expf" if real == "float" else "exp"
    L, s = len(work.sizes) - 1, work.sizes
    text = f"#include <math.h>\n#include <string.h>\ntypedef {real} real;\n"
    for k in range(1, L + 1):
        text += f"static real W{k}[{s[k]}][{s[k - 1]}], b{k}[{s[k]}], A{k}[{s[k]}], D{k}[{s[k]}];\n"
        text += f"static real G{k}[{s[k]}][{s[k - 1]}], c{k}[{s[k]}];\n"
    text += "static void sample(const real *A0, const real *y, real rate, int online) {\n"
    for k in range(1, L + 1):
        act = (
            "s"
            if k == L and work.softmax
            else "s > 0 ? s : 0"
            if work.hidden == "relu" and k < L
            else f"1 / (1 + {exp}(-s))"
        )
        text += f"  for (int j = 0; j < {s[k]}; j++) {{ real s = b{k}[j]; for (int k = 0; k < {s[k - 1]}; k++) "
        text += f"s += W{k}[j][k] * A{k - 1}[k]; A{k}[j] = {act}; }}\n"
    if work.softmax:
        text += f"  real t = A{L}[0], u = 0; for (int j = 1; j < {s[L]}; j++) if (A{L}[j] > t) t = A{L}[j];\n"
        text += f"  for (int j = 0; j < {s[L]}; j++) u += A{L}[j] = {exp}(A{L}[j] - t);\n"
        text += f"  for (int j = 0; j < {s[L]}; j++) D{L}[j] = A{L}[j] / u - y[j];\n"
    else:
        text += f"  for (int j = 0; j < {s[L]}; j++) D{L}[j] = (A{L}[j] - y[j]) * A{L}[j] * (1 - A{L}[j]);\n"
    for k in range(L, 1, -1):
        slope = f"(A{k - 1}[k] > 0)" if work.hidden == "relu" else f"A{k - 1}[k] * (1 - A{k - 1}[k])"
        text += f"  memset(D{k - 1}, 0, sizeof D{k - 1}); for (int j = 0; j < {s[k]}; j++) for (int k = 0; k < {s[k - 1]}; k++) "
        text += (
            f"D{k - 1}[k] += W{k}[j][k] * D{k}[j];\n  for (int k = 0; k < {s[k - 1]}; k++) D{k - 1}[k] *= {slope};\n"
        )
    for k in range(1, L + 1):
        for test, w, b, f in (("online", "W", "b", "-= rate *"), ("!online", "G", "c", "+=")):
            text += f"  if ({test}) for (int j = 0; j < {s[k]}; j++) {{ for (int k = 0; k < {s[k - 1]}; k++) "
            text += (
                f"{w}{k}[j][k] {f} D{k}[j] * A{k - 1}[k]; " + (f"{b}{k}[j] {f} D{k}[j]; " if work.bias else "") + "}\n"
            )
    text += "}\nvoid train(real *theta, const real *X, const real *Y, long n, long batch, double rate, long epochs) {\n  real *t = theta;\n"
    for k in range(1, L + 1):
        text += f"  memcpy(W{k}, t, sizeof W{k}); t += {s[k] * s[k - 1]};\n"
        text += f"  memcpy(b{k}, t, sizeof b{k}); t += {s[k]};\n" if work.bias else ""
    text += "  for (long e = 0; e < epochs; e++) for (long i = 0; i < n; i += batch) {\n    long m = n - i < batch ? n - i : batch;\n"
    text += f"    if (batch == 1) {{ sample(X + i * {s[0]}, Y + i * {s[L]}, rate, 1); continue; }}\n"
    text += "".join(f"    memset(G{k}, 0, sizeof G{k}); memset(c{k}, 0, sizeof c{k});\n" for k in range(1, L + 1))
    text += (
        f"    for (long r = i; r < i + m; r++) sample(X + r * {s[0]}, Y + r * {s[L]}, 0, 0);\n    real f = rate / m;\n"
    )
    for k in range(1, L + 1):
        text += f"    for (int j = 0; j < {s[k]}; j++) {{ for (int k = 0; k < {s[k - 1]}; k++) W{k}[j][k] -= f * G{k}[j][k]; "
        text += (f"b{k}[j] -= f * c{k}[j]; " if work.bias else "") + "}\n"
    text += "  }\n  t = theta;\n"
    for k in range(1, L + 1):
        text += f"  memcpy(t, W{k}, sizeof W{k}); t += {s[k] * s[k - 1]};\n"
        text += f"  memcpy(t, b{k}, sizeof b{k}); t += {s[k]};\n" if work.bias else ""
    return text + "}\n"


def hand_c(work: Work, theta: Any, flags: tuple[str, ...] = ("-O3",)) -> Call:
    """Hand-written C with constant sizes, -O3 -march=native."""
    train = _compiled(_hand_c_text(work), flags).train
    where = [ctypes.c_void_p(each.ctypes.data) for each in (work.X, work.Y)]
    numbers = ctypes.c_long(len(work.X)), ctypes.c_long(work.batch), ctypes.c_double(work.rate)

    def call(epochs: int) -> Any:
        made = theta.copy()
        train(ctypes.c_void_p(made.ctypes.data), *where, *numbers, ctypes.c_long(epochs))
        return made

    return call


def hand_c_fast(work: Work, theta: Any) -> Call:
    """The same with -Ofast: reassociation allowed everywhere."""
    return hand_c(work, theta, ("-Ofast",))


def gemm_alone(work: Work, theta: Any) -> Call:
    """A limit, not a trainer: only the matrix products of a step, by NumPy's BLAS into ready buffers."""
    if work.multiplications < _LITTLE:
        raise NotImplementedError("bound by the latency chain, not by arithmetic")
    parts, rows = split(work, theta), min(work.batch, len(work.X))
    A = [np.ascontiguousarray(work.X[:rows])] + [np.ones((rows, n), theta.dtype) for n in work.sizes[1:]]
    D = [np.ones((rows, n), theta.dtype) for n in work.sizes]
    G = [np.empty_like(w) for w in parts[::2]]

    def call(epochs: int) -> Any:
        for _ in range(epochs * work.steps):
            for k, w in enumerate(parts[::2]):
                np.dot(A[k], w.T, out=A[k + 1])
            for k in range(len(G) - 1, -1, -1):
                np.dot(D[k + 1].T, A[k], out=G[k])
                if k:
                    np.dot(D[k + 1], parts[2 * k], out=D[k])
        return None

    return call


_PEAK = """
typedef REAL vec __attribute__((vector_size(VECTOR)));
#define LANES (VECTOR / (int)sizeof(REAL))
/* twelve sums side by side, more than the latency of a fused multiply-add times the two units of any core needs */
REAL peak(long count) {
  vec s[12], f, g;
  for (int i = 0; i < LANES; i++) { f[i] = (REAL)0.999; g[i] = (REAL)1e-3; for (int k = 0; k < 12; k++) s[k][i] = i + k; }
  __asm__ volatile("" : "+x"(f), "+x"(g));
  for (long n = count / (12 * LANES) + 1; n > 0; n--)
    for (int k = 0; k < 12; k++) s[k] = s[k] * f + g;
  REAL t = 0;
  for (int k = 0; k < 12; k++) for (int i = 0; i < LANES; i++) t += s[k][i];
  return t;
}
"""


def fma_peak(work: Work, theta: Any) -> Call:
    """A limit, not a trainer: as many fused multiply-adds as a step has, in registers, nothing loaded or stored."""
    if work.multiplications < _LITTLE:
        raise NotImplementedError("bound by the latency chain, not by arithmetic")
    single = work.X.dtype == np.float32
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    width = 64 if "avx512f" in flags else 32
    defines = (f"-DREAL={'float' if single else 'double'}", f"-DVECTOR={width}")
    run = _compiled(_PEAK, ("-O3", "-funroll-loops", "-mprefer-vector-width=512", *defines)).peak
    run.restype = ctypes.c_float if single else ctypes.c_double

    def call(epochs: int) -> Any:
        run(ctypes.c_long(work.multiplications * work.steps * epochs))
        return None

    return call


_CHAIN = """
#include <stdint.h>
#include <string.h>
/* exp by 2^k times a polynomial of degree 11 in Estrin's order, good to 1e-14: fewest dependent operations, no table */
static inline double e(double x) {
  double k = x * 1.4426950408889634 + 6755399441055744.0;
  int64_t bits; memcpy(&bits, &k, 8);
  k -= 6755399441055744.0;
  double r = __builtin_fma(k, -0.6931471805599453, x), s = r * r, q = s * s;
  double p = (1 + r) + s * (0.5 + r * (1.0 / 6)), u = (1.0 / 24 + r * (1.0 / 120)) + s * (1.0 / 720 + r * (1.0 / 5040));
  double v = (1.0 / 40320 + r * (1.0 / 362880)) + s * (1.0 / 3628800 + r * (1.0 / 39916800));
  p += q * u + (q * q) * v;
  int64_t power = (bits + 1023) << 52; double two; memcpy(&two, &power, 8);
  return p * two;
}
/* a chain of L sigmoid units, one a layer: every step waits for the weights of the step before */
double chain(double *w, long steps) {
  double W[L], a[L + 1], y = 0.25;
  for (int l = 0; l < L; l++) W[l] = w[l];
  for (long n = 0; n < steps; n++) {
    a[0] = 0.5 + 0.001 * (double)(n & 3);
#pragma GCC unroll 8
    for (int l = 0; l < L; l++) a[l + 1] = 1 / (1 + e(-W[l] * a[l]));
    double d = -0.01 * (a[L] - y);
#pragma GCC unroll 8
    for (int l = L - 1; l >= 0; l--) {
      double t = d * (a[l + 1] * (1 - a[l + 1]));
      d = W[l] * t;
      W[l] += t * a[l];
    }
  }
  for (int l = 0; l < L; l++) w[l] = W[l];
  return W[0];
}
"""


def latency_chain(work: Work, theta: Any) -> Call:
    """A yardstick, not a trainer: the chain of as many sigmoid units as the net has layers, with nothing beside it.

    Every step waits for the one before; how long depends on the exp, here a polynomial: code with a shorter one can be faster.
    """
    if work.batch != 1 or max(work.sizes) > 10 or work.softmax:
        raise NotImplementedError("bound by arithmetic, not by the chain")
    run = _compiled(_CHAIN, ("-O3", "-ffast-math", f"-DL={len(work.sizes) - 1}")).chain
    run.restype = ctypes.c_double
    weights = np.ones(8)

    def call(epochs: int) -> Any:
        run(ctypes.c_void_p(weights.ctypes.data), ctypes.c_long(work.steps * epochs))
        return None

    return call

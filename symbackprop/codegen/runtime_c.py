"""The fixed part of generated C: the number type (floating or exact), and exp.

One text, two meanings. Compiled as C it computes in double or float. Compiled as C++ with -DEXACT the same program computes
with integers modulo 2^61 - 1 and asks its caller for the values of activations: that run is compared with the proof.
"""

from __future__ import annotations

from math import exp2

STEPS = 64  # entries of the table of 2^(i/64)
TABLE = f"""
/* exp for one number at a time, by a table: fewer steps from argument to result than the polynomial that vectorises */
#if !defined(EXACT) && !defined(SINGLE)
static const double power[{STEPS}] = {{{", ".join(exp2(i / STEPS).hex() for i in range(STEPS))}}};
static inline double exp_parts(double x, double *s) {{
    double k = x * {STEPS / 0.6931471805599453!r} + MAGIC;
    int64_t b, t;
    memcpy(&b, &k, sizeof b);
    memcpy(&t, &power[b & {STEPS - 1}], sizeof t);
    t += (b >> {STEPS.bit_length() - 1}) << 52;
    memcpy(s, &t, sizeof t);
    k -= MAGIC;
#ifdef __FP_FAST_FMA
    const double r = __builtin_fma(k, -0.010830424696249145, x), low = k * -3.623510646634843e-19, r2 = r * r; /* ln 2 / 64 and its rest */
#else
    const double r = (x - k * (LN2_HIGH / {STEPS})) - k * (LN2_LOW / {STEPS}), low = 0, r2 = r * r;
#endif
    return (r + (low + low * r)) + r2 * ((0.5 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120)));
}}
static inline double exp_one(double x) {{
    if (__builtin_expect(!(x < 708.0 && x > -708.0), 0)) return exp(x);
    double s, e = exp_parts(x, &s);
    return s + s * e;
}}
static inline double exp1p_one(double x) {{ /* 1 + exp(x) */
    if (__builtin_expect(!(x < 708.0 && x > -708.0), 0)) return 1 + exp(x);
    double s, e = exp_parts(x, &s);
    return (1 + s) + s * e;
}}
#elif !defined(EXACT)
static inline real exp_one(real x) {{ return exp_(x); }}
static inline real exp1p_one(real x) {{ return 1 + exp_(x); }}
#endif
"""

HEADER = r"""
#define APART __attribute__((noinline))
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef EXACT /* ------------------- integers modulo 2^61 - 1: this file compiled as C++, to be compared with the proof */
#define API extern "C"
#define P 2305843009213693951ULL
struct real {
    uint64_t v;
    real() {}
    real(double x) : v(x < 0 ? P - (uint64_t)(-x) : (uint64_t)x) {}
    bool above(const real &o) const { return key() > o.key(); }
    int64_t key() const { return v <= P / 2 ? (int64_t)v : (int64_t)v - (int64_t)P; }
};
static inline real raw(uint64_t v) { real r; r.v = v; return r; }
static inline real operator+(real a, real b) { uint64_t s = a.v + b.v; return raw(s >= P ? s - P : s); }
static inline real operator-(real a, real b) { return raw(a.v >= b.v ? a.v - b.v : a.v + P - b.v); }
static inline real operator-(real a) { return raw(a.v ? P - a.v : 0); }
static inline real operator*(real a, real b) { return raw((uint64_t)((unsigned __int128)a.v * b.v % P)); }
static inline real operator/(real a, real b) {
    real r(1), s = b;
    for (uint64_t e = P - 2; e; e >>= 1, s = s * s) if (e & 1) r = r * s;
    return a * r;
}
static inline real &operator+=(real &a, real b) { return a = a + b; }
static inline real &operator-=(real &a, real b) { return a = a - b; }
static inline real &operator*=(real &a, real b) { return a = a * b; }
static inline bool operator>(real a, real b) { return a.above(b); }
static inline bool operator>=(real a, real b) { return !b.above(a); }
static inline bool operator<(real a, real b) { return b.above(a); }
#ifndef VL
#define VL 2
#endif
struct vec {
    real v[VL];
    vec() {}
    vec(double x) { for (int k = 0; k < VL; k++) v[k] = x; }
    vec(real x) { for (int k = 0; k < VL; k++) v[k] = x; }
    real &operator[](int k) { return v[k]; }
};
struct lanes { bool v[VL]; };
static inline vec all(real x) { vec r; for (int k = 0; k < VL; k++) r.v[k] = x; return r; }
#define LANEWISE(op) static inline vec operator op(vec a, vec b) { for (int k = 0; k < VL; k++) a.v[k] = a.v[k] op b.v[k]; return a; }
LANEWISE(+) LANEWISE(-) LANEWISE(*) LANEWISE(/)
static inline vec operator-(vec a) { return vec(0) - a; }
static inline vec &operator+=(vec &a, vec b) { return a = a + b; }
static inline vec &operator*=(vec &a, vec b) { return a = a * b; }
static inline lanes operator>(vec a, vec b) { lanes r; for (int k = 0; k < VL; k++) r.v[k] = a.v[k] > b.v[k]; return r; }
static inline lanes operator>=(vec a, vec b) { lanes r; for (int k = 0; k < VL; k++) r.v[k] = a.v[k] >= b.v[k]; return r; }
static inline vec pick(lanes t, vec a, vec b) { for (int k = 0; k < VL; k++) if (!t.v[k]) a.v[k] = b.v[k]; return a; }
static inline vec first(vec a, long n) { for (int k = 0; k < VL; k++) if (k >= n) a.v[k] = 0; return a; }
static inline vec some(const real *p, long n) { vec r; for (int k = 0; k < VL; k++) r.v[k] = k < n ? p[k] : real(0); return r; }
static inline real sum(vec a) { real s(0); for (int k = 0; k < VL; k++) s += a.v[k]; return s; }
typedef uint64_t (*oracle_one)(const char *, uint64_t);
typedef void (*oracle_many)(int, const uint64_t *, uint64_t *);
static oracle_one ask_one;
static oracle_many ask_many;
API void set_oracles(oracle_one one, oracle_many many) { ask_one = one; ask_many = many; }
static inline real drawn(const char *name, real z) { return raw(ask_one(name, z.v)); }
static inline vec drawn(const char *name, vec z) { for (int k = 0; k < VL; k++) z.v[k] = drawn(name, z.v[k]); return z; }
static inline real floor_log(real a) { return drawn("log", a); }
static inline real exp_(real z) { return drawn("exp", z); }
static inline real exp_one(real z) { return drawn("exp", z); }
static inline void softmax(real *a, const real *z, int n) { ask_many(n, &z->v, &a->v); }
static inline real log_sum_exp(const real *z, int n) { real r; ask_many(-n, &z->v, &r.v); return r; }
static inline void softmax_v(vec *a, const vec *z, long n, int nv) {
    for (int v = 0; v < nv; v++) a[v] = all(0);
    ask_many(n, &z->v->v, &a->v->v);
}

#else /* ------------------------------------------------------------------------------------------- floating point */
#include <math.h>
#define API
#ifdef SINGLE
#define WORD 4
#else
#define WORD 8
#endif
#ifndef BYTES
#if defined(__AVX512F__) && !defined(NARROW)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
#endif
#ifdef SINGLE
typedef float real;
typedef int32_t bits;
#define SHIFT 23
#define BIAS 127
#define MAGIC 12582912.0f
#define LN2 0.69314718246459960938f
#define LN2_REST 1.904654299957768e-09f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -0.00021219444005469057f
#define LARGE 88.0f
#define TINY 1e-37f
#else
typedef double real;
typedef int64_t bits;
#define SHIFT 52
#define BIAS 1023
#define MAGIC 6755399441055744.0
#define LN2 0.6931471805599453
#define LN2_REST -2.3190468138462996e-17
#define LN2_HIGH 0.6931471803691238
#define LN2_LOW 1.9082149292705877e-10
#define LARGE 708.0
#define TINY 1e-300
#endif
#define VL (BYTES / WORD) /* lanes of a vector: a register of this processor, or half of one where that wastes fewer lanes */
typedef real vec __attribute__((vector_size(BYTES), may_alias));
typedef bits lanes __attribute__((vector_size(BYTES)));
static inline vec all(real x) { return x - (vec){0}; }
static inline vec pick(lanes t, vec a, vec b) { return (vec)(((lanes)a & t) | ((lanes)b & ~t)); }
#if VL == 16
static const lanes IOTA = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif VL == 8
static const lanes IOTA = {0, 1, 2, 3, 4, 5, 6, 7};
#elif VL == 4
static const lanes IOTA = {0, 1, 2, 3};
#else
static const lanes IOTA = {0, 1};
#endif
/* the first n lanes and zeros; the same of n numbers in memory, of which no more are read */
static inline vec first(vec a, long n) { return n >= VL ? a : (vec)((lanes)a & (IOTA < (bits)n)); }
static inline vec some(const real *p, long n) {
    typedef real loose __attribute__((vector_size(BYTES), may_alias, aligned(WORD)));
    if (n >= VL) return *(const loose *)p;
    vec r = {0};
    for (int k = 0; k < VL; k++) if (k < n) r[k] = p[k];
    return r;
}
/* whether any lane is set */
static inline int any(lanes t) {
#if defined(__AVX__) && BYTES >= 32
    typedef long long quad __attribute__((vector_size(32)));
    quad half[BYTES / 32];
    memcpy(half, &t, sizeof t);
    for (int k = 1; k < BYTES / 32; k++) half[0] |= half[k];
    return !__builtin_ia32_ptestz256(half[0], half[0]);
#else
    bits s = 0;
    for (int k = 0; k < VL; k++) s |= t[k];
    return s != 0;
#endif
}
#ifdef __clang__
static inline vec flipped(vec a, int h) { vec r; for (int k = 0; k < VL; k++) r[k] = a[k ^ h]; return r; }
#else
#define flipped(a, h) __builtin_shuffle(a, IOTA ^ (h))
#endif
#if VL == 16
#define FOLD(join) join(8) join(4) join(2) join(1)
#elif VL == 8
#define FOLD(join) join(4) join(2) join(1)
#elif VL == 4
#define FOLD(join) join(2) join(1)
#else
#define FOLD(join) join(1)
#endif
static inline real sum(vec a) {
#define JOIN(h) a += flipped(a, h);
    FOLD(JOIN)
#undef JOIN
    return a[0];
}

/* exp(x) - 1 = s (e - 1) + (s - 1) with s = 2^n and e = exp(r), |r| <= ln 2 / 2, by a polynomial in r; no branch, so that
   loops over it become vector code. Beyond LARGE the result is infinity, below -LARGE it is 0 (or -1). One text for a
   number and for a vector. */
#ifdef __FP_FAST_FMA /* x - k ln 2 in one rounding; the rest of ln 2 joins at the end, off the longest chain */
#define REMAINDER(T) T r = x - k * LN2, low = k * LN2_REST; low = low + low * r;
#else
#define REMAINDER(T) T r = (x - k * LN2_HIGH) - k * LN2_LOW, low = r - r;
#endif
#ifdef SINGLE
#define POLYNOMIAL(T) T r2 = r * r, r4 = r2 * r2, p = 0.5f + 0.16666576989698775f * r, \
    q = (0.041666554617204574f + 0.008363179052722578f * r) + r2 * 0.0013926183587713494f;
#else
#define POLYNOMIAL(T) T r2 = r * r, r4 = r2 * r2, \
    p = (0.5000000000000001 + 0.16666666666666669 * r) + r2 * (0.04166666666662413 + 0.008333333333330062 * r), \
    q = ((0.0013888888917213717 + 0.00019841269863053618 * r) \
         + r2 * (2.4801521295954376e-05 + 2.7557268459997064e-06 * r)) \
        + r4 * (2.7620088445409746e-07 + 2.510038549551032e-08 * r); r4 *= r2;
#endif
#define EXPONENTIALS(T, B, CHOOSE, CONST, reduced, exp_, expm1_) \
static inline T reduced(T x, T *s) { \
    T k = x * (real)1.4426950408889634 + MAGIC; \
    B b; \
    memcpy(&b, &k, sizeof b); \
    b = (b + BIAS) << SHIFT; \
    memcpy(s, &b, sizeof b); \
    k -= MAGIC; \
    REMAINDER(T) \
    POLYNOMIAL(T) \
    return ((r + low) + r2 * p) + r4 * q; \
} \
static inline T exp_(T x) { \
    T s, e = reduced(x, &s), y = s + s * e; \
    y = CHOOSE(x > LARGE, CONST(INFINITY), y); \
    return CHOOSE(x < -LARGE, CONST(0), y); \
} \
static inline T expm1_(T x) { \
    T s, e = reduced(x, &s), y = (s - 1) + s * e; \
    y = CHOOSE(x > LARGE, CONST(INFINITY), y); \
    return CHOOSE(x < -LARGE, CONST(-1), y); \
}
#define EITHER(t, a, b) ((t) ? (a) : (b))
EXPONENTIALS(real, bits, EITHER, (real), reduced, exp_, expm1_)
EXPONENTIALS(vec, lanes, pick, all, reduced_v, exp_far, expm1_far)
/* on vectors the ends are left to a branch that is hardly ever taken: off the chain from argument to result */
static inline lanes beyond(vec x, real end) {
    const vec size = (vec)((lanes)x & ~(lanes)all((real)-0.0));
    return ~(size < end);
}
static inline vec exp_v(vec x) {
    if (__builtin_expect(any(beyond(x, LARGE)), 0)) return exp_far(x);
    vec s, e = reduced_v(x, &s);
    return s + s * e;
}
static inline vec expm1_v(vec x) {
    if (__builtin_expect(any(beyond(x, LARGE)), 0)) return expm1_far(x);
    vec s, e = reduced_v(x, &s);
    return (s - 1) + s * e;
}
#ifdef SINGLE
static inline real log1p_(real x) { return log1pf(x); }
#define LOG logf
static inline real floor_log(real a) { return logf(a > TINY ? a : TINY); }
#else
static inline real log1p_(real x) { return log1p(x); }
#define LOG log
static inline real floor_log(real a) { return log(a > TINY ? a : TINY); }
#endif
static inline vec log1p_v(vec x) { for (int k = 0; k < VL; k++) x[k] = log1p_(x[k]); return x; }
static inline void softmax(real *a, const real *z, int n) {
    real top = z[0], total = 0;
    for (int k = 1; k < n; k++) top = z[k] > top ? z[k] : top;
    for (int k = 0; k < n; k++) a[k] = exp_(z[k] - top);
    for (int k = 0; k < n; k++) total += a[k];
    total = 1 / total;
    for (int k = 0; k < n; k++) a[k] *= total;
}
/* the log of the sum of all exp(z); the largest is taken off first, so that nothing overflows */
static inline real log_sum_exp(const real *z, int n) {
    real top = z[0], total = 0;
    for (int k = 1; k < n; k++) top = z[k] > top ? z[k] : top;
    for (int k = 0; k < n; k++) total += exp_(z[k] - top);
    return top + LOG(total);
}
/* softmax for nv whole vectors with n numbers in them; zeros behind them. The largest is taken off only where some are
   large: softmax is the same with and without */
static inline vec among(vec z, long n, real others) { return n >= VL ? z : pick(IOTA < (bits)n, z, all(others)); }
static APART void softmax_far(vec *a, const vec *z, const long n, const int nv) {
    vec top = all(-(real)INFINITY);
    for (int v = 0; v < nv; v++) {
        const vec here = among(z[v], n - v * VL, -(real)INFINITY);
        top = pick(here > top, here, top);
    }
#define JOIN(h) { const vec other = flipped(top, h); top = pick(other > top, other, top); }
    FOLD(JOIN)
#undef JOIN
    vec total = all(0);
    for (int v = 0; v < nv; v++) total += a[v] = first(exp_far(z[v] - top), n - v * VL);
    total = all(sum(total));
    for (int v = 0; v < nv; v++) a[v] = a[v] / total;
}
static inline __attribute__((always_inline)) void softmax_v(vec *a, const vec *z, const long n, const int nv) {
    lanes far = {0};
    for (int v = 0; v < nv; v++) far |= beyond(among(z[v], n - v * VL, 0), LARGE / 2);
    if (__builtin_expect(any(far), 0)) {
        vec copy[nv], made[nv];
        for (int v = 0; v < nv; v++) copy[v] = z[v];
        softmax_far(made, copy, n, nv);
        for (int v = 0; v < nv; v++) a[v] = made[v];
        return;
    }
    vec total = all(0);
    for (int v = 0; v < nv; v++) {
        vec s, e = reduced_v(z[v], &s);
        a[v] = first(s + s * e, n - v * VL);
        total += a[v];
    }
#define JOIN(h) total += flipped(total, h);
    FOLD(JOIN)
#undef JOIN
    for (int v = 0; v < nv; v++) a[v] = a[v] / total;
}
#endif
#define RATIO(p, q) ((real)(p) / (real)(q))
"""

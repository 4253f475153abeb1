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
    return r + ((low + low * r) + r2 * ((0.5 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120))));
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
struct vec { real v[VL]; real operator[](int k) const { return v[k]; } };
static inline vec all(real x) { vec r; for (int k = 0; k < VL; k++) r.v[k] = x; return r; }
static inline vec operator*(vec a, vec b) { for (int k = 0; k < VL; k++) a.v[k] *= b.v[k]; return a; }
static inline vec operator+(vec a, vec b) { for (int k = 0; k < VL; k++) a.v[k] += b.v[k]; return a; }
static inline vec &operator+=(vec &a, vec b) { return a = a + b; }
static inline real sum(vec a) { real s(0); for (int k = 0; k < VL; k++) s += a.v[k]; return s; }
typedef uint64_t (*oracle_one)(const char *, uint64_t);
typedef void (*oracle_many)(int, const uint64_t *, uint64_t *);
static oracle_one ask_one;
static oracle_many ask_many;
API void set_oracles(oracle_one one, oracle_many many) { ask_one = one; ask_many = many; }
static inline real drawn(const char *name, real z) { return raw(ask_one(name, z.v)); }
static inline real floor_log(real a) { return drawn("log", a); }
static inline real exp_(real z) { return drawn("exp", z); }
static inline real exp_one(real z) { return drawn("exp", z); }
static inline void softmax(real *a, const real *z, int n) { ask_many(n, &z->v, &a->v); }
static inline void softmax_row(real *a, const real *z, int n, int room) { ask_many(n, &z->v, &a->v); }

#else /* ------------------------------------------------------------------------------------------- floating point */
#include <math.h>
#define API
#ifdef SINGLE
typedef float real;
typedef int32_t bits;
#define VL 16
#define SHIFT 23
#define BIAS 127
#define MAGIC 12582912.0f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -0.00021219444005469057f
#define LARGE 88.0f
#define TINY 1e-37f
#else
typedef double real;
typedef int64_t bits;
#define VL 8
#define SHIFT 52
#define BIAS 1023
#define MAGIC 6755399441055744.0
#define LN2_HIGH 0.6931471803691238
#define LN2_LOW 1.9082149292705877e-10
#define LARGE 708.0
#define TINY 1e-300
#endif
typedef real vec __attribute__((vector_size(64), may_alias));
typedef bits lanes __attribute__((vector_size(64)));
static inline vec all(real x) { return x - (vec){0}; }
static inline real sum(vec a) {
#ifdef SINGLE
    a += __builtin_shuffle(a, (lanes){8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7});
    a += __builtin_shuffle(a, (lanes){4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11});
    a += __builtin_shuffle(a, (lanes){2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13});
    a += __builtin_shuffle(a, (lanes){1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14});
#else
    a += __builtin_shuffle(a, (lanes){4, 5, 6, 7, 0, 1, 2, 3});
    a += __builtin_shuffle(a, (lanes){2, 3, 0, 1, 6, 7, 4, 5});
    a += __builtin_shuffle(a, (lanes){1, 0, 3, 2, 5, 4, 7, 6});
#endif
    return a[0];
}

/* exp(x) - 1 = s (e - 1) + (s - 1) with s = 2^n and e = exp(r), |r| <= ln 2 / 2, by a polynomial in r; no branch, so that
   loops over it become vector code. Beyond LARGE the result is infinity, below -LARGE it is 0 (or -1). */
static inline real reduced(real x, real *s) {
    real k = x * (real)1.4426950408889634 + MAGIC;
    bits b;
    memcpy(&b, &k, sizeof b);
    b = (bits)((uint64_t)(b + BIAS) << SHIFT);
    memcpy(s, &b, sizeof b);
    k -= MAGIC;
    real r = (x - k * LN2_HIGH) - k * LN2_LOW;
#ifdef SINGLE
    real r2 = r * r;
    real q = (0.5f + 0.16666576989698775f * r)
        + r2 * ((0.041666554617204574f + 0.008363179052722578f * r) + r2 * 0.0013926183587713494f);
#else
    real r2 = r * r, r4 = r2 * r2;
    real q = ((0.5000000000000001 + 0.16666666666666669 * r)
              + r2 * (0.04166666666662413 + 0.008333333333330062 * r))
        + r4 * (((0.0013888888917213717 + 0.00019841269863053618 * r)
                 + r2 * (2.4801521295954376e-05 + 2.7557268459997064e-06 * r))
                + r4 * (2.7620088445409746e-07 + 2.510038549551032e-08 * r));
#endif
    return r + r2 * q;
}
static inline real exp_(real x) {
    real s, e = reduced(x, &s), y = s + s * e;
    y = x > LARGE ? (real)INFINITY : y;
    return x < -LARGE ? 0 : y;
}
static inline real expm1_(real x) {
    real s, e = reduced(x, &s), y = (s - 1) + s * e;
    y = x > LARGE ? (real)INFINITY : y;
    return x < -LARGE ? -1 : y;
}
#ifdef SINGLE
static inline real log1p_(real x) { return log1pf(x); }
static inline real floor_log(real a) { return logf(a > TINY ? a : TINY); }
#else
static inline real log1p_(real x) { return log1p(x); }
static inline real floor_log(real a) { return log(a > TINY ? a : TINY); }
#endif
static inline void softmax(real *a, const real *z, int n) {
    real top = z[0], total = 0;
    for (int k = 1; k < n; k++) top = z[k] > top ? z[k] : top;
    for (int k = 0; k < n; k++) a[k] = exp_(z[k] - top);
    for (int k = 0; k < n; k++) total += a[k];
    total = 1 / total;
    for (int k = 0; k < n; k++) a[k] *= total;
}
/* the same for a row with room for whole vectors behind its n numbers */
static inline void softmax_row(real *a, const real *z, int n, int room) {
    real top = z[0], total = 0;
    for (int k = 1; k < n; k++) top = z[k] > top ? z[k] : top;
    for (int k = 0; k < room; k++) a[k] = exp_(z[k] - top);
    for (int k = 0; k < n; k++) total += a[k];
    total = 1 / total;
    for (int k = 0; k < room; k++) a[k] *= total;
}
#endif
#define APART __attribute__((noinline))
#define RATIO(p, q) ((real)(p) / (real)(q))
"""

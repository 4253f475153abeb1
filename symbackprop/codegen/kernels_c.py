"""Register-blocked matrix kernels as C text: forward, back and update over panels of weights.

Every block size is the same text with constants put in, so that what an exact run says of one holds for the others.
"""

KERNELS = r"""
/* Matrices. Activations and deltas are rows of LD numbers. The weights into a layer lie in panels of up to NR vectors of
   units: panel p holds, source after source, the weights to its units, padded with zeros. A block of results stays in
   registers: mr rows (or sources) by nr vectors, both constants wherever a block is used. */
#ifndef NR
#ifdef __AVX512F__
#define NR 4
#else
#define NR 2
#endif
#endif
#ifdef MOST
#elif NR == 4 /* 32 registers */
#define MOST(nr) ((nr) == 4 ? 6 : (nr) == 3 ? 8 : (nr) == 2 ? 6 : 8)
#else /* 16 registers */
#define MOST(nr) ((nr) == 2 ? 6 : 8)
#endif
#define CHAINS(blocks) ((blocks) >= 8 ? 1 : (blocks) >= 3 ? 2 : 4) /* sums side by side hide the latency of an addition */
#ifdef EXACT
#define ALWAYS static inline
#else
#define ALWAYS static inline __attribute__((always_inline))
#endif
#define EACH _Pragma("GCC unroll 16")
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))
#define PANEL (NR * VL)
#define LINE 64 /* bytes that come from memory together */
#ifndef DEPTH
#define DEPTH 1024 /* sources per block, so that a panel's block stays in the cache */
#define ROWS 256 /* rows at a time: what memory and cache have to hold of a larger batch */
#define STRIP 256
#define SPAN 4
#define SPLIT(vectors) ((vectors) * BYTES > 1 << 24)
#endif

/* the sum of sums kept side by side, every `apart` vectors */
ALWAYS vec joined(const vec *s, const int chains, const int apart) {
    if (chains == 1) return s[0];
    if (chains == 2) return s[0] + s[apart];
    return (s[0] + s[apart]) + (s[2 * apart] + s[3 * apart]);
}

/* Z[r][v] = from[v] + sum over k of A[r][k] W[k][v]; the next block of sources goes on from Z itself */
ALWAYS void forward_block(const int mr, const int nr, const real *A, long lda, long K, const real *W, const real *from,
    long step, real *Z, long ldz) {
    const int chains = CHAINS(mr * nr);
    vec s[4][8][NR];
    EACH for (int c = 0; c < chains; c++)
        EACH for (int r = 0; r < mr; r++)
            EACH for (int v = 0; v < nr; v++) s[c][r][v] = c ? all(0) : LOAD(from + r * step + v * VL);
    long k = 0;
    for (; k + chains <= K; k += chains)
        EACH for (int c = 0; c < chains; c++, W += nr * VL) {
            vec w[NR];
            EACH for (int v = 0; v < nr; v++) w[v] = LOAD(W + v * VL);
            EACH for (int r = 0; r < mr; r++) {
                const vec a = all(A[r * lda + k + c]);
                EACH for (int v = 0; v < nr; v++) s[c][r][v] += a * w[v];
            }
        }
    if (chains > 1) for (; k < K; k++, W += nr * VL)
        EACH for (int r = 0; r < mr; r++) {
            const vec a = all(A[r * lda + k]);
            EACH for (int v = 0; v < nr; v++) s[0][r][v] += a * LOAD(W + v * VL);
        }
    EACH for (int r = 0; r < mr; r++)
        EACH for (int v = 0; v < nr; v++) STORE(Z + r * ldz + v * VL) = joined(&s[0][r][v], chains, 8 * NR);
}
/* W[k][v] += sum over b of A[b][k] D[b][v], for mr sources; a full block asks meanwhile for the weights that come next */
ALWAYS void update_block(const int mr, const int nr, const real *A, long lda, long B, const real *D, long ldd, real *W) {
    vec s[8][NR];
    EACH for (int k = 0; k < mr; k++)
        EACH for (int v = 0; v < nr; v++) s[k][v] = LOAD(W + (k * nr + v) * VL);
    for (long b = 0; b < B; b++, A += lda, D += ldd) {
        vec d[NR];
        if (mr * nr >= 16) __builtin_prefetch((const char *)(W + mr * nr * VL) + b * LINE, 1);
        EACH for (int v = 0; v < nr; v++) d[v] = LOAD(D + v * VL);
        EACH for (int k = 0; k < mr; k++) {
            const vec a = all(A[k]);
            EACH for (int v = 0; v < nr; v++) s[k][v] += a * d[v];
        }
    }
    EACH for (int k = 0; k < mr; k++)
        EACH for (int v = 0; v < nr; v++) STORE(W + (k * nr + v) * VL) = s[k][v];
}
/* a block of as many rows (sources) as `rows` says, which is a constant in every branch; nr is a number in the text, so that
   branches that a width does not have are gone before anything is made of them, and so are sizes that never come up: of how
   many sources there are blocks is known, of how many rows it is not */
#define CUT(call, nr, comes) switch (rows) { \
    case 1: if (comes(1, nr)) call(1, nr); break; case 2: if (comes(2, nr)) call(2, nr); break; \
    case 3: if (comes(3, nr)) call(3, nr); break; case 4: if (comes(4, nr)) call(4, nr); break; \
    case 5: if (comes(5, nr)) call(5, nr); break; case 6: if (comes(6, nr)) call(6, nr); break; \
    case 7: if (comes(7, nr)) call(7, nr); break; default: if (comes(8, nr)) call(8, nr); }
#define ANY(mr, nr) ((mr) <= MOST(nr))
#define BLOCKS(K, nr) (((K) + MOST(nr) - 1) / MOST(nr))
#define CUTS(K, mr, nr) ((K) / BLOCKS(K, nr) == (mr) || ((K) - 1) / BLOCKS(K, nr) + 1 == (mr))
#define FORWARD(mr, nr) forward_block(mr, nr, A + r * lda + k, lda, deep, W + k * nr * VL, k ? Z + r * ldz : bias, k ? ldz : 0, Z + r * ldz, ldz)
#define UPDATE(mr, nr) update_block(mr, nr, A + k, lda, B, D, ldd, W + k * nr * VL)
#if HELD /* a small net: every panel with its sizes as constants */
#define SHARED ALWAYS
#else /* one copy of each width for all layers */
#define SHARED static APART
#endif
/* one panel of nr vectors: rows (sources) in blocks as even as can be; an update for one row goes through its weights in
   order, since it waits for memory, not for sums */
#define WIDTH(nr) \
SHARED void forward_##nr(const real *A, long lda, long B, long K, const real *W, const real *bias, real *Z, long ldz) { \
    for (long k = 0; k == 0 || k < K; k += DEPTH) { \
        const long deep = K - k < DEPTH ? K - k : DEPTH; \
        long r = 0, blocks = BLOCKS(B, nr); \
        for (; blocks > 0; blocks--) { \
            const long rows = (B - r + blocks - 1) / blocks; \
            CUT(FORWARD, nr, ANY) \
            r += rows; \
        } \
    } \
} \
SHARED void update_one_##nr(const real *A, long lda, long K, const real *D, long ldd, real *W) { \
    enum { B = 1 }; \
    long k = 0; \
    for (; k + 4 <= K; k += 4) UPDATE(4, nr); \
    for (; k < K; k++) UPDATE(1, nr); \
} \
SHARED void update_##nr(const real *A, long lda, long B, long K, const real *D, long ldd, real *W) { \
    if (!HELD && B == 1) { \
        update_one_##nr(A, lda, K, D, ldd, W); \
        return; \
    } \
    long k = 0, blocks = BLOCKS(K, nr); \
    for (; blocks > 0; blocks--) { \
        const long rows = (K - k + blocks - 1) / blocks; \
        CUT(UPDATE, nr, SOURCES) \
        k += rows; \
    } \
}
/* only the widths that some layer has: FULL panels, and what is LEFT beside them */
#if LEFT(1)
WIDTH(1)
#define PANEL1(do) do(1)
#else
#define PANEL1(do)
#endif
#if NR == 4 ? LEFT(2) : FULL
WIDTH(2)
#define PANEL2(do) do(2)
#else
#define PANEL2(do)
#endif
#if NR == 4 && LEFT(3)
WIDTH(3)
#define PANEL3(do) do(3)
#else
#define PANEL3(do)
#endif
#if NR == 4 && FULL
WIDTH(4)
#define PANEL4(do) do(4)
#else
#define PANEL4(do)
#endif
#if NR == 4
#define PANELS(do) for (; p + 4 <= NV; p += 4) { PANEL4(do) } if (NV % 4 == 1) { PANEL1(do) } if (NV % 4 == 2) { PANEL2(do) } if (NV % 4 == 3) { PANEL3(do) }
#else
#define PANELS(do) for (; p + 2 <= NV; p += 2) { PANEL2(do) } if (NV % 2 == 1) { PANEL1(do) }
#endif
/* whole layers; NV, the number of vectors of units, is a constant at every call */
#define FORWARD_PANEL(nr) forward_##nr(A, lda, B, K, W + p * VL * K, bias + p * VL, Z + p * VL, ldz);
#define UPDATE_PANEL(nr) update_##nr(A, lda, B, K, D + p * VL, ldd, W + p * VL * K);
ALWAYS void forward(const real *A, long lda, const long B, long K, const int NV, const real *W, const real *bias, real *Z, long ldz) {
    int p = 0;
    PANELS(FORWARD_PANEL)
}
ALWAYS void update(const real *A, long lda, const long B, long K, const int NV, const real *D, long ldd, real *W) {
    int p = 0;
    PANELS(UPDATE_PANEL)
}
/* E[k] = sum over j of D[j] W[k][j], for one row: m sources at a time; s holds what earlier panels gave */
ALWAYS void back_block(const int m, const real *D, int p, const int end, const int NV, const real *W, long K, long k, vec *s, const long at,
    real *E) {
    vec t[4];
    EACH for (int i = 0; i < m; i++) t[i] = p ? s[at + i] : all(0);
    for (; p < end; p += NR) {
        const int nr = NV - p < NR ? NV - p : NR;
        const real *w = W + p * VL * K + k * nr * VL;
        for (int v = 0; v < nr; v++)
            EACH for (int i = 0; i < m; i++) t[i] += LOAD(D + (p + v) * VL) * LOAD(w + (i * nr + v) * VL);
    }
    if (end == NV) EACH for (int i = 0; i < m; i++) E[k + i] = sum(t[i]);
    else EACH for (int i = 0; i < m; i++) s[at + i] = t[i];
}
/* all sources through all panels; what no cache holds is read in long pieces, STRIP sources through SPAN panels */
ALWAYS void back_one(const real *D, const long K, const int NV, const real *W, real *E) {
    const int split = SPLIT(K * NV);
    const long strip = split ? STRIP : K;
    const int span = split ? SPAN * NR : NV;
    vec s[STRIP];
    for (long from = 0; from < K; from += strip)
        for (int p = 0; p < NV; p += span) {
            const long most = K - from < strip ? K : from + strip;
            const int end = NV - p < span ? NV : p + span;
            long k = from;
            for (; k + 4 <= most; k += 4) back_block(4, D, p, end, NV, W, K, k, s, k - from, E);
            if (K % 4 || strip % 4) for (; k < most; k++) back_block(1, D, p, end, NV, W, K, k, s, k - from, E);
        }
}
/* from two vectors one: x with y's lanes after its own, in every 2h lanes the first h of each, or else the last h of each */
#if defined(EXACT) || defined(__clang__)
ALWAYS vec paired(vec x, vec y, const int h, const int last) {
    vec r = x;
    for (int l = 0; l < VL; l++) r[l] = l & h ? y[last ? l : l - h] : x[last ? l + h : l];
    return r;
}
#else
#define paired(x, y, h, last) __builtin_shuffle(x, y, IOTA + (((IOTA & (h)) != 0) & (VL - (h))) + ((last) ? (h) : 0))
#endif
/* the weights from panel p of the NV vectors of sources turned around: T holds them target after target */
static APART void turn(const real *W, const long K, const int NV, const int p, const int NJ, real *T, const real *zero) {
    const int mr = NV - p < NR ? NV - p : NR;
    for (int q = 0; q < NJ; q += NR) {
        const int nr = NJ - q < NR ? NJ - q : NR;
        for (int u = 0; u < mr; u++)
            for (int v = 0; v < nr; v++) {
                const long k = (p + u) * VL;
                const real *w = W + q * VL * K + (k * nr + v) * VL;
                vec a[VL];
                EACH for (int i = 0; i < VL; i++) a[i] = LOAD(k + i < K ? w + i * nr * VL : zero);
                EACH for (int h = VL / 2; h > 0; h /= 2)
                    EACH for (int i = 0; i < VL; i++) if (!(i & h)) {
                        const vec x = a[i], y = a[i + h];
                        a[i] = paired(x, y, h, 0);
                        a[i + h] = paired(x, y, h, 1);
                    }
                EACH for (int i = 0; i < VL; i++) STORE(T + (((q + v) * VL + i) * mr + u) * VL) = a[i];
            }
    }
}
/* E = D W: a few rows by inner products; many by the forward kernel, over one panel of sources after the other in T */
#define TURNED(nr) { \
    turn(W, K, NV, p, NJ, T, zero); \
    forward_##nr(D, ldd, B, J, T, zero, E + p * VL, lde); \
}
ALWAYS void back_many(const real *D, long ldd, const long B, const long K, const int NV, const long J, const int NJ, const real *W,
    real *E, long lde, real *T, const real *zero) {
    if (B < 4) {
        for (long b = 0; b < B; b++) back_one(D + b * ldd, K, NJ, W, E + b * lde);
        return;
    }
    int p = 0;
    PANELS(TURNED)
}
static inline void add_rows(const real *D, long ldd, long B, const int NV, real *bias) {
    for (int v = 0; v < NV; v++) {
        vec s = LOAD(bias + v * VL);
        for (long b = 0; b < B; b++) s += LOAD(D + b * ldd + v * VL);
        STORE(bias + v * VL) = s;
    }
}
/* where the weight from source k to unit j stands in its panels */
static inline long place(long K, const int NV, long k, long j) {
    const long p = j / PANEL * NR, nr = NV - p < NR ? NV - p : NR;
    return p * VL * K + k * nr * VL + (j - p * VL);
}
/* between rows of W, one a unit, and its panels: a vector of units at a time, so that both sides are walked in order */
static APART void arrange(real *W, real *rows, long K, const int NV, long J, const int in) {
    for (long j = 0; j < J; j += VL) {
        const long p = j / PANEL * NR, apart = (NV - p < NR ? NV - p : NR) * VL, most = J - j < VL ? J - j : VL;
        real *at = W + place(K, NV, 0, j), *from = rows + j * K;
        for (long k = 0; k < K; k++, at += apart)
            for (long i = 0; i < most; i++) {
                if (in) at[i] = from[i * K + k];
                else from[i * K + k] = at[i];
            }
    }
}
/* memory full of zeros; much of it in huge pages where the system has them: fewer faults and fewer misses of addresses */
#if defined(__linux__) && !defined(EXACT)
#include <sys/mman.h>
enum { HUGE = 1 << 21 };
#endif
static void *zeros(size_t *bytes) {
#ifdef MADV_HUGEPAGE
    if (*bytes >= 2 * HUGE) {
        *bytes = (*bytes + HUGE - 1) / HUGE * HUGE;
        char *at = (char *)mmap(0, *bytes + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) return 0;
        const size_t before = (HUGE - (uintptr_t)at % HUGE) % HUGE;
        if (before) munmap(at, before);
        if (HUGE - before) munmap(at + before + *bytes, HUGE - before);
        madvise(at + before, *bytes, MADV_HUGEPAGE);
        return at + before;
    }
#endif
    return calloc(*bytes, 1);
}
static void give_back(void *block, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (bytes >= 2 * HUGE) {
        munmap(block, bytes);
        return;
    }
#endif
    free(block);
}
"""

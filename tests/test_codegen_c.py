"""The C backend: the same file over exact integers equals the proven gradient, over floats the other backends."""

from __future__ import annotations

import itertools
from pathlib import Path

import mpmath
import numpy as np
import pytest
from test_codegen import GRAPH, NETS, SOFT, TWO

from symbackprop import Network, compile_trainer
from symbackprop.activations import table as activations
from symbackprop.codegen import certify_c, compile_c, emit_c, emit_c_dense
from symbackprop.codegen.backends import table
from symbackprop.codegen.backends.c import Native
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.kernels_c import KERNELS
from symbackprop.codegen.program import Dense, Program, lower

pytestmark = pytest.mark.skipif(not compile_c.compiler(), reason="no C compiler")
F64, F32 = np.dtype(np.float64), np.dtype(np.float32)
WIDE = Network.layered([20, 70, 40, 10], ["relu", "tanh", "softmax"], "softmax_cross_entropy")


def written(net: Network) -> tuple[str, Program]:
    made = Native(net, F64)
    return made.source, made.program


def sample(net: Network, rows: int = 23) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    Y = rng.uniform(size=(rows, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True) if net.loss.targets_sum_to_one else 1
    return rng.normal(size=(rows, len(net.inputs))), Y, rng.normal(size=len(net.parameters)) * 0.4


CERTIFIED = [
    "xor",
    "prelu",
    "softplus",
    "binary",
    pytest.param("shared", marks=pytest.mark.slow),
    pytest.param("softmax squared", marks=pytest.mark.slow),
    pytest.param("w0", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("name", CERTIFIED)
def test_the_file_is_certified(name: str) -> None:
    source, program = written(NETS[name])
    verdict = certify_c.certify(source, program, NETS[name], Native(NETS[name], F64).layout)
    assert verdict.kind == ("CHECKED" if compile_c.can_run_exactly() else "UNDECIDED")


def test_a_wide_net_is_certified_in_the_same_pattern_of_vectors_and_panels() -> None:
    assert certify_c.clone_widths((784, 30, 10), 8, 4) == ((13, 16, 8), 4)
    widths, length = certify_c.clone_widths((784, 512, 512, 10), 16)
    assert length == 2 and len(set(widths)) == 4 and max(widths) <= 16
    verdict = certify_c.certify(*written(WIDE), WIDE)
    assert "vectors of 2" in verdict.words() or verdict.kind == "UNDECIDED"


@pytest.mark.parametrize("name", ["xor", "prelu", "binary", "graph", "wide", "softplus"])
def test_passes_gradients_and_outputs_equal_the_numpy_backend(name: str) -> None:
    net = {"graph": GRAPH, "wide": WIDE}.get(name) or NETS[name]
    one, other = table()["c"].build(net, F64), table()["numpy"].build(net, F64)
    X, Y, theta = sample(net)
    rng = np.random.default_rng(1)
    orders, rates = np.stack([rng.permutation(len(X)) for _ in range(2)]), np.array([0.1, 0.05])
    for size, visits in itertools.product((1, 5, len(X)), (orders, None)):
        a, b, la, lb = theta.copy(), theta.copy(), np.empty(2), np.empty(2)
        one.run(a, one.load(X, Y, size), visits, size, rates, la)
        other.run(b, other.load(X, Y, size), visits, size, rates, lb)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(la, lb, rtol=1e-12)
    for got, good in zip(one.gradient(theta, one.load(X, Y, 9)), other.gradient(theta, other.load(X, Y, 9))):
        np.testing.assert_allclose(got, good, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(one.predict(theta, X), other.predict(theta, X), rtol=1e-13)


def test_float32_is_float32() -> None:
    net = NETS["binary"]
    made, exact = table()["c"].build(net, F32), table()["c"].build(net, F64)
    X, _, theta = sample(net)
    got = made.predict(theta.astype(np.float32), X)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, exact.predict(theta, X), rtol=3e-6)


HELD = Network.layered([3, 6, 2], ["tanh", "softmax"], "squared")
PANELS = Network.layered([7, 40, 33, 3], ["relu", "sigmoid", "identity"], "half_squared")
FAULTS = [
    (TWO, "first(step*(", "first(step*step*("),
    (TWO, "- y)", "+ y)"),
    (TWO, "-rate / (real)B", "rate / (real)B"),
    (TWO, "-rate / (real)B", "-rate / (real)size"),
    (TWO, "*y += k * N3;", "*y += k;"),
    (TWO, "m->W3, m->D2, LD2,", "m->W2, m->D2, LD2,"),
    (TWO, "to->b2);", "to->b2); add_rows(m->D2, LD2, B, NV2, to->b2);"),
    (TWO, "update(X, N0, B, N0, NV1, m->D1, LD1, to->W1);", ""),
    (PANELS, "for (; k < most; k++) back_block(1,", "for (; k + 1 < most; k++) back_block(1,"),
    (
        TWO,
        "s[c][r][v] += a * w[v];",
        "s[c][r][v] += a + w[v];",
    ),
    (
        TWO,
        "release(&g);\n    return 0;\n}\n#ifndef RULES\n/* `passes`",
        "release(&g); grad[0] = grad[1];\n    return 0;\n}\n#ifndef RULES\n/* `passes`",
    ),
    (TWO, "STORE(D_ + at) *= 1.0 - A*A;", "STORE(D_ + at) *= 1.0 - Z*Z;"),
    (PANELS, "K - from < strip ? K :", "K - from < strip ? K - 1 :"),
    (SOFT, "first(step*(A - y)", "first(step*(A - A*y)"),
    (SOFT, "pick(Z > 0.0, all(1.0), all(0.0))", "pick(Z > 0.0, all(1.0), all(1.0))"),
    (NETS["xor"], "w1_1_1 += rate*x1*d1_1;", "w1_1_1 += rate*x1*d1_2;"),
    (NETS["xor"], "+ rate*(1.0 + x1*coming[0] + x2*coming[1])*d1_1", "+ rate*(x1*coming[0] + x2*coming[1])*d1_1"),
    (NETS["xor"], "order ? order[i + 1] : i + 1", "i + 1"),
    (NETS["xor"], "const real z1_1 = ahead[0];", "const real z1_1 = ahead[1];"),
    (NETS["xor"], "const long k = order ? order[i] : i;", "const long k = i;"),
    (NETS["xor"], "if (track) losses[e]", "if (track) losses[0]"),
    (NETS["xor"], "theta[k] += mean * grad[k]", "theta[k] += rate * grad[k]"),
    (NETS["xor"], "i < n; i++", "i < n - 1; i++"),
    (NETS["xor"], "order + start", "order"),
    (NETS["xor"], "} else if (n < 8) {", "} else if (n < 8) { loss += 1;"),
    (NETS["xor"], "} else if (order) {", "} else if (order) { g_b1_1 += 1;"),
    (NETS["xor"], "    } else {\n        _Pragma", "    } else { g_b1_1 += 1;\n        _Pragma"),
    (GRAPH, "RATIO(1, 3)", "RATIO(1, 4)"),
    # the blocks and what joins them: side by side sums, the next block of sources, batches cut in rows
    (
        PANELS,
        "return (s[0] + s[apart]) + (s[2 * apart] + s[3 * apart]);",
        "return (s[0] + s[apart]) + (s[2 * apart] + s[apart]);",
    ),
    (PANELS, "return s[0] + s[apart];", "return s[0];"),
    (PANELS, "k ? Z + r * ldz : bias", "bias"),
    (PANELS, "k ? ldz : 0", "0"),
    (PANELS, "r += rows;", "r += rows - (blocks > 1);"),
    (PANELS, "k += rows;", "k += rows - 1;"),
    (PANELS, "W + p * VL * K);", "W);"),
    (PANELS, "b++, A += lda, D += ldd", "b++, A += lda"),
    (PANELS, "c++, W += nr * VL", "c++, W += VL"),
    # the weights turned around, a panel of sources at a time: stale ones, other places, what stands beyond the edge
    (PANELS, "turn(W, K, NV, p, NJ, T, zero);", ""),
    (PANELS, "turn(W, K, NV, p, NJ, T, zero);", "if (!p) turn(W, K, NV, p, NJ, T, zero);"),
    (PANELS, "turn(W, K, NV, p, NJ, T, zero);", "turn(W, K, NV, p, J / VL, T, zero);"),
    (PANELS, "LOAD(k + i < K ? w + i * nr * VL : zero)", "LOAD(w + i * nr * VL)"),
    (PANELS, "LOAD(k + i < K ? w", "LOAD(k + i < K - 1 ? w"),
    (PANELS, "const long k = (p + u) * VL;", "const long k = u * VL;"),
    (PANELS, "((q + v) * VL + i) * mr + u", "((q + v) * VL + i) * NR + u"),
    (PANELS, "a[i + h] = paired(x, y, h, 1);", "a[i + h] = y;"),
    (PANELS, "T, zero, E + p * VL, lde);", "T, zero, E, lde);"),
    # one row through its strips of sources and spans of panels
    (PANELS, "t[i] = p ? s[at + i] : all(0);", "t[i] = all(0);"),
    (PANELS, "k, s, k - from, E", "k, s, k % 2, E"),
    (PANELS, "NV - p < span ? NV : p + span", "p + span"),
    # the same where the weights are few enough to be gone through as they lie, and what is left behind a strip's blocks
    (PANELS, "const int split = SPLIT(K * NV);", "const int split = SPLIT(K * NV); if (!split) return;"),
    (PANELS, "if (K % 4 || strip % 4) for (; k < most", "if (strip % 4) for (; k < most"),
    (PANELS, "STORE(m->W1 + k) += LOAD(g->W1 + k);", "STORE(m->W1 + k) = LOAD(g->W1 + k);"),
    (PANELS, "if (to == g) memset(g->W1, 0, WEIGHTS * sizeof(real));", ""),
    (PANELS, "memory *to = B > ROWS ? g : m;", "memory *to = m;"),
    (PANELS, "fetch(m, &x, &y, order, start + at, rows);", "fetch(m, &x, &y, order, start, rows);"),
    (PANELS, "STORE(bias + v * VL) = s;", "STORE(bias) = s;"),
    # whole layers, and the ways for a single row
    (PANELS, "forward(SENT(1), LD1,", "forward(SENT(1) + 1, LD1,"),
    (PANELS, "back_many(m->D3, LD3, B, N2,", "back_many(m->D3, LD3, B, N2 - 1,"),
    (PANELS, "update_##nr(A, lda, B, K, D + p * VL,", "update_##nr(A, lda, B, K, D,"),
    (PANELS, "forward_##nr(A, lda, B, K, W + p * VL * K, bias + p * VL,", "forward_##nr(A, lda, B, K, W + p * VL * K, bias,"),
    (PANELS, "update_one_##nr(A, lda, K, D, ldd, W);", ""),
    (PANELS, "if (!HELD && B == 1) {", "if (!HELD && B <= 2) {"),
    (PANELS, "for (; k < K; k++) UPDATE(1, nr);", "for (; k + 1 < K; k++) UPDATE(1, nr);"),
    (PANELS, "for (; k + 4 <= K; k += 4) UPDATE(4, nr);", "for (; k + 4 < K; k += 4) UPDATE(2, nr);"),
    (PANELS, "case 1: if (comes(1, nr)) call(1, nr);", "case 1: if (comes(1, nr)) if (!k) call(1, nr);"),
    (PANELS, "case 3: if (comes(3, nr)) call(3, nr);", "case 3: if (comes(3, nr)) call(2, nr);"),
    (PANELS, "CUT(UPDATE, nr, SOURCES)", "CUT(UPDATE, nr, !SOURCES)"),
    (PANELS, "activate_relu(m->Z1, m->A1, B, LD1, NV1)", "activate_relu(m->Z1, m->A1, B, LD1, NV1 - 1)"),
    (PANELS, "slope_relu(m->Z1, m->A1, m->D1, B,", "slope_relu(m->Z1, m->A1, m->D1, 1,"),
    (SOFT, "y[j]*(top - Z[j])", "y[j]*(top + Z[j])"),
    (SOFT, "log_sum_exp(Z, N2)", "log_sum_exp(Z, N2 - 1)"),
    (SOFT, "const real *A = a2, *Z = z;", "const real *A = a2, *Z = a2;"),
    # the held pass
    (HELD, "real both = 1;", "real both = 0;"),
    (HELD, "both += x[k] * coming[k];", "both += x[k] * x[k];"),
    (HELD, "Z1[v] = ahead1[v] + both * D1[v];", "Z1[v] = ahead1[v] + both * D1[0];"),
    (HELD, "Z1[v] = ahead1[v] + both * D1[v];", "Z1[v] = ahead1[v];"),
    (HELD, "T2[j * NV1 + v] += d * A1[v];", ""),
    (HELD, "W2[k * NV2 + v] += a * D2[v];", "W2[k * NV2 + v] += a * D2[v]; W2[0] += D2[0];"),
    (HELD, "b2[v] += D2[v];", ""),
    (HELD, "D2[v] = D2[v] - A2[v] * total;", "D2[v] = D2[v] - total;"),
    (HELD, "x = coming;", ""),
    (HELD, ": order ? order[i + 1] : i + 1;", ": i + 1;"),
    (HELD, "STORE(m->W2 + place(N1, NV2, k, v * VL)) = W2[k * NV2 + v];", ""),
    (HELD, "s[j % C][v] += d * T2[j * NV1 + v];", "s[j % C][v] += d * T2[v];"),
]


def test_at_least_forty_faults() -> None:
    assert len(FAULTS) >= 40


@pytest.mark.skipif(not compile_c.can_run_exactly(), reason="no C++ compiler")
@pytest.mark.parametrize(
    "number", [pytest.param(k, marks=[pytest.mark.slow] * (k % 6 != 0)) for k in range(len(FAULTS))]
)
def test_every_planted_fault_is_refused(number: int) -> None:
    net, text, wrong = FAULTS[number]
    source, program = written(net)
    assert text in source
    with pytest.raises(CodeRefused):
        certify_c.certify(source.replace(text, wrong), program, net, Native(net, F64).layout)


@pytest.mark.skipif(compile_c.missing() is not None, reason="no C compiler")
def test_every_size_of_block_that_comes_up_is_there() -> None:
    """Sources are cut into blocks of sizes that are known when the code is compiled: none is left out, for any number of them."""
    macros = "".join(KERNELS[KERNELS.index(f"#define {name}") :].split("\n", 1)[0] + "\n" for name in ("BLOCKS", "CUTS"))
    text = f"""#include <math.h>
#define MOST(nr) (nr)
{macros}
int left_out(long most) {{
    for (long K = 1; K < 3000; K++)
        for (long k = 0, blocks = BLOCKS(K, most); blocks > 0; blocks--) {{
            const long rows = (K - k + blocks - 1) / blocks;
            if (rows < 1 || rows > most || !(CUTS(K, rows, most))) return K;
            k += rows;
            if (blocks == 1 && k != K) return -K;
        }}
    return 0;
}}
"""
    for faulty in (False, True):
        library = compile_c.build(text.replace("- 1) / BLOCKS", "- 2) / BLOCKS") if faulty else text, compile_c.FAST)
        assert any(library.left_out(most) for most in (3, 6, 8)) is faulty


def test_activations_against_fifty_digits() -> None:
    """The worst relative error of the generated exp, sigmoid, tanh, softplus; stated in the README."""
    mpmath.mp.dps = 50
    exact = {
        "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
        "tanh": mpmath.tanh,
        "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    }
    points = np.concatenate([np.linspace(-30, 30, 400), np.logspace(-12, 2, 60), -np.logspace(-12, 2, 60)])
    for name, value in exact.items():
        net = Network.layered([1, 1], name, bias=False)
        made = table()["c"].build(net, F64)
        got = made.predict(np.ones(1), points[:, None]).ravel()
        worst = max(
            abs((mpmath.mpf(float(g)) - value(mpmath.mpf(float(p)))) / value(mpmath.mpf(float(p))))
            for g, p in zip(got, points)
        )
        assert worst < 1e-15, (name, worst)
        assert name in activations()


def test_the_loss_of_a_saturated_softmax_is_exact() -> None:
    """By the log-sum-exp: the log of an output that is 0 in floating point would be a floor."""
    net = Network.layered([1, 3], "softmax", "softmax_cross_entropy", bias=False)
    made, theta = table()["c"].build(net, F64), np.array([-2000.0, 3.0, 1.0])
    X, Y = np.ones((1, 1)), np.array([[0.75, 0.25, 0.0]])
    good = float(0.75 * 2003 + mpmath.log(1 + mpmath.exp(-2)))
    loss, _ = made.gradient(theta, made.load(X, Y, 1))
    tracked = np.empty(1)
    made.run(theta, made.load(X, Y, 1), None, 1, np.array([0.1]), tracked)
    np.testing.assert_allclose([loss, tracked[0]], good, rtol=1e-15)


def test_infinities_and_nan_pass_through_as_they_should() -> None:
    made = table()["c"].build(Network.layered([1, 1], "sigmoid", bias=False), F64)
    got = made.predict(np.ones(1), np.array([[np.inf], [-np.inf], [1e5], [-1e5], [np.nan]])).ravel()
    assert got[:4].tolist() == [1, 0, 1, 0] and np.isnan(got[4])


def test_compiled_libraries_are_kept_and_a_broken_one_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path / "cache"))
    source = emit_c.source(lower(NETS["xor"]))  # type: ignore[arg-type]
    compile_c.build(source, compile_c.FAST)
    (library,) = (tmp_path / "cache").glob("*.so")
    library.unlink()  # loaded libraries stay mapped: never write into one
    library.write_bytes(b"half a file")
    assert compile_c.build(source, compile_c.FAST).run
    assert (
        compile_c.build(source, (*compile_c.FAST, "-DOTHER")).run and len(list((tmp_path / "cache").glob("*.so"))) == 2
    )


def test_one_text_for_every_size() -> None:
    def body(net: Network) -> list[str]:
        program = lower(net, "dense")
        assert isinstance(program, Dense)
        return [line for line in emit_c_dense.source(program).splitlines() if not line.startswith("#define N")]

    assert body(Network.layered([784, 30, 10])) == body(Network.layered([4, 5, 6]))


def test_auto_takes_c_and_says_why() -> None:
    trainer = compile_trainer(Network.layered([2, 2, 1]))
    assert trainer.backend == "c" and "fastest" in trainer.reason


def test_without_a_working_compiler_auto_takes_the_next_backend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho no headers >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CC", str(broken))
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path / "cache"))
    for each in (compile_c.compiler, compile_c.missing, compile_c.identity, compile_c.can_run_exactly):
        each.cache_clear()
    try:
        trainer = compile_trainer(Network.layered([2, 2, 1]))
        assert trainer.backend != "c" and "no headers" in trainer.reason
    finally:
        for each in (compile_c.compiler, compile_c.missing, compile_c.identity, compile_c.can_run_exactly):
            each.cache_clear()


def test_thresholds_compile_to_a_forward_pass() -> None:
    """No gradient function is asked of a net that has none."""
    compiled = table()["c"].build(Network.layered([2, 2, 1], "threshold"), np.dtype(np.float64))
    assert compiled.certify().said and "gradient" not in compiled.source

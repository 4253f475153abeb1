"""Generated code equals the proven gradient, on every kind of net; planted faults are refused, every one."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.activations import activation
from symbackprop.activations.activation import Activation
from symbackprop.codegen import certify_numpy, certify_python, emit_python, numpy_module
from symbackprop.codegen.backends.numpy import execute
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.program import Dense, Unrolled, fits_dense, lower
from symbackprop.errors import GradientRefused
from symbackprop.networks import Edge, Network, Unit
from symbackprop.symbols import z

NETS = {
    "xor": Network.layered([2, 2, 1]),
    "chain": Network.chain(4, bias=False),
    "prelu": Network.layered([2, 3, 3], ["parametric_relu", "softmax"], "softmax_cross_entropy"),
    "softplus": Network.layered([1, 2, 1], "softplus", "squared"),
    "binary": Network.layered([2, 3, 2], ["tanh", "sigmoid"], "binary_cross_entropy", bias="neuron"),
    "shared": Network.layered([2, 3, 4, 2], ["leaky_relu", "softmax", "identity"], "half_squared", bias="shared"),
    "softmax squared": Network.layered([3, 4, 2], ["relu", "softmax"], "squared", bias=False),
    "w0": Network.layered([3, 2, 4], ["identity", "relu"], "half_squared", bias="w0"),
    "deep": Network.layered([1] * 12, "tanh"),
}


def graph() -> Network:
    """Skip edges, a tied weight, a fixed weight, a shared bias, two outputs, one of which feeds the other."""
    sigmoid, tanh, relu = (activation(name) for name in ("sigmoid", "tanh", "relu"))
    units = [
        Unit("h", tanh, (Edge("p", "w"), Edge("q", "v'")), "b"),
        Unit("k", relu, (Edge("p", "w"), Edge("h", "u")), "b"),
        Unit("o", sigmoid, (Edge("h", "w"), Edge("k", "lambda"), Edge("one", "c"))),
        Unit("r", sigmoid, (Edge("o", "g_w"), Edge("q", __import__("fractions").Fraction(1, 3)))),
    ]
    return Network(["p", "q"], units, ["o", "r"], "half_squared", ones=["one"], targets=["d", "y1"])


def python(net: Network) -> tuple[str, Unrolled]:
    program = lower(net)
    assert isinstance(program, Unrolled)
    return emit_python.source(program), program


def arrays(net: Network) -> tuple[str, Dense]:
    program = lower(net, "dense")
    assert isinstance(program, Dense)
    return numpy_module.source(program), program


@pytest.mark.parametrize("name", NETS)
def test_both_forms_are_certified(name: str) -> None:
    net = NETS[name]
    assert certify_python.certify(*python(net), net).kind in ("CHECKED", "PROVED")
    if fits_dense(net):
        assert certify_numpy.certify(*arrays(net), net).kind in ("CHECKED", "PROVED")


def test_a_graph_with_tied_fixed_and_shared_weights_is_certified() -> None:
    net = graph()
    assert certify_python.certify(*python(net), net).kind in ("CHECKED", "PROVED")


def test_a_large_net_is_judged_by_the_same_text_at_other_widths() -> None:
    net = Network.layered([64, 20, 30, 10], ["relu", "tanh", "softmax"], "softmax_cross_entropy")
    verdict = certify_numpy.certify(*arrays(net), net)
    assert "3-4-6-5" in verdict.words()
    source, program = arrays(net)
    with pytest.raises(CodeRefused, match="sizes alone"):
        certify_numpy.certify(source.replace(", gW2)", ", gW2 )"), program, net)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_random_graphs_are_certified(data: st.DataObject) -> None:
    kinds = [
        activation(n) for n in ("sigmoid", "tanh", "relu", "softplus", "identity", "leaky_relu", "parametric_relu")
    ]
    names, units = ["x1", "x2"], []
    for k in range(data.draw(st.integers(1, 6))):
        sources = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        kind = data.draw(st.sampled_from(kinds))
        weights = [data.draw(st.sampled_from([f"w{k}_{s}", "tied"])) for s in sources]
        bias = data.draw(st.sampled_from([None, "b", f"b{k}"]))
        edges = tuple(Edge(s, w) for s, w in zip(sources, weights))
        parameters = tuple((role, f"al{k}") for role in kind.parameters)
        units.append(Unit(f"u{k}", kind, edges, bias, parameters))
        names.append(f"u{k}")
    used = {edge.source for unit in units for edge in unit.edges}
    outputs = [unit.name for unit in units if unit.name not in used]
    loss = data.draw(st.sampled_from(["performance", "half_squared", "squared"]))
    net = Network(["x1", "x2"], units, outputs, loss)
    assert certify_python.certify(*python(net), net).kind in ("CHECKED", "PROVED")


# -- planted faults: (net, form, text, what it becomes); every text must be there, and every fault must be refused ------

TWO = Network.layered([2, 3, 4, 2], ["tanh", "sigmoid", "sigmoid"], "half_squared")
SOFT = Network.layered([3, 4, 2], ["relu", "softmax"], "softmax_cross_entropy")
PLUS = Network.layered([2, 3, 4], ["softplus", "identity"], "squared")
GRAPH = graph()
FAULTS = [
    # the four of the foundation: a transpose missing, a bias counted twice, another layer's slope, a sign
    (TWO, "arrays", "dot(D3, W3, D2)", "dot(D3, W2.T[:2, :4].copy(), D2)"),
    (TWO, "arrays", "A2[...] = b2", "A2[...] = 2*b2"),
    (TWO, "arrays", "add(Z2, A2, Z2)", "add(Z2, Z2, Z2)"),
    (TWO, "arrays", "multiply(T2, A2, T2)", "multiply(T2, A2[:, ::-1], T2)"),
    (TWO, "arrays", "-rate/n", "rate/n"),
    (TWO, "python", "w1_1_1 -= x1*d1_1", "w1_1_1 += x1*d1_1"),
    (TWO, "python", "w1_1_1 -= x1*d1_1", "w1_1_1 -= x2*d1_1"),
    (TWO, "python", "b2_1 -= d2_1", "b2_1 -= d2_1 + d2_1"),
    (TWO, "python", "b1_2 -= mean*g_b1_2", "b1_2 -= rate*g_b1_2"),
    (TWO, "python", "a2_1*(1.0 - a2_1)", "a2_2*(1.0 - a2_2)"),
    (TWO, "python", "a2_1*(1.0 - a2_1)", "a2_1*(1.0 + a2_1)"),
    (TWO, "python", "(1.0 - a1_1*a1_1)", "(1.0 - a1_1)"),
    (TWO, "python", "w3_1_1*d3_1 + w3_2_1*d3_2", "w3_1_1*d3_1"),
    (TWO, "python", "w3_1_1*d3_1 + w3_2_1*d3_2", "w3_1_1*d3_1 - w3_2_1*d3_2"),
    (TWO, "python", "w3_1_1*d3_1 + w3_2_1*d3_2", "w3_1_1*d3_1 + w3_1_2*d3_2"),
    (TWO, "python", "w3_1_1*d3_1 + w3_2_1*d3_2", "w3_1_1*d3_2 + w3_2_1*d3_1"),
    (TWO, "python", "(a3_1 - y1)", "(y1 - a3_1)"),
    (TWO, "python", "(a3_1 - y1)", "(a3_1 - y2)"),
    (TWO, "python", "rate/len(batch)", "rate/size"),
    (TWO, "python", "rate/len(batch)", "rate"),
    (TWO, "python", "range(0, len(order), size)", "range(0, len(order) - 1, size)"),
    (TWO, "python", "for k in batch:", "for k in batch[1:]:"),
    (TWO, "python", "for k in order]", "for k in range(len(order))]"),
    (TWO, "python", "order[start:start + size]", "order[start:start + size - 1]"),
    (TWO, "python", "exp(-z2_1)", "exp(z2_1)"),
    (TWO, "python", "a1_1 = tanh(z1_1)", "a1_1 = tanh(z1_2)"),
    (TWO, "python", "g_w1_1_1 += x1*d1_1", "g_w1_1_1 = x1*d1_1"),
    (TWO, "python", "(a3_1 - y1)*rate", "(a3_1 - y1)"),
    (TWO, "python", "                g_w3_1_1 = a2_1*d3_1\n", "                g_w3_1_1 = a2_1*d3_1\n                m_w3_1_1 += g_w3_1_1\n"),
    (TWO, "python", "m_w3_1_1 += g_w3_1_1", "m_w3_1_1 -= g_w3_1_1"),
    (TWO, "python", "(1.0 - a2_4)", "a2_4*(1.0 - a2_4)"),
    (TWO, "python", "exp(m_w2_1_1*a1_1", "exp(-m_w2_1_1*a1_1"),
    (TWO, "python", ", m_w2_1_2, m_w2_1_3", ", m_w2_1_3, m_w2_1_2"),
    (TWO, "python", "-m_w2_1_1, -m_w2_1_2", "-m_w2_1_1, m_w2_1_2"),
    (TWO, "python", "        w1_1_1, w1_1_2, w1_2_1", "        w1_1_2, w1_1_1, w1_2_1"),
    (TWO, "python", "            w1_1_1 -= x1*d1_1\n            w1_1_2", "            w1_1_1 += x1*d1_1\n            w1_1_2"),
    (TWO, "python", "                m_b3_2 += d3_2\n        theta", "                m_b3_2 += rate*d3_2\n        theta"),
    (TWO, "python", "        theta[:] = [w1_1_1, w1_1_2, w1_2_1, w1_2_2, w1_3_1, w1_3_2, b1_1, b1_2, b1_3, w2", "        theta[:] = [w1_1_2, w1_1_1, w1_2_1, w1_2_2, w1_3_1, w1_3_2, b1_1, b1_2, b1_3, w2"),
    (TWO, "python", "    except OverflowError:", "    except ZeroDivisionError:"),
    (TWO, "python", "theta[:] = [w1_1_1, w1_1_2,", "theta[:] = [w1_1_2, w1_1_1,"),
    (TWO, "python", "return loss, [g_w1_1_1, g_w1_1_2", "return loss, [g_w1_1_2, g_w1_1_1"),
    (TWO, "python", "made.append((a3_1, a3_2))", "made.append((a3_2, a3_1))"),
    (
        TWO,
        "arrays",
        "dot(D3T, A2, gW3)",
        "dot(D3T, A2, gW3); dot(D3T, A1[:, [0, 1, 2, 0]], gW3)",
    ),
    (TWO, "arrays", "dot(ones, D3, gb3)", "dot(ones[1:], D3[1:], gb3)"),
    (TWO, "arrays", "dot(ones, D3, gb3)", "add(gb3, dot(ones, D3), gb3)"),
    (TWO, "arrays", "subtract(c1, A2, T2)", "subtract(c1, Z2, T2)"),
    (TWO, "arrays", "subtract(c1, T1, T1)", "subtract(c1, A1, T1)"),
    (TWO, "arrays", "-rate/n", "-rate/size"),
    (TWO, "arrays", "multiply(D3, scale, D3)", "multiply(D3, scale*scale, D3)"),
    (TWO, "arrays", "multiply(D3, scale, D3)", ""),
    (TWO, "arrays", "(X[k:k + size], Y[k:k + size])", "(X[k:k + size], Y[:size])"),
    (
        TWO,
        "arrays",
        "        if not track:\n            return 0.0\n",
        "        if not track:\n            gW1[...] = 0\n",
    ),
    (TWO, "python", "if track:", "if track or [b1_1 := b1_1 + rate]:"),
    (TWO, "arrays", "range(0, len(X), size)", "range(0, len(X) - size + 1, size)"),
    (TWO, "arrays", "order[k:k + size]", "order[:size]"),
    (TWO, "arrays", "dot(A1, W2T, Z2)", "dot(A1, W2T, Z2); Z2[0] = Z2[-1]"),
    (TWO, "arrays", 'made[f"{kind}{layer}"] = np.empty', 'made[f"{kind}{min(layer, 9)}"] = made["D1"] = np.empty'),
    (TWO, "arrays", "multiply(D1, T1, D1)", "multiply(D1, T1, T1)"),
    (TWO, "arrays", "dot(D2, W2, D1)", "dot(D2, W2 + gW2, D1)"),
    (TWO, "arrays", "start += n*m", "start += m"),
    (SOFT, "arrays", "subtract(A2, Y, D2)", "subtract(Y, A2, D2)"),
    (SOFT, "arrays", "greater(Z1, c0, M1)", "np.less(Z1, c0, M1)"),
    (SOFT, "arrays", "add.reduce(A, 1", "maximum.reduce(A, 1"),
    (SOFT, "arrays", "subtract(Z, R, A)", "add(Z, Z, A)"),
    (SOFT, "arrays", "maximum(Z1, c0, out=A1)", "minimum(Z1, c0, out=A1)"),
    (SOFT, "python", "z1_1 if z1_1 > 0.0 else 0.0", "z1_1 if z1_1 < 0.0 else 0.0"),
    (SOFT, "python", "d1_1u if z1_1 > 0.0 else 0.0", "d1_1u if z1_2 > 0.0 else 0.0"),
    (SOFT, "python", "softmax(z2_1, z2_2)", "softmax(z2_2, z2_1)"),
    (SOFT, "python", "return [each/total for each in powers]", "return [each/top for each in powers]"),
    (PLUS, "python", "else log1p(exp(z))", "else exp(z)"),
    (PLUS, "python", "(z + log1p(exp(-z)))", "(z + log1p(exp(z)))"),
    (PLUS, "python", "d1_1p = 1.0/(1.0 + exp(-z1_1))", "d1_1p = 1.0/(1.0 + exp(-z1_2))"),
    (PLUS, "arrays", "add(W, T, W)", "subtract(W, T, W)"),
    (PLUS, "arrays", "multiply(c2, A2, T2)", "multiply(c1, A2, T2)"),
    (GRAPH, "python", "d_k", "d_h"),
    (GRAPH, "python", "1.0/3.0", "1.0/4.0"),
]


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_every_planted_fault_is_refused(number: int) -> None:
    net, form, text, wrong = FAULTS[number]
    source, program = python(net) if form == "python" else arrays(net)
    assert text in source
    first = source.index(text)
    for faulty in {source.replace(text, wrong), source[:first] + wrong + source[first + len(text) :]}:
        with pytest.raises(CodeRefused):
            if isinstance(program, Unrolled):
                certify_python.certify(faulty, program, net)
            else:
                certify_numpy.certify(faulty, program, net)


def test_an_exp_beyond_the_floats_starts_the_pass_again_in_guarded_forms() -> None:
    """The short form raises where z is -900; the pass must end as the guarded batches of one do."""
    net = Network.layered([1, 2, 1], "sigmoid", "half_squared")
    loop = execute(python(net)[0], "loop")
    rows = [(1.0, 0.0), (2.0, 1.0)]
    theta = [-900.0, 1.0, 0.5, 0.5, 1.0, -1.0, 0.25]
    for track in (True, False):
        one, other = list(theta), list(theta)
        assert loop["online"](one, rows, None, 0.5, track) == loop["batches"](other, rows, range(2), 1, 0.5, track)
        assert np.allclose(one, other, rtol=1e-14, atol=0) and np.isfinite(one).all() and one != theta


def test_at_least_forty_faults() -> None:
    assert len(FAULTS) >= 40


@pytest.mark.parametrize("name", NETS)
def test_sources_import_only_their_numeric_library(name: str) -> None:
    sources = [python(NETS[name])[0]] + ([arrays(NETS[name])[0]] if fits_dense(NETS[name]) else [])
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert [each.name for each in node.names] == ["numpy"]
            if isinstance(node, ast.ImportFrom):
                assert node.module == "math"


@pytest.mark.parametrize("name", NETS)
def test_both_forms_agree_in_floating_point(name: str) -> None:
    net = NETS[name]
    if not fits_dense(net):
        return
    rng = np.random.default_rng(0)
    X, theta = rng.normal(size=(5, len(net.inputs))), rng.normal(size=len(net.parameters))
    Y = rng.uniform(size=(5, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True) if net.loss.targets_sum_to_one else 1
    loop, table = execute(python(net)[0], "loop"), execute(arrays(net)[0], "table")
    loss, grads = loop["gradient"](theta.tolist(), list(map(tuple, np.hstack([X, Y]).tolist())))
    grad = np.empty_like(theta)
    other = table["prepare"](theta, grad, 5)(X, Y)
    np.testing.assert_allclose(loss, other, rtol=1e-12)
    np.testing.assert_allclose(grads, grad, rtol=1e-11, atol=1e-14)


def test_saturated_units_stay_finite() -> None:
    for name, net in NETS.items():
        X, theta = np.full((2, len(net.inputs)), 1e3), np.full(len(net.parameters), -50.0)
        loop = execute(python(net)[0], "loop")
        for sign in (1, -1):
            made = loop["predict"]((sign * theta).tolist(), list(map(tuple, X.tolist())))
            assert np.isfinite(made).all(), name


def test_an_own_activation_is_compiled_like_any_other() -> None:
    swish = Activation("swish_", value=z / (1 + __import__("sympy").exp(-z)), slope=None, source="test")
    assert swish.slope is None  # without a slope there is nothing to train with
    with pytest.raises(GradientRefused):
        python(Network.layered([1, 1], "undefined"))
    cube = Activation("cube", value=z**3, slope=3 * z**2, source="test")
    net = Network.layered([2, 3, 1], [cube, "sigmoid"])
    assert certify_python.certify(*python(net), net).kind in ("CHECKED", "PROVED")
    assert certify_numpy.certify(*arrays(net), net).kind in ("CHECKED", "PROVED")


def test_a_rectifier_at_rest_before_a_unit_without_bias_is_certified() -> None:
    """Its pre-activation is exactly 0, where exp(0) = 1 decides which of two right branches is taken."""
    relu = Unit("u0", activation("relu"), (Edge("x1", "w0_x1"), Edge("x2", "w0_x2")))
    for last in ("sigmoid", "tanh", "softplus"):
        net = Network(["x1", "x2"], [relu, Unit("u1", activation(last), (Edge("u0", "w1_u0"),))], ["u1"], "performance")
        assert certify_python.certify(*python(net), net).kind in ("CHECKED", "PROVED")

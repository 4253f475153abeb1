"""prove(): every function and loss, random graphs, corrupted recursions refused by name, and nets at scale."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nets import NINE, combinations, graphs

from symbackprop.errors import GradientRefused, InternalError, NetworkError
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.delta import polynomials
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.verify import verify
from symbackprop.networks import Network
from symbackprop.proofs import witness
from symbackprop.proofs.literal import affordable
from symbackprop.proofs.prove import Proof, prove
from symbackprop.proofs.verdict import Proved, ProvedAlmostEverywhere, ProvedUnder, Refuted
from symbackprop.specs import read_data

relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("net", combinations(), ids=lambda net: net.name)
def test_every_activation_and_loss_is_proved(net: Network) -> None:
    proof = prove(net)
    assert proof.proved, proof.reasons
    assert proof.numbers is not None and proof.numbers.deviation < 1e-20
    assert "sympy.diff" in proof.routes[0], "small nets are also derived literally"
    kinked = any(unit.activation.kinks for unit in net.units)
    summed = net.loss.name == "softmax_cross_entropy"
    for verdict in proof.verdicts.values():
        assert isinstance(verdict, ProvedAlmostEverywhere) is kinked
        assert getattr(verdict, "conditions", ()) == (("y1 + y2 + y3 = 1",) if summed else ())
        if not kinked:
            assert isinstance(verdict, ProvedUnder) is summed


@settings(relaxed, max_examples=50)
@given(graphs().filter(lambda net: net.parameters))
def test_random_graphs_are_proved(net: Network) -> None:
    proof = prove(net, numbers=False)
    assert proof.proved, proof.reasons


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs().filter(lambda net: net.parameters), st.integers(0, 10**6))
def test_300_random_graphs_are_proved_and_confirmed_by_numbers(net: Network, seed: int) -> None:
    proof = prove(net, seed=seed)
    assert proof.proved, proof.reasons


@pytest.mark.parametrize("bias", ["parameter", "none", "neuron", "w0", "shared"])
def test_every_bias_style(bias: str) -> None:
    assert prove(Network.layered([2, 3, 2], "tanh", "squared", bias=bias)).proved


def test_a_graph_that_cannot_be_layered() -> None:
    net = read_data(NINE)
    assert not net.is_layered
    assert prove(net).proved


def test_shared_bias_gradient_is_the_sum_of_all_deltas() -> None:
    """Gordon, Fig. 8 with b learnt: dc/db = delta_1 + ... + delta_4."""
    proof = prove(Network.chain(4, bias="shared"))
    assert {each.name for each in proof.recursion.partial("b").args} == {f"delta(u{k}_1)" for k in range(1, 5)}


def test_a_net_with_nothing_to_learn_is_refused() -> None:
    units = {"o": {"from": ["x"], "weights": [2]}}
    with pytest.raises(NetworkError, match="nothing to derive"):
        prove(read_data({"inputs": ["x"], "outputs": ["o"], "units": units}))


def test_threshold_units_refuse_gradients() -> None:
    with pytest.raises(GradientRefused, match="threshold"):
        prove(Network.layered([2, 1], "threshold"))


# -- corrupted recursions ------------------------------------------------------------------------------------------------

KINDS = ("sign", "dropped term", "wrong slope", "wrong weight", "factor")


def corrupt(poly: Poly, kind: str, algebra: Polynomials, source: random.Random) -> Poly | None:
    """One slip in a recursion, or None where this kind cannot be made in it."""
    names = algebra.generators
    if kind == "sign":
        return {m: -c for m, c in poly.items()}
    if kind == "factor":
        factor = source.choice([2, Fraction(1, 2), 3])
        return {m: factor * c for m, c in poly.items()}
    if kind == "dropped term":
        if not poly:
            return None
        gone = source.choice(sorted(poly))
        return {m: c for m, c in poly.items() if m != gone}
    start = "w" if kind == "wrong weight" else ("p(", "a(")
    here = sorted({g for m in poly for g in m if names[g].startswith(start)})
    others = [g for g, name in enumerate(names) if name.startswith(start) and g not in here]
    if not here or not others:
        return None
    old, new = source.choice(here), source.choice(others)
    return {tuple(sorted(new if g == old else g for g in m)): c for m, c in poly.items()}


def corrupted(net: Network, kind: str, seed: int) -> tuple[str, Proof] | None:
    source = random.Random(seed)
    algebra = Polynomials()
    recursion = polynomials(net, algebra)
    deltas = dict(recursion.deltas())
    unit = source.choice(sorted(deltas))
    wrong = corrupt(deltas[unit], kind, algebra, source)
    if wrong is None or wrong == deltas[unit]:
        return None
    # names rather than numbers: prove() makes its own generators
    expression = _expression(wrong, algebra.generators)
    return unit, prove(net, deltas={unit: expression}, numbers=False)


def _expression(poly: Poly, names: list[str]) -> object:
    import sympy

    from symbackprop.symbols import real

    total = [sympy.Mul(sympy.Rational(Fraction(c).numerator, Fraction(c).denominator), *(real(names[g]) for g in m)) for m, c in poly.items()]
    return sympy.Add(*total)


def run_corruptions(count: int) -> int:
    nets = [net for net in combinations() if net.loss.name != "softmax_cross_entropy"] + [
        Network.layered([2] * 4, "sigmoid"),
        Network.layered([3, 4, 2], "undefined", "undefined"),
        Network.chain(5, "tanh"),
        read_data(NINE),
        Network.layered([2, 3, 3], "relu", "softmax_cross_entropy"),
    ]
    done, seed = 0, 0
    while done < count:
        seed += 1
        net, kind = nets[seed % len(nets)], KINDS[seed % len(KINDS)]
        found = corrupted(net, kind, seed)
        if found is None:
            continue
        unit, proof = found
        done += 1
        assert not proof.proved, (net.name, kind, unit)
        assert unit in proof.wrong_units, (net.name, kind, unit, proof.reasons)
        assert proof.certificate is None
    return done


def test_corrupted_recursions_are_refused_with_the_unit_named() -> None:
    assert run_corruptions(120) == 120


@pytest.mark.slow
def test_900_corrupted_recursions_are_refused_with_the_unit_named() -> None:
    assert run_corruptions(900) == 900


def test_a_refutation_carries_a_witness_whose_values_differ() -> None:
    net = Network.layered([2, 2, 1])
    recursion = prove(net).recursion
    proof = prove(net, deltas={"u1_1": -recursion.delta(net.by_name["u1_1"])})
    verdict = proof.verdicts["w1_1_1"]
    assert isinstance(verdict, Refuted)
    assert verdict.left != verdict.right and set(net.parameters) <= set(verdict.witness)
    assert "u1_1" in verdict.reason


def test_a_downstream_delta_written_out_is_still_right() -> None:
    net = Network.chain(3)
    recursion = prove(net).recursion
    from symbackprop.symbols import delta, real

    spelled = recursion.delta(net.by_name["u2_1"]).subs(real(delta("u3_1")), recursion.delta(net.by_name["u3_1"]))
    assert prove(net, deltas={"u2_1": spelled}).proved
    assert not prove(net, deltas={"u2_1": 2 * spelled}).proved


def test_a_wrong_partial_names_its_parameter() -> None:
    net = Network.layered([2, 2, 1])
    recursion = prove(net).recursion
    proof = prove(net, partials={"b1_1": recursion.partial("w1_1_1")})
    assert not proof.verdicts["b1_1"].holds
    assert any("parameter b1_1" in each for each in proof.reasons)


def test_numbers_that_disagree_stop_everything() -> None:
    """Plant a wrong gradient behind the proof's back: the 50-digit witness must see it."""
    net = Network.layered([2, 2, 1])
    algebra = Polynomials()
    recursion = polynomials(net, algebra)
    deltas, partials = dict(recursion.deltas()), dict(recursion.partials())
    partials["b1_1"] = {m: 2 * c for m, c in partials["b1_1"].items()}
    with pytest.raises(InternalError, match="disagree"):
        witness.confirm(net, deltas.items(), partials.items(), algebra, 0, lambda *_: None)


# -- scale ---------------------------------------------------------------------------------------------------------------


def test_a_chain_of_1000_layers() -> None:
    proof = prove(Network.chain(1000))
    assert proof.proved and len(proof.verdicts) == 2000
    verify(proof.certificate)


@pytest.mark.slow
def test_784_100_10_exactly() -> None:
    proof = prove(Network.layered([784, 100, 10]))
    assert proof.proved and len(proof.verdicts) == 79_510


def test_a_verdict_is_never_a_bool() -> None:
    with pytest.raises(TypeError):
        bool(Proved())


def test_a_deep_chain_costs_no_more_than_its_depth() -> None:
    """A slope has two terms, so that the written-out derivative of 20 layers would have a million."""
    proof = prove(Network.chain(20))
    assert proof.proved and not affordable(Network.chain(20)) and affordable(Network.chain(4))

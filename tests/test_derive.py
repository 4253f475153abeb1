"""Derivations: every shown line of every kind of net is proved on its own, and a wrong line becomes a gap."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from symbackprop.activations import activation
from symbackprop.check.api import check_file
from symbackprop.check.documents.report import exit_status, text
from symbackprop.derive import derivation as D
from symbackprop.derive import shown as S
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.beside import NotationsDiffer, beside
from symbackprop.derive.claims import Prover
from symbackprop.derive.every_size import evidence
from symbackprop.derive.layers import LayerWriter
from symbackprop.derive.lines import Writer
from symbackprop.derive.meaning import Context, Fact, NetContext
from symbackprop.kernel.verify import verify
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render import render

NETS = [
    Network.chain(2, bias=False),
    Network.chain(4),
    Network.layered([2, 3, 1]),
    Network.layered([3, 2, 2], "tanh", "squared"),
    Network.layered([2, 2, 2], "softplus", "half_squared"),
    Network.layered([2, 3, 3], loss="softmax_cross_entropy"),
    Network.layered([2, 2, 1], loss="binary_cross_entropy"),
    Network.layered([2, 2, 1], "parametric_relu", "squared"),
    Network.layered([2, 2, 1], "relu", "half_squared"),
    Network.layered([2, 2, 2], "undefined", "undefined"),
    Network.layered([2, 2, 1], "identity", "half_squared"),
]


@pytest.mark.parametrize("net", NETS, ids=str)
@pytest.mark.parametrize("detail", ["rules", "textbook", "summary"])
def test_no_gap_in_any_line(net: Network, detail: str) -> None:
    made = derive(net, detail=detail)
    assert [(step.rule, step.evidence.method) for step in made.gaps] == []
    for step in made.steps:
        if step.evidence.certificate is not None:
            verify(step.evidence.certificate)


@pytest.mark.parametrize("notation", ["nielsen", "slides_net"])
def test_the_sign_of_delta_belongs_to_the_notation(notation: str) -> None:
    made = derive(Network.layered([2, 2, 1], loss="half_squared"), notation=notation)
    assert not made.gaps
    assert made.delta_sign == (-1 if notation == "slides_net" else 1)


def test_a_wrong_line_is_a_gap() -> None:
    """The planted fault: the left neuron's own weight where the right one's belongs."""
    net = Network.chain(2, bias=False)
    prover = Prover(NetContext(net))
    out, w, d = S.Quantity("output", "u1_1"), S.Quantity("weight", "w1_1_1"), S.Quantity("delta", "u2_1")
    right = S.chain(out * (1 - out), S.Quantity("weight", "w2_1_1"), d)
    wrong = S.chain(out * (1 - out), w, d)
    delta = S.Quantity("delta", "u1_1")
    assert prover.claim(delta, right, "").evidence.verdict == D.PROVED
    assert prover.claim(delta, wrong, "").evidence.verdict == D.GAP


def test_a_derivative_cuts_the_graph_at_what_it_is_taken_by() -> None:
    context = Context({"u": Fact(("^", "x", 2)), "v": Fact(("*", "u", "x"))})
    assert context.derivative("v", "u") == "x"
    assert S.Symbol("x") ** 3 == S.Power(S.Symbol("x"), S.Number(S.Fraction(3)))


def test_a_big_net_is_derived_layer_by_layer() -> None:
    made = derive(Network.layered([20, 10, 5]))
    assert len(made.steps) < 20 and not made.gaps
    assert any(isinstance(form, S.BigSum) for step in made.steps for form in step.line.walk())


def test_a_wrong_line_for_all_sizes_is_a_gap() -> None:
    """The planted fault: the theorem's certificate put beside a line with two indices exchanged."""
    writer = Writer(Network.layered([20, 10, 5], loss="half_squared"))
    made = LayerWriter(writer, "nielsen")
    weight, delta = S.Generic("weight", "l", ("j", "k")), S.Generic("delta", "l", ("j",))
    left, right = S.Partial(S.Quantity("cost"), weight), S.chain(S.Generic("output", "l-1", ("k",)), delta)
    wrong = S.chain(S.Generic("output", "l", ("j",)), delta)
    kind = writer.net.units[0].activation
    assert made.step(left, right, "", evidence("BP4"), kind=kind).evidence.verdict == D.PROVED
    assert made.step(left, wrong, "", evidence("BP4"), kind=kind).evidence.verdict == D.GAP


@pytest.mark.parametrize("bias", ["none", "neuron", "w0", "shared"])
@pytest.mark.parametrize("loss", ["half_squared", "softmax_cross_entropy"])
def test_every_bias_style_by_layers(bias: str, loss: str) -> None:
    made = derive(Network.layered([12, 9, 8], "tanh", loss, bias=bias))
    assert len(made.steps) < 20 and not made.gaps


def test_two_notations_side_by_side() -> None:
    made = derive(Network.layered([2, 2, 1]), notation="winston")
    both = beside(made, ["winston", "nielsen"])
    assert len(both.steps) == len(made.steps)
    for form in ("tex", "html", "md", "txt"):
        text = str(render(both, form, "winston"))
        assert "Winston" in text and "Nielsen" in text
    assert "δ_l_1" not in str(render(both, "txt", "winston")) and "δ_{l_1}" in str(render(both, "txt", "winston"))
    assert "δ_1^1" in str(render(both, "txt", "winston"))
    with pytest.raises(NotationsDiffer):
        beside(made, ["winston", "slides_net"])


def test_softmax_inside_a_net_that_ends_in_softmax_cross_entropy_is_derived_without_a_gap() -> None:
    made = derive(Network.layered([2, 3, 2], activation="softmax", loss="softmax_cross_entropy"))
    assert not made.gaps


def test_an_output_that_feeds_another_output_is_derived_without_a_gap() -> None:
    units = [
        Unit("a", activation("identity"), (Edge("x", "u"),)),
        Unit("b", activation("sigmoid"), (Edge("a", "v"), Edge("x", "w"))),
    ]
    made = derive(Network(["x"], units, ["a", "b"], loss="half_squared"))
    assert not made.gaps


def test_a_weight_on_two_edges_of_one_unit_acts_through_its_net_input_once() -> None:
    units = [
        Unit("a", activation("tanh"), (Edge("x", "u"),)),
        Unit("b", activation("sigmoid"), (Edge("a", "w"), Edge("x", "w"))),
    ]
    made = derive(Network(["x"], units, ["b"], loss="half_squared"))
    assert not made.gaps
    assert "∂C/∂w = ∂C/∂z_b ∂z_b/∂w  " in render(made, "txt")


@pytest.mark.parametrize("kind", ["half_squared", "undefined"])
def test_leaky_units_and_a_cost_left_open_read_back(kind: str, tmp_path: Path) -> None:
    units = [
        Unit("a", activation("leaky_relu"), (Edge("x", "u"),), parameters=(("alpha", Fraction(1, 10)),)),
        Unit("b", activation("parametric_relu"), (Edge("a", "v"), Edge("x", "w")), parameters=(("alpha", "alpha_b"),)),
    ]
    net = Network(["x"], units, ["a", "b"], loss=kind)
    made = derive(net)
    assert not made.gaps
    page = render(made, "md", notation="graph")
    assert "lrelu" in page
    (tmp_path / "net.md").write_text(page)
    findings = check_file(tmp_path / "net.md", net, notation="graph")
    assert exit_status(findings) == 0, text(findings)


def test_one_derivative_at_one_point_is_said_in_the_singular() -> None:
    from symbackprop.proofs.witness import Numbers

    assert str(Numbers(1, 1, 0.0, "central differences")).startswith("1 derivative at 1 point, ")
    assert str(Numbers(2, 26, 0.0, "central differences")).startswith("26 derivatives at 2 points, ")

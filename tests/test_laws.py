"""The gate of the tables: a planted wrong entry is refused; a right one in a new file is seen by every room."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, exp

from symbackprop.activations import activation, table
from symbackprop.activations.activation import Activation
from symbackprop.errors import LawBroken, NameUnknown
from symbackprop.losses import loss
from symbackprop.losses import table as losses
from symbackprop.losses.loss import Loss
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.symbols import a, alpha, step, y, z

SIGMOID = 1 / (1 + exp(-z))

WRONG = [
    Activation("sign", value=SIGMOID, slope=-a * (1 - a), source="planted"),
    Activation("tanh_slip", value=table()["tanh"].value, slope=1 - a, source="planted: tanh' = 1 - tanh"),
    Activation("cotangent", value=SIGMOID.subs(z, 2 * z), slope=a * (1 - a), source="planted: the inner factor 2 is missing"),
    Activation("stable", value=SIGMOID, slope=a * (1 - a), stable=(("z < 0", exp(z) / (1 - exp(z))),), source="planted"),
    Activation("kink", value=z * step(z), slope=1 - step(z), source="planted"),
    Activation("by", value=alpha * z, slope=alpha, parameters={"alpha": 2 * z}, learnt=("alpha",), source="planted"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each.name)
def test_a_wrong_activation_is_not_admitted(wrong: Activation) -> None:
    with pytest.raises(LawBroken, match=wrong.name):
        activation(wrong)
    with pytest.raises(LawBroken):
        Network.layered([2, 1], wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        Loss("sign", value=Rational(1, 2) * (y - a) ** 2, slope=y - a, source="planted"),
        Loss("factor", value=(y - a) ** 2, slope=a - y, source="planted: the factor 2 is missing"),
    ],
    ids=lambda each: each.name,
)
def test_a_wrong_loss_is_not_admitted(wrong: Loss) -> None:
    with pytest.raises(LawBroken, match=wrong.name):
        loss(wrong)


def test_a_wrong_fused_delta_is_not_proved() -> None:
    """The textbook shortcut a - y is a claim of its own: with the sign turned it must fall."""
    wrong = Loss("bce", losses()["binary_cross_entropy"].value, losses()["binary_cross_entropy"].slope, fused={"sigmoid": y - a}, source="planted")
    proof = prove(Network.layered([2, 2, 1], loss=wrong))
    assert not proof.proved and proof.wrong_units == ("u2_1",)


def test_every_entry_says_its_source_and_its_law() -> None:
    for each in (*table().values(), *losses().values()):
        assert each.source
        assert each.accepted or each.undefined or not getattr(each, "differentiable", True)


def test_an_object_serves_wherever_a_name_does() -> None:
    cube = Activation("cube", value=z**3, slope=3 * z**2, source="a toy")
    bent = Loss("quartic", value=(y - a) ** 4, slope=4 * (a - y) ** 3, source="a toy")
    proof = prove(Network.layered([2, 2, 1], cube, bent))
    assert proof.proved and proof.numbers is not None


def test_unknown_names_offer_the_nearest() -> None:
    with pytest.raises(NameUnknown) as caught:
        activation("sofplus")
    assert caught.value.try_ is not None and "softplus" in caught.value.try_
    assert activation("identity").slope == Integer(1)

"""The worked example: numbers that are right to the digit, and clear refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbackprop.derive import shown as S
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.worked import Worked, example_point, read_point, rounded
from symbackprop.errors import DataError, GradientRefused
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.proofs.numbers import intervals
from symbackprop.render import render
from symbackprop.render.latex_math import latex
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming

NET = Network.layered([2, 2, 2], loss="half_squared")
# the numbers of a widely copied two-layer example, whose author printed them with eight digits
KNOWN = {
    "x1": 0.05, "x2": 0.10, "y1": 0.01, "y2": 0.99, "w1_1_1": 0.15, "w1_1_2": 0.20, "w1_2_1": 0.25, "w1_2_2": 0.30,
    "b1_1": 0.35, "b1_2": 0.35, "w2_1_1": 0.40, "w2_1_2": 0.45, "w2_2_1": 0.50, "w2_2_2": 0.55, "b2_1": 0.60, "b2_2": 0.60,
    "rate": 0.5,
}  # fmt: skip


def test_the_known_example_to_eight_digits() -> None:
    point, rate = read_point(NET, KNOWN, "here")
    made = Worked(NET, point, rate, 8)
    assert made.number("output", "u1_1").value == Fraction("0.59326999")
    assert made.number("output", "u2_1").value == Fraction("0.75136507")
    assert made.number("cost", "").value == Fraction("0.29837111")
    assert made.number("delta", "u2_1").value == Fraction("0.13849856")
    assert made.number("partial", "w2_1_1").value == Fraction("0.08216704")
    after = made.stepped().point
    assert round(float(after["w2_1_1"]), 8) == 0.35891648 and round(float(after["w1_1_1"]), 8) == 0.14978072


@pytest.mark.parametrize("form", ["tex", "html", "md", "txt"])
def test_it_is_printed_and_the_step_helps(form: str) -> None:
    point, rate = read_point(NET, KNOWN, "here")
    made = derive(NET, example=point, rate=rate)
    text = str(render(made, form, "nielsen"))
    assert "0.2984" in text and "0.2805" in text and not made.gaps


@pytest.mark.parametrize("net", [Network.layered([2, 3, 3], loss="softmax_cross_entropy"), Network.layered([2, 2, 1], "relu"),
                                 Network.chain(2, bias=False)])  # fmt: skip
def test_numbers_can_be_made_up(net: Network) -> None:
    assert set(example_point(net)) >= {*net.inputs, *net.targets, *net.parameters}
    assert any(section.title == "A worked example" for section in derive(net, example=True).sections)


@pytest.mark.parametrize(("net", "what"), [(Network.layered([4, 8, 3]), "at most 40"), (Network.layered([2, 1], "undefined"), "activation of u1_1"),
                                            (Network.layered([2, 1], loss="undefined"), "loss")])  # fmt: skip
def test_an_example_that_cannot_be_worked_is_refused(net: Network, what: str) -> None:
    """Never left out without a word, and never with numbers for something that has none."""
    with pytest.raises((DataError, GradientRefused), match=what):
        derive(net, example=True)


@pytest.mark.parametrize("change", [{"x1": float("nan")}, {"x9": 1}, {"x1": "one"}, {"x1": True}])
def test_bad_numbers_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(DataError):
        read_point(NET, KNOWN | change, "here")
    with pytest.raises(DataError):
        read_point(NET, {"x1": 1}, "here")


def test_a_number_in_the_middle_is_not_guessed() -> None:
    context = intervals()
    with pytest.raises(DataError):
        rounded(context.mpf([0.123449, 0.123551]), 3)
    assert rounded(context.mpf(1) / 3, 4).value == Fraction("0.3333")


def test_two_signs_never_meet_in_numbers_put_in() -> None:
    """A negative number in the middle of a sum of products stands in brackets, with its times sign."""
    pairs = ((-7, 2), (-6, 4), (3, -5))
    total = S.plus(*(S.chain(S.Number(Fraction(a)), S.Number(Fraction(b))) for a, b in pairs))
    shown = latex(Mathematics(Naming(notation("nielsen"))).set(total))
    assert shown == r"-7 \times 2 + (-6) \times 4 + 3 \times (-5)"

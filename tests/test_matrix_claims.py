"""Matrix claims: right ones are proved for every size, wrong ones refuted with a witness, misfits malformed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbackprop.proofs.every_size.claims import ones, prove_matrix_claim
from symbackprop.proofs.every_size.matrix import (
    Diagonal,
    Formula,
    Hadamard,
    Product,
    Scaled,
    Sum,
    Transposed,
    a,
    b,
    by_a,
    by_b,
    by_w,
    delta,
    outer,
    slope,
    w,
    z,
)

BACK = Product(Transposed(w(1)), delta(1))
RIGHT: dict[str, tuple[Formula, Formula, dict[str, bool]]] = {
    "BP1": (delta(0), Hadamard(by_a(0), slope(0)), {"output": True}),
    "BP2": (delta(0), Hadamard(BACK, slope(0)), {}),
    "BP2 in a batch": (delta(0), Hadamard(BACK, slope(0)), {"batch": True}),
    "BP2 one layer on": (delta(-1), Hadamard(Product(Transposed(w(0)), delta(0)), slope(-1)), {}),
    "BP2 with a diagonal": (delta(0), Product(Diagonal(slope(0)), BACK), {}),
    "BP2 below the output": (delta(-1), Hadamard(Product(Transposed(w(0)), delta(0)), slope(-1)), {"output": True}),
    "two layers at once": (
        delta(0),
        Hadamard(Product(Transposed(w(1)), Hadamard(Product(Transposed(w(2)), delta(2)), slope(1))), slope(0)),
        {},
    ),
    "BP3": (by_b(0), delta(0), {}),
    "BP3 in a batch": (by_b(0), Product(delta(0), ones()), {"batch": True}),
    "BP4": (by_w(0), outer(delta(0), a(-1)), {}),
    "BP4 in a batch": (by_w(0), Product(delta(0), Transposed(a(-1))), {"batch": True}),
    "BP4 transposed": (Transposed(by_w(0)), outer(a(-1), delta(0)), {}),
    "BP4 written out": (by_w(0), outer(Hadamard(BACK, slope(0)), a(-1)), {}),
    "delta by the output's derivative": (delta(0), Hadamard(by_a(0), slope(0)), {}),
    "Gordon's d": (by_a(0), Product(Transposed(w(1)), Hadamard(by_a(1), slope(1))), {}),
    "forward": (z(0), Sum((Product(w(0), a(-1)), b(0))), {}),
    "forward in a batch": (z(0), Sum((Product(w(0), a(-1)), Product(b(0), Transposed(ones())))), {"batch": True}),
    "linearity": (Scaled(Fraction(2), delta(0)), Sum((delta(0), Hadamard(BACK, slope(0)))), {}),
}
WRONG: dict[str, tuple[Formula, Formula, dict[str, bool]]] = {
    "transpose dropped": (delta(0), Hadamard(Product(w(1), delta(1)), slope(0)), {}),
    "slope of the wrong layer": (
        delta(0),
        Hadamard(Product(Transposed(w(1)), Hadamard(delta(1), slope(1))), slope(0)),
        {},
    ),
    "slope of the next layer": (delta(0), Hadamard(BACK, slope(1)), {}),
    "slope forgotten": (delta(0), BACK, {}),
    "slope twice": (delta(0), Hadamard(Hadamard(BACK, slope(0)), slope(0)), {}),
    "weights of the wrong layer": (delta(0), Hadamard(Product(Transposed(w(0)), delta(1)), slope(0)), {}),
    "sign": (delta(0), Scaled(Fraction(-1), Hadamard(BACK, slope(0))), {}),
    "a factor 2": (delta(0), Scaled(Fraction(2), Hadamard(BACK, slope(0))), {}),
    "output for slope": (delta(0), Hadamard(BACK, a(0)), {}),
    "the own output": (by_w(0), outer(delta(0), a(0)), {}),
    "outer product turned round": (by_w(0), outer(a(-1), delta(0)), {}),
    "z for a": (by_w(1), outer(delta(1), z(0)), {}),
    "one example for the sum": (by_b(0), Scaled(Fraction(1, 2), Product(delta(0), ones())), {"batch": True}),
    "BP1 without slope": (delta(0), by_a(0), {"output": True}),
    "forward without bias": (z(0), Product(w(0), a(-1)), {}),
    "forward transposed": (z(0), Sum((Product(Transposed(w(0)), a(-1)), b(0))), {}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_matrix_claims_are_proved_for_every_size(name: str) -> None:
    left, right, options = RIGHT[name]
    verdict = prove_matrix_claim(left, right, **options)
    assert (verdict.name, verdict.scope) == ("PROVED", "every width, every depth"), verdict
    assert verdict.assumptions and verdict.data()["certificate"]


@pytest.mark.parametrize("name", WRONG)
def test_wrong_matrix_claims_are_refuted_with_a_witness(name: str) -> None:
    left, right, options = WRONG[name]
    verdict = prove_matrix_claim(left, right, **options)
    assert verdict.name == "REFUTED", (name, verdict)
    data = verdict.data()
    assert data["left"] != data["right"] and any(key.startswith("width of") for key in data["witness"])


def test_what_can_never_fit_is_malformed() -> None:
    assert prove_matrix_claim(delta(0), outer(delta(0), delta(0))).name == "MALFORMED"
    assert prove_matrix_claim(delta(1), delta(1), output=True).name == "MALFORMED"


def test_formulas_print_as_text_and_latex() -> None:
    rule = Hadamard(BACK, slope(0))
    assert rule.text(latex=True) == r"((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^{l})".replace("{l}", "l")
    assert outer(delta(0), a(-1)).text(output=True) == "delta^L (a^{L-1})^T"

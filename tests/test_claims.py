"""Claims that are not derivatives: each is decided, each has a false neighbour that is refuted, certificates are checked."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbackprop.__main__ import main
from symbackprop.claims.boolean_nets import construct, run
from symbackprop.claims.claim import all_claims
from symbackprop.claims.linear_nets import deep_product, kronecker, multiplications
from symbackprop.claims.question import all_questions, answer
from symbackprop.claims.separability import (
    XOR,
    check_multipliers,
    check_weights,
    inputs,
    separable_functions,
    separate,
)
from symbackprop.errors import NameUnknown, ShapeError
from symbackprop.proofs.verdict import Refuted

SCHEME = Path(__file__).parent.parent / "examples" / "strassen.json"


@pytest.mark.parametrize("name", sorted(all_claims()))
def test_each_claim_is_proved_and_its_false_neighbour_refuted(name: str) -> None:
    claim = all_claims()[name]
    verdict = claim.decide()
    assert verdict.name == "PROVED" and verdict.engine, verdict
    wrong = claim.false_neighbour[1]()
    assert wrong.name == "REFUTED" and wrong.data()["reason"], (claim.false_neighbour[0], wrong)


def test_farkas_multipliers_are_checked_not_believed() -> None:
    ones = (Fraction(1),) * 4
    assert check_multipliers(XOR, ones)
    assert not check_multipliers(XOR, (Fraction(1), Fraction(1), Fraction(1), Fraction(2)))
    assert not check_multipliers(XOR, (Fraction(0),) * 4)
    assert not check_multipliers(XOR, (Fraction(-1),) * 4)
    assert not check_multipliers((0, 1, 1, 1), ones)
    assert not check_weights(XOR, (Fraction(0), Fraction(1), Fraction(1)))


@pytest.mark.parametrize("at_least", [False, True])
def test_fourteen_of_sixteen(at_least: bool) -> None:
    good, bad = separable_functions(2, at_least)
    assert (len(good), bad) == (14, [(0, 1, 1, 0), (1, 0, 0, 1)])


def test_one_hundred_and_four_of_the_functions_of_three_inputs() -> None:
    """Muroga's count for three variables."""
    good, bad = separable_functions(3)
    assert (len(good), len(bad)) == (104, 152)


@given(st.tuples(*[st.integers(-4, 4)] * 4))
def test_whatever_a_threshold_unit_computes_is_found_separable(weights: tuple[int, ...]) -> None:
    function = tuple(int(weights[0] + sum(w * x for w, x in zip(weights[1:], p)) > 0) for p in inputs(3))
    assert check_weights(function, separate(function).weights)


def test_what_is_no_boolean_function_is_refused() -> None:
    with pytest.raises(ShapeError):
        separate((0, 1, 1))


def test_boolean_nets_use_one_architecture_for_all_functions() -> None:
    nets = [construct(function) for function in product((0, 1), repeat=4)]
    assert len({json.dumps(net["units"][:-1]) for net in nets}) == 1
    assert [len(net["units"]) for net in nets] == [5] * 16


@given(st.tuples(*[st.integers(-9, 9)] * 4), st.tuples(*[st.integers(-9, 9)] * 4))
def test_both_product_nets_multiply(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    matrix = [b[:2], b[2:]]
    wanted = [a[2 * r] * matrix[0][c] + a[2 * r + 1] * matrix[1][c] for r in (0, 1) for c in (0, 1)]
    assert run(kronecker(matrix, 2), {}, a) == wanted == run(deep_product(matrix), {}, a)
    assert multiplications(deep_product(matrix)) <= 7


@pytest.mark.parametrize("name", sorted(all_questions()))
def test_each_question_proves_its_example_and_refutes_its_wrong_one(name: str, tmp_path: Path) -> None:
    question = all_questions()[name]
    example = question.example.replace("scheme.json", str(SCHEME))
    assert answer(question, shlex.split(example))[1].name == "PROVED"
    if question.wrong:
        verdict = answer(question, shlex.split(question.wrong))[1]
        assert verdict.name == "REFUTED" and verdict.data()["reason"], verdict


WRONG = [
    "separable 1001", "separable 01101001", "inseparable 00000001", "inseparable 0010", "boolean-net 0001 3",
    "boolean-nets 2 3", "product-net '2 0; 0 2' '1 2; 3 4' '2 4; 6 7'", "one-matrix {net}", "parameters 2-2-2-2-2 16",
    "number '2^320000 < 100^1000'", "number 'digits(2^320000) = 96329'", "number '10! = 3628801'", "search 1-1-1 64 2^255",
    "slope-at-most tanh 9/10", "slope-at-most sigmoid 0.249999", "slope-at-most identity 0", "separable-functions 2 15",
]  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_claim_is_refused_with_a_witness_or_both_sides(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    net = Path(__file__).parent.parent / "examples" / "xor.toml"
    assert main(["claims", *shlex.split(words.replace("{net}", str(net)))]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("REFUTED") and len(printed.splitlines()) >= 3


def test_a_scheme_with_one_wrong_sign_is_refuted_where_it_shows(tmp_path: Path) -> None:
    data = json.loads(SCHEME.read_text(encoding="utf-8"))
    data["first"][5][0] *= -1
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(data), encoding="utf-8")
    verdict = answer(all_questions()["product-scheme"], [str(wrong)])[1]
    assert isinstance(verdict, Refuted) and list(verdict.witness.values()).count("1") == 2


HOSTILE = [
    "separable 011", "separable 012", "separable", "separable 0 1", "boolean-nets 9", "boolean-net 01 9", "number ''",
    "number '2^^3 = 1'", "number '2^(2^(2^100)) = 1'", "number '99999! = 1'", "number __import__", "number '1 = 2 = 3'",
    f"number '{'(' * 300}1 = 1'", "product-net 'a' '1' '1'", "product-net '1 2' '1 2' '1'", "product-scheme /nowhere",
    "product-scheme {net}", "one-matrix 2-0", "parameters 2-2 x", "search 2-2 0 1", "slope-at-most tahn 1", "slope-at-most tanh x",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_what_fills_no_blank_gets_a_clear_error(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    net = Path(__file__).parent.parent / "examples" / "xor.toml"
    assert main(["claims", *shlex.split(words.replace("{net}", str(net)))]) == 2
    assert "Error: " in (said := capsys.readouterr().err) or "no " in said


@pytest.mark.slow
def test_the_functions_of_four_inputs() -> None:
    """Muroga's count for four variables."""
    assert len(separable_functions(4)[0]) == 1882


def test_a_net_of_relus_that_happens_to_be_straight_is_not_refuted(tmp_path: Path) -> None:
    """relu(x) - relu(-x) = x: no numbers show a bend, so the claim stays open."""
    file = tmp_path / "straight.toml"
    file.write_text(
        'inputs = ["x"]\noutputs = ["y"]\nloss = "squared"\n[units.p]\nfrom = ["x"]\nweights = [1]\nactivation = "relu"\n'
        '[units.n]\nfrom = ["x"]\nweights = [-1]\nactivation = "relu"\n'
        '[units.y]\nfrom = ["p", "n"]\nweights = [1, -1]\nactivation = "identity"\n', encoding="utf-8",
    )  # fmt: skip
    assert answer(all_questions()["one-matrix"], [str(file)])[1].name == "UNDECIDED"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "xor", "--false"]) == 0
    printed = capsys.readouterr().out
    assert "0 > 0" in printed and "REFUTED" in printed
    assert main(["claims", "--json"]) == 0
    assert {row["verdict"] for row in json.loads(capsys.readouterr().out)} == {"PROVED"}
    assert main(["claims", "xorr"]) == 2
    assert "xor" in capsys.readouterr().err
    with pytest.raises(NameUnknown):
        from symbackprop.claims.claim import decide

        decide("nothing")

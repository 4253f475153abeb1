"""A letter that is declared free is any number, whatever the net's author calls by it."""

from __future__ import annotations

import pytest

from symbackprop.check import check

NET = '{"inputs":["x1"],"units":{"h":{"activation":"sigmoid","from":["x1"]},"o":{"activation":"sigmoid","from":["h"]}},"outputs":["o"],"loss":"half_squared","bias":false}'


def verdict(formula: str, **options: str) -> str:
    return check(formula, NET, notation="graph", **options)[0].verdict.name


@pytest.mark.parametrize(("formula", "undeclared", "declared"), [
    ("y_h = h", "PROVED", "REFUTED"), (r"y_o = \sigma(w_{h \to o} h)", "PROVED", "REFUTED"), (r"\frac{\partial y_o}{\partial h} = 0", "REFUTED", "PROVED"),
    (r"\frac{\partial}{\partial h} h^2 = 2 h", "PROVED", "PROVED"), ("h = 2 h", "REFUTED", "REFUTED"),
])  # fmt: skip
def test_the_declaration_is_obeyed(formula: str, undeclared: str, declared: str) -> None:
    """`free=h` left h the output of the neuron h: y_h = h was PROVED of any number h."""
    assert verdict(formula) == undeclared
    assert verdict(formula, free="h") == declared
    assert any("as it is declared" in note for note in check(formula, NET, notation="graph", free="h")[0].verdict.notes)


def test_scripts_of_the_notation_are_not_touched() -> None:
    assert verdict(r"\delta_h = \sigma'(z_h) w_{h \to o} \delta_o", free="h") == "PROVED"
    assert verdict(r"z_o = w_{h \to o} y_h", free="h") == "PROVED"


def test_a_letter_with_a_number_may_be_declared_as_plain_text_writes_it() -> None:
    assert verdict("q1 + q1 = 2 q1", free="q1") == "PROVED"
    assert verdict("q_1 + q_1 = 2 q_1", free="q_1") == "PROVED"
    assert verdict("q1 = 2 q1", free="q1") == "REFUTED"


@pytest.mark.parametrize("formula", [
    r"\frac{\partial C}{\partial q} = 0", r"\nabla_q C = 0", r"\frac{\partial a^1_1}{\partial q} = 0", r"\frac{\partial C}{\partial w} = 0", r"0 = \frac{\partial C}{\partial q}",
])  # fmt: skip
def test_nothing_is_known_of_a_derivative_by_a_letter_that_nothing_declares(formula: str) -> None:
    """`dC/dq = 0` was PROVED, of a q that nobody had declared."""
    assert check(formula, "2-2-1")[0].verdict.name == "UNRESOLVED"
    assert check(r"\frac{\partial C}{\partial q} = 0", "2-2-1", free="q")[0].verdict.name == "PROVED"

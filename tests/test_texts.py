"""The lines a terminal shows are the formulas that were proved: each is read back and compared as a polynomial."""

from __future__ import annotations

import re

import pytest
import sympy
from hypothesis import given, settings
from nets import combinations, graphs

from symbackprop.gradients import delta
from symbackprop.networks import Network

TOKEN = re.compile(r"(?:delta|a|p|g|q)\([\w.']+\)|[A-Za-z_][\w.']*|\d+|\S")


def read(text: str) -> sympy.Expr:
    """A small reader of its own: + - juxtaposition ^ ( ) and generator names; shares nothing with the writer."""
    tokens = TOKEN.findall(text)
    place = 0

    def peek() -> str:
        return tokens[place] if place < len(tokens) else ""

    def take() -> str:
        nonlocal place
        place += 1
        return tokens[place - 1]

    def total() -> sympy.Expr:
        value = term()
        while peek() in ("+", "-"):
            value = value + term() if take() == "+" else value - term()
        return value

    def term() -> sympy.Expr:
        if peek() == "-":
            take()
            return -term()
        value = power()
        while peek() and peek() not in "+-)":
            value = value / power() if peek() == "/" and take() else value * power()
        return value

    def power() -> sympy.Expr:
        token = take()
        if token == "(":
            value = total()
            assert take() == ")"
        else:
            value = sympy.Integer(token) if token.isdigit() else sympy.Symbol(token, real=True)
        if peek() == "^":
            take()
            value = value ** int(take())
        return value

    found = total()
    assert place == len(tokens), text
    return found


def same(net: Network) -> None:
    shown, proved = delta.texts(net), delta.expressions(net)
    for unit in net.units:
        assert sympy.expand(read(shown.delta(unit)) - proved.delta(unit)) == 0, shown.delta(unit)
    for name in net.parameters:
        assert sympy.expand(read(shown.partial(name)) - proved.partial(name)) == 0, shown.partial(name)


@pytest.mark.parametrize("net", combinations(), ids=lambda net: net.name)
def test_every_line_reads_back(net: Network) -> None:
    same(net)


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_lines_of_random_graphs_read_back(net: Network) -> None:
    same(net)


def test_the_reader_sees_a_misplaced_bracket() -> None:
    assert sympy.expand(read("a (b - c + d)") - read("a (b - (c + d))")) != 0

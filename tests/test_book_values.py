"""What the chapters of the book rest on: functions and matrices as values, definitions, lines tied to theorems; each refuses lies."""

from __future__ import annotations

import dataclasses
import importlib
import re
from fractions import Fraction
from typing import Any

import pytest
from test_book import NAMES

from symbackprop.derive import derivation as D
from symbackprop.derive import instances
from symbackprop.derive.book import Lines, Q, by_claim, by_theorem
from symbackprop.derive.curried import NABLA, Lambda, Tuple, apply, compose, function
from symbackprop.derive.curried import D as Derivative
from symbackprop.derive.meaning import Meaningless
from symbackprop.derive.shown import (
    Applied,
    BigSum,
    Generic,
    Grid,
    Number,
    Partial,
    Product,
    Shown,
    Symbol,
    Transposed,
    shown,
)
from symbackprop.derive.values import NetValues, Values
from symbackprop.networks import Network

f, g, x, y, p = (Symbol(name) for name in "fgxyp")


def verdict(left: Shown, right: Shown, **arities: int) -> str:
    return Lines(Values(arities=arities)).claim(left, right, "").evidence.verdict


def test_a_lambda_keeps_the_meaning_its_names_had_where_it_stands() -> None:
    nested = function("x", function("y", x - y))
    assert verdict(apply(nested, 5, 3), shown(2)) == D.PROVED
    assert verdict(apply(nested, 5, 3), shown(-2)) == D.GAP
    assert verdict(apply(function("x", apply(nested, 1, x)), 7), shown(-6)) == D.PROVED


def test_the_chain_rule_of_undefined_functions() -> None:
    inner, outer = apply(Derivative, compose(f, g), x), apply(Derivative, f, apply(g, x))
    assert verdict(inner, outer * apply(Derivative, g, x), f=1, g=1) == D.PROVED
    assert verdict(inner, apply(Derivative, f, x) * apply(Derivative, g, x), f=1, g=1) == D.GAP
    assert verdict(inner, outer * apply(Derivative, g, apply(g, x)), f=1, g=1) == D.GAP
    assert verdict(apply(f, x + 0), apply(f, x), f=1) == D.PROVED
    assert verdict(apply(f, x, y), apply(f, y, x), f=2) == D.GAP


@pytest.mark.parametrize(
    "form", [apply(x, y), apply(Derivative, x), apply(Derivative, function("x", f)), compose(f, x), apply(f, f), f + 1,
             apply(apply(NABLA, f), Tuple((x, y))), apply(Lambda(("x", "y"), x + y, pair=True), x)]
)  # fmt: skip
def test_a_type_error_is_a_gap_that_says_so(form: Shown) -> None:
    proof = Lines(Values(arities={"f": 1})).claim(form, shown(0), "").evidence
    assert proof.verdict == D.GAP and proof.method.startswith("not decided")


def test_two_functions_are_equal_only_if_they_are_everywhere() -> None:
    assert verdict(function("x", (x + 1) ** 2), function("y", y**2 + 2 * y + 1)) == D.PROVED
    assert verdict(function("x", (x + 1) ** 2), function("y", y**2 + 1)) == D.GAP


def test_matrices_are_compared_entry_by_entry() -> None:
    a, b = Grid(((x, y), (p, shown(1)))), Grid(((x, p), (y, shown(1))))
    assert verdict(Transposed(a), b) == D.PROVED
    assert verdict(a, b) == D.GAP
    assert verdict(a * Grid(((x,), (y,))), Grid(((x * x + y * y,), (p * x + y,)))) == D.PROVED
    assert verdict(a * Grid(((x,), (y,))), Grid(((x * x + y * y,), (p * x,)))) == D.GAP
    assert verdict(Product((a, Grid(((x,), (y,)))), "odot"), a) == D.GAP


def test_a_definition_counts_from_then_on_and_is_cut_out_of_the_graph() -> None:
    line, u, v = Lines(), Symbol("u"), Symbol("v")
    line.let(u, x**2)
    line.let(v, u * x)
    assert line.claim(Partial(v, u), x, "").evidence.verdict == D.PROVED
    assert line.claim(Partial(v, x), 3 * x**2, "").evidence.verdict == D.PROVED
    assert line.claim(Partial(u, v), shown(0), "").evidence.verdict == D.PROVED


def delta(layer: str, j: str = "j") -> Generic:
    return Generic("delta", layer, (j,))


@pytest.mark.parametrize("right", [
    BigSum("i", "l+1", Generic("weight", "l+1", ("i", "j")) * delta("l+1", "i")),  # no slope
    Applied("activation", Generic("net_input", "l+1", ("j",)), 1) * BigSum("i", "l+1", Generic("weight", "l+1", ("i", "j")) * delta("l+1", "i")),
    -(Applied("activation", Generic("net_input", "l", ("j",)), 1) * BigSum("i", "l+1", Generic("weight", "l+1", ("i", "j")) * delta("l+1", "i"))),
])  # fmt: skip
def test_a_line_that_is_not_the_theorem_it_names_is_refused(right: Shown) -> None:
    made = Lines().by(by_theorem("backprop", "BP2, recursion"), delta("l"), right, "BP2")
    assert made.evidence.verdict == D.GAP and "fails in the net" in made.evidence.method


def test_a_missing_transpose_does_not_pass_for_a_theorem() -> None:
    slope = Applied("activation", Generic("net_input", "l"), 1)
    wrong = Product((Product((Generic("weight", "l+1"), Generic("delta", "l+1"))), slope), "odot")
    found = instances.check(Generic("delta", "l"), wrong)
    assert found is not None and found.verdict == D.GAP


def test_a_claim_does_not_lend_its_proof_to_another_line() -> None:
    line, half = Lines(), Number(Fraction(1, 2))
    assert line.by(by_claim("large-step"), shown(1), shown(2), "", ">").evidence.verdict == D.GAP
    assert line.by(by_claim("gordon-24"), shown(24), shown(25), "").evidence.verdict == D.GAP
    assert line.by(by_claim("large-step"), half, x, "", "<").evidence.verdict == D.GAP


def test_an_activation_acts_on_vectors_of_net_inputs_only() -> None:
    net = Network.layered([2, 2], activation="undefined", loss="half_squared")
    line, column = Lines(NetValues(net)), Grid(((Q("output", "u1_1"),), (Q("output", "u1_2"),)))
    assert line.claim(Applied("activation", column), column, "").evidence.verdict == D.GAP


@pytest.mark.parametrize("name", NAMES)
def test_every_planted_wrong_line_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each proved line of the chapter is tried once more with 3 added to its right side, whatever its evidence rests on."""
    module = importlib.import_module(f"derivations.{name}")
    planted: list[str] = []

    def spoil(method: str, right_at: int) -> None:
        before = getattr(Lines, method)

        def spoilt(self: Lines, *given: Any, **options: Any) -> D.Step:
            last = self._last
            made: D.Step = before(self, *given, **options)
            if method == "by" and "=" not in (given[4:5] or ("=",)):
                return made  # greater than something smaller may still be greater than something a little larger
            if method == "claim" and given[0] is None:
                given = (last, *given[1:])
            wrong = (*given[:right_at], given[right_at] + 3, *given[right_at + 1 :])
            planted.append(before(self, *wrong, **options).evidence.verdict)
            self._last = made.line.right
            return made

        monkeypatch.setattr(Lines, method, spoilt)

    spoil("claim", 1)
    spoil("by", 2)
    spoil("over_examples", 2)
    made = module.derivation()
    assert made.gaps == ()
    assert set(planted) <= {D.GAP}


def test_a_definition_by_itself_or_a_second_one_is_refused() -> None:
    line = Lines()
    with pytest.raises(Meaningless, match="by itself"):
        line.let(x, x + 1)
    line.let(y, x + 1)
    with pytest.raises(Meaningless, match="already"):
        line.let(y, x + 2)
    with pytest.raises(Meaningless, match="by itself"):
        line.let(x, 2 * y)


def test_what_a_chapter_needs_comes_before_it() -> None:
    places = {name: importlib.import_module(f"derivations.{name}").PLACE for name in NAMES}
    for name in NAMES:
        document = importlib.import_module(f"derivations.{name}").__doc__ or ""
        needs = document.split("Needs")[1].split("Source")[0]
        for needed in re.findall(r"[a-z]+(?:_[a-z]+)+|\bdeltas\b|\bperceptron\b|\brectifiers\b|\bvectorisation\b", needs):
            assert places[needed] < places[name], (name, needed)


def test_evidence_is_plain_data() -> None:
    assert dataclasses.is_dataclass(by_claim("xor")) and by_claim("xor").verdict == D.PROVED

r"""Sums over sets in words, `k \in outputs`, `k \in \text{Nachfolger}(j)`: what the sum's own letter and the net settle, in any language."""

from __future__ import annotations

import pytest

from symbackprop.check import check

NET = {"net": "2-3-2", "notation": "slides_net"}
SUM = r"\delta_j = o_j(1-o_j)\sum_{k \in %s} \delta_k w_{kj}"
SETS = [
    "outputs", "downstream(j)", "Downstream(j)", r"\text{outputs}", r"\text{Ausgabe}", r"\text{Ausgabeneuronen}", r"\text{Nachfolger}(j)", r"\text{sorties}",
    r"\mathrm{salidas}", r"\text{uscita}", r"\mathit{outputs}", r"\text{output units}", r"\text{sucesores}(j)",
]  # fmt: skip


@pytest.mark.parametrize("said", SETS)
def test_right_sums_are_proved_and_wrong_ones_are_not(said: str) -> None:
    assert check(SUM % said, **NET)[0].verdict.name == "PROVED"  # type: ignore[arg-type]
    for old, new in (("o_j(1-o_j)", "o_j"), ("w_{kj}", "w_{jk}"), (r"= o_j", r"= 2 o_j")):
        assert check((SUM % said).replace(old, new), **NET)[0].verdict.name in ("REFUTED", "UNDEFINED"), (old, new)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["katzen", r"\text{the cats}", "S_j", "foo(j)", r"\mathcal{X}_{q}", "out put", r"\text{}"])
def test_other_sets_settle_nothing(said: str) -> None:
    verdict = check((SUM % said).replace("= o_j", "= 2 o_j"), **NET)[0].verdict  # type: ignore[arg-type]
    assert not verdict.holds
    if verdict.name == "REFUTED":
        assert said in ("S_j", "out put")


def test_outputs_are_the_outputs() -> None:
    """In a deep net the neurons that another one feeds are no outputs, and the sum over the outputs is not theirs."""
    deep = {"net": "2-3-3-2", "notation": "slides_net"}
    finding = check(SUM % "outputs", **deep)[0]  # type: ignore[arg-type]
    assert finding.verdict.name == "PROVED" and "3 instances" in " ".join(finding.verdict.notes)
    assert "6 instances" in " ".join(check(SUM % "downstream(j)", **deep)[0].verdict.notes)  # type: ignore[arg-type]
    assert check(r"E = \frac12 \sum_{k \in \text{verdeckte Neuronen}} (t_k - o_k)^2", **deep)[0].verdict.name != "PROVED"  # type: ignore[arg-type]
    assert check(r"E = \frac12 \sum_{k \in outputs} (t_k - o_k)^2", **deep)[0].verdict.name == "PROVED"  # type: ignore[arg-type]
    assert check(r"E = \sum_{k \in outputs} (t_k - o_k)^2", **deep)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]

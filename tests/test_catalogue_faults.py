"""Faults planted in the product: the rows of the catalogue that concern it must fail, and work again without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from symbackprop.catalogue.execute import all_rows, execute
from symbackprop.check.documents import report
from symbackprop.commands.systems import call
from symbackprop.render import charts, svg
from symbackprop.training import procedures
from symbackprop.training.encodings import OneOfK

ROWS = all_rows()
Plant = Callable[[pytest.MonkeyPatch], None]


def accepting(patch: pytest.MonkeyPatch) -> None:
    """A checker whose exit status is 0 whatever it found."""
    patch.setattr(report, "exit_status", lambda findings: 0)


def reversed_codes(patch: pytest.MonkeyPatch) -> None:
    """A 1-of-k code that counts from the other end."""
    whole = OneOfK.encode
    patch.setattr(OneOfK, "encode", lambda self, values: whole(self, values)[:, ::-1])
    patch.setattr(OneOfK, "decode", lambda self, codes: [self.values[-1 - int(n)] for n in np.argmax(codes, axis=1)])


def no_dropout(patch: pytest.MonkeyPatch) -> None:
    """A dropout option that is ignored."""
    patch.setattr(procedures.Constraints, "mask", lambda self, rng: np.ones(1))


def same_starts(patch: pytest.MonkeyPatch) -> None:
    """Restarts that all start from one point."""
    start = procedures.start
    patch.setattr(procedures, "start", lambda net, init, seed: start(net, init, 0))


def red_inputs(patch: pytest.MonkeyPatch) -> None:
    """Input neurons in the output neurons' colour."""
    [name] = [name for name, value in vars(svg).items() if isinstance(value, str) and "--input:#" in value]
    patch.setattr(svg, name, getattr(svg, name).replace("--input:#2e7d4f", "--input:#b3402e"))


def wrong_curve(patch: pytest.MonkeyPatch) -> None:
    """A chart that draws its curves with the wrong sign."""
    whole = charts.svg

    def turned(chart: charts.Chart) -> str:
        lines = tuple(charts.Line(each.label, tuple((-a, b) for a, b in each.points)) for each in chart.lines)
        return whole(replace(chart, lines=lines))

    patch.setattr(charts, "svg", turned)


PLANTED: dict[str, tuple[Plant, str]] = {
    "S84": (accepting, "rather than 1"),
    "S148": (accepting, "rather than 1"),
    "S130": (reversed_codes, "G -> 0010 -> G"),
    "S135": (reversed_codes, "dog ="),
    "S122": (no_dropout, "0 of 12 hidden units dropped"),
    "S117": (same_starts, "1000 runs"),
    "S159": (red_inputs, "another colour"),
    "S154": (wrong_curve, "read back"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_a_row_that_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, words = PLANTED[name]
    with monkeypatch.context() as patch:
        plant(patch)
        status = execute(ROWS[name], call).status
    assert status.startswith("fails: ") and words in status, status
    assert execute(ROWS[name], call).status == "works"


@pytest.mark.parametrize(("curve", "wanted"), [(lambda z: max(z, 0.0), True), (lambda z: min(z, 0.0), False)])
def test_a_chart_is_read_back_in_its_own_numbers(curve: Any, wanted: bool) -> None:
    from symbackprop.catalogue.drawn import read_chart

    points = tuple((z / 4, max(z / 4, 0.0)) for z in range(-8, 9))
    read = read_chart(charts.svg(charts.Chart("relu", (charts.Line("relu", points),)))).curves["relu"]
    assert all(abs(curve(x) - y) < 0.01 for x, y in read) is wanted

"""Worked examples: numbers given, decimals claimed; and refutations that are withheld where words restrict a formula."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop import check_file

HEAD = "<!-- sbp: net=1-1-1 notation=winston bias=none -->\nLet $w_l = 0.5$, $w_r = -1$, $i_l = 2$, $d = 1$, $\\alpha = 0.1$.\n"


def verdicts(tmp_path: Path, text: str) -> list[str]:
    """The verdicts after the numbers are given."""
    path = tmp_path / "a.md"
    path.write_text(HEAD + text)
    return [f.verdict.name for f in check_file(path)[5:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$p_l = w_l i_l = 0.5 \\times 2 = 1.0$", ["PROVED"] * 3),
        ("$o_l = 0.7311$ and $o_r = 0.325$ and $P = -0.2278$", ["PROVED"] * 3),
        ("$\\delta_r = 0.1481$, $\\Delta w_r = 0.0108$", ["PROVED"] * 2),
        ("$o_l = 0.7411$", ["REFUTED"]),
        ("$\\delta_l = 0.99$", ["REFUTED"]),
        ("$o_l = 0.7310$", ["UNDECIDED"]),
        ("$0.5 \\times 2 = 1.3$", ["REFUTED"]),
    ],
)
def test_numbers_are_judged_by_the_digits_shown(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert verdicts(tmp_path, text) == expected


def test_a_number_for_a_net_without_numbers_is_undecided(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("<!-- sbp: net=1-1-1 notation=winston bias=none -->\n$w_l = 0.5$ and $o_l = 0.73$\n")
    found = check_file(path)
    assert [f.verdict.name for f in found] == ["DEFINED", "UNDECIDED"]
    assert "none is given for" in found[1].verdict.reason


@pytest.mark.parametrize(("activation", "alpha", "missing"), [("undefined", "", "undefined activation of m"), ("parametric_relu", "", "alpha_m"),
                                                                ("parametric_relu", "$\\alpha_m = 0.2$ and ", "")])  # fmt: skip
def test_no_number_is_judged_by_one_that_nobody_gave(tmp_path: Path, activation: str, alpha: str, missing: str) -> None:
    unit = f'{{"from":["x1"],"weights":["w1"],"bias":false,"activation":"{activation}"}}'
    net = f'{{"name":"q","inputs":["x1"],"outputs":["m"],"targets":["y1"],"loss":"half_squared","units":{{"m":{unit}}}}}'
    path = tmp_path / "a.md"
    path.write_text(f"<!-- sbp: net={net} notation=graph -->\n{alpha}$x_{{x1}} = 2$, $w_1 = -0.5$\n\n$y_m \\approx -0.2000$\n")
    verdict = check_file(path)[-1].verdict
    assert verdict.name == ("UNDECIDED" if missing else "PROVED") and missing in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "$\\delta_r = (d - o_r) \\quad \\text{if neuron } r \\text{ is linear}$",
        "$\\delta_l = o_l - d \\quad \\text{(for the output layer)}$",
        "$0 \\le d$",
        "$i_l = d$",
    ],
)
def test_no_refutation_where_words_or_assumptions_restrict(tmp_path: Path, text: str) -> None:
    assert verdicts(tmp_path, text) == ["UNDECIDED"]


def test_numbers_rounded_on_the_way_are_not_called_wrong(tmp_path: Path) -> None:
    """(1 - 0.7439^2)(-4.7439) is -2.1187 in the digits shown and -2.1189 in all; an exact 0.25 excuses nothing."""
    page = tmp_path / "page.md"
    page.write_text("$(1 - (-0.7439)^2)(-0.7439 - 4) \\approx -2.1189$\n\n$0.25 \\times 0.7311 = 0.1848$\n\n$0.25 \\times 0.7311 = 0.1828$\n")
    found = check_file(page, net="1-1-1", notation="winston")
    assert [each.verdict.name for each in found] == ["UNDECIDED", "REFUTED", "PROVED"]


@pytest.mark.parametrize(("number", "verdict"), [("0.3780", "UNDECIDED"), ("0.378", "REFUTED")])
def test_a_nought_at_the_end_of_a_decimal_says_how_it_was_rounded(tmp_path: Path, number: str, verdict: str) -> None:
    text = f"$2 \\times (1 - {number}^2) \\times ({number} - 4.5) \\approx -7.0658$"
    assert verdicts(tmp_path, text) == [verdict]


LEARNT = "<!-- sbp: net=1-1 activation=parametric_relu loss=half_squared -->\n$w^1_{11} = -2$, $x_1 = 1$, $b^1_1 = 0$, $y_1 = 1$\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$\\alpha_{1,1} = 0.3$, $a^1_1 = -0.6$", ["DEFINED", "PROVED"]),
        ("$\\alpha_{1,1} = 0.3$, $C \\approx 1.28$", ["DEFINED", "PROVED"]),
        ("$\\alpha_{1,1} = 0.3$, $a^1_1 = 0.6$", ["DEFINED", "REFUTED"]),
        ("$a^1_1 = -0.6$", ["UNDECIDED"]),
        ("$C \\approx 1.28$", ["UNDECIDED"]),
    ],
)
def test_a_learnt_leak_is_given_a_number_like_a_weight(tmp_path: Path, text: str, expected: list[str]) -> None:
    """What is given no number is not one of ours: the text is not accused by it."""
    (tmp_path / "a.md").write_text(LEARNT + text)
    assert [f.verdict.name for f in check_file(tmp_path / "a.md")[4:]] == expected


@pytest.mark.parametrize("claim", ["a^1_1 = 0.9526", "C \\approx 0.3", "\\delta^1_1 = 0.7", "\\sigma'(z^1_1) = 0.5"])
@pytest.mark.parametrize("undefined", ["activation=undefined loss=half_squared", "loss=undefined"])
def test_a_function_that_nobody_defined_has_no_numbers(tmp_path: Path, claim: str, undefined: str) -> None:
    numbers = "$w^1_{11} = 2$, $x_1 = 1$, $b^1_1 = 1$, $y_1 = 1$\n\n"
    (tmp_path / "a.md").write_text(f"<!-- sbp: net=1-1 {undefined} -->\n{numbers}${claim}$")
    verdict = check_file(tmp_path / "a.md")[-1].verdict
    if "activation" not in undefined and claim.startswith(("a", "\\sigma")):
        assert verdict.name in ("PROVED", "REFUTED")
    else:
        assert verdict.name == "UNDECIDED" and "undefined" in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "\\sigma(a^1_1) = \\frac{1}{1+e^{-a^1_1}}",
        "\\tanh(1/x_1) = \\frac{e^{1/x_1} - e^{-1/x_1}}{e^{1/x_1} + e^{-1/x_1}}",
        "\\tanh(a^1_1) = \\frac{e^{a^1_1} - e^{-a^1_1}}{e^{a^1_1} + e^{-a^1_1}}",
        "a^2_1 = \\frac{e^{z^2_1}}{e^{z^2_1} + e^{z^2_2}}",
        "\\frac{e^{z^2_2}}{e^{z^2_1} + e^{z^2_2}} = a^2_2",
    ],
)
def test_exponentials_of_what_a_neuron_puts_out(tmp_path: Path, text: str) -> None:
    """Each alone in a fresh document: nothing before it has named what it needs."""
    (tmp_path / "a.md").write_text(f"<!-- sbp: net=2-2-2 notation=nielsen output_activation=softmax loss=half_squared -->\n$${text}$$")
    assert check_file(tmp_path / "a.md")[0].verdict.name.startswith("PROVED")

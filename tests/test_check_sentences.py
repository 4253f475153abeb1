"""What a sentence says of its indices, an error called e, and a macro that is defined anew: no right formula is called wrong."""

from __future__ import annotations

import pytest

from symbackprop.check import check
from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

LAST = r"\delta^l_j = (a^l_j - y_j)\sigma'(z^l_j)"


def verdicts(text: str, net: str | None = "2-2-1") -> list[str]:
    findings = check_text(text, ".md", Settings(net=net)).findings
    return [each.verdict.name for each in findings if each.verdict.name not in ("DEFINED", "NO CLAIM")]


@pytest.mark.parametrize("text", [
    f"We have ${LAST}$ for $l = 2$.", f"We have $$ {LAST} $$ for $l = L$.", f"$${LAST},\\quad l = L$$", f"If $l = L$ then ${LAST}$.",
    f"For $l = L$, ${LAST}$.", r"For $i \ne j$ we have $\frac{\partial a^1_i}{\partial z^1_j} = 0$.",
    rf"For $l = L$ we have ${LAST}$ and for $l < L$ we have $\delta^l_j = \sum_k w^{{l+1}}_{{kj}} \delta^{{l+1}}_k\sigma'(z^l_j)$.",
])  # fmt: skip
def test_a_formula_is_judged_for_the_indices_that_its_sentence_names(text: str) -> None:
    assert set(verdicts(text)) == {"PROVED"}


@pytest.mark.parametrize("text", [
    f"$${LAST}$$", f"$${LAST},\\quad l = 1$$", f"For $l = 1$ we have ${LAST}$.", r"For $l = 1, \ldots, L$ we have $z^l_j = \sum_k w^l_{jk} a^{l-1}_k - b^l_j$.",
    f"${LAST}$. For $l = L$ there is more to say.", r"We have $\frac{\partial a^1_i}{\partial z^1_j} = 0$ for $i = j$.",
    r"For $l = 2$ we have $\delta^l_j = (a^l_j - y_j) a^l_j$.",
])  # fmt: skip
def test_what_is_wrong_for_those_indices_too_is_refuted(text: str) -> None:
    assert verdicts(text) == ["REFUTED"]


def test_an_error_called_e() -> None:
    text = r"Let $e = y_1 - a^2_1$. Then $$C = \frac12 e^2$$ $$\frac{\partial C}{\partial a^2_1} = -e$$ $$\frac{\partial C}{\partial a^2_1} = e$$"
    assert verdicts(text) == ["PROVED", "PROVED", "REFUTED"]
    assert verdicts(r"Let $e = y_1 - a^2_1$. $$\sigma(x) = \frac{1}{1 + e^{-x}}$$") == ["PROVED"]
    assert check(r"e = y_1 - a^2_1", "2-2-1")[0].verdict.name == "UNRESOLVED"
    assert check(r"\log e = 1")[0].verdict.name == "PROVED"


def test_a_macro_means_what_it_was_last_defined_as() -> None:
    text = (r"\newcommand{\err}{\delta^2_1} $$\err = (a^2_1-y_1)\sigma'(z^2_1)$$" "\n"
            r"\renewcommand{\err}{\delta^1_1} $$\err = w^2_{11}\delta^2_1\sigma'(z^1_1)$$ \providecommand{\err}{z^1_1}" "\n"
            r"$$\err = (a^2_1-y_1)\sigma'(z^2_1)$$")  # fmt: skip
    assert verdicts(text) == ["PROVED", "PROVED", "REFUTED"]

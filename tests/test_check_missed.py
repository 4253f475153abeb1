"""Slips planted where a document might pass for right: a letter defined twice, an update by another name, a formula behind `with`."""

import pytest

from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

HEAD = "<!-- sbp: net=2-3-1 notation=nielsen -->\n"
MINE = HEAD + r"""Let $u_j = \sum_k w^1_{jk} x_k + b^1_j$ and $s_j = \sigma(u_j)$. Let $\gamma = \delta^2_1$ and
$\beta_j = \gamma w^2_{1j} s_j (1 - s_j)$. """


def verdicts(text: str, suffix: str = ".md") -> list[str]:
    """The verdict on every formula."""
    return [each.verdict.name for each in check_text(text, suffix, Settings(), explain=False).findings]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"We get $\beta_j = \delta^1_j$.", "PROVED"),
        (r"We get $\beta_j = \delta^2_j$.", "REFUTED"),
        (r"We get $\beta_j = 2 \delta^1_j$.", "REFUTED"),
        (r"Here $\beta_j = 2 \delta^1_j$.", "UNDECIDED"),  # a slip or another letter: said, not passed over
        (r"Now let $\beta_j = 2 \delta^1_j$.", "DEFINED"),
        ("\n\n## Another section\n\n" + r"$\beta_j = 2 \delta^1_j$.", "DEFINED"),
        (r"Hence $\gamma = \delta^1_1$.", "REFUTED"),
        (r"Thus $s_j = a^1_j$.", "PROVED"),
    ],
)
def test_a_letter_is_defined_once(claim: str, verdict: str) -> None:
    """The second statement about a letter of the author's is a claim, unless words or a section say otherwise."""
    assert verdicts(MINE + claim)[-1] == verdict


def test_a_letter_of_two_meanings_is_wrong_only_if_wrong_with_each() -> None:
    """e_k of the outputs and e_j of the hidden units, as many books have it."""
    page = HEAD.replace("2-3-1", "2-3-2") + r"""$e_k = (a^2_k - y_k) \sigma'(z^2_k)$, and $e_j = \sigma'(z^1_j) \sum_k w^2_{kj} e_k$, so
$\frac{\partial C}{\partial w^2_{kj}} = e_k a^1_j$ and $\frac{\partial C}{\partial w^1_{ji}} = e_j x_i$ but $\frac{\partial C}{\partial b^1_j} = 2 e_j$."""
    names = verdicts(page)
    assert names[0] == "DEFINED" and names[2:4] == ["PROVED", "PROVED"] and names[4] in ("REFUTED", "UNDECIDED"), names


def test_accents_tell_indexed_letters_apart() -> None:
    """e and e with a hat are two letters."""
    page = HEAD + r"Let $e_j = a^2_j - y_j$ and $\hat{e}_j = y_j - a^2_j$. Then $\frac{\partial C}{\partial a^2_j} = e_j$ and $\hat{e}_j = -e_j$."
    assert verdicts(page) == ["DEFINED", "DEFINED", "PROVED", "PROVED"]


def test_a_derivative_by_an_indexed_letter_inside_others() -> None:
    """C by u_j, where C is given by v, v by s_j, and s_j by u_j."""
    page = HEAD + r"""Let $u_j = z^1_j$, $s_j = \sigma(u_j)$, $v = \sum_j w^2_{1j} s_j + b^2_1$ and $p = \sigma(v)$. The loss is
$C = \frac12 (p - y_1)^2$. Then $\frac{\partial C}{\partial u_j} = (p - y_1) p (1 - p) w^2_{1j} s_j (1 - s_j)$
and $\frac{\partial C}{\partial u_j} = (p - y_1) p (1 - p) w^2_{1j} s_j$."""
    assert verdicts(page)[-2:] == ["PROVED", "REFUTED"]


@pytest.mark.parametrize(
    "rule",
    [
        r"w^l_{jk} \to w^l_{kj} - \eta a^{l-1}_k \delta^l_j",
        r"w^l_{kk} \to w^l_{jk} - \eta a^{l-1}_k \delta^l_j",
        r"w^l_{jk} \to -\eta a^{l-1}_k \delta^l_j",
        r"b^l_j \leftarrow b^l_j - \eta",
    ],
)
def test_an_update_that_is_not_of_its_own_weight(rule: str) -> None:
    """An arrow from a weight to a step is an update, whatever weight stands there; a step of the bare rate is a slip."""
    assert verdicts(HEAD + f"$${rule}$$") == ["REFUTED"]


def test_arrows_that_are_no_updates() -> None:
    assert set(verdicts(HEAD + r"$w^l \to \infty$, $\eta \to 0$, $w \to w'$ and $w^1_{12} \to 0$")) == {"NO CLAIM"}


def test_a_derivative_behind_with_is_a_claim() -> None:
    page = r"The function $u(x) = e^x - 1$, with $u'(x) = u(x) + 1$; and with $u'(x) = u(x) - 1$; the softplus $s(x) = \ln(1 + e^x)$ has the derivative $s(x) = \sigma(x)$."
    assert verdicts(page) == ["DEFINED", "PROVED", "REFUTED", "DEFINED", "UNDECIDED"]

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


CODE = """<!-- sbp: net=3-4-2 notation=code activation=sigmoid -->
```python
y_hat = sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2)
d2 = (y_hat - y) * y_hat * (1 - y_hat)
d1 = (W2.T @ d2) * a1 * (1 - a1)
{}
```
"""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("grad_W2 = np.outer(d2, a1)", "PROVED"),
        ("dL_dW2 = np.outer(d2, x)", "UNDEFINED"),
        ("b1_grad = d1 * a1", "REFUTED"),
        ("grad_b2 = 2 * d2", "DEFINED"),  # the step that uses it may mend a factor
        ("grad_b2 = 2 * d2\nb2 -= lr * grad_b2", "REFUTED"),
        ("grad_b2 = 2 * d2\nb2 -= lr / 2 * grad_b2", "PROVED"),
        ("b1 -= lr", "REFUTED"),
    ],
)
def test_a_gradient_by_its_name_is_a_claim(line: str, verdict: str) -> None:
    """A program that only returns grad_W2 is judged as one that calls it dW2."""
    assert verdicts(CODE.format(line))[-1] == verdict


def test_a_page_may_write_its_own_letters_with_both_indices_and_accents() -> None:
    page = HEAD + r"Let $u^l_j = a^l_j$ and $\tilde{a}_j = 1 - a^1_j$. Then $u^1_2 = a^1_2$, so $u^1_2 = a^1_3$ and $\tilde{a}_j + a^1_j = 1$."
    assert verdicts(page) == ["DEFINED", "DEFINED", "PROVED", "REFUTED", "PROVED"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (HEAD + r"Let $x = 0$. Then $z^1 = b^1$. But $z^1 = 2 b^1$.", ["UNDECIDED", "UNDECIDED", "REFUTED"]),
        (HEAD + r"$w^{t+1}_{jk} = w^t_{jk} - \eta \delta^1_j x_k$", ["UNDECIDED"]),
        (r"With $\pi = 3.14$ we have $\sin \pi = 0$.", ["NO CLAIM", "UNRESOLVED"]),
    ],
)
def test_what_an_author_means_is_not_refuted(page: str, expected: list[str]) -> None:
    """An assumption, the number of a step, and the number pi."""
    assert verdicts(page)[-len(expected) :] == expected


def test_a_declared_letter_is_not_read_as_the_base_notation_has_it() -> None:
    """z_j^2 is a square where z is declared as an output and the weighted input is a."""
    page = "<!-- sbp: net=2-3-2 activation=tanh output_activation=identity -->\n<!-- sbp: symbols output_1=z_j output_2=y_j net_input_1=a_j target=t_j -->\n"
    assert verdicts(page + r"$\frac{\partial z_j}{\partial a_j} = 1 - z_j^2$") == ["PROVED"]


def test_rectifiers_of_a_large_batch_are_decided() -> None:
    page = "<!-- sbp: net=1-2-1 notation=code_rows batch=5 activation=relu output_activation=identity -->\n```\nh1 = np.maximum(0, x @ W1 + b1)\nh1 = np.maximum(0, -z1)\n```\n"
    assert verdicts(page) == ["PROVED_AE", "REFUTED"]


def test_a_definition_without_a_value_is_not_circular() -> None:
    """A sum that runs past its layer says so; the letters inside are not `defined by themselves` when they are met again."""
    page = HEAD.replace("2-3-1", "2-3-2") + r"""Call $\epsilon^2_j = a^2_j - y_j$ the error, and let $\rho_j = \epsilon^2_j \sigma'(z^2_j)$ and
$\tau_k = \sum_j w^2_{kj} \rho_j$. We find $\tau_k = \frac{\partial C}{\partial a^1_k}$, and $\rho_j$ is the same as $\rho_j = 2 \delta^2_j$."""
    found = check_text(page, ".md", Settings(), explain=False).findings
    assert not any("by itself" in each.verdict.reason for each in found), found
    assert found[-1].verdict.name == "REFUTED" and not found[3].verdict.holds, found


@pytest.mark.parametrize(("end", "verdict"), [("n_{l-1}", "PROVED"), ("n_l", "UNRESOLVED"), ("n^{(l)}", "UNRESOLVED"), ("n", "PROVED")])
def test_a_sum_to_the_size_of_another_layer_is_not_proved(end: str, verdict: str) -> None:
    """A sum over the neurons below that goes to n_l was read as going to the end of their layer, and proved."""
    page = HEAD.replace("2-3-1", "2-3-2") + rf"$z^l_j = \sum_{{k=1}}^{{{end}}} w^l_{{jk}} a^{{l-1}}_k + b^l_j$"
    assert verdicts(page) == [verdict]

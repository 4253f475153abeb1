r"""Pages of other tools and hands: slides, packages, generators of sites, matrices that stand the other way, weights of one unit."""

from __future__ import annotations

import pytest

from symbackprop.check.documents.extract import extract
from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

NIELSEN = "<!-- sbp: net=2-3-1 notation=nielsen -->\n"


def verdicts(declared: str, *formulas: str, suffix: str = ".md") -> list[str]:
    text = declared + "\n\n" + "\n\nand\n\n".join(f"$${each}$$" for each in formulas)
    return [each.verdict.name for each in check_text(text, suffix, Settings()).findings]


LYING = "<!-- sbp: net=2-3-2 notation=nielsen -->\n<!-- sbp: symbols weight=w_{kj}^l, W^l -->"


def test_a_matrix_of_weights_has_the_rows_of_its_first_index() -> None:
    right = (r"z^l_j = \sum_k w^l_{kj} a^{l-1}_k + b^l_j", r"z^l = (W^l)^T a^{l-1} + b^l", r"\delta^l = (W^{l+1} \delta^{l+1}) \odot \sigma'(z^l)",
             r"\frac{\partial C}{\partial W^l} = a^{l-1} (\delta^l)^T", r"\frac{\partial C}{\partial w^l_{kj}} = a^{l-1}_k \delta^l_j")  # fmt: skip
    assert verdicts(LYING, *right) == ["PROVED"] * 5
    wrong = (r"z^l = W^l a^{l-1} + b^l", r"\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", r"\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T",
             r"\frac{\partial C}{\partial w^l_{kj}} = a^{l-1}_j \delta^l_k")  # fmt: skip
    for formula in wrong:
        assert verdicts(LYING, formula)[0] in ("REFUTED", "UNDEFINED")


def test_rows_stay_rows() -> None:
    declared = "<!-- sbp: net=2-3-2 notation=nielsen -->\n<!-- sbp: symbols rows=true weight=w_{kj}^l, W^l -->"
    assert verdicts(declared, r"z^l = a^{l-1} W^l + b^l") == ["PROVED"]
    assert verdicts(LYING.replace("kj", "jk"), r"z^l = W^l a^{l-1} + b^l") == ["PROVED"]


ONE = "<!-- sbp: net=3-1 loss=binary_cross_entropy -->\n<!-- sbp: symbols base=nielsen weight=w_i, w output=\\hat{y}, p net_input=z target=y cost=L bias=b input=x_i, x -->"


@pytest.mark.parametrize(("right", "wrong"), [
    (r"\hat y = \sigma(w^\top x + b)", r"\hat y = \sigma(w^\top x - b)"), (r"p = \frac{1}{1+e^{-(w \cdot x + b)}}", r"p = \frac{1}{1+e^{w \cdot x + b}}"),
    (r"\nabla_w L = (\hat y - y) x", r"\nabla_w L = (\hat y - y) w"), (r"\frac{\partial L}{\partial w_i} = (\hat y - y) x_i", r"\frac{\partial L}{\partial w_i} = (y - \hat y) x_i"),
    (r"z = \sum_i w_i x_i + b", r"z = \sum_i w_i + b"),
])  # fmt: skip
def test_the_weights_of_one_unit(right: str, wrong: str) -> None:
    assert verdicts(ONE, right) == ["PROVED"] and verdicts(ONE, wrong) == ["REFUTED"]


def test_weights_of_the_one_output_have_one_index() -> None:
    declared = "<!-- sbp: net=2-3-1 loss=half_squared -->\n<!-- sbp: symbols base=nielsen weight_1=w_{jk} weight_2=v_j output_1=h_j output_2=o target=t input=x_k -->"
    right = r"\frac{\partial C}{\partial w_{jk}} = (o-t)o(1-o)v_j h_j(1-h_j)x_k"
    assert verdicts(declared, right) == ["PROVED"] and verdicts(declared, right.replace("v_j", "v_k"))[0] != "PROVED"
    several = "<!-- sbp: net=2-3-2 -->\n<!-- sbp: symbols base=nielsen weight=w_k^l -->"
    assert verdicts(several, r"z^1_1 = \sum_k w_k^1 x_k + b^1_1") == ["UNRESOLVED"]  # whose weights?


@pytest.mark.parametrize(("right", "wrong"), [
    (r"\alert{\delta^L} = (a^L - y) \odot \sigma'(z^L)", r"\alert{\delta^L} = (y - a^L) \odot \sigma'(z^L)"),
    (r"\only<1->{\delta^L} = \uncover<2>{(a^L - y)} \odot \sigma'(z^L)", r"\only<1->{\delta^L} = \uncover<2>{(a^L - y)}"),
    (r"\pdv*{C}{b^l_j} = \delta^l_j", r"\pdv*{C}{b^l_j} = a^l_j"),
    (r"\dv{\sigma}{z} = \sigma(z)\qty(1 - \sigma(z))", r"\dv{\sigma}{z} = \sigma(z)\qty(1 + \sigma(z))"),
    (r"\frac{\partial C}{\partial b^l_j} \overset{(1)}{=} \delta^l_j", r"\frac{\partial C}{\partial b^l_j} \stackrel{\text{BP3}}{=} a^l_j"),
])  # fmt: skip
def test_slides_and_packages(right: str, wrong: str) -> None:
    assert verdicts(NIELSEN, right) == ["PROVED"] and verdicts(NIELSEN, wrong) == ["REFUTED"]


def test_what_shall_be_equal_is_no_claim() -> None:
    assert not {"PROVED", "REFUTED"} & {*verdicts(NIELSEN, r"\frac{\partial C}{\partial b^l_j} \overset{!}{=} 0", r"a^1_j \stackrel{?}{=} 0")}


@pytest.mark.parametrize("page", [
    r'<script type="math/tex; mode=display">%s</script>', r'<script type="math/tex">%s</script>', r"{%% katex display %%}%s{%% endkatex %%}", r"{%% katex %%}%s{%% endkatex %%}",
    r"\\[ %s \\]", r"\\( %s \\)", r'<math><annotation encoding="application/x-tex">%s</annotation></math>', r"Inline: $`%s`$ on some hosts.",
])  # fmt: skip
def test_formulas_as_generators_of_sites_embed_them(page: str) -> None:
    for formula, verdict in ((r"\frac{\partial C}{\partial b^l_j} = \delta^l_j", "PROVED"), (r"\frac{\partial C}{\partial b^l_j} = a^l_j", "REFUTED")):
        assert [each.verdict.name for each in check_text(NIELSEN + page % formula, ".md", Settings()).findings] == [verdict]


def test_row_ends_are_no_formulas_and_openings_cost_nothing() -> None:
    display = r"$$\begin{aligned} a &= b \\[2pt] c &= d \\[3pt] \end{aligned}$$"
    assert len(extract(display, ".md")) == 1
    for opening in ("\\\\[2pt] ", "\\\\( ", '<script type="math/tex">', "{% katex %}"):
        assert extract(opening * 20_000, ".md") == []


def test_sums_counted_from_nought() -> None:
    layered = "<!-- sbp: net=2-3-2 notation=nielsen -->"
    assert verdicts(layered, r"z^l_j = \sum_{k=0}^{n_{l-1}-1} w^l_{jk} a^{l-1}_k + b^l_j", r"C = \frac{1}{2}\sum_{j=0}^{n_L - 1} (a^L_j - y_j)^2") == ["PROVED"] * 2
    assert verdicts(layered, r"C = \sum_{j=0}^{n_L - 1} (a^L_j - y_j)^2") == ["REFUTED"]
    assert verdicts(layered, r"C = \frac{1}{2}\sum_{j=1}^{n_L - 1} (a^L_j - y_j)^2") == ["UNDECIDED"]

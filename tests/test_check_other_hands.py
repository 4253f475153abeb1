"""Pages by other hands: older TeX, labels that look like powers, letters of their own that a hint declares, slips among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.__main__ import main
from symbackprop.check import check as check_all
from symbackprop.check import check_file
from symbackprop.check.documents.inferred import infer
from symbackprop.check.documents.letters_declared import declarations, in_rows
from symbackprop.proofs.verdict import Verdict

NET = "2-3-2"


def check(formula: str, *about: str, **options: str) -> Verdict:
    return check_all(formula, *about, **options)[0].verdict


RIGHT = [
    r"{\partial C \over \partial b^l_j} = \delta^l_j",
    r"\therefore \frac{\partial C}{\partial b^l_j} = \delta^l_j",
    r"\frac{\partial C}{\partial b^l_j} \left( = \delta^l_j \right)",
    r"\frac{\delta C}{\delta w^l_{jk}} = a^{l-1}_k \delta^l_j",
    r"\vartriangle b^l_j = -\eta \frac{\partial C}{\partial b^l_j}",
    r"\delta^l_j = \frac{\partial C}{\partial z^l_j}. {(7.31)}",
    r"\delta^\ell = ((w^{\ell+1})^T \delta^{\ell+1}) \circledcirc \sigma'(z^\ell)",
    r"b^l_j \leftarrow b^l_j {-} \eta \delta^l_j",
    r"\sigma'(z) = \sigma(z)(1. - \sigma(z))",
    r"\frac{\partial C}{\partial b^l_j} = \text{\fbox{$ \delta^l_j $}}",
]


@pytest.mark.parametrize("formula", RIGHT)
def test_what_others_write_is_read(formula: str) -> None:
    assert check(formula, NET).holds, check(formula, NET)


@pytest.mark.parametrize("formula", RIGHT)
def test_and_its_slips_are_found(formula: str) -> None:
    if "circ" in formula:
        wrong = formula.replace("^T", "")
    elif "delta^l_j" in formula:
        wrong = formula.replace(r"\delta^l_j", r"3\delta^l_j", 1)
    else:
        wrong = formula.replace("-\\eta", "\\eta").replace("1. - ", "1. + ")
    assert wrong != formula and check(wrong, NET).name in ("REFUTED", "UNDEFINED")


@pytest.mark.parametrize("formula", [r"x^{(2)} = x x", r"y^{(i)} = y^i", r"W^{[2]} = W W"])
def test_a_label_is_no_power(formula: str) -> None:
    assert not check(formula).holds and check(formula).name != "REFUTED"


def test_labels_name_numbers_of_their_own() -> None:
    assert check(r"x^{(2)} y^{(3)} = y^{(3)} x^{(2)}").holds
    assert check("x^{2} = x x").holds
    assert check(r"x^{(2 - 1)} = x").holds  # a power that is worked out


@pytest.mark.parametrize("formula", [r"Z = A \circledast K", r"k_i = \overset{\circ}{k}_i", r"^p E = 3 ^p E", r"n = \dim V"])
def test_what_is_not_decided_is_not_called_unreadable(formula: str) -> None:
    assert check(formula).name in ("UNDECIDED", "UNRESOLVED")


def test_a_list_before_a_matrix_lies() -> None:
    assert check(r"[1, 2] \cdot \begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix} + [1, 1] = [8, 11]").holds
    assert check(r"[1, 2] \cdot \begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix} = [5, 11]").name == "REFUTED"


def test_cases_of_an_array_in_one_brace() -> None:
    text = r"\max(0, x) = \left\{ \begin{array}{ll} x & \mbox{if } x > 0 \\ %s & \text{ otherwise} \end{array} \right."
    assert check(text % "0").holds and not check(text % "1").holds


def test_a_derivative_of_a_sum_without_brackets() -> None:
    assert check(r"\frac{\partial}{\partial w^l_{jk}} \sum_i w^l_{ji} a^{l-1}_i + b^l_j = a^{l-1}_k", NET).holds
    assert check(r"\frac{\partial}{\partial w^l_{jk}} \sum_i w^l_{ji} a^{l-1}_i + b^l_j = a^{l-1}_j", NET).name == "REFUTED"
    assert check(r"\frac{\partial}{\partial x} x^2 + x = 2x + x").holds and check(r"\frac{\partial}{\partial x} x^2 + x = 2x + 1").holds


def page(tmp_path: Path, text: str, name: str = "page.md") -> dict[str, str]:
    path = tmp_path / name
    path.write_text(text)
    return {" ".join(each.text.split()): each.verdict.name for each in check_file(path)}


def test_a_list_of_activations_under_one_letter(tmp_path: Path) -> None:
    found = page(tmp_path, r"""The activations of a net.

ReLU: $\sigma(x) = \max(0, x)$, tanh: $\sigma(x) = \tanh(x)$, and a slip: $\sigma(x) = \frac{1}{1 + 2e^{-x}}$

## The rectifier: $\sigma(z) = \max(0, z)$

$$\sigma'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$

## The logistic function

$$\sigma'(z) = \sigma(z)(1 - \sigma(z))$$
$$\sigma'(z) = \sigma(z)(1 + \sigma(z))$$
""")  # fmt: skip
    assert found[r"\sigma(x) = \max(0, x)"] == found[r"\sigma(x) = \tanh(x)"] == found[r"\sigma(z) = \max(0, z)"] == "DEFINED"
    assert found[r"\sigma(x) = \frac{1}{1 + 2e^{-x}}"] == "REFUTED"
    assert found[r"\sigma'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"].startswith("PROVED")
    assert found[r"\sigma'(z) = \sigma(z)(1 - \sigma(z))"] == "PROVED" and found[r"\sigma'(z) = \sigma(z)(1 + \sigma(z))"] == "REFUTED"


def test_assumptions_are_no_claims(tmp_path: Path) -> None:
    found = page(tmp_path, f"<!-- sbp: net={NET} notation=nielsen -->\nThe net's rate ($0 < \\eta \\le 1$); one-hot targets: $\\sum_k y_k = 1$.\n")
    assert "REFUTED" not in found.values()


def test_dollars_with_one_space(tmp_path: Path) -> None:
    found = page(tmp_path, f"<!-- sbp: net={NET} notation=nielsen -->\nbias: $ \\delta^l_j = \\frac{{\\partial C}}{{\\partial b^l_j}}$ # note $C$\nIt costs $5 and $6 apiece.\n")
    assert "PROVED" in found.values() and "MALFORMED" not in found.values()


def test_two_letters_are_two_neurons() -> None:
    style = r"weight=w_{us} net_input=s_u output=v_u delta_sign=1 activation=h"
    assert check(r"\frac{\partial s_k}{\partial s_j} = w_{kj} h'(s_j)", NET, notation="slides_net", symbols=style).holds
    wrong = check(r"\frac{\partial s_k}{\partial s_j} = w_{kj} h'(s_k)", NET, notation="slides_net", symbols=style)
    assert wrong.name == "REFUTED"


def test_exchanged_indices_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--net", NET, "--notation", "slides_net", "-e", r"\delta_j = o_j(1-o_j)\sum_k w_{jk}\delta_k"])
    said = capsys.readouterr().out
    assert "exchanged" in said and r"\delta_j = o_j(1-o_j)\sum_k w_{kj}\delta_k" in said


OWN = r"""A net whose layers are h.

$$u^{(l+1)}_i = \sum_{m} V^{(l)}_{im} h^{(l)}_m + c^{(l)}_i$$
$$h^{(l)} = g(u^{(l)})$$
$$R = \frac{1}{2}\sum_i (h^{(L)}_i - t_i)^2$$
$$\epsilon^{(l)}_i = \frac{\partial R}{\partial u^{(l)}_i}$$
$$\frac{\partial R}{\partial h^{(l)}_i} = \sum_m \epsilon^{(l+1)}_m V^{(l)}_{mi}$$
$$\frac{\partial R}{\partial V^{(l)}_{im}} = \epsilon^{(l+1)}_i h^{(l)}_m$$
"""


def test_a_page_in_its_own_letters_is_told_how_to_declare_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.md"
    path.write_text(OWN)
    main(["check", str(path)])
    hint = capsys.readouterr().out.splitlines()[-1]
    assert "weight=V_{jk}^{(l-1)}" in hint and "output=h_{j}^{(l)}" in hint and "cost=R" in hint
    directive = hint[hint.index("`") + 1 : hint.rindex("`")]
    path.write_text(directive + "\n" + OWN)
    assert main(["check", str(path)]) in (0, 2)
    said = capsys.readouterr().out
    assert " refuted" not in said and "6 proved" in said
    path.write_text(directive + "\n" + OWN.replace(r"V^{(l)}_{mi}", r"V^{(l)}_{im}"))
    assert main(["check", str(path)]) == 1


def test_what_equations_say_of_their_letters() -> None:
    told = infer([r"s_j = \sum_i q_{ij} y_i + b_j", r"s_j = \sum_i w_{ij} y_i + b_j", r"y_j = f(s_j)", r"e_j = -\frac{\partial E}{\partial s_j}"])
    assert told.net_input == "s" and told.source_first and told.sign == -1 and not told.layered
    assert any("weight=" in each and "output=y_u" in each and "delta_sign=-1" in each for each in declarations(told))
    assert infer([r"z^{(2)} = W^{(1)} a^{(1)} + b^{(1)}", r"x_i = a_i^{(1)}"]).input_layer == 1
    rows = infer([r"Z^{[l]} = A^{[l-1]} W^{[l]} + b^{[l]}", r"A^{[l]} = \phi(Z^{[l]})"])
    assert rows.rows and "rows=true" in in_rows(rows)
    assert declarations(infer(["x = 1", "y < 2"])) == []


def test_a_batch_in_rows_adds_its_bias_to_each(tmp_path: Path) -> None:
    symbols = r"rows=true weight=W^{[l]} bias=b^{[l]} net_input_matrix=Z^{[l]} output_matrix=A^{[l]} input_matrix=X target_matrix=Y"
    found = page(tmp_path, f"<!-- sbp: net={NET} notation=ng batch=yes symbols=\"{symbols}\" -->\n$$Z^{{[l]}} = A^{{[l-1]}} W^{{[l]}} + b^{{[l]}}$$\n$$Z^{{[l]}} = W^{{[l]}} A^{{[l-1]}} + b^{{[l]}}$$\n")
    right, wrong = found.values()
    assert right == "PROVED" and wrong != "PROVED"


def test_a_derivative_by_a_parameter_that_is_no_argument(tmp_path: Path) -> None:
    found = page(tmp_path, "The neuron: $z(x) = w x + b$.\n\n$$\\frac{\\partial z}{\\partial w} = x$$\n$$\\frac{\\partial z}{\\partial w} = 2w$$\n")
    assert found[r"\frac{\partial z}{\partial w} = x"].startswith("PROVED") and not found[r"\frac{\partial z}{\partial w} = 2w"].startswith("PROVED")

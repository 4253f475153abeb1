"""What the check tells a stranger who declared nothing, another notation, too few layers, or a symbol that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symbackprop import check_file
from symbackprop.__main__ import main
from symbackprop.check.documents.hints import hints
from symbackprop.check.documents.settings import Settings

HIDDEN = r"\delta_j = o_j(1-o_j)\sum_k w_{kj}\delta_k"
GRADIENT = r"\frac{\partial E}{\partial w_{ji}} = \delta_j o_i"


def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, *options: str, name: str = "page.md") -> tuple[int, str]:
    path = tmp_path / name
    path.write_text(text)
    status = main(["check", *options, str(path)])
    return status, capsys.readouterr().out


def test_no_net_is_declared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out = said(capsys, tmp_path, f"The net.\n\n$${HIDDEN}$$\n\nand ${GRADIENT}$")
    hint = out.splitlines()[-1]
    assert "no net is declared" in hint and "`<!-- sbp: net=2-3-2 notation=slides_net symbols=delta_sign=1 -->`" in hint and "2 of them right" in hint
    _, out = said(capsys, tmp_path, "\\[\\delta^l = ((W^{l+1})^T \\delta^{l+1}) \\odot \\sigma'(z^l)\\]", name="page.tex")
    assert "`% sbp: net=2-3-2 notation=nielsen`" in out


def test_what_is_suggested_decides_the_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = f"The net.\n\n$${HIDDEN}$$\n\nand ${GRADIENT}$"
    declared = "<!-- sbp: net=2-3-2 notation=slides_net -->\n<!-- sbp: symbols delta_sign=1 -->\n"
    status, out = said(capsys, tmp_path, declared + text)
    assert status == 0 and "2 proved" in out and "hint" not in out


def test_another_notation_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out = said(capsys, tmp_path, f"$${HIDDEN}$$", "--net", "2-3-2")
    assert out.splitlines()[-1].endswith("in the notation slides_net: `<!-- sbp: notation=slides_net -->`")


def test_a_net_with_too_few_layers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = r"$$\delta^3 = (a^3-y)\odot\sigma'(z^3)$$ $$\delta^2 = (a^2-y)\odot\sigma'(z^2)$$"
    _, out = said(capsys, tmp_path, "<!-- sbp: net=2-3-1 notation=nielsen -->\n" + text)
    assert "net 2-3-1 has 2 computing layers; with 3, as in `<!-- sbp: net=2-3-3-1 -->`" in out


def test_a_directive_that_cannot_be_used_says_what_to_write(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out = said(capsys, tmp_path, "<!-- sbp: net=2-3-1 notation=nielsen -->\n<!-- sbp: symbols weight=w_{ij} -->\n" + f"$${HIDDEN}$$")
    assert "try w_{jk} if i is the unit, w_{kj} if j is" in out and "hint" not in out


def test_a_formula_alone_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-e", r"\delta^l = (w^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)"]) == 2
    assert "--net 2-3-2 --notation nielsen (with your sizes) the formula is right" in capsys.readouterr().out
    main(["check", "--format", "json", "-e", HIDDEN])
    assert "slides_net" in json.loads(capsys.readouterr().out)["hints"][0]


OWN = [
    r"""The potential is $s_j = \sum_i v_{ji} u_i + c_j$, the activity $u_j = \phi(s_j)$, the loss $\mathcal{L} = \frac12 \sum_k (g_k - u_k)^2$.
Let $\epsilon_j = -\frac{\partial \mathcal{L}}{\partial s_j}$. Then $\epsilon_k = (g_k - u_k) \phi'(s_k)$ at the outputs,
$$\epsilon_j = \phi'(s_j) \sum_k v_{kj} \epsilon_k,$$ $$\frac{\partial \mathcal{L}}{\partial v_{ji}} = -\epsilon_j u_i$$""",
    r"""$$q^{[l]} = V^{[l]} p^{[l-1]} + c^{[l]}$$ $$p^{[l]} = \psi(q^{[l]})$$ $E = \frac12 \|p^{[L]} - g\|^2$, $\gamma^{[l]} = \frac{\partial E}{\partial q^{[l]}}$,
$$\gamma^{[l]} = (V^{[l+1]})^T \gamma^{[l+1]} \odot \psi'(q^{[l]})$$ $$\frac{\partial E}{\partial V^{[l]}} = \gamma^{[l]} (p^{[l-1]})^T$$""",
    r"""$z_1 = W_1 x + b_1$, $h_1 = \phi(z_1)$, $z_2 = W_2 h_1 + b_2$, $h_2 = \phi(z_2)$ and $J = \frac12 \|h_2 - t\|^2$.
$$\frac{\partial J}{\partial z_2} = (h_2 - t) \odot \phi'(z_2)$$ $$\frac{\partial J}{\partial z_1} = W_2^T \frac{\partial J}{\partial z_2} \odot \phi'(z_1)$$""",
    r"""$z = W_1 x + b_1$, $h = \phi(z)$, $s = W_2 h + b_2$, $o = \phi(s)$ and $J = \frac12 \|o - t\|^2$.
$$\frac{\partial J}{\partial s} = (o - t) \odot \phi'(s)$$ $$\frac{\partial J}{\partial z} = W_2^T \frac{\partial J}{\partial s} \odot \phi'(z)$$""",
]


@pytest.mark.parametrize("text", OWN)
def test_the_letters_of_a_page_are_read_off_its_own_lines(text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The line that is suggested, put on the page, decides it: right as it stands, and its slip is refuted."""
    _, out = said(capsys, tmp_path, text)
    hint = out.splitlines()[-1]
    assert "with the letters of its own lines" in hint
    declared = hint.split("`")[1]
    status, out = said(capsys, tmp_path, declared + "\n\n" + text)
    assert status == 0 and "proved" in out and "un" not in out.splitlines()[-1], out
    status, out = said(capsys, tmp_path, declared + "\n\n" + text.replace("v_{kj}", "v_{jk}").replace("(V^{[l+1]})^T", "(V^{[l+1]})").replace("W_2^T", "W_2"))
    assert status == 1, out


def test_nothing_is_suggested_where_nothing_helps(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for text in (r"Euler's $e^{i\pi} = -1$ and $\sum_{k=1}^n k = n(n+1)/2$.", f"<!-- sbp: off -->\n$${HIDDEN}$$", r"$$\sigma'(z) = \sigma(z)(1-\sigma(z))$$"):
        assert "hint" not in said(capsys, tmp_path, text)[1], text


def test_weights_that_are_called_like_signs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    net = '{"inputs":["x"],"outputs":["o"],"units":{"h":{"from":["x"],"weights":["d"],"bias":"e"},"o":{"from":["h"],"weights":["c"],"bias":"i"}}}'
    right = (r"z_h = d x + e", r"z_o = c\, y_h + i", r"\frac{\partial z_h}{\partial d} = x", r"\frac{d z_h}{d d} = x", r"\frac{\partial z_o}{\partial i} = 1")
    text = f"<!-- sbp: net={net} notation=graph -->\n" + "\n\n".join(f"$${each}$$" for each in right)
    assert said(capsys, tmp_path, text)[0] == 0
    assert said(capsys, tmp_path, text.replace("= d x", "= c x"))[0] == 1


def test_a_page_without_biases_is_given_a_net_without(tmp_path: Path) -> None:
    """net_j = sum_k w_kj o_k was REFUTED under the suggested directive: its net had biases, which the page has not."""
    lines = [
        r"\text{net}_j = \sum_{k=1}^n w_{kj} o_k", r"\frac{\partial E}{\partial w_{ij}} = o_i \delta_j", r"\Delta w_{ij} = -\eta o_i \delta_j", r"\frac{\partial E}{\partial w_{ij}} = o_j \delta_i",
    ]  # fmt: skip
    page = tmp_path / "page.md"
    page.write_text("# Backpropagation\n" + "\n".join(f"$${each}$$" for each in lines))
    told = hints(check_file(page), Settings(), "page.md")[0]
    assert "bias=none" in told
    page.write_text(told[told.index("<!--") : told.index("-->") + 3] + "\n" + page.read_text())
    assert [each.verdict.name for each in check_file(page)] == ["PROVED"] * 3 + ["REFUTED"]

"""Matrix equations that the checker proves for a net are said to hold for every size exactly where that is proved."""

from __future__ import annotations

import pytest

from symbackprop.__main__ import main

SAID = "holds for every width, every depth"
BP2 = r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"
LIFTED = [
    ("2-3-2 --notation nielsen", BP2),
    ("2-2-2-2-2 --notation nielsen", BP2),
    ("2-3-2 --notation nielsen", r"\delta^L = \frac{\partial C}{\partial a^L} \odot \sigma'(z^L)"),
    ("2-3-2 --notation matrix", r"\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^\top"),
    ("2-3-2 --notation matrix", r"\frac{\partial C}{\partial b^l} = \delta^l"),
    ("2-3-2 --notation matrix", r"z^l = W^l a^{l-1} + b^l"),
    ("2-2-2 --notation slides_layer", r"\delta^{(l)} = ((W^{(l+1)})^\top \delta^{(l+1)}) \odot g'(z^{(l)})"),
]
LIFTED += [
    ("2-3-4-2 --notation nielsen", formula)
    for formula in (
        r"\delta^L = \nabla_a C \odot \sigma'(z^L)",
        r"\delta^l = \mathrm{diag}(\sigma'(z^l)) (w^{l+1})^\top \delta^{l+1}",
        r"\delta^{l-1} = ((w^l)^T \delta^l) \circ \sigma'(z^{l-1})",
        r"(\delta^l)^\top = ((\delta^{l+1})^\top w^{l+1}) \odot \sigma'(z^l)^\top",
        r"\frac{\partial C}{\partial w^l} = \delta^l \otimes a^{l-1}",
        r"\frac{\partial C}{\partial w^l} = (a^{l-1} (\delta^l)^\top)^\top",
        r"\delta^l = ((w^{l+1})^\top ((w^{l+2})^\top \delta^{l+2} \odot \sigma'(z^{l+1}))) \odot \sigma'(z^l)",
        r"\frac{\partial C}{\partial a^{l-1}} = (w^l)^\top \delta^l",
        r"\delta^l = \sigma'(z^l) \odot ((w^{l+1})^T \delta^{l+1})",
    )
]
LIFTED += [
    ("2-3-2 --notation nielsen", formula)
    for formula in (
        r"\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)",
        r"\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l",
        r"\frac{\partial C}{\partial b_j^l} = \delta_j^l",
        r"\delta_j^L = \frac{\partial C}{\partial a_j^L} \sigma'(z_j^L)",
        r"z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l",
        r"\frac{\partial C}{\partial a_j^l} = \sum_k w_{kj}^{l+1} \delta_k^{l+1}",
    )
]
NOT_LIFTED = [
    ("2-3-2 --notation nielsen", r"\delta^L = (a^L - y) \odot \sigma'(z^L)"),  # half the squared error only
    ("2-3-2-2 --notation matrix", r"\delta^2 = ((W^{3})^\top \delta^{3}) \odot \sigma'(z^2)"),  # two layers, no letter
    ("2-3-2 --notation nielsen", r"\delta_1^2 = \frac{\partial C}{\partial z_1^2}"),  # one neuron, no letters
    (
        "2-3-2 --notation nielsen",
        r"\delta_j^l = a_j^l (1-a_j^l) \sum_k w_{kj}^{l+1} \delta_k^{l+1}",
    ),  # the sigmoid only
    ("2-2-2 --notation nielsen", r"\sum_{k=1}^2 w_{jk}^l a_k^{l-1} = z_j^l - b_j^l"),  # a width written out
]


@pytest.mark.parametrize(("about", "formula"), LIFTED)
def test_what_holds_for_every_size_says_so(about: str, formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--net", *about.split(), "-e", formula]) == 0
    assert SAID in capsys.readouterr().out


@pytest.mark.parametrize(("about", "formula"), NOT_LIFTED)
def test_what_holds_for_this_net_claims_no_more(about: str, formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--net", *about.split(), "-e", formula]) == 0
    assert SAID not in capsys.readouterr().out


WRONG = [  # in a net whose layers all have one width, so that every product fits
    r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)",
    r"\delta^l = ((w^{l})^\top \delta^{l+1}) \odot \sigma'(z^l)",
    r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^{l+1})",
    r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(a^l)",
    r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma(z^l)",
    r"\delta^l = (w^{l+1})^\top \delta^{l+1}",
    r"\delta^l = -((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)",
    r"\delta^l = \mathrm{diag}(\sigma'(z^{l+1})) (w^{l+1})^\top \delta^{l+1}",
    r"(\delta^l)^\top = ((\delta^{l+1})^\top (w^{l+1})^\top) \odot \sigma'(z^l)^\top",
    r"\frac{\partial C}{\partial w^l} = a^{l-1} (\delta^l)^\top",
    r"\frac{\partial C}{\partial w^l} = a^{l-1} \otimes \delta^l",
    r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l})^\top",
    r"\frac{\partial C}{\partial b^l} = \delta^{l+1}",
    r"\frac{\partial C}{\partial a^{l-1}} = w^l \delta^l",
    r"\delta^L = \nabla_a C \odot \sigma'(a^L)",
    r"z^l = (w^l)^\top a^{l-1} + b^l",
]


@pytest.mark.parametrize("formula", WRONG)
def test_no_wrong_matrix_formula_is_proved(formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--net", "2-2-2-2", "--notation", "nielsen", "-e", formula]) == 1
    printed = capsys.readouterr().out
    assert SAID not in printed and "REFUTED" in printed


def test_a_wrong_matrix_formula_is_not_lifted(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = BP2.replace(r"^\top", "")
    assert main(["check", "--net", "2-2-2-2-2", "--notation", "nielsen", "-e", wrong]) == 1
    assert SAID not in capsys.readouterr().out

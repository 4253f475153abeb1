"""Right and wrong formulas through the command line: the exit status, and no silent skip."""

from __future__ import annotations

import pytest

from symbackprop.__main__ import main

WINSTON = ["--net", "1-1-1", "--no-bias", "--notation", "winston"]
NIELSEN = ["--net", "2-2-2-2-2", "--notation", "nielsen"]
FORMULAS = [
    (0, WINSTON, r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r"),
    (1, WINSTON, r"\delta_l = o_l(1-o_l) \times w_l \times \delta_r"),
    (1, WINSTON, r"\delta_r = o_r(1-o_r) \times (o_r-d)"),
    (0, WINSTON, r"\frac{\partial P}{\partial w_l} = i_l \times \delta_l"),
    (0, WINSTON, "δ_l = o_l (1 − o_l) × w_r × δ_r"),
    (0, WINSTON, "delta_l = o_l*(1-o_l)*w_r*delta_r"),
    (0, WINSTON, "diff(P, w_r) == o_l*delta_r"),
    (0, WINSTON, "dP/dw_r = i_r delta_r"),
    (0, NIELSEN, r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"),
    (1, NIELSEN, r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)"),
    (0, NIELSEN, r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l"),
    (1, NIELSEN, r"\frac{\partial c}{\partial b_j^l} = a_j^{l-1} \delta_j^l"),
    (2, WINSTON, r"\delta_l = o_l(1-o_l \times w_r"),
    (2, WINSTON, r"\delta_l = q_7 \times w_r"),
    (2, WINSTON, "__import__('os').system('touch pwned')"),
    (2, WINSTON, ""),
    (2, WINSTON, "o_l (1 - o_l)"),
]


@pytest.mark.parametrize(("status", "options", "formula"), FORMULAS)
def test_exit_status(status: int, options: list[str], formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *options, "-e", formula]) == status
    out = capsys.readouterr().out
    assert "1 formula" in out and "Traceback" not in out

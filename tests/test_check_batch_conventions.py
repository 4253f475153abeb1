"""What a text says of a batch in its own way: where the 1/m stands, sums over x, the number of examples called n, one example's loss."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop import check, check_file

NG = {"net": "2-4-1", "notation": "ng", "activation": "tanh", "output_activation": "sigmoid", "batch": "yes"}
SCOPE = "<!-- sbp: net=2-4-1 notation=ng activation=tanh output_activation=sigmoid batch=yes -->"
OF_THE_MEAN = [
    r"dZ^{[2]} = \frac{1}{m}(A^{[2]} - Y)",
    r"dW^{[2]} = dZ^{[2]} A^{[1]T}",
    r"db^{[2]} = np.sum(dZ^{[2]}, axis=1, keepdims=True)",
    r"dZ^{[1]} = W^{[2]T} dZ^{[2]} * (1 - A^{[1]} ** 2)",
    r"dW^{[1]} = dZ^{[1]} X^T",
]


def page(folder: Path, formulas: list[str], scope: str = SCOPE) -> list[str]:
    path = folder / "page.md"
    path.write_text(f"# Neurons\n\n{scope}\n\n" + "\n\nso\n\n".join(f"$${each}$$" for each in formulas), encoding="utf-8")
    return [finding.verdict.name for finding in check_file(path)]


def test_a_text_that_puts_the_mean_into_dz_is_read_that_way_from_there_on(tmp_path: Path) -> None:
    assert page(tmp_path, OF_THE_MEAN) == ["PROVED"] * 5


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        (0, r"dZ^{[2]} = \frac{1}{m}(Y - A^{[2]})"),
        (1, r"dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}"),
        (3, r"dZ^{[1]} = \frac{1}{m} W^{[2]T} dZ^{[2]} * (1 - A^{[1]} ** 2)"),
        (4, r"dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T"),
    ],
)
def test_the_mean_taken_twice_is_a_slip(tmp_path: Path, at: int, wrong: str) -> None:
    verdicts = page(tmp_path, [*OF_THE_MEAN[:at], wrong, *OF_THE_MEAN[at + 1 :]])
    assert verdicts == ["PROVED"] * at + ["REFUTED"] + ["PROVED"] * (4 - at)


def test_the_mean_left_out_everywhere_is_a_slip(tmp_path: Path) -> None:
    assert page(tmp_path, ["dZ^{[2]} = A^{[2]} - Y", OF_THE_MEAN[1]]) == ["PROVED", "REFUTED"]


def test_the_convention_can_be_declared() -> None:
    assert check(OF_THE_MEAN[1], **NG)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]
    assert check(OF_THE_MEAN[1], **NG | {"batch": "yes, mean-delta"})[0].verdict.name == "PROVED"  # type: ignore[arg-type]
    assert check("dZ^{[2]} = A^{[2]} - Y", **NG | {"batch": "yes, mean-delta"})[0].verdict.name == "REFUTED"  # type: ignore[arg-type]


def test_the_option_on_the_command_line() -> None:
    command = [sys.executable, "-m", "symbackprop", "check", "--net", "2-4-1", "--notation", "ng", "--batch", "yes,mean-delta", "-e", OF_THE_MEAN[4]]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    command[command.index("yes,mean-delta")] = "sometimes"
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode == 2 and "mean-delta" in answer.stderr


@pytest.mark.parametrize(
    ("net", "formula", "name"),
    [
        ("3-2", r"C = -\frac{1}{n} \sum_x \sum_j \left[ y_j \ln a^L_j + (1-y_j) \ln (1-a^L_j) \right]", "PROVED"),
        ("3-2", r"\frac{\partial C}{\partial w^L_{jk}} = \frac{1}{n} \sum_x a^{L-1}_k (a^L_j - y_j)", "PROVED"),
        ("3-2", r"\frac{\partial C}{\partial w^L_{jk}} = \frac{1}{n} \sum_x a^{L-1}_k (a^L_j - y_j) \sigma'(z^L_j)", "REFUTED"),
        ("3-2", r"\frac{\partial C}{\partial w^L_{jk}} = \sum_x a^{L-1}_k (a^L_j - y_j)", "REFUTED"),
        ("3-2", r"\frac{\partial C}{\partial b^L_j} = \frac{1}{N} \sum_{x \in D} (a^L_j - y_j)", "PROVED"),
        ("3-1", r"\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x x_j(\sigma(z)-y)", "PROVED"),
        ("3-1", r"\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x x_j(y-\sigma(z))", "REFUTED"),
        ("3-2", r"\frac{\partial C}{\partial b^L_j} = \frac{1}{n} (a^L_j - y_j)", "UNRESOLVED"),  # n may be anything where nothing is summed
    ],
)
def test_sums_over_the_examples_of_a_batch(net: str, formula: str, name: str) -> None:
    found = check(formula, net, notation="nielsen", loss="binary_cross_entropy", batch="yes")
    assert [each.verdict.name for each in found] == [name], found
    assert name != "REFUTED" or (r"{1}{n}" if "{n}" in formula else r"{1}{m}") in found[0].corrected


def test_the_loss_of_one_example_is_not_the_cost_of_the_batch() -> None:
    about = {"net": "2-4-3", "notation": "ng", "loss": "softmax_cross_entropy", "batch": "yes"}
    assert check(r"\mathcal{L} = -\sum_j y_j \log a_j^{[2]}", **about)[0].verdict.name == "PROVED"  # type: ignore[arg-type]
    assert check(r"J = -\sum_j y_j \log a_j^{[2]}", **about)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]
    assert check(r"A^{[2]} = g^{[2]}(Z^{[2]})", **about)[0].verdict.name == "PROVED"  # type: ignore[arg-type]
    assert check(r"A^{[2]} = g^{[2]}(Z^{[1]})", **about)[0].verdict.name != "PROVED"  # type: ignore[arg-type]

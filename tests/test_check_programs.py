"""Programs in documents: every line of a fence, a cell, a literal block or a module is a formula where a notation of programs is in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symbackprop import check_file

SCOPE = "sbp: net=2-3-1 notation=code batch=yes loss=half_squared"
FORWARD = "Z1 = W1 @ X + b1\nA1 = sigmoid(Z1)\nZ2 = W2 @ A1 + b2\nA2 = sigmoid(Z2)\n"
BACKWARD = "dZ2 = (A2 - Y) * A2 * (1 - A2)\ndW2 = dZ2 @ A1.T / m\ndZ1 = (W2.T @ dZ2) * A1 * (1 - A1)\ndW1 = dZ1 @ X.T / m\n"


def said(folder: Path, text: str, name: str = "page.md") -> dict[str, str]:
    """The verdict on every line of a page, the last one on a line that stands there twice."""
    (folder / name).write_text(text, encoding="utf-8")
    return {finding.text: finding.verdict.name for finding in check_file(folder / name)}


def page(code: str, scope: str = SCOPE) -> str:
    return f"# A neural network\n\n<!-- {scope} -->\n\n```python\n{code}```\n"


def indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.md", page(FORWARD + BACKWARD)),
        ("page.md", page(FORWARD + BACKWARD).replace("```python", "~~~").replace("```", "~~~")),
        ("page.md", page("").replace("```python\n```\n", "The code:\n\n" + indented(FORWARD + BACKWARD))),
        ("page.rst", f".. {SCOPE}\n\nThe code::\n\n" + indented(FORWARD + BACKWARD)),
        ("page.rst", f".. {SCOPE}\n\n.. code-block:: python\n\n" + indented(FORWARD + BACKWARD)),
        ("page.md", page("".join(f">>> {line}\n" for line in (FORWARD + BACKWARD).splitlines()))),
        ("page.py", f'"""A net.\n\n.. {SCOPE}\n"""\n\n\ndef step(X, Y, W1, b1, W2, b2):\n    m = X.shape[1]\n{indented(FORWARD + BACKWARD)}    return dW1\n'),
        ("page.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": [f"<!-- {SCOPE} -->"]},
                                             {"cell_type": "code", "source": ["%matplotlib inline\n", FORWARD + BACKWARD]}]})),
    ],
)  # fmt: skip
def test_every_line_is_judged_wherever_code_stands(tmp_path: Path, name: str, text: str) -> None:
    right, wrong = said(tmp_path, text, name), said(tmp_path, text.replace("(W2.T @ dZ2)", "(W2 @ dZ2)"), name)
    assert [right[line] for line in (FORWARD + BACKWARD).splitlines()] == ["PROVED"] * 8, right
    assert [line for line, verdict in wrong.items() if verdict in ("REFUTED", "UNDEFINED")] == ["dZ1 = (W2 @ dZ2) * A1 * (1 - A1)"], wrong


def test_the_code_of_a_page_in_another_notation_is_left_alone(tmp_path: Path) -> None:
    assert said(tmp_path, page(BACKWARD, "sbp: net=2-3-1 notation=nielsen")) == {}


SLOW = [("probs - y", "y - probs"), ("axis=1", "axis=0")]  # seconds each: the slip is looked for in a batch of softmax groups


@pytest.mark.parametrize("change", [("", ""), ("dscores /= N\n", ""), ("<= 0", ">= 0"), *(pytest.param(each, marks=pytest.mark.slow) for each in SLOW)], ids="".join)
def test_names_of_the_authors_own_stand_for_what_they_were_given(change: tuple[str, str], tmp_path: Path) -> None:
    """The backward pass of a softmax classifier in rows, with not one name of the notation but the weights and the data."""
    code = (
        "hidden_layer = np.maximum(0, X @ W1 + b1)\nscores = np.dot(hidden_layer, W2) + b2\nexp_scores = np.exp(scores)\n"
        "probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)\nN = X.shape[0]\ndscores = probs - y\ndscores /= N\n"
        "dW2 = np.dot(hidden_layer.T, dscores)\ndhidden = np.dot(dscores, W2.T)\ndhidden[hidden_layer <= 0] = 0\ndW1 = np.dot(X.T, dhidden)\n"
    )
    scope = "sbp: net=2-3-3 activation=relu loss=softmax_cross_entropy notation=code_rows batch=yes"
    found = said(tmp_path, page(code.replace(*change) if change[0] else code, scope))
    if change[0]:
        assert {"REFUTED", "UNDEFINED"} & set(found.values())
    else:
        assert found["dW2 = np.dot(hidden_layer.T, dscores)"] == found["dW1 = np.dot(X.T, dhidden)"] == "PROVED_AE"


def test_a_value_built_in_steps_is_judged_when_it_is_there(tmp_path: Path) -> None:
    code = "dW2 = dZ2 @ A1.T\ndW2 /= m\ndZ1 = W2.T @ dZ2\ndZ1 *= A1 * (1 - A1)\nself.Z1 = np.dot(self.W1, X)\nself.Z1 += self.b1\n"
    found = said(tmp_path, page(code))
    assert found["dW2 = dZ2 @ A1.T / m"] == found["dZ1 = W2.T @ dZ2 * (A1 * (1 - A1))"] == found["Z1 = np.dot(W1, X) + b1"] == "PROVED"
    assert "REFUTED" not in found.values()
    assert "REFUTED" in said(tmp_path, page(code.replace("dW2 /= m", "dW2 *= m"))).values()


@pytest.mark.parametrize(
    "code",
    [
        "if relu:\n    dZ1 = 0 * A1\nelse:\n    dZ1 = 7 * A1\n",
        "W1 = np.random.randn(3, 2) * 0.01\nb1 = np.zeros((3, 1))\nlr = 0.5\nm = 5\nX = X / 255\nY = Y.T\n",
        "A1 = dropout(A1)\nA1 *= mask\ndW1 += lam * W1\nW1 = W1 * 0.5\n",
        "e = A2 - Y\ne[:, 0] = 4\ndZ2 = e * A2 * (1 - A2)\n",
        "e = A2 - Y\nfor i in range(3):\n    e = e + 1\ndZ2 = e * A2 * (1 - A2)\n",
        "e = A2 - Y\nfor e in range(3):\n    pass\ndZ2 = e * A2 * (1 - A2)\n",
        "e = A2 - Y\ndef f(e):\n    q = 1\n    dZ2 = 3 * e\n",
        "e = Y\ntry:\n    x = 1\nexcept ValueError:\n    e = A2\ndZ2 = e * 2\n",
        "dW1, db1 = backward(X)\n(a, b) = 1, 2\ncost = 3\ncost += 1\n",
    ],
)
def test_what_a_program_does_not_say_is_not_held_against_it(tmp_path: Path, code: str) -> None:
    assert not {"REFUTED", "UNDEFINED"} & set(said(tmp_path, page(code)).values())


def test_a_reserved_letter_and_a_function_of_the_programs_own(tmp_path: Path) -> None:
    code = (
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\ndef sigmoid_prime(z):\n    s = 1\n    return s\n\n"
        "slope = lambda a: a * (1 - a)\ne = A2 - Y\ncost = 0.5 * np.mean(np.sum(e ** 2, axis=0))\ndZ2 = e * slope(A2)\ndZ1 = W2.T @ dZ2 * slope(Z1)\n"
    )
    found = said(tmp_path, page(code))
    assert found["sigmoid(z) = 1 / (1 + np.exp(-z))"] == found["cost = 0.5 * np.mean(np.sum(e ** 2, axis=0))"] == "PROVED"
    assert found["dZ2 = e * slope(A2)"] == "PROVED" and found["dZ1 = W2.T @ dZ2 * slope(Z1)"] == "REFUTED"
    assert said(tmp_path, page(code.replace("exp(-z)", "exp(z)")))["sigmoid(z) = 1 / (1 + np.exp(z))"] == "REFUTED"


def test_code_is_never_run_and_never_too_deep(tmp_path: Path) -> None:
    left = tmp_path / "left"
    code = f"x1 = 0\nA1 = __import__('os').system('touch {left}')\nA1 = " + "(" * 5000 + "Z1" + ")" * 5000 + "\n"
    growing = "q0 = A1\n" + "".join(f"q{i + 1} = q{i} * q{i}\n" for i in range(60)) + "A1 = q60\n"
    assert not {"PROVED", "REFUTED"} & set(said(tmp_path, page(code)).values())
    assert not {"PROVED", "REFUTED"} & set(said(tmp_path, page(growing)).values())
    assert not left.exists()


@pytest.mark.parametrize("wrong", ["net=2-2-1`", "net=2-1 loss=softmax_cross_entropy", "notation=nobody"])
def test_a_directive_that_cannot_be_used_ends_no_check(wrong: str, tmp_path: Path) -> None:
    """What stands before it is judged, and it is named itself; the lines of code behind it wait for another one."""
    path = tmp_path / "page.md"
    path.write_text(f"$1 + 1 = 3$\n\n<!-- sbp: {wrong} -->\n\n```python\ndW2 = dZ2 @ A1.T\n```\n\n<!-- sbp: net=2-3-2 notation=code batch=yes -->\n"
                    "\n```python\ndW2 = dZ2 @ A1.T / m\ndZ1 = W2 @ dZ2\n```\n")  # fmt: skip
    names = [each.verdict.name for each in check_file(path)]
    assert names[:2] == ["REFUTED", "MALFORMED"] and names[2] == "PROVED" and names[3] in ("REFUTED", "UNDEFINED")

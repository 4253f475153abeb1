"""Lines as people paste them from programs: NumPy's products, sums over an axis, methods, batches in columns and in rows."""

from __future__ import annotations

import pytest

from symbackprop import check, check_file
from symbackprop.check.documents.settings import Settings
from symbackprop.notation import notation, programs, table

GROUPS = [
    ("2-3-2", {"notation": "code"}, [
        ("z1 = W1 @ x + b1", True),
        ("a1 = sigma(z1)", True),
        ("z1 = np.dot(W1, x) + b1", True),
        ("z1 = W1.dot(x) + b1", True),
        ("a1 = 1/(1+np.exp(-z1))", True),
        ("delta2 = (a2 - y) * a2 * (1 - a2)", True),
        ("delta1 = (W2.T @ delta2) * a1 * (1 - a1)", True),
        ("delta1 = np.dot(W2.T, delta2) * a1 * (1-a1)", True),
        ("delta1 = W2.T.dot(delta2) * a1 * (1-a1)", True),
        ("delta1 = np.multiply(np.dot(W2.transpose(), delta2), a1 * (1-a1))", True),
        ("dW2 = np.outer(delta2, a1)", True),
        ("dW2 = np.dot(delta2, a1.T)", True),
        ("db2 = delta2", True),
        ("dW1 = delta1 @ x.T", True),
        ("W2 -= lr * dW2", True),
        ("W2 = W2 - lr * np.outer(delta2, a1)", True),
        ("b1 -= lr*delta1", True),
        ("loss = 0.5 * np.sum((a2 - y)**2)", True),
        ("loss = np.sum(np.square(a2 - y))/2", True),
        ("loss = 0.5*((a2-y)**2).sum()", True),
        ("dW2 = np.outer(a1, delta2)", False),
        ("delta1 = (W2 @ delta2) * a1 * (1 - a1)", False),
        ("W2 += lr * dW2", False),
        ("delta2 = (y - a2)*a2*(1-a2)", False),
        ("loss = np.mean((a2 - y)**2)", True),
        ("loss = np.sum((a2-y)**2)", False),
    ]),
    ("2-3-1", {"notation": "code", "activation": "tanh", "output_activation": "sigmoid", "loss": "binary_cross_entropy", "batch": "yes"}, [
        ("Z1 = W1 @ X + b1", True),
        ("dZ2 = A2 - Y", True),
        ("dW2 = dZ2 @ A1.T / m", True),
        ("dW2 = np.dot(dZ2, A1.T) / m", True),
        ("db2 = np.sum(dZ2, axis=1, keepdims=True) / m", True),
        ("db1 = np.mean(dZ1, axis=1)", True),
        ("dZ1 = W2.T @ dZ2 * (1 - np.power(A1, 2))", True),
        ("dZ1 = np.multiply(W2.T @ dZ2, 1 - A1**2)", True),
        ("db2 = np.sum(dZ2, axis=0, keepdims=True) / m", False),
        ("dW2 = dZ2 @ A1.T", False),
        ("dW2 = A1 @ dZ2.T / m", False),
        ("W1 -= lr * dZ1 @ X.T / m", True),
    ]),
    ("2-3-2", {"notation": "code_rows", "activation": "tanh", "output_activation": "sigmoid", "loss": "binary_cross_entropy", "batch": "yes,sum"}, [
        ("z1 = X @ W1 + b1", True),
        ("z1 = X.dot(W1) + b1", True),
        ("a1 = np.tanh(z1)", True),
        ("delta2 = a2 - y", True),
        ("dW2 = a1.T @ delta2", True),
        ("dW2 = (a1.T).dot(delta2)", True),
        ("db2 = np.sum(delta2, axis=0, keepdims=True)", True),
        ("db2 = delta2.sum(axis=0)", True),
        ("delta1 = delta2.dot(W2.T) * (1 - np.power(a1, 2))", True),
        ("dW1 = np.dot(X.T, delta1)", True),
        ("db1 = np.sum(delta1, axis=0)", True),
        ("W1 += -lr * dW1", True),
        ("W1 -= lr * dW1", True),
        ("dW2 = delta2.T @ a1", False),
        ("delta1 = delta2.dot(W2) * (1 - np.power(a1, 2))", False),
        ("delta1 = delta2.dot(W2.T) * (1 - a1)", False),
        ("db2 = np.sum(delta2, axis=1)", False),
    ]),
    ("2-3-2", {"notation": "code"}, [
        ("dW2 = delta2 * a1.T", True),
        ("delta1 = delta2 @ W2 * a1 * (1-a1)", True),
        ("delta1 = np.dot(delta2, W2) * a1 * (1-a1)", True),
        ("loss = 0.5 * (a2-y) @ (a2-y)", True),
        ("a2 = np.maximum(z2, 0)", False),
        ("dW2 = delta1 * a1.T", False),
        ("b1 -= lr * db1", True),
    ]),
    ("2-1-2-1", {"notation": "code"}, [("W2 += lr * dW2", False), ("b3 += lr * db3", False)]),
]  # fmt: skip
LINES = [(net, options, line, right) for net, options, lines in GROUPS for line, right in lines]


@pytest.mark.parametrize(("net", "options", "line", "right"), LINES, ids=[f"{o['notation']}: {line}" for _, o, line, _ in LINES])
def test_a_line_of_a_program(net: str, options: dict[str, str], line: str, right: bool) -> None:
    found = check(line, net, **options)
    assert len(found) == 1
    if right:
        assert found[0].verdict.holds, found[0].verdict.reason
    else:
        assert found[0].verdict.name in ("REFUTED", "UNDEFINED"), found[0].verdict.reason


@pytest.mark.parametrize(("line", "corrected"), [
    ("W2 += lr * dW2", "W2 -= lr * dW2"),
    ("delta1 = np.dot(W2.T, delta1) * a1 * (1 - a1)", "delta1 = np.dot(W2.T, delta2) * a1 * (1 - a1)"),
    ("delta1 = (W2 @ delta2) * a1 * (1 - a1)", "delta1 = (W2.T @ delta2) * a1 * (1 - a1)"),
    ("b2 -= lr * delta1", "b2 -= lr * delta2"),
])  # fmt: skip
def test_the_corrected_line_is_a_line_of_the_program(line: str, corrected: str) -> None:
    assert check(line, "2-3-2", notation="code")[0].corrected == corrected


def test_a_star_between_matrices_stays_open_where_no_program_speaks() -> None:
    """In a formula, w * v of two square matrices is not decided by a guess."""
    assert check("w^1 * w^2 = w^2 * w^1", "2-2-2", notation="matrix")[0].verdict.name == "UNDECIDED"
    assert check("W1 * W2 = W2 * W1", "2-2-2", notation="code")[0].verdict.holds
    assert not check("W1 @ W2 = W2 @ W1", "2-2-2", notation="code")[0].verdict.holds


def test_notations_are_found_by_either_spelling() -> None:
    assert notation("slides-net") is table()["slides_net"] and notation("Code-Rows") is programs()["code_rows"]
    assert not table().keys() & programs().keys()


def test_remarks_behind_a_line_are_no_part_of_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "lines.txt"
    path.write_text("# sbp: net=2-3-2 notation=code\n    db2 = delta2   # = the slope\n    db1 = delta2   # wrong\n")
    assert [(f.line, f.verdict.name) for f in check_file(path)] == [(2, "PROVED"), (3, "UNDEFINED")]
    assert Settings(notation="code-rows").style().rows


@pytest.mark.parametrize("line", ["np.sum(", "np.", "np.sum()", "x.sum(axis=7)", "a1.dot()", "a1.dot(a1, a1)", "np.power(a1)", "z1 = np.sum(axis=0)",
                                  "a1 = np.os.system(1)", "np.outer(a1) = 1", "a1.sum(" * 300])  # fmt: skip
def test_half_lines_are_complaints(line: str) -> None:
    assert {f.verdict.name for f in check(line, "2-3-2", notation="code")} <= {"MALFORMED", "UNRESOLVED", "UNDECIDED", "NO CLAIM"}


def test_a_count_is_of_one_net() -> None:
    """2 x 3 + 3 + 3 x 2 + 2 = 17 is proved, and nothing is said of other widths."""
    found = check(r"2 \cdot 3 + 3 + 3 \cdot 2 + 2 = 17", "2-3-2", notation="nielsen")[0].verdict
    assert found.holds and not any("every width" in note for note in found.notes)


@pytest.mark.parametrize(("text", "holds"), [
    (r"x^2[a/x] = a^2", True), (r"(\lambda x.\lambda y.x + y)2 = (\lambda y.x + y)[2/x]", True), (r"(x + 1)[2/x] = 3", True),
    (r"(x + 1)[2/x] = 4", False), (r"x^2[a/x] = a^3", False), (r"(\lambda y.x + y)[y/x] = \lambda y.y + y", False),
    (r"(x + 1)[2/x] = 2 + \frac{2}{x}", True),
])  # fmt: skip
def test_square_brackets_may_put_something_in(text: str, holds: bool) -> None:
    """E[a/x] is a substitution where that makes the line right; it is never a ground for refuting one, and captures nothing."""
    verdict = check(text)[0].verdict
    assert verdict.holds is holds and verdict.name != "REFUTED"

"""MATLAB and Octave lines: judged as what they mean there, shown as they are written, and left open where a meaning is not known."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from symbackprop import check, check_file
from symbackprop.check.documents.matlab import in_matlab, in_python, line_in_python

CODE = {"net": "2-3-2-2", "notation": "code", "loss": "half_squared"}
RIGHT = (
    "delta2 = (W3' * delta3) .* a2 .* (1 - a2);", "dW2 = delta2 * a1';", "a2 = 1 ./ (1 + exp(-z2));", "W2 = W2 - alpha * (delta2 * a1')",
    "J = 1/2 * (a3 - y)' * (a3 - y)", "delta3 = (a3 - y) .* (a3 - a3.^2)", "J = 0.5*(a3 - y)'*(a3 - y)",
    "delta3 = 10*0.10*(a3 - y).*a3.*(1. - a3)", "a3 = 1.0./(1.+exp(-z3))", "J = .5*(a3 - y)'*(a3 - y)", "J = 50e-2*(a3 - y)'*(a3 - y)",
)  # fmt: skip
WRONG = (
    "delta2 = (W3 * delta3) .* a2 .* (1 - a2);", "delta2 = (W3' * delta3) .* a2 .* (1 + a2)", "dW2 = a1' * delta2;", "dW2 = a1 * delta2'",
    "a2 = 1 ./ (1 + exp(z2))", "W2 = W2 + alpha * (delta2 * a1')", "J = (a3 - y)' * (a3 - y)",
    "J = 1/2 * (a3 - y) .* (a3 - y)'", "delta3 = (a3 - y) * a3 .* (1 - a3)", "z2 = W2 * a1 + b2'", "delta3 = (a3 - y) .* (a3 .* (1 - a3))'",
    "J = 0.25*(a3 - y)'*(a3 - y)", "a3 = 1./1+exp(-z3)", "J = 12*(a3 - y)'*(a3 - y)",
)  # fmt: skip
UNKNOWN = (  # a place in a vector, a power of a matrix, equations solved, functions, texts: never proved, never refuted
    "delta3 = (a3 - y) .* a3(1) .* (1 - a3)", "J = 1/2 * (a3 - y)' * (a3(:) - y)", "a2 = 1 / (1 + exp(-z2))'", "J = 1/2 * ((a3 - y)')^2",
    "delta3 = mine(a3 - y) .* a3", "a2 = b2' \\ 3", "a2 = [b2' 3]", "z2 = {W2'}", "a2 = 'b2' .* 2", "delta3 = a3.T .* y", "J = ((a3 - y)' * (a3 - y)",
)  # fmt: skip


@pytest.mark.parametrize("line", RIGHT)
def test_right_lines_are_proved(line: str) -> None:
    (found,) = check(line, **CODE)
    assert found.verdict.name == "PROVED" and found.text == line.rstrip(";")


@pytest.mark.parametrize("line", WRONG)
def test_wrong_lines_are_refuted(line: str) -> None:
    (found,) = check(line, **CODE)
    assert found.verdict.name in ("REFUTED", "UNDEFINED")
    assert "@" not in found.corrected and "**" not in found.corrected and ".T" not in found.corrected


@pytest.mark.parametrize("line", UNKNOWN)
def test_what_is_not_read_is_left_open(line: str) -> None:
    for found in check(line, **CODE):
        assert found.verdict.name not in ("PROVED", "REFUTED"), found


def test_a_line_without_its_signs_is_numpy() -> None:
    """z2 = W2 * a1 is a product entry by entry for NumPy, which does not fit; one file's end says that it is MATLAB."""
    assert check("z2 = W2 * a1 + b2", **CODE)[0].verdict.name == "UNDEFINED"


PROGRAM = """% sbp: net=2-3-2 notation=code loss=half_squared
function [cost, grad] = backprop(W1, W2, b1, b2, x, y)
z1 = W1 * x + b1;   % the weighted input = W x + b
a1 = sigmoid(z1);
z2 = W2 * a1 ...
   + b2;
a2 = 1 ./ (1 + exp(-z2));
delta2 = (a2 - y) .* a2 .* (1 - a2);
for k = 1:3
  if k > 2
    e = 3;
  else
    e = delta2;
  end
  delta1 = (W2' * delta2) .* a1 .* (1 - a1);
end
dW2 = delta2 * a1';
db1 = e;
%{
dW1 = nonsense;
%}
dW1 = x * delta1';
end
"""


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "net.m"
    path.write_text(PROGRAM)
    found = {each.line: each.verdict.name for each in check_file(path) if each.verdict.name not in ("NO CLAIM", "DEFINED")}
    assert [found.pop(line) for line in (3, 4, 5, 7, 8, 15, 17, 22)] == ["PROVED"] * 7 + ["UNDEFINED"]
    assert set(found.values()) <= {"UNRESOLVED", "UNDECIDED"}  # e is not known behind its branch
    fenced = tmp_path / "net.md"
    fenced.write_text("<!-- sbp: net=2-3-2 notation=code loss=half_squared -->\n```octave\n" + PROGRAM.partition("\n")[2] + "```\n")
    assert {each.line - 1: each.verdict.name for each in check_file(fenced)}[22] == "UNDEFINED"


def test_the_python_of_a_program_keeps_its_lines() -> None:
    made = in_python(PROGRAM)
    ast.parse(made)
    assert made.split("\n")[21].strip() == "dW1 = x @ delta1.T"
    assert in_matlab(line_in_python("d = (W' * e) .* a.^2 ./ 3")) == "d = (W' * e) .* a.^2 ./ 3"


CHANGES = (  # what becomes of e = a2 - y, and what delta2 = e .* a2 .* (1 - a2) is then; "" for open
    ("", "PROVED"), ("e *= 2;", "REFUTED"), ("e += 1", "REFUTED"), ("e -= y", "REFUTED"), ("e .*= 1", "PROVED"), ("e /= 2", "REFUTED"), ("e ^= 2", ""),
    ("e /= W2", ""), ("e++;", ""), ("++e", ""), ("e(1) *= 2", ""), ("if flip, e = -e; end", ""), ("if flip e = -e; end", ""), ("for k = 1:2, e = -e; end", ""),
    ("if flip, e = -e;\nend", ""), ("if flip\nelse e = -e;\nend", ""), ("q = 3, e = -e;", ""), ("disp(3), e = -e", ""), ("fprintf('%f', J); e = -e;", "REFUTED"),
    ("e = (a2 - y).^1.^2", ""), ("q = (e == 3); if e >= 2, q = 1; end", "PROVED"), ("disp('e = 3')", "PROVED"), ("[q, e(1)] = deal(1, 2)", ""),
)  # fmt: skip


@pytest.mark.parametrize(("change", "verdict"), CHANGES)
def test_a_name_that_is_changed_keeps_no_old_value(change: str, verdict: str, tmp_path: Path) -> None:
    """e *= 2, a block on one line and a second statement behind a comma were passed over: what followed was judged with the old e."""
    path = tmp_path / "net.m"
    path.write_text(f"% sbp: net=2-3-2 notation=code loss=half_squared\ne = a2 - y;\n{change}\ndelta2 = e .* a2 .* (1 - a2);\n")
    last = [each for each in check_file(path) if each.text.startswith("delta2")][-1].verdict.name
    assert last == verdict if verdict else last not in ("PROVED", "REFUTED")


@pytest.mark.parametrize("power", ["a2.^2.^3", "a2.^(2).^3", "a2.^y'", "a2.^(y)'", "a2.^exp(y)'", "2.^-a2.^2"])
def test_powers_that_go_on_are_not_read(power: str) -> None:
    assert line_in_python(f"p = {power}") == ""

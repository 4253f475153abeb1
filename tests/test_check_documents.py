"""Whole documents: every format, positions, directives, continued displays, definitions, what follows from a slip."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop import check, check_file
from symbackprop.__main__ import main
from symbackprop.check.documents.extract import extract
from symbackprop.check.documents.report import summary
from symbackprop.errors import FileError

TEX = r"""\documentclass{article}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
% sbp: net=1-1-1 notation=winston bias=none
\begin{document}
\section{Deltas}
The delta is $\delta_r = o_r(1-o_r) \times (d-o_r)$. % a comment with $x = $ in it
\begin{align}
  \pd{P}{w_r} &= \pd{P}{o_r} \pd{o_r}{w_r} \\
              &= i_r \times \delta_r \label{eq:wr}
\end{align}
\verb|$a = b$| and \% 5\$ are not formulas.
% sbp: expect false
$$\delta_l = o_l(1-o_l) \times w_l \times \delta_r$$
\end{document}
"""

MD = """# Notes

<!-- sbp: net=2-2-1 notation=nielsen -->

We have $\\frac{\\partial C}{\\partial b_j^l} = \\delta_j^l$ and

$$\\frac{\\partial C}{\\partial w_{jk}^l}$$

$$= a_k^{l-1} \\delta_j^l$$

It costs $5 and $6. `$code = wrong$`

```
$\\delta = nonsense$
```

<!-- sbp: where i != j -->
$\\frac{\\partial z_i^l}{\\partial b_j^l} = 0$
"""


def names(path: Path) -> list[str]:
    """The verdicts of a document's claims, in order."""
    return [f.verdict.name for f in check_file(path) if f.verdict.name != "NO CLAIM"]


def test_latex(tmp_path: Path) -> None:
    path = tmp_path / "paper.tex"
    path.write_text(TEX)
    found = [f for f in check_file(path) if f.verdict.name != "NO CLAIM"]
    assert [f.verdict.name for f in found] == ["PROVED", "PROVED", "PROVED", "REFUTED"]
    assert [f.line for f in found] == [6, 8, 9, 13]
    assert found[0].column == TEX.splitlines()[5].index(r"\delta_r") + 1
    assert found[3].expected_false and found[3].status == 0


def test_markdown(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(MD)
    assert names(path) == ["PROVED", "PROVED", "PROVED"]


def test_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["<!-- sbp: net=1-1-1 notation=winston bias=none -->\n", "$o_l = i_r$"]},
        {"cell_type": "code", "source": "x = '$a = b$'"},
        {"cell_type": "markdown", "source": "$$\\delta_r = o_r(1-o_r)(o_r-d)$$"},
    ]
    path = tmp_path / "lecture.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    found = check_file(path)
    assert [f.verdict.name for f in found] == ["PROVED", "REFUTED"]
    assert found[1].place.endswith("cell 3:1:3")


def test_rst_text_and_python(tmp_path: Path) -> None:
    rst = tmp_path / "a.rst"
    rst.write_text(".. sbp: net=1-1-1 notation=winston bias=none\n\nIt is :math:`o_l = i_r`.\n\n.. math::\n\n   \\delta_r = o_r(1-o_r)(d-o_r)\n")
    assert names(rst) == ["PROVED", "PROVED"]
    text = tmp_path / "a.txt"
    text.write_text("# sbp: net=1-1-1 notation=winston bias=none\nThe deltas are\nδ_l = o_l (1 − o_l) × w_r × δ_r\n\nand that is all.\n")
    assert names(text) == ["PROVED"]
    code = tmp_path / "a.py"
    code.write_text('# sbp: net=1-1-1 notation=winston bias=none\ndef f():\n    r"""The slope is :math:`o_l = i_r`."""\n    return 1 / 0\n')
    assert names(code) == ["PROVED"]


def test_definitions_and_chain_rules_through_them(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Let $y = 1/(1+e^{-x})$. Then\n$$\\frac{dy}{dx} = y(1-y)$$\nwith $u = v^2$, $v = 3t$:\n$$\\frac{du}{dt} = \\frac{du}{dv}\\frac{dv}{dt} = 18 t$$\n")
    assert names(path) == ["DEFINED", "PROVED", "DEFINED", "DEFINED", "PROVED", "PROVED"]


def test_a_line_that_follows_from_a_slip_is_no_second_slip(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "<!-- sbp: net=1-1-1 notation=winston bias=none -->\n"
        "$$\\delta_r = o_r(1-o_r)(o_r-d)$$\n"
        "$$\\frac{\\partial P}{\\partial w_r} = i_r o_r(1-o_r)(d-o_r)$$\n"
        "$$\\delta_r = (o_r-d) o_r (1-o_r)$$\n"
    )
    found = check_file(path)
    assert [f.verdict.name for f in found] == ["REFUTED", "PROVED", "REFUTED"]
    assert found[2].follows and found[2].status == 0
    assert not check_file(path, strict=True)[2].follows


def test_an_underbrace_is_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "<!-- sbp: net=1-1-1 notation=winston bias=none -->\n"
        "$$\\frac{\\partial P}{\\partial w_r} = \\underbrace{(d-o_r) o_r(1-o_r)}_{\\delta_r} i_r$$\n"
        "$$\\frac{\\partial P}{\\partial w_r} = \\underbrace{(d-o_r) o_r(1-o_r)}_{\\delta_l} i_r$$\n"
    )
    assert names(path) == ["PROVED", "PROVED", "PROVED", "REFUTED"]


def test_nothing_is_skipped_silently(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("$a =$ and $\\times$ and $x + y$ and $f: A \\to B$ and $1 = 1$\n<!-- sbp: nett=3 -->\n")
    found = check_file(path)
    assert len(found) == 6
    assert summary(found).startswith("6 formulas")
    assert sum(f.verdict.name == "MALFORMED" for f in found) == 2


def test_a_raw_extraction_is_refused_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt"
    path.write_text("y =1/(1 + e\n?x\n), is used\n= ? 1 ? (1 + e\n?x\n)\n?2 \ndelta = o(1 ? o)\n")
    found = check_file(path)
    assert found and {f.verdict.name for f in found} == {"UNREADABLE"}


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"\x00\x01\x02" * 50, "binary"), (b"caf\xe9 $a=b$", "UTF-8"), (b"\xff\xfe\x00", "UTF-16")],
)
def test_files_that_are_no_text(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(content)
    with pytest.raises(FileError, match=what):
        check_file(path)
    assert main(["check", str(path)]) == 2


def test_missing_and_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.tex")]) == 2
    bad = tmp_path / "a.ipynb"
    bad.write_text("{")
    assert main(["check", str(bad)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_every_format_of_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("<!-- sbp: net=1-1-1 notation=winston bias=none -->\n$\\delta_l = o_l(1-o_l) w_l \\delta_r$ <b>&</b>\n")
    assert main(["check", str(path), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["status"] == 1 and data["findings"][0]["corrected"]
    assert main(["check", str(path), "--format", "github"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=") and "line=2,col=2" in out
    target = tmp_path / "a.html"
    assert main(["check", str(path), "--format", "html", "--out", str(target)]) == 1
    page = target.read_text()
    assert "<mark>" in page and "<script" not in page and "http" not in page


def test_html_escapes_what_the_author_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("$a < \\text{<script>alert(1)</script>} b$ and $x = <img src=x>$\n")
    target = tmp_path / "a.html"
    main(["check", str(path), "--format", "html", "--out", str(target)])
    assert "<script" not in target.read_text() and "<img" not in target.read_text()


def test_offsets_survive_blanking() -> None:
    for found in extract(TEX, ".tex"):
        if found.kind in ("inline", "display"):
            line = TEX.splitlines()[found.line - 1]
            assert found.text.split("\n")[0] in line


def test_the_pytest_plugin_in_a_strangers_project(tmp_path: Path) -> None:
    (tmp_path / "paper.tex").write_text(TEX.replace("% sbp: expect false\n", ""))
    (tmp_path / "README.md").write_text("No directive: $a = b + 1$.\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    plugin = ["-p", "symbackprop.check.pytest_plugin"]
    env_root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(command + plugin, capture_output=True, text=True, cwd=tmp_path, check=False,
                          env={"PYTHONPATH": env_root, "PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 passed" in done.stdout and "1 failed" in done.stdout
    assert "corrected" in done.stdout


def test_an_audit_reads_scopes_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document, scopes = tmp_path / "note.md", tmp_path / "scopes.toml"
    document.write_text("$\\delta_r = o_r(1-o_r)(d-o_r)$\n\n$\\frac{\\partial C}{\\partial b_j^l} = \\delta_j^l$\n")
    scopes.write_text(
        '[[scope]]\nlines = [1, 1]\nnet = "1-1-1"\nbias = "none"\nnotation = "winston"\n'
        '[[scope]]\nlines = [2, 9]\nnet = "2-2-1"\nnotation = "nielsen"\n'
    )
    assert main(["audit", str(scopes), str(document)]) == 0
    assert "2 formulas: 2 proved" in capsys.readouterr().out


def test_labels_are_not_powers_where_a_text_defines_symbols_with_raised_numbers(tmp_path: Path) -> None:
    """Without a net, w^1_{11} beside definitions of z^1_1 and z^2_1 is no power: nothing is refuted on that reading."""
    path = tmp_path / "labels.tex"
    path.write_text(
        "$$z^{1}_{1} = w^{1}_{11} x_{1}$$\n$$z^{2}_{1} = w^{2}_{11} z^{1}_{1}$$\n"
        r"$$\frac{\partial z^{2}_{1}}{\partial w^{1}_{11}} = w^{2}_{11} x_{1}$$" + "\n"
    )
    findings = check_file(path)
    assert [finding.verdict.name for finding in findings][-1] == "UNRESOLVED"
    path.write_text("$u = x_1^2 + x_2^2$\n" r"$\frac{\partial u}{\partial x_1} = 2 x_1$" + "\n")
    assert check_file(path)[-1].verdict.name == "PROVED"


@pytest.mark.parametrize("space", [r"\hspace{2em}", r"\hspace*{2em}", r"\quad"])
def test_a_row_that_begins_with_a_sign_goes_on(space: str) -> None:
    """Set in or not, the row continues the one above: half a product is never judged as if it were whole."""
    text = r"\begin{align*} \delta_l &= o_l(1-o_l) \\ &" + space + r" \times w_r \times \delta_r \end{align*}"
    found = check(text, "1-1-1", notation="winston", bias=False)
    assert [finding.verdict.name for finding in found] == ["PROVED"]


@pytest.mark.parametrize(("name", "before", "after"), [
    ("a.txt", "", ""), ("a.py", '"""Backprop.\n\n', '\n"""\n'), ("a.md", "# Notes\n\n", ""), ("a.rst", "Notes\n=====\n\n", ""), ("a.tex", "", ""),
])  # fmt: skip
def test_a_directive_may_stand_on_a_line_of_its_own(name: str, before: str, after: str, tmp_path: Path) -> None:
    formula = {"a.txt": "{}", "a.rst": ":math:`{}`"}.get(name, "${}$")
    path = tmp_path / name
    for directive, verdicts in (
        ("sbp: net=2-2-1 notation=nielsen", ["PROVED", "REFUTED"]),
        ("  sbp: net=2-2-1 notatoin=nielsen", ["MALFORMED", "UNRESOLVED", "UNRESOLVED"]),
    ):
        right, wrong = (formula.format(f"b^2_1 := b^2_1 - η {sign} δ^2_1") for sign in ("", "2"))
        path.write_text(f"{before}{directive}\n\n{right}\n\n{wrong}\n{after}")
        found = [each.verdict.name for each in check_file(path)]
        assert found == verdicts, (directive, found)


STEPS = """# sbp: net=2-3-2 notation=nielsen loss=half_squared
1. z^l = w^l a^{l-1} + b^l
2) δ^L := (a^L - y) ⊙ σ'(z^L)
(3) δ^l <- ((w^{l+1})^T δ^{l+1}) ⊙ σ'(z^l)
Step 4: w^l ← w^l - η δ^l (a^{l-1})^T
(6) b^l = b^l - η δ^l
- a^l = σ(z^l)
- z^l = w^l a^{l-1} + b^l
7: b^l := b^l + η δ^l
a) δ^L = (a^L + y) ⊙ σ'(z^L)
"""


def test_the_number_of_a_step_is_no_factor(tmp_path: Path) -> None:
    path = tmp_path / "steps.txt"
    path.write_text(STEPS)
    assert [each.verdict.name for each in check_file(path)] == ["PROVED"] * 7 + ["REFUTED"] * 2
    path.write_text("# sbp: net=1-1 notation=nielsen\n- C = \\frac{1}{2}(y - a)^2\n2 C = (y - a)^2\n")
    assert [each.verdict.name for each in check_file(path)] == ["REFUTED", "PROVED"]  # one dash is a minus
    path.write_text("# sbp: net=2-3-2 notation=slides_net\n- ∂E/∂net_j = δ_j\n- ∂E/∂w_ji = δ_j o_i\n- δ_j = -∂E/∂net_j\n")
    assert [each.verdict.name for each in check_file(path)] == ["PROVED"] * 3


def test_numbered_steps_of_pseudo_code_are_read_where_programs_are(tmp_path: Path) -> None:
    path = tmp_path / "steps.md"
    path.write_text("<!-- sbp: net=2-3-2 notation=code loss=half_squared -->\n```\n1: z1 <- W1 @ x + b1\n2: a1 := sigmoid(z1)\n"
                    "3: z2 = W2 @ a1 + b2\n4: a2 ← sigmoid(z2)\n5: delta2 := (a2 - y) * a2 * (1 - a2)\n6: W2 <- W2 - lr * delta2 @ a1.T\n"
                    "7: delta1 <- (W2 @ delta2) * a1 * (1 - a1)\n8: b2 := b2 + lr * delta2\n```\n")  # fmt: skip
    found = {each.line: each.verdict.name for each in check_file(path)}
    assert [found[line] for line in range(3, 9)] == ["PROVED"] * 6 and found[9] != "PROVED" and found[10] == "REFUTED"


LISTED = """# sbp: net=2-3-2 notation=slides_net
- ∂E/∂net_j = -δ_j
- ∂E/∂net_j = 2 δ_j
- η ∂E/∂w_ji = Δw_ji
– ∂E/∂net_j = δ_j
(2) E = \\sum_j (t_j - o_j)^2
(2) E = 3 \\sum_j (t_j - o_j)^2
- δ_j = ∂E/∂net_j
- \\sum_k δ_k w_{kj} = ∂E/∂o_j
"""


def test_what_may_be_a_bullet_or_a_minus_refutes_nothing_that_is_right_with_the_other(tmp_path: Path) -> None:
    """- eta dE/dw = Delta w and (2) E = sum (t - o)^2 are right with a minus and a factor, -dE/dnet = -delta with a bullet alone."""
    path = tmp_path / "list.txt"
    path.write_text(LISTED)
    found = [each.verdict.name for each in check_file(path)]
    assert found == ["UNDECIDED", "REFUTED", "UNDECIDED", "PROVED", "UNDECIDED", "REFUTED", "UNDECIDED", "UNDECIDED"]
    path.write_text("# sbp: net=2-3-2 notation=slides_net\n– ∂E/∂net_j = δ_j\n")
    assert [each.verdict.name for each in check_file(path)] == ["PROVED"]  # it was taken for a bullet

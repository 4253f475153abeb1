"""`symbackprop check`: hand-derived formulas, one or a whole paper, with a verdict and a diagnosis."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NAME = "check"
HELP = "check hand-derived formulas, one or a whole document: a verdict, a witness, what to change"
EXAMPLE = r"symbackprop check --net 1-1-1 --no-bias --notation winston -e '\delta_l = o_l(1-o_l) \times w_r \times \delta_r'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILES or -e FORMULA, the net and the notation they are about, and the format of the answer."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="documents: .tex .md .ipynb .txt .rst .py")
    parser.add_argument("-e", "--formula", action="append", default=[], metavar="FORMULA", help="a formula (repeatable)")
    parser.add_argument("--net", metavar="SPEC", help="layer sizes such as 2-3-1, a TOML file, or none")
    parser.add_argument("--notation", help="how the formulas are written (symbackprop notations lists them), or a TOML file")
    parser.add_argument("--symbols", default="", metavar="input_layer=1", help="what differs from the notation, as in a document's directive")
    parser.add_argument("--activation", help="activation of every layer, or one for each: tanh,identity (sigmoid)")
    parser.add_argument("--output-activation", help="activation of the output layer (by the loss)")
    parser.add_argument("--loss", help="loss (the notation's own: performance for winston, half_squared for nielsen)")
    parser.add_argument("--batch", metavar="yes|N|sum|mean-delta", help="formulas speak of a batch of examples: yes, or how many; with ,sum their losses add up; with ,mean-delta the 1/m is in dZ")
    parser.add_argument("--no-bias", action="store_true", help="no unit has a bias")
    parser.add_argument("--bias", choices=["parameter", "neuron", "w0", "shared"], help="how biases are modelled")
    parser.add_argument("--free", default="", metavar="x,y", help="letters that stand for any real number")
    parser.add_argument("--functions", default="", metavar="f:1,C:2", help="letters for any differentiable function, with arity")
    parser.add_argument("--where", action="append", default=[], metavar="CONDITION", help="a side condition such as 'i != j'")
    parser.add_argument("--directed", action="store_true", help="leave out documents that carry no directive (sbp:)")
    parser.add_argument("--strict", action="store_true", help="judge a line that follows from a slip by itself")
    parser.add_argument("--no-diagnosis", action="store_true", help="do not look for what to change")
    parser.add_argument("--format", choices=["text", "json", "github", "html"], default="text", help="how to answer (text)")
    parser.add_argument("--out", metavar="FILE", help="write the answer there")
    parser.add_argument("-v", "--verbose", action="store_true", help="also list what claims nothing, and whole witnesses")


def run(options: argparse.Namespace) -> int:
    """Check everything; 0 all right, 1 something refuted, 2 something unresolved or malformed."""
    from symbackprop.check.api import check_formula
    from symbackprop.check.deciding.finding import Finding
    from symbackprop.check.documents import report
    from symbackprop.check.documents.extract import carries_directive
    from symbackprop.check.documents.hints import hints
    from symbackprop.check.documents.settings import Settings, apply
    from symbackprop.check.documents.whole import check_path
    from symbackprop.errors import FileError, NetworkError

    if not options.files and not options.formula:
        raise FileError("nothing to check", expected="files, or -e FORMULA", try_=f"{EXAMPLE}")
    if options.no_bias and options.bias:
        raise NetworkError("--no-bias and --bias say different things", try_="one of them")
    changes = {key: value for key, value in (
        ("net", options.net), ("notation", options.notation), ("activation", options.activation), ("loss", options.loss),
        ("bias", "none" if options.no_bias else options.bias), ("output_activation", options.output_activation), ("batch", options.batch),
        ("free", options.free), ("symbols", options.symbols), ("functions", options.functions)) if value}  # fmt: skip
    settings = apply(changes, Settings(where=tuple(options.where)))
    settings.scope()  # a bad net or notation is complained about before anything is read
    findings, advice = list[Finding](), list[str]()
    explain = not options.no_diagnosis
    for formula in options.formula:
        findings += (made := check_formula(formula, settings, strict=options.strict, explain=explain))
        advice += hints(made, settings) if explain else []
    troubles = 0
    for name in options.files:
        try:
            if options.directed and not carries_directive(Path(name)):
                continue
            session = check_path(Path(name), settings, strict=options.strict, explain=explain)
            findings += session.findings
            advice += [f"{name}: {each}" for each in hints(session.findings, session.settings, name)] if explain else []
        except FileError as error:
            print(error, file=sys.stderr)
            troubles += 1
    if options.format == "html":
        from symbackprop.check.documents.html import page

        answer = page(findings)
    else:
        answer = {"json": report.as_json, "github": report.github}.get(
            options.format, lambda all_, told: report.text(all_, verbose=options.verbose, advice=told)
        )(findings, list(dict.fromkeys(advice)))
    if options.out:
        try:
            Path(options.out).write_text(answer + "\n", encoding="utf-8")
        except OSError as error:
            raise FileError("the answer cannot be written", where=options.out, got=error.strerror) from None
        print(report.summary(findings))
    else:
        print(answer)
    if options.directed and not findings and not troubles:
        return 0
    status = report.exit_status(findings) if findings or not troubles else 2
    return status if status or not troubles else 2

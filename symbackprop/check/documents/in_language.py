"""A formula, or a line of a program, judged in the language it is written in: MATLAB by way of the Python that says the same."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Protocol

from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents import program_lines
from symbackprop.check.documents.code_lines import Line
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.matlab import assigns, in_matlab, is_matlab, line_in_python
from symbackprop.check.documents.slips import Slip
from symbackprop.check.meaning.scope import Scope
from symbackprop.proofs.verdict import Undecided

EITHER = "what stands in front of it is a bullet or a number, or else a minus or a factor, and it holds with the other alone"
SAID = "read as MATLAB: * is the matrix product, ' the transpose"


class Session(program_lines.Session, Protocol):
    """What a formula in another language asks of the document it stands in."""

    _slips: list[Slip]

    @property
    def scope(self) -> Scope: ...
    def formula(self, found: Found) -> None: ...


def judge(found: Found, session: Session) -> None:
    """Judge one piece of a document; what was written as MATLAB is shown as MATLAB."""
    if isinstance(found, Line):
        python = found.text if found.language == "matlab" else ""
    else:
        program = not session.broken and session.scope.notation.program
        matlab = program and is_matlab(found.text) and assigns(found.text)
        python = line_in_python(found.text) if matlab else ""
        if matlab and not python:
            return session.remark(found, "a line of MATLAB with something that is not read: a place in a matrix, a power or a quotient "
                                         "of matrices, a function that nothing declares", Undecided)  # fmt: skip
    if not python:
        return _plainly(found, session)
    start, scope = len(session.findings), session.scope
    scope.upright = True
    try:
        _plainly(replace(found, text=python), session)
    finally:
        scope.upright = False
    made: list[Finding] = session.findings[start:]
    for each in made:
        each.text = in_matlab(each.text) if isinstance(found, Line) else found.text.strip().rstrip(";")
        each.corrected, each.diagnosis = in_matlab(each.corrected), tuple(in_matlab(line) for line in each.diagnosis)
        each.verdict = replace(each.verdict, notes=(*each.verdict.notes, SAID))
        if not isinstance(found, Line):
            each.formula, each.span, each.blame = found.text, (0, len(found.text)), None
    return None


def _plainly(found: Found, session: Session) -> None:
    if isinstance(found, Line):
        program_lines.judge_line(found, session)
    elif not found.other:
        session.formula(found)
    else:
        _either_way(found, session)


def _either_way(found: Found, session: Session) -> None:
    """A line of a list, `- a = b` or `(2) a = b`: refuted only where it is wrong with a minus or a factor in front of it as well."""
    start, slips = len(session.findings), list(session._slips)
    session.formula(found)
    made: list[Finding] = session.findings[start:]
    if not any(each.verdict.name in ("REFUTED", "UNDEFINED") for each in made):
        return
    twin = copy(session)
    twin.findings, twin._slips = [], slips
    twin.formula(replace(found, text=found.other, other=""))
    if twin.findings and all(each.verdict.holds for each in twin.findings):
        session._slips[:] = slips
        for each in made:
            each.verdict, each.corrected, each.diagnosis, each.blame = Undecided(reason=EITHER), "", (), None

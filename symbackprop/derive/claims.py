"""Proving shown lines: each line becomes an equation certificate that the kernel replays, or is a gap that says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbackprop.derive import derivation as D
from symbackprop.derive.derivation import Evidence, Prose, Step
from symbackprop.derive.meaning import Context, Meaningless
from symbackprop.derive.shown import Line, Shown
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.terms import Term, operators, replace
from symbackprop.kernel.verify import VERSION, digest, verify
from symbackprop.translate import plain

METHOD = "both sides are written out by the sum, product and chain rules and compared exactly by the kernel"


def equation(left: Term, right: Term) -> dict[str, object]:
    """The certificate of left = right."""
    made: dict[str, object] = {"kind": "equation", "version": VERSION, "left": plain(left), "right": plain(right)}
    return {**made, "sha256": digest(made)}


def decide(left: Term, right: Term, under: str = "") -> Evidence:
    """The kernel's answer to left = right: proved with a certificate, or a gap."""
    certificate = equation(left, right)
    try:
        said = verify(certificate)
    except (Rejected, RecursionError) as refusal:
        return Evidence(D.GAP, f"not proved: {str(refusal)[:300]}")
    kink = "step" in operators(left) | operators(right)
    verdict = D.UNDER if under else D.ALMOST if kink else D.PROVED
    method = METHOD + (f", under {under}" if under else "") + (", off the kinks" if kink else "")
    return Evidence(verdict, method, claim=_short(said[0]), certificate=certificate)


def _short(text: str) -> str:
    return text if len(text) <= 400 else text[:397] + "..."


class Prover:
    """Makes steps in one context; a line that starts with a relation goes on from the one before."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._last: Shown | None = None
        self._terms: dict[Shown, Term] = {}

    def term(self, form: Shown) -> Term:
        """The kernel term of a form, read once."""
        if form not in self._terms:
            self._terms[form] = self.context.term(form)
        return self._terms[form]

    def evidence(self, left: Shown, right: Shown, given: Sequence[tuple[str, Term]] = (), under: str = "") -> Evidence:
        """Whether left = right, with the names of `given` replaced first (conditions solved for a symbol)."""
        try:
            sides = [self.term(left), self.term(right)]
        except Meaningless as problem:
            return Evidence(D.GAP, f"not decided: {problem.what}")
        for name, value in given:
            sides = [replace(side, {name: value}) for side in sides]
        found = decide(sides[0], sides[1], under)
        written = [self.context.written_out(side) for side in sides] if found.verdict == D.GAP else sides
        return found if written == sides else decide(written[0], written[1], under)

    def claim(self, left: Shown | None, right: Shown, rule: str, *reason: str | Shown, key: str = "",
              uses: Iterable[str] = (), given: Sequence[tuple[str, Term]] = (), under: str = "") -> Step:  # fmt: skip
        """A line left = right, proved; `left` None goes on from the last line's right side."""
        before = left if left is not None else self._last
        self._last = right
        proof = (
            self.evidence(before, right, given, under)
            if before is not None
            else Evidence(D.GAP, "nothing stands before")
        )
        return Step(Line(left, right), rule, proof, reason, key, tuple(uses))

    def define(self, left: Shown, right: Shown, *reason: str | Shown, key: str = "", relation: str = "=") -> Step:
        """A line that says what its left side means."""
        self._last = right
        return Step(Line(left, right, relation), "definition", D.DEFINITION, reason, key)

    def stated(self, line: Line, rule: str, proof: Evidence, *reason: str | Shown, key: str = "",
               uses: Iterable[str] = ()) -> Step:  # fmt: skip
        """A line whose evidence comes from elsewhere: the whole net's certificate."""
        self._last = line.right
        return Step(line, rule, proof, reason, key, tuple(uses))


def prose(*parts: str | Shown) -> Prose:
    """Words with symbols among them."""
    return parts

"""What the words around a formula say: that it is a condition, that a condition restricts it, that a sentence has ended.

A formula after `if`, `when`, `at` or `suppose` assumes something and claims nothing; what the same sentence says under it
may be false in general without being a slip. Only cues that leave no doubt are used; all other formulas are claims.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symbackprop.check.deciding.finding import Finding
from symbackprop.check.deciding.restricted import ORDER, UNDER
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.slips import Slip
from symbackprop.check.reading.languages import any_of
from symbackprop.check.reading.syntax import Derivative, Node, Relation, Sym
from symbackprop.proofs.verdict import Undecided, Verdict

_WRAPPING = re.compile(r"(?:\$+`?|\\\(|\\\[|:math:`|`\$?|\$\$)\s*$")
_CONDITION = re.compile(
    rf"\b(?:(?:{any_of('if')}|suppos(?:e|ing|ons)|assum(?:e|ing)|angenommen|given that|in case)\b(?:\s+[\w'-]+,?){{0,4}}"
    rf"|(?:at|near|around|once|while|with|bei|nahe|{any_of('for')})"
    r"(?:\s+(?:all|any|every|each|some|real|large|small|the|point|case|value|alle[ns]?|jede[ns]?|tout|toute|tous|große|kleine|todo|cada)){0,2})\s*$",
    re.I,
)
_RESTRICTED = re.compile(
    rf"^[\s$`\\)\],]*(?:(?:{any_of('if')}|only|nur|assuming|near|nahe|approximately|näherungsweise|environ|in the case|in the limit|im grenzfall|à la limite)\b"
    r"|for (?:very |sufficiently )?(?:large|small|positive|negative|saturated)\b)", re.I
)  # fmt: skip
_WITH = re.compile(r"\b(?:with|mit|avec)\s*$", re.I)
_LET = re.compile(rf"\b(?:let|set|take|put|choose|consider|fix|{any_of('if', 'assume')})\b[^$]{{0,60}}$", re.I)
_STOP = re.compile(r"[.;]\s*(?:\\end\{\w+\*?\}\s*)*$")
_THEN = re.compile(r"[\s$*_]*(?:then|thus|hence|so|therefore|consequently|in (?:this|that) case|it follows)\b", re.I)
_END = re.compile(r"[.!?;](?=\s|$)|\n[ \t]*\n|\n[ \t]*[-*#]")


def is_condition(found: Found) -> bool:
    """Whether the words before an inline formula make it a condition: `if $x > 0$`, `at $z = 0$`."""
    words = _WRAPPING.sub("", found.before)
    return found.kind == "inline" and bool(_CONDITION.search(" " + _END.split(words)[-1]))


def assumes(found: Found, left: Node) -> bool:
    """Whether a relation in a formula is a condition: a derivative behind `with` is none, for nobody assumes one."""
    derived = any(isinstance(each, Derivative) or (isinstance(each, Sym) and each.primes > 0) for each in left.walk())
    return is_condition(found) and not (derived and _WITH.search(_WRAPPING.sub("", found.before)))


def is_restricted(found: Found) -> bool:
    """Whether the words after a formula restrict it without a formula of their own: `..., when the unit is saturated`."""
    return bool(_RESTRICTED.search(found.after))


Again = Callable[[tuple[Relation, ...]], Verdict]  # a formula judged once more, under conditions on its indices


@dataclass
class Sentence:
    """What one sentence of a document has said so far: its condition, and the findings with the count of slips before each."""

    under: str = ""
    said: list[tuple[Finding, int, Again]] = field(default_factory=list)
    indices: list[Relation] = field(default_factory=list)  # what it says of index letters: for l = L, if i != j
    _closed: bool = False  # its last formula ended with a full stop

    def ends_before(self, found: Found) -> bool:
        """Whether it has ended between the formula before and this one."""
        ended, self._closed = self._closed, bool(_STOP.search(found.text))
        return ended or bool(_END.search(found.before))

    def after(self, found: Found) -> Sentence:
        """The next sentence: one that begins with `then` or `hence` still speaks under the condition of the one before."""
        return Sentence(self.under) if self.under and _THEN.match(_END.split(found.before)[-1]) else Sentence()

    def suppose(self, found: Found, verdict: Verdict, condition: str, slips: list[Slip]) -> None:
        """What is left open as an assumption is one by its words: `let $x = 0$`, after which z = b is not said in general."""
        if verdict.name == "UNDECIDED" and "an assumption" in verdict.reason and _LET.search(_END.split(_WRAPPING.sub("", found.before))[-1]):
            self.restrict(condition, slips)

    def restrict(self, condition: str, slips: list[Slip], relation: Relation | None = None) -> None:
        """A condition is met: what the sentence said before it is not judged as if it stood alone, and no slip."""
        if relation is not None and relation.ops[0] in ("=", *ORDER):
            self.narrow(relation, slips)
        self.under = condition
        for finding, before, _ in self.said:
            if finding.verdict.name in ("REFUTED", "UNDEFINED"):
                finding.verdict, finding.blame = self.conditional(finding.verdict), None
                finding.diagnosis, finding.corrected, finding.follows = (), "", ""
                del slips[before:]

    def narrow(self, relation: Relation, slips: list[Slip]) -> None:
        """It says of what indices it speaks: what it said before is judged for those, where it fails for all."""
        self.indices.append(relation)
        for finding, before, again in self.said:
            verdict = self.narrowed(finding.verdict, again)
            if verdict.holds and not finding.verdict.holds:
                finding.verdict, finding.blame, finding.diagnosis, finding.corrected, finding.follows = verdict, None, (), "", ""
                del slips[before:]

    def narrowed(self, verdict: Verdict, again: Again) -> Verdict:
        """The verdict for the indices that the sentence speaks of, where the formula fails for others: all it says, or one of it."""
        if verdict.name not in ("REFUTED", "UNDEFINED") or not self.indices:
            return verdict
        for chosen in dict.fromkeys([tuple(self.indices), *((each,) for each in reversed(self.indices))]):
            found = again(chosen)
            if found.holds and UNDER in found.notes:
                return found
            if found.holds:
                return replace(found, notes=(*found.notes, "for the indices that its sentence names: it fails for others"))
        return verdict

    def conditional(self, verdict: Verdict) -> Verdict:
        """The verdict on a formula that is false in general and was not said in general."""
        why = f"under the condition `{self.under[:60]}` of its sentence" if self.under else "under a condition in words"
        return Undecided(reason=f"it fails in general ({verdict.reason}), and it is said {why}, which is not used here", notes=verdict.notes)

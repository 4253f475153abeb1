"""A letter that a page defines a second time: a claim about what it is already, the letter used anew, or what nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.finding import Defined
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.own_activations import OwnActivations
from symbackprop.check.meaning.define import Indexed, definition_of, learn
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.penalties import Penalty
from symbackprop.check.meaning.scope import Definition, Scope, lettered, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Relation, Sym
from symbackprop.proofs.verdict import Undecided, Verdict

Made = Definition | Indexed | Penalty
_ANEW = re.compile(
    r"\b(?:let|set|put|defin\w+|denot\w+|write|writing|call\w*|introduc\w+|now|where|with|consider|take|taking|abbreviat\w+|again|instead|"
    r"redefin\w+|this time|another|other|next|similarly|likewise|analogously|sei|seien|setze\w*|wobei|mit|soit|soient|posons|avec|où|sea|sean|donde)\b", re.I
)  # fmt: skip
_THEN = re.compile(
    r"\b(?:then|thus|hence|so|therefore|consequently|indeed|since|because|that is|that means|i\.e\.,?|in other words|"
    r"(?:we|one) (?:get|gets|have|has|see|sees|find|finds|obtain|obtains)|gives|yields|implies|shows|equals|follows|obtained|(?:the )?same as|equal to|identical to|nothing but|derivatives?(?: is| of| has)?|"
    r"also|und damit|daher|somit|donc|ainsi|luego|quindi)(?: that)?[\s,:]*$", re.I
)  # fmt: skip
_END = re.compile(r"[.!?;](?=\s|$)|\n[ \t]*\n")
_WRAPPING = re.compile(r"(?:\$+`?|\\\(|\\\[|\\begin\{[\w*]+\}|:math:`|`\$?)\s*$")


def key_of(made: Made) -> str:
    """A definition's name, with the number of its indices."""
    return f"{made.name}[{len(made.sub)},{len(made.sup)}]" if isinstance(made, Indexed) else made.name


def first_definition(link: Link, scope: Scope, forced: bool) -> Made | None:
    """What the formula defines; None where it claims something, as of e_j for a second time."""
    made = definition_of(link.left, link.right, scope, forced=forced) if link.op in ("=", ":=") else None
    return None if made is not None and link.op == "=" and (_known_already(made, scope) or _is_instance(link.left, scope)) else made


def _known_already(made: Made, scope: Scope) -> bool:
    """Whether the page has defined it before, for every value of its indices."""
    return isinstance(made, Indexed) and (made.name, len(made.sub), len(made.sup)) in scope.indexed


@dataclass
class Twice:
    """Where each letter got its meaning, and those that may have two."""

    section: int = 0
    _where: dict[str, tuple[int, int]] = field(default_factory=dict)  # the section and the line
    _doubtful: dict[str, tuple[Made, str]] = field(default_factory=dict)  # the other meaning, and what to say of it
    _activations: tuple[int, OwnActivations] = field(default_factory=lambda: (0, OwnActivations()))

    def activation(self, link: Link, verdict: Verdict, trial_for: Callable[[Link], Scope]) -> Verdict:
        """The verdict where the line may give the letter of activations to another one, or speak of that one."""
        if self._activations[0] != self.section:
            self._activations = self.section, OwnActivations()
        return self._activations[1].judged(link, verdict, trial_for)

    def learn(self, made: Made, scope: Scope, found: Found) -> None:
        """Put a definition into the scope, and remember where it stood."""
        self._where[key_of(made)] = self.section, found.line
        self._doubtful.pop(key_of(made), None)
        before = scope.indexed.get((made.name, len(made.sub), len(made.sup))) if isinstance(made, Indexed) else None
        learn(_apart(made, before, scope), scope)

    def second(self, made: Made, verdict: Verdict, found: Found, scope: Scope, declared: bool) -> Verdict:
        """The verdict on a statement about a letter that is defined, and is not right of it: Defined where it defines it anew."""
        words = _END.split(_WRAPPING.sub("", found.before))[-1]
        section, line = self._where.get(key_of(made), (self.section, 0))
        claims = bool(_THEN.search(words.rstrip()))
        if declared and scope.net is not None:
            return verdict
        if section != self.section or (not claims and (scope.net is None or _ANEW.search(words))):
            return Defined(reason=f"defines {made.name} anew")
        if claims and scope.net is not None and verdict.name in ("REFUTED", "UNDEFINED"):
            return verdict
        said = f"{_shown(made)} as line {line} defines it" if line else f"{_shown(made)} as it is defined"
        self._doubtful[key_of(made)] = made, said
        return Undecided(reason=f"it fails for {said} ({verdict.reason or verdict.name.lower()}): a slip, or the letter used anew, "
                                "which `let`, `define` or a new section would say", notes=verdict.notes)  # fmt: skip

    def under_either(self, link: Link, verdict: Verdict, conditions: tuple[Relation, ...], scope: Scope, trial: Scope) -> Verdict:
        """The verdict on a formula with a letter of two meanings: wrong only if it is wrong with each."""
        if verdict.holds or not self._doubtful:
            return verdict
        for key, (made, said) in self._doubtful.items():
            if not any(_is(each, made) for side in (link.left, link.right) for each in side.walk()):
                continue
            for other, put in _meanings(link, made, scope, trial):
                again = decide(other, put, conditions)
                if again.holds:
                    return replace(again, notes=(f"not with {said}, but as the page says later", *again.notes))
                if again.name not in ("REFUTED", "UNDEFINED") and verdict.name in ("REFUTED", "UNDEFINED"):
                    verdict = Undecided(reason=f"it fails for {said} ({verdict.reason}), and the page says later that {key.partition('[')[0]} is "
                                               "something else", notes=verdict.notes)  # fmt: skip
        return verdict


def _shown(made: Made) -> str:
    return f"{made.name} with indices" if isinstance(made, Indexed) else made.name


def _is(each: Node, made: Made) -> bool:
    if not isinstance(each, Sym):
        return False
    if isinstance(made, Indexed):
        return lettered(each) == made.name and bool(each.sub or each.sup)
    return spelling(replace(each, primes=0)) == made.name


def _meanings(link: Link, made: Made, scope: Scope, trial: Scope) -> Iterator[tuple[Link, Scope]]:
    """The formula with the later meaning everywhere, and with the meaning that its index letters tell."""
    before: Indexed | None = scope.indexed.get((made.name, len(made.sub), len(made.sup))) if isinstance(made, Indexed) else None
    put = trial.fresh()
    put.indexed, put.equations, put.velocities = dict(trial.indexed), trial.equations, trial.velocities
    learn(_apart(made, before, put), put)
    yield replace(link), put
    if before is not None and isinstance(made, Indexed) and before.sub != made.sub:
        yield replace(link, left=_older(link.left, before), right=_older(link.right, before)), put


def _apart(made: Made, before: Indexed | None, scope: Scope) -> Made:
    """A definition whose right side speaks of the letter's first meaning: e_j = ... e_k; that is kept under a name of its own."""
    if before is None or not isinstance(made, Indexed) or before.sub == made.sub:
        return made
    scope.indexed[before.name + " ", len(before.sub), len(before.sup)] = before
    return replace(made, body=_older(made.body, before))


def _older(node: Node, before: Indexed) -> Node:
    letters = (*before.sub, *before.sup)

    def change(each: Node) -> Node | None:
        if not isinstance(each, Sym) or lettered(each) != before.name:
            return None
        written = tuple(token.text for script in (each.sub, each.sup) if script for token in script.tokens if token.kind == "name")
        return replace(each, name=each.name + " ") if written == letters else None

    return ast.rewrite(node, change)


def defined_again(link: Link, scope: Scope) -> Made | None:
    """What a formula about a letter that the page has defined would define if it used the letter anew."""
    made = definition_of(link.left, link.right, scope, forced=True) if link.op == "=" else None
    if isinstance(made, Penalty):
        return None
    known = made is not None and (_known_already(made, scope) or _is_instance(link.left, scope) or _head(link.left) in scope.definitions)
    return made if known else None


def _is_instance(left: Node, scope: Scope) -> bool:
    """u_1, where u_j is defined for every j."""
    if not isinstance(left, Sym):
        return False
    written = lettered(left), bool(left.sub), bool(left.sup)
    return any((letter, below > 0, above > 0) == written for letter, below, above in scope.indexed)


def _head(left: Node) -> str:
    head = left.items[0] if isinstance(left, ast.Juxt) else left  # f(x) = ...
    return spelling(head) if isinstance(head, Sym) else ""

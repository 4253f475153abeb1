"""What a chapter of the book needs to write lines: definitions that count from then on, chains, evidence from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product

from symbackprop.claims.claim import decide as decide_claim
from symbackprop.derive import derivation as D
from symbackprop.derive import shown as S
from symbackprop.derive.claims import Prover, decide
from symbackprop.derive.derivation import Evidence, Step, Table
from symbackprop.derive.examples import spelt
from symbackprop.derive.instances import check, generic
from symbackprop.derive.matrices import Function, Functions, Matrix, number_of
from symbackprop.derive.meaning import Context, Fact, Meaningless, exact
from symbackprop.derive.shown import Line, Shown
from symbackprop.derive.values import Values
from symbackprop.errors import unknown_name
from symbackprop.kernel.terms import Term, symbols
from symbackprop.kernel.verify import digest, verify
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.proofs.every_size.certify import join
from symbackprop.proofs.every_size.theorems import THEOREMS
from symbackprop.proofs.verdict import Verdict

Given = Sequence[tuple[str, Term]]  # conditions solved for a symbol
Chained = tuple[Shown, str] | tuple[Shown, str, str]  # a right side, its rule, and its key where it has one

WORDS = {"PROVED": D.PROVED, "PROVED_UNDER": D.UNDER, "PROVED_AE": D.ALMOST}


class Lines(Prover):
    """Proves lines as Prover does; what `let` defines means that from then on, and one can differentiate by it.

    >>> from symbackprop.derive.shown import Partial, Symbol
    >>> line, u, v = Lines(), Symbol("u"), Symbol("v")
    >>> made = line.let(u, v**2)
    >>> line.claim(Partial(u, v), 2 * v, "power rule").evidence.verdict
    'proved'
    >>> line.claim(Partial(u, v), 3 * v, "power rule").evidence.verdict
    'gap'
    """

    def __init__(self, context: Context | None = None) -> None:
        super().__init__(context or Values())

    def let(self, left: Shown, right: Shown, *reason: str | Shown, key: str = "", relation: str = "=") -> Step:
        """A definition left = right, for a symbol; a number or a function."""
        value = self.context.evaluate(right) if isinstance(self.context, Values) else self.context.read(right)
        name = self.context.name(left)
        if isinstance(value, Function | Functions | Matrix):
            assert isinstance(self.context, Values)
            self.context.named[name] = value
        else:
            if name in self.context.facts and name not in symbols(value):
                raise Meaningless("this symbol has a meaning already", got=name)
            if name in symbols(self.context.expand(value)):
                raise Meaningless("a definition by itself", got=name)
            self.context.facts[name] = Fact(value)
        self._terms.clear()
        if isinstance(self.context, Values):
            self.context.forget()
        else:
            self.context._values.clear()
            self.context._from.clear()
        return self.define(left, right, *reason, key=key, relation=relation)

    def change(self, by: Shown, cost: Shown, parameter: Shown, right: Shown, rule: str = "descent") -> Step:
        """The update (change of parameter) <- right of a descent with rate `by`: proved to be -by d cost / d parameter.

        >>> from symbackprop.derive.shown import Symbol
        >>> line, c, w, eta = Lines(), Symbol("c"), Symbol("w"), Symbol("eta")
        >>> _ = line.let(c, w**2)
        >>> [line.change(eta, c, w, right).evidence.verdict for right in (-(2 * eta * w), 2 * eta * w)]
        ['proved', 'gap']
        """
        proof = self.evidence(-(by * S.Partial(cost, parameter)), right)
        return Step(Line(S.Change(parameter), right, "<-"), rule, proof)

    def chain(self, left: Shown, *lines: Chained, uses: Iterable[str] = (), under: str = "",
              given: Sequence[tuple[str, Term]] = ()) -> tuple[Step, ...]:  # fmt: skip
        """left = first = second ..., each line proved equal to the one before."""
        steps = []
        for at, (right, rule, *key) in enumerate(lines):
            steps.append(
                self.claim(
                    left if at == 0 else None,
                    right,
                    rule,
                    key=key[0] if key else "",
                    uses=uses,
                    under=under,
                    given=given,
                )
            )
        return tuple(steps)

    def evidence(self, left: Shown, right: Shown, given: Sequence[tuple[str, Term]] = (), under: str = "") -> Evidence:
        """Whether left = right: numbers, functions, tuples or matrices; `given` replaces symbols under a condition."""
        if not isinstance(self.context, Values):
            return super().evidence(left, right, given, under)
        try:
            one, two = self.context.sides(left, right)
        except Meaningless as problem:
            return Evidence(D.GAP, f"not decided: {problem.what}")
        for name, value in given:
            one, two = (self.context.substitute(side, {name: value}) for side in (one, two))
        return decide(one, two, under)

    def by(self, proof: Evidence, left: Shown, right: Shown, rule: str, relation: str = "=", key: str = "",
           loss: str = "half_squared", sign: int = 1, activation: str = "undefined") -> Step:  # fmt: skip
        """A line that a claim or a theorem proves; the line itself is decided too, at an instance or as numbers, where it can be."""
        if generic(left) or generic(right):
            found = check(left, right, loss, sign, activation) or proof
        elif relation == "=":
            found = _joined(proof, self.evidence(left, right))
        else:
            found = _joined(proof, self._compared(left, right, relation))
        return self.stated(Line(left, right, relation), rule, found, key=key)

    def compare(self, left: Shown, relation: str, right: Shown, rule: str, *reason: str | Shown, key: str = "") -> Step:
        """A line that two numbers stand in a relation."""
        return self.stated(Line(left, right, relation), rule, self._compared(left, right, relation), *reason, key=key)

    def over_examples(self, proof: Evidence, left: Shown, right: Shown, rule: str, key: str = "", count: int = 3,
                      letters: Sequence[str] = ("i",), inputs: int = 2, under: str = "", given: Given = ()) -> Step:  # fmt: skip
        """A line about every number of examples and inputs, proved by `proof`; written out for three examples it is decided here."""
        found = (
            proof if not under else Evidence(D.UNDER, f"{proof.method}, under {under}", proof.claim, proof.certificate)
        )
        for choice in product(range(1, inputs + 1), repeat=len(letters)):
            at = {letter: str(number) for letter, number in zip(letters, choice)}
            own = self.evidence(spelt(left, at, count), spelt(right, at, count), given, under)
            if own.verdict == D.GAP:
                found = Evidence(D.GAP, f"the line fails for {count} examples: {own.method}")
        return self.stated(Line(left, right), rule, found, key=key)

    def _compared(self, left: Shown, right: Shown, relation: str) -> Evidence:
        """Whether two numbers are in a relation, by what their difference is."""
        one, two = (number_of(self.term(each)) for each in (left, right))
        if one is None or two is None:
            return Evidence(D.GAP, "not decided: only numbers are compared")
        if not {"<": one < two, ">": one > two, "<=": one <= two, ">=": one >= two, "!=": one != two}[relation]:
            return Evidence(D.GAP, "the numbers do not stand in this relation")
        return decide(("+", self.term(left), ("*", -1, self.term(right))), exact(one - two))


def _joined(proof: Evidence, own: Evidence) -> Evidence:
    """The line's own proof, with what the claim or theorem behind it says."""
    if own.verdict == D.GAP or proof.verdict == D.GAP:
        return own if own.verdict == D.GAP else proof
    return Evidence(proof.verdict, f"{proof.method}; the line itself: {own.method}"[:1600], own.claim, own.certificate)


def update(left: Shown, right: Shown, rule: str = "update") -> Step:
    """left <- right: what a procedure does, nothing to prove."""
    return Step(Line(left, right, "<-"), rule, Evidence(D.DEFINED, "an update: what the procedure does"))


def condition(left: Shown, right: Shown, relation: str, rule: str = "condition") -> Step:
    """A condition that what follows rests on."""
    return Step(Line(left, right, relation), rule, Evidence(D.DEFINED, "a condition"))


def by_verdict(verdict: Verdict) -> Evidence:
    """A verdict as the evidence of a line."""
    if not verdict.holds:
        return Evidence(D.GAP, f"{verdict}: {verdict.reason}"[:300])
    method = "; ".join(filter(None, [verdict.engine, verdict.scope, *verdict.notes]))
    return Evidence(WORDS[verdict.name], method[:1200])


@cache
def by_claim(name: str) -> Evidence:
    """The evidence of a claim of `symbackprop claims`, decided here and now.

    >>> by_claim("xor").verdict
    'proved'
    """
    return by_verdict(decide_claim(name))


def by_draft(draft: Draft, method: str) -> Evidence:
    """The evidence of what was proved in a draft of the index calculus: it holds for every number of inputs and examples."""
    certificate = {**draft.certificate}
    certificate["sha256"] = digest(certificate)
    return Evidence(D.PROVED, method, claim=verify(certificate)[-1], certificate=certificate)


def rules_table(notation: str, *rows: tuple[Step, Step]) -> Table:
    """The table "equation / derivative / rules used": each equation, the step that derives it, and the step's rule.

    Source: M. Gordon, "Derivative of the cost function"; the rows are steps like any other, so an unproved one is a gap.
    """
    cells = tuple((S.Written(first.line, notation), S.Written(step.line, notation), step.rule) for first, step in rows)
    return Table(("equation", "derivative", "rules used"), cells, tuple(step for _, step in rows))


@cache
def by_theorem(name: str, title: str) -> Evidence:
    """The evidence of one statement of `symbackprop theorem`, with the certificate for every size.

    >>> by_theorem("backprop", "BP3, bias").verdict
    'proved'
    """
    found = THEOREMS[name]()
    statements = {each.title: each for each in found.statements}
    if title not in statements:
        raise unknown_name("statement", title, statements)
    method = f"{found.title}, {found.scope}: {statements[title].formula}"
    return Evidence(D.PROVED, method, claim=statements[title].kernel, certificate=join([found]))


Q = S.Quantity

"""Finds the proofs that the kernel's index calculus replays: rewrites by premises and keeps the cofactors.

A `Draft` is a certificate under construction. Its symbols and premises are the kernel's own (`Theory`), so that a draft
can hold nothing that the kernel would not read; what is added here is the search. Rewriting a factor S by the premise
S = E turns  c S  into  c E, because  c S = c (S - E) + c E: the cofactor c is what the certificate needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from typing import Any

from symbackprop.kernel.index_calculus import Expression, Factor, Term, Theory, add, quantified
from symbackprop.kernel.rejected import Rejected

Step = dict[str, str]
_MOST_STEPS = 20_000


def text_of(expression: Mapping[Term, Fraction]) -> str:
    """The expression as the kernel reads it; its summed indices are called q0, q1, ...

    >>> text_of({(("a", "?0"), ("w", "j", "?0")): Fraction(-2)})
    '- 2 a[q0] w[j,q0]'
    """
    parts = []
    for term, coefficient in sorted(expression.items()):
        body = [f[0] + (f"[{','.join(i.replace('?', 'q') for i in f[1:])}]" if f[1:] else "") for f in term]
        number = [] if abs(coefficient) == 1 and body else [str(abs(coefficient))]
        parts.append(" ".join(["-" if coefficient < 0 else "+", *number, *body]))
    return " ".join(parts).removeprefix("+ ") or "0"


def match(
    lead: Sequence[Factor], own: Iterable[str], term: Term, bound: Mapping[str, str] | None = None
) -> tuple[dict[str, str], Term] | None:
    """Where the factors `lead`, indices `own` open, stand in `term`: (the indices, the other factors); None if nowhere.

    >>> match([("q", "i"), ("a", "i")], ["i"], (("a", "?0"), ("q", "?0"), ("y", "?0")))
    ({'i': '?0'}, (('y', '?0'),))
    """
    found = dict(bound or {})
    if not lead:
        return found, term
    first, own = lead[0], list(own)
    for n, factor in enumerate(term):
        if factor[0] != first[0]:
            continue
        extended = dict(found)
        if all(extended.setdefault(i, j) == j if i in own else i == j for i, j in zip(first[1:], factor[1:])):
            rest = match(lead[1:], own, (*term[:n], *term[n + 1 :]), extended)
            if rest is not None:
                return rest
    return None


class Draft:
    """A certificate under construction: declare symbols, assume hypotheses, prove theorems, then take `certificate`."""

    def __init__(self, title: str, sorts: Mapping[str, str]) -> None:
        self.theory = Theory(sorts)
        self.certificate: dict[str, Any] = {
            "kind": "every-size",
            "version": 1,
            "title": title,
            "sorts": dict(sorts),
            "model": [],
            "hypotheses": [],
            "theorems": [],
        }
        self.leads: dict[str, list[Factor]] = {}  # what each premise rewrites

    def copy(self) -> Draft:
        """The same symbols and theorems, to go on from in two ways."""
        twin = copy(self)
        twin.theory = copy(self.theory)
        for name, value in vars(self.theory).items():
            setattr(twin.theory, name, copy(value))
        twin.certificate = {key: copy(value) for key, value in self.certificate.items()}
        twin.leads = dict(self.leads)
        return twin

    def declare(self, symbol: str, kind: str, words: str = "", **fields: str) -> None:
        """Add a symbol of the model, `symbol` written with its sorts: declare("w[j:J,k:K]", "variable").

        Raises Rejected where the kernel would.
        """
        entry = {"symbol": symbol, "is": kind, **fields} | ({"words": words} if words else {})
        before = set(self.theory.premises)
        self.theory.define(entry)
        self.certificate["model"].append(entry)
        for name in self.theory.premises:
            if name not in before:
                self.leads[name] = self._lead(name, entry)

    def _lead(self, premise: str, entry: Mapping[str, str]) -> list[Factor]:
        """The monomial that a model premise rewrites: the symbol or its differential; q a for a reciprocal q of a."""
        own, zero = self.theory.premises[premise]
        symbol = premise.removeprefix("d ")
        pair = {"reciprocal": symbol, "log": entry.get("slope", "").split("[")[0]}
        name = pair[entry["is"]] if entry["is"] in pair and not premise.startswith("d ") else premise
        return list(next(term for term in zero if any(f[0] == name and set(f[1:]) <= set(own) for f in term)))

    def assume(self, name: str, left: str, right: str, free: str = "", words: str = "", by: str = "") -> None:
        """Add a hypothesis left = right; it is printed with whatever rests on it.

        `by` names the symbol that `concrete` chooses so that the hypothesis holds, where that is not the first one.
        """
        notes = {"words": words, "by": by}
        entry = {"name": name, "left": left, "right": right, "for": free} | {k: v for k, v in notes.items() if v}
        self.theory.assume(entry)
        self.certificate["hypotheses"].append(entry)

    def search(self, zero: Expression, free: Mapping[str, str], premises: Iterable[str]) -> list[Step]:
        """Rewrite `zero` by the premises, in their order, until none fits; the steps. What is left stays in `zero`."""
        steps: list[Step] = []
        for name in premises:
            own, _ = self.theory.premises[name]
            while True:
                hits = ((term, match(self.leads[name], own, term)) for term in zero)
                term, hit = next(((t, h) for t, h in hits if h), (None, None))
                if term is None or hit is None:
                    break
                indices, rest = hit
                lead = next(c for t, c in self.theory.premises[name][1].items() if list(t) == self.leads[name])
                step = {
                    "premise": name,
                    "at": ",".join(indices[i].replace("?", "q") for i in own),
                    "times": text_of({rest: zero[term] / lead}),
                }
                add(zero, self.theory.combination([step], free, set()), -1)
                steps.append(step)
                if len(steps) > _MOST_STEPS:
                    raise Rejected("the search for a proof does not end")
        return steps

    def theorem(
        self,
        name: str,
        left: str,
        right: str,
        *,
        free: str = "",
        source: str | None = None,
        steps: Sequence[Step] = (),
        by: Iterable[str] = (),
        lead: bool = False,
    ) -> str:
        """Prove left = right and add it; returns the kernel's sentence.

        Args:
            source: the total differential that a reading (left a derivative) is taken from.
            steps: cofactors known beforehand; what they leave over is searched for.
            by: the premises to rewrite by, in order.
            lead: later searches may rewrite the left side, one factor, by this theorem.

        Raises Rejected, with the difference of the two sides, when no proof is found.
        """
        indices = quantified(free)
        zero = self.theory.expression(left, indices)
        if source is not None:
            symbol = next(iter(zero))[0][0]
            zero = self.theory.coefficient(source, *self.theory.derivatives[symbol], indices)
        add(zero, self.theory.expression(right, indices), -1)
        add(zero, self.theory.combination(steps, indices, set()), -1)
        entry: dict[str, Any] = {"name": name, "for": free, "left": left, "right": right}
        entry |= {"from": source} if source is not None else {}
        entry["proof"] = [*steps, *self.search(zero, indices, by)]
        sentence = self.theory.prove(entry)
        self.certificate["theorems"].append(entry)
        if lead:
            self.leads[name] = list(next(iter(self.theory.expression(left, indices))))
        return sentence

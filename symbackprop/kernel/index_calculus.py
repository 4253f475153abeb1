"""Replays proofs that hold for every width: sums over index sets of unknown size, compared in a canonical form.

A term is a rational number times factors such as w[j,k]; an index of a term that the statement does not quantify is
summed over its whole sort, a finite set of any size: under "for every j", "w[j,k] a[k]" is a matrix times a vector.
A certificate declares symbols (RULES says what is known of each kind), hypotheses, and theorems. A theorem is accepted
when  left - right  is term by term a sum of (cofactor x premise). A reading turns  dC = sum_jk X[j,k] dw[j,k] + ...
into  dC/dw[j,k] = X[j,k], which is sound because the differentials of variables are free.

>>> replay({"sorts": {"K": "inputs"}, "model": [{"symbol": "w[k:K]", "is": "variable"}, {"symbol": "x[k:K]", "is":
...     "constant"}, {"symbol": "z", "is": "definition", "as": "w[k] x[k]"}], "theorems": [{"name": "dz", "left": "d z",
...     "right": "x[k] d w[k]", "proof": [{"premise": "d z", "times": "1"}]}]})[-1]
'dz: d z = sum_k d w[k] x[k]'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod
from typing import Any

from symbackprop.kernel.rejected import Rejected, require, well_formed

Factor = tuple[str, ...]  # the symbol, then its indices: ("w", "j", "k"); its differential is ("d w", "j", "k")
Term = tuple[Factor, ...]
Expression = dict[Term, Fraction]  # in canonical terms, whose summed indices are called ?0, ?1, ...
Free = Mapping[str, str]  # the indices that a statement quantifies, each with its sort

ARRANGEMENTS = 5040  # the most renamings tried for one term
NAME = r"[A-Za-z][A-Za-z0-9_]*"
TOKEN = re.compile(rf"\s*(?:([0-9]+(?:/[1-9][0-9]*)?)(?![\w/])|((?:d )?#?{NAME})(?:\[([^\]\[]*)\])?|([+-]))")

# What each kind of symbol s is and what is known of it, x its argument and p its slope: (premise, left, right).
RULES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "variable": ("any number, free to vary", []),
    "constant": ("any number, held fixed", []),  # the reader drops its differential
    "quantity": ("a number", []),
    "edges": ("any number, held fixed; 0 unless the second index comes before the first in the one order of its set", []),
    "definition": ("= {x}", []),  # the definition and its differential are computed in `define`
    "function": ("any differentiable function of {x}, its derivative {p}", [("d {n}", "d {s}", "{p} d {x}")]),
    "exp": ("= exp({x})", [("d {n}", "d {s}", "{s} d {x}")]),
    "reciprocal": ("= 1/{x}, assuming that {x} is not 0", [("{n}", "{s} {x}", "1"), ("d {n}", "d {s}", "- {s} {s} d {x}")]),
    "log": ("= log {x}, assuming that {x} > 0; {p} = 1/{x}", [("{n}", "{p} {x}", "1"), ("d {n}", "d {s}", "{p} d {x}")]),
    "derivative": ("the partial derivative of {x}", []),
}


FIELDS = {"definition": "as output slope", "function": "of slope", "exp": "of", "reciprocal": "of", "log": "of slope"}
FIELDS |= {"derivative": "of by"}


def canonical(term: Iterable[Factor], free: Iterable[str]) -> Term:
    """The term with its summed indices renamed so that two terms come out alike exactly when a renaming joins them.

    >>> canonical([("a", "n"), ("w", "j", "n")], "j") == canonical([("w", "j", "k"), ("a", "k")], "j")
    True
    """
    factors, fixed = list(term), set(free)
    colour = {index: "?" for factor in factors for index in factor[1:] if index not in fixed}
    for _ in colour:  # an index is told from another by the company it keeps
        seen = {
            i: sorted((f[0], *("=" if k == i else colour.get(k, k) for k in f[1:])) for f in factors if i in f[1:])
            for i in colour
        }
        ranks = sorted(seen.values())
        colour = {i: f"?{ranks.index(seen[i]):06d}" for i in colour}
    groups = [sorted(i for i in colour if colour[i] == one) for one in sorted(set(colour.values()))]
    few = prod(factorial(len(group)) for group in groups) <= ARRANGEMENTS
    require(few, "a term has too many indices that look alike")
    candidates = []
    for arrangement in product(*(permutations(group) for group in groups)):
        names = {i: f"?{n}" for n, i in enumerate(i for group in arrangement for i in group)}
        candidates.append(tuple(sorted((f[0], *(names.get(i, i) for i in f[1:])) for f in factors)))
    return min(candidates)


def add(into: Expression, other: Mapping[Term, Fraction], times: int = 1) -> Expression:
    """into + times * other, in place; terms that cancel leave."""
    for term, coefficient in other.items():
        into[term] = into.get(term, Fraction(0)) + times * coefficient
        if not into[term]:
            del into[term]
    return into


def quantified(text: str) -> dict[str, str]:
    """{"j": "J", "k": "K"} for "j:J,k:K"."""
    pairs = [part.strip().split(":") for part in text.split(",")] if text else []
    names = {pair[0] for pair in pairs if len(pair) == 2 and re.fullmatch(NAME, pair[0])}
    require(len(names) == len(pairs), f"not a list of different indices, each with its sort: {text!r:.80}")
    return dict(pairs)


def signature(text: str) -> tuple[str, dict[str, str], str]:
    """("w", {"j": "J", "k": "K"}, "w[j,k]") for "w[j:J,k:K]"."""
    match = re.fullmatch(rf"({NAME})(?:\[(.*)\])?", text)
    if not match or match[1] == "d":
        raise Rejected(f"not a symbol with its indices: {text!r:.80}")
    free = quantified(match[2] or "")
    return match[1], free, match[1] + (f"[{','.join(free)}]" if free else "")


class Theory:
    """The symbols of a certificate, what is known of them, and what has been proved."""

    def __init__(self, sorts: Mapping[str, str]) -> None:
        require(all(map(re.compile(NAME).fullmatch, sorts)), f"not the names of index sets: {list(sorts)!r:.80}")
        self.symbols: dict[str, tuple[str, ...]] = {"#" + sort: () for sort in sorts}  # its sorts; #K is the size of K
        self.kind = dict.fromkeys(self.symbols, "constant")
        self.premises: dict[str, tuple[dict[str, str], Expression]] = {}  # name: (its free indices, what is zero)
        self.uses: dict[str, frozenset[str]] = {}  # the premises of the model behind each premise and theorem
        self.derivatives: dict[str, tuple[str, str]] = {}  # (of what, by what)
        self.assumed: set[str] = set()  # the names of the hypotheses

    def over(self, free: dict[str, str]) -> dict[str, str]:
        """The indices, where each has a sort of the certificate."""
        require({"#" + sort for sort in free.values()} <= self.symbols.keys(), f"an unknown sort: {free!r:.80}")
        return free

    def sorts_of(self, factors: Iterable[Factor], free: Free) -> dict[str, str]:
        """The sort of each index; refuses an unknown symbol, a wrong number of indices, one index in two sorts."""
        found = dict(free)
        for name, *indices in factors:
            sorts = self.symbols.get(name.removeprefix("d "))
            if sorts is None or len(sorts) != len(indices) or any(found.setdefault(i, s) != s for i, s in zip(indices, sorts)):
                raise Rejected(f"{name}[{','.join(indices)}]: unknown, wrongly indexed, or an index of another sort")
        return found

    def read(self, text: str, free: Free) -> list[tuple[Fraction, list[Factor]]]:
        """The terms of "2 w[j,k] a[k] - b[j]" as written, without those that hold the differential of a constant."""
        terms: list[tuple[Fraction, list[Factor]]] = []
        position, sign, pending = 0, 1, True  # pending: a term must follow
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if not match:
                raise Rejected(f"cannot read {text[position : position + 40]!r}")
            position, (number, name, indices, operator) = match.end(), match.groups()
            if operator:
                sign, pending = (sign if pending else 1) * (-1 if operator == "-" else 1), True
                continue
            if pending:
                terms, sign, pending = [*terms, (Fraction(sign), [])], 1, False
            if number:
                terms[-1] = (terms[-1][0] * Fraction(number), terms[-1][1])
            else:
                terms[-1][1].append((name, *(i.strip() for i in indices.split(","))) if indices else (name,))
        whole = not pending and all(re.fullmatch(NAME, i) for _, term in terms for f in term for i in f[1:])
        require(whole, f"a term or an index is missing in {text!r:.80}")
        for _, term in terms:
            self.sorts_of(term, free)
        return [(c, t) for c, t in terms if not any(self.kind.get(f[0][2:]) in FIXED for f in t if " " in f[0])]

    def expression(self, text: str, free: Free) -> Expression:
        """The canonical form of a text."""
        result: Expression = {}
        for coefficient, term in self.read(text, free):
            add(result, {canonical(term, free): coefficient})
        return result

    def premise(self, name: str, free: Free, zero: Expression, uses: Iterable[str]) -> None:
        """What is zero for all values of its free indices, under a name that nothing else has."""
        new = name not in self.premises and re.fullmatch(r"[\w ,.'=+*/()-]{1,80}", name, re.ASCII)
        require(new, f"two premises are called {name!r:.80}, or that is not a plain name")
        self.premises[name], self.uses[name] = (dict(free), zero), frozenset(uses)

    def equation(self, name: str, free: Free, left: str, right: Expression) -> None:
        """The premise left = right of the model."""
        self.premise(name, free, add(self.expression(left, free), right, -1), [name])

    def declare(self, entry: Mapping[str, Any]) -> None:
        """Add a symbol (with its slope, or its output and that one's slope) under a name that nothing else has."""
        for field in ("symbol", "output", "slope"):
            if field in entry:
                name, free, _ = signature(entry[field])
                require(name not in self.symbols, f"{entry[field]!r:.80}: declared twice")
                self.over(free)
                self.symbols[name] = tuple(free.values())
                self.kind[name] = {"symbol": entry["is"], "output": "function", "slope": "quantity"}[field]

    def guard(self, entry: Mapping[str, Any], own: set[str], free: Free) -> str:
        """A definition that names itself does so along edges, all forward or all backward: then it is a recursion."""
        ways = set()
        for _, term in self.read(entry["as"], free):
            for factor in (f for f in term if f[0] in own):
                here, there = next(iter(free)), factor[1]
                forward, backward = ({f[0] for f in term if f[1:] == pair} for pair in [(here, there), (there, here)])
                ways.add(("edges" in map(self.kind.get, forward), "edges" in map(self.kind.get, backward)))
        acyclic = all(w[0] for w in ways) or all(w[1] for w in ways)
        require(acyclic, f"{entry['symbol']} is defined by itself, not along the edges of a graph without cycles")
        return ", by recursion along the edges" if ways else ""

    def define(self, entry: Mapping[str, Any]) -> str:
        """Turn what an entry says into premises; returns it as a sentence. Symbols named must have been declared."""
        (name, free, shown), note, x = signature(entry["symbol"]), "", entry.get("of", "")
        self.declare(entry)
        saying, rules = RULES[entry["is"]]
        known = {"symbol", "is", "words", *FIELDS.get(entry["is"], "").split()}
        require(set(entry) <= known, f"{shown}: this kind of symbol has {', '.join(sorted(known))} and nothing else")
        if entry["is"] == "definition":
            own = [signature(entry[field]) for field in ("symbol", "output", "slope") if field in entry]
            moving = any(" " in factor[0] for _, term in self.read(entry["as"], free) for factor in term)
            fits = not moving and all(each[1] == free for each in own)
            require(fits, f"{shown}: a definition holds no differential, and its output has its indices")
            note = self.guard(entry, {each[0] for each in own}, free)
            value, change = self.expression(entry["as"], free), Expression()
            for term, coefficient in value.items():  # the sum and the product rule
                for n, factor in enumerate(term):
                    if self.kind[factor[0]] not in FIXED:
                        changed = (*term[:n], ("d " + factor[0], *factor[1:]), *term[n + 1 :])
                        add(change, {canonical(changed, free): coefficient})
            self.equation(name, free, shown, value)
            self.equation("d " + name, free, "d " + shown, change)
            x = self.show(value, free)
            if "output" in entry:
                rule = {"symbol": entry["output"], "is": "function", "of": shown, "slope": entry["slope"]}
                note += f"; {own[1][2]}: " + self.known(rule)
        elif entry["is"] == "derivative":
            of, by = entry["of"], entry["by"]
            fits = self.symbols.get(of) == () and self.symbols.get(by) == tuple(free.values()) and by != name
            require(fits, f"{shown}: not the derivative of one number by each entry of a family")
            self.derivatives[name], x = (of, by), f"{of} by {by}[{','.join(free)}]"
        elif rules:
            return f"{shown}: " + self.known(entry)
        return f"{shown}: {saying.format(x=x)}{note}"

    def known(self, entry: Mapping[str, Any]) -> str:
        """The premises of a function of one family of numbers, by the rule of its kind."""
        (name, free, shown), x = signature(entry["symbol"]), entry["of"].strip()
        saying, rules = RULES[entry["is"]]
        slope, over, p = signature(entry["slope"]) if "{p}" in saying else ("", free, "")
        [(coefficient, [factor])] = self.read(x, free)
        ranges = self.sorts_of([factor], free)
        coupled = [i for i in ranges if i not in free]  # C depends on all a[j]
        plain = coefficient == 1 and " " not in factor[0] and factor[0] not in (name, slope)
        require(plain and len(set(factor)) == len(factor), f"{shown}: not a function of one family of numbers")
        fits = ranges == over and (entry["is"] == "function" or set(free) == set(factor[1:]))
        require(fits, f"{shown}: its indices, its argument's and its slope's do not fit")
        words = {"n": name, "s": shown, "x": x, "p": p}
        for premise, left, right in rules:
            value = self.expression(right.format(**words), free)
            self.equation(premise.format(**words), free, left.format(**words), value)
        return saying.format(**words) + (f" (for all {', '.join(coupled)} together)" if coupled else "")

    def assume(self, given: Mapping[str, Any]) -> str:
        """Take a hypothesis as a premise; every theorem that uses it says so."""
        name, free = given["name"], self.over(quantified(given.get("for", "")))
        right = self.expression(given["right"], free)
        self.equation(name, free, given["left"], right)
        self.assumed.add(name)
        if any(" " in f[0] for term in self.premises[name][1] for f in term):
            self.uses[name] |= {"an assumed differential"}
        return f"assuming {name}: {given['left']} = {self.show(right, free)}"

    def combination(self, proof: Iterable[Mapping[str, str]], free: Free, used: set[str]) -> Expression:
        """The sum of (cofactor x premise) over the steps; every index that is not free is summed."""
        result: Expression = {}
        for step in proof:
            own, zero = self.premises[step["premise"]]
            at = [part.strip() for part in step["at"].split(",")] if step.get("at") else []
            fits = len(at) == len(own) and all(re.fullmatch(NAME, index) for index in at)
            require(fits, f"premise {step['premise']} is used at {at}; it speaks about {list(own)}")
            used |= self.uses[step["premise"]]
            rename = dict(zip(own, at))
            for outer, times in self.read(step["times"], free):
                for term, inner in zero.items():
                    factors = times + [(f[0], *(rename.get(i, i) for i in f[1:])) for f in term]
                    sorts = self.sorts_of(factors, free)
                    fits = all(sorts.get(index, sort) == sort for index, sort in zip(at, own.values()))
                    require(fits, f"premise {step['premise']} at {at}: an index of another sort")
                    absent = {i: s for i, s in zip(at, own.values()) if i not in sorts}  # summed though it is not there
                    factors += [("#" + sort,) for sort in absent.values()]
                    add(result, {canonical(factors, free): outer * inner})
        return result

    def coefficient(self, theorem: str, of: str, by: str, free: Free) -> Expression:
        """What stands before d by[...] in a proved  d of = ...  whose other differentials are those of variables."""
        own, zero = self.premises[theorem]
        right = add(add(Expression(), zero, -1), {(("d " + of,),): Fraction(1)})  # zero says: d of = right
        free_to_vary = self.kind[by] in ("variable", "definition", "function") and "d " + by not in self.uses[theorem]
        once = not any(factor[0] == "d " + of for term in right for factor in term)
        total = not own and once and free_to_vary and "an assumed differential" not in self.uses[theorem]
        require(total, f"{theorem!r:.80} is not the total differential of {of} with {by} free to vary")
        result: Expression = {}
        for term, number in right.items():
            moving = [f for f in term if " " in f[0]]
            if len(moving) != 1 or (moving[0][0] != "d " + by and self.kind[moving[0][0][2:]] != "variable"):
                raise Rejected(f"{theorem!r:.80} is not linear in the differentials of variables")
            if moving[0][0] == "d " + by:
                rename = dict(zip(moving[0][1:], free))
                require(len(rename) == len(free), f"d {by} stands on a diagonal in {theorem!r:.80}")
                others = [(f[0], *(rename.get(i, i) for i in f[1:])) for f in term if f is not moving[0]]
                add(result, {canonical(others, free): number})
        return result

    def prove(self, theorem: Mapping[str, Any]) -> str:
        """Accept one theorem or raise Rejected; returns it as a sentence."""
        name, free, used = theorem["name"], self.over(quantified(theorem.get("for", ""))), set[str]()
        require("=" not in name, f"not a plain name for a theorem: {name!r:.80}")
        right = self.expression(theorem["right"], free)
        left = self.expression(theorem["left"], free)
        zero = dict(left)
        if "from" in theorem:  # a reading: the left side is a derivative, known by a coefficient of a theorem
            [(coefficient, [(symbol, *indices)])] = self.read(theorem["left"], free)
            one = coefficient == 1 and indices == list(free)
            require(one, f"{name}: a reading names one derivative with the quantified indices in order")
            zero = self.coefficient(theorem["from"], *self.derivatives[symbol], free)
            used |= self.uses[theorem["from"]]
        add(add(zero, right, -1), self.combination(theorem.get("proof", []), free, used), -1)
        require(not zero, f"{name}: the two sides differ by {self.show(zero, free)}")
        self.premise(name, free, add(dict(left), right, -1), used)
        every = "for every " + ", ".join(f"{i} in {s}" for i, s in free.items()) + ": " if free else ""
        under = ", assuming " + ", ".join(sorted(used & self.assumed)) if used & self.assumed else ""
        return f"{name}: {every}{self.show(left, free)} = {self.show(right, free)}{under}"

    def show(self, expression: Expression, free: Free) -> str:
        """An expression with its sums written out."""
        parts = []
        for term, coefficient in sorted(expression.items()):
            names: dict[str, str] = dict(zip(free, free))
            for index, sort in self.sorts_of(term, free).items():
                letters = [sort.lower() + tail for tail in ["", *map(str, range(2, len(free) + 2 * len(term) + 9))]]
                names.setdefault(index, next(letter for letter in letters if letter not in names.values()))
            body = [f[0] + (f"[{','.join(names[i] for i in f[1:])}]" if f[1:] else "") for f in term]
            number = [] if abs(coefficient) == 1 and body else [str(abs(coefficient))]
            sums = ["sum_" + letter for index, letter in names.items() if index not in free]
            parts.append(" ".join(["-" if coefficient < 0 else "+", *sums, *number, *body]))
        return " ".join(parts).removeprefix("+ ") or "0"


FIXED = ("constant", "edges")


def replay(certificate: Mapping[str, Any]) -> list[str]:
    """The sentences of what was accepted: the index sets, the model, the hypotheses, the theorems; or Rejected."""
    with well_formed("the certificate for every size"):
        if "parts" in certificate:
            parts = enumerate(map(replay, certificate["parts"]), start=1)
            return [line for n, said in parts for line in (f"part {n}, its symbols its own", *said)]
        theory = Theory(certificate["sorts"])
        plain = all(re.fullmatch(r"[\w ,.+^-]{0,80}", words, re.ASCII) for words in certificate["sorts"].values())
        require(plain, "the words for an index set are not plain words")
        said = [f"{sort}: any finite set ({words!r})" for sort, words in certificate["sorts"].items()]
        said += [theory.define(entry) for entry in certificate["model"]]
        said += [theory.assume(given) for given in certificate.get("hypotheses", [])]
        return said + [theory.prove(theorem) for theorem in certificate["theorems"]]

"""Evaluates a certificate at random widths with exact numbers: a second witness that shares no rule with the kernel.

Widths are drawn, each symbol gets exact rational values, functions are jets (a random value and a random slope at each
point), edges a random graph. Differentials are tangents carried forward entry by entry, and a partial derivative dC/dz[j]
is the tangent of C when z[j] alone moves, so nothing here reads a premise, a cofactor or a canonical form.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

Instance = tuple[str, tuple[int, ...]]  # a symbol at numbers: ("w", (0, 2))
_FACTOR = re.compile(r"(d )?(#?\w+)(?:\[([^\]]*)\])?")
_TERM = re.compile(r"((?:[+-]\s*)*)([^+\-\s][^+-]*)")


@dataclass(frozen=True)
class Spec:
    """One symbol of a model: its indices and sorts, and where its values come from."""

    indices: tuple[str, ...]
    sorts: tuple[str, ...]
    kind: str
    entry: Mapping[str, Any]


@dataclass
class Difference:
    """A statement that failed at a point: where, and both exact values."""

    name: str
    widths: dict[str, int]
    at: dict[str, int]
    left: Fraction
    right: Fraction

    def __str__(self) -> str:
        at = ", ".join(f"{i} = {n + 1}" for i, n in self.at.items())
        sizes = ", ".join(f"|{s}| = {n}" for s, n in self.widths.items())
        return f"{self.name} fails at {sizes}" + (f", {at}" if at else "") + f": {self.left} is not {self.right}"


def _split(symbol: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    name, _, inside = symbol.rstrip("]").partition("[")
    pairs = [part.split(":") for part in inside.split(",")] if inside else []
    return name, tuple(p[0].strip() for p in pairs), tuple(p[1].strip() for p in pairs)


def terms(text: str) -> list[tuple[Fraction, list[tuple[bool, str, tuple[str, ...]]]]]:
    """(number, [(is a differential, symbol, indices)...]) of each term of a certificate's text.

    >>> terms("2 w[j,k] d a[k] - b[j]")[0]
    (Fraction(2, 1), [(False, 'w', ('j', 'k')), (True, 'a', ('k',))])
    """
    found = []
    for sign, body in _TERM.findall(text):
        number, factors = Fraction((-1) ** sign.count("-")), []
        for token in re.findall(r"\d+(?:/\d+)?(?=\s|$)|(?:d )?#?[A-Za-z]\w*(?:\[[^\]]*\])?", body):
            if token[0].isdigit():
                number *= Fraction(token)
                continue
            match = _FACTOR.fullmatch(token)
            assert match is not None
            indices = tuple(i.strip() for i in match[3].split(",")) if match[3] else ()
            factors.append((bool(match[1]), match[2], indices))
        found.append((number, factors))
    return found


@dataclass
class Point:
    """A model of a certificate at given widths, with random exact values drawn as they are needed."""

    certificate: Mapping[str, Any]
    widths: dict[str, int]
    rng: random.Random
    fixed: dict[Instance, Fraction] = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)
    jets: dict[tuple[str, Fraction], Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.certificate["model"]:
            for part in ("symbol", "output", "slope"):
                if part in entry:
                    name, indices, sorts = _split(entry[part])
                    kind = {"symbol": entry["is"], "output": "function", "slope": "slope"}[part]
                    self.specs[name] = Spec(indices, sorts, kind, entry)
        for given in self.certificate.get("hypotheses", []):
            self._satisfy(given)

    # -- values -------------------------------------------------------------------------------------------------------
    def value(self, name: str, at: tuple[int, ...]) -> Fraction:
        """The value of a symbol at numbers; drawn or computed once."""
        key = (name, at)
        if key not in self.fixed:
            self.fixed[key] = self._compute(name, at)
        return self.fixed[key]

    def _compute(self, name: str, at: tuple[int, ...]) -> Fraction:
        if name.startswith("#"):
            return Fraction(self.widths.get(name[1:], max(self.widths.values())))
        spec = self.specs[name]
        entry, here = spec.entry, dict(zip(spec.indices, at))
        if spec.kind == "edges":
            return Fraction(self.rng.randrange(2) if at[1] < at[0] else 0)
        if spec.kind == "definition":
            return self.evaluate(entry["as"], here)
        if spec.kind == "derivative":
            return self.tangent(
                entry["of"], (), lambda other, where: Fraction((other, where) == (entry["by"], at)), entry["by"]
            )
        if spec.kind == "reciprocal" or (spec.kind == "slope" and entry["is"] == "log"):
            own = dict(zip(_split(entry["symbol"])[1], at))
            return 1 / self.evaluate(entry["of"], own)
        if "of" in entry or spec.kind in ("function", "slope"):
            argument = self._argument(spec, here)
            if argument is not None:  # one sigma for all units: equal arguments give equal values
                drawn = abs(self._draw()) if spec.kind == "exp" else self._draw()
                return self.jets.setdefault((spec.kind, argument), drawn)
        return self._draw()

    def _draw(self) -> Fraction:
        return Fraction(self.rng.choice([n for n in range(-9, 10) if n]))  # never 0: a 0 would hide a wrong factor

    def _argument(self, spec: Spec, here: dict[str, int]) -> Fraction | None:
        """The one number that a function is taken at; None for a function of a whole family, such as a cost."""
        entry = spec.entry
        text = entry.get("of", "")
        if entry["is"] == "definition":
            name, indices, _ = _split(entry["symbol"])
            text = f"{name}[{','.join(indices)}]"
        coupled = set(terms(text)[0][1][0][2]) - set(_split(entry["symbol"])[1])
        return None if coupled else self.evaluate(text, here)

    # -- differentials ------------------------------------------------------------------------------------------------
    def tangent(
        self,
        name: str,
        at: tuple[int, ...],
        seed: Callable[[str, tuple[int, ...]], Fraction],
        cut: str = "",
        memo: Any = None,
    ) -> Fraction:
        """How fast a symbol moves when variables move as `seed` says; `cut` is taken as a variable too."""
        memo = {} if memo is None else memo
        if (name, at) in memo:
            return Fraction(memo[name, at])
        spec = self.specs.get(name)
        if spec is None or spec.kind in ("constant", "edges"):
            result = Fraction(0)
        elif name == cut or spec.kind in ("variable", "quantity", "slope", "derivative"):
            result = seed(name, at)
        elif spec.kind == "definition":
            result = self._product_rule(spec.entry["as"], dict(zip(spec.indices, at)), seed, cut, memo)
        else:
            result = self._through(name, spec, at, seed, cut, memo)
        memo[name, at] = result
        return result

    def _product_rule(self, text: str, here: dict[str, int], seed: Any, cut: str, memo: Any) -> Fraction:
        total = Fraction(0)
        for number, factors, assignment in self._instances(text, here):
            for n, (_, name, indices) in enumerate(factors):
                others = factors[:n] + factors[n + 1 :]
                weight = number
                for _, other, where in sorted(
                    others, key=lambda f: self.specs[f[1]].kind != "edges" if f[1] in self.specs else 1
                ):
                    if weight:
                        weight *= self.value(other, tuple(assignment[i] for i in where))
                if weight:
                    total += weight * self.tangent(name, tuple(assignment[i] for i in indices), seed, cut, memo)
        return total

    def _through(self, name: str, spec: Spec, at: tuple[int, ...], seed: Any, cut: str, memo: Any) -> Fraction:
        """A function of one family of numbers: the slope by each times how fast that one moves."""
        entry = spec.entry
        is_output = entry["is"] == "definition"  # z with its output a = f(z)
        argument = (entry["symbol"].split("[")[0], spec.indices) if is_output else terms(entry["of"])[0][1][0][1:]
        total, here = Fraction(0), dict(zip(spec.indices, at))
        open_indices = [i for i in argument[1] if i not in here]
        if argument[0] not in self.specs:
            return total  # the size of an index set does not move
        sorts = dict(zip(argument[1], self.specs[argument[0]].sorts))
        for numbers in product(*(range(self.widths[sorts[i]]) for i in open_indices)):
            full = here | dict(zip(open_indices, numbers))
            where = tuple(full[i] for i in argument[1])
            if entry["is"] == "exp":
                slope = self.value(name, at)
            elif entry["is"] == "reciprocal":
                slope = -(self.value(name, at) ** 2)
            else:
                slope_name, over, _ = _split(entry["slope"])
                slope = self.value(slope_name, tuple(full[i] for i in over))
            total += slope * self.tangent(argument[0], where, seed, cut, memo)
        return total

    # -- expressions --------------------------------------------------------------------------------------------------
    def _instances(self, text: str, here: Mapping[str, int]) -> Iterator[Any]:
        for number, factors in terms(text):
            sorts = {
                i: s
                for _, name, indices in factors
                if indices
                for i, s in zip(indices, self.specs[name].sorts)
                if i not in here
            }
            for numbers in product(*(range(self.widths[s]) for s in sorts.values())):
                yield number, factors, dict(here) | dict(zip(sorts, numbers))

    def evaluate(self, text: str, here: Mapping[str, int], seed: Any = None, memo: Any = None) -> Fraction:
        """A text at numbers for its free indices; with differentials along `seed`."""
        total = Fraction(0)
        for number, factors, assignment in self._instances(text, here):
            for moving, name, indices in sorted(factors, key=lambda f: self._is_edge(f[1])):
                if not number:
                    break  # an absent edge: what stands behind it may not be defined yet
                where = tuple(assignment[i] for i in indices)
                number *= self.tangent(name, where, seed, "", memo) if moving else self.value(name, where)
            total += number
        return total

    def _is_edge(self, name: str) -> int:
        return 0 if name in self.specs and self.specs[name].kind == "edges" else 1

    def _satisfy(self, given: Mapping[str, Any]) -> None:
        """Choose one value ("by" names its symbol) so that a hypothesis on numbers, linear in it, holds.

        A hypothesis on differentials is met in `check`.
        """
        if "d " in given["left"]:
            return
        _, factors = terms(given["left"])[0]
        name = given.get("by", factors[0][1])
        indices, sorts = _split(f"x[{given['for']}]")[1:] if given.get("for") else ((), ())
        at = next((where for _, symbol, where in factors if symbol == name), ())
        for numbers in product(*(range(self.widths[s]) for s in sorts)):
            here = dict(zip(indices, numbers))
            last = tuple(here.get(i, self.widths[s] - 1) for i, s in zip(at, self.specs[name].sorts))
            self.evaluate(given["left"], here)  # draws what stands there
            gaps = []
            for trial in (Fraction(0), Fraction(1)):
                self.fixed = {key: value for key, value in self.fixed.items() if self._drawn(key[0])} | {
                    (name, last): trial
                }
                gaps.append(self.evaluate(given["left"], here) - self.evaluate(given["right"], here))
            self.fixed = {key: value for key, value in self.fixed.items() if self._drawn(key[0])}
            self.fixed[name, last] = -gaps[0] / (gaps[1] - gaps[0])

    def _drawn(self, name: str) -> bool:
        """Whether the value was drawn rather than computed from others."""
        return name in self.specs and self.specs[name].kind in ("variable", "constant", "quantity", "edges", "exp")

    def check(self, statement: Mapping[str, Any]) -> tuple[int, Difference | None]:
        """(how many instances were evaluated, the first where left and right differ)."""
        directions: dict[Instance, Fraction] = {}
        assumed = {
            g["left"][2:]: g["right"] for g in self.certificate.get("hypotheses", []) if g["left"].startswith("d ")
        }

        def seed(name: str, at: tuple[int, ...]) -> Fraction:
            if name in assumed:
                return self.evaluate(assumed[name], {}, seed, memo)
            return directions.setdefault((name, at), Fraction(self.rng.randrange(1, 50)))

        memo: dict[Instance, Fraction] = {}
        indices, sorts = _split(f"x[{statement['for']}]")[1:] if statement.get("for") else ((), ())
        count = 0
        for numbers in product(*(range(self.widths[s]) for s in sorts)):
            here = dict(zip(indices, numbers))
            left = self.evaluate(statement["left"], here, seed, memo)
            right = self.evaluate(statement["right"], here, seed, memo)
            count += 1
            if left != right:
                return count, Difference(statement.get("name", "the claim"), self.widths, here, left, right)
        return count, None


def recheck(
    certificate: Mapping[str, Any],
    statements: list[Mapping[str, Any]] | None = None,
    *,
    trials: int = 3,
    largest: int = 3,
    seed: int = 0,
    equal_widths: bool = False,
) -> tuple[int, Difference | None]:
    """Evaluate the theorems (or `statements`) at random widths from 1 to `largest`; (instances, first difference).

    The last trial has widths of at least 2 throughout, where a transposed or misplaced index shows.
    """
    rng = random.Random(seed)
    total = 0
    for trial in range(trials):
        lowest = 1 if trial < trials - 1 else min(2, largest)
        widths = {sort: rng.randint(lowest, largest) for sort in certificate["sorts"]}
        if equal_widths:
            widths = dict.fromkeys(widths, largest)
        point = Point(certificate, widths, rng)
        for statement in certificate["theorems"] if statements is None else statements:
            count, difference = point.check(statement)
            total += count
            if difference is not None:
                return total, difference
    return total, None

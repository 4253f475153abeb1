"""The lines of one net's derivation: deltas and partial derivatives, each with its proof.

Small nets are written out neuron by neuron. Each line is decided by the kernel on its own; the deltas and partial derivatives
stand besides in the certificate of the whole net (symbackprop/proofs), which the evidence names.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from symbackprop.derive import curried, forms
from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Step
from symbackprop.derive.lemmas import is_rectifier
from symbackprop.derive.meaning import named
from symbackprop.derive.shown import Line, Shown
from symbackprop.derive.speaker import COST, RATE, Q, Speaker
from symbackprop.kernel.terms import Term
from symbackprop.networks import Unit

LEVELS = ("rules", "textbook", "summary")
LINE_BY_LINE = 80  # parameters; a larger net gets the derivation by layers

__all__ = ["COST", "LEVELS", "LINE_BY_LINE", "RATE", "Writer"]


class Writer(Speaker):
    """The steps of deltas and partial derivatives."""

    # -- deltas -----------------------------------------------------------------------------------------------------------

    def partial_by_net_input(self, name: str) -> Shown:
        """d cost / d z with delta's sign."""
        form: Shown = S.Partial(COST, Q("net_input", name))
        return form if self.sign > 0 else -form

    def upstream(self, unit: Unit) -> Shown:
        """d cost / d a in deltas (with delta's sign): the loss slope of an output, plus what goes on to later units."""
        parts: list[Shown] = []
        if unit.name in self.net.outputs:
            parts.append(self.loss_slope(unit.name))
            if self.net.loss.value is None:  # of a C left open, dC/da holds what goes on to later units too
                return parts[0]
        for after, weight in self.net.successors.get(unit.name, ()):
            parts.append(S.chain(self.weight(weight), Q("delta", after.name)))
        return S.plus(*parts)

    def loss_slope(self, output: str) -> Shown:
        """d cost / d output with delta's sign."""
        a, y = Q("output", output), self.target(output)
        found = forms.loss_slope(self.net.loss, a, y)
        if found is None:
            found = S.Partial(COST, a)
        if self.sign > 0:
            return found
        if isinstance(found, S.Sum) and len(found.terms) == 2 and found.signs == (1, -1):
            return S.Sum((found.terms[1], found.terms[0]), (1, -1))
        return -found

    def delta_chain(self, unit: Unit) -> Shown:
        """d cost / d z by the chain rule: through an output's own value, or through every unit that a hidden one feeds."""
        a, z = Q("output", unit.name), Q("net_input", unit.name)
        feeds = [Q("net_input", after.name) for after, _ in self.net.successors.get(unit.name, ())]
        through = [S.chain(S.Partial(COST, after), S.Partial(after, a)) for after in feeds]
        if unit.name in self.net.outputs:  # dC/da holds all that depends on a, the units it may feed besides too
            through = [S.Partial(COST, a)]
        total = S.chain(S.plus(*through), S.Partial(a, z)) if len(through) > 1 else _joined(through[0], S.Partial(a, z))
        return total if self.sign > 0 else -total

    def delta(self, unit: Unit) -> Shown:
        """The recursion: slope times what comes back."""
        slope, back = self.slope(unit), self.upstream(unit)
        return back if slope is None else _joined(slope, back)

    def deltas(self, rules: bool = True) -> Iterator[tuple[Unit, list[Step]]]:
        """The steps of every delta, the last unit first."""
        for unit in self.backwards():
            if unit.group is not None:
                yield unit, self.softmax_delta(unit)
                continue
            name, key = Q("delta", unit.name), f"delta:{unit.name}"
            steps = [self.prover.define(name, self.partial_by_net_input(unit.name), key=f"{key}:definition")]
            direct = unit.name in self.net.outputs
            rule = "chain rule through the output" if direct else "chain rule through the next neurons"
            if (
                rules
                and self.explicit
                and not self.entangled([after.name for after, _ in self.net.successors.get(unit.name, ())])
            ):
                steps.append(self.prover.claim(None, self.delta_chain(unit), rule))
            uses = [f"delta:{after.name}" for after, _ in self.net.successors.get(unit.name, ())]
            last = self.delta(unit)
            if self.explicit:
                steps.append(self.prover.claim(None, last, "the factors are known", key=key, uses=uses))
            else:
                steps.append(
                    self.prover.stated(Line(None, last), "delta recursion", self.certified(), key=key, uses=uses)
                )
            yield unit, steps

    def backwards(self) -> list[Unit]:
        """The units from the last layer to the first, each layer in its own order; a graph's in reversed order."""
        depths = self.net.depths
        if depths is None:
            return list(reversed(self.net.units))
        return sorted(self.net.units, key=lambda unit: -depths[unit.name])

    def softmax_delta(self, unit: Unit) -> list[Step]:
        """delta of a softmax unit: every output of the group depends on z; with cross-entropy it becomes a - y."""
        assert unit.group is not None
        members, a = self.net.groups[unit.group], Q("output", unit.name)
        backs = [(each, self.upstream(each)) for each in members]
        weighted = S.plus(*(S.chain(Q("output", each.name), back) for each, back in backs))
        full = S.chain(a, S.Bracketed(S.Sum((self.upstream(unit), weighted), (1, -1)), "["))
        steps = [self.prover.define(Q("delta", unit.name), self.partial_by_net_input(unit.name)),
                 self.prover.claim(None, full, "softmax: every output of the group depends on this net input",
                                   key=f"delta:{unit.name}")]  # fmt: skip
        ends = unit.name in self.net.outputs and not self.net.successors.get(unit.name)
        if self.net.loss.needs_softmax and self.sign > 0 and ends:
            names = [named("y", each) for each in self.net.targets]
            rest: Term = ("+", 1, *(("*", -1, each) for each in names[:-1]))
            under = " + ".join(self.net.targets) + " = 1"
            steps.append(self.prover.claim(None, a - self.target(unit.name), "the targets sum to 1",
                                           given=[(names[-1], rest)], under=under, key=f"delta:{unit.name}"))  # fmt: skip
        return steps

    def entangled(self, names: list[str]) -> bool:
        """Whether one of the units feeds another, however far: a sum over them by the chain rule would count that way twice."""
        below: set[str] = set()
        for unit in self.net.units if len(names) > 1 else ():
            if any(edge.source in below or edge.source in names for edge in unit.edges):
                if unit.name in names:
                    return True
                below.add(unit.name)
        return False

    # -- partial derivatives ---------------------------------------------------------------------------------------------

    @cached_property
    def _uses(self) -> dict[str, list[tuple[Unit, Shown]]]:
        found: dict[str, list[tuple[Unit, Shown]]] = {}
        for unit in self.net.units:
            for edge in unit.edges:
                if isinstance(edge.weight, str):
                    found.setdefault(edge.weight, []).append((unit, self.source(edge.source)))
            if isinstance(unit.bias, str):
                found.setdefault(unit.bias, []).append((unit, S.Number(Fraction(1))))
        return found

    def uses(self, name: str) -> list[tuple[Unit, Shown]]:
        """Where a parameter acts: the unit, and what it is multiplied with."""
        return self._uses.get(name, [])

    def partial(self, name: str) -> Shown | None:
        """dC/dw in deltas: input times delta, summed over the edges that carry it."""
        parts: list[Shown] = []
        for unit, source in self.uses(name):
            delta = Q("delta", unit.name)
            one = isinstance(source, S.Number) or (isinstance(source, S.Quantity) and source.kind == "one")
            parts.append(delta if one else S.chain(source, delta))
        if not parts:
            return None
        total = S.plus(*parts)
        return total if self.sign > 0 else -total

    def partial_chain(self, name: str) -> Shown:
        """dC/dw through the net inputs it enters, each once, however many edges of that unit carry w."""
        w = Q("weight", name)
        entered = [Q("net_input", each) for each in dict.fromkeys(unit.name for unit, _ in self.uses(name))]
        return S.plus(*(S.chain(S.Partial(COST, z), S.Partial(z, w)) for z in entered))

    def learnt_leak(self, name: str, rules: bool) -> list[Step]:
        """dC/d alpha: what comes back to each output, times d a / d alpha = min(z, 0)."""
        left, units = S.Partial(COST, Q("weight", name)), [unit for unit in self.net.units if name in dict(unit.parameters).values()]
        slopes = [S.Partial(Q("output", unit.name), Q("weight", name)) for unit in units]
        lows = [S.Applied("min", curried.Tuple((Q("net_input", unit.name), S.Number(Fraction(0))))) for unit in units]
        by_chain, total = (
            S.plus(*(_joined(self.upstream(unit), last) for unit, last in zip(units, ends, strict=True))) for ends in (slopes, lows)
        )
        if self.sign < 0:
            by_chain, total = -by_chain, -total
        if not all(is_rectifier(unit.activation) for unit in units):
            return [self.prover.claim(left, by_chain, "chain rule through the outputs", key=f"w:{name}")]
        if not rules or self.entangled([unit.name for unit in units]):
            return [self.prover.claim(left, total, "chain rule through the outputs", key=f"w:{name}")]
        return [self.prover.claim(left, by_chain, "chain rule through the outputs"),
                self.prover.claim(None, total, "derivative of the activation", key=f"w:{name}")]  # fmt: skip

    def gradient(self, name: str, rules: bool = True) -> list[Step]:
        """The steps of one partial derivative."""
        left, total = S.Partial(COST, Q("weight", name)), self.partial(name)
        uses = [f"delta:{unit.name}" for unit, _ in self.uses(name)]
        if total is None:
            return self.learnt_leak(name, rules)
        if not self.explicit:
            return [
                self.prover.stated(Line(left, total), "input times delta", self.certified(), key=f"w:{name}", uses=uses)
            ]
        if not rules or self.entangled([unit.name for unit, _ in self.uses(name)]):
            return [self.prover.claim(left, total, "input times delta", key=f"w:{name}", uses=uses)]
        return [self.prover.claim(left, self.partial_chain(name), "chain rule through the net input"),
                self.prover.claim(None, total, "input times delta", key=f"w:{name}", uses=uses)]  # fmt: skip

    def unwound(self, name: str) -> list[Step]:
        """One partial derivative, one more factor a line, along the only path from its weight to the cost."""
        unit = self.uses(name)[0][0]
        route = [unit]
        while route[-1].name not in self.net.outputs:
            route.append(self.net.successors[route[-1].name][0][0])
        w, factors = Q("weight", name), list[Shown]()
        left, prover = S.Partial(COST, w), self.prover
        steps: list[Step] = []
        through: list[Shown] = [COST]
        for each in reversed(route):
            through += [Q("output", each.name), Q("net_input", each.name)]
        for at in range(1, len(through)):
            factors = [S.Partial(through[k], through[k + 1]) for k in range(at)]
            last = S.Partial(through[at], w)
            form = S.chain(*factors, last)
            steps.append(prover.claim(left if at == 1 else None, form, "chain rule, one more factor"))
        steps.append(prover.claim(None, self.product(route, name), "the factors are known"))
        return steps

    def product(self, route: list[Unit], name: str) -> Shown:
        """The factors of dC/dw along a path, each computed."""
        factors: list[Shown] = [S.Bracketed(self.loss_slope_plain(route[-1].name), "(")]
        for at in range(len(route) - 1, -1, -1):
            slope = self.slope(route[at])
            if slope is not None:
                factors.append(slope)
            if at:
                edge = next(e for e in route[at].edges if e.source == route[at - 1].name)
                factors.append(self.weight(edge.weight))
        source = self.uses(name)[0][1]
        if not isinstance(source, S.Number):
            factors.append(source)
        return S.chain(*(_bare(each) for each in factors))

    def loss_slope_plain(self, output: str) -> Shown:
        """d cost / d output, whatever delta's sign."""
        found = forms.loss_slope(self.net.loss, Q("output", output), self.target(output))
        return found if found is not None else S.Partial(COST, Q("output", output))


def _bare(form: Shown) -> Shown:
    return (
        form.inner if isinstance(form, S.Bracketed) and isinstance(form.inner, S.Sum) and form.bracket == "(" else form
    )


def _joined(first: Shown, second: Shown) -> Shown:
    """The factors of both in one chain."""
    parts: list[Shown] = []
    for each in (first, second):
        parts += each.factors if isinstance(each, S.Product) and each.by == "factors" else [_bare(each)]
    if isinstance(parts[-1], S.Product) and isinstance(
        parts[-1].factors[0], S.Number
    ):  # 2 (a - y): the number goes first
        number, *rest = parts.pop().factors  # type: ignore[attr-defined]
        parts = [number, *parts, *rest]
    return S.chain(*parts)

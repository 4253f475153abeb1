"""The kernel's own reading of a net: what each unit computes, and the derivative of the cost by the two facts of calculus.

From the plain description alone it rebuilds, for every unit k with pre-activation z_k and output a_k,

    total differential    dz_k = sum_j (w_jk da_j + a_j dw_jk) + db_k      (sum and product rule)
    activation            da_k = p_k dz_k (+ q_k dalpha_k);  softmax: da_i = a_i (dz_i - sum_j a_j dz_j)
    cost                  dC   = sum_r g_r da_r

and, with G_k = g_k + sum_r w_kr delta_r, the statement that dC = sum of gradient(t) dt over the parameters t, where
delta_k stands for the recursion under test r_k. Writing every dz_k by its total differential with the cofactor delta_k,
that statement is one polynomial identity, linear in independent differentials. Coefficient by coefficient it says

    of dz_k    p_k G_k = r_k            (softmax: a_k (G_k - sum_j a_j G_j) = r_k)
    of dt      sum over the uses of t of a_j delta_k = gradient(t)

The units come from the last to the first, a softmax group as one block. All that a unit feeds has then been read before
it, so its G is complete, and nothing has to be kept but the edges that wait for their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import listed, require
from symbackprop.kernel.rules import NAME, NormalForm, bare
from symbackprop.kernel.terms import Term, operators, symbols

FIELDS = {"name", "inputs", "ones", "units", "outputs", "loss", "targets"}
UNIT_FIELDS = {"name", "activation", "edges", "bias", "parameters", "group", "layer", "index"}
RATIONAL = {"+", "*", "/", "^"}
NUMBER = re.compile(r"-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?")


def fraction(text: object) -> P.Coefficient:
    """A fixed weight: an int or a string p/q."""
    require(type(text) in (int, str) and NUMBER.fullmatch(str(text)), f"not an exact number: {str(text)[:80]!r}")
    value = Fraction(str(text))
    return value.numerator if value.denominator == 1 else value


def some(names: Iterable[str], most: int = 4) -> str:
    """The first few names, and how many more there are."""
    shown = [bare(each) if NAME.fullmatch(each) else f"{each!a:.100}" for each in names]
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def blocks(units: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The units from the last to the first, each softmax group at the place of its last member."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for unit in units:
        if "group" in unit:
            groups.setdefault(unit["group"], []).append(unit)
    for unit in reversed(units):
        members = groups[unit["group"]] if "group" in unit else [unit]
        if unit is members[-1]:
            yield members


class Net:
    """A net read back to front: `take` a block and get what its deltas must be; `close` a parameter, `end` the net.

    Names are polynomial generators: an input, target or parameter by its name, a(k), p(k), g(k), delta(k), q(k.alpha).
    """

    def __init__(self, head: dict[str, Any], activations: dict[str, Any], loss: dict[str, Any]) -> None:
        require(isinstance(head, dict) and set(head) <= FIELDS, "the network has fields I do not know")
        title = str(head.get("name", "net"))
        self.title = title if re.fullmatch(r"[\w.'-]{1,100}", title, re.ASCII) else ascii(title[:100])
        ones = listed(head.get("ones", []))
        self.inputs, self.ones = listed(head["inputs"]), frozenset(ones)
        self.outputs, self.targets = listed(head["outputs"]), listed(head["targets"])
        self.activations, self.loss = activations, loss
        require(len(set(self.outputs)) == len(self.outputs) > 0, "the outputs are missing or repeated")
        require(len(self.outputs) == len(self.targets), "the outputs and targets differ in number")
        self.target = dict(zip(self.outputs, self.targets, strict=True))
        self.sources = {*self.inputs, *self.ones}
        self.names: set[str] = set()  # all that is no parameter
        self.groups: set[str] = set()
        self.upstream: dict[str, Poly] = {}  # of units still to come: sum_r w_kr delta_r
        self.partials: dict[str, Poly] = {}  # of parameters still open: the sum over the uses so far
        self.closed: set[str] = set()
        for name in [*self.inputs, *ones, *self.targets]:
            self._new(name)

    def _new(self, name: str) -> None:
        require(isinstance(name, str) and bool(NAME.fullmatch(name)), "a name is not a plain name")
        require(name not in self.names, "two things in the network have one name")
        self.names.add(name)

    def take(self, units: list[dict[str, Any]]) -> Iterator[tuple[str, Poly]]:
        """Read one block; gives, for each of its units, the coefficient of dz_k: what the recursion r_k must be."""
        for unit in units:
            self._admit(unit, units)
        yield from self._recursion(units, "group" in units[0])
        for unit in units:
            self._uses(unit)

    def _admit(self, unit: dict[str, Any], units: list[dict[str, Any]]) -> None:
        name, group = unit["name"], unit.get("group")
        self._new(name)
        require(set(unit) <= UNIT_FIELDS, f"unit {name} has fields I do not know")
        require(unit["activation"] in self.activations, f"unit {name} uses an activation that is not defined")
        entry = self.activations[unit["activation"]]
        vector = "vector" in entry
        grouped = vector == ("group" in unit) == isinstance(group, str)
        require(grouped, f"unit {name}: softmax units, and no others, have a group")
        require(vector or len(units) == 1, f"unit {name} shares a block, but is not in a softmax group")
        if unit is units[0] and vector:
            require(group not in self.groups, "a softmax group comes in two pieces")
            self.groups.add(str(group))
        require(group == units[0].get("group"), "two softmax groups share a block")
        roles = set(entry.get("parameters", {}))
        require(set(unit.get("parameters") or {}) == roles, f"unit {name} has other parameters than its activation")

    def _uses(self, unit: dict[str, Any]) -> None:
        delta = P.generator(f"delta({unit['name']})")
        for role, value in (unit.get("parameters") or {}).items():
            self._use(value, self._times_upstream(unit["name"], P.generator(f"q({unit['name']}.{role})")))
        self.upstream.pop(unit["name"], None)
        for source, weight in map(listed, listed(unit["edges"])):
            earlier = source in self.sources or source not in self.names
            require(earlier, f"unit {unit['name']} uses {source} before it is computed")
            value = P.generator(source if source in self.sources else f"a({source})")
            self._use(weight, P.multiply(P.ONE if source in self.ones else value, delta))
            if source not in self.sources:
                P.add_into(self.upstream.setdefault(source, {}), P.multiply(self._weight(weight), delta))
        if unit.get("bias") is not None:
            self._use(unit["bias"], delta)

    def _use(self, value: object, share: Poly) -> None:
        """One use of a weight, a bias or an alpha: a parameter gains its share, a fixed number is only checked."""
        self._weight(value)
        if isinstance(value, str):
            require(value not in self.closed, f"{value} is used again after its partial derivative")
            P.add_into(self.partials.setdefault(value, {}), share)

    @staticmethod
    def _weight(weight: Any) -> Poly:
        if isinstance(weight, dict) and set(weight) == {"fixed"}:
            return P.constant(fraction(weight["fixed"]))
        plain = isinstance(weight, str) and NAME.fullmatch(weight)
        require(plain, "a weight, a bias or an alpha is neither a name nor a fixed number")
        return P.generator(weight)

    def _times_upstream(self, name: str, factor: Poly) -> Poly:
        """factor * G_k, cancelling the denominator of the loss slope exactly or else keeping g_k as a generator."""
        total = P.multiply(factor, self.upstream.get(name, {}))
        if name in self.target:
            names = {"a": f"a({name})", "y": self.target[name]}
            slope = times(factor, self.loss.get("slope"), names)
            P.add_into(total, P.multiply(factor, P.generator(f"g({name})")) if slope is None else slope)
        return total

    def slope(self, unit: dict[str, Any]) -> Poly:
        """p_k: the activation's slope where it is a polynomial in the output, else the generator p(k)."""
        slope = self.activations[unit["activation"]].get("slope")
        found = times(P.ONE, slope, {"a": f"a({unit['name']})"})
        return P.generator(f"p({unit['name']})") if found is None else found

    def _recursion(self, units: list[dict[str, Any]], vector: bool) -> Iterator[tuple[str, Poly]]:
        factors = {each["name"]: P.generator(f"a({each['name']})") if vector else self.slope(each) for each in units}
        parts = {name: self._times_upstream(name, factor) for name, factor in factors.items()}
        total = P.add(*parts.values()) if vector else {}
        for name, part in parts.items():
            yield name, P.subtract(part, P.multiply(factors[name], total))

    def close(self, parameter: str) -> Poly:
        """What the partial derivative of a parameter must be; no unit read later may use it."""
        due = parameter in self.partials
        require(due, f"{parameter!r:.80} is no parameter of the net, or not yet, or stated twice")
        self.closed.add(parameter)
        return self.partials.pop(parameter)

    def end(self) -> int:
        """After the first unit: all sources are computed, outputs are units, parameters closed; how many units there were."""
        units = self.names - self.sources - set(self.targets)
        require(not self.upstream, f"{some(self.upstream)} should feed a unit and is never computed")
        require(set(self.outputs) <= units, "an output is not a unit")
        require(not self.partials, f"the partial derivatives of {some(self.partials)} are not stated")
        require(not self.closed & self.names, "a parameter has the name of a unit, input or target")
        return len(units)


def times(factor: Poly, slope: Term, generators: dict[str, P.Generator]) -> Poly | None:
    """factor * slope where the slope is known, rational in the generators, and its denominator cancels exactly."""
    if slope is None or not symbols(slope) <= generators.keys() or not operators(slope) <= RATIONAL:
        return None
    top, bottom = rational(slope, generators)
    return P.divide(P.multiply(factor, top), bottom)


def rational(term: Term, generators: dict[str, P.Generator]) -> tuple[Poly, Poly]:
    """A term of + * / ^ over the given generators as numerator and denominator."""
    form = NormalForm()
    form.indices = {("symbol", name): generator for name, generator in generators.items()}
    return form.read(term)

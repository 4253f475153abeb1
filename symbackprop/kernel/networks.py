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
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.rules import NormalForm
from symbackprop.kernel.terms import Term, operators, symbols

FIELDS = {"name", "inputs", "ones", "units", "outputs", "loss", "targets"}
UNIT_FIELDS = {"name", "activation", "edges", "bias", "parameters", "group", "layer", "index"}
RATIONAL = {"+", "*", "/", "^"}
NAME = re.compile(r"[\w.']{1,100}")
NUMBER = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?")


def fraction(text: object) -> P.Coefficient:
    """A fixed weight: an int or a string p/q."""
    if type(text) not in (int, str) or not NUMBER.fullmatch(str(text)):
        raise Rejected(f"not an exact number: {str(text)[:80]}")
    try:
        value = Fraction(str(text))
    except ZeroDivisionError:
        raise Rejected(f"not an exact number: {str(text)[:80]}") from None
    return value.numerator if value.denominator == 1 else value


def _require(good: bool, message: str) -> None:
    if not good:
        raise Rejected(message)


class Net:
    """A plain description that has been checked: names are unique, every source comes before its use."""

    def __init__(self, description: dict[str, Any]) -> None:
        _require(isinstance(description, dict) and set(description) <= FIELDS, "the network has fields I do not know")
        title = str(description.get("name", "net"))
        self.title = title if re.fullmatch(r"[\w.'-]{1,100}", title) else repr(title[:100])
        self.inputs, self.ones = list(description["inputs"]), list(description.get("ones", ()))
        self.units: list[dict[str, Any]] = list(description["units"])
        self.outputs, self.targets = list(description["outputs"]), list(description["targets"])
        self.loss = description["loss"]
        self.parameters: dict[str, None] = {}
        self.groups: dict[str, list[str]] = {}
        self.by_name = {unit["name"]: unit for unit in self.units}
        self._check()

    def _check(self) -> None:
        names = [*self.inputs, *self.ones, *self.targets, *(unit["name"] for unit in self.units)]
        _require(all(isinstance(n, str) and NAME.fullmatch(n) for n in names), "a name is not a plain name")
        _require(len(set(names)) == len(names), "two things in the network have one name")
        for unit in self.units:
            if "group" in unit:
                _require(isinstance(unit["group"], str), f"the group of unit {unit['name']} is not a name")
                self.groups.setdefault(unit["group"], []).append(unit["name"])
        known = {*self.inputs, *self.ones}
        for unit in self.units:
            _require(set(unit) <= UNIT_FIELDS, f"unit {unit['name']} has fields I do not know")
            for source, weight in unit["edges"]:
                if source not in known:
                    raise Rejected(f"unit {unit['name']} uses {source} before it is computed")
                self._parameter(weight, "a weight", unit)
            if unit.get("bias") is not None:
                self._parameter(unit["bias"], "the bias", unit)
            for value in (unit.get("parameters") or {}).values():
                self._parameter(value, "a parameter", unit)
            members = self.groups.get(unit.get("group", ""), [unit["name"]])
            if unit["name"] == members[-1]:  # the outputs of a softmax group exist once all its pre-activations do
                known.update(members)
        _require(len(set(self.outputs)) == len(self.outputs) > 0, "the outputs are missing or repeated")
        _require(all(name in self.by_name for name in self.outputs), "an output is not a unit")
        _require(len(self.outputs) == len(self.targets), "the outputs and targets differ in number")
        _require(not set(names) & set(self.parameters), "a parameter has the name of a unit, input or target")
        self.target = dict(zip(self.outputs, self.targets, strict=True))

    def _parameter(self, value: object, what: str, unit: dict[str, Any]) -> None:
        if isinstance(value, str) and NAME.fullmatch(value):
            self.parameters[value] = None
        elif isinstance(value, dict) and set(value) == {"fixed"}:
            fraction(value["fixed"])
        else:
            raise Rejected(f"{what} of {unit['name']} is neither a name nor a fixed number")


class Statement:
    """The two families of coefficients above, as polynomials over the certificate's generators."""

    def __init__(self, net: Net, ids: dict[str, int], activations: dict[str, Any], loss: dict[str, Any]) -> None:
        self.net, self.ids, self.activations, self.loss = net, ids, activations, loss
        self.upstream: dict[str, Poly] = {}
        self.partials: dict[str, Poly] = {}
        self._walk()

    def id(self, name: str) -> int:
        if name not in self.ids:
            raise Rejected(f"the certificate has no generator {name}")
        return self.ids[name]

    def output(self, source: str) -> Poly:
        """a_j of a source: a unit's output, an input, or the constant 1 of a bias neuron."""
        if source in self.net.by_name:
            return P.generator(self.id(f"a({source})"))
        return P.ONE if source in self._ones else P.generator(self.id(source))

    def _weight(self, weight: Any) -> Poly:
        return P.generator(self.id(weight)) if isinstance(weight, str) else P.constant(fraction(weight["fixed"]))

    def _walk(self) -> None:
        self._ones = set(self.net.ones)
        upstream: dict[str, Poly] = {unit["name"]: {} for unit in self.net.units}
        partials: dict[str, Poly] = {name: {} for name in self.net.parameters}
        for unit in self.net.units:
            delta = P.generator(self.id(f"delta({unit['name']})"))
            for source, weight in unit["edges"]:
                if source in upstream:
                    P.add_into(upstream[source], P.multiply(self._weight(weight), delta))
                if isinstance(weight, str):
                    P.add_into(partials[weight], P.multiply(self.output(source), delta))
            if isinstance(unit.get("bias"), str):
                P.add_into(partials[unit["bias"]], delta)
        self.upstream, self.partials = upstream, partials
        for unit in self.net.units:
            for role, name in (unit.get("parameters") or {}).items():
                if isinstance(name, str):
                    slope = P.generator(self.id(f"q({unit['name']}.{role})"))
                    P.add_into(self.partials[name], self._times_upstream(unit["name"], slope))

    def _loss_slope(self, name: str) -> tuple[Poly, Poly]:
        """g_r as numerator and denominator; a free generator where the loss is undefined."""
        slope: Term = self.loss.get("slope")
        if slope is None:
            return P.generator(self.id(f"g({name})")), P.ONE
        return rational(slope, {"a": self.id(f"a({name})"), "y": self.id(self.net.target[name])})

    def _times_upstream(self, name: str, factor: Poly) -> Poly:
        """factor * G_k, cancelling the denominator of the loss slope exactly or else keeping g_k as a generator."""
        total = P.multiply(factor, self.upstream[name])
        if name in self.net.target:
            top, bottom = self._loss_slope(name)
            quotient = P.divide(P.multiply(factor, top), bottom)
            if quotient is None:
                quotient = P.multiply(factor, P.generator(self.id(f"g({name})")))
            P.add_into(total, quotient)
        return total

    def slope(self, name: str) -> Poly:
        """p_k: the activation's slope where it is a polynomial in the output, else the generator p(k)."""
        slope = self.activations[self.net.by_name[name]["activation"]].get("slope")
        if slope is not None and symbols(slope) <= {"a"} and operators(slope) <= RATIONAL:
            top, bottom = rational(slope, {"a": self.id(f"a({name})")})
            quotient = P.divide(top, bottom)
            if quotient is not None:
                return quotient
        return P.generator(self.id(f"p({name})"))

    def coefficients(self) -> dict[str, Poly]:
        """Of every dz_k: what the recursion r_k must be."""
        result: dict[str, Poly] = {}
        done: set[str] = set()
        for unit in self.net.units:
            name, group = unit["name"], unit.get("group")
            if group is None:
                result[name] = self._times_upstream(name, self.slope(name))
            elif group not in done:
                done.add(group)
                members = self.net.groups[group]
                parts = [self._times_upstream(each, P.generator(self.id(f"a({each})"))) for each in members]
                total = P.add(*parts)
                for each, part in zip(members, parts, strict=True):
                    result[each] = P.subtract(part, P.multiply(P.generator(self.id(f"a({each})")), total))
        return result


def rational(term: Term, ids: dict[str, int]) -> tuple[Poly, Poly]:
    """A term of + * / ^ over the given generators as numerator and denominator."""
    if not symbols(term) <= set(ids) or not operators(term) <= RATIONAL:
        raise Rejected("a slope is not rational in the outputs and targets")
    form = NormalForm()
    form.indices = {("symbol", name): index for name, index in ids.items()}
    return form.read(term)


def read_poly(data: object, count: int) -> Poly:
    """A polynomial from [[coefficient, generator, ...], ...] over generators 0..count-1."""
    total: Poly = {}
    if not isinstance(data, list):
        raise Rejected("a polynomial is not a list of terms")
    for term in data:
        _require(isinstance(term, list) and bool(term), "a term is not [coefficient, generator, ...]")
        for g in (gens := term[1:]):
            if type(g) is not int or not 0 <= g < count:
                raise Rejected("a term names a generator that is not there")
        gens.sort()
        P.add_into(total, {tuple(gens): term[0] if type(term[0]) is int else fraction(term[0])})
    return total

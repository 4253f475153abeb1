"""Writes the Coq file of one net: its forward pass, its deltas, and a theorem for every weight and bias.

The file has four parts: the library Graph.v word for word, the net as definitions a person can read, the proof that these
definitions are an instance of the library's theorem, and one theorem a parameter, which says from the definition of the
derivative (Coquelicot's is_derive) that the partial derivative of the composed cost is the delta formula.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from importlib import resources
from typing import Any

from symbackprop.errors import GradientRefused, ShapeError
from symbackprop.judges.gallina.functions import ACTIVATIONS, LOSSES, Activation
from symbackprop.judges.gallina.names import Names, identifiers

Written = Sequence[tuple[str, Sequence[str]]]  # a polynomial: (coefficient, generators) a term
MAX_PARAMETERS = 1_000  # each theorem quantifies over all of them, so the file grows with the square
# the words of the generated text itself
OWN = identifiers(
    """
    P C x j v da sigma sigma' sigma_derive C_derive t i s numbers nodes computed adjoints sources rest here alpha
    P_is net_run here_smooth here_adjoint here_sources here_nodes here_adjoints undefined_smooth net_follows
    net_smooth net_adjoint net_gradient net_sources every_partial_derivative Net Forward Theorems targets_sum
    delta_sum in_range nonzero Rmult_1_l Nat proj1 eq_refl conj exist Proved proved
    """
)


def shipped(name: str) -> str:
    """The text of a Coq file of this folder."""
    return (resources.files("symbackprop.judges.gallina") / name).read_text(encoding="utf-8")


def library() -> str:
    """Graph.v, the theorem for every graph of smooth functions, which each file applies."""
    return shipped("Graph.v")


def every_size() -> str:
    """Backprop.v: BP1 to BP4 for every list of layers, every width, every differentiable activation and cost."""
    return shipped("Backprop.v")


def coq_source(net: Mapping[str, Any], given: Mapping[str, Written] | None = None) -> str:
    """The Coq file for a net given by its plain description; `given` replaces deltas and partial derivatives by others.

    Raises: GradientRefused for an activation with a kink or a step, ShapeError for a net with too many parameters.
    Not: a proof by itself; Coq's kernel decides (see `symbackprop.judges.coq`).
    """
    from symbackprop.judges.gallina.theorems import text  # above this file: it puts the parts together

    return text(Writer(net, given or {}))


def lines_of(words: Iterable[str], indent: str = "  ", width: int = 118) -> str:
    """Words in lines of at most `width` characters."""
    return textwrap.fill(
        " ".join(words), width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )


def number(text: str) -> str:
    """A rational number as a Coq real.

    >>> number("-3/4"), number("2")
    ('(- (3 / 4))', '2')
    """
    value = Fraction(text)
    size = f"{abs(value.numerator)}" + (f" / {value.denominator}" if value.denominator != 1 else "")
    if value.denominator != 1:
        size = f"({size})"
    return f"(- {size})" if value < 0 else size


def grouped(formula: str) -> str:
    """The formula as a factor: in brackets where it is a sum, a quotient or starts with a sign.

    >>> grouped("w * d"), grouped("w * d + v * e"), grouped("(y - a)")
    ('w * d', '(w * d + v * e)', '(y - a)')
    """
    plain = formula.startswith("(") and formula.count("(") == 1 and formula.endswith(")")
    return f"({formula})" if not plain and re.search(r" [-+/] |^- ", formula) else formula


class Writer:
    """One file in the making; every method writes one of its parts."""

    def __init__(self, net: Mapping[str, Any], given: Mapping[str, Written] | None = None) -> None:
        self.net, self.given = net, given or {}
        self.units: dict[str, Any] = {unit["name"]: unit for unit in net["units"]}
        self.loss = LOSSES[net["loss"]]
        for unit in net["units"]:
            if unit["activation"] not in ACTIVATIONS:
                raise GradientRefused(
                    f"the Coq judge does not speak about {unit['activation']} units",
                    where=f"unit {unit['name']}",
                    expected="one of " + ", ".join(ACTIVATIONS),
                    got=unit["activation"],
                    try_="the other judges: symbackprop judge",
                )
        words = {word for word in identifiers(library()) if len(word) > 1 or word.isupper()}
        names = Names({*words, *OWN, *(f"C{k + 1}" for k in range(len(net["outputs"])))})
        self.parameters = list(dict.fromkeys(p for unit in net["units"] for p in self._parameters(unit)))
        if len(self.parameters) > MAX_PARAMETERS:
            raise ShapeError(
                "this net is too large for one theorem a parameter",
                expected=f"at most {MAX_PARAMETERS} parameters",
                got=str(len(self.parameters)),
                try_="symbackprop certify --every-size --coq FILE: the theorem for every list of layers and every width",
            )
        self.name = {key: names(key) for key in (*self.parameters, *net["inputs"], *net["targets"])}
        self.z, self.o, self.g, self.delta = (
            {unit: names(f"{kind} {unit}", self._wish(kind, self.units[unit])) for unit in self.units}
            for kind in ("z", "o", "g", "delta")
        )
        self.theorem = {p: names(f"dP {p}", f"dP_d{self.name[p]}") for p in self.parameters}
        self.sources = [*self.parameters, *net["inputs"]]
        self.variables = [*self.sources, *net["targets"]]
        self.index = {key: k for k, key in enumerate(self.sources)}
        for key in self.order:
            self.index[key] = len(self.index)
        self.groups: dict[str, list[str]] = {}
        for unit in net["units"]:
            if ACTIVATIONS[unit["activation"]].vector:
                self.groups.setdefault(unit.get("group", ""), []).append(unit["name"])

    @staticmethod
    def _wish(kind: str, unit: Mapping[str, Any]) -> str:
        name = unit["name"]
        return f"{kind}{name[1:]}" if unit.get("layer") is not None and name[0] == "u" else f"{kind}_{name}"

    @staticmethod
    def _parameters(unit: Mapping[str, Any]) -> list[str]:
        found = [weight for _, weight in unit["edges"] if isinstance(weight, str)]
        found += [unit["bias"]] if isinstance(unit.get("bias"), str) else []
        return [*found, *(value for value in unit.get("parameters", {}).values() if isinstance(value, str))]

    def learnt(self, name: str) -> str | None:
        """The parameter that is the learnt alpha of a unit, if it has one."""
        alpha = self.units[name].get("parameters", {}).get("alpha")
        return alpha if isinstance(alpha, str) else None

    def alpha_slope(self, name: str) -> str:
        """The derivative of P by the alpha of a unit, through that unit."""
        return f"(1 - step {self.z[name]}) * {self.z[name]} * {self.g[name]}"

    def entry(self, name: str) -> Activation:
        """The activation of a unit, as Graph.v has it."""
        unit = self.units[name]
        alpha = unit.get("parameters", {}).get("alpha")
        return ACTIVATIONS[unit["activation"]].at(self.weight(alpha) if alpha else "")

    # -- the graph ------------------------------------------------------------------------------------------------------

    @cached_property
    def order(self) -> list[str]:
        """The values in the order in which they are computed: 'z u' and 'o u' for every unit u (a group's z first)."""
        group: dict[str, list[str]] = {}
        for unit in self.net["units"]:
            vector = ACTIVATIONS[unit["activation"]].vector
            group.setdefault(f"g {unit.get('group', '')}" if vector else f"u {unit['name']}", []).append(unit["name"])
        done = {*self.net["inputs"], *self.net.get("ones", ())}
        found: list[str] = []
        waiting = list(group.values())
        while waiting:
            ready = [m for m in waiting if all(s in done for name in m for s, _ in self.units[name]["edges"])]
            for members in ready:
                found += [f"z {name}" for name in members] + [f"o {name}" for name in members]
                done.update(members)
            waiting = [m for m in waiting if m not in ready]
        return found

    @cached_property
    def successors(self) -> dict[str, list[tuple[str, Any]]]:
        """For every source the units it feeds, with the weight."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for unit in self.net["units"]:
            for source, weight in unit["edges"]:
                found.setdefault(source, []).append((unit["name"], weight))
        return found

    def members(self, unit: str) -> list[str]:
        """The units of the softmax group of `unit`."""
        return self.groups[self.units[unit].get("group", "")]

    def target(self, unit: str) -> str | None:
        """The target's identifier where `unit` is an output."""
        outputs = self.net["outputs"]
        return self.name[self.net["targets"][outputs.index(unit)]] if unit in outputs else None

    # -- the formulas ---------------------------------------------------------------------------------------------------

    def weight(self, weight: Any) -> str:
        """A weight as Coq text."""
        return self.name[weight] if isinstance(weight, str) else number(weight["fixed"])

    def source(self, name: str) -> str:
        """A source's output as Coq text; a bias neuron puts out 1."""
        return "1" if name in self.net.get("ones", ()) else self.o.get(name) or self.name[name]

    def z_formula(self, unit: Mapping[str, Any]) -> str:
        """z = w o + ... + b."""
        parts = [f"{self.weight(weight)} * {self.source(source)}" for source, weight in unit["edges"]]
        if unit.get("bias") is not None:
            parts.append(self.weight(unit["bias"]))
        return " + ".join(parts) or "0"

    def o_formula(self, name: str) -> str:
        """o = phi(z)."""
        entry = self.entry(name)
        if entry.vector:
            return f"softmax [{'; '.join(self.z[each] for each in self.members(name))}] {self.z[name]}"
        function = entry.function[1:-1] if entry.function.startswith("(") else entry.function
        return f"{function} {self.z[name]}"

    def cost_formula(self) -> str:
        """P as a function of outputs and targets."""
        pairs = [(self.name[y], self.o[o]) for y, o in zip(self.net["targets"], self.net["outputs"])]
        return self.loss.cost(pairs)

    def g_formula(self, name: str) -> str:
        """The derivative of P by the output of a unit: the loss's own part and what comes back over its edges."""
        parts = []
        target = self.target(name)
        if target is not None:
            k = self.net["outputs"].index(name)
            pairs = [(self.name[y], self.o[o]) for y, o in zip(self.net["targets"], self.net["outputs"])]
            parts.append(self.loss.slope(k, pairs))
        parts += [f"{self.weight(weight)} * {self.delta[unit]}" for unit, weight in self.successors.get(name, ())]
        return " + ".join(parts) or "0"

    def delta_formula(self, name: str) -> str:
        """delta = phi'(z) * g, with the textbook's short form where an output's loss and activation cancel."""
        if f"delta({name})" in self.given:
            return self.written(self.given[f"delta({name})"])
        entry = self.entry(name)
        target, o = self.target(name), self.o[name]
        if target is not None and not self.successors.get(name) and self.cancels(name):
            if not entry.vector:
                return f"{o} - {target}"
            ys = " + ".join(self.name[y] for y in self.net["targets"])
            return f"{o} * ({ys}) - {target}"
        if entry.vector:
            mean = " + ".join(f"{self.o[each]} * {self.g[each]}" for each in self.members(name))
            return f"{o} * ({self.g[name]} - ({mean}))"
        g = self.g_formula(name)
        slope = entry.slope(self.z[name], o)
        return f"{slope} * {grouped(g)}" if slope else g

    def written(self, formula: Written) -> str:
        """Somebody's polynomial as Coq text."""
        terms = []
        for coefficient, names in formula:
            factors = [self._generator(name) for name in names]
            terms.append(" * ".join([number(coefficient)] * (coefficient != "1" or not factors) + factors))
        return " + ".join(terms) or "0"

    def _generator(self, name: str) -> str:
        kind, _, unit = name.removesuffix(")").partition("(")
        if not unit:
            return self.name[name]
        if kind == "p" and not self.entry(unit).vector:
            return f"({self.entry(unit).derivative or 'one'} {self.z[unit]})"
        if kind in ("a", "delta"):
            return (self.o if kind == "a" else self.delta)[unit]
        raise GradientRefused("the Coq judge has no word for this quantity", got=name, try_="the other judges")

    def cancels(self, name: str) -> bool:
        """Whether the slope of the loss cancels against the activation's: sigmoid with its cross-entropy, softmax with its own."""
        activation, loss = self.units[name]["activation"], self.net["loss"]
        if (activation, loss) == ("softmax", "softmax_cross_entropy"):
            members = self.members(name)
            return set(members) == set(self.net["outputs"]) and not any(self.successors.get(each) for each in members)
        return (activation, loss) == ("sigmoid", "binary_cross_entropy")

    def gradient_formula(self, parameter: str) -> str:
        """Sum over the places where the parameter stands: source * delta for a weight, delta for a bias.

        A learnt alpha gets (1 - step z) z g: what the output gains per alpha, times what the cost gains per output."""
        if parameter in self.given:
            return self.written(self.given[parameter])
        parts = []
        for unit in self.net["units"]:
            for source, weight in unit["edges"]:
                if weight == parameter:
                    parts.append(f"{self.source(source)} * {self.delta[unit['name']]}")
            if unit.get("bias") == parameter:
                parts.append(self.delta[unit["name"]])
            if self.learnt(unit["name"]) == parameter:
                parts.append(self.alpha_slope(unit["name"]))
        return " + ".join(parts)

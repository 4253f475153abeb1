"""What a shown form means: kernel terms over named facts, and derivatives by the chain rule on those facts.

A Context lists names in the order of their definition. A name is free, or transparent (z = w x + b: it stands for its term),
or opaque (a = phi(z): it stays a symbol, and only its slopes are known). Derivatives are pushed forward through the
list from the name one differentiates by, which is cut out of the graph: d P / d z_r changes z_r itself and nothing
before it. The delta recursion is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symbackprop.derive import curried
from symbackprop.derive import shown as S
from symbackprop.errors import SymbackpropError
from symbackprop.kernel.rules import derivative as kernel_derivative
from symbackprop.kernel.terms import Term, operators, replace, symbols
from symbackprop.networks import Network, Unit, Weight
from symbackprop.translate import term as kernel_term


class Meaningless(SymbackpropError):
    """A shown form that stands for no number: a proportionality, a matrix, an index out of range."""


@dataclass(frozen=True)
class Fact:
    """How one name depends on others: `term` where it stands for something, `slopes` where it only has derivatives."""

    term: Term | None = None
    slopes: Mapping[str, Term] = field(default_factory=dict)


class Context:
    """Named facts in order of definition; values and derivatives of shown forms in them.

    >>> context = Context({"y": Fact(("^", "x", 2)), "P": Fact(("*", 3, "y"))})
    >>> context.derivative("P", "x")
    ('*', 3, ('*', 2, 'x'))
    """

    def __init__(self, facts: Mapping[str, Fact], functions: Mapping[str, tuple[str, Term]] | None = None) -> None:
        self.facts = dict(facts)
        self.functions = dict(functions or {})
        self.slopes_left: dict[str, Term] = {}  # slopes kept as symbols of their own, and what they stand for
        self._values: dict[str, Term] = {}
        self._from: dict[str, dict[str, Term]] = {}

    def value(self, name: str) -> Term:
        """The term a name stands for, transparent names written out."""
        fact = self.facts.get(name)
        if fact is None or fact.term is None:
            return name
        if name not in self._values:
            self._values[name] = self.expand(fact.term)
        return self._values[name]

    def expand(self, term: Term) -> Term:
        """The term with every transparent name written out."""
        found = {name: self.value(name) for name in symbols(term)}
        return replace(term, {name: value for name, value in found.items() if value != name})

    def derivative(self, of: Term, by: str) -> Term:
        """d of / d by: exact, by the sum, product and chain rules on the facts after `by`."""
        rates, of = self._rates(by), replace(of, self.slopes_left)  # a slope moves with its z
        return self.expand(
            _linear((tidy(kernel_derivative(of, name)), rates[name]) for name in symbols(of) & set(rates))
        )

    def written_out(self, term: Term) -> Term:
        """The term with the slopes that were left as symbols written out as well."""
        return self.expand(replace(term, self.slopes_left))

    def _rates(self, by: str) -> dict[str, Term]:
        if by not in self._from:
            rates: dict[str, Term] = {by: 1}
            for name, fact in self.facts.items():
                if name == by:
                    continue
                if fact.term is None:
                    rate = _linear((slope, rates[each]) for each, slope in fact.slopes.items() if each in rates)
                else:
                    touched = symbols(fact.term) & rates.keys()
                    rate = _linear((tidy(kernel_derivative(fact.term, each)), rates[each]) for each in sorted(touched))
                if rate != 0:
                    rates[name] = rate
            self._from[by] = rates
        return self._from[by]

    # -- shown forms --------------------------------------------------------------------------------------------------

    def name(self, form: S.Shown) -> str:
        """The name of a leaf one can differentiate by."""
        if isinstance(form, S.Symbol):
            return form.name + (f"_{form.sub}" if form.sub else "")
        if isinstance(form, S.Primed) and isinstance(form.of, S.Symbol):
            return form.of.name + "'"
        raise Meaningless("one can only differentiate by a quantity", got=type(form).__name__)

    def term(self, form: S.Shown) -> Term:
        """The kernel term of a shown form; Meaningless where it stands for no number."""
        return self.expand(self.read(form))

    def read(self, form: S.Shown) -> Term:
        """The kernel term over names, nothing written out yet."""
        match form:
            case S.Number(value):
                return int(value) if value.denominator == 1 else ("/", value.numerator, value.denominator)
            case S.Sum(terms, signs):
                return ("+", *(_signed(self.read(each), sign) for each, sign in zip(terms, signs, strict=True)))
            case S.Product(factors):
                return ("*", *(self.read(each) for each in factors))
            case S.Quotient(top, bottom):
                return ("/", self.read(top), self.read(bottom))
            case S.Power(base, S.Number(value)) if value.denominator == 1:
                return ("^", self.read(base), int(value))
            case S.Exponential(exponent):
                return ("exp", self.read(exponent))
            case S.Bracketed(inner):
                return self.read(inner)
            case S.Partial(what, by):
                return self.derivative(self.read(what), self.name(by))
            case S.Applied("max" | "min" as which, curried.Tuple((one, other))):
                return self._greater(self.read(one), self.read(other), which == "max")
            case S.Cases(((above, S.Holds(left, ">", right)), (below, str()))):
                difference = ("+", self.read(left), ("*", -1, self.read(right)))
                return _either(tidy(difference), self.read(above), self.read(below))
            case S.Applied():
                return self.apply(form)
            case S.Symbol() | S.Primed():
                return self.name(form)
        raise Meaningless("this form stands for no number here", got=type(form).__name__)

    def _greater(self, one: Term, other: Term, greater: bool) -> Term:
        difference = tidy(("+", one, ("*", -1, other)))
        return _either(difference, one, other) if greater else _either(difference, other, one)

    def apply(self, form: S.Applied) -> Term:
        """A function of an argument: exp, log, or one of this context's own."""
        argument = self.read(form.argument)
        if form.function in ("exp", "log") and not form.primes:
            return (form.function, argument)
        if form.function not in self.functions:
            raise Meaningless("an unknown function", got=form.function)
        symbol, body = self.functions[form.function]
        for _ in range(form.primes):
            body = tidy(kernel_derivative(body, symbol))
        return replace(body, {symbol: argument})


def named(letter: str, name: str) -> str:
    """The kernel's symbol for a quantity: a letter that says its kind, and the name with every other sign spelt as its code.

    >>> named("x", "x 1"), named("w", "w1_2")
    ("x_x'20'1", 'w_w1_2')
    """
    spelt = "".join(sign if sign.isascii() and (sign.isalnum() or sign == "_") else f"'{ord(sign):x}'" for sign in name)
    return f"{letter}_{spelt}"


class NetContext(Context):
    """The facts of a net: z_k transparent, a_k opaque with its slope, the cost transparent, delta_k = d cost / d z_k."""

    def __init__(self, net: Network, sign: int = 1) -> None:
        self.net, self.sign = net, sign  # sign: -1 where delta stands for minus the derivative
        self._ones = set(net.ones)
        self._inputs = set(net.inputs)
        super().__init__({})
        facts = self.facts
        for unit in net.units:
            facts[named("z", unit.name)] = Fact(self._net_input(unit))
            if unit.group is None:
                facts[self.source(unit.name)] = Fact(slopes=self._slopes(unit))
            elif unit is net.groups[unit.group][-1]:
                members = [(self.source(each.name), named("z", each.name)) for each in net.groups[unit.group]]
                for a, _ in members:
                    facts[a] = Fact(slopes={z: ("*", a, ("+", 1 if b == a else 0, ("*", -1, b))) for b, z in members})
        facts["cost"] = self._cost()

    def source(self, name: str) -> Term:
        """What a source puts out."""
        if name in self._ones:
            return 1
        return named("x", name) if name in self._inputs else named("a", name)

    @staticmethod
    def weight(weight: Weight) -> Term:
        """A weight, bias or activation parameter: its name, or its number."""
        if isinstance(weight, str):
            return named("w", weight)
        return int(weight) if weight.denominator == 1 else ("/", weight.numerator, weight.denominator)

    def _net_input(self, unit: Unit) -> Term:
        parts: list[Term] = [("*", self.weight(edge.weight), self.source(edge.source)) for edge in unit.edges]
        return ("+", *parts, *([self.weight(unit.bias)] if unit.bias is not None else []))

    def slope(self, unit: Unit) -> Term:
        """phi'(z_k): the table's own expression in z and a, or a symbol where phi is undefined or its slope holds exponentials.

        What holds for any number in its place holds for the slope, and a product of written-out exponentials grows past every limit.
        """
        if unit.activation.slope is None:
            return named("p", unit.name)
        slope = self._instance(unit, kernel_term(unit.activation.slope))
        if "exp" not in operators(slope):
            return slope
        self.slopes_left[named("p", unit.name)] = slope
        return named("p", unit.name)

    def _instance(self, unit: Unit, term: Term) -> Term:
        values = {role: self.weight(value) for role, value in unit.parameters}
        return replace(term, {"z": named("z", unit.name), "a": named("a", unit.name), **values})

    def _slopes(self, unit: Unit) -> dict[str, Term]:
        slopes = {named("z", unit.name): self.slope(unit)}
        for role, value in unit.parameters:
            if isinstance(value, str):
                slopes[self.weight(value)] = self._instance(unit, kernel_term(unit.activation.parameters[role]))
        return slopes

    def _cost(self) -> Fact:
        loss, pairs = self.net.loss, list(zip(self.net.outputs, self.net.targets, strict=True))
        if loss.value is None:
            return Fact(slopes={self.source(output): named("g", output) for output, _ in pairs})
        value = kernel_term(loss.value)
        return Fact(("+", *(replace(value, {"a": self.source(o), "y": named("y", t)}) for o, t in pairs)))

    def name(self, form: S.Shown) -> str:
        if not isinstance(form, S.Quantity):
            return super().name(form)
        name = self._place(form)
        if not isinstance(name, str):
            raise Meaningless("one cannot differentiate by a bias neuron, which always puts out 1", got=form.name)
        return name

    def _place(self, form: S.Quantity) -> Term:
        if form.kind in ("input", "output", "incoming"):
            return self.source(form.name)
        if form.kind in ("cost", "rate"):
            return form.kind
        return named({"net_input": "z", "target": "y"}.get(form.kind, "w"), form.name)

    def read(self, form: S.Shown) -> Term:
        match form:
            case S.Quantity("delta", name):
                return _signed(self.derivative("cost", named("z", name)), self.sign)
            case S.Quantity("slope", name):
                return self.slope(self.net.by_name[name])
            case S.Quantity("one"):
                return 1
            case S.Change(of):  # one step: up a performance, down a cost
                rise = ("*", "rate", self.derivative("cost", self.name(of)))
                return _signed(rise, 1 if self.net.loss.sense == "maximise" else -1)
            case S.Primed(of):
                return ("+", self.read(of), self.read(S.Change(of)))
            case S.Quantity("input" | "output" | "incoming", name):
                return self.source(name)
            case S.Quantity():
                return self.name(form)
        return super().read(form)

    def apply(self, form: S.Applied) -> Term:
        unit = self.net.by_name.get(form.unit)
        if unit is None:
            return super().apply(form)
        if self.read(form.argument) != named("z", unit.name) or form.primes > 1:
            raise Meaningless("an activation is only applied to its own unit's net input here", got=form.unit)
        return self.slope(unit) if form.primes else self.source(unit.name)


def _either(sign: Term, above: Term, below: Term) -> Term:
    """`above` where `sign` is positive, `below` where it is negative."""
    step = ("step", sign)
    return tidy(("+", ("*", step, above), ("*", ("+", 1, ("*", -1, step)), below)))


def _signed(term: Term, sign: int) -> Term:
    return term if sign > 0 else ("*", -1, term)


def _linear(pairs: object) -> Term:
    parts = [_times(a, b) for a, b in pairs if a != 0 and b != 0]  # type: ignore[attr-defined]
    if not parts:
        return 0
    return parts[0] if len(parts) == 1 else ("+", *parts)


def _times(a: Term, b: Term) -> Term:
    return b if a == 1 else a if b == 1 else ("*", a, b)


def tidy(term: Term) -> Term:
    """The term without the zeros and ones that mechanical differentiation leaves; nothing else is touched.

    >>> tidy(("+", ("*", 2, 0), ("*", 1, "x")))
    'x'
    """
    if not isinstance(term, tuple):
        return term
    parts = [tidy(each) if isinstance(each, tuple) else each for each in term[1:]]
    if term[0] == "+":
        parts = [each for each in parts if each != 0]
        return 0 if not parts else parts[0] if len(parts) == 1 else ("+", *parts)
    if term[0] == "*":
        if 0 in parts:
            return 0
        parts = [each for each in parts if each != 1]
        return 1 if not parts else parts[0] if len(parts) == 1 else ("*", *parts)
    if term[0] == "^" and term[2] in (0, 1):
        return parts[0] if term[2] == 1 else 1
    return (term[0], *parts)


def exact(number: Fraction) -> Term:
    """A rational number as a kernel term."""
    return int(number) if number.denominator == 1 else ("/", number.numerator, number.denominator)

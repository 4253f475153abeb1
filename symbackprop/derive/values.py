"""What functions, tuples and matrices mean: values that are built from kernel terms and compared entry by entry.

An undefined function (f, C, sigma) is known by its number of arguments only: f p a is a symbol of its own, two such symbols
are one where their arguments are proved equal, and its derivative by the chain rule needs D f as another undefined function.
A function is compared at a fresh symbol, a tuple or matrix by the sum of its entries, each times a fresh symbol of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbackprop.derive import curried as C
from symbackprop.derive import matrices
from symbackprop.derive import shown as S
from symbackprop.derive.matrices import Function, Functions, Matrix, Value, column
from symbackprop.derive.meaning import Context, Fact, Meaningless, NetContext, _linear, tidy
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.rules import derivative as kernel_derivative
from symbackprop.kernel.rules import equal
from symbackprop.kernel.terms import Term, replace, symbols
from symbackprop.networks import Network

Atom = tuple[
    str, tuple[int, ...], tuple[Term, ...]
]  # a function, how often it was differentiated by each argument, at what


class Values(Context):
    """A context in which forms may also stand for functions, tuples and matrices.

    `arities` says which names are undefined functions and of how many arguments, -n where they take one n-tuple; `slopes` which other function is the
    derivative of one, and its sign: {"sin": ("cos", 1)}.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact] | None = None,
        functions: Mapping[str, tuple[str, Term]] | None = None,
        arities: Mapping[str, int] | None = None,
        slopes: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:
        super().__init__(facts or {}, functions)
        self._prepare(arities, slopes)

    def _prepare(self, arities: Mapping[str, int] | None, slopes: Mapping[str, tuple[str, int]] | None) -> None:
        self.arities, self.derivatives = dict(arities or {}), dict(slopes or {})
        self.named: dict[str, Value] = {}  # definitions that are not numbers
        self.atoms: dict[str, Atom] = {}
        self._known: dict[tuple[str, str], Term] = {}
        self._fresh = 0

    # -- undefined functions and their derivatives ------------------------------------------------------------------------

    def atom(self, function: str, orders: tuple[int, ...], arguments: tuple[Term, ...]) -> Term:
        """The symbol of an undefined function at its arguments."""
        while function in self.derivatives and any(orders):
            other, sign = self.derivatives[function]
            rest = self.atom(other, (orders[0] - 1,), arguments)
            return rest if sign > 0 else ("*", -1, rest)
        found: Atom = (function, orders, arguments)
        for name, known in self.atoms.items():
            if known[:2] == found[:2] and all(_same(a, b) for a, b in zip(known[2], arguments)):
                return name
        name = f"{function}'{''.join(map(str, orders))}'{len(self.atoms)}"
        self.atoms[name] = found
        return name

    def fresh(self) -> str:
        """A symbol that stands nowhere else."""
        self._fresh += 1
        return f"any'{self._fresh}"

    def substitute(self, term: Term, values: Mapping[str, Term]) -> Term:
        """The term with symbols replaced, also inside the arguments of undefined functions."""
        inside = dict(values)
        for name in symbols(term) & self.atoms.keys():
            function, orders, arguments = self.atoms[name]
            inside[name] = self.atom(function, orders, tuple(self.substitute(each, values) for each in arguments))
        return replace(term, inside)

    def value(self, name: str) -> Term:
        if name in self.atoms:
            function, orders, arguments = self.atoms[name]
            return self.atom(function, orders, tuple(self.expand(each) for each in arguments))
        return super().value(name)

    def derivative(self, of: Term, by: str) -> Term:
        """d of / d by through facts and undefined functions; `by` is cut out of the graph."""
        return self.expand(self.rate(of, by))

    def rate(self, term: Term, by: str) -> Term:
        """d term / d by over names."""
        return _linear((tidy(kernel_derivative(term, name)), self._rate_of(name, by)) for name in sorted(symbols(term)))

    def _rate_of(self, name: str, by: str) -> Term:
        if name == by:
            return 1
        if (name, by) not in self._known:
            fact = self.facts.get(name)
            if name in self.atoms:
                function, orders, arguments = self.atoms[name]
                steps = [tuple(n + (i == k) for i, n in enumerate(orders)) for k in range(len(orders))]
                pairs = [(self.rate(each, by), step) for each, step in zip(arguments, steps)]
                rate = _linear((self.atom(function, step, arguments), change) for change, step in pairs if change != 0)
            elif fact is None:
                rate = 0
            elif fact.term is not None:
                rate = self.rate(fact.term, by)
            else:
                rate = _linear((slope, self._rate_of(each, by)) for each, slope in fact.slopes.items())
            self._known[name, by] = rate
        return self._known[name, by]

    def forget(self) -> None:
        """Drop what was computed, after a new definition."""
        self._values.clear()
        self._from.clear()
        self._known.clear()

    # -- values -----------------------------------------------------------------------------------------------------------

    def read(self, form: S.Shown) -> Term:
        value = self.evaluate(form)
        if isinstance(value, Function | Functions | Matrix):
            kind = "a matrix" if isinstance(value, Matrix) else "a function"
            raise Meaningless(f"{kind} stands where a number is expected", got=type(form).__name__)
        return value

    def evaluate(self, form: S.Shown) -> Value:
        """The number, function, tuple or matrix a form stands for."""
        match form:
            case S.Symbol() if self.name(form) in self.named:
                return self.named[self.name(form)]
            case S.Symbol() if (name := self.name(form)) in self.arities:
                return self._curried(name, ()) if self.arities[name] > 0 else self._tupled(name)
            case C.Apply(function, argument):
                return self.call(self.evaluate(function), self.evaluate(argument))
            case C.Lambda(names, body, pair):
                return self._lambda(names, body, pair)
            case C.Compose(parts):
                return self._compose([self._function(each) for each in parts])
            case C.Pointwise(parts):
                functions = [self._function(each) for each in parts]
                return Function(lambda at: ("*", *(self.call(each, at) for each in functions)))
            case C.Operator("D"):
                return Function(self.differentiate)
            case C.Operator("nabla"):
                return Function(self.gradient)
            case C.Tuple(items):
                return matrices.tupled([self.evaluate(each) for each in items])
            case C.Dot(left, right):
                return matrices.dot(self.evaluate(left), self.evaluate(right))
            case S.Grid(rows):
                return Matrix(tuple(tuple(self.read(each) for each in row) for row in rows))
            case S.Transposed(of):
                return Matrix(tuple(zip(*matrices.matrix(self.evaluate(of)).rows)))
            case S.Bracketed(inner):
                return self.evaluate(inner)
            case S.Sum(terms, signs):
                return matrices.total([self.evaluate(each) for each in terms], signs)
            case S.Product(factors, by):
                return matrices.product([self.evaluate(each) for each in factors], by)
            case S.Power(base, exponent) if not (isinstance(exponent, S.Number) and exponent.value.denominator == 1):
                return ("exp", ("*", self.read(exponent), ("log", self.read(base))))
            case S.Applied(function, argument, primes) if function in self.arities:
                return self.atom(function, (primes,), (self.read(argument),))
        return super().read(form)

    def call(self, function: Value, argument: Value) -> Value:
        """The function at the argument."""
        if isinstance(function, Functions):  # the one-off convention: each partial derivative at its own argument
            entries = matrices.matrix(argument).entries()
            if len(entries) != len(function.parts):
                raise Meaningless("a tuple of functions is applied to a tuple of another length")
            return column([self.call(each, entry) for each, entry in zip(function.parts, entries)])
        if not isinstance(function, Function):
            raise Meaningless("what stands in front is not a function, so it takes no argument")
        if function.pairs and not isinstance(argument, Matrix):
            raise Meaningless("this function takes a tuple and was given something else")
        return function.call(argument)

    def differentiate(self, function: Value) -> Function:
        """D f."""
        if not isinstance(function, Function):
            raise Meaningless("D is applied to something that is not a function of one number")

        def slope(at: Value) -> Term:
            name = self.fresh()
            value = self.call(function, name)
            if isinstance(value, Function | Functions | Matrix):
                raise Meaningless("D is applied to a function whose values are not numbers")
            return self.substitute(self.rate(value, name), {name: at})

        return Function(slope)

    def gradient(self, function: Value) -> Value:
        """nabla phi at a tuple: each partial derivative, the others held fixed."""
        if not isinstance(function, Function) or not function.pairs:
            raise Meaningless("nabla is applied to something that is not a function of a tuple")

        def at(argument: Value) -> Value:
            entries = matrices.matrix(argument).entries()
            names = [self.fresh() for _ in entries]
            value = self.call(function, column(names))
            back = dict(zip(names, entries))
            return column([self.substitute(self.rate(value, name), back) for name in names])

        return Function(at, function.pairs)

    def _curried(self, name: str, given: tuple[Term, ...]) -> Function:
        def call(argument: Value) -> Value:
            if isinstance(argument, Function | Functions | Matrix):
                raise Meaningless("an undefined function takes numbers, one at a time", got=name)
            arguments = (*given, argument)
            if len(arguments) < self.arities[name]:
                return self._curried(name, arguments)
            return self.atom(name, (0,) * len(arguments), arguments)

        return Function(call)

    def _tupled(self, name: str) -> Function:
        count = -self.arities[name]

        def call(argument: Value) -> Value:
            entries = matrices.matrix(argument).entries()
            if len(entries) != count:
                raise Meaningless("an undefined function is given a tuple of another length", got=name)
            return self.atom(name, (0,) * count, tuple(entries))

        return Function(call, count)

    def _lambda(self, names: tuple[str, ...], body: S.Shown, pair: bool) -> Function:
        around = dict(self.named)  # what the names meant where the lambda stands

        def bound(values: Sequence[Value]) -> Value:
            before, self.named = self.named, {**around, **dict(zip(names, values))}
            try:
                return self.evaluate(body)
            finally:
                self.named = before

        if pair:
            return Function(lambda at: bound(matrices.matrix(at).entries()), len(names))
        if len(names) > 1:
            return Function(lambda at: self._partial(names, body, (at,)))
        return Function(lambda at: bound((at,)))

    def _partial(self, names: tuple[str, ...], body: S.Shown, given: tuple[Value, ...]) -> Value:
        if len(given) < len(names):
            return Function(lambda at: self._partial(names, body, (*given, at)))
        return self._lambda(names, body, True).call(column(given))

    def _function(self, form: S.Shown) -> Function:
        value = self.evaluate(form)
        if not isinstance(value, Function):
            raise Meaningless("only functions are composed or multiplied pointwise")
        return value

    def _compose(self, parts: Sequence[Function]) -> Function:
        def call(at: Value) -> Value:
            for each in reversed(parts):
                at = self.call(each, at)
            return at

        return Function(call, parts[-1].pairs)

    # -- comparing --------------------------------------------------------------------------------------------------------

    def sides(self, left: S.Shown, right: S.Shown) -> tuple[Term, Term]:
        """Two terms that are equal exactly when the two values are."""
        one, two = self.evaluate(left), self.evaluate(right)
        while isinstance(one, Function) and isinstance(two, Function):
            if one.pairs != two.pairs:
                raise Meaningless("the two functions take different arguments")
            at: Value = column([self.fresh() for _ in range(one.pairs)]) if one.pairs else self.fresh()
            one, two = self.call(one, at), self.call(two, at)
        if isinstance(one, Functions) and isinstance(two, Functions) and len(one.parts) == len(two.parts):
            points = column([self.fresh() for _ in one.parts])
            one, two = self.call(one, points), self.call(two, points)
        if isinstance(one, Matrix) and isinstance(two, Matrix):
            if one.shape != two.shape:
                raise Meaningless("the two sides have different shapes")
            marks = [self.fresh() for _ in one.entries()]
            one, two = (("+", *(("*", m, each) for m, each in zip(marks, side.entries()))) for side in (one, two))
        return tuple(matrices.without_steps(self.expand(matrices.number(each))) for each in (one, two))


class NetValues(Values, NetContext):
    """A net's quantities, with vectors and matrices of them; an activation acts on a vector entry by entry."""

    def __init__(self, net: Network, sign: int = 1) -> None:
        NetContext.__init__(self, net, sign)
        self._prepare(None, None)

    def evaluate(self, form: S.Shown) -> Value:
        if isinstance(form, S.Applied) and not form.unit and isinstance(form.argument, S.Grid):
            kind = "slope" if form.primes else "output"
            cells = [[self._unit(each) for each in row] for row in form.argument.rows]
            return Matrix(tuple(tuple(self.read(S.Quantity(kind, name)) for name in row) for row in cells))
        return super().evaluate(form)

    @staticmethod
    def _unit(form: S.Shown) -> str:
        if isinstance(form, S.Quantity) and form.kind == "net_input":
            return form.name
        raise Meaningless("an activation is applied to a vector of net inputs here")


def _same(one: Term, two: Term) -> bool:
    if one == two:
        return True
    try:
        return equal(one, two)
    except (Rejected, RecursionError):
        return False

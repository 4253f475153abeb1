"""Lifts a matrix equation that was proved for a net to every width and every depth, where the index calculus proves it.

The tree of a formula about whole layers becomes a tree of `proofs.every_size.matrix`; one about entries is read by
`every_size_entries`. Layers must be written by one letter (l, l + 1, ...) or by the last layer's (L, L - 1). Anything else is
left at the net's own scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from symbackprop.check.deciding.every_size_entries import DERIVED, WHOLE, Entries, NotGeneral, is_slope
from symbackprop.check.exact.values import Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.indices import instances
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env, Scope, Unresolved
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.errors import ShapeError
from symbackprop.kernel.rejected import Rejected
from symbackprop.proofs.every_size.claims import SCOPE, index_certificate, layers_of, matrix_certificate
from symbackprop.proofs.every_size.matrix import (
    Diagonal,
    Formula,
    Hadamard,
    Product,
    Quantity,
    Scaled,
    Setting,
    Sum,
    Transposed,
    outer,
    term_text,
)


@dataclass(frozen=True)
class Reader:
    """Reads trees at one instance of the layer letter; `letter` must occur in the layer of every symbol."""

    env: Env
    letter: str
    here: int

    def formula(self, node: Node) -> Formula:
        """The matrix formula of a tree; raises NotGeneral for anything else."""
        read = READERS.get(type(node))
        if read is None:
            raise NotGeneral(type(node).__name__)
        return read(self, node)

    def symbol(self, node: Sym, table: dict[str, str] = WHOLE) -> Formula:
        """A whole layer's quantity, by its distance from the letter's layer."""
        scripts = (node.sub.text if node.sub else "") + (node.sup.text if node.sup else "")
        found = quantity_of(node, self.env)
        if found is None or node.primes or self.letter not in scripts:
            raise NotGeneral(node.name)
        quantity, transposed = found
        if quantity.unit is not None or quantity.layer is None or quantity.kind not in table:
            raise NotGeneral(node.name)
        made: Formula = Quantity(table[quantity.kind], quantity.layer - self.here)
        if quantity.kind == "delta" and self.env.scope.notation.delta_sign < 0:
            made = Scaled(Fraction(-1), made)
        return Transposed(made) if transposed else made

    def group(self, node: ast.Group) -> Formula:
        """A bracket, perhaps transposed."""
        inner = self.formula(node.inner)
        if node.sub or node.primes or (node.sup and node.sup.text not in ("T", "intercal")):
            raise NotGeneral("a script on a bracket")
        return Transposed(inner) if node.sup else inner

    def product(self, node: ast.Product) -> Formula:
        """Factors joined by odot, or by the circle that means the same; otimes is column times row."""
        if set(node.ops) == {"otimes"} and len(node.factors) == 2:
            return outer(*map(self.formula, node.factors))
        if len(set(node.ops)) != 1 or node.ops[0] not in ("odot", "circ"):
            raise NotGeneral("a product sign that is not odot")
        return reduce(Hadamard, map(self.formula, node.factors))

    def side_by_side(self, node: ast.Juxt) -> Formula:
        """Matrix products, numbers, sigma' applied to a layer's z, diag of a column, and the gradient of C by the outputs."""
        made: list[Formula] = []
        number = Fraction(1)
        items = list(node.items)
        while items:
            item = items.pop(0)
            if isinstance(item, ast.Num):
                number *= item.value
            elif items and is_slope(item, self.env.scope):
                made.append(self._slope(items.pop(0)))
            elif items and isinstance(item, Sym) and item.name in ("diag", "Diag") and not (item.sub or item.sup):
                made.append(Diagonal(self.formula(items.pop(0))))
            elif items and isinstance(item, Sym) and item.name == "nabla":
                made.append(self._gradient(item, items.pop(0)))
            else:
                made.append(self.formula(item))
        if not made:
            raise NotGeneral("a number")
        whole = reduce(Product, made)
        return whole if number == 1 else Scaled(number, whole)

    def _gradient(self, nabla: Sym, cost: Node) -> Formula:
        """nabla_a C, a the outputs of the last layer."""
        found = quantity_of(cost, self.env) if isinstance(cost, Sym) else None
        output = self.letter == self.env.scope.notation.last_layer
        if found is None or found[0].kind != "cost" or not output or nabla.sup or not nabla.sub or nabla.sub.text != "a":
            raise NotGeneral("a gradient of something else")
        return Quantity("by_a", 0)

    def _slope(self, argument: Node) -> Formula:
        inner = self.formula(argument)
        if isinstance(inner, Transposed) and inner.of == Quantity("z", getattr(inner.of, "layer", 0)):
            return Transposed(Quantity("slope", inner.of.layer))
        if not isinstance(inner, Quantity) or inner.kind != "z":
            raise NotGeneral("sigma' of something else than z")
        return Quantity("slope", inner.layer)

    def total(self, node: ast.Add) -> Formula:
        """A sum with signs."""
        terms = [self.formula(term) for term in node.terms]
        return Sum(tuple(t if sign > 0 else Scaled(Fraction(-1), t) for t, sign in zip(terms, node.signs)))

    def derivative(self, node: ast.Derivative) -> Formula:
        """dC by a whole layer's weights, biases, z or outputs."""
        if node.order != 1 or not isinstance(node.what, Sym) or not isinstance(node.by, Sym):
            raise NotGeneral("a derivative of something else")
        cost = quantity_of(node.what, self.env)
        if cost is None or cost[0].kind != "cost":
            raise NotGeneral("a derivative of something else than the cost")
        return self.symbol(node.by, DERIVED)


READERS: dict[type[Node], Callable[[Reader, Any], Formula]] = {
    Sym: Reader.symbol,
    ast.Group: Reader.group,
    ast.Product: Reader.product,
    ast.Juxt: Reader.side_by_side,
    ast.Add: Reader.total,
    ast.Derivative: Reader.derivative,
}


def lift(left: Node, right: Node, free: dict[str, range], scope: Scope) -> str:
    """The note that left = right holds for every width and depth; empty where that is not said or not proved."""
    if scope.places is None or scope.definitions or scope.notation.labels != "layered" or scope.notation.one_per_layer:
        return ""
    if not any(isinstance(each, Sym) for side in (left, right) for each in side.walk()):
        return ""  # numbers alone, a count of parameters say, speak of one net
    letters = [letter for letter in free if letter in scope.notation.layer_letters]
    if len(letters) > 1:
        return ""
    output = not letters
    letter = scope.notation.last_layer if output else letters[0]
    try:
        proved = _layers(left, right, free, scope, letter, output) if len(free) < 2 else None
        proved = _entries(left, right, scope, letter, output) if proved is None else proved
    except (NotGeneral, NotThere, Unresolved, Unsupported, ShapeError, Rejected, ValueError):
        return ""
    return f"holds for {SCOPE}, any differentiable sigma and cost (index calculus)" if proved else ""


def _layers(left: Node, right: Node, free: dict[str, range], scope: Scope, letter: str, output: bool) -> bool | None:
    """Whether an equation between whole layers is proved; None where it is no such equation."""
    assert scope.places is not None
    for chosen in instances(free, scope):
        here = scope.places.depth if output else chosen[letter] - scope.notation.input_layer
        reader = Reader(environment(scope, chosen), letter, here)
        try:
            sides = reader.formula(left), reader.formula(right)
        except NotThere:
            continue  # l + 1 past the last layer: another instance reads alike
        except NotGeneral:
            return None
        return bool(matrix_certificate(*sides, Setting(output=output)))
    return None


def _entries(left: Node, right: Node, scope: Scope, letter: str, output: bool) -> bool:
    """Whether an equation between entries is proved."""
    reader = Entries(scope, letter, output)
    sides = [term_text(reader.terms(side, {})) for side in (left, right)]
    layers = layers_of(tuple(reader.named), Setting(output=output))
    quantified = ",".join(f"{index}:{sort}" for index, sort in reader.sorts.items())
    return bool(index_certificate(sides[0], sides[1], quantified, layers))

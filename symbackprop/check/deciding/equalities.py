"""A formula where equations beside it hold, `for y = 1`, `where w = 0`: what they fix is put into both sides, exactly.

Values are compared after derivatives are taken, so that a slope at y = 1 is the slope there. A proof needs no more; a witness
does, where the output of a neuron hangs on what is fixed: then the formula is left open.
"""

from __future__ import annotations

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO, Impossible, Key, Scalar
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.define import about_indices
from symbackprop.check.meaning.scope import Env, Scope, Unresolved
from symbackprop.check.reading.syntax import Relation

_FIXED_FIRST = ("target", "free", "rate", "input", "param", "out")  # what an equation fixes, the likeliest first


def on_values(relation: Relation, scope: Scope) -> bool:
    """Whether a condition is an equation between real numbers, not between indices."""
    return None not in relation.sides and relation.ops == ("=",) and not about_indices(relation, scope)


class Fixed:
    """What the equations beside a formula fix at one instance: a value for each of some generators."""

    def __init__(self, env: Env) -> None:
        self.env, self.algebra = env, env.view.algebra
        self.known: dict[int, Scalar] = {}
        self.supposed = dict[str, None]()  # what is taken for granted of targets that are shares of 1
        for relation in env.scope.held:
            self._learn(relation)
        if self.env.scope.one_of_k:
            self._shares()

    def _learn(self, relation: Relation) -> None:
        before = set(self.env.scope.undeclared)
        try:
            one, other = (V.simple(self.env.value(side)) for side in relation.sides if side is not None)
            if self.env.scope.net is not None and (strange := set(self.env.scope.undeclared) - before):
                raise Unsupported(f"nothing declares {', '.join(sorted(strange))}")
            for left, right in self._pairs(one, other):
                self._solve(self.put(left), self.put(right))
        except (Unresolved, NotThere, Unsupported, V.ShapeClash, Impossible) as problem:
            raise Unsupported(f"the condition beside it, which is not understood ({problem})") from problem

    def _pairs(self, one: Value, other: Value) -> list[tuple[Scalar, Scalar]]:
        if isinstance(one, Scalar) and isinstance(other, Scalar):
            return [(one, other)]
        left, right = V.as_matrix(one), V.as_matrix(other)
        zero = next((each for each in (one, other) if isinstance(each, Scalar)), None)
        if zero is not None and not zero.num:  # w = 0: every entry
            whole = left if isinstance(one, Mat) else right
            return [(each, ZERO) for row in whole.rows for each in row]
        if left.shape != right.shape:
            raise Unsupported("an equation between a vector and a number")
        return [pair for rows in zip(left.rows, right.rows) for pair in zip(*rows)]

    def _solve(self, left: Scalar, right: Scalar) -> None:
        difference = self.algebra.sub(left, right)
        if not difference.num:
            return
        if self.algebra.constant(difference) is not None:
            raise Unsupported("it holds nowhere")
        alone = [(rank, g) for g in self.algebra.generators(difference) for rank, kind in enumerate(_FIXED_FIRST)
                 if self.algebra.keys[g][0] == kind and self._is_alone(g, difference)]  # fmt: skip
        if not alone:
            raise Unsupported("nothing in it can be put in for the rest")
        _, g = min(alone)
        share = Scalar({(): difference.num[(g,)]}, {(): 1})
        whole = Scalar(difference.num, {(): 1})
        rest = self.algebra.sub(whole, self.algebra.mul(share, self._generator(g)))
        value = self.algebra.neg(self.algebra.mul(rest, self.algebra.inverse(share)))
        self.known = {name: self.algebra.substitute(each, g, value) for name, each in self.known.items()} | {g: value}

    def _generator(self, g: int) -> Scalar:
        return self.algebra.name(*self.algebra.keys[g])

    def _is_alone(self, g: int, value: Scalar) -> bool:
        """Whether a generator stands in one monomial, by itself, and nowhere inside another one."""
        if (g,) not in value.num or any(g in monomial for monomial in (*value.num, *value.den) if monomial != (g,)):
            return False
        rest = (each for each in self.algebra.generators(value) if each != g)
        return not any(self.algebra.uses(argument, {g: ONE}) for each in rest for argument in self.algebra.arguments.get(each, ()))

    def _shares(self) -> None:
        """Targets that sum to 1: where one is 1 the others are 0, else one of them is what the others leave."""
        view, net = self.env.view, self.env.view.net
        index = {name: next(iter(self.algebra.generators(view.target(name)))) for name in net.targets}
        groups = [net.targets[part] for part in net.examples] if hasattr(net, "examples") else [net.targets]
        for group in groups:
            ones = [name for name in group if self.algebra.equal(self.known.get(index[name], ZERO), ONE)]
            free = [name for name in group if index[name] not in self.known]
            if len(ones) == 1 and len(free) == len(group) - 1:
                self.known |= {index[name]: ZERO for name in free}
                self.supposed["the other targets are 0"] = None
            elif not ones and free and len(free) < len(group):
                taken = (self.put(view.target(name)) for name in group if name != free[-1])
                self.known[index[free[-1]]] = self.algebra.sub(ONE, self.algebra.add(*taken))
                self.supposed["the targets sum to 1"] = None

    def put(self, value: Scalar) -> Scalar:
        """The value where the equations hold."""
        return self.algebra.rebuild(value, self.known) if self.known else value

    def witnessed(self, values: tuple[Scalar, ...]) -> bool:
        """Whether a point shows something about these values: no output in them hangs on what is fixed."""
        fixed = [self._key(g) for g in self.known]
        if any(key[0] == "out" for key in fixed):
            return False
        moved = frozenset[str]().union(*(self.env.view.world.below.units(key) for key in fixed if key[0] in ("param", "input")))
        return not moved or not any(self._hangs(each, moved) for each in values)

    def _hangs(self, value: Scalar, moved: frozenset[str]) -> bool:
        for g in self.algebra.generators(value):
            key = self._key(g)
            if key[0] in ("out", "slope", "partition", "fn") and (len(key) < 2 or key[1] in moved or key[0] in ("partition", "fn")):
                return True
            if any(self._hangs(each, moved) for each in self.algebra.arguments.get(g, ())):
                return True
        return False

    def _key(self, g: int) -> Key:
        return self.algebra.keys[g]


"""One step of the update rule: what it adds to a parameter, and the parameter after it."""

from __future__ import annotations

from symbackprop.check.exact.algebra import Key, Scalar, number
from symbackprop.check.exact.values import Value
from symbackprop.check.meaning.quantities import key_of, of_mean, own_parameter, quantity_of
from symbackprop.check.meaning.scope import Env, Unresolved, shown
from symbackprop.check.reading.syntax import Sym


def change(key: Key, env: Env) -> Scalar:
    """What one step of gradient descent (ascent for a performance) adds to a parameter."""
    algebra, view, mean = env.view.algebra, env.view, of_mean(env.scope)
    maximise = env.view.net.loss.sense == "maximise"
    env.scope.notes["read the change as " + ("ascent: the rate times the derivative" if maximise
                                             else "descent: minus the rate times the derivative")] = None  # fmt: skip
    step = view.steps.get((key, mean))
    if step is None:
        step = algebra.mul(algebra.name("rate"), number(mean if maximise else -mean), view.partial(key))
        view.steps[key, mean] = step
    if env.scope.penalty is None:
        return step
    extra = algebra.mul(algebra.name("rate"), env.scope.penalty.slope(key, env))
    return algebra.add(step, extra if maximise else algebra.neg(extra))


def updated(node: Sym, env: Env) -> Value:
    """A parameter after one update."""
    found = quantity_of(node, env)
    names = env.scope.generic.get(node.name) if not (node.sub or node.sup) else None
    if names is not None:
        any_one: Key = ("param", names[env.indices["@" + node.name] - 1])
        return env.view.algebra.add(env.view.algebra.name(*any_one), change(any_one, env))
    own = own_parameter(node, env.view.net) if found is None and env.scope.net is not None else None
    key = key_of(found[0], env.view.net) if found else ("param", own) if own else None
    if key is None or key[0] != "param":
        raise Unresolved(shown(node), node.span, why=f"{shown(node)} with a prime is neither a function nor a parameter" if node.primes else f"nothing says which parameter {shown(node)} is")
    return env.view.algebra.add(env.view.algebra.name(*key), change(key, env))

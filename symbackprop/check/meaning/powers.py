"""Powers: a superscript that is a number, an expression, a transpose mark; e to anything is exp."""

from __future__ import annotations

from symbackprop.check.exact import values as V
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.meaning import denominators
from symbackprop.check.meaning.quantities import transpose
from symbackprop.check.meaning.scope import Env
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import parse_script
from symbackprop.check.reading.syntax import Node, Script, Sym
from symbackprop.errors import ParseError


def is_transpose(script: Script) -> bool:
    return script.text in ("T", "intercal")


def to_power(value: Value, script: Script, env: Env) -> Value:
    if is_transpose(script):
        return transpose(value, env)
    try:
        exponent = parse_script(script, "")
    except ParseError:
        raise Unsupported(f"the superscript {script.text[:40]}") from None
    return power_of(value, exponent, env)


def raise_to(base: Sym, script: Script, env: Env) -> Value:
    """A symbol to the power its superscript holds; e to any power is exp."""
    squared = "e" in env.scope.definitions and script.text.isdigit()  # the author's own e, an error perhaps
    if base.name == "e" and base.sub is None and "e" not in env.bound and not squared:
        exponent = env.value(parse_script(script, ""))
        if isinstance(exponent, Mat):
            return exponent.map(env.view.algebra.exp)
        return env.view.algebra.exp(V.scalar(exponent, "an exponent"))
    return to_power(env.value(base), script, env)


def power_of(value: Value, exponent: Node, env: Env, by_entry: bool = False) -> Value:
    algebra = env.view.algebra
    raised = V.scalar(env.value(exponent), "an exponent")
    whole = algebra.constant(raised)
    if whole is None or whole.denominator != 1:
        base = V.scalar(value, "a power")
        constant = algebra.constant(base)
        if constant is not None and constant < 0:
            raise Unsupported("a power of a negative number, which is real for some exponents only")
        if constant == 0:
            raise Unsupported("0 to a power that may be negative")
        if whole is None or base.den != {(): 1}:
            env.scope.assumptions["a base under a variable exponent is positive"] = None
            return algebra.exp(algebra.mul(raised, algebra.log(base)))
        raise Unsupported(f"the power {whole}")
    if isinstance(value, Mat) and (by_entry or env.scope.notation.program):
        return value.map(lambda each: algebra.power(each, int(whole)))  # what ** means to a program
    if isinstance(value, Mat) and 1 in value.shape and env.scope.powers == "entries" and whole > 0:
        return value.map(lambda each: algebra.power(each, int(whole)))
    if isinstance(value, Mat) and 1 in value.shape and env.scope.powers == "length" and whole == 2:
        return algebra.add(*(algebra.power(each, 2) for row in value.rows for each in row))
    env.scope.powered = env.scope.powered or isinstance(value, Mat)
    if whole < 0:
        denominators.remember(value, env)
    return V.power(algebra, value, int(whole))


def power(node: ast.Power, env: Env) -> Value:
    if isinstance(node.base, Sym) and node.base.name == "e" and node.base.sub is None:
        return env.view.algebra.exp(V.scalar(env.value(node.exponent), "an exponent"))
    value = env.value(node.base)
    if isinstance(value, Mat) and not env.scope.notation.program:
        env.scope.notes["read ** as programs do: entry by entry"] = None
    return power_of(value, node.exponent, env, by_entry=True)

"""Prints a dense program as plain loops over arrays: what numba compiles best."""

from __future__ import annotations

import re

from symbackprop.activations.activation import Activation
from symbackprop.codegen.emit_python import LOSS
from symbackprop.codegen.formulas import Cases, formula, head, loss_value
from symbackprop.codegen.printer import PYTHON, conditional, infix
from symbackprop.codegen.program import Dense
from symbackprop.kernel.terms import Term, replace
from symbackprop.networks import LEAK

_SOFTMAX = '''
def softmax(z, a, n):
    """a = exp(z) over the sum of all exp(z); the largest z is taken off first, so that nothing overflows."""
    top = z[0]
    for k in range(1, n):
        top = max(top, z[k])
    total = 0.0
    for k in range(n):
        a[k] = exp(z[k] - top)
        total += a[k]
    for k in range(n):
        a[k] /= total
'''
_FLOOR_LOG = '''
def floor_log(value):
    """log, with a floor instead of minus infinity; only the reported loss uses it."""
    return log(value) if value > 1e-300 else log(1e-300)
'''


def source(program: Dense) -> str:
    """learn(...) adds the gradients of some rows into g; run(...) makes whole passes; every array is given."""
    layers = range(1, len(program.sizes))
    depth = len(program.sizes) - 1
    weights = ", ".join(name for name, _, _ in program.blocks())
    grads = ", ".join(f"g{name}" for name, _, _ in program.blocks())
    rows = ", ".join(f"{kind}{k}" for k in layers for kind in "ZAD")
    body = _helpers(program)
    body += f'\n\ndef predict({weights}, {rows}, A0, out):\n    """The outputs, row by row."""\n    for i in range(len(A0)):\n'
    body += _indent(_forward(program), 2) + f"        for j in range(N{depth}):\n            out[i, j] = A{depth}[j]\n"
    body += f'\n\ndef learn({weights}, {grads}, {rows}, A0, Y, visits):\n    """Adds the gradients of the visited rows."""\n'
    body += (
        "    loss = 0.0\n    for i in visits:\n"
        + _indent(_forward(program) + _backward(program), 2)
        + "    return loss\n"
    )
    clear = [f"g{name}[...] = 0.0" for name, _, _ in program.blocks()]
    sign = "+" if program.loss.sense == "maximise" else "-"
    moves = [f"{name}[...] = {name} {sign} rate/n*g{name}" for name, _, _ in program.blocks()]
    body += f'''

def run({weights}, {grads}, {rows}, A0, Y, orders, rates, size, losses):
    """Passes in the given orders; every `size` rows the weights move by the mean gradient."""
    for e in range(len(rates)):
        rate, order, loss = rates[e], orders[e], 0.0
        for start in range(0, len(order), size):
            visits = order[start:start + size]
            n = len(visits)
{_indent(clear, 3)}            loss += learn({weights}, {grads}, {rows}, A0, Y, visits)
{_indent(moves, 3)}        losses[e] = loss/len(order)
'''
    used = [name for name in ("exp", "expm1", "log", "log1p", "tanh") if re.search(rf"\b{name}\(", body)]
    text = f'"""Trainer of the layered net {program.name}, as loops; generated from the proved delta recursion."""\n'
    names = ", ".join(f"N{k}" for k in range(depth + 1))
    body = f"\n{names} = {', '.join(map(str, program.sizes))}\n" + body
    return text + (f"from math import {', '.join(used)}\n" if used else "") + body


def helper_names(program: Dense) -> list[str]:
    """The functions that must be compiled before the others."""
    return re.findall(r"^def (\w+)\(", _helpers(program), flags=re.MULTILINE)


def _helpers(program: Dense) -> str:
    from symbackprop.activations import activation

    found = {kind.name: kind for kind in program.activations if kind.name != "identity"}
    for kind in list(found.values()):
        twin = None if kind.vector else formula(kind).slope_of
        if twin is not None:
            found[twin] = activation(twin)
    text = "\n" + _FLOOR_LOG
    for name, kind in sorted(found.items()):
        if kind.vector:
            text += "\n" + _SOFTMAX
        elif not formula(kind).library:
            facts = formula(kind)
            text += (
                f"\n\ndef {name}({', '.join(['z', *facts.partials])}):\n    return {conditional(facts.value, PYTHON)}\n"
            )
    return text


def _indent(lines: list[str], depth: int) -> str:
    return "".join("    " * depth + line + "\n" for each in lines for line in each.split("\n"))


def _call(kind: Activation, name: str) -> str:
    if kind.name == "identity":
        return name
    return f"{kind.name}({name}{', ' + repr(float(LEAK)) if formula(kind).partials else ''})"


def _forward(program: Dense) -> list[str]:
    lines = []
    for layer, kind in enumerate(program.activations, start=1):
        below = "A0[i, k]" if layer == 1 else f"A{layer - 1}[k]"
        begin = f"b{layer}[j]" if program.biased else "0.0"
        lines.append(
            f"for j in range(N{layer}):\n    s = {begin}\n    for k in range(N{layer - 1}):\n"
            f"        s += W{layer}[j, k]*{below}\n    Z{layer}[j] = s"
            + ("" if kind.vector else f"\n    A{layer}[j] = {_call(kind, 's')}")
        )
        if kind.vector:
            lines.append(f"softmax(Z{layer}, A{layer}, N{layer})")
    return lines


def _names(layer: int) -> dict[str, Term]:
    return {"z": f"Z{layer}[j]", "a": f"A{layer}[j]", "y": "Y[i, j]", "alpha": LEAK}


def _in(cases: Cases, layer: int) -> str:
    above = replace(cases.above, _names(layer))
    below = None if cases.below is None else replace(cases.below, _names(layer))
    return conditional(Cases(above, below, cases.strict), PYTHON, f"Z{layer}[j]")


def _slope(kind: Activation, layer: int) -> str:
    facts = formula(kind)
    return f"{facts.slope_of}(Z{layer}[j])" if facts.slope_of is not None else _in(facts.slope, layer)


def _softmax_delta(layer: int) -> str:
    return (
        f"s = 0.0\nfor j in range(N{layer}):\n    s += D{layer}[j]\n"
        f"for j in range(N{layer}):\n    D{layer}[j] -= A{layer}[j]*s"
    )


def _backward(program: Dense) -> list[str]:
    depth, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    value, after = _in(start, depth), []
    if kind.vector and program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        value = f"A{depth}[j] - Y[i, j]"  # the targets of a row sum to 1: the trainer checks it
    elif kind.vector:
        after = [_softmax_delta(depth)]
    elif not inside:
        value = f"({value})*({_slope(kind, depth)})"
    loss = infix(replace(loss_value(program.loss), _names(depth)), LOSS)
    lines = [f"for j in range(N{depth}):\n    loss += {loss}\n    D{depth}[j] = {value}", *after]
    for layer in range(depth, 0, -1):
        source_ = "A0[i, k]" if layer == 1 else f"A{layer - 1}[k]"
        bias = f"\n    gb{layer}[j] += D{layer}[j]" if program.biased else ""
        lines.append(
            f"for j in range(N{layer}):\n    for k in range(N{layer - 1}):\n        gW{layer}[j, k] += D{layer}[j]*{source_}{bias}"
        )
        if layer > 1:
            lower = program.activations[layer - 2]
            factor = f"A{layer - 1}[j]" if lower.vector else f"({_slope(lower, layer - 1)})"
            lines.append(
                f"for j in range(N{layer - 1}):\n    s = 0.0\n    for k in range(N{layer}):\n"
                f"        s += W{layer}[k, j]*D{layer}[k]\n    D{layer - 1}[j] = s*{factor}"
            )
            if lower.vector:
                lines.append(_softmax_delta(layer - 1))
    return lines

"""The whole NumPy module of a dense program: sizes at the top, then views, buffers, forward, gradient and passes."""

from __future__ import annotations

import re

from symbackprop.codegen.emit_numpy import CALLS, SOFTMAX, Writer, backward_lines, constants, forward_lines, loss_lines
from symbackprop.codegen.formulas import formula
from symbackprop.codegen.numpy_constraints import masked, shortener
from symbackprop.codegen.program import Dense
from symbackprop.kernel.terms import Term, replace


def _indent(lines: list[str], depth: int = 1) -> str:
    return "".join("    " * depth + each + "\n" for each in lines)


def source(program: Dense, trainable: bool = True) -> str:
    """The text; only SIZES and the widths in it depend on the sizes, so one shape of net is one program."""
    depth = len(program.sizes) - 1
    layers = range(1, depth + 1)
    weights = ", ".join(f"W{k}, b{k}" if program.biased else f"W{k}" for k in layers)
    grads = ", ".join(f"gW{k}, gb{k}" if program.biased else f"gW{k}" for k in layers)
    forward = forward_lines(program)
    backward, losses = (backward_lines(program), loss_lines(program)) if trainable else ([], [])
    training = backward + losses
    kinds = ["A", "Z", "D", "T", "U", "V", "M", "R"]
    every = [*forward, *training, f"A{depth}"]
    used = {kind: [k for k in range(depth + 1) if _uses(f"{kind}{k}", every)] for kind in kinds}
    names = [f"{kind}{k}" for kind in kinds for k in used[kind] if (kind, k) != ("A", 0)]
    aliases = _aliases(program)
    held = [name for name in names if name not in aliases]
    needed = [name for name in names if _uses(name, [*forward, f"A{depth}"])]
    text = f'"""Trainer of the layered net {program.name}, one matrix a layer; generated from the proved delta recursion.\n\n'
    text += "theta, grad: one flat vector each, " + weights.replace(",", " then") + ", row by row.\n"
    text += 'X: one sample a row. Y: its targets. All results go into buffers made once.\n"""\nimport numpy as np\n\n'
    text += "".join(
        f"{', '.join(some)} = {', '.join(f'np.{name}' for name in some)}\n" for some in (CALLS[:8], CALLS[8:])
    )
    text += f"SIZES = {program.sizes}\nTINY = 1e-37  # keeps a logarithm in a reported loss finite\n"
    text += "ENDLESS = np.inf  # the length of weights whose squares leave the floats\n" if trainable else ""
    text += _helpers(program)
    text += f'''

def views(theta):
    """The matrices (and biases) as views into one flat vector."""
    found, start = [], 0
    for m, n in zip(SIZES, SIZES[1:]):
        found.append(theta[start:start + n*m].reshape(n, m))
        start += n*m
{"        found.append(theta[start:start + n])" + chr(10) + "        start += n" + chr(10) if program.biased else ""}    return found


def buffers(rows, dtype):
    """Memory for a batch of this many rows."""
    made = {{}}
    for kind, layers in {_layout(held)!r}.items():
        for layer in layers:
            shape = (rows, 1) if kind == "R" else (rows, SIZES[layer])
            made[f"{{kind}}{{layer}}"] = np.empty(shape, bool if kind == "M" else dtype)
{"".join(f'    made["{new}"] = made["{old}"]  # one memory, two names' + chr(10) for new, old in aliases.items())}    return made


def predict(theta, A0):
    """The outputs for every row of A0."""
    {weights}, = views(theta)
    B = buffers(len(A0), theta.dtype)
    {_unpack(needed)} = {_pick(needed)}
'''
    turned = [f"W{k}T = W{k}.T" for k in layers]
    text += _indent([*turned, *constants(forward), *forward]) + f"    return A{depth}\n"
    return text + (_training(program, weights, grads, names, (forward, backward, losses)) if trainable else "")


def _uses(name: str, lines: list[str]) -> bool:
    return any(re.search(rf"\b{name}\b", each) for each in lines)


def _aliases(program: Dense) -> dict[str, str]:
    """An identity layer's output is its pre-activation."""
    return {f"A{k}": f"Z{k}" for k, kind in enumerate(program.activations, start=1) if kind.name == "identity"}


def _layout(held: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name in held:
        found.setdefault(name[0], []).append(int(name[1:]))
    return found


def _unpack(names: list[str]) -> str:
    return ", ".join(names) + ("," if len(names) == 1 else "")


def _pick(names: list[str]) -> str:
    return ", ".join(f'B["{name}"]' for name in names) + ("," if len(names) == 1 else "")


def _helpers(program: Dense) -> str:
    text = ""
    kinds = {each.name: each for each in program.activations}
    if any(each.vector for each in kinds.values()):
        text += "\n" + SOFTMAX
    for name, kind in sorted(kinds.items()):
        lines = forward_lines(Dense("", (1, 1), (kind,), "none", program.loss))
        if any(each.startswith(f"{name}(") for each in lines) and not kind.vector:
            writer = Writer(["U", "V"], named=False)
            facts = formula(kind)
            text += f'\n\ndef {name}(Z, A, T):\n    """Both stable forms, and a choice by the sign of Z."""\n'
            text += "    U, V = np.empty_like(T), np.empty_like(T)\n"
            text += "    minimum(Z, 0.0, out=T)\n"
            writer.into("A", _renamed(facts.value.below, "T"))
            writer.lines.append("maximum(Z, 0.0, out=T)")
            writer.lines.append("W = np.empty_like(T)")
            writer.into("W", _renamed(facts.value.above, "T"))
            writer.lines.append("copyto(A, W, where=greater_equal(Z, 0.0))")
            text += _indent(writer.lines)
    return text


def _renamed(item: Term, name: str) -> Term:
    return replace(item, {"z": name})


def _training(program: Dense, weights: str, grads: str, names: list[str], parts: tuple[list[str], ...]) -> str:
    forward, backward, losses = parts
    sign = "rate" if program.loss.sense == "maximise" else "-rate"
    given = (program, weights, grads, names)
    text = _prepare(*given, "prepare", "", [], forward, backward, losses)
    dropped = masked(program, forward, backward)
    if len(program.sizes) > 2:
        text += _prepare(*given, "prepare_masked", "kept, ", *dropped, losses)
    return f'''{text}{shortener(program)}

def cut(X, Y, size):
    """The batches of a pass in the order of the data, as views."""
    return [(X[k:k + size], Y[k:k + size]) for k in range(0, len(X), size)]


def gather(X, Y, order, size):
    """The batches of a pass in this order: views of single rows, or copies of several, always in the same memory."""
    if size == 1:
        yield from ((X[k:k + 1], Y[k:k + 1]) for k in order.tolist())
        return
    A0, targets = np.empty((size, X.shape[1]), X.dtype), np.empty((size, Y.shape[1]), Y.dtype)
    order = np.asarray(order, np.intp)
    for k in range(0, len(order), size):
        some = order[k:k + size]
        if len(some) < size:
            A0, targets = A0[:len(some)], targets[:len(some)]
        X.take(some, 0, A0, "clip")  # no place is outside; unlike "raise", it writes where it is told to at once
        Y.take(some, 0, targets, "clip")
        yield A0, targets


def epoch(theta, grad, X, Y, order, size, rate, calls, track=True, batches=None, masks=None, most=None):
    """One pass in this order; after every `size` rows the weights move by the mean gradient; returns the losses' sum.

    `calls` keeps the prepared gradient of each batch length between passes over one theta; `batches` are those of `cut`,
    for passes without an order. `masks` yields for every batch a number for each hidden unit, in one row or in one a sample;
    after a step the weights into a unit are at most `most` long.
    """
    if order is not None:
        batches = gather(X, Y, order, size)
    elif batches is None:
        batches = cut(X, Y, size)
    loss, steps = 0.0, {{}}
    for A0, targets in batches:
        n = len(A0)
        if n not in steps:
            steps[n] = np.array({sign}/n, theta.dtype)
{_call(program)}        add(theta, grad, theta)
        if most is not None:
            if 0 not in calls:
                calls[0] = shortener(theta)
            calls[0](most)
    return loss
'''


def _call(program: Dense) -> str:
    """The gradient of a batch; a net without hidden units has none under masks."""
    plain = """if n not in calls:
    calls[n] = prepare(theta, grad, n)
loss += calls[n](A0, targets, steps[n], track)"""
    if len(program.sizes) == 2:
        return _indent(plain.split("\n"), 2)
    under = """if -n not in calls:
    calls[-n] = prepare_masked(theta, grad, n)
loss += calls[-n](A0, targets, next(masks), steps[n], track)"""
    lines = ["if masks is None:", *_deeper(plain), "else:", *_deeper(under)]
    return _indent(lines, 2)


def _deeper(text: str) -> list[str]:
    return [f"    {each}" for each in text.split("\n")]


def _prepare(
    program: Dense, weights: str, grads: str, names: list[str], name: str, kept: str, more: list[str], forward: list[str],
    backward: list[str], losses: list[str],
) -> str:  # fmt: skip
    """A function that returns the gradient of batches of one length, plain or with masked units."""
    layers = range(1, len(program.sizes))
    turned = [f"W{k}T, D{k}T = W{k}.T, D{k}.T" for k in layers] + ["ones = np.ones(rows, theta.dtype)"] * program.biased
    under = ", the hidden units times `kept`" if kept else ""
    return f'''

def {name}(theta, grad, rows):
    """A function of (X, Y{", kept" if kept else ""}) that fills `grad` with scale times the summed gradient of so many rows and returns the loss{under}."""
    {weights}, = views(theta)
    {grads}, = views(grad)
    B = buffers(rows, theta.dtype)
    {_unpack(names)} = {_pick(names)}
{_indent([*turned, *more, *constants([*forward, *backward, *losses])])}
    def gradient(A0, Y, {kept}scale=1.0, track=True):
{_indent(forward + backward, 2)}        if not track:
            return 0.0
{_indent(losses, 2)}        return loss

    return gradient
'''

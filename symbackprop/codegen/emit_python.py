"""Prints an unrolled program as plain Python over floats: the fastest trainer of a tiny net without a compiler."""

from __future__ import annotations

import re

from symbackprop.codegen import shortest
from symbackprop.codegen import statements as st
from symbackprop.codegen.formulas import Cases, Formula, formula
from symbackprop.codegen.printer import PYTHON, Language, infix
from symbackprop.codegen.program import Unrolled
from symbackprop.kernel.terms import Term, replace

LOSS = Language(functions={"exp": "exp", "log": "floor_log"})
_SOFTMAX = '''
def softmax(*zs):
    """exp(z) over the sum of all exp(z); the largest z is taken off first, so that nothing overflows."""
    top = max(zs)
    powers = [exp(z - top) for z in zs]
    total = 0.0
    for each in powers:
        total += each
    return [each/total for each in powers]
'''
_FLOOR_LOG = '''
def floor_log(value):
    """log, with a floor instead of minus infinity; only the reported loss uses it."""
    return log(value) if value > 1e-300 else log(1e-300)
'''


def inlined(facts: Formula) -> bool:
    """Whether the activation is written into the statement: no exp beyond exp(z) and exp(-z), or a library function."""
    powers: set[object] = set()

    def visit(term: object) -> bool:
        if not isinstance(term, tuple):
            return True
        if term[0] == "exp":
            powers.add(term[1])
        return term[0] != "log" and all(visit(each) for each in term[1:])

    good = visit(facts.value.above) and (facts.value.below is None or visit(facts.value.below))
    return facts.library or (good and powers <= {"z", ("*", -1, "z")})


def _once(text: str) -> str:
    """A repeated exp(...) computed once, by naming it at its first place."""
    for call in re.findall(r"exp\(-?\w+\)", text):
        if text.count(call) > 1:
            first, rest = text.split(call, 1)
            return first + f"(e := {call})" + rest.replace(call, "e")
    return text


def expression(cases: Cases, z: str) -> str:
    """Cases as a Python expression; the exp that a branch needs twice is computed once."""
    if cases.below is None:
        return infix(cases.above)
    branches = [_once(infix(each, PYTHON, 1)) for each in (cases.above, cases.below)]
    return f"{branches[0]} if {z} {'>' if cases.strict else '>='} 0.0 else {branches[1]}"


def line(statement: st.Statement, plain: bool = False) -> str:
    """One statement of the forward or backward part; `plain` where an exp that overflows is caught outside."""
    left = ", ".join(statement.names)
    if plain and statement.call is not None and statement.value is not None:
        facts = formula(statement.call)
        if facts.plain is not None and facts.plain_is_safe and not facts.library:
            return f"{left} = {infix(replace(facts.plain, {'z': statement.arguments[0]}))}"
    if statement.value is None:
        assert statement.call is not None
        return f"{left} = {statement.call.name}({', '.join(statement.arguments)})"
    if statement.call is not None:
        facts = formula(statement.call)
        if facts.library or not inlined(facts):
            return f"{left} = {facts.name}({', '.join(statement.arguments)})"
    return f"{left} = {expression(statement.value, statement.z)}"


def helpers(program: Unrolled) -> str:
    """The functions the statements call: activations that are too long to stand inside a statement."""
    used = {unit.activation.name: unit.activation for unit in program.units}
    text = ""
    for name, kind in sorted(used.items()):
        if kind.vector:
            text += _SOFTMAX
            continue
        facts = formula(kind)
        if not facts.library and not inlined(facts):
            arguments = ", ".join(["z", *facts.partials])
            text += f"\n\ndef {name}({arguments}):\n    return {expression(facts.value, 'z')}\n"
    if "floor_log" in infix(st.loss_term(program), LOSS):
        text += "\n" + _FLOOR_LOG
    return text


def _block(lines: list[str], depth: int) -> str:
    return "".join("    " * depth + line + "\n" for each in lines for line in each.split("\n"))


def _tuple(names: tuple[str, ...]) -> str:
    return ", ".join(names) + ("," if len(names) == 1 else "")


def source(program: Unrolled, trainable: bool = True) -> str:
    """The whole module: online, batches, gradient and predict, importing only math.

    Math: with g the gradient of the loss of one example (or the mean over a batch), w + rate g for a performance,
    w - rate g for a cost; every g is computed from the old weights.
    """
    inputs, targets = program.inputs, program.targets
    weights = tuple(program.parameters.values())
    forward = [line(each) for each in st.forward(program)]
    text = f'"""Trainer of the net {program.name}, one statement a unit; generated from the proved delta recursion.\n\n'
    text += "theta: the parameters as a list, in the order in which each function unpacks them.\n"
    text += f'rows:  one tuple a sample, inputs then targets: ({_tuple(inputs + targets)})\n"""\n'
    needs = ("exp", "expm1", "log", "log1p", "tanh")
    body = helpers(program)
    if trainable:
        body += _training(program, forward)
    body += f'\n\ndef predict(theta, rows):\n    """The outputs for every row."""\n    {_tuple(weights)} = theta\n'
    body += f"    made = []\n    for {_tuple(inputs)} in rows:\n" + _block(forward, 2)
    body += f"        made.append(({_tuple(program.outputs)}))\n    return made\n"
    used = [name for name in needs if re.search(rf"\b{name}\(", body)]
    return text + (f"from math import {', '.join(used)}\n" if used else "") + body


def _online(program: Unrolled, forward: list[str], loss: str) -> str:
    """The online pass: with and without losses in the shortest form, and again, guarded, where an exp left the floats."""
    weights, row = tuple(program.parameters.values()), _tuple(program.inputs + program.targets)
    sign = "+" if program.loss.sense == "maximise" else "-"
    deltas = [line(each) for each in st.deltas(program, "rate")]
    moves = [f"{name} {sign}= {infix(g)}" for name, g in st.gradients(program).items()]
    guarded = [*forward, f"if track:\n    {loss}", *deltas, *moves]
    if shortest.fits(program):
        step = shortest.step(program)
        held = list(step.held.values())
        ahead, back, ends = _lines(step.forward), _lines(step.deltas), [_move(*each) for each in step.moves]
    else:
        held = [(name, False) for name in weights]
        ahead = [line(each, True) for each in st.forward(program)]
        back, ends = [line(each, True) for each in st.deltas(program, "rate")], moves
    turned = [(place, name) for name, (place, less) in zip(weights, held, strict=True) if less]
    begin = [f"{', '.join(m for m, _ in turned)} = {', '.join(f'-{w}' for _, w in turned)}"] if turned else []
    end = f"theta[:] = [{_tuple(tuple(('-' if less else '') + place for place, less in held))}]"
    loop = f"for {row} in rows:"
    body = f'''

def online(theta, rows, order, rate, track=True):
    """One pass over the rows in this order, the weights changed after each; returns the sum of the losses, or 0.

    With order None over the rows as they come.
    """
    if order is not None:
        rows = [rows[k] for k in order]
    {_tuple(weights)} = theta
    loss = 0.0
'''
    short = [
        *begin, "if track:", *_deeper([loop, *_deeper([*ahead, loss, *back, *ends])]),
        "else:", *_deeper([loop, *_deeper([*ahead, *back, *ends])]), end,
    ]  # fmt: skip
    if not any("exp(" in each for each in [*ahead, *back]):
        return body + _block([*short, "return loss"], 1)
    again = [f"{_tuple(weights)} = theta", "loss = 0.0", loop, *_deeper(guarded), f"theta[:] = [{_tuple(weights)}]"]
    note = "except OverflowError:  # an exp beyond the floats: again from the old weights, in forms that stay inside"
    return body + _block(["try:", *_deeper(short), note, *_deeper(again), "return loss"], 1)


def _lines(pairs: list[tuple[str, Term]]) -> list[str]:
    return [f"{name} = {infix(value)}" for name, value in pairs]


def _move(place: str, change: Term) -> str:
    less = shortest.negated(change)
    return f"{place} += {infix(change)}" if less is None else f"{place} -= {infix(less)}"


def _deeper(lines: list[str]) -> list[str]:
    return ["    " + part for each in lines for part in each.split("\n")]


def _training(program: Unrolled, forward: list[str]) -> str:
    weights = tuple(program.parameters.values())
    row = _tuple(program.inputs + program.targets)
    sign = "+" if program.loss.sense == "maximise" else "-"
    deltas = [line(each) for each in st.deltas(program)]
    gradients = st.gradients(program)
    loss = f"loss += {infix(st.loss_term(program), LOSS)}"
    tracked = [f"if track:\n    {loss}"]
    body = _online(program, forward, loss)
    sums = [f"g_{name}" for name in weights]
    accumulate = [f"g_{name} += {infix(g)}" for name, g in gradients.items()]
    body += f'''

def batches(theta, rows, order, size, rate, track=True):
    """One pass, the weights changed by the mean gradient of every `size` rows; returns the sum of the losses, or 0."""
    {_tuple(weights)} = theta
    loss = 0.0
    for start in range(0, len(order), size):
        batch = order[start:start + size]
        {" = ".join(sums)} = 0.0
        for k in batch:
            {row} = rows[k]
'''
    body += _block([*forward, *tracked, *deltas, *accumulate], 3)
    body += "        mean = rate/len(batch)\n"
    body += _block([f"{name} {sign}= mean*g_{name}" for name in weights], 2)
    body += f"    theta[:] = [{_tuple(weights)}]\n    return loss\n"
    body += f'''

def gradient(theta, rows):
    """The sum over the rows of the loss, and of its derivative by every parameter."""
    {_tuple(weights)} = theta
    loss = 0.0
    {" = ".join(sums)} = 0.0
    for {row} in rows:
'''
    body += _block([*forward, loss, *deltas, *accumulate], 2)
    body += f"    return loss, [{_tuple(tuple(sums))}]\n"
    return body

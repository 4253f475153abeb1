"""Prints a dense program as NumPy that allocates nothing in its loops: every result goes into a buffer, `out=`."""

from __future__ import annotations

import re
from fractions import Fraction

from symbackprop.activations.activation import Activation
from symbackprop.codegen.formulas import Cases, formula, head, loss_value
from symbackprop.codegen.printer import number
from symbackprop.codegen.program import Dense
from symbackprop.kernel.terms import Term, replace, symbols
from symbackprop.networks import LEAK

_UFUNC = {"+": "add", "*": "multiply"}
# NumPy's functions under names of the module's own, results in the place after the operands: each call starts sooner so
CALLS = (
    "add", "subtract", "multiply", "divide", "negative", "square", "exp", "log", "log1p", "maximum", "minimum",
    "greater", "greater_equal", "copyto", "dot",
)  # fmt: skip
SOFTMAX = '''
def softmax(Z, A, R):
    """A = exp(Z) over its sum along each row; the largest of a row is taken off first, so that nothing overflows."""
    maximum.reduce(Z, 1, None, R, True)
    subtract(Z, R, A)
    exp(A, A)
    add.reduce(A, 1, None, R, True)
    divide(A, R, A)
'''


def constant(value: int | Fraction) -> str:
    """The name of a number in generated code.

    >>> constant(1), constant(Fraction(-1, 100))
    ('c1', 'cm1_100')
    """
    exact = Fraction(value)
    below = f"_{exact.denominator}" if exact.denominator != 1 else ""
    return f"c{'m' if exact < 0 else ''}{abs(exact.numerator)}{below}"


def constants(lines: list[str]) -> list[str]:
    """Lines that make the numbers used in these lines, in the type of theta."""
    found = sorted(set(re.findall(r"\bc(m?)(\d+)(?:_(\d+))?\b", "\n".join(lines))))
    made = []
    for sign, above, below in found:
        value = Fraction(int(above), int(below or 1)) * (-1 if sign else 1)
        made.append(f"{constant(value)} = np.array({number(value)}, theta.dtype)")
    return made


class Writer:
    """Turns terms into `out=` statements with as few buffers as the nesting needs."""

    def __init__(self, temporaries: list[str], named: bool = True) -> None:
        self.lines: list[str] = []
        self.temporaries = temporaries
        self.named = named  # numbers as arrays made once, which every call takes in faster than a float

    def operand(self, item: Term) -> str | None:
        """A term that needs no statement: a name or a number."""
        if isinstance(item, int | Fraction):
            if self.named:
                return constant(item)
            shown = number(item)
            return f"({shown})" if "/" in shown else shown
        return item if isinstance(item, str) else None

    def into(self, out: str, item: Term, spare: int = 0) -> None:
        """Statements that leave the term in `out`."""
        simple = self.operand(item)
        if simple is not None:
            if simple != out:
                self.lines.append(f"{out}[...] = {simple}")
            return
        kind, *parts = item
        if kind == "*":  # numbers are multiplied now, not at run time
            value, rest = _numbers(parts)
            parts = rest if value == 1 else [value, *rest]
            if len(parts) < 2:
                self.into(out, parts[0] if parts else 1, spare)
                return
        if kind == "log" and isinstance(parts[0], tuple) and parts[0][0] == "+" and 1 in parts[0][1:]:
            rest = [each for each in parts[0][1:] if each != 1]
            self._call("log1p", out, rest[0] if len(rest) == 1 else ("+", *rest), spare)
        elif kind in ("exp", "log"):
            self._call(kind, out, parts[0], spare)
        elif kind == "^" and parts[1] == -1:
            self._binary("divide", out, 1, parts[0], spare)
        elif kind == "^" and parts[1] == 2:
            self._call("square", out, parts[0], spare)
        elif kind == "^":
            self.into(
                out, ("*", *[parts[0]] * parts[1]) if parts[1] > 0 else ("/", 1, ("^", parts[0], -parts[1])), spare
            )
        elif kind == "/":
            self._binary("divide", out, parts[0], parts[1], spare)
        elif kind == "*" and -1 in parts and len(parts) == 2:
            self._call("negative", out, next(each for each in parts if each != -1), spare)
        elif kind == "+" and len(parts) == 2 and self._negated(parts[1]) is not None:
            self._binary("subtract", out, parts[0], self._negated(parts[1]), spare)
        elif kind == "+" and len(parts) == 2 and self._negated(parts[0]) is not None:
            self._binary("subtract", out, parts[1], self._negated(parts[0]), spare)
        else:
            parts.sort(key=lambda each: not isinstance(each, tuple))  # deep parts first: they are free to use `out`
            first, *rest = parts
            for k, each in enumerate(rest):
                self._binary(_UFUNC[kind], out, first if k == 0 else out, each, spare)

    def _negated(self, item: Term) -> Term | None:
        if isinstance(item, tuple) and item[0] == "*" and -1 in item:
            rest = [each for each in item[1:] if each != -1]
            return rest[0] if len(rest) == 1 else ("*", *rest)
        return None

    def _call(self, function: str, out: str, inner: Term, spare: int) -> None:
        simple = self.operand(inner)
        if simple is None:
            self.into(out, inner, spare)
        self.lines.append(f"{function}({simple or out}, {out})")

    def _binary(self, function: str, out: str, left: Term, right: Term, spare: int) -> None:
        a, b = self.operand(left), self.operand(right)
        if b is None:
            target = out if a is not None and a != out else self.temporaries[spare]
            if a is None:  # both deep: the right one into a spare buffer, so that it survives the left one
                self.into(target, right, spare + 1)
                self.into(out, left, spare + 1)
                a = out
            else:
                self.into(target, right, spare + (target != out))
            b = target
        elif a is None:
            if out in symbols(right):
                self.into(self.temporaries[spare], left, spare + 1)
                a = self.temporaries[spare]
            else:
                self.into(out, left, spare)
                a = out
        self.lines.append(f"{function}({a}, {b}, {out})")


def _numbers(parts: list[Term]) -> tuple[Fraction, list[Term]]:
    value, rest = Fraction(1), []
    for each in parts:
        if isinstance(each, int | Fraction):
            value *= each
        elif isinstance(each, tuple) and each[0] == "/" and isinstance(each[1], int) and isinstance(each[2], int):
            value *= Fraction(each[1], each[2])
        else:
            rest.append(each)
    return value, rest


def _named(item: Term, layer: int, last: bool) -> Term:
    names: dict[str, Term] = {"z": f"Z{layer}", "a": f"A{layer}", "alpha": LEAK}
    return replace(item, {**names, "y": "Y"} if last else names)


def _temporaries(layer: int) -> list[str]:
    return [f"T{layer}", f"U{layer}", f"V{layer}"]


def activate(kind: Activation, layer: int) -> list[str]:
    """A = phi(Z)."""
    z, out = f"Z{layer}", f"A{layer}"
    if kind.vector:
        return [f"softmax({z}, {out}, R{layer})"]
    facts, writer = formula(kind), Writer(_temporaries(layer))
    if facts.library:
        return [f"np.{kind.name}({z}, {out})"]
    if kind.name != "identity" and not facts.plain_is_safe and _with_log(facts.value):
        return [f"{kind.name}({z}, {out}, T{layer})"]
    if facts.plain is not None and facts.plain_is_safe:
        writer.into(out, _named(facts.plain, layer, False))
        return writer.lines
    return _cases(facts.value, out, layer, writer)


def _with_log(cases: Cases) -> bool:
    return any("log" in repr(each) for each in (cases.above, cases.below))


def _cases(cases: Cases, out: str, layer: int, writer: Writer) -> list[str]:
    """Both cases, then a choice by the mask M = (Z > 0)."""
    z, mask = f"Z{layer}", f"M{layer}"
    if (cases.above, cases.below, cases.strict) == ("z", 0, True):
        return [f"maximum({z}, c0, out={out})"]
    above, below = _named(cases.above, layer, False), _named(cases.below, layer, False)
    test = "greater" if cases.strict else "greater_equal"
    writer.lines.append(f"{test}({z}, c0, {mask})")
    writer.into(out, below)
    simple = writer.operand(above)
    if simple is None:
        writer.into(f"T{layer}", above, 1)
    writer.lines.append(f"copyto({out}, {simple or f'T{layer}'}, where={mask})")
    return writer.lines


def times_slope(kind: Activation, layer: int) -> list[str]:
    """D *= phi'."""
    facts, delta = formula(kind), f"D{layer}"
    writer = Writer(_temporaries(layer)[1:])
    slope = facts.slope
    if slope.above == 1 and slope.below is None:
        return []
    if facts.slope_of is not None:
        from symbackprop.activations import activation

        twin = formula(activation(facts.slope_of))
        assert twin.plain is not None
        writer.into(f"T{layer}", replace(twin.plain, {"z": f"Z{layer}"}))
        return [*writer.lines, f"multiply({delta}, T{layer}, {delta})"]
    if slope.below is None:
        writer.into(f"T{layer}", _named(slope.above, layer, False))
        return [*writer.lines, f"multiply({delta}, T{layer}, {delta})"]
    if (slope.above, slope.below) == (1, 0):
        return [f"greater(Z{layer}, c0, M{layer})", f"multiply({delta}, M{layer}, {delta})"]
    lines = _cases(slope, f"T{layer}", layer, Writer(_temporaries(layer)[1:]))
    return [*lines, f"multiply({delta}, T{layer}, {delta})"]


def last_delta(program: Dense) -> list[str]:
    """D of the output layer, from the loss."""
    layer, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    delta, writer = f"D{layer}", Writer(_temporaries(layer))
    if not kind.vector:
        if inside and start.below is None:
            writer.into(delta, _named(start.above, layer, True))
            return writer.lines
        writer.into(delta, _named(start.above, layer, True))
        return writer.lines + times_slope(kind, layer)
    if program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        return [f"subtract(A{layer}, Y, {delta})"]  # the targets of a row sum to 1: the trainer checks it
    writer.into(delta, _named(start.above, layer, True))
    return [*writer.lines, *_softmax_delta(layer)]


def _softmax_delta(layer: int) -> list[str]:
    """D = Q - A * (row sums of Q), where D holds Q = A * upstream."""
    return [
        f"add.reduce(D{layer}, 1, None, R{layer}, True)",
        f"multiply(A{layer}, R{layer}, T{layer})",
        f"subtract(D{layer}, T{layer}, D{layer})",
    ]


def forward_lines(program: Dense) -> list[str]:
    """The whole forward pass."""
    lines: list[str] = []
    for layer, kind in enumerate(program.activations, start=1):
        lines.append(f"dot(A{layer - 1}, W{layer}T, Z{layer})")
        if program.biased:  # rows of biases first: an addition that repeats one row over many starts three times as late
            rows = f"A{layer}" if kind.name != "identity" else f"T{layer}"
            lines += [f"{rows}[...] = b{layer}", f"add(Z{layer}, {rows}, Z{layer})"]
        if kind.name != "identity":
            lines += activate(kind, layer)
    return lines


def backward_lines(program: Dense) -> list[str]:
    """All deltas and all gradients times `scale`, sums over the rows; no weight changes before the last delta is known."""
    last = len(program.sizes) - 1
    lines = [*last_delta(program), f"multiply(D{last}, scale, D{last})"]
    for layer in range(len(program.sizes) - 1, 0, -1):
        lines.append(f"dot(D{layer}T, A{layer - 1}, gW{layer})")
        if program.biased:
            lines.append(f"dot(ones, D{layer}, gb{layer})")
        if layer > 1:
            below = layer - 1
            lines.append(f"dot(D{layer}, W{layer}, D{below})")
            if program.activations[below - 1].vector:
                lines += [f"multiply(D{below}, A{below}, D{below})", *_softmax_delta(below)]
            else:
                lines += times_slope(program.activations[below - 1], below)
    return lines


def loss_lines(program: Dense) -> list[str]:
    """The sum of the losses of the rows, left in `loss`; logarithms have a floor instead of minus infinity."""
    layer = len(program.sizes) - 1
    value = _floored(replace(loss_value(program.loss), {"a": f"A{layer}", "y": "Y"}))
    writer = Writer(_temporaries(layer)[1:])
    writer.into(f"T{layer}", value)
    return [*writer.lines, f"loss = add.reduce(T{layer}, None)"]


def _floored(item: Term) -> Term:
    if not isinstance(item, tuple):
        return item
    if item[0] == "log":
        return ("log", ("+", item[1], "TINY"))
    return (item[0], *(_floored(each) for each in item[1:]))

"""Judges generated code by running it: the same source text, on exact numbers, must equal the proven gradient.

Three parts are judged apart, as they are proved apart:

    composition   the whole source, with activations drawn as free numbers, at random points modulo 2^61 - 1: CHECKED
                  with an error bound (polynomials of degree D that differ agree at a random point with chance <= D/p)
    helpers       the text of each activation function, run on symbols and accepted by the kernel as the table's value
    branches      every conditional of the source must have been seen going both ways

Not: a statement about rounding. Floating point is measured against 50 digits elsewhere.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from symbackprop.codegen.exact import PRIME, Draw, Mod, exact
from symbackprop.codegen.exact_symbols import SCOPE, SymbolDraw, Symbolically, TooLarge
from symbackprop.errors import InternalError
from symbackprop.kernel.rejected import Rejected
from symbackprop.networks import Network

if TYPE_CHECKING:
    from symbackprop.codegen.reference import Reference

_POINTS = 2
_MAX_POINTS = 64
_PROVED = 60  # parameters up to which the code is also run on symbols, as far as their limit of work allows
_FEW = (2, 3, 4)  # rows whose gradients are summed up: batches that are left over may be so small
_UPDATES = 3  # steps in a judged pass: each one multiplies the degree of what is compared


class CodeRefused(InternalError):
    """Generated code that does not compute the proven gradient, or that could not be run on exact numbers."""


@dataclass(frozen=True)
class CodeVerdict:
    """What is known about a piece of generated source.

    >>> CodeVerdict("CHECKED", 1e-17, ("the gradient",)).words()
    'CHECKED (chance of error below 1e-17): the gradient'
    """

    kind: str  # PROVED | CHECKED | UNDECIDED
    bound: float
    said: tuple[str, ...]

    def words(self) -> str:
        """One line for people."""
        bound = f" (chance of error below {self.bound:.0e})" if self.kind == "CHECKED" else ""
        return f"{self.kind}{bound}: {'; '.join(self.said)}"


class Exactly(ast.NodeTransformer):
    """Float literals become the numbers they were written as; every conditional reports which way it went."""

    def __init__(self) -> None:
        self.conditionals = 0

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, float):
            call = ast.Call(ast.Name("_exact", ast.Load()), [ast.Constant(repr(node.value))], [])
            return ast.copy_location(call, node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        self.conditionals += 1
        node.test = ast.Call(ast.Name("_seen", ast.Load()), [ast.Constant(self.conditionals), node.test], [])
        return node


def load_exactly(
    source: str, imports: Mapping[str, object], namespace: Mapping[str, object]
) -> tuple[dict[str, Any], set[tuple[int, bool]], int]:
    """The source's functions, run over exact numbers; only modules in `imports` may be imported by it.

    Returns the namespace, the set that collects which way each conditional went, and the number of conditionals.
    """
    visitor = Exactly()
    module = visitor.visit(_kept(source, imports, namespace))
    ast.fix_missing_locations(module)
    seen: set[tuple[int, bool]] = set()

    def note(index: int, outcome: bool) -> bool:
        seen.add((index, bool(outcome)))
        return outcome

    scope: dict[str, Any] = {"_exact": lambda text: Mod(exact(float(text))), "_seen": note, **imports, **namespace}
    exec(compile(module, "<generated>", "exec"), scope)
    return scope, seen, visitor.conditionals


def load_symbolically(source: str, imports: Mapping[str, object], namespace: Mapping[str, object]) -> dict[str, Any]:
    """The source's functions, run over symbols: both branches of every conditional are computed."""
    module = Symbolically().visit(_kept(source, imports, namespace))
    ast.fix_missing_locations(module)
    scope: dict[str, Any] = {**SCOPE, **imports, **namespace}
    exec(compile(module, "<generated>", "exec"), scope)
    return scope


def _kept(source: str, imports: Mapping[str, object], namespace: Mapping[str, object]) -> ast.Module:
    """The statements that are run: without imports of the numeric library, and without helpers that are drawn."""
    tree = ast.parse(source)
    kept: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "math":
            continue  # exp and its like are given as drawn functions
        if isinstance(node, ast.Import) and all(each.name in imports for each in node.names):
            continue
        if isinstance(node, ast.FunctionDef) and node.name in namespace:
            continue  # a helper: drawn here, its own text judged on symbols
        if isinstance(node, ast.Import | ast.ImportFrom):
            raise CodeRefused("generated source imports something else than its numeric library")
        kept.append(node)
    return ast.Module(kept, [])


@dataclass
class Subject:
    """One generated source as the judge sees it: ways to call it on exact numbers, by the net's own names.

    run(theta, rows, order, size, rate) -> theta after one pass; gradient(theta, rows) -> the summed gradient;
    and the summed loss; predict(theta, inputs) -> outputs. theta is {parameter: Mod}.
    """

    net: Network
    run: Callable[[dict[str, Mod], list[tuple[list[Mod], list[Mod]]], list[int], int, Mod], dict[str, Mod]] | None
    gradient: Callable[[dict[str, Mod], list[tuple[list[Mod], list[Mod]]]], tuple[Mod, dict[str, Mod]]] | None
    predict: Callable[[dict[str, Mod], list[list[Mod]]], list[list[Mod]]] | None
    draw_with: Callable[[Draw], None]
    missing: Callable[[], list[int]] = list
    rows: int = 3
    updates: int = _UPDATES
    sizes: tuple[int, ...] = (1, 2, 3)  # batch sizes of the passes; they should not all divide `rows`


REPORTED = ""  # under this name a pass gives the sum of its losses, beside the weights that it ends with


def judge(subject: Subject, seed: str = "certify", where: str = "generated source") -> CodeVerdict:
    """Compare the source with the proven gradient: predictions, summed gradients, and passes online and in batches.

    Raises: CodeRefused with the first parameter that differs.
    """
    from symbackprop.codegen.reference import Reference  # the proven formulas, for which SymPy is loaded

    net = subject.net
    reference = Reference(net)
    points, worst = 0, 0.0
    while points < _POINTS or (subject.missing() and points < _MAX_POINTS):
        draw = Draw(f"{seed}|{net.name}|{points}")
        subject.draw_with(draw)
        points += 1
        try:
            _one_point(subject, reference, draw, where)
        except (ArithmeticError, TypeError, ValueError, AttributeError, IndexError, NameError) as problem:
            raise CodeRefused(
                "the code does not run on exact numbers", where=where, got=f"{type(problem).__name__}: {problem}"
            ) from None
    if subject.missing():
        raise CodeRefused("a branch of the code never ran, so nothing is known about it", where=where)
    depth = len(net.units) if net.depths is None else max(net.depths.values())
    degree = float(3 * depth + 3) ** _UPDATES
    worst = max(min(1.0, degree / PRIME) ** _POINTS, 1e-300)
    said = ("loss", "gradient", "online pass", "batch pass") if subject.gradient else ()
    said = said if subject.predict is None else ("outputs", *said)
    return CodeVerdict("CHECKED", worst, (f"{', '.join(said)} equal the proven ones at {points} exact points",))


def prove(subject: Subject, judged: CodeVerdict) -> CodeVerdict:
    """The same comparison on symbols, for a small net whose code has passed on numbers: PROVED, or what it was before.

    Scope: every weight, sample and rate, off the kinks, at this net's own sizes, in passes over at most two samples with two
    updates; with one update where two grow too large (passes with more were judged on numbers, and the verdict says so).
    """
    from symbackprop.codegen.reference import SymbolReference

    net = subject.net
    if judged.kind != "CHECKED" or len(net.parameters) > _PROVED:
        return judged
    for updates, rest in ((2, ""), (1, f"; more updates a pass CHECKED, chance of error below {judged.bound:.0e}")):
        draw: Any = SymbolDraw()
        subject.draw_with(draw)
        runs = ((2, (1, 2)),) if updates == 2 else ((1, (1,)), (2, (2,)))  # every row is visited, as in training
        try:
            for rows, sizes in runs:
                small = replace(subject, rows=rows, sizes=sizes, updates=updates)
                _one_point(small, SymbolReference(net), draw, "symbols")
        except (TooLarge, Rejected, SystemError):  # NumPy's dot goes on after an exception, and Python notices
            continue
        except (ArithmeticError, CodeRefused, TypeError, ValueError, AttributeError, IndexError, NameError):
            return (
                judged  # two ways to write one argument, or an operation symbols do not have: nothing is said about it
            )
        parts = "outputs, loss, gradient, online pass, batch pass" if subject.gradient else "outputs"
        kinks = ", off the kinks" if net.kinks else ""
        many = "two updates" if updates == 2 else "one update"
        said = f"{parts} equal the proven ones for all weights, samples and rates{kinks} (symbols, {many} a pass{rest})"
        return CodeVerdict("PROVED", 0.0, (said, *judged.said[1:]))
    return judged


def _one_point(subject: Subject, reference: Reference, draw: Draw, where: str) -> None:
    net = subject.net
    theta = {name: draw.number("theta", name) for name in net.parameters}
    rows = [row(net, draw, k) for k in range(subject.rows)]
    samples = [reference.at(theta, x, y, draw) for x, y in rows]
    made = (
        [s.outputs for s in samples] if subject.predict is None else subject.predict(dict(theta), [x for x, _ in rows])
    )
    for sample, outputs in zip(samples, made, strict=True):
        for name, good, got in zip(net.outputs, sample.outputs, outputs, strict=True):
            if good != got:
                raise CodeRefused("the code computes another output", where=f"{where}: output {name}")
    if subject.gradient is None or subject.run is None:
        return
    counts = (subject.rows, *subject.sizes, *_FEW)  # other loops may sum up fewer rows
    for count in dict.fromkeys(min(each, subject.rows) for each in counts):
        few = samples[:count]
        loss, found = subject.gradient(dict(theta), rows[:count])
        if loss != sum((s.loss for s in few[1:]), few[0].loss):
            raise CodeRefused("the code reports another loss", where=f"{where}: {count} rows")
        summed = {name: sum((s.gradient[name] for s in few[1:]), few[0].gradient[name]) for name in net.parameters}
        _compare(summed, found, f"{where}: gradient of {count} rows")
    sign = 1 if net.loss.sense == "maximise" else -1
    rate = draw.number("rate")
    everything = [*range(2, subject.rows), 0, 1]
    for size in subject.sizes:
        order = everything[: subject.updates * size]
        expected, losses = dict(theta), []
        for start in range(0, len(order), size):
            batch = order[start : start + size]  # the first one at the weights at which every row is known already
            seen = [reference.at(expected, rows[k][0], rows[k][1], draw) if start else samples[k] for k in batch]
            losses += [each.loss for each in seen]
            grads = [each.gradient for each in seen]
            step = rate * sign / len(batch)
            expected = {
                name: value + step * sum((g[name] for g in grads[1:]), grads[0][name])
                for name, value in expected.items()
            }
        ended = subject.run(dict(theta), rows, order, size, rate)
        _compare(expected, ended, f"{where}: pass with batches of {size}")
        if REPORTED in ended and where != "symbols" and ended[REPORTED] != sum(losses[1:], losses[0]):  # on numbers alone
            raise CodeRefused("a pass reports another loss", where=f"{where}: pass with batches of {size}")


def row(net: Network, draw: Draw, k: int) -> tuple[list[Mod], list[Mod]]:
    """Sample k: drawn inputs and targets, which sum to 1 where the loss asks for it."""
    x = [draw.number("x", name, k) for name in net.inputs]
    y = [draw.number("y", name, k) for name in net.targets]
    if net.loss.targets_sum_to_one:  # the condition under which the gradient was proved
        rest = draw.constant(1)
        for each in y[:-1]:
            rest = rest - each
        y[-1] = rest
    return x, y


def _compare(expected: Mapping[str, Mod], got: Mapping[str, object], where: str) -> None:
    for name, value in expected.items():
        if value != got[name]:
            raise CodeRefused(
                "the code does not compute the proven gradient",
                where=f"{where}: parameter {name}",
                expected="the value of the proven recursion",
                got="another value at an exact random point",
            )


def floats_agree(pairs: Sequence[tuple[float, float]]) -> float:
    """The largest relative difference of the pairs (absolute where both are below 1)."""
    return max((abs(a - b) / max(1.0, abs(a), abs(b)) for a, b in pairs if not math.isnan(a)), default=0.0)

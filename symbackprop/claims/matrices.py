"""Matrices and schemes of the reader's own: products as nets, products with fewer multiplications, nets of identity units.

A bilinear scheme for an n x m times m x p product with r multiplications is a JSON file with its sizes and three tables of r rows:
product k is (first_k . entries of A) times (second_k . entries of B), entry e of A B is the sum over k of last_k,e times product k
(entries row by row). Strassen's is [[...] x 7] with sizes [2, 2, 2].
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from symbackprop.claims.boolean_nets import run
from symbackprop.claims.claim import counted
from symbackprop.claims.linear_nets import kronecker
from symbackprop.claims.question import Question, matrix
from symbackprop.errors import DataError, FileError, quote
from symbackprop.files import nearest_file, read_text
from symbackprop.kernel import polynomials as P
from symbackprop.networks import Network
from symbackprop.proofs.numbers import intervals
from symbackprop.proofs.verdict import Proved, Refuted, Undecided, Verdict
from symbackprop.specs import read_spec

MOST_PRODUCTS = 200
TRIES = 40


def product(b: str, x: str, said: str) -> tuple[str, Verdict]:
    """The linear net with weights I (x) B^T, run exactly at X: does it put out this matrix?"""
    factor, given, claimed = matrix(b, "B"), matrix(x, "X"), matrix(said, "Y")
    if len(given[0]) != len(factor):
        raise DataError(
            "the matrices do not fit", where="X", expected=f"{len(factor)} columns, one per row of B", got=str(len(given[0]))
        )
    net = kronecker(factor, rows=len(given))
    found = run(net, {}, [entry for row in given for entry in row])
    shown = _shown(found, len(factor[0]))
    sentence = f"the net with no hidden layer and weights I (x) B^T, B = ({b}), maps ({x}) to ({said})"
    note = f"{len(net['units'])} identity units; it puts out ({shown}), and X B is ({_shown(_times(given, factor), len(factor[0]))})"
    if found == [entry for row in claimed for entry in row] and len(claimed) == len(given):
        return sentence, Proved(engine="exact evaluation", scope="these matrices", notes=(note,))
    return sentence, Refuted(engine="exact evaluation", left=shown, right=said, reason=note, witness={"X": x})


def _times(x: list[list[Fraction]], b: list[list[Fraction]]) -> list[Fraction]:
    return [sum((v * b[k][j] for k, v in enumerate(row)), Fraction(0)) for row in x for j in range(len(b[0]))]


def _shown(entries: Sequence[Fraction], columns: int) -> str:
    rows = (entries[n : n + columns] for n in range(0, len(entries), columns))
    return "; ".join(" ".join(map(str, row)) for row in rows)


def scheme(path: str) -> tuple[str, Verdict]:
    """Does the scheme of a file multiply all matrices of its sizes?"""
    sizes, first, second, last = _scheme(path)
    n, m, p = sizes
    a = [P.generator(k) for k in range(n * m)]
    b = [P.generator(n * m + k) for k in range(m * p)]
    products = [P.multiply(_form(one, a), _form(two, b)) for one, two in zip(first, second)]
    sentence = f"the scheme of {Path(path).name} multiplies {n} x {m} by {m} x {p} matrices with {len(first)} multiplications"
    for row in range(n):
        for column in range(p):
            found = _form([line[row * p + column] for line in last], products)
            wanted = P.add(*(P.multiply(a[row * m + k], b[k * p + column]) for k in range(m)))
            if gap := P.subtract(found, wanted):
                return sentence, _differs(gap, (row + 1, column + 1), (n, m, p))
    note = f"{len(first)} multiplications rather than {n * m * p}"
    return sentence, Proved(engine="exact polynomials", scope=f"all {n} x {m} and {m} x {p} matrices", notes=(note,))


def _form(row: Sequence[Fraction], entries: list[P.Poly]) -> P.Poly:
    return P.add(*(P.scale(entry, c) for c, entry in zip(row, entries) if c))


def _differs(gap: P.Poly, entry: tuple[int, int], sizes: tuple[int, int, int]) -> Verdict:
    """A gap is a sum of products of one entry of A and one of B: 1 at one such pair and 0 elsewhere makes it show."""
    n, m, p = sizes
    monomial, value = next(iter(gap.items()))
    at_a, at_b = sorted(monomial)
    names = f"A_{at_a // m + 1}{at_a % m + 1}", f"B_{(at_b - n * m) // p + 1}{(at_b - n * m) % p + 1}"
    witness = dict.fromkeys(names, "1") | {"all other entries": "0"}
    reason = f"entry {entry} of the product is off by {value} there"
    return Refuted(engine="exact polynomials", scope=f"all {n} x {m} and {m} x {p} matrices", witness=witness, reason=reason)


Table = list[list[Fraction]]


def _scheme(path: str) -> tuple[tuple[int, int, int], Table, Table, Table]:
    """The sizes and the three tables of a file, checked."""
    try:
        data: Any = json.loads(read_text(path))
        n, m, p = data["sizes"]
        tables = [[[Fraction(str(c)) for c in row] for row in data[key]] for key in ("first", "second", "last")]
    except OSError as problem:
        raise FileError("the scheme cannot be read", where=quote(path), got=problem.strerror, try_=nearest_file(path)) from None
    except (ValueError, KeyError, TypeError, ZeroDivisionError, RecursionError) as problem:
        raise FileError(
            "not a scheme", where=quote(path), got=quote(str(problem)),
            expected='{"sizes": [n, m, p], "first": [[...], ...], "second": [[...], ...], "last": [[...], ...]}',
        ) from None  # fmt: skip
    good = all(isinstance(size, int) and 1 <= size <= 9 for size in (n, m, p)) and 1 <= len(tables[0]) <= MOST_PRODUCTS
    widths = (n * m, m * p, n * p) if good else (0, 0, 0)
    if not good or any(
        len(table) != len(tables[0]) or any(len(row) != width for row in table) for table, width in zip(tables, widths)
    ):
        raise FileError(
            "the tables of the scheme do not fit its sizes",
            where=quote(path),
            expected="sizes from 1 to 9; a row per product, of n m, m p and n p numbers",
        )
    return (n, m, p), tables[0], tables[1], tables[2]


def one_matrix(spec: str) -> tuple[str, Verdict]:
    """Is a net one affine map of its inputs? Every output as an exact polynomial in inputs, weights and biases."""
    own = {} if spec.endswith(".toml") else {"activation": "identity", "loss": "squared"}
    net = read_spec(spec, **own)
    sentence = f"the net {net.name} is one affine map: a matrix times its inputs, plus a vector"
    names = [*net.inputs, *net.parameters]
    known = {name: P.generator(k) for k, name in enumerate(names)} | dict.fromkeys(net.ones, P.ONE)

    def value(weight: Any) -> P.Poly:
        return known[weight] if isinstance(weight, str) else P.constant(Fraction(weight))

    if any(unit.activation.name != "identity" for unit in net.units):
        return sentence, _bent(net)
    for unit in net.units:
        parts = [P.multiply(value(edge.weight), known[edge.source]) for edge in unit.edges]
        known[unit.name] = P.add(*parts, *([value(unit.bias)] if unit.bias is not None else []))
    inputs = range(len(net.inputs))
    degree = max(sum(g in inputs for g in m) for name in net.outputs for m in (known[name] or P.ONE))
    count = sum(len(known[name]) for name in net.outputs)
    notes = (f"{len(net.outputs)} x {len(net.inputs)} matrix; its entries and the vector are {count} products of weights in all",)
    assert degree <= 1  # sums and multiples of affine maps are affine
    return sentence, Proved(engine="exact polynomials", scope="all inputs, weights and biases", notes=notes)


def _bent(net: Network) -> Verdict:
    """Numbers at which f(x) + f(-x) - 2 f(0), which is 0 for every affine f, is certified not to be 0."""
    context = intervals()
    values = {
        "identity": lambda z: z,
        "sigmoid": lambda z: 1 / (1 + context.exp(-z)),
        "tanh": lambda z: 1 - 2 / (1 + context.exp(2 * z)),
        "relu": lambda z: context.mpf([max(z.a, 0), max(z.b, 0)]),
        "softplus": lambda z: context.log(1 + context.exp(z)),
    }
    strange = next((unit.activation.name for unit in net.units if unit.activation.name not in values), None)
    if strange is not None:
        return Undecided(engine="interval arithmetic", reason=f"a unit applies {strange}, which is not computed here")

    def f(point: dict[str, Fraction], sign: int) -> Any:
        known = {name: context.mpf(1) for name in net.ones}
        known |= {name: context.mpf(sign * v.numerator) / v.denominator for name, v in point.items() if name in net.inputs}

        def number(weight: Any) -> Any:
            exact = point[weight] if isinstance(weight, str) else Fraction(weight)
            return context.mpf(exact.numerator) / exact.denominator

        for unit in net.units:
            total = sum((number(e.weight) * known[e.source] for e in unit.edges), context.mpf(0))
            total += number(unit.bias) if unit.bias is not None else 0
            known[unit.name] = values[unit.activation.name](total)
        return known[net.outputs[0]]

    choose = random.Random(1)
    for _ in range(TRIES):
        point = {name: Fraction(choose.randint(-6, 6), choose.choice((1, 2, 3))) for name in (*net.inputs, *net.parameters)}
        gap = f(point, 1) + f(point, -1) - 2 * f(point, 0)
        if gap.a > 0 or gap.b < 0:
            witness = {name: str(v) for name, v in point.items()}
            reason = f"f(x) + f(-x) - 2 f(0) is near {float(gap.mid):.4g} there, and 0 for every affine map"
            return Refuted(engine="interval arithmetic", scope="all inputs and weights", witness=witness, reason=reason)
    return Undecided(engine="interval arithmetic", reason=f"no point among {TRIES} shows that it is not affine")


def weights_of(spec: str, said: str) -> tuple[str, Verdict]:
    """How many weights and biases a net has."""
    net = read_spec(spec)
    count = net.architecture.count() if net.architecture is not None else len(net.parameters)
    claimed = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else -1
    if claimed < 0:
        raise DataError("not a count", where="COUNT", got=quote(said), expected="a whole number")
    return f"the net {net.name} has {claimed} weights and biases", counted("its weights and biases", claimed, count)


PRODUCT_NET = Question(
    "product-net", "B X Y", "the linear net for the matrix B maps X to Y", "'1 2; 3 4' '5 6; 7 8' '23 34; 31 46'",
    "'1 2; 3 4' '5 6; 7 8' '17 39; 23 53'", product,
)  # fmt: skip
SCHEME = Question("product-scheme", "FILE.json", "a scheme multiplies all matrices of its sizes", "scheme.json", "", scheme)
ONE_MATRIX = Question("one-matrix", "SPEC", "a net (of identity units, unless a file says otherwise) is one affine map", "2-3-2", "", one_matrix)
PARAMETERS = Question("parameters", "SPEC COUNT", "a net has so many weights and biases", "6-6-4-3-1 89", "6-6-4-3-1 28", weights_of)

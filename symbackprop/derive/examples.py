"""Sums over training examples written out: o of example d becomes a symbol of its own for each of a few examples."""

from __future__ import annotations

from symbackprop.derive import shown as S
from symbackprop.derive.curried import Example


def of_example(symbol: S.Symbol, number: int | str) -> S.Symbol:
    """The symbol of a quantity of one example.

    >>> of_example(S.Symbol("x", "1"), 2)
    Symbol(name='x', sub='1_of2')
    """
    return S.Symbol(symbol.name, f"{symbol.sub}_of{number}".lstrip("_"))


def spelt(form: S.Shown, at: dict[str, str], count: int) -> S.Shown:
    """The form with sums over examples written out for `count` of them, and index letters replaced by numbers."""
    match form:
        case S.BigSum(index, _, body):
            return S.plus(*(spelt(body, {**at, index: str(n)}, count) for n in range(1, count + 1)))
        case Example(of, example):
            inside = spelt(of, at, count)
            assert isinstance(inside, S.Symbol)
            return of_example(inside, at.get(example, example))
        case S.Symbol("n", ""):
            return S.shown(count)
        case S.Symbol(name, sub):
            return S.Symbol(name, "".join(at.get(each, each) for each in sub))
        case S.Sum(terms, signs):
            return S.Sum(tuple(spelt(each, at, count) for each in terms), signs)
        case S.Product(factors, by):
            return S.Product(tuple(spelt(each, at, count) for each in factors), by)
        case S.Quotient(top, bottom):
            return S.Quotient(spelt(top, at, count), spelt(bottom, at, count))
        case S.Bracketed(inner, bracket):
            return S.Bracketed(spelt(inner, at, count), bracket)
        case S.Power(base, exponent):
            return S.Power(spelt(base, at, count), exponent)
        case S.Partial(what, by, operator, total):
            return S.Partial(spelt(what, at, count), spelt(by, at, count), operator, total)
    return form

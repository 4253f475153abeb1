"""What a claim is: a sentence, a way to decide it, and a false neighbour that the same way must refute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import symbackprop.claims as here
from symbackprop.discovery import entries, pick
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import VERSION, digest, verify
from symbackprop.proofs.verdict import Proved, Refuted, Undecided, Verdict
from symbackprop.symbols import Expr
from symbackprop.translate import plain, term


@dataclass(frozen=True)
class Claim:
    """A sentence that can be decided; `false_neighbour` is a sentence close to it that must come out REFUTED."""

    name: str
    statement: str
    decide: Callable[[], Verdict]
    false_neighbour: tuple[str, Callable[[], Verdict]]


def all_claims() -> dict[str, Claim]:
    """Every claim, by name.

    >>> "xor" in all_claims()
    True
    """
    return _found()


@cache
def _found() -> dict[str, Claim]:
    return entries(here, Claim)


def decide(name: str | Claim) -> Verdict:
    """The verdict on the claim with a name.

    >>> decide("xor").name
    'PROVED'
    """
    return pick(all_claims(), "claim", name).decide()


def equation(left: Expr, right: Expr, *, by: str = "", notes: tuple[str, ...] = (), scope: str = "") -> Verdict:
    """Whether left (or its derivative by a symbol) = right for all real values: the kernel's exact decision.

    REFUTED needs a rational point where both sides are exact and different; exponentials make that UNDECIDED.
    """
    certificate = {"kind": "equation", "version": VERSION, "left": plain(term(left)), "right": plain(term(right))}
    if by:
        certificate["by"] = [by]
    certificate["sha256"] = digest(certificate)
    try:
        said = verify(certificate)
    except Rejected as refusal:
        return _different(left.diff(by) if by else left, right, str(refusal), scope)
    return Proved(engine="kernel", scope=scope, certificate=str(certificate["sha256"]), notes=(*said, *notes))


def _different(left: Expr, right: Expr, reason: str, scope: str) -> Verdict:
    """A point where the sides differ by certified ball arithmetic, if one of a few is one."""
    names = sorted((left - right).free_symbols, key=str)
    for shift in (2, 3, 5):
        point = {symbol: (n + 1) * shift for n, symbol in enumerate(names)}
        gap, error = _ball(left - right, point)
        if abs(gap) > error + 1e-9:  # the extra covers a fraction such as 1/5 that was rounded on the way in
            witness = {str(symbol): str(value) for symbol, value in point.items()}
            sides = (str(left.subs(point).evalf(20)), str(right.subs(point).evalf(20)))
            return Refuted(
                engine="interval arithmetic", scope=scope, witness=witness, left=sides[0], right=sides[1], reason=reason
            )
    return Undecided(engine="kernel", scope=scope, reason=reason)


def _ball(expression: Expr, point: dict[Expr, int]) -> tuple[float, float]:
    """Midpoint and radius of an enclosure of the value at integers."""
    from sympy import lambdify

    from symbackprop.proofs.numbers import intervals

    context = intervals()
    value = lambdify(list(point), expression, modules=[context])(*(context.mpf(v) for v in point.values()))
    value = context.mpf(value)
    return float(value.mid), float(value.delta) / 2


def shown(number: int) -> str:
    """A count as it can be read: in full, or as a power of two, or by its digits.

    >>> shown(24), shown(2**768), shown(10**30)
    ('24', '2^768', 'a number of 31 digits')
    """
    if abs(number) < 10**18:
        return str(number)
    power = number.bit_length() - 1
    return f"2^{power}" if number == 1 << power else f"a number of {len(str(number))} digits"


def counted(statement: str, said: int, right: int, *, scope: str = "exact count") -> Verdict:
    """Whether a count is what was said, as exact integers."""
    if said == right:
        return Proved(engine="exact count", scope=scope, notes=(f"{statement}: {shown(right)}",))
    return Refuted(
        engine="exact count",
        scope=scope,
        left=shown(said),
        right=shown(right),
        reason=f"{statement} is {shown(right)}, not {shown(said)}",
    )


def enumerated(what: str, failures: list[str], total: int, *, notes: tuple[str, ...] = ()) -> Verdict:
    """The verdict on a statement about finitely many cases, all of which were looked at."""
    scope = f"all {total} cases"
    if failures:
        return Refuted(
            engine="enumeration", scope=scope, reason=f"{what} fails for {failures[0]}", witness={"case": failures[0]}
        )
    return Proved(engine="enumeration", scope=scope, notes=notes)

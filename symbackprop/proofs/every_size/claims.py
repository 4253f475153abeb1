r"""Decides a matrix claim about a layered net for every size: proved with a certificate, or refuted at random widths.

    prove_matrix_claim(left, right)               one example, offset 0 is some layer l with layers after it
    prove_matrix_claim(left, right, output=True)  offset 0 is the output layer L
    prove_matrix_claim(left, right, batch=True)   one column per example; ones() is the column of ones

Both sides are trees from `matrix` (see there for the quantities). The layers that the claim names, and one below, are
modelled with undefined differentiable sigma and C; every delta and gradient is proved from the total differential of C, not
taken as a definition; then the claim is decided by rewriting both sides to weights, outputs, slopes and the topmost delta.
Those stand for independent numbers, so two different results are different functions; still, a claim is only REFUTED at
a witness where exact evaluation (`concrete`, which shares no rule with the proof) finds two different values.

>>> from symbackprop.proofs.every_size.matrix import Hadamard, Product, Transposed, delta, outer, slope, w, a, by_w
>>> verdict = prove_matrix_claim(delta(0), Hadamard(Product(Transposed(w(1)), delta(1)), slope(0)))
>>> verdict.name, verdict.scope
('PROVED', 'every width, every depth')
>>> prove_matrix_claim(by_w(0), outer(delta(0), a(-1))).name
'PROVED'
>>> wrong = prove_matrix_claim(delta(0), Hadamard(Product(Transposed(w(1)), delta(1)), slope(1)))
>>> wrong.name, wrong.notes[0].splitlines()[0]
('REFUTED', 'ShapeError: what is added or multiplied entry by entry has two shapes')
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from symbackprop.errors import ShapeError
from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.proofs.every_size.concrete import Difference, Point
from symbackprop.proofs.every_size.layers import Layers, letter
from symbackprop.proofs.every_size.matrix import Formula, Ones, Setting, Shape, index_text
from symbackprop.proofs.verdict import Malformed, Proved, Refuted, Undecided, Verdict

SCOPE = "every width, every depth"
ASSUMPTIONS = (
    "sigma and C are any functions that are differentiable where they are used",
    "C is a function of the next layer's pre-activations once the later weights are held fixed",
)
_TRIALS = 12


def ones() -> Ones:
    """The column of ones of a batch."""
    return Ones()


def layers_of(formulas: tuple[Formula, ...], setting: Setting) -> Layers:
    """The layers that a claim needs: those it names, one below a weight, one above a slope.

    >>> from symbackprop.proofs.every_size.matrix import delta
    >>> layers_of((delta(0), delta(1)), Setting())
    Layers(low=-1, high=1, output=False, batch=False)
    """
    named = [q for formula in formulas for q in formula.quantities()]
    low = min((q.layer - (q.kind not in ("a", "by_a")) for q in named), default=-1)
    high = max((q.layer + (q.kind in ("a", "by_a", "slope") and not setting.output) for q in named), default=0)
    if setting.output:
        if high > 0:
            raise ShapeError("there is no layer after the output layer L", got=f"a quantity of layer L+{high}")
        high = 0
    return Layers(min(low, high - 1), high, setting.output, setting.batch)


def matrix_certificate(left: Formula, right: Formula, setting: Setting) -> dict[str, Any]:
    """The certificate that left = right for every size.

    Raises ShapeError where the claim does not fit together; Rejected, with the difference, where it cannot be proved.
    """
    layers = layers_of((left, right), setting)
    row, column, free = _indices(left, right, setting)
    texts = [index_text(side, row, column, setting) for side in (left, right)]
    return index_certificate(texts[0], texts[1], free, layers)


def index_certificate(left: str, right: str, free: str, layers: Layers) -> dict[str, Any]:
    """The certificate that two entries, written in the kernel's language, are equal for every size.

    >>> made = index_certificate("delta_J[j]", "w_K[k,j] delta_K[k] s_J[j]", "j:J", Layers(-1, 1))
    >>> replay(made)[-1]
    'the claim: for every j in J: delta_J[j] = sum_k delta_K[k] s_J[j] w_K[k,j]'
    """
    base, by = _proved(layers)
    draft = base.copy()
    draft.theorem("the claim", left, right, free=free, by=by)
    return draft.certificate | {"sha256": digest(draft.certificate)}


@lru_cache(maxsize=32)
def _proved(layers: Layers) -> tuple[Draft, tuple[str, ...]]:
    """What every claim about these layers rests on, proved once, and the premises to rewrite by."""
    draft = layers.draft("a claim about a layered net")
    by = layers.prove(draft) + [name for name in draft.leads if name.startswith("z_")][::-1]
    return draft, tuple(by)


def prove_matrix_claim(
    left: Formula, right: Formula, *, batch: bool = False, output: bool = False, seed: int = 0
) -> Verdict:
    """PROVED for every size, REFUTED at a witness, MALFORMED where the shapes can never fit, else UNDECIDED.

    Math
        left = right as matrices, for all widths, all weights, inputs and targets, all differentiable sigma and C
    Not
        a check at given widths: that is `symbackprop check` with a net.
    """
    setting = Setting(batch=batch, output=output)
    try:
        certificate = matrix_certificate(left, right, setting)
        said = replay(certificate)
    except ShapeError as problem:
        return _at_equal_widths(left, right, setting, problem, seed)
    except Rejected as problem:
        return _refute(left, right, setting, str(problem), seed)
    notes = (said[-1],)
    return Proved(
        engine="index calculus", scope=SCOPE, assumptions=ASSUMPTIONS, certificate=certificate["sha256"], notes=notes
    )


def _indices(left: Formula, right: Formula, setting: Setting) -> tuple[str, str, str]:
    """Names for row and column and how the claim quantifies them; both sides must have one shape."""
    shape, other = left.shape(setting), right.shape(setting)
    if shape != other:
        raise ShapeError(
            "the two sides have different shapes", expected=setting.words(shape), got=setting.words(other),
            try_="a transpose" if other == shape[::-1] else None,
        )  # fmt: skip
    return _quantify(shape)


def _quantify(shape: Shape) -> tuple[str, str, str]:
    names = [("row", shape[0]), ("column", shape[1])]
    return "row", "column", ",".join(f"{name}:{sort}" for name, sort in names if sort != "1")


def _refute(left: Formula, right: Formula, setting: Setting, problem: str, seed: int, note: str = "") -> Verdict:
    """A point, at random widths (or equal ones where the shapes only fit then), where the two sides differ."""
    square = setting.square
    layers = layers_of((left, right), setting)
    row, column, free = _indices(left, right, setting)
    free = free.replace(f":{Setting.ANY}", f":{letter(0)}")
    texts = [index_text(side, row, column, setting) for side in (left, right)]
    claim = {"name": "the claim", "left": texts[0], "right": texts[1], "for": free}
    certificate = layers.draft("a matrix claim").certificate
    rng = random.Random(seed)
    for _ in range(_TRIALS):
        widths = {sort: 2 if square else rng.randint(2, 3) for sort in certificate["sorts"]}
        point = Point(certificate, widths, rng)
        _, found = point.check(claim)
        if found is not None:
            notes = (note,) if note else (problem,)
            return Refuted(
                engine="exact evaluation at random widths", scope=SCOPE, assumptions=ASSUMPTIONS, notes=notes,
                witness=_witness(point, found, certificate), left=str(found.left), right=str(found.right),
                reason=str(found),
            )  # fmt: skip
    reason = problem or "the shapes only fit where all layers have one width; there no counterexample was found"
    return Undecided(engine="index calculus", scope=SCOPE, reason=reason, notes=(f"{_TRIALS} random points", note))


def _witness(point: Point, found: Difference, certificate: Mapping[str, Any]) -> dict[str, str]:
    """The widths and the numbers behind a difference; a value of sigma or its slope is a number at one unit."""
    widths = {f"width of {words}": str(found.widths[sort]) for sort, words in certificate["sorts"].items()}
    drawn = {
        name + (f"[{','.join(str(n + 1) for n in at)}]" if at else ""): str(value)
        for (name, at), value in sorted(point.fixed.items())
        if name in point.specs and point.specs[name].kind != "derivative"
    }
    return widths | drawn


def _at_equal_widths(left: Formula, right: Formula, setting: Setting, problem: ShapeError, seed: int) -> Verdict:
    """A claim whose shapes do not fit: false already where all widths are equal, or not a formula at all."""
    try:
        square = Setting(batch=setting.batch, output=setting.output, square=True)
        return _refute(left, right, square, "", seed, note=str(problem))
    except ShapeError:
        return Malformed(reason=str(problem), scope=SCOPE, expected=problem.expected or "")

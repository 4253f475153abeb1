"""The one-variable facts: an activation written out, and its derivative, as proved lines."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symbackprop.activations.activation import Activation
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Step
from symbackprop.derive.meaning import Context, exact
from symbackprop.derive.shown import Shown
from symbackprop.kernel.terms import replace
from symbackprop.symbols import alpha, step, z
from symbackprop.translate import term as kernel_term
from symbackprop.units import Unit, Weight


def is_rectifier(kind: Activation) -> bool:
    """Whether an activation is max(z, 0) + alpha min(z, 0) with its own alpha, or with none."""
    return kind.value in (z * step(z), z * step(z) + alpha * z * (1 - step(z)))


def leaks(units: Iterable[Unit]) -> set[Weight]:
    """The alphas of rectifiers, 0 where a unit lets nothing through."""
    return {dict(unit.parameters).get("alpha", Fraction(0)) for unit in units}


def rectifier(kind: Activation, leak: Fraction, at: Shown, function: str = "activation") -> list[Step]:
    """A rectifier with a fixed leak: its value by max and min, and its slope in two cases, proved off the kink."""
    assert kind.value is not None
    prover = Prover(Context({}, {function: ("z", replace(kernel_term(kind.value), {"alpha": exact(leak)}))}))
    shown_leak, left = S.Number(leak), S.Applied(function, at)
    return [prover.claim(left, forms.rectified(at, shown_leak), "definition", key=f"phi:{kind.name}"),
            prover.claim(S.Applied(function, at, 1), forms.rectified_slope(at, shown_leak), "derivative of the activation",
                         key=f"slope:{kind.name}")]  # fmt: skip


def lemma(kind: Activation, at: Shown, function: str = "activation") -> list[Step]:
    """The activation's value and slope as proved lines; empty where it has no closed form here."""
    value = forms.value(kind, at)
    if value is None or kind.name == "identity" or kind.value is None or kind.slope is None:
        return []
    body = kernel_term(kind.value)
    context = Context({}, {function: ("z", body)})
    prover = Prover(context)
    applied = S.Applied(function, at)
    slope = (
        forms.SLOPES[kind.name](applied)
        if kind.name in forms.SLOPES
        else forms.written(kind.slope, {"z": at, "a": applied})
    )
    left = S.Applied(function, at, 1)
    steps = [prover.define(applied, value, key=f"phi:{kind.name}")]
    if slope is not None:
        bare = slope.inner if isinstance(slope, S.Bracketed) else slope
        steps.append(prover.claim(left, bare, "derivative of the activation", key=f"slope:{kind.name}"))
    return steps

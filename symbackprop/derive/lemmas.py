"""The one-variable facts: an activation written out, and its derivative, as proved lines."""

from __future__ import annotations

from symbackprop.activations.activation import Activation
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Step
from symbackprop.derive.meaning import Context
from symbackprop.derive.shown import Shown
from symbackprop.translate import term as kernel_term


def lemma(kind: Activation, z: Shown, function: str = "activation") -> list[Step]:
    """The activation's value and slope as proved lines; empty where it has no closed form here."""
    value = forms.value(kind, z)
    if value is None or kind.name == "identity" or kind.value is None or kind.slope is None:
        return []
    body = kernel_term(kind.value)
    context = Context({}, {function: ("z", body)})
    prover = Prover(context)
    applied = S.Applied(function, z)
    slope = (
        forms.SLOPES[kind.name](applied)
        if kind.name in forms.SLOPES
        else forms.written(kind.slope, {"z": z, "a": applied})
    )
    left = S.Applied(function, z, 1)
    steps = [prover.define(applied, value, key=f"phi:{kind.name}")]
    if slope is not None:
        bare = slope.inner if isinstance(slope, S.Bracketed) else slope
        steps.append(prover.claim(left, bare, "derivative of the activation", key=f"slope:{kind.name}"))
    return steps

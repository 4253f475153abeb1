"""symbackprop: derivations of backpropagation that are proved, shown, checked and compiled.

    net = Network.layered([2, 3, 1], activation="sigmoid", loss="performance")
    prove(net)                                      one verdict per weight and bias, a certificate
    derive(net), render(..., "html")                the derivation, every line proved
    check(formula, net, notation="winston")         somebody's formula: proved, or refuted with the slip named
    compile_trainer(net).fit(X, y)                  the proven gradient as fast code
    verify("proof.cert.json")                       replay a certificate

Every name is loaded on first use, so that the kernel runs where neither SymPy nor NumPy is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from symbackprop.display import shown_by
from symbackprop.door import loaded_on_use

__version__ = "0.1.0"

_DOOR = {
    "Network": "symbackprop.networks",
    "Unit": "symbackprop.networks",
    "Edge": "symbackprop.networks",
    "Activation": "symbackprop.activations.activation",
    "Loss": "symbackprop.losses.loss",
    "forward": "symbackprop.forward",
    "prove": "symbackprop.proofs.prove",
    "Proof": "symbackprop.proofs.prove",
    "verify": "symbackprop.proofs.certificate",
    "read_spec": "symbackprop.specs",
    "derive": "symbackprop.derive.backpropagation",
    "render": "symbackprop.render",
    "check": "symbackprop.check.api",
    "check_file": "symbackprop.check.api",
    "assert_formula": "symbackprop.check.api",
    "compile_trainer": "symbackprop.training",
    "SymbackpropError": "symbackprop.errors",
}

__all__ = sorted(_DOOR)


__getattr__ = loaded_on_use(__name__, _DOOR)


@shown_by
def _bundle(thing: object) -> dict[str, Any]:
    """What a notebook shows of a net, a derivation, a proof or a verdict."""
    made: dict[str, Any] = import_module("symbackprop.render.notebooks").bundle(thing)
    return made


def __dir__() -> list[str]:
    return sorted([*globals(), *_DOOR])

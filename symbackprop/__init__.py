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

import importlib
from typing import Any

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
    "derive": "symbackprop.derive",
    "render": "symbackprop.render",
    "check": "symbackprop.check",
    "check_file": "symbackprop.check",
    "assert_formula": "symbackprop.check",
    "compile_trainer": "symbackprop.training",
    "SymbackpropError": "symbackprop.errors",
}

__all__ = sorted(_DOOR)


def __getattr__(name: str) -> Any:
    if name not in _DOOR:
        raise AttributeError(f"module 'symbackprop' has no attribute {name!r}")
    return getattr(importlib.import_module(_DOOR[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_DOOR])

"""Generated source and its verdict, found again by the net's plain description, so that a warm start needs no SymPy.

Only source that was judged in the process that made it is kept, together with that verdict; the name of the file holds the
contents of everything that could have led to another text or another verdict (see `symbackprop.remembered`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from symbackprop import activations, losses, remembered, shipped
from symbackprop.activations.activation import SYMBOLIC as ACTIVATION
from symbackprop.activations.activation import Activation
from symbackprop.codegen.backend import Compiled
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.losses.loss import SYMBOLIC as LOSS
from symbackprop.networks import Network


def description(net: Network) -> dict[str, Any]:
    """The net as plain data: its layers where it is layered, else every unit."""
    layers = net.architecture
    if layers is None:
        return {"graph": net.description()}
    return {
        "layers": list(layers.sizes),
        "activations": [each.name for each in layers.activations],
        "bias": layers.bias,
        "loss": net.loss.name,
        "name": net.name,
    }


def _name(net: Network, form: str) -> str | None:
    """The name of what is kept about this net in this form; None for a net with an entry that is in no table."""
    layers, known = net.architecture, activations.table()
    kinds: Iterable[Activation] = layers.activations if layers else (unit.activation for unit in net.units)
    if losses.table().get(net.loss.name) is not net.loss or any(known.get(each.name) is not each for each in kinds):
        return None
    return "code-" + remembered.key(json.dumps(description(net), sort_keys=True), form)


def source(net: Network, form: str, make: Callable[[], str]) -> str:
    """The source of the net in this form: remembered, or made now."""
    name = _name(net, form) if remembered.useful() else None
    kept = None if name is None else remembered.read(name)
    return kept["source"] if kept is not None and isinstance(kept.get("source"), str) else make()


def verdict(compiled: Compiled, backend: str, rules: bool = False) -> CodeVerdict:
    """The verdict on a net's code, or on its update rules: remembered, or judged now and kept with the texts judged."""
    net = compiled.net
    name = _name(net, f"verdict of {backend} {compiled.dtype} {compiled.machine()}{' rules' if rules else ''}")
    kept = remembered.read(name) if name is not None and remembered.useful() else None
    if kept is not None and {"kind", "bound", "said"} <= set(kept):
        return CodeVerdict(str(kept["kind"]), float(kept["bound"]), tuple(map(str, kept["said"])))
    made = compiled.certify_rules() if rules else compiled.certify()
    if name is not None and made.kind in ("PROVED", "CHECKED"):
        for form, text in compiled.texts().items():
            remembered.keep(str(_name(net, form)), {"source": text})
        remembered.keep(name, {"kind": made.kind, "bound": made.bound, "said": list(made.said)})
        _keep_tables()
    return made


def _keep_tables() -> None:
    """The plain facts of both tables, where those that come with the package are not theirs."""
    if shipped.tables() is not None:
        return
    remembered.keep("activations", {n: remembered.plain(each, ACTIVATION) for n, each in activations.entries().items()})
    remembered.keep("losses", {n: remembered.plain(each, LOSS) for n, each in losses.entries().items()})

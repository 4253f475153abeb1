"""A trainer from what was saved of it: the same net, weights, history, generator and state of the update rule."""

from __future__ import annotations

from typing import Any

from symbackprop.codegen.backend import Backend
from symbackprop.errors import DataError, FileError, ShapeError, quote
from symbackprop.networks import Network
from symbackprop.training import encodings, listeners, store
from symbackprop.training.data import whole
from symbackprop.training.trainer import Trainer, compile_trainer
from symbackprop.training.updates import Update


def revive(
    net: Network, facts: dict[str, Any], arrays: dict[str, Any], backend: str | Backend, certify: bool, where: str
) -> Trainer:
    """The trainer of these facts and arrays; FileError where they are not those of one."""
    try:
        made = compile_trainer(net, backend, dtype=facts["dtype"], seed=facts["seed"], certify=certify)
        made._watched = listeners.found(facts, arrays)
        made.theta = arrays["theta"]
        made.history, made.epoch = store.history(arrays["history"]), whole(facts["epoch"], "epoch", 0)
        made.classes = store.classes(net, facts["classes"])
        made.inputs = encodings.from_facts(facts.get("inputs", ()))
        made._rng.bit_generator.state = facts["generator"]
        made.update = Update(**facts["update"], state=store.state(arrays, facts.get("state")))
        made.update.fits(made.theta, whole=True)
    except (DataError, ShapeError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise FileError("this is not a saved trainer", where=where, got=quote(str(problem))) from None
    return made


def copied(facts: dict[str, Any], arrays: dict[str, Any], backend: str) -> Trainer:
    """What copying and pickling a trainer lead back to; its code was judged when the first one was made."""
    return revive(store.rebuild(facts["net"]), facts, arrays, backend, False, "a copy")

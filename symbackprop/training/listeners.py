"""What a callback remembers, kept in a checkpoint for the run that goes on: early stopping is killed and resumed like the rest.

A callback that has `state()` and `resume(facts, arrays)` takes part; `procedures.Stop` does, any other object may.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from symbackprop.errors import DataError, FileError, quote

_MARK = "callback_"


def kept(callback: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts and arrays for the file: what `callback.state()` returns, plain facts and arrays by name.

    Raises: DataError where it returns something else.
    """
    if not _takes_part(callback):
        return {}, {}
    state = callback.state()
    try:
        facts, arrays = state
        json.dumps(facts)
        made = {f"{_MARK}{name}": np.asarray(array) for name, array in arrays.items()}
        if not isinstance(facts, dict) or any(array.dtype.hasobject for array in made.values()):
            raise TypeError("not plain facts and arrays of numbers")
    except (TypeError, ValueError, AttributeError) as problem:
        raise DataError(
            "what the callback remembers cannot be kept in a checkpoint", where="callback.state()", got=quote(str(problem)),
            expected="a dictionary of plain facts, and one of arrays",
        ) from None  # fmt: skip
    return {"callback": facts}, made


def _takes_part(callback: Any) -> bool:
    """Whether it has both methods; attributes of these names that are none belong to the callback alone."""
    return all(callable(getattr(callback, name, None)) for name in ("state", "resume"))


def found(facts: dict[str, Any], arrays: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The same out of a file, whose arrays are taken out of `arrays`; None where no callback left anything."""
    own = {name: arrays.pop(name) for name in list(arrays) if name.startswith(_MARK)}
    if "callback" not in facts:
        return None
    return facts["callback"], {name.removeprefix(_MARK): array for name, array in own.items()}


def resume(callback: Any, saved: tuple[dict[str, Any], dict[str, Any]] | None) -> bool:
    """Hand over what was saved; True where the callback had ended that run.

    Raises: FileError where the callback cannot go on from it.
    """
    if saved is None or not _takes_part(callback):
        return False
    try:
        return bool(callback.resume(*saved))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        said = f"{type(problem).__name__}: {problem}"
        raise FileError("the callback cannot go on from the checkpoint", got=quote(said), try_="the callback that the run had") from None

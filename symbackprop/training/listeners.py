"""What a callback remembers, kept in a checkpoint for the run that goes on: early stopping is killed and resumed like the rest.

A callback that has `state()` and `resume(facts, arrays)` takes part; `procedures.Stop` does, any other object may.
"""

from __future__ import annotations

from typing import Any

from symbackprop.errors import FileError, quote

_MARK = "callback_"


def kept(callback: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts and arrays for the file: what `callback.state()` returns, plain facts and arrays by name."""
    if not hasattr(callback, "state"):
        return {}, {}
    facts, arrays = callback.state()
    return {"callback": facts}, {f"{_MARK}{name}": array for name, array in arrays.items()}


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
    if saved is None or not hasattr(callback, "resume"):
        return False
    try:
        return bool(callback.resume(*saved))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        said = f"{type(problem).__name__}: {problem}"
        raise FileError("the callback cannot go on from the checkpoint", got=quote(said), try_="the callback that the run had") from None

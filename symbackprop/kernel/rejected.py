"""The kernel's one way of saying no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Rejected(Exception):
    """A certificate step that does not hold; the text names the first such step and what was found instead."""


def require(good: object, message: str) -> None:
    """Raise Rejected with the message unless `good` holds."""
    if not good:
        raise Rejected(message)


def listed(data: Any) -> list[Any]:
    """The list, where it is one: a text or a mapping would be read letter by letter or key by key."""
    require(isinstance(data, list), f"not a list: {repr(data)[:80]}")
    return list(data)


@contextmanager
def well_formed(what: str) -> Iterator[None]:
    """Turn what Python says to data of the wrong shape into Rejected."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as problem:
        raise Rejected(f"{what} is not well formed: {type(problem).__name__} {str(problem)[:80]!r}") from problem

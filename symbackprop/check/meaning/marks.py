"""Superscripts that are no index and no power: the marks of a value before and after one step of the update rule."""

from __future__ import annotations

from collections.abc import Collection

from symbackprop.check.reading.syntax import Sym

AFTER = ("new", "(new)", "next", "+", "(+)", "neu", "(neu)", "nouveau", "nuevo")  # marks of the value after a step, and before it
BEFORE = ("old", "(old)", "alt", "(alt)", "ancien", "viejo")
STEPS_AFTER = ("(t+1)", "t+1", "(tau+1)", "tau+1")  # unless the letter is one of layers
STEPS_BEFORE = ("(t)", "t", "(tau)", "tau")
STEPS = frozenset([*STEPS_AFTER, *STEPS_BEFORE])
MARKS = frozenset([*AFTER, *BEFORE, *STEPS])


def is_after(symbol: Sym, layer_letters: Collection[str]) -> bool:
    """Whether a symbol is marked as the value after a step, by a prime or above the letter."""
    text = symbol.sup.text if symbol.sup else ""
    return bool(symbol.primes) or text in AFTER or (text in STEPS_AFTER and text.strip("()+1") not in layer_letters)

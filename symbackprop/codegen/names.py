"""Names of a net as identifiers that every target language accepts, unique and as close to the user's as can be."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

_C = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while real vec main abs exp
log expm1 log1p tanh fabs step floor_log mean sum made total batches_of rows_n ahead coming
"""
_OURS = """
theta rows order rate loss k n e g grad start size np math numpy jnp X Y losses count batch epoch online batches
gradient predict softmax softplus
"""
RESERVED = frozenset([*keyword.kwlist, *keyword.softkwlist, *_C.split(), *_OURS.split()])


class Names:
    """Gives each thing one identifier.

    >>> names = Names()
    >>> names("a_", "u1_1"), names("", "w'"), names("", "lambda"), names("", "w_")
    ('a_u1_1', 'w_', 'lambda_', 'w__')
    """

    def __init__(self, reserved: Iterable[str] = RESERVED) -> None:
        self.taken = set(reserved)

    def __call__(self, prefix: str, name: str, suffixes: Iterable[str] = ()) -> str:
        plain = prefix + re.sub(r"[^A-Za-z0-9_]", "_", name)
        if not re.match(r"[A-Za-z]", plain) or (not prefix and plain.startswith(("g_", "m_"))):  # a gradient, minus a weight
            plain = "n" + plain
        every = ("", *suffixes)
        while any(plain + end in self.taken for end in every):
            plain += "_"
        self.taken.update(plain + end for end in every)
        return plain

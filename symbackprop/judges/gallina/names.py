"""Legal, stable and distinct Coq identifiers for a user's names."""

from __future__ import annotations

import re
from collections.abc import Iterable

KEYWORDS = frozenset(
    [
        "Axiom",
        "CoFixpoint",
        "Definition",
        "Fixpoint",
        "Hypothesis",
        "Parameter",
        "Prop",
        "SProp",
        "Set",
        "Theorem",
        "Type",
        "Variable",
        "as",
        "at",
        "cofix",
        "else",
        "end",
        "exists",
        "exists2",
        "fix",
        "for",
        "forall",
        "fun",
        "if",
        "in",
        "let",
        "match",
        "mod",
        "return",
        "then",
        "using",
        "where",
        "with",
    ]
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def identifiers(text: str) -> set[str]:
    """Every word of a Coq text that could be an identifier.

    >>> sorted(identifiers("Lemma a' : x = y."))
    ['Lemma', "a'", 'x', 'y']
    """
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_']*", text))


class Names:
    """Hands out identifiers: the same name for the same key, never two keys with one name, never a taken word.

    >>> names = Names({"exp"})
    >>> names("w1_1"), names("exp"), names("1"), names("δ"), names("w1_1")
    ('w1_1', 'exp_', 'v1', 'u3b4', 'w1_1')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *KEYWORDS}
        self._given: dict[str, str] = {}

    def __call__(self, key: str, wish: str | None = None) -> str:
        """The identifier for `key`, made from `wish` (the key itself where none is given)."""
        if key not in self._given:
            name = legal(key if wish is None else wish)
            while name in self._taken:
                name += "_"
            self._taken.add(name)
            self._given[key] = name
        return self._given[key]


def legal(text: str) -> str:
    """`text` as a Coq identifier of ASCII letters, digits and _; other characters become u and their number.

    >>> legal("b.1'")
    'bu2e1u27'
    """
    name = "".join(each if re.fullmatch(r"[A-Za-z0-9_]", each) else f"u{ord(each):x}" for each in text)
    ours = name.startswith(("at_", "range_", "off_"))  # lemmas of the file; its local names begin with _
    return name if _LETTERS.fullmatch(name) and not ours else f"v{name}"


def comment(text: str) -> str:
    """`text` as it may stand inside a Coq comment: one line, no quote, no bracket of a comment, no other letters.

    >>> comment('a "*)" b')
    'a ____ b'
    """
    return re.sub(r"[^A-Za-z0-9 _.,:;=+/<>#'-]", "_", text)
